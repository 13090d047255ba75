//! What providers say of a day beside what the books say, and what they send to the bank.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Simulator, TestApp, both, cny, rows};
use crate::tampering::tamper;
use jiff::SignedDuration;
use kernel::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;

both! {
    a_day_agrees_with_stripe,
    a_day_agrees_with_alipay,
    a_day_agrees_with_wechat_pay,
    a_day_agrees_with_paypal,
    a_day_agrees_with_the_simulator,
    faults_are_found_in_stripes_bill,
    faults_are_found_in_alipays_bill,
    faults_are_found_in_wechat_pays_bill,
    faults_are_found_in_paypals_bill,
    faults_are_found_in_the_simulators_bill,
    a_pay_out_through_stripe_is_posted_once,
    a_pay_out_through_paypal_is_learnt_from_the_bill,
    a_pay_out_through_alipay_is_learnt_from_the_bill,
    a_pay_out_through_wechat_pay_is_learnt_from_the_bill,
    a_pay_out_through_the_simulator_is_posted_once,
    a_bill_that_is_not_there_yet_is_asked_for_again,
    a_payment_about_midnight_is_in_one_bill_or_the_other,
    a_difference_is_set_aside_with_a_reason,
    a_fee_comes_back_with_a_refund_at_stripe,
    a_fee_comes_back_with_a_refund_at_alipay,
    a_fee_comes_back_with_a_refund_at_wechat_pay,
    a_fee_comes_back_with_a_refund_at_paypal,
    a_fee_comes_back_with_a_refund_at_the_simulator,
    disputes_agree_with_stripes_bill,
    disputes_agree_with_paypals_bill,
    disputes_agree_with_the_simulators_bill,
}

/// The day on which the stories begin.
const DAY: &str = "2026-11-23";

/// Connector, method, its clearing account.
const STRIPE: [&str; 3] = ["stripe", "card", "101204"];
const ALIPAY: [&str; 3] = ["alipay", "e_wallet", "101201"];
const WECHAT_PAY: [&str; 3] = ["wechat_pay", "e_wallet", "101202"];
const PAYPAL: [&str; 3] = ["paypal", "e_wallet", "101205"];
const SIMULATOR: [&str; 3] = ["simulator", "card", "101203"];

async fn a_day_agrees_with_stripe(app: &TestApp) {
    a_day_agrees(app, STRIPE).await;
}

async fn a_day_agrees_with_alipay(app: &TestApp) {
    a_day_agrees(app, ALIPAY).await;
}

async fn a_day_agrees_with_wechat_pay(app: &TestApp) {
    a_day_agrees(app, WECHAT_PAY).await;
}

async fn a_day_agrees_with_paypal(app: &TestApp) {
    a_day_agrees(app, PAYPAL).await;
}

async fn a_day_agrees_with_the_simulator(app: &TestApp) {
    a_day_agrees(app, SIMULATOR).await;
}

async fn faults_are_found_in_stripes_bill(app: &TestApp) {
    faults_are_found(app, STRIPE).await;
}

async fn faults_are_found_in_alipays_bill(app: &TestApp) {
    faults_are_found(app, ALIPAY).await;
}

async fn faults_are_found_in_wechat_pays_bill(app: &TestApp) {
    faults_are_found(app, WECHAT_PAY).await;
}

async fn faults_are_found_in_paypals_bill(app: &TestApp) {
    faults_are_found(app, PAYPAL).await;
}

async fn faults_are_found_in_the_simulators_bill(app: &TestApp) {
    faults_are_found(app, SIMULATOR).await;
}

async fn a_pay_out_through_stripe_is_posted_once(app: &TestApp) {
    a_pay_out_is_posted_once(app, STRIPE, false).await;
}

/// PayPal tells nobody.
async fn a_pay_out_through_paypal_is_learnt_from_the_bill(app: &TestApp) {
    a_pay_out_is_posted_once(app, PAYPAL, true).await;
}

/// Nor do these.
async fn a_pay_out_through_alipay_is_learnt_from_the_bill(app: &TestApp) {
    a_pay_out_is_posted_once(app, ALIPAY, true).await;
}

async fn a_pay_out_through_wechat_pay_is_learnt_from_the_bill(app: &TestApp) {
    a_pay_out_is_posted_once(app, WECHAT_PAY, true).await;
}

async fn a_pay_out_through_the_simulator_is_posted_once(app: &TestApp) {
    a_pay_out_is_posted_once(app, SIMULATOR, false).await;
}

/// A payment of a hundred, made with something wrong in the bill; gives the checkout.
pub async fn paid(app: &TestApp, simulator: &Simulator, customer: &str, method: &str, scenario: &str) -> String {
    let invoice = app.invoice(customer, "100.00").await;
    if !scenario.is_empty() {
        simulator.shall(scenario, 1).await;
    }
    let body = json!({ "invoices": [invoice["id"]], "method": method, "return_url": format!("{}/done", app.base) });
    let opened = app.api.post("/checkouts", &body).await.expect(201);
    let place = opened["url"].as_str().or(opened["qr"].as_str()).unwrap();
    simulator.payer_chooses(place, "pay").await;
    app.eventually("it is paid", async || (app.standing(&invoice).await == "paid 0.00").then_some(())).await;
    text(&opened, "/id")
}

/// Lets the fees come that a provider tells when it is asked.
pub async fn fees_are_known(app: &TestApp, [provider, _, account]: [&str; 3], owed: &str) {
    if !["alipay", "wechat_pay"].contains(&provider) {
        app.clock.advance(SignedDuration::from_secs(10));
        app.eventually("fees are booked", async || (app.balance(account).await == owed).then_some(())).await;
    }
}

/// The next day comes, and the house looks what providers say of the last one.
async fn the_day_is_over(app: &TestApp) {
    app.clock.advance(SignedDuration::from_hours(24));
    look(app).await;
}

async fn look(app: &TestApp) {
    payments::fetch_due_bills(&app.house.app, &app.house.registry).await.unwrap();
}

async fn bill(app: &TestApp, simulator: &Simulator, day: &str) -> Value {
    let path = format!("/gateways/{}/bills?from={day}&to={day}", simulator.connection);
    let found = app.api.get(&path).await.expect(200);
    rows(&found).first().cloned().unwrap_or(Value::Null)
}

async fn compared(app: &TestApp, simulator: &Simulator, day: &str) -> Value {
    let bill = bill(app, simulator, day).await;
    assert_eq!(bill["state"], "compared", "{bill}");
    bill
}

/// `only_here payment 100.00 -`: kind, about, ours, theirs of differences with a status, sorted.
fn told(bill: &Value, status: &str) -> Vec<String> {
    let amount = |money: &Value| money["amount"].as_str().unwrap_or("-").to_owned();
    let one = |one: &Value| {
        format!("{} {} {} {}", text(one, "/kind"), text(one, "/about"), amount(&one["ours"]), amount(&one["theirs"]))
    };
    let listed = bill["differences"].as_array().unwrap().iter().filter(|one| one["status"] == status);
    let mut told: Vec<String> = listed.map(one).collect();
    told.sort();
    told
}

async fn owner(app: &TestApp) -> Caller {
    app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await
}

async fn a_day_agrees(app: &TestApp, of: [&str; 3]) {
    let [provider, method, account] = of;
    let simulator = Simulator::speaking(app, provider).await;
    let customer = app.customer("对账").await;
    for _ in 0..2 {
        paid(app, &simulator, &customer, method, "").await;
    }
    fees_are_known(app, of, "198.80").await;
    let payments = app.api.get("/payments").await.expect(200);
    let payment = app.api.get(&format!("/payments/{}", text(&rows(&payments)[0], "/id"))).await.expect(200);
    let part = json!({ "amount": cny("40.00"), "reason": "短装" });
    let note = format!("/invoices/{}/credit-notes", text(&payment, "/allocations/0/invoice"));
    app.api.post(&note, &part).await.expect(201);
    app.api.post(&format!("/payments/{}/refunds", text(&payment, "/id")), &part).await.expect(201);
    app.eventually("the refund is booked", async || {
        let payment = app.api.get(&format!("/payments/{}", text(&payment, "/id"))).await.expect(200);
        (payment["refunded"] == cny("40.00")).then_some(())
    })
    .await;
    assert_eq!(bill(app, &simulator, DAY).await, Value::Null, "the day is not over");
    the_day_is_over(app).await;
    let bill = compared(app, &simulator, DAY).await;
    assert_eq!(bill["differences"], json!([]), "{bill}");
    // Two hundred, less a fee of 0.60 % and what went back; the fee is known from the bill at the latest, and posted once.
    assert_eq!(bill["sums"], json!([{ "theirs": cny("158.80"), "ours": cny("158.80") }]));
    assert_eq!((app.balance(account).await, app.balance("5603").await), ("158.80".into(), "1.20".into()));
    let desk = owner(app).await;
    let page = format!("/payments/bills/{}/{DAY}", simulator.connection);
    let again = desk.submit(&page, &[]).await;
    assert_eq!((again.status, again.location()), (303, format!("{page}?done=bill-fetched").as_str()));
    assert_eq!(app.balance("5603").await, "1.20", "fetched again, nothing is posted again");
    assert!(desk.get(&page).await.text().contains("say the same of this day"));
    assert!(desk.get("/payments/bills").await.text().contains("agrees"));
    let early = format!("/payments/bills/{}/{}", simulator.connection, app.today());
    assert_eq!(desk.submit(&early, &[]).await.status, 404, "of a day that is not over there is no bill");
}

/// Five payments, four of which the bill has wrong; then the provider mends it.
async fn faults_are_found(app: &TestApp, of: [&str; 3]) {
    let [provider, method, account] = of;
    let simulator = Simulator::speaking(app, provider).await;
    let desk = owner(app).await;
    let way = format!("{method}:{}", simulator.connection);
    let terms = [("/way", way.as_str()), ("/currency", "CNY"), ("/offered", "true"), ("/fee_percent", "0.6")];
    assert_eq!(desk.submit("/settings/offers", &terms).await.status, 303);
    let customer = app.customer("差异").await;
    let mut ids = BTreeMap::new();
    for scenario in ["", "bill_missing", "bill_amount", "bill_fee", "bill_stranger"] {
        ids.insert(scenario, paid(app, &simulator, &customer, method, scenario).await);
    }
    fees_are_known(app, of, "497.00").await;
    the_day_is_over(app).await;
    let bill = compared(app, &simulator, DAY).await;
    let is_learnt = ["alipay", "wechat_pay"].contains(&provider);
    let mut wanted = vec![
        "amount_differs payment 100.00 100.01",
        "fee_beyond_contract payment 0.60 0.61",
        "fee_differs payment 0.60 0.61",
        "only_here payment 100.00 -",
        "only_there payment - 100.00",
    ];
    wanted.retain(|one| !(is_learnt && one.starts_with("fee_differs")));
    assert_eq!(told(&bill, "open"), wanted, "{bill}");
    let desk = app.nobody.signed_in("owner@shunfu.example", PASSWORD).await;
    for one in bill["differences"].as_array().unwrap() {
        let scenario = match one["kind"].as_str().unwrap() {
            "amount_differs" => "bill_amount",
            "only_here" => "bill_missing",
            "only_there" => continue,
            _ => "bill_fee",
        };
        assert_eq!(one["reference"], ids[scenario].as_str());
        let payment = desk.get(&format!("/payments/{}", text(one, "/payment"))).await;
        assert_eq!(payment.status, 200);
    }
    let page = format!("/payments/bills/{}/{DAY}", simulator.connection);
    let shown = desk.get(&page).await.text();
    assert!(shown.contains("Only in the books") && shown.contains(&ids["bill_missing"]), "{shown}");
    simulator.mends_its_bills().await;
    assert_eq!(desk.submit(&page, &[]).await.status, 303);
    let bill = compared(app, &simulator, DAY).await;
    // A fee that was learnt from the wrong bill is another now.
    let left = if is_learnt { vec!["fee_differs payment 0.61 0.60"] } else { vec![] };
    assert_eq!(told(&bill, "open"), left, "{bill}");
    assert_eq!(told(&bill, "closed"), wanted, "what is gone stays listed");
    // The fee of a payment that the bill did not have is learnt with the rest.
    assert_eq!(app.balance(account).await, if is_learnt { "496.99" } else { "497.00" });
}

async fn payouts(app: &TestApp) -> Vec<Value> {
    rows(&app.api.get("/payouts").await.expect(200)).clone()
}

async fn a_pay_out_is_posted_once(app: &TestApp, of: [&str; 3], silently: bool) {
    let [provider, method, account] = of;
    let simulator = Simulator::speaking(app, provider).await;
    let customer = app.customer("结算").await;
    for _ in 0..2 {
        paid(app, &simulator, &customer, method, "").await;
    }
    fees_are_known(app, of, "198.80").await;
    let number = simulator.pays_out(provider, silently).await.remove(0);
    let arrived = async || (app.balance(account).await == "0.00").then_some(());
    if !silently {
        app.eventually("the pay-out is booked", arrived).await;
    }
    the_day_is_over(app).await;
    app.eventually("the pay-out is booked", arrived).await;
    let bill = compared(app, &simulator, DAY).await;
    assert_eq!(bill["differences"], json!([]), "{bill}");
    assert_eq!(app.balance("1002").await, "198.80", "what reaches the bank is net, and fees are not posted twice");
    assert_eq!(app.balance("5603").await, "1.20");
    let [payout] = &payouts(app).await[..] else { panic!("one pay-out") };
    let facts = [&payout["status"], &payout["provider_id"], &payout["net"], &payout["arrived_on"], &payout["account"]];
    assert_eq!(facts, [&json!("arrived"), &json!(number), &cny("198.80"), &json!(DAY), &json!("1002")]);
    let entries = app.postings(payout).await;
    assert_eq!(entries, ["1002 198.80 -".to_owned(), format!("{account} - 198.80")]);
    let page = owner(app).await.get("/payments/payouts").await.text();
    assert!(page.contains(&number) && page.contains("arrived"), "{page}");
    // What is changed behind the door is named.
    for (change, back) in
        [("net_minor = net_minor + 1", "net_minor = net_minor - 1"), ("status = 'failed'", "status = 'arrived'")]
    {
        tamper(app, &format!("UPDATE payouts SET {change}"));
        let findings = app.findings();
        assert!(findings.iter().any(|one| one.contains("payout_differs")), "{change}: {findings:?}");
        tamper(app, &format!("UPDATE payouts SET {back}"));
    }
    // Days later the bank sends it back.
    simulator.bank_refuses(provider, &number, silently).await;
    the_day_is_over(app).await;
    let back = async || (app.balance(account).await == "198.80").then_some(());
    app.eventually("the pay-out came back", back).await;
    assert_eq!(app.balance("1002").await, "0.00");
    let [payout] = &payouts(app).await[..] else { panic!("one pay-out") };
    assert_eq!(payout["status"], "failed");
    let bill = compared(app, &simulator, "2026-11-24").await;
    assert_eq!(bill["differences"], json!([]), "{bill}");
}

async fn a_bill_that_is_not_there_yet_is_asked_for_again(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    app.clock.advance(SignedDuration::from_hours(24));
    for (scenario, failure) in [("query_stale", Value::Null), ("query_error", json!("unreadable"))] {
        simulator.shall(scenario, 1).await;
        look(app).await;
        let bill = bill(app, &simulator, DAY).await;
        assert_eq!((&bill["state"], &bill["failure"]), (&json!("awaited"), &failure), "{bill}");
        look(app).await;
        assert_eq!(self::bill(app, &simulator, DAY).await["state"], "awaited", "not before its time");
        app.clock.advance(SignedDuration::from_hours(1));
    }
    look(app).await;
    let bill = compared(app, &simulator, DAY).await;
    assert_eq!((&bill["failure"], &bill["differences"]), (&Value::Null, &json!([])), "an empty day agrees");
}

/// Paid before midnight, as the provider's clock has it, and learnt of after it.
async fn a_payment_about_midnight_is_in_one_bill_or_the_other(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("午夜").await;
    let midnight: jiff::Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    app.clock.set(midnight - SignedDuration::from_millis(1500));
    // It settles 0.7 seconds after the payer's choice, and is told after that: on one day or the other, but never on both.
    for _ in 0..3 {
        paid(app, &simulator, &customer, "card", "slow,late=600").await;
    }
    fees_are_known(app, SIMULATOR, "298.20").await;
    the_day_is_over(app).await;
    the_day_is_over(app).await;
    let mut moved = 0;
    for day in [DAY, "2026-11-24"] {
        let bill = compared(app, &simulator, day).await;
        assert_eq!(told(&bill, "open"), Vec::<String>::new(), "{bill}");
        let sums = bill["sums"].as_array().unwrap();
        moved += sums.first().map_or(0, |sum| crate::harness::trade::minor(&sum["theirs"]));
    }
    assert_eq!(moved, 29_820);
}

async fn a_difference_is_set_aside_with_a_reason(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("搁置").await;
    paid(app, &simulator, &customer, "card", "bill_missing").await;
    the_day_is_over(app).await;
    let bill = compared(app, &simulator, DAY).await;
    let path = format!("/payments/bills/differences/{}", text(&bill, "/differences/0/id"));
    let desk = owner(app).await;
    assert_eq!(desk.submit(&path, &[("/note", "")]).await.status, 422, "without a reason");
    let auditor = app.nobody.signed_in(&app.staff(Role::Auditor).await, PASSWORD).await;
    assert_eq!(auditor.submit(&path, &[("/note", "x")]).await.status, 403);
    let done = desk.submit(&path, &[("/note", "已与渠道确认")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(desk.submit(&path, &[("/note", "again")]).await.status, 409);
    let page = format!("/payments/bills/{}/{DAY}", simulator.connection);
    assert!(desk.get(&page).await.text().contains("已与渠道确认"));
    // It stays set aside while it is the same, whatever is fetched.
    assert_eq!(desk.submit(&page, &[]).await.status, 303);
    let bill = compared(app, &simulator, DAY).await;
    assert_eq!(told(&bill, "set_aside"), ["only_here payment 100.00 -"], "{bill}");
    assert_eq!(bill["differences"].as_array().unwrap().len(), 1);
    let trail = app.api.get("/audit?command=gateway.set_difference_aside").await.expect(200);
    assert_eq!(rows(&trail).len(), 1);
}

async fn a_fee_comes_back_with_a_refund_at_stripe(app: &TestApp) {
    a_fee_comes_back(app, STRIPE).await;
}

async fn a_fee_comes_back_with_a_refund_at_alipay(app: &TestApp) {
    a_fee_comes_back(app, ALIPAY).await;
}

async fn a_fee_comes_back_with_a_refund_at_wechat_pay(app: &TestApp) {
    a_fee_comes_back(app, WECHAT_PAY).await;
}

async fn a_fee_comes_back_with_a_refund_at_paypal(app: &TestApp) {
    a_fee_comes_back(app, PAYPAL).await;
}

async fn a_fee_comes_back_with_a_refund_at_the_simulator(app: &TestApp) {
    a_fee_comes_back(app, SIMULATOR).await;
}

/// Forty of a hundred are paid back, and with them the same part of the fee of 0.60: posted once.
async fn a_fee_comes_back(app: &TestApp, of: [&str; 3]) {
    let [provider, method, account] = of;
    let simulator = Simulator::speaking(app, provider).await;
    let customer = app.customer("退费").await;
    paid(app, &simulator, &customer, method, "bill_fee_back").await;
    fees_are_known(app, of, "99.40").await;
    let payments = app.api.get("/payments").await.expect(200);
    let path = format!("/payments/{}", text(&rows(&payments)[0], "/id"));
    let payment = app.api.get(&path).await.expect(200);
    let part = json!({ "amount": cny("40.00"), "reason": "短装" });
    let note = format!("/invoices/{}/credit-notes", text(&payment, "/allocations/0/invoice"));
    app.api.post(&note, &part).await.expect(201);
    let refund = app.api.post(&format!("{path}/refunds"), &part).await.expect(201);
    app.eventually("the refund is booked", async || {
        (app.api.get(&path).await.expect(200)["refunded"] == cny("40.00")).then_some(())
    })
    .await;
    the_day_is_over(app).await;
    let bill = compared(app, &simulator, DAY).await;
    assert_eq!(bill["differences"], json!([]), "{bill}");
    assert_eq!(bill["sums"], json!([{ "theirs": cny("59.64"), "ours": cny("59.64") }]));
    assert_eq!((app.balance(account).await, app.balance("5603").await), ("59.64".into(), "0.36".into()));
    let postings = app.postings(&refund).await;
    assert!(
        postings.contains(&format!("{account} 0.24 -")) && postings.contains(&"5603 - 0.24".to_owned()),
        "{postings:?}"
    );
    let page = format!("/payments/bills/{}/{DAY}", simulator.connection);
    assert_eq!(owner(app).await.submit(&page, &[]).await.status, 303);
    assert_eq!(app.balance("5603").await, "0.36", "fetched again, nothing is posted again");
    tamper(app, "UPDATE refunds SET fee_minor = -23");
    let findings = app.findings();
    assert!(findings.iter().any(|one| one.contains("refund_differs") && one.contains("0.24")), "{findings:?}");
    tamper(app, "UPDATE refunds SET fee_minor = -24");
}

async fn disputes_agree_with_stripes_bill(app: &TestApp) {
    disputes_agree(app, STRIPE).await;
}

async fn disputes_agree_with_paypals_bill(app: &TestApp) {
    disputes_agree(app, PAYPAL).await;
}

async fn disputes_agree_with_the_simulators_bill(app: &TestApp) {
    disputes_agree(app, SIMULATOR).await;
}

/// Two payments are disputed on a day, and one of them is won on it; one that the books have under another name is on one side alone.
async fn disputes_agree(app: &TestApp, of: [&str; 3]) {
    let [provider, method, _] = of;
    let simulator = Simulator::speaking(app, provider).await;
    let customer = app.customer("拒付").await;
    for _ in 0..2 {
        paid(app, &simulator, &customer, method, "").await;
    }
    fees_are_known(app, of, "198.80").await;
    let payments = app.api.get("/payments").await.expect(200);
    for (payment, act) in rows(&payments).iter().zip(["win", "answer"]) {
        let told = simulator.disputed(payment, json!({})).await;
        simulator.acts(&told, act).await;
    }
    app.eventually("the disputes are known", async || {
        let all = app.api.get("/disputes").await.expect(200);
        let mut all: Vec<String> = rows(&all)
            .iter()
            .map(|one| format!("{} {}", text(one, "/status"), text(one, "/reinstated/amount")))
            .collect();
        all.sort();
        (all == ["under_review 0.00", "won 100.00"]).then_some(())
    })
    .await;
    the_day_is_over(app).await;
    let bill = compared(app, &simulator, DAY).await;
    assert_eq!(bill["differences"], json!([]), "{bill}");
    assert_eq!(bill["sums"][0]["theirs"], bill["sums"][0]["ours"], "{bill}");
    let desk = owner(app).await;
    let page = format!("/payments/bills/{}/{DAY}", simulator.connection);
    tamper(app, "UPDATE dispute_funds SET movement = 'another' WHERE direction = 'reinstated'");
    tamper(app, "UPDATE dispute_funds SET amount_minor = 9999 WHERE direction = 'withdrawn'");
    assert_eq!(desk.submit(&page, &[]).await.status, 303);
    let bill = compared(app, &simulator, DAY).await;
    let mut wanted = vec![
        "amount_differs dispute -99.99 -100.00",
        "amount_differs dispute -99.99 -100.00",
        "only_here dispute 100.00 -",
        "only_there dispute - 100.00",
    ];
    wanted.sort_unstable();
    assert_eq!(told(&bill, "open"), wanted, "{bill}");
    let linked = bill["differences"].as_array().unwrap().iter().filter(|one| one["payment"].is_string()).count();
    assert_eq!(linked, 3, "what the books have leads to its payment: {bill}");
    tamper(app, "UPDATE dispute_funds SET amount_minor = 10000");
}
