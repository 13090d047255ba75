//! Giving back: all, a part, too much, slowly.

use crate::house::House;
use crate::payments::code;
use gateways::{Event, Lookup, RefundLookup, RefundRequest, RefundState};
use kernel::{Currency, Money};

fn ask(house: &mut House, payment: &Lookup, fen: i64, reason: &str) -> RefundRequest {
    let reference = house.next_id();
    RefundRequest {
        reference,
        idempotency_key: format!("refund-{reference}"),
        payment: payment.clone(),
        amount: Money::new(fen, Currency::CNY),
        total: Money::new(1000, Currency::CNY),
        reason: reason.to_owned(),
        notify_url: house.notify_url(),
    }
}

#[tokio::test]
async fn never_more_than_was_paid() {
    let mut house = House::new().await;
    let payment = house.paid(1000, "INV-1").await;
    for (fen, wanted) in [
        (0, "invalid_field"),
        (1001, "refund_exceeds_payment"),
        (400, ""),
        (601, "refund_exceeds_payment"),
        (600, ""),
        (1, "refund_exceeds_payment"),
    ] {
        let request = ask(&mut house, &payment, fen, "");
        let outcome = house.gateway.refund(request).await;
        match wanted {
            "" => assert_eq!(outcome.unwrap().state, RefundState::Succeeded, "{fen}"),
            wanted => assert_eq!(code(outcome), wanted, "{fen}"),
        }
    }
}

#[tokio::test]
async fn the_refund_is_told_and_can_be_asked_for() {
    let mut house = House::new().await;
    let payment = house.paid(1000, "INV-1").await;
    house.notification().await;
    let by_reference = Lookup { provider_id: None, ..payment.clone() };
    let request = ask(&mut house, &by_reference, 400, "damaged");
    let refund = house.gateway.refund(request.clone()).await.unwrap();
    let told = Event::Refund {
        reference: request.reference,
        provider_id: refund.provider_id.clone(),
        payment: payment.clone(),
        state: RefundState::Succeeded,
        amount: request.amount,
    };
    assert_eq!(house.notification().await.event, told);
    for provider_id in [Some(refund.provider_id.clone()), None] {
        let lookup = RefundLookup { reference: request.reference, provider_id, payment: payment.clone() };
        assert_eq!(house.gateway.query_refund(lookup).await.unwrap(), refund);
    }
}

#[tokio::test]
async fn a_repeated_key_refunds_once() {
    let mut house = House::new().await;
    let payment = house.paid(1000, "INV-1").await;
    let request = ask(&mut house, &payment, 600, "");
    let first = house.gateway.refund(request.clone()).await.unwrap();
    assert_eq!(house.gateway.refund(request.clone()).await.unwrap(), first);
    let mut other = request;
    other.amount = Money::new(400, Currency::CNY);
    assert_eq!(code(house.gateway.refund(other).await), "idempotency_key_reused");
    // 400 is left: the repetition took nothing.
    let rest = ask(&mut house, &payment, 400, "");
    assert!(house.gateway.refund(rest).await.is_ok());
}

#[tokio::test]
async fn a_slow_refund_holds_its_amount_until_it_fails() {
    let mut house = House::new().await;
    let payment = house.paid(1000, "INV-1").await;
    let slow = ask(&mut house, &payment, 1000, "sim:slow,decline,lost");
    assert_eq!(house.gateway.refund(slow.clone()).await.unwrap().state, RefundState::Processing);
    let more = ask(&mut house, &payment, 1, "");
    assert_eq!(code(house.gateway.refund(more.clone()).await), "refund_exceeds_payment");
    house.pass(20);
    let lookup = RefundLookup { reference: slow.reference, provider_id: None, payment };
    let failed = RefundState::Failed { reason: "declined".to_owned() };
    assert_eq!(house.gateway.query_refund(lookup).await.unwrap().state, failed);
    assert!(house.gateway.refund(more).await.is_ok());
}

#[tokio::test]
async fn only_what_was_paid_is_given_back() {
    let mut house = House::new().await;
    let (open, _) = house.open(1000, "INV-1").await;
    let request = ask(&mut house, &open, 1000, "");
    assert_eq!(code(house.gateway.refund(request).await), "payment_not_refundable");
    let payment = house.paid(1000, "INV-2").await;
    let mut request = ask(&mut house, &payment, 1000, "");
    request.amount = Money::new(1000, Currency::EUR);
    assert_eq!(code(house.gateway.refund(request).await), "invalid_field");
}
