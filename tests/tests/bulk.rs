//! One thing done with many rows: what will happen is shown first, then each row is done by itself.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Reply, TestApp, both, cny};
use kernel::Role;
use serde_json::{Value, json};

both! {
    orders_are_submitted_after_a_look,
    invoices_are_issued_and_handed_over,
    customers_are_archived,
    what_cannot_be_done_at_all_is_refused,
    the_chosen_rows_come_as_a_file,
}

async fn desk(app: &TestApp, role: Role) -> Caller {
    app.nobody.signed_in(&app.staff(role).await, PASSWORD).await
}

/// Sends the form of a list, or the preview's with `step` and a key.
async fn send(caller: &Caller, list: &str, act: &str, step: &str, ids: &[&str]) -> Reply {
    let key = format!("bulk-{act}");
    let mut fields = vec![("act", act), ("step", step), ("idempotency_key", key.as_str())];
    fields.extend(ids.iter().map(|id| ("id", *id)));
    caller.submit(&format!("/{list}/bulk"), &fields).await
}

/// How many rows are good, and how many are not, as the page stamps them.
fn stamps(page: &str) -> (usize, usize) {
    (page.matches("data-is=\"paid\"").count(), page.matches("data-is=\"overdue\"").count())
}

async fn draft(app: &TestApp, customer: &str, amount: &str) -> Value {
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny(amount) }]);
    app.order(customer, "CNY", lines).await
}

async fn orders_are_submitted_after_a_look(app: &TestApp) {
    let customer = app.customer("远航贸易").await;
    let (one, two, gone) = (
        draft(app, &customer, "10.00").await,
        draft(app, &customer, "20.00").await,
        draft(app, &customer, "30.00").await,
    );
    let ids: Vec<String> = [&one, &two, &gone].iter().map(|order| text(order, "/id")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    app.api.post(&format!("/orders/{}/cancel", ids[2]), &json!({})).await.expect(200);
    let clerk = desk(app, Role::Owner).await;
    let look = send(&clerk, "orders", "submit", "", &ids).await;
    assert_eq!((look.status, stamps(&look.text())), (200, (2, 1)), "{}", look.text());
    let kept = look.text().matches("name=\"id\"").count();
    assert_eq!(kept, 2, "what cannot be done is not sent on");
    for id in &ids[..2] {
        let order = app.api.get(&format!("/orders/{id}")).await.expect(200);
        assert_eq!((text(&order, "/status").as_str(), &order["number"]), ("draft", &Value::Null), "only looked at");
    }
    let done = send(&clerk, "orders", "submit", "run", &ids[..2]).await;
    assert_eq!((done.status, stamps(&done.text())), (200, (2, 0)), "{}", done.text());
    let again = send(&clerk, "orders", "submit", "run", &ids[..2]).await;
    assert_eq!(stamps(&again.text()), (2, 0), "a second press says the same: {}", again.text());
    let invoices = app.api.get(&format!("/invoices?customer={customer}")).await.expect(200);
    assert_eq!(crate::harness::rows(&invoices).len(), 2, "{invoices}");
}

async fn invoices_are_issued_and_handed_over(app: &TestApp) {
    let customer = app.customer("远航贸易").await;
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("10.00") }]);
    let body = json!({ "customer": customer, "lines": lines, "issue": false });
    let drafts =
        [app.api.post("/invoices", &body).await.expect(201), app.api.post("/invoices", &body).await.expect(201)];
    let open = app.invoice(&customer, "10.00").await;
    let ids: Vec<String> = drafts.iter().chain([&open]).map(|invoice| text(invoice, "/id")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let clerk = desk(app, Role::Owner).await;
    let look = send(&clerk, "invoices", "issue", "", &ids).await;
    assert_eq!(stamps(&look.text()), (2, 1), "{}", look.text());
    let done = send(&clerk, "invoices", "issue", "run", &ids[..2]).await;
    assert_eq!(stamps(&done.text()), (2, 0), "{}", done.text());
    let sent = send(&clerk, "invoices", "send", "run", &ids).await;
    assert_eq!(stamps(&sent.text()), (3, 0), "{}", sent.text());
}

async fn customers_are_archived(app: &TestApp) {
    let (one, two) = (app.customer("远航贸易").await, app.customer("顺达物流").await);
    let clerk = desk(app, Role::Owner).await;
    let done = send(&clerk, "customers", "archive", "run", &[&one, &two]).await;
    assert_eq!(stamps(&done.text()), (2, 0), "{}", done.text());
    for id in [&one, &two] {
        assert_eq!(app.api.get(&format!("/customers/{id}")).await.expect(200)["archived"], true);
    }
    assert!(!clerk.get("/customers").await.text().contains("顺达物流"));
    assert!(clerk.get("/customers?archived=true").await.text().contains("顺达物流"));
}

async fn what_cannot_be_done_at_all_is_refused(app: &TestApp) {
    let customer = app.customer("远航贸易").await;
    let order = text(&draft(app, &customer, "10.00").await, "/id");
    let owner = desk(app, Role::Owner).await;
    let auditor = desk(app, Role::Auditor).await;
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    for (caller, act, ids, status) in [
        (&owner, "submit", vec![], 422),
        (&owner, "burn", vec![order.as_str()], 422),
        (&auditor, "submit", vec![order.as_str()], 403),
        (&buyer, "submit", vec![order.as_str()], 403),
    ] {
        let answer = send(caller, "orders", act, "run", &ids).await;
        assert_eq!(answer.status, status, "{act} {ids:?}: {}", answer.text());
    }
    assert_eq!(text(&app.api.get(&format!("/orders/{order}")).await.expect(200), "/status"), "draft");
}

async fn the_chosen_rows_come_as_a_file(app: &TestApp) {
    let customer = app.customer("远航贸易").await;
    let (one, two) = (app.invoice(&customer, "10.00").await, app.invoice(&customer, "20.00").await);
    let clerk = desk(app, Role::Owner).await;
    let file = clerk.get(&format!("/invoices.csv?id={}", text(&one, "/id"))).await.text();
    assert!(file.contains(&text(&one, "/number")) && !file.contains(&text(&two, "/number")), "{file}");
    for list in ["orders", "customers", "payments"] {
        let file = clerk.get(&format!("/{list}.csv?id=none")).await.text();
        assert_eq!(file.lines().count(), 1, "{list}: {file}");
    }
}
