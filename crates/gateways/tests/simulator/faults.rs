//! Calls that end badly: what is certain, what is in doubt, and that a later question tells the truth.

use crate::house::{House, MERCHANT};
use crate::payments::code;
use gateways::http::TimeOuts;
use gateways::simulator::{SimulatorConfig, serve};
use gateways::{CallError, Lookup, PaymentState, RefundLookup, RefundRequest, Secret};
use kernel::{Currency, Money, SystemClock};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

#[tokio::test]
async fn a_call_in_doubt_is_settled_by_asking() {
    tokio::join!(
        open_in_doubt("hang_before", false),
        open_in_doubt("hang_after", true),
        open_in_doubt("error_before", false),
        open_in_doubt("error_after", true),
    );
}

/// Opens with this word, and finds a payment afterwards or none.
async fn open_in_doubt(word: &str, happened: bool) {
    let mut house = House::impatient().await;
    let ask = house.ask(1000, &format!("INV-1 sim:{word}"));
    let outcome = house.gateway.open(ask.clone()).await;
    assert!(matches!(&outcome, Err(error) if error.in_doubt()), "{word}: {outcome:?}");
    let found = house.query_by_reference(ask.reference).await;
    match happened {
        true => assert_eq!(found.unwrap().state, PaymentState::Open, "{word}"),
        false => assert_eq!(found, Err(CallError::NotFound), "{word}"),
    }
}

#[tokio::test]
async fn the_same_key_after_doubt_finds_the_first_effect() {
    let mut house = House::new().await;
    let ask = house.ask(1000, "INV-1 sim:error_after");
    assert!(house.gateway.open(ask.clone()).await.unwrap_err().in_doubt());
    let opened = house.gateway.open(ask.clone()).await.unwrap();
    assert_eq!(Some(house.query_by_reference(ask.reference).await.unwrap().provider_id), opened.provider_id);
}

#[tokio::test]
async fn a_refund_in_doubt_is_settled_by_asking() {
    tokio::join!(
        refund_in_doubt("hang_before", false),
        refund_in_doubt("hang_after", true),
        refund_in_doubt("error_after", true),
    );
}

/// Refunds with this word, and finds the refund afterwards or none.
async fn refund_in_doubt(word: &str, happened: bool) {
    let mut house = House::impatient().await;
    let payment = house.paid(1000, "INV-1").await;
    let reference = house.next_id();
    let ask = RefundRequest {
        reference,
        idempotency_key: format!("refund-{reference}"),
        payment: payment.clone(),
        amount: Money::new(400, Currency::CNY),
        total: Money::new(1000, Currency::CNY),
        reason: format!("sim:{word}"),
        notify_url: house.notify_url(),
    };
    assert!(house.gateway.refund(ask).await.unwrap_err().in_doubt(), "{word}");
    let found = house.gateway.query_refund(RefundLookup { reference, provider_id: None, payment }).await;
    match happened {
        true => assert_eq!(found.unwrap().amount.minor(), 400, "{word}"),
        false => assert_eq!(found, Err(CallError::NotFound), "{word}"),
    }
}

#[tokio::test]
async fn questions_fail_too_and_may_lag() {
    let mut house = House::impatient().await;
    let lookup = house.paid(1000, "INV-1").await;
    for word in ["query_error", "query_hang"] {
        house.set_scenario(word, 1).await;
        assert!(house.query(&lookup).await.unwrap_err().in_doubt(), "{word}");
    }
    house.set_scenario("query_stale", 1).await;
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Succeeded);
}

#[tokio::test]
async fn a_standing_scenario_ends_after_so_many_calls() {
    let mut house = House::new().await;
    house.set_scenario("error_before", 2).await;
    for refused in [true, true, false] {
        let ask = house.ask(1000, "INV-1");
        assert_eq!(house.gateway.open(ask).await.is_err(), refused);
    }
}

#[tokio::test]
async fn scenarios_are_set_from_this_machine_only() {
    let house = House::new().await;
    let url = format!("{}/admin/scenario", house.base_url);
    let ask = |body: &'static str| house.browser.post(&url).header("content-type", "application/json").body(body);
    for (request, status) in [
        (ask(r#"{"scenario":"lost"}"#), 204),
        (ask(r#"{"scenario":"explode"}"#), 422),
        (ask(r#"{"scenario":"lost"}"#).header("x-forwarded-for", "203.0.113.9"), 403),
        (house.browser.post(&url).body(r#"{"scenario":"lost"}"#), 415),
    ] {
        assert_eq!(request.send().await.unwrap().status().as_u16(), status);
    }
}

#[tokio::test]
async fn nobody_there_is_certainly_without_effect() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut house = House::with(|_| {}, |ours| ours.base_url = closed).await;
    let ask = house.ask(1000, "INV-1");
    assert_eq!(house.gateway.open(ask).await, Err(CallError::Unsent));
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_makes_no_sense_is_doubt() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 5\r\n\r\nproxy",
        "SSH-2.0-OpenSSH_9.9\r\n",
    ] {
        let base_url = answer_once(answer);
        let mut house = House::with(|_| {}, |ours| ours.base_url = base_url).await;
        let ask = house.ask(1000, "INV-1");
        let outcome = house.gateway.open(ask).await;
        assert!(matches!(&outcome, Err(error) if error.in_doubt()), "{answer:?}: {outcome:?}");
    }
}

/// A server that reads a request, writes these bytes and hangs up.
fn answer_once(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0_u8; 16 * 1024];
        assert!(stream.read(&mut request).unwrap() > 0);
        stream.write_all(answer.as_bytes()).unwrap();
    });
    address
}

#[tokio::test]
async fn requests_of_others_are_refused() {
    for (house, wanted) in [
        (House::with(|_| {}, |ours| ours.merchant = "m_other".to_owned()).await, "unknown_merchant"),
        (House::with(|_| {}, |ours| ours.api_secret = Secret::new("wrong")).await, "bad_signature"),
    ] {
        let mut house = house;
        let ask = house.ask(1000, "INV-1");
        assert_eq!(code(house.gateway.open(ask).await), wanted);
    }
}

#[tokio::test]
async fn a_request_signed_at_another_time_is_refused() {
    // The simulator lives in the present, the seller's program some other day.
    let mut house = House::with(|config| config.clock = Arc::new(SystemClock), |_| {}).await;
    let ask = house.ask(1000, "INV-1");
    assert_eq!(code(house.gateway.open(ask).await), "bad_signature");
}

#[tokio::test]
async fn closing_lets_hanging_calls_go() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let mut config = SimulatorConfig::new(MERCHANT, "远航科技", Secret::new("api"), Secret::new("present"));
    let (close, closed) = tokio::sync::oneshot::channel::<()>();
    let mut house = House::with(|_| {}, |ours| ours.base_url = base_url).await;
    config.clock = house.clock.clone();
    let served = tokio::spawn(serve(listener, config, async { drop(closed.await) }));
    let ask = house.ask(1000, "INV-1 sim:hang_after");
    let gateway = house.gateway.clone();
    let reference = ask.reference;
    let hanging = tokio::spawn(async move { gateway.open(ask).await });
    while house.query_by_reference(reference).await.is_err() {
        tokio::task::yield_now().await;
    }
    close.send(()).unwrap();
    assert!(hanging.await.unwrap().unwrap_err().in_doubt());
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn odd_ids_are_not_sent() {
    let mut house = House::new().await;
    let (lookup, _) = house.open(1000, "INV-1").await;
    for id in ["", "../admin/scenario", "a?b", "a b"] {
        let odd = Lookup { provider_id: Some(id.to_owned()), ..lookup.clone() };
        assert_eq!(house.query(&odd).await, Err(CallError::NotFound), "{id:?}");
    }
}

#[test]
fn the_usual_time_outs() {
    let usual = TimeOuts::default();
    assert_eq!((usual.connect.as_secs(), usual.total.as_secs()), (2, 10));
}
