//! Opening, paying, asking, closing; keys that repeat.

use crate::house::{House, MERCHANT};
use gateways::{CallError, Event, Method, PaymentState};
use kernel::{Currency, Money};

fn fen(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

#[tokio::test]
async fn open_pay_notify_query() {
    let mut house = House::new().await;
    let (lookup, opened) = house.open(73_216, "INV-2026-00408").await;
    assert_eq!(opened.qr, None);
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);

    house.pass(60);
    assert_eq!(house.choose(&opened, "pay").await, "https://seller.example/back");

    let notification = house.notification().await;
    assert_eq!((notification.merchant.as_str(), notification.occurred_at.as_second()), (MERCHANT, 1_790_000_060));
    let told = Event::Payment {
        reference: lookup.reference,
        provider_id: lookup.provider_id.clone().unwrap(),
        state: PaymentState::Succeeded,
        amount: fen(73_216),
        // 0.60 % of 732.16 is 4.39296.
        fee: Some(fen(439)),
    };
    assert_eq!(notification.event, told);

    let payment = house.query(&lookup).await.unwrap();
    assert_eq!(payment.state, PaymentState::Succeeded);
    assert_eq!((payment.amount, payment.fee), (fen(73_216), Some(fen(439))));
    assert_eq!(payment.paid_at, Some(notification.occurred_at));
    assert_eq!(payment.merchant, MERCHANT);
    assert_eq!(house.query_by_reference(lookup.reference).await.unwrap(), payment);
}

#[tokio::test]
async fn an_e_wallet_is_scanned() {
    let mut house = House::new().await;
    let mut ask = house.ask(1000, "INV-1");
    ask.method = Method::EWallet;
    let opened = house.gateway.open(ask.clone()).await.unwrap();
    assert_eq!(opened.qr, opened.url.as_ref().map(|url| format!("{url}?step=choose")));
    house.choose(&opened, "pay").await;
    assert_eq!(house.query_by_reference(ask.reference).await.unwrap().state, PaymentState::Succeeded);
}

#[tokio::test]
async fn what_the_payer_chooses() {
    let mut house = House::new().await;
    let failed = |reason: &str| PaymentState::Failed { reason: reason.to_owned() };
    for (description, choice, state) in [
        ("INV-1", "pay", PaymentState::Succeeded),
        ("INV-1", "pay-late", PaymentState::Succeeded),
        ("INV-1", "pay-twice", PaymentState::Succeeded),
        ("INV-1", "time-out", PaymentState::Processing),
        ("INV-1", "decline", failed("declined")),
        ("INV-1", "cancel", failed("cancelled_by_payer")),
        ("INV-1 sim:decline", "pay", failed("declined")),
        ("INV-1 sim:slow", "pay", PaymentState::Processing),
    ] {
        let (lookup, opened) = house.open(1000, description).await;
        house.choose(&opened, choice).await;
        assert_eq!(house.query(&lookup).await.unwrap().state, state, "{description} {choice}");
        // A second press, or the page of another tab, changes nothing.
        house.choose(&opened, if choice == "pay" { "cancel" } else { "pay" }).await;
        assert_eq!(house.query(&lookup).await.unwrap().state, state, "{description} {choice}, pressed again");
    }
}

#[tokio::test]
async fn an_unknown_outcome_settles_without_a_word() {
    let mut house = House::with(|config| config.seed = 4, |_| {}).await;
    let mut outcomes = Vec::new();
    for _ in 0..12 {
        let (lookup, opened) = house.open(1000, "INV-1").await;
        house.choose(&opened, "time-out").await;
        house.pass(19);
        assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Processing);
        house.pass(1);
        let payment = house.query(&lookup).await.unwrap();
        assert_eq!(payment.paid_at.is_some(), payment.state == PaymentState::Succeeded);
        outcomes.push(payment.state);
    }
    assert!(outcomes.contains(&PaymentState::Succeeded));
    assert!(outcomes.contains(&PaymentState::Failed { reason: "declined".to_owned() }));
    assert!(house.inbox_is_empty());
}

#[tokio::test]
async fn a_repeated_key_opens_once() {
    let mut house = House::new().await;
    let ask = house.ask(1000, "INV-1");
    let first = house.gateway.open(ask.clone()).await.unwrap();
    assert_eq!(house.gateway.open(ask.clone()).await.unwrap(), first);

    let mut other = ask.clone();
    other.amount = fen(999);
    assert_eq!(code(house.gateway.open(other).await), "idempotency_key_reused");
    let mut again = ask.clone();
    again.idempotency_key.push_str("-2");
    assert_eq!(code(house.gateway.open(again).await), "reference_in_use");
}

#[tokio::test]
async fn many_callers_with_one_key_open_once() {
    let mut house = House::new().await;
    let ask = house.ask(1000, "INV-1");
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let (gateway, ask) = (house.gateway.clone(), ask.clone());
            tokio::spawn(async move { gateway.open(ask).await })
        })
        .collect();
    let mut opened = Vec::new();
    for call in calls {
        opened.push(call.await.unwrap().unwrap());
    }
    assert!(opened.iter().all(|one| *one == opened[0]));
}

#[tokio::test]
async fn refusals_have_no_effect() {
    let mut house = House::new().await;
    let spoils: [fn(&mut gateways::OpenCheckout); 7] = [
        |ask| ask.amount = fen(0),
        |ask| ask.amount = fen(-5),
        |ask| ask.amount = Money::new(5, Currency::parse("BGN").unwrap()),
        |ask| ask.return_url = "javascript:alert(1)".to_owned(),
        |ask| ask.notify_url = "/relative".to_owned(),
        |ask| ask.expires_at = kernel::Timestamp::UNIX_EPOCH,
        |ask| ask.description = "x".repeat(501),
    ];
    for spoil in spoils {
        let mut ask = house.ask(1000, "INV-1");
        spoil(&mut ask);
        assert_eq!(code(house.gateway.open(ask.clone()).await), "invalid_field", "{ask:?}");
        assert_eq!(house.query_by_reference(ask.reference).await, Err(CallError::NotFound));
    }
}

#[tokio::test]
async fn nobody_pays_what_is_closed_or_expired() {
    let mut house = House::new().await;
    let (closed, page) = house.open(1000, "INV-1").await;
    let by_reference = gateways::Lookup { provider_id: None, ..closed.clone() };
    assert_eq!(house.gateway.close(by_reference).await.unwrap().state, PaymentState::Expired);
    house.choose(&page, "pay").await;
    assert_eq!(house.query(&closed).await.unwrap().state, PaymentState::Expired);

    let (late, page) = house.open(1000, "INV-2").await;
    house.pass(3600);
    house.choose(&page, "pay").await;
    assert_eq!(house.query(&late).await.unwrap().state, PaymentState::Expired);

    let paid = house.paid(1000, "INV-3").await;
    assert_eq!(house.gateway.close(paid).await.unwrap().state, PaymentState::Succeeded);
}

#[tokio::test]
async fn a_seed_gives_the_same_ids() {
    let mut ids = Vec::new();
    for seed in [7, 7, 8] {
        let mut house = House::with(|config| config.seed = seed, |_| {}).await;
        ids.push((house.open(1, "").await.0.provider_id, house.open(2, "").await.0.provider_id));
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
}

#[tokio::test]
async fn the_oldest_are_forgotten() {
    let mut house = House::with(|config| config.capacity = 2, |_| {}).await;
    let (first, _) = house.open(1, "").await;
    let (second, _) = house.open(2, "").await;
    house.open(3, "").await;
    assert_eq!(house.query(&first).await, Err(CallError::NotFound));
    assert_eq!(house.query_by_reference(first.reference).await, Err(CallError::NotFound));
    assert_eq!(house.query(&second).await.unwrap().amount, fen(2));
}

/// The code of a refusal; the outcome itself in words when it was none.
pub fn code<T: std::fmt::Debug>(outcome: Result<T, CallError>) -> String {
    match outcome {
        Err(CallError::Refused { code, .. }) => code,
        other => format!("{other:?}"),
    }
}
