//! Credit of credit notes: set against other invoices, paid back by hand, and paid back the way the money came.

use crate::harness::trade::text;
use crate::harness::{PASSWORD, Simulator, TestApp, both, cny, money, rows};
use kernel::Role;
use serde_json::{Value, json};

both! {
    a_credit_note_of_a_paid_invoice_settles_another,
    the_credit_of_a_note_is_paid_back_by_hand,
    a_refund_of_the_payment_draws_on_the_note,
    a_refund_draws_only_on_what_the_payment_paid,
    an_online_payment_goes_back_the_way_it_came_and_is_answered_once,
    differences_of_rates_are_taken_back_with_the_payment,
    the_desk_uses_the_credit_of_a_note,
}

/// A paid invoice that was credited since; gives it with its payment and note.
async fn credited(app: &TestApp, customer: &str, amount: &str, back: &str) -> (Value, Value, Value) {
    let invoice = app.invoice(customer, amount).await;
    let payment = app.pay(customer, cny(amount), &[(&invoice, amount)]).await.expect(201);
    let note = note(app, &invoice, cny(back)).await;
    assert_eq!(note["unapplied"], cny(back), "all of it is credit");
    (invoice, payment, note)
}

async fn note(app: &TestApp, invoice: &Value, amount: Value) -> Value {
    let path = format!("/invoices/{}/credit-notes", text(invoice, "/id"));
    app.api.post(&path, &json!({ "reason": "退货", "amount": amount })).await.expect(201)
}

async fn a_credit_note_of_a_paid_invoice_settles_another(app: &TestApp) {
    let customer = app.customer("红字").await;
    let (_, _, note) = credited(app, &customer, "113.00", "113.00").await;
    let next = app.invoice(&customer, "100.00").await;
    let path = format!("/credit-notes/{}/allocations", text(&note, "/id"));
    let part = |amount: &str| json!({ "allocations": [{ "invoice": next["id"], "amount": cny(amount) }] });
    app.api.post(&path, &part("100.01")).await.problem(409, "allocation_exceeds_balance");
    let euros = json!({ "allocations": [{ "invoice": next["id"], "amount": money("EUR", "1.00") }] });
    app.api.post(&path, &euros).await.wrong_field("/allocations/0/amount/currency");
    let after = app.api.post(&path, &part("60.00")).await.expect(201);
    assert_eq!((&after["unapplied"], &after["allocations"][0]["amount"]), (&cny("53.00"), &cny("60.00")));
    assert_eq!(app.standing(&next).await, "partially_paid 40.00");
    let entries = app.api.get(&format!("/journal-entries?document={}", text(&note, "/id"))).await.expect(200);
    assert_eq!(rows(&entries).len(), 1, "both stand on the same account: nothing moves");
    // Without a choice, the oldest first.
    let after = app.api.post(&path, &json!({})).await.expect(201);
    assert_eq!((&after["unapplied"], app.standing(&next).await.as_str()), (&cny("13.00"), "paid 0.00"));
    app.api.post(&path, &json!({})).await.problem(409, "credit_exceeded");
    app.api.post("/credit-notes/crn_01h455vb4pex5vsknk084sn02q/allocations", &part("1.00")).await.expect(404);
}

async fn the_credit_of_a_note_is_paid_back_by_hand(app: &TestApp) {
    let customer = app.customer("手工退").await;
    let (_, _, note) = credited(app, &customer, "113.00", "113.00").await;
    let path = format!("/credit-notes/{}/refunds", text(&note, "/id"));
    let back = |amount: Value| json!({ "amount": amount, "reason": "退货" });
    app.api.post(&path, &back(cny("113.01"))).await.problem(409, "refund_exceeds_credit");
    app.api.post(&path, &back(money("EUR", "1.00"))).await.wrong_field("/amount/currency");
    let cash = json!({ "amount": cny("13.00"), "reason": "退货", "account": "1001" });
    app.api.post(&path, &cash).await.expect(201);
    let refund = app.api.post_once(&path, "back", &back(cny("100.00"))).await;
    let made = refund.expect(201);
    assert_eq!(
        (&made["status"], &made["credit_note"], &made["payment"]),
        (&json!("succeeded"), &note["id"], &Value::Null)
    );
    assert_eq!(app.api.post_once(&path, "back", &back(cny("100.00"))).await.body, refund.body);
    assert_eq!(app.api.get(&format!("/refunds/{}", text(&made, "/id"))).await.expect(200), made);
    assert_eq!(rows(&app.api.get(&path).await.expect(200)).len(), 2);
    assert_eq!(app.postings(&made).await, ["1002 - 100.00", "1122 100.00 -"]);
    let (owed, cash, bank) = (app.balance("1122").await, app.balance("1001").await, app.balance("1002").await);
    assert_eq!((owed.as_str(), cash.as_str(), bank.as_str()), ("0.00", "-13.00", "13.00"));
    app.api.post(&path, &back(cny("0.01"))).await.problem(409, "refund_exceeds_credit");
}

async fn a_refund_of_the_payment_draws_on_the_note(app: &TestApp) {
    let customer = app.customer("退原款").await;
    let (invoice, payment, note) = credited(app, &customer, "113.00", "50.00").await;
    let path = format!("/payments/{}", text(&payment, "/id"));
    let refunds = format!("{path}/refunds");
    let back = |amount: &str| json!({ "amount": cny(amount), "reason": "退货" });
    app.api.post(&refunds, &back("50.01")).await.problem(409, "refund_exceeds_credit");
    app.api.post(&refunds, &back("20.00")).await.expect(201);
    app.api.post(&refunds, &back("30.00")).await.expect(201);
    let now = app.api.get(&path).await.expect(200);
    assert_eq!(
        (&now["refunded"], &now["allocated"], &now["unallocated"]),
        (&cny("50.00"), &cny("63.00"), &cny("0.00"))
    );
    let after = app.api.get(&format!("/credit-notes/{}", text(&note, "/id"))).await.expect(200);
    assert_eq!(after["unapplied"], cny("0.00"), "it stands against its invoice now");
    assert_eq!(app.again(&invoice).await["balance"], cny("0.00"));
    let (owed, advances, bank) = (app.balance("1122").await, app.balance("2203").await, app.balance("1002").await);
    assert_eq!((owed.as_str(), advances.as_str(), bank.as_str()), ("0.00", "0.00", "63.00"));
    assert_eq!(rows(&app.api.get(&refunds).await.expect(200)).len(), 2);
}

async fn a_refund_draws_only_on_what_the_payment_paid(app: &TestApp) {
    let customer = app.customer("两笔款").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let first = app.pay(&customer, cny("40.00"), &[(&invoice, "40.00")]).await.expect(201);
    app.pay(&customer, cny("60.00"), &[(&invoice, "60.00")]).await.expect(201);
    note(app, &invoice, cny("70.00")).await;
    let refunds = format!("/payments/{}/refunds", text(&first, "/id"));
    let back = |amount: &str| json!({ "amount": cny(amount), "reason": "退货" });
    app.api.post(&refunds, &back("40.01")).await.problem(409, "refund_exceeds_payment");
    app.api.post(&refunds, &back("40.00")).await.expect(201);
    assert_eq!(app.again(&invoice).await["balance"], cny("0.00"));
    let balance = app.api.get(&format!("/customers/{customer}/balance")).await.expect(200);
    assert!(balance.to_string().contains("30.00"), "the rest of the note: {balance}");
    // A payment that was taken back opens the invoice again, and nothing more goes back of it.
    let other = app.customer("退票").await;
    let (_, payment, _) = credited(app, &other, "10.00", "10.00").await;
    let path = format!("/payments/{}", text(&payment, "/id"));
    app.api.post(&format!("{path}/reverse"), &json!({ "reason": "误登" })).await.expect(200);
    app.api.post(&format!("{path}/refunds"), &back("10.00")).await.problem(409, "refund_needs_success");
}

async fn an_online_payment_goes_back_the_way_it_came_and_is_answered_once(app: &TestApp) {
    let simulator = Simulator::connected_to(app).await;
    let customer = app.customer("原路退").await;
    let invoice = app.invoice(&customer, "50.00").await;
    let body = json!({ "invoices": [invoice["id"]], "method": "card" });
    let opened = app.api.post("/checkouts", &body).await.expect(201);
    simulator.payer_chooses(&text(&opened, "/url"), "pay").await;
    let path = format!("/checkouts/{}", text(&opened, "/id"));
    let paid = async || app.api.get(&path).await.expect(200)["payment"].as_str().map(str::to_owned);
    let payment = app.eventually("it is paid", paid).await;
    note(app, &invoice, cny("20.00")).await;
    simulator.shall("error_after", 1).await;
    let (path, back) = (format!("/payments/{payment}/refunds"), json!({ "amount": cny("20.00"), "reason": "退货" }));
    let first = app.api.post_once(&path, "back", &back).await;
    let refund = first.expect(201);
    assert_eq!(refund["status"], "processing");
    let path_of_it = format!("/refunds/{}", text(&refund, "/id"));
    app.eventually("the provider told", async || {
        app.clock.advance(jiff::SignedDuration::from_mins(2));
        (app.api.get(&path_of_it).await.expect(200)["status"] == "succeeded").then_some(())
    })
    .await;
    let again = app.api.post_once(&path, "back", &back).await;
    assert_eq!((again.status, &again.body), (201, &first.body), "the same to the byte");
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(rows(&app.api.get(&path).await.expect(200))[0]["status"], "succeeded");
    assert_eq!(app.postings(&refund).await, ["101203 - 20.00", "2203 20.00 -"]);
    let (owed, advances) = (app.balance("1122").await, app.balance("2203").await);
    assert_eq!((owed.as_str(), advances.as_str()), ("0.00", "0.00"));
}

async fn differences_of_rates_are_taken_back_with_the_payment(app: &TestApp) {
    let rate = async |rate: &str, from: &str| {
        let body = json!({ "base": "EUR", "quote": "CNY", "rate": rate, "valid_from": from });
        app.api.post("/exchange-rates", &body).await.expect(201);
    };
    rate("7.80", "2026-11-01").await;
    let told = json!({ "name": "Nordlicht GmbH", "country": "DE", "currency": "EUR", "locale": "en" });
    let customer = app.customer_with(told).await;
    let invoice = app.invoice_in(&customer, "EUR", "100.00").await;
    rate("7.90", "2026-11-24").await;
    app.clock.advance(jiff::SignedDuration::from_hours(24));
    let mut all = crate::harness::trade::payment(&customer, money("EUR", "100.00"), &[(&invoice, "100.00")]);
    all["received_on"] = json!("2026-11-24");
    let payment = app.api.post("/payments", &all).await.expect(201);
    assert_eq!(app.balance("5301").await, "-10.00", "a gain");
    note(app, &invoice, money("EUR", "40.00")).await;
    let refunds = format!("/payments/{}/refunds", text(&payment, "/id"));
    let back = json!({ "amount": money("EUR", "40.00"), "reason": "return" });
    app.api.post(&refunds, &back).await.expect(201);
    // What went back was never sold: of the gain only that on the other sixty is left.
    let (gain, owed, advances, bank) =
        (app.balance("5301").await, app.balance("1122").await, app.balance("2203").await, app.balance("1002").await);
    assert_eq!([gain, owed, advances, bank], ["-6.00", "0.00", "0.00", "474.00"]);
}

async fn the_desk_uses_the_credit_of_a_note(app: &TestApp) {
    let customer = app.customer("前台").await;
    let (_, payment, note) = credited(app, &customer, "100.00", "30.00").await;
    let next = app.invoice(&customer, "80.00").await;
    let desk = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let path = format!("/credit-notes/{}", text(&note, "/id"));
    let page = desk.get(&format!("{path}/credit")).await;
    page.expect(200);
    assert!(page.text().contains("30.00") && page.text().contains(&text(&next, "/number")), "{}", page.text());
    let row = ("/allocations/0/invoice", text(&next, "/id"));
    let form = |part: &'static str| {
        [(row.0, row.1.as_str()), ("/allocations/0/amount/amount", part)].map(|f| (f.0, f.1.to_owned()))
    };
    let send = async |path: &str, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        desk.submit(path, &fields).await
    };
    assert_eq!(send(&format!("{path}/allocate"), &form("")).await.status, 422, "nothing was chosen");
    assert_eq!(send(&format!("{path}/allocate"), &form("30.01")).await.status, 409);
    assert_eq!(send(&format!("{path}/allocate"), &form("10.00")).await.status, 303);
    assert_eq!(app.standing(&next).await, "partially_paid 70.00");
    let back = |amount: &str| [("/amount/amount", amount.to_owned()), ("/reason", "退货".to_owned())];
    assert_eq!(send(&format!("{path}/refund"), &back("20.01")).await.status, 409);
    assert_eq!(send(&format!("{path}/refund"), &back("5.00")).await.status, 303);
    let payment = format!("/payments/{}", text(&payment, "/id"));
    assert!(desk.get(&payment).await.text().contains("15.00"), "what can be drawn on");
    assert_eq!(send(&format!("{payment}/refund"), &back("15.00")).await.status, 303);
    let now = app.api.get(&format!("/credit-notes/{}", text(&note, "/id"))).await.expect(200);
    assert_eq!(now["unapplied"], cny("0.00"));
}
