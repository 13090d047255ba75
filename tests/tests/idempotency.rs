//! The same key and request get the same answer, once.

use crate::harness::trade::payment;
use crate::harness::{TestApp, both, cny, rows};
use futures_util::future::join_all;

both! {
    a_repeated_payment_is_answered_byte_for_byte_and_counts_once,
    the_same_key_with_another_body_is_refused,
    while_the_first_is_under_way_the_second_is_told_so,
    a_form_that_is_sent_twice_at_once_is_answered_as_once,
    a_refusal_is_not_kept,
    keys_of_two_programs_and_two_routes_do_not_meet,
    a_key_of_payments_is_kept_for_ever,
    the_key_comes_before_what_is_wrong_with_the_request,
}

async fn payments(app: &TestApp) -> usize {
    rows(&app.api.get("/payments?limit=200").await.expect(200)).len()
}

async fn a_repeated_payment_is_answered_byte_for_byte_and_counts_once(app: &TestApp) {
    let customer = app.customer("重试").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let body = payment(&customer, cny("10.00"), &[(&invoice, "10.00")]);
    let first = app.api.post_once("/payments", "once-1", &body).await;
    first.expect(201);
    assert_eq!(first.header("idempotent-replayed"), "");
    app.pay(&customer, cny("10.00"), &[(&invoice, "10.00")]).await.expect(201);
    let second = app.api.post_once("/payments", "once-1", &body).await;
    assert_eq!((second.status, &second.body), (201, &first.body));
    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(second.header("content-type"), first.header("content-type"));
    assert_eq!(payments(app).await, 2);
    assert_eq!(app.standing(&invoice).await, "partially_paid 80.00");
}

async fn the_same_key_with_another_body_is_refused(app: &TestApp) {
    let customer = app.customer("换内容").await;
    app.api.post_once("/payments", "k", &payment(&customer, cny("1.00"), &[])).await.expect(201);
    let other = app.api.post_once("/payments", "k", &payment(&customer, cny("2.00"), &[])).await;
    other.problem(422, "idempotency_key_reused");
    assert_eq!(payments(app).await, 1);
}

async fn while_the_first_is_under_way_the_second_is_told_so(app: &TestApp) {
    let customer = app.customer("同时").await;
    let body = payment(&customer, cny("1.00"), &[]);
    let replies = join_all((0..48).map(|_| app.api.post_once("/payments", "same", &body))).await;
    let mut under_way = 0;
    for reply in &replies {
        match reply.status {
            201 => assert_eq!(reply.body, replies.iter().find(|r| r.status == 201).unwrap().body),
            _ => {
                reply.problem(409, "idempotency_in_flight");
                under_way += 1;
            }
        }
    }
    assert!(under_way > 0, "none of them met another");
    assert_eq!(payments(app).await, 1);
    let after = app.api.post_once("/payments", "same", &body).await;
    assert_eq!((after.status, after.header("idempotent-replayed")), (201, "true"));
}

async fn a_form_that_is_sent_twice_at_once_is_answered_as_once(app: &TestApp) {
    let customer = app.customer("连点").await;
    let desk = app.nobody.signed_in(&app.staff(kernel::Role::Cashier).await, crate::harness::PASSWORD).await;
    let form = [
        ("idempotency_key", "pressed"),
        ("/customer", customer.as_str()),
        ("/method", "cash"),
        ("/amount/currency", "CNY"),
        ("/amount/amount", "1.00"),
        ("/received_on", crate::harness::TODAY),
    ];
    let replies = join_all((0..24).map(|_| desk.submit("/payments", &form))).await;
    for reply in &replies {
        assert_eq!((reply.status, reply.location()), (303, replies[0].location()), "{}", reply.text());
    }
    assert_eq!(payments(app).await, 1);
}

async fn a_refusal_is_not_kept(app: &TestApp) {
    let customer = app.customer("先错后对").await;
    let invoice = app.invoice(&customer, "5.00").await;
    let body = payment(&customer, cny("9.00"), &[(&invoice, "9.00")]);
    app.api.post_once("/payments", "later", &body).await.problem(409, "allocation_exceeds_balance");
    let right = payment(&customer, cny("9.00"), &[(&invoice, "5.00")]);
    app.api.post_once("/payments", "later", &right).await.expect(201);
}

async fn keys_of_two_programs_and_two_routes_do_not_meet(app: &TestApp) {
    let customer = app.customer("两家").await;
    let other = app.key_of(kernel::Role::Cashier, None).await;
    let body = payment(&customer, cny("1.00"), &[]);
    app.api.post_once("/payments", "k", &body).await.expect(201);
    let second = other.post_once("/payments", "k", &body).await;
    second.expect(201);
    assert_eq!(second.header("idempotent-replayed"), "");
    assert_eq!(payments(app).await, 2);
    let order = serde_json::json!({
        "customer": customer, "currency": "CNY",
        "lines": [{ "description": "Work", "quantity": "1", "unit_price": cny("1.00") }],
    });
    app.api.post_once("/orders", "k", &order).await.expect(201);
    let empty = app.api.post_once("/payments", "", &body).await;
    assert_eq!(empty.status, 422, "an empty key is none");
}

async fn a_key_of_payments_is_kept_for_ever(app: &TestApp) {
    let customer = app.customer("很久").await;
    let body = payment(&customer, cny("1.00"), &[]);
    let first = app.api.post_once("/payments", "old", &body).await;
    first.expect(201);
    let order = serde_json::json!({
        "customer": customer, "currency": "CNY",
        "lines": [{ "description": "Work", "quantity": "1", "unit_price": cny("1.00") }],
    });
    app.api.post_once("/orders", "old", &order).await.expect(201);
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 40));
    app.house.app.prune_keys().await.unwrap();
    let again = app.api.post_once("/payments", "old", &body).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    let order = app.api.post_once("/orders", "old", &order).await;
    assert_eq!(order.header("idempotent-replayed"), "", "keys of orders are forgotten after two days");
}

async fn the_key_comes_before_what_is_wrong_with_the_request(app: &TestApp) {
    let customer = app.customer("先看键").await;
    app.api.post_once("/payments", "k", &payment(&customer, cny("1.00"), &[])).await.expect(201);
    for wrong in [serde_json::json!({}), serde_json::json!({ "customer": 7 }), serde_json::json!([])] {
        app.api.post_once("/payments", "k", &wrong).await.problem(422, "idempotency_key_reused");
        app.api.post_once("/payments", "other", &wrong).await.problem(422, "invalid");
    }
    let contacts = format!("/customers/{customer}/contacts");
    let made = app.api.post(&contacts, &serde_json::json!({ "name": "n" })).await.expect(201);
    let contact = format!("{contacts}/{}", made["id"].as_str().unwrap());
    let change = async || {
        let request = app.api.request(reqwest::Method::PATCH, &contact).header("idempotency-key", "change");
        let request = request.json(&serde_json::json!({ "name": "m" }));
        crate::harness::Reply::of(reqwest::Method::PATCH, &contact, request).await
    };
    let first = change().await;
    first.expect(200);
    app.api.send(reqwest::Method::DELETE, &contact, &serde_json::json!({})).await;
    let again = change().await;
    assert_eq!((again.status, &again.body), (200, &first.body), "what was done is told, though it is gone since");
    assert_eq!(again.header("idempotent-replayed"), "true");
}
