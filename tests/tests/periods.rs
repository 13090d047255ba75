//! Months that are closed take nothing; what is to be taken back is taken back in an open one.

use crate::harness::trade::{payment, text};
use crate::harness::{TestApp, both, cny, rows};
use serde_json::{Value, json};

both! {
    a_closed_month_takes_nothing_until_it_is_opened_again,
    a_month_is_closed_when_it_is_over,
    a_manual_entry_is_balanced_and_reversed,
    a_manual_entry_lies_within_the_books,
    money_of_a_manual_entry_names_its_lines_of_the_cash_flow,
    profit_and_loss_is_that_of_the_month_beside_the_year,
}

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

async fn a_month_is_closed_when_it_is_over(app: &TestApp) {
    let customer = app.customer("月末").await;
    app.pay(&customer, cny("1.00"), &[]).await.expect(201);
    let path = format!("/periods/{}/close", text(&month(app, "2026-11-23").await, "/id"));
    app.api.post(&path, &json!({})).await.problem(409, "period_still_runs");
    app.invoice(&customer, "1.00").await;
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));
    let desk = app.nobody.signed_in(&app.staff(kernel::Role::Owner).await, crate::harness::PASSWORD).await;
    let before = desk.get(&path).await;
    assert!(before.status == 200 && before.text().contains(">2</a>"), "two entries: {}", before.text());
    app.api.post(&path, &json!({})).await.expect(200);
}

/// An entry of a day: `1002 debit 5.00`.
fn written(date: &str, lines: &[&str]) -> Value {
    let line = |text: &&str| {
        let words: Vec<&str> = text.split(' ').collect();
        json!({ "account": words[0], words[1]: cny(words[2]) })
    };
    json!({ "date": date, "memo": "手工", "lines": lines.iter().map(line).collect::<Vec<_>>() })
}

async fn a_manual_entry_lies_within_the_books(app: &TestApp) {
    let lines = ["1002 debit 5.00", "3001 credit 5.00"];
    for day in ["1900-01-01", "2025-12-31", "2026-11-24", "2026-11-30"] {
        app.api.post("/journal-entries", &written(day, &lines)).await.wrong_field("/date");
    }
    let posted = app.api.post("/journal-entries", &written("2026-01-01", &lines)).await.expect(201);
    let path = format!("/journal-entries/{}/reverse", text(&posted, "/id"));
    for day in ["2025-12-31", "2026-11-24"] {
        app.api.post(&path, &json!({ "date": day })).await.wrong_field("/date");
    }
    let back = app.api.post(&path, &json!({ "date": "2026-11-20" })).await.expect(201);
    let again = format!("/journal-entries/{}/reverse", text(&back, "/id"));
    app.api.post(&again, &json!({})).await.problem(409, "entry_is_reversal");
}

async fn money_of_a_manual_entry_names_its_lines_of_the_cash_flow(app: &TestApp) {
    let repaid = written("2026-11-20", &["2001 debit 100.00", "5603 debit 5.00", "1002 credit 105.00"]);
    let posted = app.api.post("/journal-entries", &repaid).await.expect(201);
    let lines = posted["lines"].as_array().unwrap();
    let of_money: Vec<_> = lines
        .iter()
        .filter(|line| line["account"] == "1002")
        .map(|line| (text(line, "/credit/amount"), line["cash_flow_line"].as_i64()))
        .collect();
    assert_eq!(of_money, [("100.00".to_owned(), Some(16)), ("5.00".to_owned(), Some(6))]);
    assert!(lines.iter().all(|line| line["account"] == "1002" || line["cash_flow_line"].is_null()));
}

async fn profit_and_loss_is_that_of_the_month_beside_the_year(app: &TestApp) {
    for (day, amount) in [("2026-10-20", "70.00"), ("2026-11-20", "5.00")] {
        let (debit, credit) = (format!("1002 debit {amount}"), format!("5051 credit {amount}"));
        app.api.post("/journal-entries", &written(day, &[&debit, &credit])).await.expect(201);
    }
    let report = app.api.get("/reports/profit-and-loss").await.expect(200);
    assert_eq!((&report["from"], &report["to"]), (&json!("2026-11-01"), &json!("2026-11-23")), "{report}");
    let report = report.to_string();
    assert!(report.contains("75.00") && report.contains("\"5.00\"") && !report.contains("70.00"), "{report}");
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
