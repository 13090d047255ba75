//! Drafts of invoices: changed and removed as long as they have no number, and not afterwards.

use crate::harness::trade::text;
use crate::harness::{PASSWORD, TestApp, both, cny, rows};
use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

both! {
    a_draft_is_changed_in_parts,
    a_draft_is_removed_once,
    what_is_issued_stays_as_it_is,
    the_desk_changes_a_draft_without_losing_what_its_form_began_with,
}

fn lines(amount: &str) -> Value {
    json!([{ "description": "Work", "quantity": "2", "unit": "h", "unit_price": cny(amount), "tax_code": "VAT13" }])
}

/// A draft with all that one can have: 2 × 100.00 and a fee of 10.00, with tax 237.30.
async fn draft(app: &TestApp, customer: &str) -> Value {
    app.goods().await;
    let body = json!({
        "customer": customer, "currency": "CNY", "lines": lines("100.00"), "payment_terms_days": 7,
        "fees": [{ "description": "Freight", "amount": cny("10.00"), "tax_code": "VAT13" }],
        "instalments": [{ "percent": "50", "due_on": "2027-01-31" }, { "percent": "50", "due_on": "2027-02-28" }],
        "reference": "PO-1",
    });
    let draft = app.api.post("/invoices", &body).await.expect(201);
    assert_eq!(draft["total"], cny("237.30"));
    draft
}

fn address(invoice: &Value) -> String {
    format!("/invoices/{}", text(invoice, "/id"))
}

async fn a_draft_is_changed_in_parts(app: &TestApp) {
    let (customer, other) = (app.customer("远航").await, app.customer("青山").await);
    let draft = draft(app, &customer).await;
    let path = address(&draft);
    let noted = app.api.patch(&path, &json!({ "reference": null, "note": "Thank you" })).await.expect(200);
    assert_eq!((&noted["reference"], &noted["note"]), (&Value::Null, &json!("Thank you")));
    for same in ["total", "lines", "instalments", "customer", "status"] {
        assert_eq!(noted[same], draft[same], "{same}");
    }
    app.api.patch(&path, &json!({ "lines": lines("50.00") })).await.wrong_field("/instalments");
    let changes = json!({ "customer": other, "lines": lines("50.00"), "fees": [], "instalments": [] });
    let changed = app.api.patch(&path, &changes).await.expect(200);
    assert_eq!((&changed["customer"], &changed["total"]), (&json!(other), &cny("113.00")));
    assert_eq!((rows(&json!({ "data": changed["lines"] })).len(), &changed["taxes"][0]["tax"]), (1, &cny("13.00")));
    assert_eq!(app.again(&draft).await, changed, "what is kept is what was answered");
    app.api.patch(&path, &json!({ "payment_terms_days": 400 })).await.wrong_field("/payment_terms_days");
    let both = json!({ "note": "x", "official_invoice": { "status": "requested" } });
    app.api.patch(&path, &both).await.wrong_field("/official_invoice");
    let issued = app.api.post(&format!("{path}/issue"), &json!({})).await.expect(200);
    assert_eq!((&issued["total"], &issued["status"]), (&cny("113.00"), &json!("open")));
    assert_eq!(app.balance("1122").await, "113.00");
    assert_eq!(app.findings(), Vec::<String>::new());
    let trail = app.api.get("/audit?limit=50").await.expect(200);
    assert_eq!(rows(&trail).iter().filter(|row| row["command"] == "invoice.update").count(), 2, "{trail}");
}

async fn a_draft_is_removed_once(app: &TestApp) {
    let draft = draft(app, &app.customer("远航").await).await;
    let path = address(&draft);
    app.api.send(Method::DELETE, &path, &json!({})).await.expect(204);
    app.api.get(&path).await.problem(404, "invoice_not_found");
    app.api.send(Method::DELETE, &path, &json!({})).await.problem(404, "invoice_not_found");
    app.api.patch(&path, &json!({ "note": "x" })).await.problem(404, "invoice_not_found");
    assert_eq!(rows(&app.api.get("/invoices").await.expect(200)).len(), 0);
    let trail = app.api.get("/audit?limit=50").await.expect(200);
    let removed = rows(&trail).iter().find(|row| row["command"] == "invoice.delete").unwrap();
    assert_eq!(removed["details"]["total"], json!("CNY 237.30"), "{removed}");
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn what_is_issued_stays_as_it_is(app: &TestApp) {
    let customer = app.customer("远航").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let path = address(&invoice);
    let refused = app.api.patch(&path, &json!({ "note": "x" })).await.problem(409, "invoice_is_issued");
    assert!(text(&refused, "/detail").contains("make it void, or write a credit note"), "{refused}");
    app.api.send(Method::DELETE, &path, &json!({})).await.problem(409, "invoice_is_issued");
    assert_eq!(app.again(&invoice).await, invoice);
    let requested = json!({ "official_invoice": { "status": "requested" } });
    let noted = app.api.patch(&path, &requested).await.expect(200);
    assert_eq!(noted["official_invoice"]["status"], "requested");
    app.api.post(&format!("{path}/void"), &json!({ "reason": "错了" })).await.expect(200);
    app.api.send(Method::DELETE, &path, &json!({})).await.problem(409, "invoice_void");
    app.api.patch(&path, &json!({ "note": "x" })).await.problem(409, "invoice_void");
}

async fn the_desk_changes_a_draft_without_losing_what_its_form_began_with(app: &TestApp) {
    let clerk = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let draft = draft(app, &app.customer("远航").await).await;
    let path = address(&draft);
    let shown = clerk.get(&path).await.text();
    assert!(shown.contains(&format!("href=\"{path}/edit\"")), "{shown}");
    let page = clerk.get(&format!("{path}/edit")).await;
    let mut form = page.fields();
    form.retain(|(name, _)| name != "idempotency_key");
    form.iter_mut().find(|(name, _)| name == "/note").unwrap().1 = "Changed at the desk".to_owned();
    let sent: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = clerk.submit(&path, &sent).await;
    assert_eq!((saved.status, saved.location()), (303, &*format!("{path}?done=invoice-drafted")), "{}", saved.text());
    let changed = app.again(&draft).await;
    assert_eq!(changed["note"], "Changed at the desk");
    for same in ["total", "lines", "instalments", "reference", "customer"] {
        assert_eq!(changed[same], draft[same], "{same}");
    }
    let stale = clerk.submit(&path, &sent).await;
    assert_eq!(stale.status, 409, "{}", stale.text());
    assert!(stale.text().contains("Somebody else changed this"), "{}", stale.text());
    let gone = clerk.submit(&format!("{path}/remove"), &[]).await;
    assert_eq!((gone.status, gone.location()), (303, "/invoices?done=invoice-removed"), "{}", gone.text());
    assert_eq!(clerk.get(&format!("{path}/edit")).await.status, 404);
}
