//! Orders: totals, credit, instalments, cancelling.

use crate::harness::trade::{minor, text};
use crate::harness::{TestApp, both, cny, money, rows};
use serde_json::{Value, json};

both! {
    an_order_beyond_the_credit_limit_waits_until_it_is_released,
    a_payment_makes_room_for_the_next_order,
    discounts_fees_and_instalments_add_up,
    a_preview_tells_the_same_and_keeps_nothing,
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
