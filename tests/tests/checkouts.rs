//! Paying online, through a provider that behaves as real ones do: late, twice, out of order, or not at all.

use crate::harness::trade::text;
use crate::harness::{PASSWORD, Simulator, TestApp, both, cny, rows};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

both! {
    a_card_pays_an_invoice,
    money_comes_and_goes_through_stripe,
    money_comes_and_goes_through_alipay,
    money_comes_and_goes_through_wechat_pay,
    money_comes_and_goes_through_paypal,
    an_e_wallet_pays_by_a_code,
    a_code_is_shown_where_there_is_no_page,
    several_invoices_are_paid_together,
    notices_that_come_twice_late_and_out_of_order_count_once,
    a_declined_card_pays_nothing_and_may_try_again,
    forged_and_wrong_notices_have_no_effect,
    a_call_without_an_answer_is_in_doubt_until_the_provider_tells,
    a_lost_notice_is_made_up_for_by_asking,
    two_checkouts_of_one_invoice_do_not_pay_it_twice,
    the_page_hears_of_the_payment,
    the_payer_returns_to_an_address,
    a_pay_link_shows_its_own_payments_only,
    a_pay_page_says_why_nothing_is_left,
    a_part_is_paid_without_a_provider_too,
    a_pay_link_that_is_pressed_many_times_leads_to_one_payment,
}

async fn checkout(app: &TestApp, invoices: &[&Value], method: &str) -> Value {
    let ids: Vec<&Value> = invoices.iter().map(|invoice| &invoice["id"]).collect();
    let body = json!({ "invoices": ids, "method": method, "return_url": format!("{}/done", app.base) });
    app.api.post("/checkouts", &body).await.expect(201)
}

async fn status(app: &TestApp, checkout: &Value) -> String {
    text(&app.api.get(&format!("/checkouts/{}", text(checkout, "/id"))).await.expect(200), "/status")
}

async fn until(app: &TestApp, checkout: &Value, wanted: &str) {
    let what = format!("the checkout is {wanted}");
    app.eventually(&what, async || (status(app, checkout).await == wanted).then_some(())).await;
}

async fn a_card_pays_an_invoice(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("刷卡").await;
    let invoice = app.invoice(&customer, "732.16").await;
    let opened = checkout(app, &[&invoice], "card").await;
    assert!(text(&opened, "/id").starts_with("ckt_"));
    assert_eq!(opened["status"], "open");
    simulator.payer_chooses(&text(&opened, "/url"), "pay").await;
    until(app, &opened, "succeeded").await;
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let payments = app.api.get("/payments").await.expect(200);
    let paid = &rows(&payments)[0];
    assert_eq!((&paid["method"], &paid["amount"]), (&json!("card"), &cny("732.16")));
    // The provider keeps its fee of 0.60 %: 4.39.
    app.eventually("the fee is booked", async || (app.balance("101203").await == "727.77").then_some(())).await;
    assert_eq!(app.balance("5603").await, "4.39");
}

/// The fee is asked for, since Stripe does not bring it along: 0.60 % of five hundred.
async fn money_comes_and_goes_through_stripe(app: &TestApp) {
    money_comes_and_goes(app, "stripe", "card", "101204", ["497.00", "457.00"]).await;
}

/// Neither tells a fee of each payment.
async fn money_comes_and_goes_through_alipay(app: &TestApp) {
    money_comes_and_goes(app, "alipay", "e_wallet", "101201", ["500.00", "460.00"]).await;
}

async fn money_comes_and_goes_through_wechat_pay(app: &TestApp) {
    money_comes_and_goes(app, "wechat_pay", "e_wallet", "101202", ["500.00", "460.00"]).await;
}

/// The payer agrees, and the house takes the money once it hears of it. The fee comes along: 0.60 % of five hundred.
async fn money_comes_and_goes_through_paypal(app: &TestApp) {
    money_comes_and_goes(app, "paypal", "e_wallet", "101205", ["497.00", "457.00"]).await;
}

/// On good days and bad ones; then part of one payment goes back. What the provider owes is known before and after that.
async fn money_comes_and_goes(app: &TestApp, provider: &str, method: &str, account: &str, owed: [&str; 2]) {
    let simulator = Simulator::speaking(app, provider).await;
    let customer = app.customer("海外").await;
    for scenario in ["", "copies=3,reorder", "slow", "error_after", "lost"] {
        let invoice = app.invoice(&customer, "100.00").await;
        simulator.shall(scenario, 1).await;
        let opened = checkout(app, &[&invoice], method).await;
        let place = |opened: &Value| opened["url"].as_str().or(opened["qr"].as_str()).map(str::to_owned);
        let place = match place(&opened) {
            Some(place) => place,
            // In doubt: the provider is asked, and the same key tells where the payer goes.
            None => {
                app.clock.advance(jiff::SignedDuration::from_secs(70));
                app.eventually("there is a place to pay", async || {
                    place(&app.api.get(&format!("/checkouts/{}", text(&opened, "/id"))).await.expect(200))
                })
                .await
            }
        };
        simulator.payer_chooses(&place, "pay").await;
        if scenario == "lost" {
            app.clock.advance(jiff::SignedDuration::from_secs(70));
        }
        until(app, &opened, "succeeded").await;
        assert_eq!(app.standing(&invoice).await, "paid 0.00", "{scenario}");
    }
    app.clock.advance(jiff::SignedDuration::from_secs(10));
    app.eventually("fees are booked", async || (app.balance(account).await == owed[0]).then_some(())).await;
    let payments = app.api.get("/payments").await.expect(200);
    assert_eq!(rows(&payments).len(), 5);
    // Part of one invoice is credited, and goes back the way it came.
    let payment = app.api.get(&format!("/payments/{}", text(&rows(&payments)[0], "/id"))).await.expect(200);
    let part = json!({ "amount": cny("40.00"), "reason": "短装" });
    let note = format!("/invoices/{}/credit-notes", text(&payment, "/allocations/0/invoice"));
    app.api.post(&note, &part).await.expect(201);
    app.api.post(&format!("/payments/{}/refunds", text(&payment, "/id")), &part).await.expect(201);
    app.eventually("the refund is booked", async || (app.balance(account).await == owed[1]).then_some(())).await;
}

async fn an_e_wallet_pays_by_a_code(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("钱包").await;
    let invoice = app.invoice(&customer, "20.00").await;
    let opened = checkout(app, &[&invoice], "e_wallet").await;
    assert!(text(&opened, "/qr").starts_with("http"), "{opened}");
    simulator.payer_chooses(&text(&opened, "/url"), "pay").await;
    until(app, &opened, "succeeded").await;
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
}

async fn a_code_is_shown_where_there_is_no_page(app: &TestApp) {
    let simulator = Simulator::speaking(app, "wechat_pay").await;
    let customer = app.customer("扫码").await;
    let invoice = app.invoice(&customer, "20.00").await;
    let form = [("idempotency_key", "scan"), ("/method", "e_wallet")];
    let begun = app.nobody.submit(&pay_path(app, &invoice), &form).await;
    assert_eq!(begun.status, 303, "{}", begun.text());
    let page = app.nobody.get(begun.location()).await;
    assert!(page.text().contains("<svg") && page.text().contains("Scan to pay"), "{}", page.text());
    let (_, id) = begun.location().split_once("checkout=").unwrap();
    let opened = app.api.get(&format!("/checkouts/{id}")).await.expect(200);
    simulator.payer_chooses(&text(&opened, "/qr"), "pay").await;
    until(app, &opened, "succeeded").await;
    let page = app.nobody.get(begun.location()).await;
    assert!(!page.text().contains("<svg"), "{}", page.text());
}

async fn several_invoices_are_paid_together(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("合并").await;
    let first = app.invoice(&customer, "10.00").await;
    let second = app.invoice(&customer, "20.00").await;
    let opened = checkout(app, &[&first, &second], "card").await;
    simulator.payer_chooses(&text(&opened, "/url"), "pay").await;
    until(app, &opened, "succeeded").await;
    assert_eq!((app.standing(&first).await, app.standing(&second).await), ("paid 0.00".into(), "paid 0.00".into()));
    assert_eq!(rows(&app.api.get("/payments").await.expect(200)).len(), 1);
    let elses = app.customer("别人").await;
    let others = app.invoice(&elses, "1.00").await;
    let mine = app.invoice(&customer, "1.00").await;
    let mixed = json!({ "invoices": [mine["id"], others["id"]], "method": "card" });
    assert!([404, 409, 422].contains(&app.api.post("/checkouts", &mixed).await.status), "two customers");
}

async fn notices_that_come_twice_late_and_out_of_order_count_once(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("通知").await;
    for (scenario, choice) in [
        ("copies=5,reorder", "pay"),
        ("late=600,copies=3", "pay"),
        ("slow,reorder,copies=2", "pay"),
        ("", "pay-twice"),
        ("", "pay-late"),
    ] {
        let invoice = app.invoice(&customer, "50.00").await;
        simulator.shall(scenario, 1).await;
        let opened = checkout(app, &[&invoice], "card").await;
        simulator.payer_chooses(&text(&opened, "/url"), choice).await;
        until(app, &opened, "succeeded").await;
        assert_eq!(app.standing(&invoice).await, "paid 0.00", "{scenario} {choice}");
    }
    // Give the last copies time to arrive.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(rows(&app.api.get("/payments").await.expect(200)).len(), 5, "one each");
}

async fn a_declined_card_pays_nothing_and_may_try_again(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("拒绝").await;
    let invoice = app.invoice(&customer, "50.00").await;
    let opened = checkout(app, &[&invoice], "card").await;
    simulator.payer_chooses(&text(&opened, "/url"), "decline").await;
    until(app, &opened, "failed").await;
    assert_eq!(app.standing(&invoice).await, "open 50.00");
    let again = checkout(app, &[&invoice], "card").await;
    simulator.payer_chooses(&text(&again, "/url"), "pay").await;
    until(app, &again, "succeeded").await;
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
}

async fn forged_and_wrong_notices_have_no_effect(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("伪造").await;
    for scenario in ["forged", "stale", "wrong_amount"] {
        let invoice = app.invoice(&customer, "50.00").await;
        simulator.shall(scenario, 1).await;
        let opened = checkout(app, &[&invoice], "card").await;
        simulator.payer_chooses(&text(&opened, "/url"), "pay").await;
        tokio::time::sleep(Duration::from_millis(600)).await;
        let payments = app.api.get("/payments").await.expect(200);
        for paid in rows(&payments) {
            assert_eq!(paid["amount"], cny("50.00"), "{scenario}: only what the provider says when it is asked");
        }
    }
    let bad =
        app.nobody.post("/api/v1/gateways/gwc_01h455vb4pex5vsknk084sn02q/notifications", &json!({ "id": "x" })).await;
    assert!([400, 401, 403, 404].contains(&bad.status), "{}", bad.text());
}

async fn a_call_without_an_answer_is_in_doubt_until_the_provider_tells(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("超时").await;
    for scenario in ["error_after", "error_before"] {
        let invoice = app.invoice(&customer, "50.00").await;
        simulator.shall(scenario, 1).await;
        let body = json!({ "invoices": [invoice["id"]], "method": "card", "return_url": format!("{}/done", app.base) });
        let opened = app.api.post("/checkouts", &body).await.expect(201);
        assert_eq!(opened["status"], "in_doubt", "{scenario}: {opened}");
        assert_eq!(app.again(&invoice).await["in_doubt"], true);
        app.eventually("the provider was asked", async || {
            app.clock.advance(jiff::SignedDuration::from_mins(2));
            let now = status(app, &opened).await;
            (now != "in_doubt").then_some(())
        })
        .await;
        let settled = app.api.get(&format!("/checkouts/{}", text(&opened, "/id"))).await.expect(200);
        if settled["status"] == "open" {
            simulator.payer_chooses(&text(&settled, "/url"), "pay").await;
            until(app, &opened, "succeeded").await;
            assert_eq!(app.standing(&invoice).await, "paid 0.00");
        } else {
            assert_eq!(app.standing(&invoice).await, "open 50.00", "{scenario}: {settled}");
        }
    }
}

async fn a_lost_notice_is_made_up_for_by_asking(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("丢失").await;
    let invoice = app.invoice(&customer, "50.00").await;
    simulator.shall("lost", 1).await;
    let opened = checkout(app, &[&invoice], "card").await;
    simulator.payer_chooses(&text(&opened, "/url"), "pay").await;
    app.eventually("the provider was asked", async || {
        app.clock.advance(jiff::SignedDuration::from_mins(2));
        (status(app, &opened).await == "succeeded").then_some(())
    })
    .await;
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
}

async fn two_checkouts_of_one_invoice_do_not_pay_it_twice(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("两次").await;
    let invoice = app.invoice(&customer, "50.00").await;
    let body = json!({ "invoices": [invoice["id"]], "method": "card", "return_url": format!("{}/done", app.base) });
    let replies = join_all((0..16).map(|_| app.api.post("/checkouts", &body))).await;
    let opened: Vec<Value> = replies.iter().filter(|r| r.status == 201).map(|r| r.json()).collect();
    assert!(replies.iter().all(|r| [201, 409].contains(&r.status)));
    // One that nobody began may have made room for another, once the provider had closed it.
    let mut payable = 0;
    for checkout in &opened {
        payable += usize::from(status(app, checkout).await == "open");
    }
    assert_eq!(payable, 1, "one attempt speaks for what is open of an invoice");
    for checkout in &opened {
        if let Some(url) = checkout["url"].as_str() {
            simulator.payer_chooses(url, "pay").await;
        }
    }
    app.eventually("it is paid", async || (app.standing(&invoice).await == "paid 0.00").then_some(())).await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    // Whoever paid twice has it as credit; the invoice took what was due, once.
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let allocations = app.again(&invoice).await["allocations"].as_array().unwrap().len();
    assert_eq!(allocations, 1);
}

async fn the_page_hears_of_the_payment(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("实时").await;
    let invoice = app.invoice(&customer, "50.00").await;
    let opened = checkout(app, &[&invoice], "card").await;
    let path = format!("/checkouts/{}/events", text(&opened, "/id"));
    let mut stream = app.api.request(reqwest::Method::GET, &path).send().await.unwrap();
    assert_eq!(stream.status().as_u16(), 200);
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    simulator.payer_chooses(&text(&opened, "/url"), "pay").await;
    let (since, mut heard) = (Instant::now(), String::new());
    while !heard.contains("succeeded") {
        assert!(since.elapsed() < Duration::from_secs(15), "heard only {heard}");
        match tokio::time::timeout(Duration::from_secs(15), stream.chunk()).await.expect("an event").unwrap() {
            Some(chunk) => heard.push_str(&String::from_utf8_lossy(&chunk)),
            None => panic!("the stream ended with {heard}"),
        }
    }
}

async fn the_payer_returns_to_an_address(app: &TestApp) {
    let _simulator = Simulator::connected_to(app).await;
    let customer = app.customer("返回").await;
    let invoice = app.invoice(&customer, "50.00").await;
    let body = |url: &str| json!({ "invoices": [invoice["id"]], "method": "card", "return_url": url });
    for url in ["https://x\r\nSet-Cookie: a=b", "http://a b", "https://", "ftp://e.com/", "/portal"] {
        app.api.post("/checkouts", &body(url)).await.wrong_field("/return_url");
    }
    let opened = app.api.post("/checkouts", &body("https://e.com/?a=1#frag")).await.expect(201);
    let id = text(&opened, "/id");
    let back = app.nobody.get(&format!("/checkouts/{id}/return")).await;
    assert_eq!((back.status, back.location()), (303, format!("https://e.com/?a=1&checkout={id}#frag").as_str()));
}

/// The path of an invoice's pay link.
fn pay_path(app: &TestApp, invoice: &Value) -> String {
    text(invoice, "/pay_url").strip_prefix(&app.base).unwrap().to_owned()
}

async fn a_pay_link_shows_its_own_payments_only(app: &TestApp) {
    let _simulator = Simulator::connected_to(app).await;
    let customer = app.customer("两张").await;
    let (first, second) = (app.invoice(&customer, "10.00").await, app.invoice(&customer, "20.00").await);
    let opened = checkout(app, &[&second], "card").await;
    let shown = async |invoice: &Value| {
        let path = format!("{}/return?checkout={}", pay_path(app, invoice), text(&opened, "/id"));
        app.nobody.get(&path).await.status
    };
    assert_eq!((shown(&first).await, shown(&second).await), (404, 200));
}

async fn a_pay_page_says_why_nothing_is_left(app: &TestApp) {
    let customer = app.customer("结清").await;
    let page = async |invoice: &Value| app.nobody.get(&pay_path(app, invoice)).await.text();
    let paid = app.invoice(&customer, "10.00").await;
    app.pay(&customer, cny("10.00"), &[(&paid, "10.00")]).await.expect(201);
    assert!(page(&paid).await.contains("Thank you"));
    for (act, body, said) in [
        ("void", json!({ "reason": "x" }), "taken back"),
        ("write-off", json!({ "reason": "bad_debt" }), "closed"),
        ("credit-notes", json!({ "reason": "x" }), "credited"),
    ] {
        let invoice = app.invoice(&customer, "10.00").await;
        let done = app.api.post(&format!("/invoices/{}/{act}", text(&invoice, "/id")), &body).await;
        assert!(done.status < 300, "{}", done.text());
        let shown = page(&invoice).await;
        assert!(shown.contains(said) && !shown.contains("Thank you"), "{act}: {shown}");
    }
}

async fn a_part_is_paid_without_a_provider_too(app: &TestApp) {
    let customer = app.customer("转账").await;
    let (first, second) = (app.invoice(&customer, "100.00").await, app.invoice(&customer, "50.00").await);
    let link = pay_path(app, &first);
    let form = |amount: &'static str| [("/method", "bank_transfer"), ("/invoices/0/amount", amount)];
    let part = app.nobody.submit(&link, &form("40")).await;
    assert_eq!(part.status, 303);
    let shown = app.nobody.get(part.location().split('#').next().unwrap()).await.text();
    let how = shown.split("id=\"how\"").nth(1).unwrap_or_else(|| panic!("{shown}"));
    assert!(how.contains("40.00") && !how.contains("100.00") && how.contains(&text(&first, "/number")), "{how}");
    let too_much = app.nobody.submit(&link, &form("100.01")).await;
    assert!(too_much.status == 422 && too_much.text().contains("more than is left to pay"), "{}", too_much.text());

    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    let (one, two) = (text(&first, "/id"), text(&second, "/id"));
    let chosen = format!("/part/{one}");
    let fields =
        [("/method", "cheque"), ("/invoices", one.as_str()), ("/invoices", two.as_str()), (chosen.as_str(), "30")];
    let page = buyer.submit("/portal/pay", &fields).await;
    let shown = page.text();
    let how = shown.split("id=\"how\"").nth(1).unwrap_or_else(|| panic!("{shown}"));
    assert!(page.status == 200 && how.contains("80.00") && how.contains(&text(&second, "/number")), "{how}");
}

async fn a_pay_link_that_is_pressed_many_times_leads_to_one_payment(app: &TestApp) {
    let _simulator = Simulator::connected_to(app).await;
    let customer = app.customer("连点").await;
    let invoice = app.invoice(&customer, "50.00").await;
    let (link, form) = (pay_path(app, &invoice), [("idempotency_key", "pressed"), ("/method", "card")]);
    let replies = join_all((0..8).map(|_| app.nobody.submit(&link, &form))).await;
    for reply in &replies {
        assert_eq!((reply.status, reply.location()), (303, replies[0].location()), "{}", reply.text());
    }
}
