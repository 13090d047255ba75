//! Money that comes in, is set against invoices, stays as credit, goes back.

use crate::harness::trade::{payment, text};
use crate::harness::{TestApp, both, cny, rows};
use serde_json::{Value, json};

both! {
    part_payments_leave_the_rest_open,
    what_exceeds_the_invoice_stays_as_credit_is_applied_later_and_the_rest_refunded,
    no_more_than_the_balance_is_set_against_an_invoice,
    an_advance_may_be_older_than_the_invoice,
    money_of_tomorrow_has_not_come_in,
    one_payment_settles_several_invoices,
    a_cheque_counts_but_may_bounce,
    cash_and_terminal_slips_lie_on_their_own_accounts,
    a_receipt_is_printed,
}

async fn part_payments_leave_the_rest_open(app: &TestApp) {
    let customer = app.customer("分次").await;
    let invoice = app.invoice(&customer, "100.00").await;
    for (part, standing) in [("30.00", "partially_paid 70.00"), ("69.99", "partially_paid 0.01"), ("0.01", "paid 0.00")]
    {
        app.pay(&customer, cny(part), &[(&invoice, part)]).await.expect(201);
        assert_eq!(app.standing(&invoice).await, standing);
    }
    assert_eq!(app.again(&invoice).await["allocations"].as_array().unwrap().len(), 3);
}

async fn what_exceeds_the_invoice_stays_as_credit_is_applied_later_and_the_rest_refunded(app: &TestApp) {
    let customer = app.customer("多付").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let paid = app.pay(&customer, cny("150.00"), &[(&invoice, "100.00")]).await.expect(201);
    assert_eq!((&paid["allocated"], &paid["unallocated"]), (&cny("100.00"), &cny("50.00")));
    assert_eq!(app.balance("2203").await, "-50.00", "the rest is owed to the customer");

    let next = app.invoice(&customer, "30.00").await;
    let id = text(&paid, "/id");
    let apply = json!({ "allocations": [{ "invoice": next["id"], "amount": cny("30.00") }] });
    app.api.post(&format!("/payments/{id}/allocations"), &apply).await.expect(201);
    assert_eq!(app.standing(&next).await, "paid 0.00");
    assert_eq!(app.balance("2203").await, "-20.00");

    let refunds = format!("/payments/{id}/refunds");
    let too_much = json!({ "amount": cny("20.01"), "reason": "多付" });
    assert_eq!(app.api.post(&refunds, &too_much).await.status, 409);
    let rest = json!({ "amount": cny("20.00"), "reason": "多付" });
    let refund = app.api.post(&refunds, &rest).await.expect(201);
    assert!(text(&refund, "/id").starts_with("ref_"), "{refund}");
    let now = app.api.get(&format!("/payments/{id}")).await.expect(200);
    assert_eq!((&now["refunded"], &now["unallocated"]), (&cny("20.00"), &cny("0.00")));
    assert_eq!((app.balance("2203").await.as_str(), app.balance("1002").await.as_str()), ("0.00", "130.00"));
}

async fn no_more_than_the_balance_is_set_against_an_invoice(app: &TestApp) {
    let customer = app.customer("过多").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let reply = app.pay(&customer, cny("200.00"), &[(&invoice, "100.01")]).await;
    reply.problem(409, "allocation_exceeds_balance");
    assert_eq!(app.standing(&invoice).await, "open 100.00");
    assert_eq!(rows(&app.api.get("/payments").await.expect(200)).len(), 0, "nothing was recorded");
    let beyond = app.pay(&customer, cny("50.00"), &[(&invoice, "50.01")]).await;
    assert!([409, 422].contains(&beyond.status), "more is allocated than came in: {}", beyond.text());
    let twice = app.pay(&customer, cny("100.00"), &[(&invoice, "60.00"), (&invoice, "60.00")]).await;
    assert!([409, 422].contains(&twice.status), "{}", twice.text());
    assert_eq!(app.standing(&invoice).await, "open 100.00");
}

async fn an_advance_may_be_older_than_the_invoice(app: &TestApp) {
    let customer = app.customer("预付").await;
    let mut advance = payment(&customer, cny("40.00"), &[]);
    advance["received_on"] = json!("2026-11-01");
    let paid = app.api.post("/payments", &advance).await.expect(201);
    assert_eq!((&paid["allocated"], &paid["unallocated"]), (&cny("0.00"), &cny("40.00")));
    let invoice = app.invoice(&customer, "100.00").await;
    let mut direct = payment(&customer, cny("10.00"), &[(&invoice, "10.00")]);
    direct["received_on"] = json!("2026-11-01");
    app.api.post("/payments", &direct).await.expect(201);
    assert_eq!(app.standing(&invoice).await, "partially_paid 90.00");
    let balance = app.api.get(&format!("/customers/{customer}/balance")).await.expect(200);
    assert!(balance.to_string().contains("90.00") && balance.to_string().contains("40.00"), "{balance}");
}

async fn money_of_tomorrow_has_not_come_in(app: &TestApp) {
    let customer = app.customer("明天").await;
    let mut body = payment(&customer, cny("1.00"), &[]);
    body["received_on"] = json!("2026-11-24");
    app.api.post("/payments", &body).await.wrong_field("/received_on");
    // Eleven at night in London is tomorrow in Shanghai already.
    app.clock.set("2026-11-23T23:00:00Z".parse().unwrap());
    app.api.post("/payments", &body).await.expect(201);
}

async fn one_payment_settles_several_invoices(app: &TestApp) {
    let customer = app.customer("几张").await;
    let first = app.invoice(&customer, "10.00").await;
    let second = app.invoice(&customer, "20.00").await;
    let third = app.invoice(&customer, "30.00").await;
    let parts = [(&first, "10.00"), (&second, "20.00"), (&third, "5.00")];
    app.pay(&customer, cny("35.00"), &parts).await.expect(201);
    assert_eq!(app.standing(&first).await, "paid 0.00");
    assert_eq!(app.standing(&second).await, "paid 0.00");
    assert_eq!(app.standing(&third).await, "partially_paid 25.00");
    let statement = app.api.get(&format!("/customers/{customer}/statement?from=2026-11-01&to=2026-11-30")).await;
    assert!(statement.expect(200).to_string().contains("25.00"), "{}", statement.text());
}

async fn a_cheque_counts_but_may_bounce(app: &TestApp) {
    let customer = app.customer("支票").await;
    let invoice = app.invoice(&customer, "80.00").await;
    let mut body = payment(&customer, cny("80.00"), &[(&invoice, "80.00")]);
    body["method"] = json!("cheque");
    let cheque = app.api.post("/payments", &body).await.expect(201);
    assert_eq!(cheque["status"], "uncleared");
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let id = text(&cheque, "/id");
    let step = |step: &str| format!("/payments/{id}/cheque/{step}");
    app.api.post(&step("deposit"), &json!({})).await.expect(200);
    assert_eq!(app.api.post(&step("bounce"), &json!({})).await.expect(200)["status"], "reversed");
    assert_eq!(app.standing(&invoice).await, "open 80.00");
    app.api.post(&step("clear"), &json!({})).await.expect(409);

    let second = app.api.post("/payments", &body).await.expect(201);
    let id = text(&second, "/id");
    app.api.post(&format!("/payments/{id}/cheque/deposit"), &json!({})).await.expect(200);
    let cleared = app.api.post(&format!("/payments/{id}/cheque/clear"), &json!({})).await.expect(200);
    assert_eq!(cleared["status"], "succeeded");
    assert_eq!(app.balance("1002").await, "80.00");
}

async fn cash_and_terminal_slips_lie_on_their_own_accounts(app: &TestApp) {
    let customer = app.customer("方式").await;
    for (method, account) in [("cash", "1001"), ("card", "101206"), ("bank_transfer", "1002"), ("cheque", "101210")] {
        let mut body = payment(&customer, cny("7.00"), &[]);
        body["method"] = json!(method);
        app.api.post("/payments", &body).await.expect(201);
        assert_eq!(app.balance(account).await, "7.00", "{method}");
    }
}

async fn a_receipt_is_printed(app: &TestApp) {
    let customer = app.customer("收据").await;
    let invoice = app.invoice(&customer, "10.00").await;
    let paid: Value = app.pay(&customer, cny("10.00"), &[(&invoice, "10.00")]).await.expect(201);
    let path = format!("/payments/{}/receipt.pdf", text(&paid, "/id"));
    let first = app.api.get(&path).await;
    assert_eq!((first.status, first.header("content-type")), (200, "application/pdf"), "{}", first.text());
    assert!(first.body.starts_with(b"%PDF-"));
    assert_eq!(app.api.get(&path).await.body, first.body, "a reprint is the same");
}
