//! PayPal's language: the connector and the simulator over it. PayPal's own libraries judge both elsewhere.

use crate::house::{Arrived, House, MERCHANT, unfit};
use crate::payments::code;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use gateways::{
    CallError, Event, Lookup, Method, NotificationError, OpenCheckout, PaymentState, ProviderPayment, RefundLookup,
    RefundRequest, RefundState, Unfit,
};
use http::{HeaderName, HeaderValue, StatusCode};
use kernel::{Clock, Currency, Money};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::TcpListener;

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

async fn paypal() -> House {
    House::speaking("paypal").await
}

async fn complete(house: &House, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
    house.gateway.complete(lookup.clone(), format!("complete-{}", lookup.reference)).await
}

/// Opened, agreed to and taken, and what was told of it heard.
async fn taken(house: &mut House, minor: i64) -> Lookup {
    let lookup = house.paid(minor, "INV-1").await;
    assert_eq!(complete(house, &lookup).await.unwrap().state, PaymentState::Succeeded);
    for _ in ["approved", "completed"] {
        house.notification().await;
    }
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

#[tokio::test]
async fn open_agree_take_notify_query() {
    let mut house = paypal().await;
    let (lookup, opened) = house.open(73_216, "INV-2026-00408").await;
    assert!(opened.url.is_some() && opened.qr.is_none());
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    house.pass(60);
    assert_eq!(house.choose(&opened, "pay").await, "https://seller.example/back");

    // The payer agreed; nothing is taken yet.
    let told = |state: PaymentState, fee: Option<Money>| Event::Payment {
        reference: lookup.reference,
        provider_id: lookup.provider_id.clone().unwrap(),
        state,
        amount: cny(73_216),
        fee,
    };
    let agreed = house.notification().await;
    assert_eq!((agreed.event, agreed.merchant.as_str()), (told(PaymentState::Approved, None), MERCHANT));
    let agreed = house.query(&lookup).await.unwrap();
    assert_eq!((agreed.state, agreed.fee, agreed.paid_at), (PaymentState::Approved, None, None));

    let taken = complete(&house, &lookup).await.unwrap();
    assert_eq!((&taken.state, taken.amount, taken.fee), (&PaymentState::Succeeded, cny(73_216), Some(cny(439))));
    assert_eq!((taken.provider_id.as_str(), taken.merchant.as_str()), (agreed.provider_id.as_str(), MERCHANT));
    let notification = house.notification().await;
    assert_eq!(notification.event, told(PaymentState::Succeeded, Some(cny(439))));
    assert_eq!(notification.occurred_at.as_second(), 1_790_000_060);
    let payment = house.query(&lookup).await.unwrap();
    assert_eq!((payment.fee, payment.paid_at), (Some(cny(439)), Some(notification.occurred_at)));
    assert_eq!(payment.state, PaymentState::Succeeded);
}

#[tokio::test]
async fn what_the_payer_chooses() {
    let mut house = paypal().await;
    let declined = PaymentState::Failed { reason: "DECLINED".to_owned() };
    for (choice, state) in
        [("pay", PaymentState::Succeeded), ("time-out", PaymentState::Processing), ("decline", declined)]
    {
        let (lookup, opened) = house.open(1000, "INV-1").await;
        house.choose(&opened, choice).await;
        assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Approved, "{choice}");
        assert_eq!(complete(&house, &lookup).await.unwrap().state, state, "{choice}");
        assert_eq!(house.query(&lookup).await.unwrap().state, state, "{choice}");
    }
    // The page is left; the payer may come again, for six hours.
    let (lookup, opened) = house.open(1000, "INV-2").await;
    house.choose(&opened, "cancel").await;
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    assert_eq!(complete(&house, &lookup).await.unwrap().state, PaymentState::Open);
    house.pass(6 * 3600);
    assert_eq!(complete(&house, &lookup).await.unwrap().state, PaymentState::Expired);
}

#[tokio::test]
async fn what_is_pending_is_told_when_it_is_known() {
    for (words, outcome) in
        [("slow", PaymentState::Succeeded), ("slow,decline", PaymentState::Failed { reason: "DECLINED".to_owned() })]
    {
        let mut house =
            House::connected("paypal", &[], |config| config.settle_after = std::time::Duration::from_millis(20)).await;
        let lookup = house.paid(1000, &format!("INV-1 sim:{words}")).await;
        assert_eq!(complete(&house, &lookup).await.unwrap().state, PaymentState::Processing);
        for wanted in [PaymentState::Approved, PaymentState::Processing, outcome.clone()] {
            let event = house.notification().await.event;
            assert!(matches!(&event, Event::Payment { state, .. } if *state == wanted), "{words}: {event:?}");
        }
        house.pass(1);
        assert_eq!(house.query(&lookup).await.unwrap().state, outcome);
    }
}

#[tokio::test]
async fn an_opening_in_doubt_is_settled_by_asking_again_with_its_key() {
    for word in ["error_before", "error_after"] {
        let mut house = paypal().await;
        house.set_scenario(word, 1).await;
        let ask = house.ask(1000, "INV-1");
        assert!(house.gateway.open(ask.clone()).await.unwrap_err().in_doubt(), "{word}");
        // PayPal finds nothing by our number, whatever happened.
        assert!(!house.gateway.capabilities().finds_by_reference);
        assert_eq!(house.query_by_reference(ask.reference).await, Err(CallError::NotFound), "{word}");
        let opened = house.gateway.open(ask.clone()).await.unwrap();
        assert_eq!(house.gateway.open(ask.clone()).await.unwrap(), opened);
        let lookup = Lookup { reference: ask.reference, provider_id: opened.provider_id };
        assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    }
}

#[tokio::test]
async fn a_taking_in_doubt_is_settled_by_asking_and_happens_once() {
    for (word, state) in [("error_before", PaymentState::Approved), ("error_after", PaymentState::Succeeded)] {
        let mut house = paypal().await;
        let lookup = house.paid(1000, "INV-1").await;
        house.set_scenario(word, 1).await;
        assert!(complete(&house, &lookup).await.unwrap_err().in_doubt(), "{word}");
        assert_eq!(house.query(&lookup).await.unwrap().state, state, "{word}");
        assert_eq!(complete(&house, &lookup).await.unwrap().state, PaymentState::Succeeded, "{word}");
        // With another key it is not taken twice either: the order tells how it stands.
        let again = house.gateway.complete(lookup.clone(), "another".to_owned()).await.unwrap();
        assert_eq!(again.state, PaymentState::Succeeded, "{word}");
        assert!(matches!(house.notification().await.event, Event::Payment { state: PaymentState::Approved, .. }));
        assert!(matches!(house.notification().await.event, Event::Payment { state: PaymentState::Succeeded, .. }));
        assert!(house.inbox_is_empty());
    }
    let mut house = paypal().await;
    let lookup = taken(&mut house, 1000).await;
    house.set_scenario("query_error", 1).await;
    assert!(house.query(&lookup).await.unwrap_err().in_doubt());
    house.set_scenario("query_stale", 1).await;
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Open);
    assert_eq!(house.query(&lookup).await.unwrap().state, PaymentState::Succeeded);
}

#[tokio::test]
async fn a_key_or_number_is_not_used_for_another() {
    let mut house = paypal().await;
    let ask = house.ask(1000, "INV-1");
    house.gateway.open(ask.clone()).await.unwrap();
    // Whatever came before with the same key or number may have had its effect: not a refusal.
    let other = OpenCheckout { amount: cny(999), ..ask.clone() };
    assert!(house.gateway.open(other).await.unwrap_err().in_doubt());
    let other = OpenCheckout { idempotency_key: "another".to_owned(), ..ask };
    assert!(house.gateway.open(other).await.unwrap_err().in_doubt());
}

#[tokio::test]
async fn refusals_have_no_effect() {
    let mut house = paypal().await;
    type Spoil = fn(&mut OpenCheckout);
    let spoils: [(Spoil, &str); 5] = [
        (|ask| ask.amount = cny(0), "amount"),
        (|ask| ask.amount = Money::new(1, Currency::parse("KWD").unwrap()), "amount"),
        (|ask| ask.amount = Money::new(1250, Currency::parse("HUF").unwrap()), "amount"),
        (|ask| ask.method = Method::Card, "amount"),
        (|ask| ask.return_url = "javascript:alert(1)".to_owned(), "INVALID_PARAMETER_VALUE"),
    ];
    for (spoil, wanted) in spoils {
        let mut ask = house.ask(1000, "INV-1");
        spoil(&mut ask);
        assert_eq!(code(house.gateway.open(ask.clone()).await), wanted, "{ask:?}");
    }
    let (lookup, _) = house.open(1000, &"长".repeat(200)).await;
    for id in ["", "../x", "a?b", "pporder_none"] {
        let odd = Lookup { provider_id: Some(id.to_owned()), ..lookup.clone() };
        assert_eq!(house.query(&odd).await, Err(CallError::NotFound), "{id:?}");
    }
    let another = Lookup { reference: house.next_id(), ..lookup };
    assert!(house.query(&another).await.unwrap_err().in_doubt(), "it is about another payment");
}

#[tokio::test]
async fn paypal_counts_some_currencies_in_whole_units() {
    let mut house = paypal().await;
    for (currency, minor) in [("JPY", 500), ("HUF", 120_000), ("TWD", 700), ("USD", 1_234)] {
        let mut ask = house.ask(1, "INV-1");
        ask.amount = Money::new(minor, Currency::parse(currency).unwrap());
        let amount = ask.amount;
        let reference = ask.reference;
        let provider_id = house.gateway.open(ask).await.unwrap().provider_id;
        let payment = house.query(&Lookup { reference, provider_id }).await.unwrap();
        assert_eq!(payment.amount, amount);
    }
}

#[tokio::test]
async fn what_is_open_is_left_and_what_was_agreed_to_is_told() {
    let mut house = paypal().await;
    let (open, page) = house.open(1000, "INV-1").await;
    assert_eq!(house.gateway.close(open.clone()).await.unwrap().state, PaymentState::Expired);
    // Who agrees after all loses nothing: the money is ours to take, and we do not.
    house.choose(&page, "pay").await;
    assert_eq!(house.gateway.close(open.clone()).await.unwrap().state, PaymentState::Approved);
    assert_eq!(complete(&house, &open).await.unwrap().state, PaymentState::Succeeded);
    assert_eq!(house.gateway.close(open).await.unwrap().state, PaymentState::Succeeded);
}

#[tokio::test]
async fn money_goes_back_in_parts() {
    let mut house = paypal().await;
    let payment = house.paid(1000, "INV-1").await;
    let early = refund(&mut house, &payment, 400, "");
    assert_eq!(code(house.gateway.refund(early).await), "not_paid");
    let payment = taken_of(&mut house, payment).await;
    let part = refund(&mut house, &payment, 400, "damaged");
    let done = house.gateway.refund(part.clone()).await.unwrap();
    assert_eq!((&done.state, done.amount), (&RefundState::Succeeded, cny(400)));
    assert_eq!(done.completed_at, Some(house.clock.now()));
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
    let unknown = RefundLookup { reference: house.next_id(), provider_id: None, payment: payment.clone() };
    assert_eq!(house.gateway.query_refund(unknown).await, Err(CallError::NotFound));
    // The payment stays paid.
    assert_eq!(house.query(&payment).await.unwrap().state, PaymentState::Succeeded);

    let too_much = refund(&mut house, &payment, 601, "");
    assert_eq!(code(house.gateway.refund(too_much).await), "REFUND_AMOUNT_EXCEEDED");
    let slow = refund(&mut house, &payment, 600, "sim:slow,decline,lost");
    assert_eq!(house.gateway.refund(slow.clone()).await.unwrap().state, RefundState::Processing);
    house.pass(20);
    let lookup = RefundLookup { reference: slow.reference, provider_id: None, payment: payment.clone() };
    let failed = RefundState::Failed { reason: "FAILED".to_owned() };
    assert_eq!(house.gateway.query_refund(lookup).await.unwrap().state, failed);
    let rest = refund(&mut house, &payment, 600, "");
    assert_eq!(house.gateway.refund(rest).await.unwrap().state, RefundState::Succeeded);
    assert_eq!(house.query(&payment).await.unwrap().state, PaymentState::Succeeded);
}

async fn taken_of(house: &mut House, lookup: Lookup) -> Lookup {
    complete(house, &lookup).await.unwrap();
    for _ in ["approved", "completed"] {
        house.notification().await;
    }
    lookup
}

#[tokio::test]
async fn a_refund_in_doubt_is_settled_by_asking() {
    for (word, happened) in [("error_before", false), ("error_after", true)] {
        let mut house = paypal().await;
        let payment = taken(&mut house, 1000).await;
        let ask = refund(&mut house, &payment, 400, &format!("sim:{word}"));
        assert!(house.gateway.refund(ask.clone()).await.unwrap_err().in_doubt(), "{word}");
        let lookup = RefundLookup { reference: ask.reference, provider_id: None, payment };
        let found = house.gateway.query_refund(lookup).await;
        assert_eq!(found.is_ok(), happened, "{word}: {found:?}");
        assert!(happened || found == Err(CallError::NotFound));
    }
}

async fn arrived(house: &mut House, description: &str) -> Arrived {
    house.paid(1000, description).await;
    house.arrival().await
}

#[tokio::test]
async fn only_what_paypal_signed_just_now_is_believed() {
    for (word, wanted) in [
        ("forged", Some(NotificationError::BadSignature)),
        ("stale", Some(NotificationError::Stale)),
        // Signed with a key whose certificate is at another address.
        ("rotated", None),
    ] {
        let mut house = paypal().await;
        let arrived = arrived(&mut house, &format!("INV-1 sim:{word}")).await;
        assert_eq!(house.verify(&arrived).await.err(), wanted, "{word}");
        assert_eq!(house.verify(&arrived).await.err(), wanted, "{word}");
    }
    let mut house = paypal().await;
    let arrived = arrived(&mut house, "INV-1").await;
    house.verify(&arrived).await.unwrap();
    for index in (0..arrived.body.len() * 8).step_by(7) {
        let mut spoilt = arrived.clone();
        spoilt.body[index / 8] ^= 1 << (index % 8);
        assert_eq!(house.verify(&spoilt).await, Err(NotificationError::BadSignature), "bit {index}");
    }
    let header = |name: &str| arrived.headers[name].to_str().unwrap().to_owned();
    let elsewhere = format!("{}/v1/notifications/certs/CERT-next", house.base_url);
    for (name, spoilt) in [
        ("paypal-transmission-sig", String::new()),
        ("paypal-transmission-id", "another".to_owned()),
        ("paypal-transmission-time", header("paypal-transmission-time").replace("2026", "2027")),
        ("paypal-auth-algo", "SHA1withRSA".to_owned()),
        ("paypal-cert-url", elsewhere),
        ("paypal-cert-url", format!("{}/v1/notifications/certs/none", house.base_url)),
        ("paypal-cert-url", format!("{}/assets/pay.css", house.base_url)),
        ("paypal-cert-url", "http://127.0.0.1:9/cert".to_owned()),
    ] {
        let mut other = arrived.clone();
        other.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&spoilt).unwrap());
        assert_eq!(house.verify(&other).await, Err(NotificationError::BadSignature), "{name}: {spoilt}");
    }
    let mut bare = arrived.clone();
    bare.headers.remove("paypal-transmission-id");
    assert_eq!(house.verify(&bare).await, Err(NotificationError::BadSignature));
    house.pass(301);
    assert_eq!(house.verify(&arrived).await, Err(NotificationError::Stale));
}

#[tokio::test]
async fn late_and_repeated() {
    let mut house = paypal().await;
    let (lookup, opened) = house.open(1000, "INV-1").await;
    house.choose(&opened, "pay-twice").await;
    let (first, again) = (house.notification().await, house.notification().await);
    assert_eq!(first, again);
    complete(&house, &lookup).await.unwrap();
    let states = [house.notification().await, house.notification().await, house.notification().await];
    let states = states.map(|told| match told.event {
        Event::Payment { state, .. } => state,
        other => panic!("{other:?}"),
    });
    // An older word follows, then the first one again.
    assert_eq!(states, [PaymentState::Succeeded, PaymentState::Processing, PaymentState::Succeeded]);
    let late = house.paid(1000, "INV-2 sim:late=40").await;
    let told = house.notification().await.event;
    assert!(matches!(told, Event::Payment { reference, .. } if reference == late.reference));
    house.paid(1000, "INV-3 sim:lost").await;
    house.paid(1000, "INV-4 sim:wrong_amount").await;
    assert!(matches!(house.notification().await.event, Event::Payment { amount, .. } if amount == cny(1001)));
}

#[tokio::test]
async fn what_is_meant_for_others_is_not_taken() {
    let mut house = House::connected("paypal", &[("merchant", "another")], |_| {}).await;
    let arrived = arrived(&mut house, "INV-1").await;
    assert_eq!(house.verify(&arrived).await, Err(NotificationError::WrongMerchant));
    let mut house = House::connected("paypal", &[("webhook_id", "another")], |_| {}).await;
    let arrived = self::arrived(&mut house, "INV-1").await;
    assert_eq!(house.verify(&arrived).await, Err(NotificationError::BadSignature));
    // A connection to PayPal itself takes no certificate from elsewhere.
    let real = [("base_url", "https://api-m.paypal.com")];
    let ours = House::connected("paypal", &real, |_| {}).await;
    assert_eq!(ours.verify(&arrived).await, Err(NotificationError::BadSignature));
}

#[tokio::test]
async fn a_certificate_that_cannot_be_had_is_asked_for_again() {
    let mut house = paypal().await;
    let mut arrived = arrived(&mut house, "INV-1").await;
    // Nobody listens where the connection goes.
    let nowhere = House::connected("paypal", &[("base_url", "http://127.0.0.1:9")], |_| {}).await;
    arrived.headers.insert("paypal-cert-url", HeaderValue::from_static("http://127.0.0.1:9/c"));
    assert_eq!(nowhere.verify(&arrived).await, Err(NotificationError::Unavailable));
}

#[tokio::test]
async fn requests_of_others_are_refused() {
    for told in [("client_id", "another"), ("client_secret", "wrong")] {
        let mut house = House::connected("paypal", &[told], |_| {}).await;
        let ask = house.ask(1000, "INV-1");
        assert_eq!(code(house.gateway.open(ask.clone()).await), "invalid_client", "{}", told.0);
        assert_eq!(code(house.query_by_reference(ask.reference).await), "invalid_client", "{}", told.0);
    }
    assert_eq!(unfit("paypal", &[]), None::<Unfit>);
}

/// Counts what it is asked for; the first token counts for nothing.
#[derive(Clone, Default)]
struct Fickle {
    tokens: Arc<AtomicU32>,
    orders: Arc<AtomicU32>,
}

#[tokio::test]
async fn a_token_is_kept_until_it_is_over_and_fetched_anew_once() {
    let fickle = Fickle::default();
    let token = async |State(fickle): State<Fickle>| {
        let number = fickle.tokens.fetch_add(1, Ordering::SeqCst);
        axum::Json(serde_json::json!({ "access_token": format!("t{number}"), "expires_in": 3600 }))
    };
    let order = async |State(fickle): State<Fickle>, headers: http::HeaderMap| {
        fickle.orders.fetch_add(1, Ordering::SeqCst);
        if headers["authorization"] == "Bearer t0" || headers["authorization"] == "Bearer t2" {
            return (StatusCode::UNAUTHORIZED, r#"{"name":"AUTHENTICATION_FAILURE"}"#).into_response();
        }
        (StatusCode::NOT_FOUND, r#"{"name":"RESOURCE_NOT_FOUND"}"#).into_response()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new().route("/v1/oauth2/token", post(token)).route("/v2/checkout/orders/{id}", get(order));
    tokio::spawn(axum::serve(listener, routes.with_state(fickle.clone())).into_future());
    let mut house = House::connected("paypal", &[("base_url", &base_url)], |_| {}).await;
    let counts = || (fickle.tokens.load(Ordering::SeqCst), fickle.orders.load(Ordering::SeqCst));
    let reference = house.next_id();
    // The first token is refused, the second counts, and goes on to count.
    for (seconds, wanted) in [(0, (2, 2)), (3539, (2, 3)), (1, (4, 5)), (1, (4, 6))] {
        house.pass(seconds);
        assert_eq!(house.query_by_reference(reference).await, Err(CallError::NotFound));
        assert_eq!(counts(), wanted, "after {seconds} s");
    }
}
