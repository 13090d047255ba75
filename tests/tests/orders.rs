//! Orders: totals, credit, instalments, cancelling.

use crate::harness::trade::{minor, payment, text};
use crate::harness::{PASSWORD, TestApp, both, cny, money, rows};
use serde_json::{Value, json};

both! {
    an_order_beyond_the_credit_limit_waits_until_it_is_released,
    a_payment_makes_room_for_the_next_order,
    a_cheque_makes_room_only_once_it_has_cleared,
    exposure_counts_what_the_credit_check_counts,
    an_order_in_another_currency_than_the_limit_waits_for_a_person,
    what_waits_can_be_withdrawn_and_changed,
    an_order_on_hold_is_released_as_it_was_agreed,
    a_discount_is_told_in_one_way,
    discounts_fees_and_instalments_add_up,
    a_preview_tells_the_same_and_keeps_nothing,
    an_invoice_names_its_lines_as_its_order_does,
    a_cancelled_order_cannot_be_submitted,
    prices_include_tax_where_the_code_says_so,
}

async fn an_order_beyond_the_credit_limit_waits_until_it_is_released(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "有限额", "credit_limit": cny("1000.00") })).await;
    app.invoice(&customer, "600.00").await;
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("400.01") }]);
    let order = app.order(&customer, "CNY", lines).await;
    let submitted = app.submit(&order).await.expect(200);
    assert_eq!(submitted["status"], "on_hold", "{submitted}");
    assert!(submitted.get("invoice").is_none_or(Value::is_null), "{submitted}");
    app.submit(&order).await.expect(409);
    let released = app.api.post(&format!("/orders/{}/release", text(&order, "/id")), &json!({})).await.expect(200);
    assert_eq!(released["status"], "confirmed", "{released}");
    let invoice = app.invoice_by_id(&text(&released, "/invoice")).await;
    assert_eq!(invoice["total"], cny("400.01"));
    let exposure = app.api.get(&format!("/customers/{customer}/exposure")).await.expect(200);
    assert!(exposure.to_string().contains("1000.01"), "{exposure}");
}

async fn a_payment_makes_room_for_the_next_order(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "有限额", "credit_limit": cny("100.00") })).await;
    let first = app.invoice(&customer, "100.00").await;
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("100.00") }]);
    let order = app.order(&customer, "CNY", lines.clone()).await;
    assert_eq!(app.submit(&order).await.expect(200)["status"], "on_hold");
    app.pay(&customer, cny("100.00"), &[(&first, "100.00")]).await.expect(201);
    let next = app.order(&customer, "CNY", lines).await;
    // The order on hold is not confirmed, so it takes no room.
    assert_eq!(app.submit(&next).await.expect(200)["status"], "confirmed");
}

async fn a_cheque_makes_room_only_once_it_has_cleared(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "支票", "credit_limit": cny("1000.00") })).await;
    let invoice = app.invoice(&customer, "800.00").await;
    let mut cheque = payment(&customer, cny("800.00"), &[(&invoice, "800.00")]);
    cheque["method"] = json!("cheque");
    let cheque = app.api.post("/payments", &cheque).await.expect(201);
    assert_eq!(cheque["status"], "uncleared");
    let exposures = app.api.get(&format!("/customers/{customer}/exposure")).await.expect(200);
    let exposure = &exposures["exposures"][0];
    assert_eq!((&exposure["uncleared"], &exposure["exposure"]), (&cny("800.00"), &cny("800.00")), "{exposures}");
    assert_eq!(work(app, &customer, "500.00").await["status"], "on_hold");
    app.api.post(&format!("/payments/{}/cheque/clear", text(&cheque, "/id")), &json!({})).await.expect(200);
    assert_eq!(work(app, &customer, "500.00").await["status"], "confirmed");

    // One that is set against nothing is credit that may bounce.
    let customer = app.customer_with(json!({ "name": "预付支票", "credit_limit": cny("1000.00") })).await;
    let mut cheque = payment(&customer, cny("5000.00"), &[]);
    cheque["method"] = json!("cheque");
    app.api.post("/payments", &cheque).await.expect(201);
    let held = work(app, &customer, "3000.00").await;
    assert_eq!((&held["status"], &held["hold"]["exceeded_by"]), (&json!("on_hold"), &cny("2000.00")), "{held}");
}

async fn exposure_counts_what_the_credit_check_counts(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "暂挂", "credit_limit": cny("1000.00") })).await;
    assert_eq!(work(app, &customer, "1500.00").await["status"], "on_hold");
    assert_eq!(work(app, &customer, "600.00").await["status"], "confirmed");
    let exposures = app.api.get(&format!("/customers/{customer}/exposure")).await.expect(200);
    let exposure = &exposures["exposures"][0];
    let told = [&exposure["held_orders"], &exposure["open_invoices"], &exposure["exposure"]];
    assert_eq!(told, [&cny("1500.00"), &cny("600.00"), &cny("600.00")], "{exposures}");
}

async fn an_order_in_another_currency_than_the_limit_waits_for_a_person(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "外币", "credit_limit": cny("1000.00") })).await;
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": money("EUR", "1.00") }]);
    let order = app.order(&customer, "EUR", lines).await;
    let held = app.submit(&order).await.expect(200);
    let hold = json!({ "reason": "other_currency", "exceeded_by": null });
    assert_eq!((&held["status"], &held["hold"]), (&json!("on_hold"), &hold), "{held}");
    let clerk = app.nobody.signed_in(&app.staff(kernel::Role::Owner).await, PASSWORD).await;
    let page = clerk.get(&format!("/orders/{}", text(&order, "/id"))).await;
    assert!(page.text().contains("Let through without a credit check"), "{}", page.text());
}

async fn what_waits_can_be_withdrawn_and_changed(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "撤回", "credit_limit": cny("100.00") })).await;
    let held = work(app, &customer, "500.00").await;
    let path = format!("/orders/{}", text(&held, "/id"));
    let smaller = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("100.00") }]);
    app.api.patch(&path, &json!({ "lines": smaller })).await.problem(409, "order_not_draft");
    let draft = app.api.post(&format!("{path}/withdraw"), &json!({})).await.expect(200);
    assert_eq!((&draft["status"], &draft["hold"], &draft["number"]), (&json!("draft"), &Value::Null, &held["number"]));
    app.api.post(&format!("{path}/withdraw"), &json!({})).await.problem(409, "order_not_waiting");
    app.api.patch(&path, &json!({ "lines": smaller })).await.expect(200);
    let confirmed = app.submit(&held).await.expect(200);
    assert_eq!((&confirmed["status"], &confirmed["number"]), (&json!("confirmed"), &held["number"]));
    app.api.post(&format!("{path}/withdraw"), &json!({})).await.problem(409, "order_not_waiting");
}

/// Neither the calendar nor the catalog may make it impossible to release what was submitted.
async fn an_order_on_hold_is_released_as_it_was_agreed(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "放行", "credit_limit": cny("100.00") })).await;
    let item = app.goods().await;
    let body = json!({
        "customer": customer, "currency": "CNY", "lines": [{ "item": item, "quantity": "1" }],
        "instalments": [
            { "amount": cny("100.00"), "due_on": "2026-11-23" }, { "amount": cny("25.89"), "due_on": "2026-11-25" },
            { "amount": cny("100.00"), "due_on": "2026-12-31" },
        ],
    });
    let order = app.api.post("/orders", &body).await.expect(201);
    assert_eq!(app.submit(&order).await.expect(200)["status"], "on_hold");
    app.clock.advance(jiff::SignedDuration::from_hours(48));
    app.api.patch(&format!("/items/{item}"), &json!({ "archived": true })).await.expect(200);
    app.api.patch("/tax-codes/VAT13", &json!({ "archived": true })).await.expect(200);
    let released = app.api.post(&format!("/orders/{}/release", text(&order, "/id")), &json!({})).await.expect(200);
    assert_eq!(released["status"], "confirmed");
    let invoice = app.invoice_by_id(&text(&released, "/invoice")).await;
    let parts = invoice["instalments"].as_array().unwrap();
    let parts: Vec<(String, i64)> = parts.iter().map(|i| (text(i, "/due_on"), minor(&i["amount"]))).collect();
    assert_eq!(parts, [("2026-11-25".to_owned(), 12_589), ("2026-12-31".to_owned(), 10_000)]);
    assert_eq!(invoice["total"], cny("225.89"));
}

async fn a_discount_is_told_in_one_way(app: &TestApp) {
    let customer = app.customer("折扣").await;
    for discount in [json!({ "percent": "10", "amount": cny("1.00") }), json!({}), json!({ "percent": "5", "foo": 1 })]
    {
        let lines = json!([{ "description": "W", "quantity": "1", "unit_price": cny("9.00"), "discount": discount }]);
        let body = json!({ "customer": customer, "currency": "CNY", "lines": lines });
        for path in ["/orders", "/orders/preview", "/invoices"] {
            let refused = app.api.post(path, &body).await;
            assert_eq!(refused.status, 422, "{path} {discount}: {}", refused.text());
            assert!(refused.text().contains("/lines/0/discount"), "{path} {discount}: {}", refused.text());
        }
    }
}

/// A submitted order over this amount.
async fn work(app: &TestApp, customer: &str, amount: &str) -> Value {
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny(amount) }]);
    let order = app.order(customer, "CNY", lines).await;
    app.submit(&order).await.expect(200)
}

async fn discounts_fees_and_instalments_add_up(app: &TestApp) {
    let customer = app.customer("分期").await;
    let item = app.goods().await;
    let body = json!({
        "customer": customer, "currency": "CNY",
        "lines": [
            { "item": item, "quantity": "10", "discount": { "percent": "5" } },
            { "description": "Setting up", "quantity": "1.5", "unit_price": cny("100.00"), "tax_code": "VAT13",
              "discount": { "amount": cny("10.00") } },
        ],
        "fees": [{ "description": "Packing", "amount": cny("20.00"), "tax_code": "VAT9" }],
        "deliver_on": "2026-12-01",
        "instalments": [{ "percent": "30", "due_on": "2026-12-01" }, { "percent": "70", "due_on": "2027-01-15" }],
    });
    let order = app.api.post("/orders", &body).await.expect(201);
    // 1,999.00 − 5 % = 1,899.05; 150.00 − 10.00; fee 20.00. Tax 13 % of 2,039.05 = 265.08, 9 % of 20.00 = 1.80.
    assert_eq!(order["net"], cny("2059.05"), "{order}");
    assert_eq!(order["total"].clone(), money("CNY", "2325.93"), "{order}");
    let submitted = app.submit(&order).await.expect(200);
    let invoice = app.invoice_by_id(&text(&submitted, "/invoice")).await;
    let instalments = invoice["instalments"].as_array().unwrap();
    let parts: Vec<(String, i64)> = instalments.iter().map(|i| (text(i, "/due_on"), minor(&i["amount"]))).collect();
    assert_eq!(parts, [("2026-12-01".to_owned(), 69_778), ("2027-01-15".to_owned(), 162_815)]);
    let mut wrong = body;
    wrong["instalments"][1]["percent"] = json!("69");
    assert_eq!(app.api.post("/orders", &wrong).await.status, 422);
}

async fn a_preview_tells_the_same_and_keeps_nothing(app: &TestApp) {
    let customer = app.customer("预览").await;
    let item = app.goods().await;
    let body = json!({ "customer": customer, "currency": "CNY", "lines": [{ "item": item, "quantity": "7" }] });
    let preview = app.api.post("/orders/preview", &body).await.expect(200);
    assert_eq!(preview["total"], cny("1581.21"), "{preview}");
    assert_eq!(rows(&app.api.get("/orders").await.expect(200)).len(), 0);
    let order = app.api.post("/orders", &body).await.expect(201);
    for total in ["net", "tax", "total", "taxes"] {
        assert_eq!(order[total], preview[total], "{total}");
    }
}

async fn a_cancelled_order_cannot_be_submitted(app: &TestApp) {
    let customer = app.customer("取消").await;
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("1.00") }]);
    let order = app.order(&customer, "CNY", lines).await;
    let path = format!("/orders/{}/cancel", text(&order, "/id"));
    assert_eq!(app.api.post(&path, &json!({})).await.expect(200)["status"], "cancelled");
    app.submit(&order).await.expect(409);
    let invoice = app.invoice(&customer, "5.00").await;
    let confirmed = format!("/orders/{}/cancel", text(&invoice, "/order"));
    assert_eq!(app.api.post(&confirmed, &json!({})).await.status, 409, "its invoice stands");
}

async fn prices_include_tax_where_the_code_says_so(app: &TestApp) {
    let customer = app.customer("含税").await;
    let code = json!({ "code": "INC13", "name": "含税 13%", "rate": "13", "inclusive": true });
    app.api.post("/tax-codes", &code).await.expect(201);
    let lines = json!([{ "description": "Gift", "quantity": "1", "unit_price": cny("113.00"), "tax_code": "INC13" }]);
    let order = app.order(&customer, "CNY", lines).await;
    assert_eq!((&order["net"], &order["tax"], &order["total"]), (&cny("100.00"), &cny("13.00"), &cny("113.00")));
}

async fn an_invoice_names_its_lines_as_its_order_does(app: &TestApp) {
    let customer = app.customer("同名").await;
    let item = app.goods().await;
    let lines = json!([
        { "item": item, "quantity": "3", "discount": { "percent": "5" } },
        { "description": "Untaxed", "quantity": "1", "unit_price": cny("7.00") },
    ]);
    let order = app.order(&customer, "CNY", lines).await;
    let invoice = app.invoice_by_id(&text(&app.submit(&order).await.expect(200), "/invoice")).await;
    let taxes = |document: &Value| {
        let mut taxes: Vec<String> = document["taxes"].as_array().unwrap().iter().map(Value::to_string).collect();
        taxes.sort();
        taxes
    };
    assert_eq!(taxes(&order), taxes(&invoice));
    for (ordered, invoiced) in order["lines"].as_array().unwrap().iter().zip(invoice["lines"].as_array().unwrap()) {
        for (name, value) in ordered.as_object().unwrap() {
            assert_eq!(invoiced.get(name), Some(value), "{name}");
        }
    }
}
