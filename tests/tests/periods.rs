//! Months that are closed take nothing; what is to be taken back is taken back in an open one.

use crate::harness::trade::{payment, text};
use crate::harness::{TestApp, both, cny, rows};
use serde_json::{Value, json};

both! { a_closed_month_takes_nothing_until_it_is_opened_again, a_manual_entry_is_balanced_and_reversed }

async fn month(app: &TestApp, day: &str) -> Value {
    let periods = app.api.get("/periods").await.expect(200);
    let of_day =
        |period: &&Value| text(period, "/starts_on").as_str() <= day && day <= text(period, "/ends_on").as_str();
    rows(&periods).iter().find(of_day).unwrap_or_else(|| panic!("no period of {day} in {periods}")).clone()
}

async fn a_closed_month_takes_nothing_until_it_is_opened_again(app: &TestApp) {
    let customer = app.customer("结账").await;
    let mut october = payment(&customer, cny("10.00"), &[]);
    october["received_on"] = json!("2026-10-15");
    app.api.post("/payments", &october).await.expect(201);
    let path = format!("/periods/{}", text(&month(app, "2026-10-15").await, "/id"));
    app.api.post(&format!("{path}/close"), &json!({})).await.expect(200);
    app.api.post("/payments", &october).await.problem(409, "period_closed");
    app.pay(&customer, cny("1.00"), &[]).await.expect(201);
    let before = rows(&app.api.get("/payments").await.expect(200)).len();
    assert_eq!(before, 2);
    app.api.post(&format!("{path}/reopen"), &json!({})).await.expect(200);
    app.api.post("/payments", &october).await.expect(201);
}

async fn a_manual_entry_is_balanced_and_reversed(app: &TestApp) {
    let entry = |debit: &str| {
        json!({ "date": "2026-11-20", "memo": "投资", "lines": [
            { "account": "1002", "debit": cny(debit) }, { "account": "3001", "credit": cny("1000.00") },
        ] })
    };
    assert_eq!(app.api.post("/journal-entries", &entry("999.99")).await.status, 422);
    let posted = app.api.post("/journal-entries", &entry("1000.00")).await.expect(201);
    assert!(text(&posted, "/id").starts_with("ent_"));
    assert_eq!(app.balance("1002").await, "1000.00");
    let path = format!("/journal-entries/{}/reverse", text(&posted, "/id"));
    app.api.post(&path, &json!({ "date": "2026-11-21", "memo": "冲销" })).await.expect(201);
    assert_eq!(app.balance("1002").await, "0.00");
    assert_eq!(app.api.post(&path, &json!({ "date": "2026-11-21", "memo": "冲销" })).await.status, 409);
}
