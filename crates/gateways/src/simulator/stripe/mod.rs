//! Stripe's language: Checkout Sessions, refunds, disputes, webhook endpoints, under `/v1`.
//!
//! Forms with nested names come in, JSON goes out. Where Stripe is more than a merchant of ours asks of it, it is not here, and
//! the answer says so.

mod bill;
mod disputes;
mod form;
mod objects;

pub(super) use objects::event;

use super::Simulator;
use super::api::{Change, digest, perform};
use super::face::Face;
use super::refused::Refused;
use super::wire::{PaymentRequest, RefundRequest};
use crate::providers::stripe::capabilities;
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use form::Form;
use http::{HeaderMap, StatusCode, Uri, header};
use kernel::{Currency, Timestamp};
use serde_json::json;

pub(super) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/v1/checkout/sessions", post(open).get(sessions))
        .route("/v1/checkout/sessions/{id}", get(session))
        .route("/v1/checkout/sessions/{id}/expire", post(expire))
        .route("/v1/refunds", post(refund).get(refunds))
        .route("/v1/refunds/{id}", get(find_refund))
        .route("/v1/balance_transactions", get(bill::transactions))
        .route("/v1/webhook_endpoints", post(endpoint))
        .merge(disputes::routes())
}

/// Stripe's no, made of ours.
struct No(Refused);

impl From<Refused> for No {
    fn from(refused: Refused) -> No {
        No(refused)
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let (status, kind, code, param) = match self.0 {
            Refused::UnknownMerchant | Refused::BadSignature => {
                (StatusCode::UNAUTHORIZED, "invalid_request_error", None, None)
            }
            Refused::KeyReused => (StatusCode::BAD_REQUEST, "idempotency_error", None, None),
            Refused::NotFound => (StatusCode::NOT_FOUND, "invalid_request_error", Some("resource_missing"), None),
            Refused::Field(name) => {
                (StatusCode::BAD_REQUEST, "invalid_request_error", Some("parameter_invalid"), Some(name))
            }
            _ => (StatusCode::BAD_REQUEST, "invalid_request_error", None, None),
        };
        let error = json!({ "type": kind, "code": code, "message": self.0.to_string(), "param": param });
        (status, Json(json!({ "error": error }))).into_response()
    }
}

/// The secret key, as a bearer's.
fn authenticate(simulator: &Simulator, headers: &HeaderMap) -> Result<(), Refused> {
    let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or("");
    let key = said.strip_prefix("Bearer ").unwrap_or("");
    if key.as_bytes() == simulator.house.config.api_secret.expose() { Ok(()) } else { Err(Refused::UnknownMerchant) }
}

/// A call without a key of its own is not remembered: each gets one that nobody else has.
fn change(simulator: &Simulator, uri: &Uri, headers: &HeaderMap, body: &[u8], text: String) -> Change {
    let named = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let key = named.unwrap_or_else(|| simulator.with_book(|book| book.draw_id("key")));
    Change { key: format!("stripe {key}"), digest: digest(uri, body), text }
}

async fn open(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let form = Form::read(&body)?;
    let change = change(&simulator, &uri, &headers, &body, form.text(DESCRIPTION).to_owned());
    let expanded = form.expands("payment_intent");
    let answer = perform(&simulator, change, |book, scenario| {
        let now = simulator.house.config.clock.now();
        let payment = book.open(now, payment_request(now.as_second(), &form)?, scenario)?;
        Ok(objects::session(&simulator.house, &payment, expanded).to_string())
    });
    Ok(answer.await?)
}

/// Where a session says what is paid for.
const DESCRIPTION: &str = "line_items[0][price_data][product_data][name]";

fn payment_request(now: i64, form: &Form) -> Result<PaymentRequest, Refused> {
    if form.text("mode") != "payment" {
        return Err(Refused::Field("mode"));
    }
    let price = |name: &str| form.text(&format!("line_items[0][price_data]{name}"));
    let currency =
        Currency::parse(&price("[currency]").to_ascii_uppercase()).map_err(|_| Refused::Field("currency"))?;
    let (each, quantity) = (price("[unit_amount]").parse::<i64>(), form.text("line_items[0][quantity]").parse::<i64>());
    let amount = each.ok().zip(quantity.ok()).and_then(|(each, quantity)| each.checked_mul(quantity));
    let amount = amount.filter(|integer| (1..=99_999_999).contains(integer)).ok_or(Refused::Field("unit_amount"))?;
    let amount = capabilities().from_provider(amount, currency).ok_or(Refused::Field("unit_amount"))?;
    let expires_at = match form.text("expires_at") {
        "" => now + 24 * 3600,
        at => at
            .parse()
            .ok()
            .filter(|at| (now + 1800..=now + 24 * 3600).contains(at))
            .ok_or(Refused::Field("expires_at"))?,
    };
    let is_wallet = form.values("allowed_payment_method_types").any(|name| name != "card");
    Ok(PaymentRequest {
        face: Face::Stripe,
        awaited: false,
        reference: form.text("client_reference_id").to_owned(),
        amount: amount.minor(),
        currency: currency.code().to_owned(),
        method: if is_wallet { "e_wallet" } else { "card" }.to_owned(),
        description: form.text(DESCRIPTION).to_owned(),
        return_url: form.text("success_url").to_owned(),
        notify_url: String::new(),
        expires_at: Timestamp::from_second(expires_at).map_err(|_| Refused::Field("expires_at"))?.to_string(),
        locale: Some(if form.text("locale").starts_with("zh") { "zh-CN" } else { "en" }.to_owned()),
    })
}

async fn session(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let expanded = Form::read(uri.query().unwrap_or("").as_bytes())?.expands("payment_intent");
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator.with_book(|book| {
        let payment = book.payment(now, &id)?;
        let fault = book.fault_of_query();
        let shown = if fault.is_some_and(super::scenario::Fault::is_stale) { payment.before() } else { payment };
        Ok::<_, Refused>((fault, objects::session(&simulator.house, &shown, expanded).to_string()))
    })?;
    Ok(super::api::answer_query(&simulator, fault, answer).await)
}

async fn sessions(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let form = Form::read(uri.query().unwrap_or("").as_bytes())?;
    let within = form.range("created")?;
    let of_intent = objects::session_id(form.text("payment_intent"));
    let all = simulator.with_book(|book| book.payments_of(Face::Stripe));
    let newest: Vec<_> = all
        .iter()
        .rev()
        .filter(|payment| within.contains(&payment.created_at.as_second()))
        .filter(|payment| of_intent.as_ref().is_none_or(|session| *session == payment.id))
        .map(|payment| objects::session(&simulator.house, payment, false))
        .collect();
    Ok(Json(form.page("/v1/checkout/sessions", newest)?).into_response())
}

async fn expire(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let change = change(&simulator, &uri, &headers, &body, String::new());
    let answer = perform(&simulator, change, |book, _| {
        let now = simulator.house.config.clock.now();
        if book.payment(now, &id)?.state != super::payment::State::Open {
            return Err(Refused::NotOpen);
        }
        let payment = book.close(now, &id)?;
        Ok(objects::session(&simulator.house, &payment, false).to_string())
    });
    Ok(answer.await?)
}

async fn refund(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let form = Form::read(&body)?;
    let session = objects::session_id(form.text("payment_intent")).ok_or(Refused::Field("payment_intent"))?;
    let now = simulator.house.config.clock.now();
    let payment = simulator.with_book(|book| book.payment(now, &session))?;
    let currency = payment.amount.currency();
    let amount = match form.text("amount") {
        "" => payment.amount.minor() - payment.refunded,
        integer => {
            let integer = integer.parse().ok().and_then(|integer| capabilities().from_provider(integer, currency));
            integer.ok_or(Refused::Field("amount"))?.minor()
        }
    };
    let reference = match form.text("metadata[refund]") {
        "" => simulator.with_book(|book| book.draw_id("ref")),
        ours => ours.to_owned(),
    };
    let ask = RefundRequest {
        payment: session,
        reference,
        amount,
        currency: currency.code().to_owned(),
        reason: form.text("metadata[reason]").to_owned(),
        notify_url: String::new(),
    };
    let change = change(&simulator, &uri, &headers, &body, ask.reason.clone());
    let answer = perform(&simulator, change, |book, scenario| {
        let (refund, parcel) = book.refund(now, ask, scenario)?;
        simulator.courier.send(parcel);
        Ok(objects::refund(&refund).to_string())
    });
    Ok(answer.await?)
}

async fn find_refund(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator.with_book(|book| {
        let refund = book.find_refund(now, &id)?;
        Ok::<_, Refused>((book.fault_of_query(), objects::refund(&refund).to_string()))
    })?;
    Ok(super::api::answer_query(&simulator, fault, answer).await)
}

async fn refunds(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let form = Form::read(uri.query().unwrap_or("").as_bytes())?;
    let session = objects::session_id(form.text("payment_intent"));
    let now = simulator.house.config.clock.now();
    let all = simulator.with_book(|book| book.refunds_of(now, Face::Stripe));
    let newest: Vec<_> = all
        .iter()
        .rev()
        .filter(|refund| session.as_ref().is_none_or(|session| *session == refund.payment))
        .map(objects::refund)
        .collect();
    Ok(Json(form.page("/v1/refunds", newest)?).into_response())
}

/// Where events go from now on, as a merchant says it at Stripe's own desk. The answer tells the key that signs them.
async fn endpoint(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Result<Response, No> {
    authenticate(&simulator, &headers)?;
    let form = Form::read(&body)?;
    let url = form.text("url").to_owned();
    super::book::origin(&url).ok_or(Refused::Field("url"))?;
    let id = simulator.with_book(|book| {
        book.set_endpoint(Face::Stripe, &url);
        book.draw_id("we")
    });
    let secret = String::from_utf8_lossy(simulator.house.config.notification_secret.expose()).into_owned();
    let enabled: Vec<&str> = form.values("enabled_events").collect();
    let object = json!({
        "id": id, "object": "webhook_endpoint", "enabled_events": enabled, "livemode": false, "secret": secret,
        "status": "enabled", "url": url,
    });
    Ok(Json(object).into_response())
}
