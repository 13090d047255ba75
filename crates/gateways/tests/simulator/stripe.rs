//! Stripe's language: the connector and the simulator over it. Stripe's own libraries judge both elsewhere.

use crate::house::{House, MERCHANT};
use crate::payments::code;
use gateways::{
    CallError, Event, Lookup, Method, NotificationError, PaymentState, RefundLookup, RefundRequest, RefundState,
};
use http::HeaderValue;
use kernel::{Currency, Money};

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

async fn stripe() -> House {
    House::speaking("stripe").await
}

fn refund(house: &mut House, payment: &Lookup, minor: i64, reason: &str) -> RefundRequest {
    let reference = house.next_id();
    RefundRequest {
        reference,
        idempotency_key: format!("refund-{reference}"),
        payment: payment.clone(),
        amount: cny(minor),
        total: cny(1000),
        reason: reason.to_owned(),
        notify_url: String::new(),
    }
}

#[tokio::test]
async fn open_pay_notify_query() {
    let mut house = stripe().await;
    let (lookup, opened) = house.open(73_216, "INV-2026-00408").await;
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    house.pass(60);
    assert_eq!(house.choose(&opened, "pay").await, "https://seller.example/back");

    let notification = house.notification().await;
    assert_eq!((notification.merchant.as_str(), notification.occurred_at.as_second()), (MERCHANT, 1_790_000_060));
    let told = Event::Payment {
        reference: lookup.reference,
        provider_id: lookup.provider_id.clone().unwrap(),
        state: PaymentState::Succeeded,
        amount: cny(73_216),
        // An event does not bring the charge along.
        fee: None,
    };
    assert_eq!(notification.event, told);

    let payment = house.query(&lookup).await.unwrap();
    assert_eq!((payment.amount, payment.fee), (cny(73_216), Some(cny(439))));
    assert_eq!((payment.state, payment.paid_at), (PaymentState::Succeeded, Some(notification.occurred_at)));
    assert_eq!(house.query_by_reference(lookup.reference).await.unwrap().provider_id, payment.provider_id);
}

#[tokio::test]
async fn what_the_payer_chooses() {
    let mut house = stripe().await;
    let declined = PaymentState::Failed { reason: "generic_decline".to_owned() };
    for (method, choice, state) in [
        (Method::Card, "pay", PaymentState::Succeeded),
        (Method::EWallet, "pay", PaymentState::Succeeded),
        (Method::Card, "time-out", PaymentState::Processing),
        (Method::Card, "decline", declined),
        // The page is left; another may still pay.
        (Method::Card, "cancel", PaymentState::Open),
    ] {
        let mut ask = house.ask(1000, "INV-1");
        ask.method = method;
        let opened = house.gateway.open(ask.clone()).await.unwrap();
        house.choose(&opened, choice).await;
        assert_eq!(house.query_by_reference(ask.reference).await.unwrap().state, state, "{method:?} {choice}");
    }
}

#[tokio::test]
async fn a_call_in_doubt_is_settled_by_asking() {
    for (word, happened) in [("error_before", false), ("error_after", true)] {
        let mut house = stripe().await;
        let ask = house.ask(1000, &format!("INV-1 sim:{word}"));
        assert!(house.gateway.open(ask.clone()).await.unwrap_err().in_doubt(), "{word}");
        let found = house.query_by_reference(ask.reference).await;
        assert_eq!(found.is_ok(), happened, "{word}: {found:?}");
        assert!(happened || found == Err(CallError::NotFound));
        if happened {
            let opened = house.gateway.open(ask).await.unwrap();
            assert_eq!(opened.provider_id, Some(found.unwrap().provider_id));
        }
    }
}

#[tokio::test]
async fn ours_is_found_among_many() {
    let mut house = stripe().await;
    let (first, _) = house.open(1, "INV-1").await;
    for _ in 0..230 {
        house.open(2, "INV-2").await;
    }
    let found = house.query_by_reference(first.reference).await.unwrap();
    assert_eq!(Some(found.provider_id), first.provider_id);
    let unknown = house.next_id();
    assert_eq!(house.query_by_reference(unknown).await, Err(CallError::NotFound));
}

#[tokio::test]
async fn a_key_opens_once_and_is_not_used_for_another() {
    let mut house = stripe().await;
    let mut ask = house.ask(1000, "INV-1");
    // Ours ends before the shortest of Stripe's, which is reckoned anew at no repetition.
    ask.expires_at = kernel::Timestamp::from_second(1_790_000_600).unwrap();
    let first = house.gateway.open(ask.clone()).await.unwrap();
    house.pass(120);
    assert_eq!(house.gateway.open(ask.clone()).await.unwrap(), first);
    // Whatever came before the key was used again may have had its effect: not a refusal.
    let other = gateways::OpenCheckout { amount: cny(999), ..ask };
    assert!(house.gateway.open(other).await.unwrap_err().in_doubt());
}

#[tokio::test]
async fn refusals_have_no_effect() {
    let mut house = stripe().await;
    let spoils: [fn(&mut gateways::OpenCheckout); 4] = [
        |ask| ask.amount = cny(0),
        |ask| ask.amount = cny(100_000_000),
        |ask| ask.return_url = "javascript:alert(1)".to_owned(),
        |ask| ask.description = "x".repeat(501),
    ];
    for spoil in spoils {
        let mut ask = house.ask(1000, "INV-1");
        spoil(&mut ask);
        assert_eq!(code(house.gateway.open(ask.clone()).await), "parameter_invalid", "{ask:?}");
        assert_eq!(house.query_by_reference(ask.reference).await, Err(CallError::NotFound));
    }
}

#[tokio::test]
async fn stripe_counts_some_currencies_otherwise() {
    let mut house = stripe().await;
    for (currency, minor) in [("JPY", 500), ("ISK", 700), ("MGA", 1_200), ("KWD", 1_230)] {
        let mut ask = house.ask(1, "INV-1");
        ask.amount = Money::new(minor, Currency::parse(currency).unwrap());
        let amount = ask.amount;
        let reference = ask.reference;
        house.gateway.open(ask).await.unwrap();
        assert_eq!(house.query_by_reference(reference).await.unwrap().amount, amount);
    }
    let mut ask = house.ask(1, "INV-1");
    ask.amount = Money::new(1_234, Currency::parse("KWD").unwrap());
    assert_eq!(code(house.gateway.open(ask).await), "amount");
}

#[tokio::test]
async fn what_is_open_is_closed_and_what_is_paid_is_told() {
    let mut house = stripe().await;
    let (open, page) = house.open(1000, "INV-1").await;
    let by_reference = Lookup { provider_id: None, ..open.clone() };
    assert_eq!(house.gateway.close(by_reference).await.unwrap().state, PaymentState::Expired);
    house.choose(&page, "pay").await;
    assert_eq!(house.query(&open).await.unwrap().state, PaymentState::Expired);
    let paid = house.paid(1000, "INV-2").await;
    assert_eq!(house.gateway.close(paid).await.unwrap().state, PaymentState::Succeeded);
}

#[tokio::test]
async fn money_goes_back_in_parts() {
    let mut house = stripe().await;
    let payment = house.paid(1000, "INV-1").await;
    house.notification().await;
    let part = refund(&mut house, &payment, 400, "damaged");
    let done = house.gateway.refund(part.clone()).await.unwrap();
    assert_eq!((&done.state, done.amount), (&RefundState::Succeeded, cny(400)));
    assert_eq!(house.gateway.refund(part.clone()).await.unwrap().provider_id, done.provider_id);
    let told = Event::Refund {
        reference: part.reference,
        provider_id: done.provider_id.clone(),
        payment: Lookup { provider_id: None, ..payment.clone() },
        state: RefundState::Succeeded,
        amount: cny(400),
    };
    assert_eq!(house.notification().await.event, told);
    for provider_id in [Some(done.provider_id.clone()), None] {
        let lookup = RefundLookup { reference: part.reference, provider_id, payment: payment.clone() };
        assert_eq!(house.gateway.query_refund(lookup).await.unwrap().provider_id, done.provider_id);
    }
    let too_much = refund(&mut house, &payment, 601, "");
    assert!(matches!(house.gateway.refund(too_much).await, Err(CallError::Refused { .. })));
    let slow = refund(&mut house, &payment, 600, "sim:slow,decline,lost");
    assert_eq!(house.gateway.refund(slow.clone()).await.unwrap().state, RefundState::Processing);
    house.pass(20);
    let lookup = RefundLookup { reference: slow.reference, provider_id: None, payment };
    let failed = RefundState::Failed { reason: "declined".to_owned() };
    assert_eq!(house.gateway.query_refund(lookup).await.unwrap().state, failed);
}

#[tokio::test]
async fn only_what_stripe_signed_just_now_is_believed() {
    for (word, wanted) in [
        ("forged", Some(NotificationError::BadSignature)),
        ("stale", Some(NotificationError::Stale)),
        ("rotated", None),
    ] {
        let mut house = stripe().await;
        house.paid(1000, &format!("INV-1 sim:{word}")).await;
        let arrived = house.arrival().await;
        assert_eq!(house.verify(&arrived).await.err(), wanted, "{word}");
    }
    let mut house = stripe().await;
    house.paid(1000, "INV-1").await;
    let arrived = house.arrival().await;
    for index in (0..arrived.body.len() * 8).step_by(7) {
        let mut spoilt = arrived.clone();
        spoilt.body[index / 8] ^= 1 << (index % 8);
        assert_eq!(house.verify(&spoilt).await, Err(NotificationError::BadSignature), "bit {index}");
    }
    let header = arrived.headers["stripe-signature"].to_str().unwrap().to_owned();
    for spoilt in [
        String::new(),
        header.replace("v1=", "v0="),
        header.replace("t=17", "t=18"),
        header.split(',').next().unwrap().to_owned(),
    ] {
        let mut other = arrived.clone();
        other.headers.insert("stripe-signature", HeaderValue::from_str(&spoilt).unwrap());
        assert_eq!(house.verify(&other).await, Err(NotificationError::BadSignature), "{spoilt}");
    }
    house.pass(301);
    assert_eq!(house.verify(&arrived).await, Err(NotificationError::Stale));
}
