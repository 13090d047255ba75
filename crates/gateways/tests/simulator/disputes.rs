//! Disputes: opened at the simulator, told in its languages, read by their connectors.

use crate::house::{House, MERCHANT};
use gateways::{
    Direction, DisputeState, Event, Lookup, Movement, NotificationError, ProviderDispute, Secret, signature,
};
use http::HeaderMap;
use kernel::{Clock, Currency, Money};
use serde_json::{Value, json};

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

/// What somebody does at the simulator; gives the status of the answer and the id of the dispute.
async fn at(house: &House, path: &str, body: Value) -> (u16, String) {
    let url = format!("{}/admin/disputes{path}", house.base_url);
    let answer = house.browser.post(url).json(&body).send().await.unwrap();
    let status = answer.status().as_u16();
    let told: Value = answer.json().await.unwrap();
    (status, told["id"].as_str().unwrap_or_default().to_owned())
}

/// A payment of a hundred; how words about it name it, and its id.
async fn paid(provider: &str) -> (House, Lookup, String) {
    let mut house = match provider {
        "simulator" => House::new().await,
        provider => House::speaking(provider).await,
    };
    let mut lookup = house.paid(10_000, "INV-1").await;
    house.arrival().await;
    if provider == "paypal" {
        house.gateway.complete(lookup.clone(), "complete".to_owned()).await.unwrap();
        house.arrival().await;
    }
    let id = lookup.provider_id.clone().unwrap();
    // PayPal names our own number alone.
    lookup.provider_id = lookup.provider_id.filter(|_| provider != "paypal");
    (house, lookup, id)
}

/// The next notification, which has to be of a dispute: its state, and what it says moved.
async fn next(house: &mut House) -> ProviderDispute {
    match house.notification().await.event {
        Event::Dispute(dispute) => dispute,
        other => panic!("{other:?}"),
    }
}

/// State, and the directions of what moved.
fn said(dispute: &ProviderDispute) -> (DisputeState, Vec<Direction>) {
    (dispute.state, dispute.funds.iter().map(|moved| moved.direction).collect())
}

#[tokio::test]
async fn opened_answered_and_won() {
    use Direction::{Reinstated, Withdrawn};
    use DisputeState::{NeedsResponse, UnderReview, Won};
    for (provider, steps) in [
        (
            "simulator",
            [
                (NeedsResponse, vec![]),
                (NeedsResponse, vec![Withdrawn]),
                (UnderReview, vec![]),
                (Won, vec![]),
                (Won, vec![Reinstated]),
            ],
        ),
        (
            // All that moved, with every word.
            "stripe",
            [
                (NeedsResponse, vec![]),
                (NeedsResponse, vec![Withdrawn]),
                (UnderReview, vec![Withdrawn]),
                (Won, vec![Withdrawn]),
                (Won, vec![Withdrawn, Reinstated]),
            ],
        ),
        (
            "paypal",
            [
                (NeedsResponse, vec![]),
                (NeedsResponse, vec![Withdrawn]),
                (UnderReview, vec![Withdrawn]),
                (Won, vec![Withdrawn]),
                (Won, vec![Withdrawn, Reinstated]),
            ],
        ),
    ] {
        let (mut house, lookup, payment) = paid(provider).await;
        let (_, id) = at(&house, "", json!({ "payment": payment, "amount": 6_000 })).await;
        let mut ids = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            match number {
                2 => drop(at(&house, &format!("/{id}/answer"), json!({})).await),
                3 => drop(at(&house, &format!("/{id}/win"), json!({})).await),
                _ => {}
            }
            let told = next(&mut house).await;
            assert_eq!(said(&told), step, "{provider} {number}");
            assert_eq!(
                (told.payment.clone(), told.amount, told.provider_id.as_str()),
                (lookup.clone(), cny(6_000), &*id)
            );
            assert_eq!(told.evidence_due.is_some(), number < 3, "{provider} {number}");
            ids.extend(told.funds.iter().map(|moved: &Movement| (moved.direction, moved.id.clone())));
        }
        // However often it is told of: one movement each way.
        ids.sort_by_key(|(direction, _)| *direction == Reinstated);
        ids.dedup();
        assert_eq!(ids.len(), 2, "{provider}: {ids:?}");
        assert_eq!(at(&house, &format!("/{id}/lose"), json!({})).await.0, 409, "it is over");
    }
}

#[tokio::test]
async fn a_lost_payment_is_told_of_twice_at_paypal() {
    let (mut house, _, payment) = paid("paypal").await;
    let (_, id) = at(&house, "", json!({ "payment": payment })).await;
    next(&mut house).await;
    let withdrawn = next(&mut house).await;
    at(&house, &format!("/{id}/lose"), json!({})).await;
    let resolved = next(&mut house).await;
    let reversed = next(&mut house).await;
    assert_eq!((resolved.state, reversed.state), (DisputeState::Lost, DisputeState::Lost));
    assert_ne!(resolved.provider_id, reversed.provider_id);
    assert_eq!((&resolved.funds, &reversed.funds), (&withdrawn.funds, &withdrawn.funds));
}

#[tokio::test]
async fn the_payer_disputes_on_the_page() {
    let (mut house, _, payment) = paid("simulator").await;
    let page = format!("{}/pay/{payment}", house.base_url);
    for (act, told) in [("open", [DisputeState::NeedsResponse; 2].as_slice()), ("lose", &[DisputeState::Lost])] {
        let html = house.browser.get(&page).send().await.unwrap().text().await.unwrap();
        assert!(html.contains(&format!("value=\"{act}\"")) && !html.contains("simulator-dispute"), "{act}: {html}");
        let pressed = house.browser.post(format!("{page}/dispute")).form(&[("act", act)]).send().await.unwrap();
        assert_eq!(pressed.status().as_u16(), 303, "{act}");
        for state in told {
            assert_eq!(next(&mut house).await.state, *state, "{act}");
        }
    }
}

#[tokio::test]
async fn only_what_was_paid_can_be_disputed() {
    let mut house = House::new().await;
    let (open, _) = house.open(10_000, "INV-1").await;
    let paid = house.paid(10_000, "INV-2").await;
    for (payment, more, status) in [
        (&open, json!({}), 409),
        (&paid, json!({ "amount": 10_001 }), 422),
        (&paid, json!({ "amount": 0 }), 422),
        (&paid, json!({ "amount": 10_000 }), 200),
    ] {
        let mut body = more;
        body["payment"] = json!(payment.provider_id);
        assert_eq!(at(&house, "", body.clone()).await.0, status, "{body}");
    }
    assert_eq!(at(&house, "", json!({ "payment": "simpay_none" })).await.0, 404);
}

#[tokio::test]
async fn rightly_signed_is_not_yet_sensible() {
    let (mut house, lookup, payment) = paid("simulator").await;
    at(&house, "", json!({ "payment": payment })).await;
    house.arrival().await;
    let real = String::from_utf8(house.arrival().await.body).unwrap();
    let strange = Ok(Event::Other { name: "dispute.funds_withdrawn".to_owned() });
    for (body, wanted) in [
        (real.replace("needs_response", "sunk"), Err(NotificationError::Malformed)),
        (real.replace("\"CNY\"", "\"XXX\""), Err(NotificationError::Malformed)),
        (real.replace("\"withdrawn\"", "\"sideways\""), Err(NotificationError::Malformed)),
        (real.replace(MERCHANT, "m_other"), Err(NotificationError::WrongMerchant)),
        (real.replace(&lookup.reference.to_string(), "somebody-elses-77"), strange),
    ] {
        assert_ne!(body, real);
        let at = house.clock.now().as_second().to_string();
        let signature = signature::sign(&Secret::new("present"), b'.', &[at.as_bytes(), body.as_bytes()]);
        let mut headers = HeaderMap::new();
        headers.insert("sim-timestamp", at.parse().unwrap());
        headers.insert("sim-signature", format!("v1={signature}").parse().unwrap());
        let arrived = crate::house::Arrived { headers, body: body.as_bytes().to_vec() };
        assert_eq!(house.verify(&arrived).await.map(|notification| notification.event), wanted, "{body}");
    }
}

/// A dispute of a payment that is not ours, or before Stripe answers whose it is.
#[tokio::test]
async fn whose_payment_is_disputed_is_asked_at_stripe() {
    let (mut house, _, payment) = paid("stripe").await;
    at(&house, "", json!({ "payment": payment })).await;
    let arrived = house.arrival().await;
    let real = String::from_utf8(arrived.body.clone()).unwrap();
    let intent = real.split('"').find(|part| part.starts_with("pi_")).unwrap().to_owned();
    for (body, wanted) in [
        (real.replace(&format!("\"{intent}\""), "\"pi_elses\""), true),
        (real.replace(&format!("\"{intent}\""), "null"), true),
        (real.clone(), false),
    ] {
        let at = house.clock.now().as_second().to_string();
        let signature = signature::sign(&Secret::new("present"), b'.', &[at.as_bytes(), body.as_bytes()]);
        let mut headers = HeaderMap::new();
        headers.insert("stripe-signature", format!("t={at},v1={signature}").parse().unwrap());
        let arrived = crate::house::Arrived { headers, body: body.as_bytes().to_vec() };
        let event = house.verify(&arrived).await.unwrap().event;
        assert_eq!(matches!(event, Event::Other { .. }), wanted, "{event:?}");
    }
}
