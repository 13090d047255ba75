//! What a simulator knows after it was started again.

use crate::house::House;
use gateways::{CallError, PaymentState, ProviderPayment, RefundRequest};
use kernel::{Currency, Money};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

async fn started(book: &Path, seed: u64) -> House {
    House::with(
        |simulator| {
            simulator.book = Some(book.to_owned());
            simulator.seed = seed;
        },
        |_| {},
    )
    .await
}

#[tokio::test]
async fn a_simulator_that_is_started_again_knows_its_payments() {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("book");
    let mut house = started(&book, 1).await;
    let ask = house.ask(1000, "INV-1");
    let opened = house.gateway.open(ask.clone()).await.unwrap();
    let paid = house.paid(5000, "INV-2").await;
    let refund = RefundRequest {
        reference: house.next_id(),
        idempotency_key: "refund-1".to_owned(),
        payment: paid.clone(),
        amount: Money::new(2000, Currency::CNY),
        total: Money::new(5000, Currency::CNY),
        reason: String::new(),
        notify_url: house.notify_url(),
    };
    let refunded = house.gateway.refund(refund.clone()).await.unwrap();
    // The address of its page has another port at each start of this test.
    let stands = |payment: ProviderPayment| ProviderPayment { raw: String::new(), ..payment };
    let before = stands(house.query(&paid).await.unwrap());
    assert_eq!(before.state, PaymentState::Succeeded);

    // The machine went down in the middle of a line.
    OpenOptions::new().append(true).open(&book).unwrap().write_all(b"{\"Payment\":{\"id\":").unwrap();
    let again = started(&book, 2).await;
    assert_eq!(stands(again.query(&paid).await.unwrap()), before);
    assert_eq!(again.gateway.refund(refund.clone()).await.unwrap(), refunded);
    let too_much = RefundRequest {
        reference: house.next_id(),
        idempotency_key: "refund-2".to_owned(),
        amount: Money::new(3001, Currency::CNY),
        ..refund
    };
    assert!(matches!(again.gateway.refund(too_much).await, Err(CallError::Refused { .. })));
    let same = again.gateway.open(ask.clone()).await.unwrap();
    assert_eq!(same.provider_id, opened.provider_id);
    let url = format!("{}/pay/{}", again.base_url, opened.provider_id.unwrap());
    let answer = again.browser.post(url).form(&[("choice", "pay")]).send().await.unwrap();
    assert_eq!(answer.status(), 303);

    let mut third = started(&book, 3).await;
    assert_eq!(third.query_by_reference(ask.reference).await.unwrap().state, PaymentState::Succeeded);
    // The ids of this house's references begin anew, so they are taken from one that goes on.
    third.ids_go_on_from(house);
    let (fresh, _) = third.open(1, "INV-3").await;
    assert_ne!(fresh.provider_id, paid.provider_id);
}
