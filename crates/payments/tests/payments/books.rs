//! Payments by hand: what they settle, what they leave in the books, and 64 at once.

use crate::house::House;
use kernel::{Currency, Money};
use payments::RecordPayment;
use payments::rules::payment::Method;
use serde_json::json;
use std::sync::Arc;

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_settles_and_its_rest_is_credit() {
    let house = House::new().await;
    let invoice = house.invoice("732.16").await;
    let body = json!({
        "customer": house.customer, "method": "bank_transfer", "received_on": "2026-11-23", "reference": "TT 1",
        "amount": { "currency": "CNY", "amount": "800.00" },
        "allocations": [{ "invoice": invoice, "amount": { "currency": "CNY", "amount": "732.16" } }],
    });
    let (status, payment) = house.post("/payments", "a", &body).await;
    assert_eq!(status, 201, "{payment}");
    assert_eq!((&payment["status"], &payment["unallocated"]["amount"]), (&json!("succeeded"), &json!("67.84")));
    assert_eq!(house.post("/payments", "a", &body).await, (201, payment.clone()));
    assert_eq!((house.balance(invoice).await, house.credit().await), (0, 6_784));
    assert_eq!(house.get(&format!("/payments/{}", payment["id"].as_str().unwrap())).await, payment);

    // The credit pays the next invoice and what is left goes back.
    let next = house.invoice("60.00").await;
    let path = format!("/payments/{}", payment["id"].as_str().unwrap());
    let (status, after) = house.post(&format!("{path}/allocations"), "b", &json!({})).await;
    assert_eq!((status, &after["unallocated"]["amount"]), (201, &json!("7.84")), "{after}");
    assert_eq!(house.balance(next).await, 0);
    let refund = json!({ "amount": { "currency": "CNY", "amount": "7.85" }, "reason": "too much" });
    assert_eq!(house.post(&format!("{path}/refunds"), "c", &refund).await.0, 409);
    let refund = json!({ "amount": { "currency": "CNY", "amount": "7.84" }, "reason": "too much" });
    let (status, refund) = house.post(&format!("{path}/refunds"), "d", &refund).await;
    assert_eq!((status, &refund["status"]), (201, &json!("succeeded")), "{refund}");
    assert_eq!(house.credit().await, 0);
    house.books_balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_changes_nothing() {
    let house = House::new().await;
    let invoice = house.invoice("100.00").await;
    let body = |amount: &str, part: &str, on: &str| {
        json!({
            "customer": house.customer, "method": "cash", "received_on": on,
            "amount": { "currency": "CNY", "amount": amount },
            "allocations": [{ "invoice": invoice, "amount": { "currency": "CNY", "amount": part } }],
        })
    };
    for (key, body, status, code) in [
        ("a", body("200.00", "100.01", "2026-11-23"), 409, "allocation_exceeds_balance"),
        ("b", body("100.00", "100.00", "2026-11-24"), 422, "invalid"),
        ("c", body("0.00", "1.00", "2026-11-23"), 422, "invalid"),
        ("d", body("1.001", "1.00", "2026-11-23"), 422, "invalid"),
        ("e", body("50.00", "60.00", "2026-11-23"), 409, "allocation_exceeds_credit"),
    ] {
        let (got, problem) = house.post("/payments", key, &body).await;
        assert_eq!((got, problem["code"].as_str().unwrap()), (status, code), "{key} {problem}");
    }
    assert_eq!((house.balance(invoice).await, house.credit().await), (10_000, 0));
    house.books_balance().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cheque_clears_or_bounces() {
    let house = House::new().await;
    for (key, ends, status, left) in [("a", "clear", "succeeded", 0), ("b", "bounce", "reversed", 10_000)] {
        let invoice = house.invoice("100.00").await;
        let body = json!({
            "customer": house.customer, "method": "cheque", "received_on": "2026-11-20",
            "amount": { "currency": "CNY", "amount": "100.00" },
            "allocations": [{ "invoice": invoice, "amount": { "currency": "CNY", "amount": "100.00" } }],
        });
        let (_, cheque) = house.post("/payments", key, &body).await;
        assert_eq!(cheque["status"], "uncleared");
        let path = format!("/payments/{}/cheque", cheque["id"].as_str().unwrap());
        assert_eq!(house.post(&format!("{path}/deposit"), &format!("{key}1"), &json!({})).await.0, 200);
        assert_eq!(house.post(&format!("{path}/deposit"), &format!("{key}2"), &json!({})).await.0, 409);
        let (got, after) = house.post(&format!("{path}/{ends}"), &format!("{key}3"), &json!({})).await;
        assert_eq!((got, after["status"].as_str()), (200, Some(status)), "{after}");
        assert_eq!(house.balance(invoice).await, left);
        house.books_balance().await;
    }
    assert_eq!(house.credit().await, 0);
}

/// 64 callers at once, each with this much for the same invoice; answers with how many were taken.
async fn at_once(house: &Arc<House>, invoice: kernel::id::InvoiceId, minor: i64) -> usize {
    let callers: Vec<_> = (0..64)
        .map(|_| {
            let house = house.clone();
            tokio::spawn(async move {
                let command = RecordPayment {
                    customer: house.customer,
                    method: Method::BankTransfer,
                    amount: cny(minor),
                    received_on: "2026-11-23".parse().unwrap(),
                    reference: None,
                    account: None,
                    allocations: vec![(invoice, cny(minor)).into()],
                };
                match house.write(command).await {
                    Ok(_) => 1,
                    Err(error) => {
                        assert_eq!(error.refusal().code, "allocation_exceeds_balance");
                        0
                    }
                }
            })
        })
        .collect();
    let mut taken = 0;
    for caller in callers {
        taken += caller.await.unwrap();
    }
    taken
}

#[tokio::test(flavor = "multi_thread", worker_threads = 64)]
async fn sixty_four_at_once_take_exactly_what_is_due() {
    let house = Arc::new(House::new().await);
    for (minor, taken, left) in [(73_216, 1, 0), (1_144, 64, 0), (2_000, 36, 1_216)] {
        let invoice = house.invoice("732.16").await;
        assert_eq!(at_once(&house, invoice, minor).await, taken, "{minor}");
        assert_eq!(house.balance(invoice).await, left, "{minor}");
        house.books_balance().await;
    }
    assert_eq!(house.credit().await, 0);
}
