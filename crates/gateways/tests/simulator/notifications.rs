//! Notifications: only what the provider signed, just now, for us; twice, late, out of order, not at all.

use crate::house::{Arrived, House, MERCHANT};
use gateways::{Event, NotificationError, PaymentState, Secret, signature};
use http::{HeaderMap, HeaderValue};
use kernel::Clock;
use proptest::prelude::*;
use std::sync::atomic::Ordering;

async fn one(house: &mut House, description: &str) -> Arrived {
    house.paid(73_216, description).await;
    house.arrival().await
}

fn state(event: &Event) -> &PaymentState {
    match event {
        Event::Payment { state, .. } => state,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn duplicates_share_an_event_id_and_order_is_not_promised() {
    let mut house = House::new().await;
    let (_, opened) = house.open(1000, "INV-1").await;
    house.pass(5);
    house.choose(&opened, "pay-twice").await;
    let (first, older, again) = (house.notification().await, house.notification().await, house.notification().await);
    assert_eq!(first, again);
    assert_eq!((state(&first.event), state(&older.event)), (&PaymentState::Succeeded, &PaymentState::Processing));
    assert_ne!(first.event_id, older.event_id);
    assert!(older.occurred_at < first.occurred_at);
}

#[tokio::test]
async fn a_delivery_is_repeated_until_it_is_taken() {
    let mut house = House::new().await;
    house.refusals.store(2, Ordering::SeqCst);
    house.paid(1000, "INV-1").await;
    let first = house.notification().await;
    assert_eq!(house.notification().await, first);
    assert_eq!(house.notification().await, first);
    // Three attempts for the first; the next to arrive belongs to another payment.
    let next = house.paid(1000, "INV-2").await;
    let told = house.notification().await;
    assert!(matches!(told.event, Event::Payment { reference, .. } if reference == next.reference));
}

#[tokio::test]
async fn late_slow_and_lost() {
    let mut house = House::with(|config| config.settle_after = std::time::Duration::from_millis(30), |_| {}).await;
    let lost = house.paid(1000, "INV-1 sim:lost").await;
    assert_eq!(house.query(&lost).await.unwrap().state, PaymentState::Succeeded);

    let asked = std::time::Instant::now();
    let late = house.paid(1000, "INV-2 sim:late=40").await;
    let told = house.notification().await;
    assert!(asked.elapsed().as_millis() >= 40);
    assert!(matches!(told.event, Event::Payment { reference, .. } if reference == late.reference));

    house.paid(1000, "INV-3 sim:slow").await;
    assert_eq!(state(&house.notification().await.event), &PaymentState::Processing);
    assert_eq!(state(&house.notification().await.event), &PaymentState::Succeeded);
}

#[tokio::test]
async fn a_wrong_amount_is_the_providers_word_and_shows() {
    let mut house = House::new().await;
    let arrived = one(&mut house, "INV-1 sim:wrong_amount").await;
    let told = house.verify(&arrived).await.unwrap();
    assert!(matches!(told.event, Event::Payment { amount, .. } if amount.minor() == 73_217));
}

#[tokio::test]
async fn forged_and_stale_ones_are_refused() {
    let mut house = House::new().await;
    for (word, wanted) in [("forged", NotificationError::BadSignature), ("stale", NotificationError::Stale)] {
        let arrived = one(&mut house, &format!("INV-1 sim:{word}")).await;
        assert_eq!(house.verify(&arrived).await, Err(wanted), "{word}");
    }
}

#[tokio::test]
async fn five_minutes_and_no_more() {
    for (age_s, wanted) in [
        (0, None),
        (300, None),
        (301, Some(NotificationError::Stale)),
        (-300, None),
        (-301, Some(NotificationError::Stale)),
    ] {
        let mut house = House::new().await;
        let arrived = one(&mut house, "INV-1").await;
        house.pass(age_s);
        assert_eq!(house.verify(&arrived).await.err(), wanted, "{age_s}");
    }
}

#[tokio::test]
async fn keys_are_rotated_without_a_gap() {
    let keys = |names: &[&str]| names.iter().map(|name| Secret::new(*name)).collect::<Vec<_>>();
    // What we hold, the word, and whether it is taken.
    for (ours, word, taken) in [
        (vec!["present"], "rotated", true),
        (vec!["next"], "rotated", true),
        (vec!["next", "present"], "", true),
        (vec!["next"], "", false),
        (vec![], "", false),
    ] {
        let held = keys(&ours);
        let mut house = House::with(|_| {}, |connection| connection.notification_secrets = held).await;
        let arrived = one(&mut house, &format!("INV-1 sim:{word}")).await;
        assert_eq!(house.verify(&arrived).await.is_ok(), taken, "{ours:?} {word}");
    }
}

/// A notification with this body, rightly signed now.
fn signed(house: &House, body: &str) -> Arrived {
    let at = house.clock.now().as_second().to_string();
    let signature = signature::sign(&Secret::new("present"), b'.', &[at.as_bytes(), body.as_bytes()]);
    let mut headers = HeaderMap::new();
    headers.insert("sim-timestamp", at.parse().unwrap());
    headers.insert("sim-signature", format!("v1={signature}").parse().unwrap());
    Arrived { headers, body: body.as_bytes().to_vec() }
}

#[tokio::test]
async fn rightly_signed_is_not_yet_sensible() {
    let mut house = House::new().await;
    let arrived = one(&mut house, "INV-1").await;
    let real = String::from_utf8(arrived.body).unwrap();
    let reference = real.split('"').find(|part| part.starts_with("ckt_")).unwrap().to_owned();
    let other = |name: &str| Ok(Event::Other { name: name.to_owned() });
    for (body, wanted) in [
        (String::new(), Err(NotificationError::Malformed)),
        ("{}".to_owned(), Err(NotificationError::Malformed)),
        (real.replace("\"state\":\"succeeded\"", "\"state\":\"sunk\""), Err(NotificationError::Malformed)),
        (real.replace("\"CNY\"", "\"XXX\""), Err(NotificationError::Malformed)),
        (real.replace("73216", "732.16"), Err(NotificationError::Malformed)),
        (real.replace(MERCHANT, "m_other"), Err(NotificationError::WrongMerchant)),
        (real.replace(&reference, "somebody-elses-77"), other("payment.succeeded")),
        (real.replace("payment.succeeded", "balance.changed"), other("balance.changed")),
    ] {
        assert_ne!(body, real);
        let got = house.verify(&signed(&house, &body)).await.map(|notification| notification.event);
        assert_eq!(got, wanted, "{body}");
    }
}

#[tokio::test]
async fn one_meant_for_another_merchant_is_refused() {
    let mut house = House::new().await;
    let arrived = one(&mut house, "INV-1").await;
    let other = House::with(|_| {}, |ours| ours.merchant = "m_other".to_owned()).await;
    assert_eq!(other.verify(&arrived).await, Err(NotificationError::WrongMerchant));
}

#[tokio::test]
async fn every_flipped_bit_is_refused() {
    let mut house = House::new().await;
    let arrived = one(&mut house, "INV-1").await;
    assert!(house.verify(&arrived).await.is_ok());
    for index in 0..arrived.body.len() {
        for bit in 0..8 {
            let mut spoilt = arrived.clone();
            spoilt.body[index] ^= 1 << bit;
            assert_eq!(house.verify(&spoilt).await, Err(NotificationError::BadSignature), "byte {index} bit {bit}");
        }
    }
    for name in ["sim-signature", "sim-timestamp"] {
        let value = arrived.headers[name].as_bytes().to_vec();
        for index in 0..value.len() * 8 {
            let mut spoilt = value.clone();
            spoilt[index / 8] ^= 1 << (index % 8);
            let Ok(header) = HeaderValue::from_bytes(&spoilt) else { continue };
            let mut spoilt = arrived.clone();
            spoilt.headers.insert(name, header);
            assert_eq!(house.verify(&spoilt).await, Err(NotificationError::BadSignature), "{name} bit {index}");
        }
        let mut without = arrived.clone();
        without.headers.remove(name);
        assert_eq!(house.verify(&without).await, Err(NotificationError::BadSignature), "without {name}");
    }
}

#[test]
fn every_other_change_is_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (house, arrived) = runtime.block_on(async {
        let mut house = House::new().await;
        let arrived = one(&mut house, "INV-1").await;
        (house, arrived)
    });
    let length = arrived.body.len();
    proptest!(|(start in 0..length, removed in 0_usize..40, added in prop::collection::vec(any::<u8>(), 0..40))| {
        let end = (start + removed).min(length);
        let mut spoilt = arrived.clone();
        spoilt.body.splice(start..end, added);
        prop_assume!(spoilt.body != arrived.body);
        prop_assert_eq!(runtime.block_on(house.verify(&spoilt)), Err(NotificationError::BadSignature));
    });
}
