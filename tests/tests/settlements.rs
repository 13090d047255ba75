//! What providers pay out, as their reports, the books and the bank tell it.

use crate::bills::{fees_are_known, paid};
use crate::harness::trade::text;
use crate::harness::{PASSWORD, Simulator, TODAY, TestApp, both, cny, rows};
use crate::reconciliation::{act, lines, moved, send, statement};
use jiff::SignedDuration;
use kernel::Role;
use serde_json::{Value, json};

both! {
    report_books_and_bank_agree,
    the_list_is_a_file_for_programs_and_for_people,
    a_fee_that_is_a_cent_apart_is_named,
    a_payment_that_the_report_lacks_is_named,
    a_fee_that_only_the_report_tells_is_learnt_once,
    a_refund_goes_into_the_next_pay_out,
    a_pay_out_without_a_number_is_known_by_its_amount_and_who_paid,
    two_pay_outs_of_the_same_amount_wait,
    nobody_else_sees_a_pay_out,
}

const STRIPE: [&str; 3] = ["stripe", "card", "101204"];
const CLEARING: &str = "101204";

/// A row of a report: kind, gross and fee in minor units, what it is about, our number of it, the pay-out that it went into.
struct Row<'a> {
    kind: &'a str,
    gross: i64,
    fee: i64,
    source: &'a str,
    ours: &'a str,
    payout: &'a str,
}

fn figure(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// A report as Stripe writes it, with the number that we give a payment or a refund in a column of its own.
fn report(rows: &[Row<'_>]) -> String {
    let mut file =
        "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,\
        description,automatic_payout_id,payment_metadata[checkout],refund_metadata[refund]\n"
            .to_owned();
    for (nth, row) in rows.iter().enumerate() {
        let (payment, refund) = if row.kind == "refund" { ("", row.ours) } else { (row.ours, "") };
        file += &format!(
            "txn_example_{nth}_{source},{TODAY} 08:{nth:02}:00,{TODAY} 09:00:00,cny,{},{},{},{kind},{source},Example,{},{payment},{refund}\n",
            figure(row.gross),
            figure(row.fee),
            figure(row.gross - row.fee),
            row.payout,
            kind = row.kind,
            source = row.source,
        );
    }
    file
}

fn charge<'a>(ours: &'a str, fee: i64, payout: &'a str) -> Row<'a> {
    Row { kind: "charge", gross: 10_000, fee, source: ours, ours, payout }
}

fn payout(number: &str, net: i64) -> Row<'_> {
    Row { kind: "payout", gross: -net, fee: 0, source: number, ours: "", payout: "" }
}

async fn bring_in(app: &TestApp, account: &str, file: &str) -> Value {
    app.clock.advance(SignedDuration::from_secs(1));
    let reply = send(&app.api, file, &[("account", account)]).await;
    if reply.status == 200 { reply.expect(200) } else { reply.expect(201) }
}

/// Two payments of a hundred, and all of it paid out: the checkouts, and the provider's number of the pay-out.
async fn paid_out(app: &TestApp, simulator: &Simulator) -> ([String; 2], String) {
    let customer = app.customer("示例客户").await;
    let one = paid(app, simulator, &customer, "card", "").await;
    let two = paid(app, simulator, &customer, "card", "").await;
    fees_are_known(app, STRIPE, "198.80").await;
    let number = simulator.pays_out("stripe", false).await.remove(0);
    app.eventually("it is paid out", async || (app.balance(CLEARING).await == "0.00").then_some(())).await;
    ([one, two], number)
}

async fn settlements(app: &TestApp, query: &str) -> Vec<Value> {
    rows(&app.api.get(&format!("/settlements{query}")).await.expect(200)).clone()
}

async fn report_books_and_bank_agree(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    let ([one, two], number) = paid_out(app, &simulator).await;
    let [before] = &settlements(app, "").await[..] else { panic!("one pay-out") };
    assert_eq!(
        (&before["state"], &before["report"], &before["bank"]),
        (&json!("report_missing"), &json!(null), &json!(null))
    );
    assert_eq!((&before["books"]["payments"], &before["books"]["fees"]), (&cny("200.00"), &cny("-1.20")));

    let file = report(&[charge(&one, 60, &number), charge(&two, 60, &number), payout(&number, 19_880)]);
    let imported = bring_in(app, CLEARING, &file).await;
    assert_eq!(imported["posted"], json!([{ "tier": "reference", "lines": 5 }]), "{imported}");
    let [missing] = &settlements(app, "").await[..] else { panic!("one pay-out") };
    assert_eq!((&missing["state"], &missing["differences"]), (&json!("bank_missing"), &json!([])), "{missing}");

    let bank = statement("1", 0, &[moved(19_880, &format!("payout {number}"), "Stripe Payments Europe")]);
    let imported = bring_in(app, "1002", &bank).await;
    assert_eq!(imported["posted"], json!([{ "tier": "reference", "lines": 1 }]), "{imported}");
    let [settled] = &settlements(app, "?state=agrees").await[..] else { panic!("one pay-out") };
    assert_eq!(settled["state"], "agrees", "{settled}");
    for told in ["report", "books"] {
        let told = &settled[told];
        assert_eq!((&told["payments"], &told["fees"], &told["net"]), (&cny("200.00"), &cny("-1.20"), &cny("198.80")));
        assert_eq!((&told["refunds"], &told["carried"]), (&cny("0.00"), &cny("0.00")));
    }
    assert_eq!((&settled["bank"]["amount"], &settled["bank"]["matched"]), (&cny("198.80"), &json!(true)));
    let detail = app.api.get(&format!("/settlements/{}", text(settled, "/id"))).await.expect(200);
    let items = detail["items"].as_array().unwrap();
    assert_eq!(items.len(), 4, "{detail}");
    assert!(items.iter().all(|item| item["report"] == item["books"]), "{detail}");
    let payments = items.iter().filter(|item| item["component"] == "payments");
    assert!(payments.clone().count() == 2 && payments.clone().all(|item| item["customer"] == "示例客户"), "{detail}");
    assert_eq!(settlements(app, "?state=differs").await, Vec::<Value>::new());
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_payment_that_the_report_lacks_is_named(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    let ([one, _], number) = paid_out(app, &simulator).await;
    bring_in(app, CLEARING, &report(&[charge(&one, 60, &number), payout(&number, 19_880)])).await;
    let [found] = &settlements(app, "?state=differs").await[..] else { panic!("one pay-out") };
    let detail = app.api.get(&format!("/settlements/{}", text(found, "/id"))).await.expect(200);
    let items = detail["items"].as_array().unwrap();
    let ours: Vec<(&Value, &Value)> =
        items.iter().filter(|item| item["report"].is_null()).map(|item| (&item["component"], &item["books"])).collect();
    assert!(ours.contains(&(&json!("payments"), &cny("100.00"))), "{detail}");
    assert!(ours.contains(&(&json!("fees"), &cny("-0.60"))), "{detail}");
    assert_eq!((&found["books"]["payments"], &found["books"]["carried"]), (&cny("200.00"), &cny("0.00")), "{found}");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn the_list_is_a_file_for_programs_and_for_people(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    let (_, number) = paid_out(app, &simulator).await;
    // Whoever takes money in sees at the desk what it became, and reads no other reports.
    let cashier = app.key_of(Role::Cashier, None).await;
    let csv = cashier.get("/settlements?format=csv").await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
    let told = csv.text();
    let (head, row) = told.split_once("\r\n").unwrap();
    assert_eq!(
        head,
        "arrived_on,provider,number,account,state,differences,currency,payments,refunds,fees,disputes,other,carried,report_net,\
         books_net,bank_net"
    );
    assert!(row.contains(&number) && row.contains(",report_missing,,CNY,200.00,0.00,-1.20,"), "{row}");
    let none = cashier.get("/settlements?format=csv&state=agrees").await.text();
    assert_eq!(none.trim_end(), head, "the filter is that of the list");
    let book = cashier.speaking("zh-CN").get("/settlements?format=xlsx").await;
    assert_eq!((book.status, &book.body[..2]), (200, &b"PK"[..]));
    cashier.get("/settlements?format=pdf").await.problem(422, "format_not_available");
    cashier.get("/settlements?format=csv&from=yesterday").await.wrong_field("/from");
}

async fn a_fee_that_is_a_cent_apart_is_named(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    let ([one, two], number) = paid_out(app, &simulator).await;
    let file = report(&[charge(&one, 60, &number), charge(&two, 61, &number), payout(&number, 19_880)]);
    let imported = bring_in(app, CLEARING, &file).await;
    assert_eq!(imported["posted"], json!([{ "tier": "reference", "lines": 4 }]), "{imported}");
    bring_in(app, "1002", &statement("1", 0, &[moved(19_880, &number, "Stripe")])).await;
    let [found] = &settlements(app, "?state=differs").await[..] else { panic!("one pay-out") };
    // The report does not add up either: a cent is left.
    let differs = |about: &str, theirs, ours| json!({ "about": about, "theirs": cny(theirs), "ours": cny(ours) });
    let wanted = json!([differs("fees", "-1.21", "-1.20"), differs("carried", "0.01", "0.00")]);
    assert_eq!(found["differences"], wanted, "{found}");
    let detail = app.api.get(&format!("/settlements/{}", text(found, "/id"))).await.expect(200);
    let apart: Vec<&Value> =
        detail["items"].as_array().unwrap().iter().filter(|item| item["report"] != item["books"]).collect();
    let [item] = apart[..] else { panic!("one movement differs: {detail}") };
    assert_eq!((&item["component"], &item["report"], &item["books"]), (&json!("fees"), &cny("-0.61"), &cny("-0.60")));
    let desk = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let list = desk.get("/statements/settlements").await.text();
    assert!(list.contains(&number) && list.contains("differs"), "{list}");
    let page = desk.get(&format!("/statements/settlements/{}", text(found, "/id"))).await.text();
    assert!(page.contains("Books") && page.contains("differs"), "{page}");
    let file = desk.get("/statements/settlements.csv?state=differs").await.text();
    assert!(file.contains(&number) && file.contains("-1.21"), "{file}");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_fee_that_only_the_report_tells_is_learnt_once(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    let customer = app.customer("示例客户").await;
    let checkout = paid(app, &simulator, &customer, "card", "").await;
    assert_eq!(app.balance("5603").await, "0.00", "nobody told the fee yet");
    let imported = bring_in(app, CLEARING, &report(&[charge(&checkout, 60, "")])).await;
    assert_eq!(imported["posted"], json!([{ "tier": "reference", "lines": 2 }]), "{imported}");
    assert_eq!((&imported["open"], &imported["waiting"]), (&json!(0), &json!([])), "{imported}");
    assert_eq!((app.balance("5603").await, app.balance(CLEARING).await), ("0.60".into(), "99.40".into()));
    // The provider tells it too, later, with that of another payment.
    paid(app, &simulator, &customer, "card", "").await;
    fees_are_known(app, STRIPE, "198.80").await;
    assert_eq!(app.balance("5603").await, "1.20");
    // Undone, the fee stays known.
    let line = lines(app, &imported).await.remove(1);
    act(app, &line, "unmatch", &json!({ "reason": "x" })).await.expect(200);
    assert_eq!(app.balance("5603").await, "1.20");
    // A charge of the provider's own is posted; one that names what nobody knows waits.
    let own = Row { kind: "fee", gross: -500, fee: 0, source: "", ours: "", payout: "" };
    let unknown = Row { kind: "fee", gross: -700, fee: 0, source: "ch_unknown", ours: "", payout: "" };
    let imported = bring_in(app, CLEARING, &report(&[own, unknown])).await;
    assert_eq!((&imported["posted"][0]["lines"], &imported["open"]), (&json!(1), &json!(1)), "{imported}");
    assert_eq!(app.balance("5603").await, "6.20");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_refund_goes_into_the_next_pay_out(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    let ([one, two], first) = paid_out(app, &simulator).await;
    let payments = app.api.get("/payments").await.expect(200);
    let payment = app.api.get(&format!("/payments/{}", text(&rows(&payments)[0], "/id"))).await.expect(200);
    let part = json!({ "amount": cny("40.00"), "reason": "Short of one" });
    let note = format!("/invoices/{}/credit-notes", text(&payment, "/allocations/0/invoice"));
    app.api.post(&note, &part).await.expect(201);
    let refund = app.api.post(&format!("/payments/{}/refunds", text(&payment, "/id")), &part).await.expect(201);
    app.eventually("it is given back", async || (app.balance(CLEARING).await == "-40.00").then_some(())).await;
    let customer = app.customer("另一家示例客户").await;
    let three = paid(app, &simulator, &customer, "card", "").await;
    fees_are_known(app, STRIPE, "59.40").await;
    let second = simulator.pays_out("stripe", false).await.remove(0);
    app.eventually("it is paid out", async || (app.balance(CLEARING).await == "0.00").then_some(())).await;

    let ours = text(&refund, "/id");
    let back = Row { kind: "refund", gross: -4_000, fee: 0, source: "re_example", ours: &ours, payout: &second };
    let file = report(&[
        charge(&one, 60, &first),
        charge(&two, 60, &first),
        payout(&first, 19_880),
        back,
        charge(&three, 60, &second),
        payout(&second, 5_940),
    ]);
    let imported = bring_in(app, CLEARING, &file).await;
    assert_eq!((&imported["open"], &imported["waiting"]), (&json!(0), &json!([])), "{imported}");
    let bank = [moved(19_880, &first, "Stripe"), moved(5_940, &second, "Stripe")];
    bring_in(app, "1002", &statement("1", 0, &bank)).await;
    let found = settlements(app, "").await;
    let told = |one: &Value| (text(one, "/number"), text(one, "/state"), text(one, "/report/refunds/amount"));
    let wanted = [(second, "agrees".into(), "-40.00".into()), (first, "agrees".into(), "0.00".into())];
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), wanted, "{found:?}");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_pay_out_without_a_number_is_known_by_its_amount_and_who_paid(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    paid_out(app, &simulator).await;
    let sent = [moved(19_880, "transfer", "Stripe Payments Europe"), moved(19_880, "transfer", "示例银行")];
    let imported = bring_in(app, "1002", &statement("1", 0, &sent)).await;
    assert_eq!(imported["posted"], json!([{ "tier": "payer", "lines": 1 }]), "{imported}");
    let [found] = &settlements(app, "").await[..] else { panic!("one pay-out") };
    assert_eq!((&found["bank"]["matched"], &found["state"]), (&json!(true), &json!("report_missing")));
}

async fn two_pay_outs_of_the_same_amount_wait(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    let customer = app.customer("示例客户").await;
    for _ in 0..2 {
        paid(app, &simulator, &customer, "card", "").await;
        fees_are_known(app, STRIPE, "99.40").await;
        simulator.pays_out("stripe", false).await;
        app.eventually("it is paid out", async || (app.balance(CLEARING).await == "0.00").then_some(())).await;
    }
    let sent = [moved(9_940, "transfer", "Stripe"), moved(9_940, "transfer", "Stripe")];
    let imported = bring_in(app, "1002", &statement("1", 0, &sent)).await;
    assert_eq!((&imported["posted"], &imported["waiting"][0]["lines"]), (&json!([]), &json!(2)), "{imported}");
    for line in lines(app, &imported).await {
        assert_eq!((text(&line, "/match/state"), &line["match"]["tied"]), ("open".to_owned(), &json!(true)));
    }
    let found = settlements(app, "").await;
    assert_eq!(found.iter().map(|one| one["bank"].clone()).collect::<Vec<_>>(), [Value::Null, Value::Null]);
}

async fn nobody_else_sees_a_pay_out(app: &TestApp) {
    let simulator = Simulator::speaking(app, "stripe").await;
    paid_out(app, &simulator).await;
    let found = settlements(app, "").await;
    let path = format!("/settlements/{}", text(&found[0], "/id"));
    let other = app.another_organisation().await;
    other.get(&path).await.problem(404, "settlement_not_found");
    assert_eq!(rows(&other.get("/settlements").await.expect(200)).len(), 0);
    let none = app.key_of(Role::Owner, Some(Vec::new())).await;
    assert_eq!((none.get(&path).await.status, none.get("/settlements").await.status), (403, 403));
    app.api.get("/settlements?from=2026-01-01&to=2026-12-01").await.wrong_field("/from");
    app.api.get("/settlements?state=lost").await.wrong_field("/state");
}
