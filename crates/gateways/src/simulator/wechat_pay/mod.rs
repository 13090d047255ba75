//! WeChat Pay's language: Native, H5 and JSAPI orders, refunds, certificates, under `/v3`; and WeChat itself ([`app`]).
//!
//! Every request is signed by the merchant and every answer by the simulator ([`door`]). Orders and refunds have no keys of
//! idempotency: their own numbers serve.

mod app;
mod bill;
mod door;
mod no;
mod objects;

pub use door::WeChatPayConfig;
pub(super) use door::signed;
pub(super) use objects::event;

use super::api::{Change, answer_query, digest, perform};
use super::book::Book;
use super::face::Face;
use super::payment::{Payment, State as PaymentState};
use super::refused::Refused;
use super::wire::{PaymentRequest, RefundRequest};
use super::{Simulator, keys, page};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use http::{StatusCode, Uri};
use kernel::Timestamp;
use no::No;
use serde::Deserialize;
use serde_json::json;
use std::net::IpAddr;

/// An order closes by itself after this.
const LIFE_S: i64 = 7 * 24 * 3600;

pub(super) fn routes(simulator: &Simulator) -> Router<Simulator> {
    Router::new()
        .route("/v3/pay/transactions/native", post(open))
        .route("/v3/pay/transactions/h5", post(open))
        .route("/v3/pay/transactions/jsapi", post(open))
        .route("/v3/pay/transactions/id/{id}", get(by_id))
        .route("/v3/pay/transactions/out-trade-no/{number}", get(by_number))
        .route("/v3/pay/transactions/out-trade-no/{number}/close", post(close))
        .route("/v3/refund/domestic/refunds", post(refund))
        .route("/v3/refund/domestic/refunds/{number}", get(find_refund))
        .route("/v3/certificates", get(certificates))
        .route("/v3/bill/tradebill", get(bill::find))
        .route("/v3/bill/fundflowbill", get(bill::find_funds))
        .route("/v3/billdownload/file", get(bill::file))
        .route_layer(middleware::from_fn_with_state(simulator.clone(), door::door))
        // WeChat itself, where nothing is signed in this manner.
        .route("/connect/oauth2/authorize", get(app::authorize))
        .route("/sns/oauth2/access_token", get(app::access_token))
        .route("/wechat/getBrandWCPayRequest", post(app::pay))
}

/// The name under which the book finds an order or refund of this number.
fn key(number: &str) -> String {
    Face::WeChatPay.key(number).unwrap_or_default()
}

#[derive(Deserialize)]
struct Order {
    appid: String,
    mchid: String,
    description: String,
    out_trade_no: String,
    notify_url: String,
    time_expire: Option<String>,
    amount: Total,
    /// Of an H5 order: where the payer is.
    scene_info: Option<Scene>,
    /// Of a JSAPI order: who the payer is to the app.
    payer: Option<Payer>,
}

#[derive(Deserialize)]
struct Payer {
    openid: String,
}

#[derive(Deserialize)]
struct Scene {
    payer_client_ip: Option<IpAddr>,
    h5_info: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Total {
    total: i64,
    currency: Option<String>,
}

async fn open(State(simulator): State<Simulator>, uri: Uri, body: Bytes) -> Result<Response, No> {
    let order: Order = serde_json::from_slice(&body).map_err(|error| No::param(&error.to_string()))?;
    let now = simulator.house.config.clock.now();
    check(&simulator, &order)?;
    let (is_h5, is_in_app) = (uri.path().ends_with("/h5"), uri.path().ends_with("/jsapi"));
    if is_in_app && order.payer.as_ref().is_none_or(|payer| payer.openid != app::PAYER) {
        return Err(No::param("openid"));
    }
    let seen =
        order.scene_info.as_ref().is_some_and(|scene| scene.payer_client_ip.is_some() && scene.h5_info.is_some());
    if is_h5 && !seen {
        return Err(No::param("scene_info"));
    }
    // What is paid or over stays so, whatever an earlier call was answered.
    let known = simulator.with_book(|book| book.payment(now, &key(&order.out_trade_no)));
    match known.map(|payment| payment.state) {
        Ok(PaymentState::Succeeded) => return Err(No::new(StatusCode::FORBIDDEN, "ORDERPAID", "the order is paid")),
        Ok(PaymentState::Closed | PaymentState::Expired) => {
            return Err(No::new(StatusCode::BAD_REQUEST, "ORDER_CLOSED", "the order is closed"));
        }
        _ => {}
    }
    let expires_at = match order.time_expire {
        None => Timestamp::from_second(now.as_second() + LIFE_S).map_err(|_| No::param("time_expire"))?,
        Some(text) => text.parse().map_err(|_| No::param("time_expire"))?,
    };
    let change = Change {
        key: format!("wechat_pay order {}", order.out_trade_no),
        digest: digest(&uri, &body),
        text: order.description.clone(),
    };
    let ask = PaymentRequest {
        face: Face::WeChatPay,
        awaited: false,
        reference: order.out_trade_no,
        amount: order.amount.total,
        currency: "CNY".to_owned(),
        method: "e_wallet".to_owned(),
        description: order.description,
        // The telephone stays where it is.
        return_url: String::new(),
        notify_url: order.notify_url,
        expires_at: expires_at.to_string(),
        locale: Some("zh-CN".to_owned()),
    };
    let answer = perform(&simulator, change, |book, scenario| {
        let payment = book.open(now, ask, scenario)?;
        if is_in_app {
            return Ok(json!({ "prepay_id": format!("{}{}", app::PREPARED, payment.id) }).to_string());
        }
        let address = page::scan_address(&simulator.house, &payment);
        Ok(json!({ if is_h5 { "h5_url" } else { "code_url" }: address }).to_string())
    });
    answer.await.map_err(No::order)
}

/// In the order in which WeChat Pay's pages name them.
fn check(simulator: &Simulator, order: &Order) -> Result<(), No> {
    let config = &simulator.house.config;
    if order.appid != config.wechat_pay.app_id {
        return Err(No::new(StatusCode::BAD_REQUEST, "APPID_MCHID_NOT_MATCH", "no such app of this merchant"));
    }
    merchant(simulator, &order.mchid)?;
    if !(1..=127).contains(&order.description.chars().count()) {
        return Err(No::param("description"));
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'*' | b'|');
    if !(6..=32).contains(&order.out_trade_no.len()) || !order.out_trade_no.bytes().all(plain) {
        return Err(No::param("out_trade_no"));
    }
    if order.notify_url.contains('?') {
        return Err(No::param("notify_url"));
    }
    if order.amount.currency.as_deref().is_some_and(|code| code != "CNY") {
        return Err(No::param("currency"));
    }
    Ok(())
}

fn merchant(simulator: &Simulator, named: &str) -> Result<(), No> {
    match named == simulator.house.config.merchant {
        true => Ok(()),
        false => Err(No::new(StatusCode::BAD_REQUEST, "MCH_NOT_EXISTS", "no such merchant")),
    }
}

#[derive(Deserialize)]
struct Named {
    mchid: String,
}

async fn by_number(
    State(simulator): State<Simulator>,
    Path(number): Path<String>,
    Query(named): Query<Named>,
) -> Result<Response, No> {
    merchant(&simulator, &named.mchid)?;
    query(&simulator, |book, now| book.payment(now, &key(&number))).await
}

/// By the transaction's id, which there is once the order is paid.
async fn by_id(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Query(named): Query<Named>,
) -> Result<Response, No> {
    merchant(&simulator, &named.mchid)?;
    let paid = |payment: &Payment| payment.face == Face::WeChatPay && payment.state == PaymentState::Succeeded;
    query(&simulator, |book, now| Some(book.payment(now, &id)?).filter(paid).ok_or(Refused::NotFound)).await
}

async fn query(
    simulator: &Simulator,
    find: impl FnOnce(&mut Book, Timestamp) -> Result<Payment, Refused>,
) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator
        .with_book(|book| {
            let payment = find(book, now)?;
            let fault = book.fault_of_query();
            let shown = if fault.is_some_and(super::scenario::Fault::is_stale) { payment.before() } else { payment };
            Ok((fault, objects::transaction(&simulator.house, &shown).to_string()))
        })
        .map_err(No::order)?;
    Ok(answer_query(simulator, fault, answer).await)
}

async fn close(
    State(simulator): State<Simulator>,
    Path(number): Path<String>,
    uri: Uri,
    body: Bytes,
) -> Result<Response, No> {
    let named: Named = serde_json::from_slice(&body).map_err(|_| No::param("mchid"))?;
    merchant(&simulator, &named.mchid)?;
    let once = simulator.with_book(|book| book.draw_id("close"));
    let change = Change { key: format!("wechat_pay {once}"), digest: digest(&uri, &body), text: String::new() };
    let answer = perform(&simulator, change, |book, _| {
        let now = simulator.house.config.clock.now();
        match book.close(now, &key(&number))?.state {
            PaymentState::Succeeded | PaymentState::Processing { .. } => Err(Refused::NotOpen),
            _ => Ok(String::new()),
        }
    });
    let answer = answer.await.map_err(|refused| match refused {
        Refused::NotOpen => No::new(StatusCode::BAD_REQUEST, "ORDERPAID", refused.to_string()),
        other => No::order(other),
    })?;
    Ok(if answer.status() == StatusCode::OK { StatusCode::NO_CONTENT.into_response() } else { answer })
}

#[derive(Deserialize)]
struct Back {
    transaction_id: Option<String>,
    out_trade_no: Option<String>,
    out_refund_no: String,
    reason: Option<String>,
    notify_url: Option<String>,
    amount: Part,
}

#[derive(Deserialize)]
struct Part {
    refund: i64,
    total: i64,
    currency: String,
}

async fn refund(State(simulator): State<Simulator>, uri: Uri, body: Bytes) -> Result<Response, No> {
    let back: Back = serde_json::from_slice(&body).map_err(|error| No::param(&error.to_string()))?;
    if back.reason.as_ref().is_some_and(|reason| !(1..=80).contains(&reason.chars().count())) {
        return Err(No::param("reason"));
    }
    let named = back.transaction_id.or_else(|| back.out_trade_no.as_deref().map(key));
    let named = named.ok_or_else(|| No::param("transaction_id"))?;
    let now = simulator.house.config.clock.now();
    let payment = simulator.with_book(|book| book.payment(now, &named)).map_err(No::refund)?;
    if payment.face != Face::WeChatPay {
        return Err(No::refund(Refused::NotFound));
    }
    if back.amount.total != payment.amount.minor() {
        return Err(No::param("total"));
    }
    let change = Change {
        key: format!("wechat_pay refund {}", back.out_refund_no),
        digest: digest(&uri, &body),
        text: back.reason.clone().unwrap_or_default(),
    };
    let ask = RefundRequest {
        payment: payment.id,
        reference: back.out_refund_no,
        amount: back.amount.refund,
        currency: back.amount.currency,
        reason: back.reason.unwrap_or_default(),
        notify_url: back.notify_url.unwrap_or_default(),
    };
    let answer = perform(&simulator, change, |book, scenario| {
        let (refund, parcel) = book.refund(now, ask, scenario)?;
        simulator.courier.send(parcel);
        Ok(objects::refund(&refund).to_string())
    });
    answer.await.map_err(No::refund)
}

async fn find_refund(State(simulator): State<Simulator>, Path(number): Path<String>) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator
        .with_book(|book| {
            let refund = book.find_refund(now, &key(&number))?;
            Ok((book.fault_of_query(), objects::refund(&refund).to_string()))
        })
        .map_err(No::refund)?;
    Ok(answer_query(&simulator, fault, answer).await)
}

/// The certificate with which some notifications are still signed, sealed.
async fn certificates(State(simulator): State<Simulator>) -> Result<Response, No> {
    let id = simulator.with_book(|book| book.draw_id("certificate"));
    let sealed = door::sealed(&simulator.house, &id, "certificate", keys::NEXT_PROVIDER_CERTIFICATE);
    let sealed = sealed.ok_or_else(|| No::new(StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR", "no seal"))?;
    let one = json!({
        "serial_no": keys::NEXT_PROVIDER_SERIAL,
        "effective_time": "2020-01-01T08:00:00+08:00",
        "expire_time": "2120-01-01T08:00:00+08:00",
        "encrypt_certificate": sealed,
    });
    Ok(Json(json!({ "data": [one] })).into_response())
}
