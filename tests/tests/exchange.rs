//! Documents in another currency than the books.

use crate::harness::trade::{payment, text};
use crate::harness::{TestApp, both, cny, money};
use serde_json::json;

both! { the_difference_of_rates_is_realised_when_the_invoice_is_paid, without_a_rate_nothing_is_issued }

async fn rate(app: &TestApp, rate: &str, from: &str) {
    let body = json!({ "base": "EUR", "quote": "CNY", "rate": rate, "valid_from": from });
    app.api.post("/exchange-rates", &body).await.expect(201);
}

async fn the_difference_of_rates_is_realised_when_the_invoice_is_paid(app: &TestApp) {
    rate(app, "7.80", "2026-11-01").await;
    let told = json!({ "name": "Nordlicht GmbH", "country": "DE", "currency": "EUR", "locale": "en" });
    let customer = app.customer_with(told).await;
    let invoice = app.invoice_in(&customer, "EUR", "100.00").await;
    assert_eq!(invoice["total"], money("EUR", "100.00"));
    assert_eq!(app.balance("1122").await, "780.00");
    rate(app, "7.90", "2026-11-24").await;
    app.clock.advance(jiff::SignedDuration::from_hours(24));
    let mut half = payment(&customer, money("EUR", "50.00"), &[(&invoice, "50.00")]);
    half["received_on"] = json!("2026-11-24");
    app.api.post("/payments", &half).await.expect(201);
    assert_eq!(app.standing(&invoice).await, "partially_paid 50.00");
    assert_eq!(app.balance("1002").await, "395.00");
    assert_eq!(app.balance("1122").await, "390.00");
    assert_eq!(app.balance("5301").await, "-5.00", "a gain");
    app.api.post("/payments", &half).await.expect(201);
    assert_eq!((app.balance("1122").await.as_str(), app.balance("5301").await.as_str()), ("0.00", "-10.00"));
    let other = app.api.post("/payments", &payment(&customer, cny("10.00"), &[(&invoice, "10.00")])).await;
    assert!([409, 422].contains(&other.status), "other currencies do not settle it: {}", other.text());
}

async fn without_a_rate_nothing_is_issued(app: &TestApp) {
    let told = json!({ "name": "Blue Heron", "country": "US", "currency": "USD", "locale": "en" });
    let customer = app.customer_with(told).await;
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": money("USD", "10.00") }]);
    let order = app.order(&customer, "USD", lines).await;
    let refused = app.submit(&order).await;
    refused.problem(409, "exchange_rate_missing");
    let now = app.api.get(&format!("/orders/{}", text(&order, "/id"))).await.expect(200);
    assert_eq!(now["status"], "draft", "nothing is half done");
}
