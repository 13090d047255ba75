//! Many at once.

use crate::harness::trade::{minor, payment, text};
use crate::harness::{TestApp, both, cny, rows};
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::Reach;

both! {
    numbers_have_no_gap_when_many_submit_at_once_and_some_are_refused,
    sixty_four_callers_pay_one_invoice_at_once,
    one_credit_is_not_spent_twice,
    the_credit_limit_holds_when_orders_come_at_once,
    one_order_submitted_by_many_is_invoiced_once,
    changes_of_many_apply_to_whatever_is_there,
    the_trail_is_sealed_by_many_at_once,
    an_invoice_is_read_of_one_instant_while_it_is_paid,
}

const CALLERS: usize = 64;

async fn numbers_have_no_gap_when_many_submit_at_once_and_some_are_refused(app: &TestApp) {
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("10.00") }]);
    let free = app.customer("自由").await;
    let broke = app.customer_with(json!({ "name": "无额度", "credit_limit": cny("0.00") })).await;
    let mut orders = Vec::new();
    for n in 0..32 {
        orders.push(app.order(if n % 4 == 3 { &broke } else { &free }, "CNY", lines.clone()).await);
    }
    let cancelled = &orders[0];
    app.api.post(&format!("/orders/{}/cancel", text(cancelled, "/id")), &json!({})).await.expect(200);
    let replies = join_all(orders.iter().map(|order| app.submit(order))).await;
    let count = |wanted: &str| replies.iter().filter(|r| r.status == 200 && r.json()["status"] == wanted).count();
    assert_eq!((count("confirmed"), count("on_hold")), (23, 8));
    assert_eq!(replies[0].status, 409);
    let invoices = app.api.get("/invoices?limit=200").await.expect(200);
    let numbers: BTreeSet<String> = rows(&invoices).iter().map(|invoice| text(invoice, "/number")).collect();
    let ends: BTreeSet<u32> =
        numbers.iter().map(|number| number.rsplit('-').next().unwrap().parse().unwrap()).collect();
    assert_eq!(ends, (1..=23).collect(), "{numbers:?}");
}

async fn sixty_four_callers_pay_one_invoice_at_once(app: &TestApp) {
    let customer = app.customer("抢付").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let body = payment(&customer, cny("100.00"), &[(&invoice, "100.00")]);
    let replies = join_all((0..CALLERS).map(|_| app.api.post("/payments", &body))).await;
    let paid: Vec<Value> = replies.iter().filter(|r| r.status == 201).map(|r| r.json()).collect();
    assert_eq!(paid.len(), 1, "one pays what is due");
    for refused in replies.iter().filter(|r| r.status != 201) {
        refused.problem(409, "allocation_exceeds_balance");
    }
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let now = app.again(&invoice).await;
    let allocated: i64 = now["allocations"].as_array().unwrap().iter().map(|a| minor(&a["amount"])).sum();
    assert_eq!(allocated, minor(&now["total"]));
    assert_eq!(app.balance("1002").await, "100.00");
    assert_eq!(rows(&app.api.get("/payments").await.expect(200)).len(), 1);

    // In parts, with what is too much left as credit by nobody: every accepted part counts, none is lost.
    let second = app.invoice(&customer, "100.00").await;
    let part = payment(&customer, cny("3.00"), &[(&second, "3.00")]);
    let replies = join_all((0..CALLERS).map(|_| app.api.post("/payments", &part))).await;
    assert_eq!(replies.iter().filter(|r| r.status == 201).count(), 33);
    assert_eq!(app.standing(&second).await, "partially_paid 1.00");
}

async fn one_credit_is_not_spent_twice(app: &TestApp) {
    let customer = app.customer("余额").await;
    let credit = app.pay(&customer, cny("50.00"), &[]).await.expect(201);
    let mut invoices = Vec::new();
    for _ in 0..8 {
        invoices.push(app.invoice(&customer, "30.00").await);
    }
    let path = format!("/payments/{}/allocations", text(&credit, "/id"));
    let bodies: Vec<Value> = invoices
        .iter()
        .map(|invoice| json!({ "allocations": [{ "invoice": invoice["id"], "amount": cny("30.00") }] }))
        .collect();
    let replies = join_all(bodies.iter().map(|body| app.api.post(&path, body))).await;
    assert_eq!(replies.iter().filter(|r| r.status == 201).count(), 1);
    assert!(replies.iter().all(|r| [201, 409].contains(&r.status)));
    let now = app.api.get(&format!("/payments/{}", text(&credit, "/id"))).await.expect(200);
    assert_eq!(now["unallocated"], cny("20.00"));
}

async fn the_credit_limit_holds_when_orders_come_at_once(app: &TestApp) {
    let customer = app.customer_with(json!({ "name": "限额", "credit_limit": cny("100.00") })).await;
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("30.00") }]);
    let mut orders = Vec::new();
    for _ in 0..12 {
        orders.push(app.order(&customer, "CNY", lines.clone()).await);
    }
    let replies = join_all(orders.iter().map(|order| app.submit(order))).await;
    let confirmed = replies.iter().filter(|r| r.expect(200)["status"] == "confirmed").count();
    assert_eq!(confirmed, 3, "three times thirty fit in a hundred");
}

async fn one_order_submitted_by_many_is_invoiced_once(app: &TestApp) {
    let customer = app.customer("连点").await;
    let lines = json!([{ "description": "Work", "quantity": "1", "unit_price": cny("30.00") }]);
    let order = app.order(&customer, "CNY", lines).await;
    let replies = join_all((0..16).map(|_| app.submit(&order))).await;
    assert_eq!(replies.iter().filter(|r| r.status == 200).count(), 1);
    assert_eq!(rows(&app.api.get("/invoices").await.expect(200)).len(), 1);
}

/// Nobody named a version, so nobody's change is stale, and none undoes another's.
async fn changes_of_many_apply_to_whatever_is_there(app: &TestApp) {
    let customer = app.customer("众人").await;
    let item = app.goods().await;
    let contact =
        app.api.post(&format!("/customers/{customer}/contacts"), &json!({ "name": "王芳" })).await.expect(201);
    let contact = text(&contact, "/id");
    let paths = [
        (format!("/customers/{customer}"), ["phone", "tax_number"]),
        (format!("/customers/{customer}/contacts/{contact}"), ["phone", "position"]),
        (format!("/items/{item}"), ["unit", "tax_code"]),
    ];
    for (path, names) in &paths {
        let value = |name: &str, n: usize| match name {
            "tax_number" => json!("91110000600037341L"),
            "tax_code" => json!("VAT9"),
            _ => json!(format!("{:04}", n % 32)),
        };
        let bodies: Vec<Value> = (0..32).map(|n| json!({ names[n % 2]: value(names[n % 2], n) })).collect();
        let replies = join_all(bodies.iter().map(|body| app.api.patch(path, body))).await;
        for reply in &replies {
            reply.expect(200);
        }
    }
    let now = app.api.get(&paths[0].0).await.expect(200);
    assert_eq!(now["tax_number"], "91110000600037341L");
    assert!(now["phone"].is_string(), "{now}");
    assert_eq!(app.api.get(&paths[2].0).await.expect(200)["tax_code"], "VAT9");
}

/// Whoever seals goes on from where the last one ended, also from seals made while it waited.
async fn the_trail_is_sealed_by_many_at_once(app: &TestApp) {
    for round in 0..8 {
        let customers = join_all((0..8).map(|n| async move { app.customer(&format!("封存 {round} {n}")).await })).await;
        assert_eq!(customers.len(), 8);
        app.clock.advance(SignedDuration::from_secs(5));
        let seals = (0..CALLERS).map(|_| app.house.app.seal_audit(app.organisation, Reach::All, 5));
        let sealed: Vec<usize> = join_all(seals).await.into_iter().map(Result::unwrap).collect();
        assert!(sealed.iter().any(|rows| *rows > 0), "{sealed:?}");
        assert_eq!(app.findings(), Vec::<String>::new());
    }
}

/// What is open of it and what was set against it are rows of two tables; a reader between them would see an invoice that does
/// not add up.
async fn an_invoice_is_read_of_one_instant_while_it_is_paid(app: &TestApp) {
    let customer = app.customer("分期").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let path = format!("/invoices/{}", text(&invoice, "/id"));
    let pay = async {
        for _ in 0..40 {
            app.pay(&customer, cny("1.00"), &[(&invoice, "1.00")]).await.expect(201);
        }
    };
    let look = async || {
        for _ in 0..120 {
            let now = app.api.get(&path).await.expect(200);
            let paid: i64 = now["allocations"].as_array().unwrap().iter().map(|part| minor(&part["amount"])).sum();
            assert_eq!(minor(&now["balance"]) + paid, 10_000, "{now}");
        }
    };
    tokio::join!(pay, look(), look(), look());
}
