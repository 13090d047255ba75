//! Alipay's language: trades and refunds at one address, `/gateway.do`, told apart by a field.
//!
//! A trade is there once its payer has come to the page: one that was only asked for, by an address or a code, no question finds.
//! Where Alipay is more than a merchant of ours asks of it, it is not here, and the answer says so.

mod bill;
mod objects;
mod request;

pub(super) use objects::{event, signed};

use super::api::{answer_query, perform};
use super::book::Book;
use super::face::Face;
use super::page::scan_address;
use super::payment::{Payment, State as Standing};
use super::refused::Refused;
use super::scenario::Fault;
use super::{House, Simulator};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, Uri, header};
use kernel::Timestamp;
use request::Request;
use serde_json::json;

/// What a merchant answers who has taken a notification.
pub(super) const TAKEN: &[u8] = b"success";

pub(super) fn routes() -> Router<Simulator> {
    Router::new().route("/gateway.do", get(call).post(call)).route("/alipay/bills/{day}", get(bill::file))
}

/// Alipay's no: its two codes and a sentence. The codes are known from its pages alone [K].
struct No(&'static str, &'static str, String);

impl From<Refused> for No {
    fn from(refused: Refused) -> No {
        let (code, sub_code) = match refused {
            Refused::UnknownMerchant => ("40002", "isv.invalid-app-id"),
            Refused::BadSignature => ("40002", "isv.invalid-signature"),
            Refused::NotForm | Refused::NotJson => ("40002", "isv.invalid-parameter"),
            Refused::KeyReused | Refused::ReferenceInUse => ("40004", "ACQ.CONTEXT_INCONSISTENT"),
            Refused::NotFound => ("40004", "ACQ.TRADE_NOT_EXIST"),
            Refused::NotOpen | Refused::NotRefundable => ("40004", "ACQ.TRADE_STATUS_ERROR"),
            Refused::RefundTooLarge => ("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
            _ => ("40004", "ACQ.INVALID_PARAMETER"),
        };
        No(code, sub_code, refused.to_string())
    }
}

impl No {
    fn answer(&self, house: &House, method: &str) -> Response {
        let No(code, sub_code, sentence) = self;
        let object = json!({ "code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": sentence });
        let body = objects::envelope(house, method, &object);
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
}

async fn call(State(simulator): State<Simulator>, uri: Uri, body: Bytes) -> Response {
    let request = match Request::read(&uri, &body) {
        Ok(request) => request,
        Err(refused) => return No::from(refused).answer(&simulator.house, ""),
    };
    let outcome = match request.authenticate(&simulator.house) {
        Err(refused) => Err(refused.into()),
        Ok(()) => match request.method() {
            "alipay.trade.page.pay" | "alipay.trade.wap.pay" => page(&simulator, &request).await,
            "alipay.trade.precreate" => precreate(&simulator, &request).await,
            "alipay.data.dataservice.bill.downloadurl.query" => bill::find(&simulator, &request),
            "alipay.trade.query" => query(&simulator, &request).await,
            "alipay.trade.close" => close(&simulator, &request).await,
            "alipay.trade.refund" => refund(&simulator, &request).await,
            "alipay.trade.fastpay.refund.query" => query_refund(&simulator, &request).await,
            _ => Err(No("40002", "isv.invalid-method", "the simulator has no such method".to_owned())),
        },
    };
    outcome.unwrap_or_else(|no| no.answer(&simulator.house, request.method()))
}

/// The name under which the book finds a trade or refund of this number.
fn key(number: &str) -> String {
    Face::Alipay.key(number).unwrap_or_default()
}

/// The trade that the book knows by a name, whether its payer has come or not.
fn asked_for(book: &mut Book, now: Timestamp, name: &str) -> Option<Payment> {
    book.payment(now, name).ok().filter(|payment| payment.face == Face::Alipay)
}

/// The trade that the content names by the merchant's number or by ours, if its payer has come.
fn trade(book: &mut Book, now: Timestamp, request: &Request) -> Result<Payment, Refused> {
    let [number, ours] = ["out_trade_no", "trade_no"].map(|name| request.text(name));
    let name = if ours.is_empty() { key(number) } else { ours.to_owned() };
    let payment = asked_for(book, now, &name).filter(|payment| !payment.awaited);
    payment.ok_or(Refused::NotFound)
}

/// Asks for a trade once; the same number again is the same trade, as long as it is asked for in the same way.
fn ask(
    book: &mut Book,
    now: Timestamp,
    ask: super::wire::PaymentRequest,
    scenario: super::scenario::Scenario,
) -> Result<Payment, Refused> {
    match asked_for(book, now, &key(&ask.reference)) {
        None => book.open(now, ask, scenario),
        Some(known) if known.amount.minor() == ask.amount && known.description == ask.description => Ok(known),
        Some(_) => Err(Refused::KeyReused),
    }
}

/// The payer's browser comes with what the merchant signed: the trade begins, and the page is shown.
async fn page(simulator: &Simulator, request: &Request) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let wanted = request.payment(now, false)?;
    let (number, back) = (wanted.reference.clone(), wanted.return_url.clone());
    let change = request.change(&number, &wanted.description);
    let begun = perform(simulator, change, |book, scenario| {
        let payment = ask(book, now, wanted, scenario)?;
        book.come(now, &payment.id, Some(back)).map(|payment| payment.id)
    });
    let begun = begun.await?;
    if !begun.status().is_success() {
        return Ok(begun);
    }
    let payment = simulator.with_book(|book| asked_for(book, now, &key(&number))).ok_or(Refused::NotFound)?;
    let page = format!("{}/pay/{}", simulator.house.public_url, payment.id);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, page)]).into_response())
}

async fn precreate(simulator: &Simulator, request: &Request) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let wanted = request.payment(now, true)?;
    let change = request.change(&wanted.reference, &wanted.description);
    let answer = perform(simulator, change, |book, scenario| {
        let payment = ask(book, now, wanted, scenario)?;
        let code = objects::code(&payment.reference, &scan_address(&simulator.house, &payment));
        Ok(objects::envelope(&simulator.house, request.method(), &code))
    });
    Ok(answer.await?)
}

async fn query(simulator: &Simulator, request: &Request) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator.with_book(|book| {
        let payment = trade(book, now, request)?;
        let fault = book.fault_of_query();
        let shown = if fault.is_some_and(Fault::is_stale) { payment.before() } else { payment };
        let answer = objects::envelope(&simulator.house, request.method(), &objects::trade(&shown));
        Ok::<_, Refused>((fault, answer))
    })?;
    Ok(answer_query(simulator, fault, answer).await)
}

async fn close(simulator: &Simulator, request: &Request) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let payment = simulator.with_book(|book| trade(book, now, request))?;
    let change = request.change(&payment.id, "");
    let answer = perform(simulator, change, |book, _| {
        if book.payment(now, &payment.id)?.state != Standing::Open {
            return Err(Refused::NotOpen);
        }
        let payment = book.close(now, &payment.id)?;
        Ok(objects::envelope(&simulator.house, request.method(), &objects::closed(&payment)))
    });
    Ok(answer.await?)
}

async fn refund(simulator: &Simulator, request: &Request) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let payment = simulator.with_book(|book| trade(book, now, request))?;
    let wanted = request.refund(&payment)?;
    let change = request.change(&wanted.reference, &wanted.reason);
    let answer = perform(simulator, change, |book, scenario| {
        let (refund, parcel) = book.refund(now, wanted, scenario)?;
        simulator.courier.send(parcel);
        let payment = book.payment(now, &payment.id)?;
        let object = match refund.state {
            Standing::Failed(_) => json!({
                "code": "40004", "msg": "Business Failed", "sub_code": "ACQ.SELLER_BALANCE_NOT_ENOUGH",
                "sub_msg": "the scenario wants it so",
            }),
            _ => objects::refunded(&refund, &payment),
        };
        Ok(objects::envelope(&simulator.house, request.method(), &object))
    });
    answer.await.map_err(|refused| match refused {
        Refused::KeyReused | Refused::ReferenceInUse => {
            No("40004", "ACQ.DISCORDANT_REPEAT_REQUEST", refused.to_string())
        }
        other => other.into(),
    })
}

async fn query_refund(simulator: &Simulator, request: &Request) -> Result<Response, No> {
    let now = simulator.house.config.clock.now();
    let (fault, answer) = simulator.with_book(|book| {
        let payment = trade(book, now, request)?;
        let refund = book.find_refund(now, &key(request.text("out_request_no"))).ok();
        let refund = refund.filter(|refund| refund.payment == payment.id);
        let object = objects::refund(refund.as_ref(), &payment);
        let answer = objects::envelope(&simulator.house, request.method(), &object);
        Ok::<_, Refused>((book.fault_of_query(), answer))
    })?;
    Ok(answer_query(simulator, fault, answer).await)
}
