//! PayPal's language: orders, captures and refunds under `/v2`, tokens, webhooks and certificates under `/v1`.
//!
//! A payer agrees to an order; its money moves when the merchant takes it. Where PayPal is more than a merchant of ours asks of it,
//! it is not here, and the answer says so.

mod bill;
mod disputes;
mod door;
mod no;
mod objects;

pub use door::PayPalConfig;
pub(super) use door::signed;
pub(super) use objects::event;

use super::Simulator;
use super::api::{Change, answer_query, digest, perform};
use super::book::{Book, origin};
use super::face::Face;
use super::payment::Payment;
use super::refused::Refused;
use super::scenario::Fault;
use super::wire::{PaymentRequest, RefundRequest};
use crate::providers::paypal::wire::Amount;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use http::{HeaderMap, StatusCode, Uri};
use kernel::{Money, Timestamp};
use no::No;
use serde::Deserialize;
use serde_json::{Value, json};

/// A payer has so long to agree, and the merchant to take the money.
const LIFE_S: i64 = 6 * 3600;

pub(super) fn routes(simulator: &Simulator) -> Router<Simulator> {
    Router::new()
        .route("/v2/checkout/orders", post(open))
        .route("/v2/checkout/orders/{id}", get(order))
        .route("/v2/checkout/orders/{id}/capture", post(capture))
        .route("/v2/payments/captures/{id}", get(find_capture))
        .route("/v2/payments/captures/{id}/refund", post(refund))
        .route("/v2/payments/refunds/{id}", get(find_refund))
        .route("/v1/customer/disputes/{id}", get(find_dispute))
        .route("/v1/reporting/transactions", get(bill::search))
        .route("/v1/notifications/webhooks", post(webhook))
        // As one of PayPal's libraries asks.
        .route("/v1/notifications/webhooks/", post(webhook))
        .route_layer(middleware::from_fn_with_state(simulator.clone(), door::door))
        // Whoever comes here has no token yet.
        .route("/v1/oauth2/token", post(door::token))
        .route("/v1/notifications/certs/{name}", get(door::certificate))
}

fn read<'a, T: Deserialize<'a>>(body: &'a Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|_| Refused::NotJson)
}

/// A call without a key of its own is not remembered: each gets one that nobody else has.
fn change(simulator: &Simulator, uri: &Uri, headers: &HeaderMap, body: &[u8], text: &str) -> Change {
    let named = headers.get("paypal-request-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let key = named.unwrap_or_else(|| simulator.with_book(|book| book.draw_id("key")));
    Change { key: format!("paypal {key}"), digest: digest(uri, body), text: text.to_owned() }
}

/// A payment that was asked for in this language.
fn found(book: &mut Book, now: Timestamp, id: &str) -> Result<Payment, Refused> {
    Some(book.payment(now, id)?).filter(|payment| payment.face == Face::PayPal).ok_or(Refused::NotFound)
}

/// An order with the refunds of it.
fn order_of(simulator: &Simulator, book: &mut Book, now: Timestamp, payment: &Payment) -> Value {
    let mut refunds = book.refunds_of(now, Face::PayPal);
    refunds.retain(|refund| refund.payment == payment.id);
    objects::order(&simulator.house, payment, &refunds)
}

fn created(answer: Response) -> Response {
    if answer.status() == StatusCode::OK { (StatusCode::CREATED, answer).into_response() } else { answer }
}

#[derive(Deserialize)]
struct OrderRequest {
    intent: String,
    purchase_units: Vec<Unit>,
    payment_source: Option<Source>,
}

#[derive(Deserialize)]
struct Unit {
    custom_id: Option<String>,
    invoice_id: Option<String>,
    description: Option<String>,
    amount: Amount,
}

#[derive(Deserialize)]
struct Source {
    paypal: Option<Wallet>,
}

#[derive(Deserialize)]
struct Wallet {
    experience_context: Option<Experience>,
}

#[derive(Deserialize)]
struct Experience {
    return_url: Option<String>,
    locale: Option<String>,
}

async fn open(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Result<Response, No> {
    let asked: OrderRequest = read(&body)?;
    let now = simulator.house.config.clock.now();
    let ask = payment_request(now, asked)?;
    let change = change(&simulator, &uri, &headers, &body, &ask.description);
    let answer = perform(&simulator, change, |book, scenario| {
        let payment = book.open(now, ask, scenario)?;
        Ok(objects::order(&simulator.house, &payment, &[]).to_string())
    });
    Ok(created(answer.await?))
}

fn payment_request(now: Timestamp, asked: OrderRequest) -> Result<PaymentRequest, Refused> {
    if asked.intent != "CAPTURE" {
        return Err(Refused::Field("intent"));
    }
    let [unit] = <[Unit; 1]>::try_from(asked.purchase_units).map_err(|_| Refused::Field("purchase_units"))?;
    let amount = exact(&unit.amount)?;
    let experience = asked.payment_source.and_then(|source| source.paypal?.experience_context);
    let experience = experience.ok_or(Refused::Field("payment_source"))?;
    let is_chinese = experience.locale.is_some_and(|locale| locale.starts_with("zh"));
    Ok(PaymentRequest {
        face: Face::PayPal,
        awaited: false,
        reference: unit.custom_id.or(unit.invoice_id).unwrap_or_default(),
        amount: amount.minor(),
        currency: amount.currency().code().to_owned(),
        method: "e_wallet".to_owned(),
        description: unit.description.unwrap_or_default(),
        return_url: experience.return_url.unwrap_or_default(),
        notify_url: String::new(),
        expires_at: Timestamp::from_second(now.as_second() + LIFE_S).unwrap_or(now).to_string(),
        locale: Some(if is_chinese { "zh-CN" } else { "en" }.to_owned()),
    })
}

/// An amount in PayPal's own digits.
fn exact(amount: &Amount) -> Result<Money, Refused> {
    let money = amount.read().filter(|money| money.is_positive() && Amount::of(*money).is_some());
    money.ok_or(Refused::Field("amount"))
}

async fn order(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator.with_book(|book| {
        let payment = found(book, now, &id)?;
        let fault = book.fault_of_query();
        let shown = if fault.is_some_and(Fault::is_stale) { payment.before() } else { payment };
        Ok::<_, Refused>((fault, order_of(&simulator, book, now, &shown).to_string()))
    })?;
    Ok(answer_query(&simulator, fault, answer).await)
}

async fn capture(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, No> {
    let change = change(&simulator, &uri, &headers, &body, "");
    let answer = perform(&simulator, change, |book, _| {
        let now = simulator.house.config.clock.now();
        found(book, now, &id)?;
        let (payment, parcel) = book.capture(now, &id)?;
        simulator.courier.send(parcel);
        Ok(objects::order(&simulator.house, &payment, &[]).to_string())
    });
    Ok(created(answer.await?))
}

async fn find_capture(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator.with_book(|book| {
        let payment = found(book, now, &objects::order_id(&id).ok_or(Refused::NotFound)?)?;
        let capture = objects::capture(&simulator.house, &payment).ok_or(Refused::NotFound)?;
        Ok::<_, Refused>((book.fault_of_query(), capture.to_string()))
    })?;
    Ok(answer_query(&simulator, fault, answer).await)
}

#[derive(Default, Deserialize)]
struct Back {
    amount: Option<Amount>,
    custom_id: Option<String>,
    note_to_payer: Option<String>,
}

async fn refund(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, No> {
    // All of it goes back where nothing is said.
    let back: Back = if body.is_empty() { Back::default() } else { read(&body)? };
    let now = simulator.house.config.clock.now();
    let order = objects::order_id(&id).ok_or(Refused::NotFound)?;
    let payment = simulator.with_book(|book| found(book, now, &order))?;
    let left = Money::new(payment.amount.minor() - payment.refunded, payment.amount.currency());
    let amount = back.amount.as_ref().map_or(Ok(left), exact)?;
    let ask = RefundRequest {
        payment: payment.id,
        reference: back.custom_id.unwrap_or_else(|| simulator.with_book(|book| book.draw_id("ref"))),
        amount: amount.minor(),
        currency: amount.currency().code().to_owned(),
        reason: back.note_to_payer.unwrap_or_default(),
        notify_url: String::new(),
    };
    let change = change(&simulator, &uri, &headers, &body, &ask.reason);
    let answer = perform(&simulator, change, |book, scenario| {
        let (refund, parcel) = book.refund(now, ask, scenario)?;
        simulator.courier.send(parcel);
        Ok(objects::refund(&simulator.house, &refund).to_string())
    });
    Ok(created(answer.await?))
}

async fn find_refund(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator.with_book(|book| {
        let refund = book.find_refund(now, &id)?;
        if refund.face != Face::PayPal {
            return Err(Refused::NotFound);
        }
        Ok((book.fault_of_query(), objects::refund(&simulator.house, &refund).to_string()))
    })?;
    Ok(answer_query(&simulator, fault, answer).await)
}

async fn find_dispute(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let object = simulator.with_book(|book| {
        let dispute = book.find_dispute(&id)?;
        let payment = found(book, now, &dispute.payment)?;
        Ok::<_, Refused>(disputes::object(&simulator.house, &dispute, &payment))
    })?;
    Ok(Json(object).into_response())
}

#[derive(Deserialize)]
struct Webhook {
    url: String,
    event_types: Value,
}

/// Where notifications go from now on, as a merchant says it at PayPal's own desk. The id in the answer is signed with each of them.
async fn webhook(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, No> {
    let webhook: Webhook = read(&body)?;
    origin(&webhook.url).ok_or(Refused::Field("url"))?;
    simulator.with_book(|book| book.set_endpoint(Face::PayPal, &webhook.url));
    let id = &simulator.house.config.paypal.webhook_id;
    let object = json!({ "id": id, "url": webhook.url, "event_types": webhook.event_types, "links": [] });
    Ok((StatusCode::CREATED, Json(object)).into_response())
}
