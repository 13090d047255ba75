//! The fiscal year: numbers begin anew with it, reports count from it, and it does not move under documents that are numbered.

use crate::harness::trade::{payment, text};
use crate::harness::{PASSWORD, TestApp, both, cny, rows};
use kernel::Role;
use serde_json::{Value, json};

both! {
    numbers_and_reports_go_by_the_fiscal_year,
    a_year_with_numbers_does_not_move,
}

async fn issued_on(app: &TestApp, customer: &str, day: &str) -> Value {
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("10.00") }]);
    let body = json!({ "customer": customer, "currency": "CNY", "lines": lines, "issued_on": day, "issue": true });
    app.api.post("/invoices", &body).await.expect(201)
}

async fn numbers_and_reports_go_by_the_fiscal_year(app: &TestApp) {
    let april = app.api.patch("/organisation", &json!({ "fiscal_year_month": 4 })).await.expect(200);
    assert_eq!(april["fiscal_year_month"], 4);
    let customer = app.customer("年度").await;
    let mut numbers = Vec::new();
    for day in ["2026-03-31", "2026-04-01", "2026-11-23"] {
        let invoice = issued_on(app, &customer, day).await;
        numbers.push(text(&invoice, "/number"));
        let note = json!({ "reason": "退货", "amount": cny("1.00"), "issued_on": day });
        let path = format!("/invoices/{}/credit-notes", text(&invoice, "/id"));
        numbers.push(text(&app.api.post(&path, &note).await.expect(201), "/number"));
    }
    let expected =
        ["INV-2025-00001", "CN-2025-00001", "INV-2026-00001", "CN-2026-00001", "INV-2026-00002", "CN-2026-00002"];
    assert_eq!(numbers, expected);
    let item = app.goods().await;
    let submitted = app.submit(&app.main_order(&customer, &item).await).await.expect(200);
    assert_eq!(submitted["number"], "SO-2026-00001");
    for (to, began) in [("2026-03-31", "2025-04-01"), ("2026-11-23", "2026-04-01")] {
        let report = app.api.get(&format!("/reports/profit-and-loss?to={to}")).await.expect(200);
        assert_eq!(report["year_from"], began, "{report}");
    }
    // The books have an invoice of March, so they begin with its fiscal year.
    for (day, status) in [("2025-03-31", 422), ("2025-04-01", 201)] {
        let mut paid = payment(&customer, cny("1.00"), &[]);
        paid["received_on"] = json!(day);
        app.api.post("/payments", &paid).await.expect(status);
    }
    app.clock.set("2027-02-01T02:00:00Z".parse().unwrap());
    let paid = app.pay(&customer, cny("1.00"), &[]).await.expect(201);
    assert_eq!(app.api.get(&format!("/payments/{}/receipt.pdf", text(&paid, "/id"))).await.status, 200);
    let trail = app.api.get("/audit?limit=5").await.expect(200);
    let receipt = rows(&trail).iter().find(|row| row["command"] == "payment.number_receipt").unwrap();
    assert_eq!(receipt["details"]["receipt"], "RC-2026-00001", "{receipt}");
    let ledger = app.api.get("/reports/general-ledger?account=1122").await.expect(200);
    assert_eq!(ledger["from"], "2026-04-01", "{ledger}");
    for (asked, from) in [("", "2026-04-01"), ("?to=2026-03-31", "2025-04-01"), ("?from=2026-03-01", "2026-03-01")] {
        let statement = app.api.get(&format!("/customers/{customer}/statement{asked}")).await.expect(200);
        assert_eq!(statement["from"], from, "{statement}");
    }
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn a_year_with_numbers_does_not_move(app: &TestApp) {
    for wrong in [0, 13] {
        app.api.patch("/organisation", &json!({ "fiscal_year_month": wrong })).await.wrong_field("/fiscal_year_month");
    }
    let customer = app.customer("年度").await;
    assert_eq!(app.invoice(&customer, "10.00").await["number"], "INV-2026-00001");
    let july = json!({ "fiscal_year_month": 7 });
    let refused = app.api.patch("/organisation", &july).await.problem(409, "fiscal_year_numbered");
    assert!(text(&refused, "/detail").contains("fiscal year 2026"), "{refused}");
    app.api.patch("/organisation", &json!({ "fiscal_year_month": 1, "name": "同一年度" })).await.expect(200);
    // In a year without numbers it moves, and the numbers of the year that it then is go on.
    app.clock.set("2027-02-01T02:00:00Z".parse().unwrap());
    let clerk = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let page = clerk.get("/settings").await;
    let mut form = page.fields();
    form.retain(|(name, _)| name.starts_with('/') && name != "/logo" || name == "version");
    form.iter_mut().find(|(name, _)| name == "/fiscal_year_month").unwrap().1 = "7".to_owned();
    let sent: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = clerk.submit("/settings", &sent).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(app.invoice(&customer, "10.00").await["number"], "INV-2026-00002");
    assert_eq!(app.findings(), Vec::<String>::new());
}
