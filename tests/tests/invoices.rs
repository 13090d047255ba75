//! Invoices that are taken back, wholly or in part, or given up.

use crate::harness::trade::text;
use crate::harness::{Reply, TestApp, both, cny, rows};
use serde_json::{Value, json};

both! {
    an_unpaid_invoice_is_voided_and_keeps_its_number,
    a_paid_invoice_is_not_voided,
    a_full_credit_note_takes_an_invoice_back_in_red,
    a_part_of_an_invoice_is_credited,
    what_is_credited_after_payment_becomes_the_customers_credit,
    an_invoice_with_a_credit_note_is_not_voided,
    a_lost_invoice_is_written_off,
    what_was_written_off_is_not_credited,
    a_written_off_invoice_may_still_be_paid,
    nothing_is_written_off_before_there_is_an_invoice,
    an_invoice_without_an_order_is_drafted_and_issued,
    an_invoice_is_overdue_the_day_after_it_is_due,
}

async fn an_unpaid_invoice_is_voided_and_keeps_its_number(app: &TestApp) {
    let customer = app.customer("作废").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let path = format!("/invoices/{}/void", text(&invoice, "/id"));
    let voided = app.api.post(&path, &json!({ "reason": "错了" })).await.expect(200);
    assert_eq!((&voided["status"], &voided["number"]), (&json!("void"), &invoice["number"]));
    assert_eq!(voided["balance"], cny("0.00"));
    assert_eq!(app.balance("1122").await, "0.00");
    app.api.post(&path, &json!({ "reason": "错了" })).await.expect(409);
    let paid = app.pay(&customer, cny("1.00"), &[(&invoice, "1.00")]).await;
    assert_eq!(paid.status, 409, "{}", paid.text());
    let next = app.invoice(&customer, "1.00").await;
    assert_ne!(next["number"], invoice["number"], "a number is not used again");
}

async fn a_paid_invoice_is_not_voided(app: &TestApp) {
    let customer = app.customer("已付").await;
    let invoice = app.invoice(&customer, "100.00").await;
    app.pay(&customer, cny("1.00"), &[(&invoice, "1.00")]).await.expect(201);
    let path = format!("/invoices/{}/void", text(&invoice, "/id"));
    app.api.post(&path, &json!({ "reason": "错了" })).await.expect(409);
    assert_eq!(app.standing(&invoice).await, "partially_paid 99.00");
}

async fn credit(app: &TestApp, invoice: &Value, body: Value) -> Value {
    app.api.post(&format!("/invoices/{}/credit-notes", text(invoice, "/id")), &body).await.expect(201)
}

async fn main_invoice(app: &TestApp, customer: &str) -> Value {
    let item = app.goods().await;
    let order = app.main_order(customer, &item).await;
    let submitted = app.submit(&order).await.expect(200);
    app.invoice_by_id(&text(&submitted, "/invoice")).await
}

async fn a_full_credit_note_takes_an_invoice_back_in_red(app: &TestApp) {
    let customer = app.customer("红字").await;
    let invoice = main_invoice(app, &customer).await;
    let note = credit(app, &invoice, json!({ "reason": "退货" })).await;
    assert!(text(&note, "/id").starts_with("crn_"), "{note}");
    assert_eq!(note["total"], cny("732.16"));
    assert!(!text(&note, "/number").is_empty());
    assert_eq!(app.standing(&invoice).await, "credited 0.00");
    // On the Chinese chart what is taken back stands in red on the same side.
    let red = ["1122 -732.16 -", "22210105 - -4.50", "22210105 - -77.96", "5001 - -50.00", "5001 - -599.70"];
    let mut posted = app.postings(&note).await;
    posted.retain(|line| !(line.starts_with("1122") && line != red[0]));
    assert_eq!(posted, red);
    for account in ["1122", "5001", "22210105", "2203"] {
        assert_eq!(app.balance(account).await, "0.00", "{account}");
    }
    let path = format!("/invoices/{}/credit-notes", text(&invoice, "/id"));
    app.api.post(&path, &json!({ "reason": "退货" })).await.expect(409);
}

async fn a_part_of_an_invoice_is_credited(app: &TestApp) {
    let customer = app.customer("部分").await;
    let invoice = main_invoice(app, &customer).await;
    let note = credit(app, &invoice, json!({ "reason": "短装", "amount": cny("100.00") })).await;
    assert_eq!(note["total"], cny("100.00"));
    assert_eq!(
        app.standing(&invoice).await,
        "partially_paid 632.16".replace("partially_paid", &status(app, &invoice).await)
    );
    let too_much = json!({ "reason": "短装", "amount": cny("632.17") });
    let refused = app.api.post(&format!("/invoices/{}/credit-notes", text(&invoice, "/id")), &too_much).await;
    assert!([409, 422].contains(&refused.status), "{}", refused.text());
    app.pay(&customer, cny("632.16"), &[(&invoice, "632.16")]).await.expect(201);
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let shown = app.again(&invoice).await;
    assert_eq!(shown["allocations"].as_array().unwrap().len(), 2, "the payment and the credit note: {shown}");
}

async fn status(app: &TestApp, invoice: &Value) -> String {
    text(&app.again(invoice).await, "/status")
}

async fn what_is_credited_after_payment_becomes_the_customers_credit(app: &TestApp) {
    let customer = app.customer("退款").await;
    let invoice = app.invoice(&customer, "100.00").await;
    app.pay(&customer, cny("100.00"), &[(&invoice, "100.00")]).await.expect(201);
    credit(app, &invoice, json!({ "reason": "折让", "amount": cny("25.00") })).await;
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let balance = app.api.get(&format!("/customers/{customer}/balance")).await.expect(200);
    assert!(balance.to_string().contains("25.00"), "{balance}");
    let part = app.invoice(&customer, "100.00").await;
    app.pay(&customer, cny("60.00"), &[(&part, "60.00")]).await.expect(201);
    credit(app, &part, json!({ "reason": "退货" })).await;
    assert_eq!(app.standing(&part).await, "credited 0.00", "all of it was taken back, whatever was paid before");
    let credited = app.api.get("/invoices?status=credited").await.expect(200);
    assert_eq!(rows(&credited).len(), 1, "{credited}");
}

async fn a_lost_invoice_is_written_off(app: &TestApp) {
    let customer = app.customer("坏账").await;
    let invoice = app.invoice(&customer, "100.00").await;
    app.pay(&customer, cny("40.00"), &[(&invoice, "40.00")]).await.expect(201);
    let path = format!("/invoices/{}/write-off", text(&invoice, "/id"));
    let gone = app.api.post(&path, &json!({ "reason": "bad_debt" })).await.expect(200);
    assert_eq!((&gone["status"], &gone["balance"]), (&json!("written_off"), &cny("0.00")), "{gone}");
    assert_eq!(app.balance("571101").await, "60.00");
    assert_eq!(app.balance("1122").await, "0.00");
}

/// Voiding after the payment was taken back would give the customer the sale twice: once by the note, once by the void.
async fn an_invoice_with_a_credit_note_is_not_voided(app: &TestApp) {
    let customer = app.customer("两次").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let paid = app.pay(&customer, cny("100.00"), &[(&invoice, "100.00")]).await.expect(201);
    credit(app, &invoice, json!({ "reason": "退货" })).await;
    let back = format!("/payments/{}/reverse", text(&paid, "/id"));
    app.api.post(&back, &json!({ "reason": "退票" })).await.expect(200);
    let void = format!("/invoices/{}/void", text(&invoice, "/id"));
    app.api.post(&void, &json!({ "reason": "错了" })).await.problem(409, "invoice_has_credit_note");
    assert_eq!(app.balance("5001").await, "0.00");
}

async fn write_off(app: &TestApp, invoice: &Value, body: Value) -> Reply {
    app.api.post(&format!("/invoices/{}/write-off", text(invoice, "/id")), &body).await
}

async fn what_was_written_off_is_not_credited(app: &TestApp) {
    let customer = app.customer("坏账").await;
    let invoice = main_invoice(app, &customer).await;
    write_off(app, &invoice, json!({ "reason": "bad_debt", "amount": cny("700.00") })).await.expect(200);
    let notes = format!("/invoices/{}/credit-notes", text(&invoice, "/id"));
    let too_much = json!({ "reason": "退货", "amount": cny("32.17") });
    app.api.post(&notes, &too_much).await.problem(409, "credit_note_given_up");
    let line = json!({ "reason": "退货", "lines": [{ "line": 1 }] });
    app.api.post(&notes, &line).await.problem(409, "credit_note_given_up");
    let rest = credit(app, &invoice, json!({ "reason": "退货" })).await;
    assert_eq!(rest["total"], cny("32.16"), "all that is left");
    app.api.post(&notes, &json!({ "reason": "退货" })).await.problem(409, "credit_note_given_up");
    let balance = app.api.get(&format!("/customers/{customer}/balance")).await.expect(200);
    assert_eq!(balance["balances"], json!([]), "nobody has credit from a loss");
}

async fn a_written_off_invoice_may_still_be_paid(app: &TestApp) {
    let customer = app.customer("补付").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let reverse = format!("/invoices/{}/write-off/reverse", text(&invoice, "/id"));
    let recovered = json!({ "reason": "recovered" });
    app.api.post(&reverse, &recovered).await.problem(409, "invoice_not_written_off");
    write_off(app, &invoice, json!({ "reason": "bad_debt", "amount": cny("40.00") })).await.expect(200);
    write_off(app, &invoice, json!({ "reason": "bad_debt", "on": "2026-11-23" })).await.expect(200);
    app.api.post(&reverse, &json!({ "reason": "no" })).await.wrong_field("/reason");
    let early = json!({ "reason": "recovered", "on": "2026-11-22" });
    app.api.post(&reverse, &early).await.wrong_field("/on");
    // The newest first; what comes in after all is a gain of its day, what was a mistake is no loss.
    let again = app.api.post(&reverse, &recovered).await.expect(200);
    assert_eq!((&again["status"], &again["balance"]), (&json!("open"), &cny("60.00")), "{again}");
    assert_eq!((app.balance("571101").await, app.balance("5301").await), ("100.00".to_owned(), "-60.00".to_owned()));
    app.api.post(&reverse, &json!({ "reason": "mistake" })).await.expect(200);
    assert_eq!((app.balance("571101").await, app.balance("5301").await), ("60.00".to_owned(), "-60.00".to_owned()));
    app.api.post(&reverse, &recovered).await.problem(409, "invoice_not_written_off");
    app.pay(&customer, cny("100.00"), &[(&invoice, "100.00")]).await.expect(201);
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    assert_eq!(app.balance("1122").await, "0.00");
    assert_eq!(app.findings(), Vec::<String>::new());
    // A small difference goes back to where it came from.
    let other = app.invoice(&customer, "10.00").await;
    write_off(app, &other, json!({ "reason": "small_difference", "amount": cny("0.50") })).await.expect(200);
    let reverse = format!("/invoices/{}/write-off/reverse", text(&other, "/id"));
    app.api.post(&reverse, &recovered).await.expect(200);
    assert_eq!((app.standing(&other).await.as_str(), app.balance("5603").await.as_str()), ("open 10.00", "0.00"));
}

async fn nothing_is_written_off_before_there_is_an_invoice(app: &TestApp) {
    let customer = app.customer("坏账").await;
    let invoice = app.invoice(&customer, "100.00").await;
    write_off(app, &invoice, json!({ "reason": "bad_debt", "on": "2001-01-01" })).await.wrong_field("/on");
    assert_eq!(app.standing(&invoice).await, "open 100.00");
}

async fn an_invoice_without_an_order_is_drafted_and_issued(app: &TestApp) {
    let customer = app.customer("直接").await;
    let body = json!({
        "customer": customer, "currency": "CNY",
        "lines": [{ "description": "Work", "quantity": "2", "unit_price": cny("10.50") }],
    });
    let draft = app.api.post("/invoices", &body).await.expect(201);
    assert_eq!((&draft["status"], &draft["number"]), (&json!("draft"), &Value::Null));
    assert_eq!(app.balance("1122").await, "0.00", "a draft is not in the books");
    let id = text(&draft, "/id");
    let issued = app.api.post(&format!("/invoices/{id}/issue"), &json!({})).await.expect(200);
    assert_eq!((&issued["status"], &issued["total"]), (&json!("open"), &cny("21.00")));
    assert!(!text(&issued, "/number").is_empty());
    app.api.post(&format!("/invoices/{id}/issue"), &json!({})).await.expect(409);
    let open = app.api.get("/invoices?status=open").await.expect(200);
    assert_eq!(rows(&open).len(), 1);
}

async fn an_invoice_is_overdue_the_day_after_it_is_due(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "逾期", "payment_terms_days": 0 })).await;
    let invoice = app.invoice(&customer, "100.00").await;
    assert_eq!(invoice["due_on"], invoice["issued_on"]);
    assert_eq!(invoice["overdue"], false);
    app.clock.advance(jiff::SignedDuration::from_hours(24));
    assert_eq!(app.again(&invoice).await["overdue"], true);
    app.pay(&customer, cny("100.00"), &[(&invoice, "100.00")]).await.expect(201);
    assert_eq!(app.again(&invoice).await["overdue"], false);
}
