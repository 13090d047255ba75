//! Alipay's language: the connector and the simulator over it. Alipay's own libraries judge both elsewhere.

use crate::house::{Arrived, House, MERCHANT, unfit};
use crate::payments::code;
use gateways::simulator::keys;
use gateways::{
    CallError, Device, Event, Lookup, Method, NotificationError, OpenCheckout, Opened, PaymentState, RefundLookup,
    RefundRequest, RefundState,
};
use http::StatusCode;
use kernel::{Currency, Money, Timestamp};
use std::sync::atomic::Ordering;

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

async fn alipay() -> House {
    House::speaking("alipay").await
}

/// A house whose connector was told something else.
async fn knowing(told: &[(&'static str, &str)]) -> House {
    House::connected("alipay", told, |_| {}).await
}

fn ask(house: &mut House, fen: i64, description: &str) -> OpenCheckout {
    OpenCheckout { method: Method::EWallet, ..house.ask(fen, description) }
}

async fn open(house: &mut House, fen: i64, description: &str) -> (Lookup, Opened) {
    let ask = ask(house, fen, description);
    let opened = house.gateway.open(ask.clone()).await.unwrap();
    (Lookup { reference: ask.reference, provider_id: None }, opened)
}

async fn paid(house: &mut House, fen: i64, description: &str) -> Lookup {
    let (lookup, opened) = open(house, fen, description).await;
    house.choose(&opened, "pay").await;
    lookup
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

fn refund_of(ask: &RefundRequest) -> RefundLookup {
    RefundLookup { reference: ask.reference, provider_id: None, payment: ask.payment.clone() }
}

#[tokio::test]
async fn a_telephone_opens_the_wallet_without_scanning() {
    let mut house = alipay().await;
    let ask = OpenCheckout { device: Device::Phone { address: None }, ..ask(&mut house, 1000, "INV-1") };
    let lookup = Lookup { reference: ask.reference, provider_id: None };
    let opened = house.gateway.open(ask).await.unwrap();
    assert!(opened.qr.is_none() && opened.url.as_ref().is_some_and(|url| url.contains("alipay.trade.wap.pay")));
    assert_eq!(house.query(&lookup).await, Err(CallError::NotFound));
    assert_eq!(house.choose(&opened, "pay").await, "https://seller.example/back");
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Succeeded);
}

#[tokio::test]
async fn open_pay_notify_query() {
    let mut house = alipay().await;
    let (lookup, opened) = open(&mut house, 73_216, "INV-2026-00408 (A/B & 一)").await;
    assert_eq!(opened.provider_id, None);
    // Nobody has come: there is nothing to be found, and nothing to be closed.
    assert_eq!(house.query(&lookup).await, Err(CallError::NotFound));
    assert_eq!(house.gateway.close(lookup.clone()).await, Err(CallError::NotFound));
    let page = house.browser.get(opened.url.as_deref().unwrap()).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    house.pass(60);
    assert_eq!(house.choose(&opened, "pay").await, "https://seller.example/back");

    let notification = house.notification().await;
    assert_eq!((notification.merchant.as_str(), notification.occurred_at.as_second()), (MERCHANT, 1_790_000_060));
    let payment = house.query(&lookup).await.unwrap();
    let told = Event::Payment {
        reference: lookup.reference,
        provider_id: payment.provider_id.clone(),
        state: PaymentState::Succeeded,
        amount: cny(73_216),
        fee: None,
    };
    assert_eq!(notification.event, told);
    assert_eq!((payment.amount, payment.fee, payment.merchant.as_str()), (cny(73_216), None, MERCHANT));
    assert_eq!((payment.state, payment.paid_at), (PaymentState::Succeeded, Some(notification.occurred_at)));
}

#[tokio::test]
async fn a_code_is_scanned() {
    let mut house = alipay().await;
    let (lookup, opened) = open(&mut house, 1000, "INV-1").await;
    let scanned = house.browser.get(opened.qr.as_deref().unwrap()).send().await.unwrap();
    assert_eq!(scanned.status(), StatusCode::OK);
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    let by_code = Opened { url: opened.qr.clone(), ..opened.clone() };
    let end = house.choose(&by_code, "pay").await;
    assert!(end.starts_with(&house.base_url), "{end}");
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Succeeded);
    // The page is about the same trade, which is not paid twice.
    house.choose(&opened, "pay").await;
    house.notification().await;
    assert!(house.inbox_is_empty());
}

#[tokio::test]
async fn what_the_payer_chooses() {
    let mut house = alipay().await;
    for (choice, state) in [
        ("pay", PaymentState::Succeeded),
        ("pay-twice", PaymentState::Succeeded),
        // Alipay tells of no failure: a trade is open until it is over.
        ("time-out", PaymentState::Open),
        ("decline", PaymentState::Expired),
        ("cancel", PaymentState::Open),
    ] {
        let (lookup, opened) = open(&mut house, 1000, "INV-1").await;
        house.choose(&opened, choice).await;
        assert_eq!(house.query(&lookup).await.unwrap().state, state, "{choice}");
    }
    let (lookup, opened) = open(&mut house, 1000, "INV-1").await;
    house.browser.get(opened.url.as_deref().unwrap()).send().await.unwrap();
    house.pass(3601);
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Expired);
}

#[tokio::test]
async fn a_code_that_did_not_arrive_leaves_nothing_in_doubt() {
    for word in ["error_before", "error_after"] {
        let mut house = alipay().await;
        house.set_scenario(word, 1).await;
        let (lookup, opened) = open(&mut house, 1000, "INV-1").await;
        assert_eq!(opened.qr, None, "{word}");
        house.choose(&opened, "pay").await;
        assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Succeeded, "{word}");
    }
    let mut house = alipay().await;
    let lookup = paid(&mut house, 1000, "INV-1").await;
    for (word, wanted) in
        [("query_error", None), ("query_stale", Some(PaymentState::Open)), ("", Some(PaymentState::Succeeded))]
    {
        house.set_scenario(word, 1).await;
        let got = house.query(&lookup).await;
        assert!(got.is_ok() || got.as_ref().is_err_and(CallError::in_doubt), "{word}");
        assert_eq!(got.ok().map(|payment| payment.state), wanted, "{word}");
    }
}

#[tokio::test]
async fn a_number_opens_once_and_is_not_used_for_another() {
    let mut house = alipay().await;
    let first = ask(&mut house, 1000, "INV-1");
    let opened = house.gateway.open(first.clone()).await.unwrap();
    assert_eq!(house.gateway.open(first.clone()).await.unwrap(), opened);
    // Whatever came before under this number may have had its effect: not a refusal.
    let other = OpenCheckout { amount: cny(999), ..first };
    assert!(house.gateway.open(other).await.unwrap_err().in_doubt());
}

#[tokio::test]
async fn refusals_have_no_effect() {
    let mut house = alipay().await;
    type Spoil = fn(&mut OpenCheckout);
    let spoils: [(&str, Spoil); 5] = [
        ("unsuitable", |ask| ask.amount = cny(0)),
        ("unsuitable", |ask| ask.amount = cny(10_000_000_001)),
        ("unsuitable", |ask| ask.amount = Money::new(100, Currency::parse("USD").unwrap())),
        ("unsuitable", |ask| ask.method = Method::Card),
        ("ACQ.INVALID_PARAMETER", |ask| ask.description = String::new()),
    ];
    for (why, spoil) in spoils {
        let mut ask = ask(&mut house, 1000, "INV-1");
        spoil(&mut ask);
        assert_eq!(code(house.gateway.open(ask.clone()).await), why, "{ask:?}");
        assert_eq!(house.query_by_reference(ask.reference).await, Err(CallError::NotFound));
    }
    let mut most = ask(&mut house, 10_000_000_000, "x".repeat(500).as_str());
    most.expires_at = Timestamp::from_second(most.expires_at.as_second() + 30 * 24 * 3600).unwrap();
    house.gateway.open(most).await.unwrap();
}

#[tokio::test]
async fn only_alipay_and_its_merchant_are_believed() {
    // Not the merchant's key, and not the merchant's app.
    for (told, why) in
        [(("private_key", keys::PROVIDER), "isv.invalid-signature"), (("app_id", "app-2"), "isv.invalid-app-id")]
    {
        let mut house = knowing(&[told]).await;
        let ask = ask(&mut house, 1000, "INV-1");
        assert_eq!(code(house.gateway.open(ask.clone()).await), why);
        let refused = house.query_by_reference(ask.reference).await;
        assert!(matches!(refused, Err(CallError::Refused { .. })), "{refused:?}");
    }
    // An answer that is not proved is nobody's, be it good or bad.
    let mut house = knowing(&[("provider_key", keys::NEXT_PROVIDER_PUBLIC)]).await;
    let ask = ask(&mut house, 1000, "INV-1");
    assert!(house.gateway.open(ask.clone()).await.unwrap_err().in_doubt());
    assert!(house.query_by_reference(ask.reference).await.unwrap_err().in_doubt());
}

#[test]
fn what_is_no_key_is_said_at_once() {
    assert_eq!(unfit("alipay", &[]), None);
    for name in ["private_key", "provider_key", "provider_key_before"] {
        assert_eq!(unfit("alipay", &[(name, "no key")]), Some(gateways::Unfit::NotAKey(name)));
    }
}

#[tokio::test]
async fn what_is_open_is_closed_and_what_is_paid_is_told() {
    let mut house = alipay().await;
    let (lookup, opened) = open(&mut house, 1000, "INV-1").await;
    house.browser.get(opened.url.as_deref().unwrap()).send().await.unwrap();
    for _ in 0..2 {
        assert_eq!(house.gateway.close(lookup.clone()).await.unwrap().state, PaymentState::Expired);
    }
    house.choose(&opened, "pay").await;
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Expired);
    let paid = paid(&mut house, 1000, "INV-2").await;
    assert_eq!(house.gateway.close(paid).await.unwrap().state, PaymentState::Succeeded);
}

#[tokio::test]
async fn money_goes_back_in_parts() {
    let mut house = alipay().await;
    let payment = paid(&mut house, 1000, "INV-1").await;
    house.notification().await;
    let part = refund(&mut house, &payment, 400, "damaged");
    let done = house.gateway.refund(part.clone()).await.unwrap();
    assert_eq!((&done.state, done.amount), (&RefundState::Succeeded, cny(400)));
    assert_eq!(done.provider_id, part.reference.to_string());
    assert_eq!(house.gateway.refund(part.clone()).await.unwrap(), done);
    // Told in the words of a payment that succeeded, and not taken for one.
    assert_eq!(house.notification().await.event, Event::Other { name: "refund".to_owned() });
    let found = house.gateway.query_refund(refund_of(&part)).await.unwrap();
    assert_eq!((found.provider_id, found.amount, found.completed_at), (done.provider_id, cny(400), done.completed_at));

    let other_amount = RefundRequest { amount: cny(300), ..part };
    assert_eq!(code(house.gateway.refund(other_amount).await), "ACQ.DISCORDANT_REPEAT_REQUEST");
    let too_much = refund(&mut house, &payment, 601, "");
    assert_eq!(code(house.gateway.refund(too_much.clone()).await), "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL");
    assert_eq!(house.gateway.query_refund(refund_of(&too_much)).await, Err(CallError::NotFound));
    let broke = refund(&mut house, &payment, 100, "sim:decline");
    assert_eq!(code(house.gateway.refund(broke).await), "ACQ.SELLER_BALANCE_NOT_ENOUGH");
    let rest = refund(&mut house, &payment, 600, "");
    house.gateway.refund(rest).await.unwrap();
    // All of it went back, which closes the trade: paid it was all the same.
    let after = house.query(&payment).await.unwrap();
    assert!(after.raw.contains("TRADE_CLOSED"), "{}", after.raw);
    assert_eq!(after.state, PaymentState::Succeeded);
    assert_eq!(house.notification().await.event, Event::Other { name: "refund".to_owned() });
}

#[tokio::test]
async fn a_refund_in_doubt_is_settled_by_asking() {
    for (word, in_the_end) in [
        ("slow", Ok(RefundState::Succeeded)),
        ("slow,decline", Err(CallError::NotFound)),
        ("error_before", Err(CallError::NotFound)),
        ("error_after", Ok(RefundState::Succeeded)),
    ] {
        let mut house = alipay().await;
        let payment = paid(&mut house, 1000, "INV-1").await;
        let ask = refund(&mut house, &payment, 600, &format!("sim:{word}"));
        assert!(house.gateway.refund(ask.clone()).await.unwrap_err().in_doubt(), "{word}");
        house.pass(20);
        let found = house.gateway.query_refund(refund_of(&ask)).await.map(|refund| refund.state);
        assert_eq!(found, in_the_end, "{word}");
    }
}

#[tokio::test]
async fn what_is_not_taken_comes_again_with_the_same_number() {
    let mut house = alipay().await;
    house.refusals.store(2, Ordering::SeqCst);
    paid(&mut house, 1000, "INV-1").await;
    let first = house.notification().await;
    // A day later it is the same letter, and no older for it.
    house.pass(25 * 3600);
    assert_eq!(house.notification().await, first);
    assert_eq!(house.notification().await, first);
    assert!(house.inbox_is_empty());
}

#[tokio::test]
async fn keys_are_rotated_without_a_gap() {
    use keys::{NEXT_PROVIDER_PUBLIC as NEXT, PROVIDER_PUBLIC as PRESENT};
    for (held, word, wanted) in [
        (vec![("provider_key", PRESENT)], "rotated", Some(NotificationError::BadSignature)),
        (vec![("provider_key", NEXT), ("provider_key_before", PRESENT)], "rotated", None),
        (vec![("provider_key", NEXT), ("provider_key_before", PRESENT)], "", None),
        (vec![("provider_key", PRESENT)], "forged", Some(NotificationError::BadSignature)),
        // Nothing is too old at Alipay.
        (vec![("provider_key", PRESENT)], "stale", None),
    ] {
        let mut house = knowing(&held).await;
        paid(&mut house, 1000, &format!("INV-1 sim:{word}")).await;
        let arrived = house.arrival().await;
        assert_eq!(house.verify(&arrived).await.err(), wanted, "{word}");
    }
}

/// The fields of a form.
fn fields(arrived: &Arrived) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let value = |text: &str| {
        let plain = text.replace('+', " ");
        let mut bytes = Vec::new();
        let mut rest = plain.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let code = (*first == b'%').then(|| after.get(..2)).flatten();
            match code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()) {
                Some(byte) => {
                    bytes.push(byte);
                    rest = &after[2..];
                }
                None => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let body = text(&arrived.body);
    body.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, said) = pair.split_once('=').unwrap_or((pair, ""));
            (value(name), value(said))
        })
        .collect()
}

#[tokio::test]
async fn every_flipped_bit_that_says_something_else_is_refused() {
    let mut house = alipay().await;
    paid(&mut house, 1000, "INV-1 一").await;
    let arrived = house.arrival().await;
    house.verify(&arrived).await.unwrap();
    for index in (0..arrived.body.len() * 8).step_by(3) {
        let mut spoilt = arrived.clone();
        spoilt.body[index / 8] ^= 1 << (index % 8);
        // A letter may be written in two ways.
        if fields(&spoilt) != fields(&arrived) {
            assert_eq!(house.verify(&spoilt).await, Err(NotificationError::BadSignature), "bit {index}");
        }
    }
    for spoil in [
        |body: String| body.replace("&body=", ""),
        |body: String| format!("{body}&more=1"),
        |body: String| format!("total_amount=0.01&{body}"),
        |body: String| body.replace("sign=", "sing="),
        |body: String| body.replace("RSA2", "RSA"),
        |_: String| String::new(),
    ] {
        let body = spoil(String::from_utf8(arrived.body.clone()).unwrap());
        let spoilt = Arrived { body: body.into_bytes(), ..arrived.clone() };
        assert_ne!(spoilt.body, arrived.body);
        assert_eq!(house.verify(&spoilt).await, Err(NotificationError::BadSignature));
    }
}

#[tokio::test]
async fn one_meant_for_another_is_refused() {
    let mut house = alipay().await;
    paid(&mut house, 1000, "INV-1").await;
    let arrived = house.arrival().await;
    let other = knowing(&[("app_id", "app-2")]).await;
    assert_eq!(other.verify(&arrived).await, Err(NotificationError::WrongMerchant));
    let other = knowing(&[(gateways::MERCHANT, "2088")]).await;
    assert_eq!(other.verify(&arrived).await, Err(NotificationError::WrongMerchant));
}

#[tokio::test]
async fn a_wrong_amount_and_an_older_state_are_told_as_they_are() {
    let mut house = alipay().await;
    paid(&mut house, 1000, "INV-1 sim:wrong_amount").await;
    assert!(matches!(house.notification().await.event, Event::Payment { amount, .. } if amount == cny(1001)));
    let (_, opened) = open(&mut house, 1000, "INV-2").await;
    house.choose(&opened, "pay-twice").await;
    let (first, older, again) = (house.notification().await, house.notification().await, house.notification().await);
    assert_eq!(first, again);
    assert!(matches!(older.event, Event::Payment { state: PaymentState::Open, .. }));
    assert_ne!(first.event_id, older.event_id);
}
