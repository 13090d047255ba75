//! The calls of merchants' programs, and the one that sets a scenario.

use super::book::Reply;
use super::refused::Refused;
use super::scenario::{Fault, Scenario};
use super::wire::{PaymentObject, PaymentRequest, RefundObject, RefundRequest};
use super::{Book, Simulator};
use crate::signature::{TOLERANCE_S, verify};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;

/// POST /sim/v1/payments
pub(super) async fn open(
    State(simulator): State<Simulator>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let key = authenticated_key(&simulator, &uri, &headers, &body)?;
    let ask: PaymentRequest = serde_json::from_slice(&body).map_err(|_| Refused::NotJson)?;
    let text = ask.description.clone();
    let change = Change { key, digest: digest(&uri, &body), text };
    perform(&simulator, change, |book, scenario| {
        let now = simulator.house.config.clock.now();
        let payment = book.open(now, ask, scenario)?;
        Ok(json_of(&PaymentObject::of(&simulator.house, &payment)))
    })
    .await
}

/// POST /sim/v1/refunds
pub(super) async fn refund(
    State(simulator): State<Simulator>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let key = authenticated_key(&simulator, &uri, &headers, &body)?;
    let ask: RefundRequest = serde_json::from_slice(&body).map_err(|_| Refused::NotJson)?;
    let text = ask.reason.clone();
    let change = Change { key, digest: digest(&uri, &body), text };
    perform(&simulator, change, |book, scenario| {
        let now = simulator.house.config.clock.now();
        let (refund, parcel) = book.refund(now, ask, scenario)?;
        simulator.courier.send(parcel);
        Ok(json_of(&RefundObject::of(&simulator.house, &refund)))
    })
    .await
}

/// POST /sim/v1/payments/{id}/close
pub(super) async fn close(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let key = authenticated_key(&simulator, &uri, &headers, &body)?;
    let change = Change { key, digest: digest(&uri, &body), text: String::new() };
    perform(&simulator, change, |book, _| {
        let now = simulator.house.config.clock.now();
        let payment = book.close(now, &id)?;
        Ok(json_of(&PaymentObject::of(&simulator.house, &payment)))
    })
    .await
}

/// GET /sim/v1/payments/{id}
pub(super) async fn payment(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authenticate(&simulator, &Method::GET, &uri, &headers, b"")?;
    query_payment(&simulator, &id).await
}

#[derive(Deserialize)]
pub(super) struct ByReference {
    reference: String,
}

/// GET /sim/v1/payments?reference=
pub(super) async fn payment_by_reference(
    State(simulator): State<Simulator>,
    Query(by): Query<ByReference>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authenticate(&simulator, &Method::GET, &uri, &headers, b"")?;
    query_payment(&simulator, &by.reference).await
}

async fn query_payment(simulator: &Simulator, id_or_reference: &str) -> Result<Response, Refused> {
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator.with_book(|book| {
        let payment = book.payment(now, id_or_reference)?;
        let fault = book.fault_of_query();
        let shown = if fault.is_some_and(Fault::is_stale) { payment.before() } else { payment };
        Ok((fault, json_of(&PaymentObject::of(&simulator.house, &shown))))
    })?;
    Ok(answer_query(simulator, fault, answer).await)
}

/// GET /sim/v1/refunds/{id}
pub(super) async fn find_refund(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authenticate(&simulator, &Method::GET, &uri, &headers, b"")?;
    query_refund(&simulator, &id).await
}

/// GET /sim/v1/refunds?reference=
pub(super) async fn refund_by_reference(
    State(simulator): State<Simulator>,
    Query(by): Query<ByReference>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    authenticate(&simulator, &Method::GET, &uri, &headers, b"")?;
    query_refund(&simulator, &by.reference).await
}

async fn query_refund(simulator: &Simulator, id_or_reference: &str) -> Result<Response, Refused> {
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator.with_book(|book| {
        let refund = book.find_refund(now, id_or_reference)?;
        Ok((book.fault_of_query(), json_of(&RefundObject::of(&simulator.house, &refund))))
    })?;
    Ok(answer_query(simulator, fault, answer).await)
}

pub(super) async fn answer_query(simulator: &Simulator, fault: Option<Fault>, answer: String) -> Response {
    match fault {
        Some(Fault::QueryHang) => {
            simulator.hang().await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        Some(Fault::QueryError) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => json_response(answer, false),
    }
}

/// POST /admin/scenario
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    /// The words, joined by commas; empty = all goes well.
    scenario: String,
    /// For how many calls; until it is replaced when left out.
    times: Option<u32>,
}

/// A proxy on this machine would make every caller look local, so forwarded requests are refused too.
pub(super) fn from_here(peer: SocketAddr, headers: &HeaderMap) -> Result<(), Refused> {
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    if peer.ip().is_loopback() && !forwarded { Ok(()) } else { Err(Refused::NotFromHere) }
}

/// Sets what goes wrong for calls that name no scenario themselves.
pub(super) async fn set_scenario(
    State(simulator): State<Simulator>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(standing): Json<Standing>,
) -> Result<StatusCode, Refused> {
    from_here(peer, &headers)?;
    let scenario: Scenario = standing.scenario.parse().map_err(|_| Refused::Field("scenario"))?;
    simulator.with_book(|book| book.set_standing(scenario, standing.times));
    Ok(StatusCode::NO_CONTENT)
}

/// A call that changes something.
pub(super) struct Change {
    pub key: String,
    pub digest: [u8; 32],
    /// May name a scenario.
    pub text: String,
}

/// Answers a known key again; otherwise takes the scenario, makes the effect once and remembers the answer, and fails
/// before or after it when the scenario says so. Refusals are not remembered.
pub(super) async fn perform(
    simulator: &Simulator,
    change: Change,
    effect: impl FnOnce(&mut Book, Scenario) -> Result<String, Refused>,
) -> Result<Response, Refused> {
    let scenario = simulator.with_book(|book| {
        Ok(match book.replay(&change.key, change.digest)? {
            Some(reply) => Err(reply),
            None => Ok(book.scenario_of_change(&change.text)),
        })
    })?;
    let scenario = match scenario {
        Ok(scenario) => scenario,
        Err(reply) => return Ok(json_response(reply.body, true)),
    };
    let fault = scenario.fault;
    match fault {
        Some(Fault::HangBefore) => {
            simulator.hang().await;
            return Ok(StatusCode::GATEWAY_TIMEOUT.into_response());
        }
        Some(Fault::ErrorBefore) => return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        _ => {}
    }
    let (body, replayed) = simulator.with_book(|book| {
        if let Some(reply) = book.replay(&change.key, change.digest)? {
            return Ok((reply.body, true));
        }
        let body = effect(book, scenario)?;
        book.remember(change.key, Reply { digest: change.digest, body: body.clone() });
        Ok((body, false))
    })?;
    match fault.filter(|_| !replayed) {
        Some(Fault::HangAfter) => {
            simulator.hang().await;
            Ok(StatusCode::GATEWAY_TIMEOUT.into_response())
        }
        Some(Fault::ErrorAfter) => Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        _ => Ok(json_response(body, replayed)),
    }
}

fn authenticated_key(simulator: &Simulator, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<String, Refused> {
    authenticate(simulator, &Method::POST, uri, headers, body)?;
    let key = text_of(headers, "idempotency-key");
    if key.is_empty() || key.len() > 255 { Err(Refused::KeyMissing) } else { Ok(key.to_owned()) }
}

/// The merchant, then the signature over all of the request, then its age.
pub(super) fn authenticate(
    simulator: &Simulator,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), Refused> {
    let config = &simulator.house.config;
    if text_of(headers, "sim-merchant") != config.merchant {
        return Err(Refused::UnknownMerchant);
    }
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    let timestamp = text_of(headers, "sim-timestamp");
    let key = text_of(headers, "idempotency-key");
    let parts: [&[u8]; 5] = [method.as_str().as_bytes(), path.as_bytes(), timestamp.as_bytes(), key.as_bytes(), body];
    let secrets = std::slice::from_ref(&config.api_secret);
    if !verify(secrets, b'\n', &parts, text_of(headers, "sim-signature")) {
        return Err(Refused::BadSignature);
    }
    let signed_at: i64 = timestamp.parse().map_err(|_| Refused::BadSignature)?;
    let age = config.clock.now().as_second().saturating_sub(signed_at);
    if age.unsigned_abs() > TOLERANCE_S.unsigned_abs() { Err(Refused::BadSignature) } else { Ok(()) }
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}

pub(super) fn digest(uri: &Uri, body: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(uri.path().as_bytes());
    digest.update(b"\n");
    digest.update(body);
    digest.finalize().into()
}

fn json_of<T: serde::Serialize>(object: &T) -> String {
    serde_json::to_string(object).unwrap_or_default()
}

fn json_response(body: String, replayed: bool) -> Response {
    let mut response = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
    if replayed {
        response.headers_mut().insert("idempotent-replayed", http::HeaderValue::from_static("true"));
    }
    response
}
