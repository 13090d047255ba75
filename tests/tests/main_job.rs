//! The main job: a customer's order becomes money in the books, in the words of the contract.

use crate::harness::trade::text;
use crate::harness::{TODAY, TestApp, both, cny, rows};
use serde_json::{Value, json};

both! { an_order_is_invoiced_paid_in_part_and_found_in_the_books, a_customer_is_told_back_as_it_was_taken_up }

async fn an_order_is_invoiced_paid_in_part_and_found_in_the_books(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let item = app.goods().await;
    let order = app.main_order(&customer, &item).await;
    order_is_a_draft_with_totals(&order);
    let submitted = app.submit(&order).await.expect(200);
    assert_eq!(submitted["status"], "confirmed");
    assert!(!text(&submitted, "/number").is_empty());
    let invoice = app.invoice_by_id(&text(&submitted, "/invoice")).await;
    invoice_is_open(&invoice, &customer, &order);
    let sale = ["1122 732.16 -", "22210105 - 4.50", "22210105 - 77.96", "5001 - 50.00", "5001 - 599.70"];
    assert_eq!(app.postings(&invoice).await, sale);

    let payment = app.pay(&customer, cny("100.00"), &[(&invoice, "100.00")]).await.expect(201);
    payment_is_allocated(&payment, &invoice);
    assert_eq!(app.postings(&payment).await, ["1002 100.00 -", "1122 - 100.00"]);
    let now = app.again(&invoice).await;
    assert_eq!((&now["status"], &now["balance"]), (&json!("partially_paid"), &cny("632.16")));
    assert_eq!(now["allocations"].as_array().unwrap().len(), 1);
    assert_eq!(now["allocations"][0]["amount"], cny("100.00"));
    trial_balance_adds_up(app).await;

    let rest = app.pay(&customer, cny("632.16"), &[(&invoice, "632.16")]).await.expect(201);
    assert_eq!(rest["unallocated"], cny("0.00"));
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    assert_eq!(app.balance("1122").await, "0.00");
}

fn order_is_a_draft_with_totals(order: &Value) {
    assert!(text(order, "/id").starts_with("ord_"));
    assert_eq!(order["number"], Value::Null);
    assert_eq!(order["status"], "draft");
    assert_eq!((&order["net"], &order["tax"], &order["total"]), (&cny("649.70"), &cny("82.46"), &cny("732.16")));
    let taxes = order["taxes"].as_array().unwrap();
    let tax = |code: &str| taxes.iter().find(|t| t["tax_code"] == code).unwrap();
    assert_eq!((&tax("VAT13")["base"], &tax("VAT13")["tax"]), (&cny("599.70"), &cny("77.96")));
    assert_eq!((&tax("VAT9")["base"], &tax("VAT9")["tax"]), (&cny("50.00"), &cny("4.50")));
    assert_eq!(tax("VAT13")["rate"], "13");
    assert_eq!(order["lines"].as_array().unwrap().len(), 2);
}

fn invoice_is_open(invoice: &Value, customer: &str, order: &Value) {
    assert!(text(invoice, "/id").starts_with("inv_"));
    assert!(text(invoice, "/number").contains("2026"), "{invoice}");
    assert_eq!(invoice["status"], "open");
    assert_eq!(invoice["customer"], customer);
    assert_eq!(invoice["order"], order["id"]);
    assert_eq!(invoice["issued_on"], TODAY);
    assert_eq!(invoice["due_on"], "2026-12-23");
    for total in ["net", "tax", "total", "taxes"] {
        assert_eq!(invoice[total], order[total], "{total}");
    }
    assert_eq!(invoice["balance"], cny("732.16"));
    assert_eq!(invoice["lines"].as_array().unwrap().len(), 2);
    assert_eq!(invoice["allocations"], json!([]));
    assert!(text(invoice, "/pay_url").starts_with("http"));
    for flag in ["overdue", "in_doubt", "disputed"] {
        assert_eq!(invoice[flag], false, "{flag}");
    }
    assert!(invoice["official_invoice"]["status"].is_string());
}

fn payment_is_allocated(payment: &Value, invoice: &Value) {
    assert!(text(payment, "/id").starts_with("pay_"));
    assert_eq!(payment["status"], "succeeded");
    assert_eq!(
        (&payment["amount"], &payment["allocated"], &payment["unallocated"]),
        (&cny("100.00"), &cny("100.00"), &cny("0.00"))
    );
    assert_eq!(payment["allocations"][0]["invoice"], invoice["id"]);
    assert_eq!(payment["allocations"][0]["amount"], cny("100.00"));
}

async fn trial_balance_adds_up(app: &TestApp) {
    let report = app.api.get("/reports/trial-balance?as_of=2026-11-30").await.expect(200);
    assert_eq!(report["currency"], "CNY");
    for (account, debit, credit, balance) in [
        ("1002", "100.00", "0.00", "100.00"),
        ("1122", "732.16", "100.00", "632.16"),
        ("22210105", "0.00", "82.46", "-82.46"),
        ("5001", "0.00", "649.70", "-649.70"),
    ] {
        let row = report["rows"].as_array().unwrap().iter().find(|row| row["account"] == account);
        let row = row.unwrap_or_else(|| panic!("no {account} in {report}"));
        assert!(row["name"].is_string() || row["name"].is_object(), "{row}");
        assert_eq!((&row["debit"], &row["credit"], &row["balance"]), (&cny(debit), &cny(credit), &cny(balance)));
    }
    assert_eq!(report["rows"].as_array().unwrap().len(), 4, "leaf accounts that moved only: {report}");
    assert_eq!((&report["total_debit"], &report["total_credit"]), (&cny("832.16"), &cny("832.16")));
}

async fn a_customer_is_told_back_as_it_was_taken_up(app: &TestApp) {
    let body = json!({
        "name": "上海远航贸易有限公司", "kind": "company", "country": "CN", "currency": "CNY",
        "email": "ap@example.com", "locale": "zh-CN", "tax_number": "91310000MA1FL00001",
        "payment_terms_days": 45, "credit_limit": cny("50000.00"),
    });
    let refused = app.api.post("/customers", &body).await;
    refused.wrong_field("/tax_number");
    let least = json!({ "name": "张三", "kind": "person", "country": "CN", "currency": "CNY" });
    let person = app.api.post("/customers", &least).await.expect(201);
    assert_eq!((&person["credit_limit"], &person["payment_terms_days"]), (&Value::Null, &json!(30)));
    let mut right = body.clone();
    right.as_object_mut().unwrap().remove("tax_number");
    let company = app.api.post("/customers", &right).await.expect(201);
    for (name, value) in right.as_object().unwrap() {
        assert_eq!(&company[name], value, "{name}");
    }
    let list = app.api.get("/customers?limit=1").await.expect(200);
    assert_eq!(rows(&list)[0]["id"], company["id"], "newest first");
    let next = app.api.get(&format!("/customers?limit=1&cursor={}", text(&list, "/next_cursor"))).await.expect(200);
    assert_eq!(rows(&next)[0]["id"], person["id"]);
    assert_eq!(next["next_cursor"], Value::Null);
    let changed = app.api.patch(&format!("/customers/{}", text(&person, "/id")), &json!({ "name": "李四" })).await;
    assert_eq!(changed.expect(200)["name"], "李四");
}
