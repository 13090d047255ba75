//! Alipay's answers and notifications, written from the book: source as of the connector (`providers::alipay`).

use crate::providers::alipay::signed::{Fields, china_time, of_notification};
use crate::simulator::House;
use crate::simulator::face::{Happening, Signed};
use crate::simulator::payment::{Payment, Refund, State};
use crate::simulator::scenario::NoticePlan;
use kernel::{Money, Timestamp};
use serde_json::{Value, json};

/// Who paid, as far as a merchant sees it.
const BUYER: &str = "pay***@payer.example";

/// A payer who fails may try again until the trade's time is over, and of one who is not done nothing is said; where our book has an
/// end without money, the trade is closed.
fn status(payment: &Payment) -> &'static str {
    match payment.state {
        State::Open | State::Approved(_) | State::Processing { .. } => "WAIT_BUYER_PAY",
        State::Succeeded if payment.refunded == payment.amount.minor() => "TRADE_CLOSED",
        State::Succeeded => "TRADE_SUCCESS",
        State::Failed(_) | State::Closed | State::Expired => "TRADE_CLOSED",
    }
}

/// An answer with what every good one has.
pub(super) fn good(more: Value) -> Value {
    let mut object = json!({ "code": "10000", "msg": "Success" });
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

pub(super) fn trade(payment: &Payment) -> Value {
    let mut object = good(json!({
        "buyer_logon_id": BUYER,
        "out_trade_no": payment.reference,
        "total_amount": payment.amount.amount(),
        "trade_no": payment.id,
        "trade_status": status(payment),
    }));
    if let Some(at) = payment.paid_at {
        object["send_pay_date"] = json!(china_time(at));
    }
    object
}

pub(super) fn closed(payment: &Payment) -> Value {
    good(json!({ "out_trade_no": payment.reference, "trade_no": payment.id }))
}

/// What the payer's telephone reads.
pub(super) fn code(reference: &str, address: &str) -> Value {
    good(json!({ "out_trade_no": reference, "qr_code": address }))
}

/// What a merchant is told who asked for a refund: `refund_fee` is the sum of all refunds.
pub(super) fn refunded(refund: &Refund, payment: &Payment) -> Value {
    let mut object = good(json!({
        "buyer_logon_id": BUYER,
        "fund_change": if refund.state == State::Succeeded { "Y" } else { "N" },
        "out_trade_no": payment.reference,
        "refund_fee": given_back(payment).amount(),
        "trade_no": payment.id,
    }));
    if let Some(at) = refund.completed_at {
        object["gmt_refund_pay"] = json!(china_time(at));
    }
    object
}

/// What a merchant is told who asks about a refund: nothing of one that is not done.
pub(super) fn refund(refund: Option<&Refund>, payment: &Payment) -> Value {
    let mut object = good(json!({ "out_trade_no": payment.reference, "trade_no": payment.id }));
    if let Some(refund) = refund.filter(|refund| refund.state == State::Succeeded) {
        object["out_request_no"] = json!(refund.reference);
        object["refund_amount"] = json!(refund.amount.amount());
        object["refund_status"] = json!("REFUND_SUCCESS");
        object["total_amount"] = json!(payment.amount.amount());
        object["gmt_refund_pay"] = json!(refund.completed_at.map(china_time));
    }
    object
}

fn given_back(payment: &Payment) -> Money {
    Money::new(payment.refunded, payment.amount.currency())
}

/// A notification as a form, without its signature. Alipay tells of no refund that came to nothing.
pub(in crate::simulator) fn event(house: &House, id: &str, at: Timestamp, happening: Happening<'_>) -> Option<String> {
    let payment = match happening {
        Happening::Refund(Refund { state: State::Failed(_), .. }, _)
        | Happening::Dispute(..)
        | Happening::Payout(_) => return None,
        Happening::Payment(payment) | Happening::Refund(_, payment) => payment,
    };
    let merchant = house.config.merchant.as_str();
    let (now, amount) = (china_time(at), payment.amount.amount());
    let mut fields: Vec<(&str, String)> = [
        ("notify_id", id),
        ("notify_time", &now),
        ("notify_type", "trade_status_sync"),
        ("charset", "utf-8"),
        ("version", "1.0"),
        ("app_id", merchant),
        ("seller_id", merchant),
        ("buyer_logon_id", BUYER),
        ("out_trade_no", &payment.reference),
        ("trade_no", &payment.id),
        ("trade_status", status(payment)),
        ("total_amount", &amount),
        ("subject", &payment.description),
        // Takes part in the signature, empty as it is.
        ("body", ""),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into();
    fields.push(("gmt_create", china_time(payment.created_at)));
    if let Some(at) = payment.paid_at {
        fields.push(("gmt_payment", china_time(at)));
    }
    if let Happening::Refund(refund, _) = happening {
        fields.push(("out_biz_no", refund.reference.clone()));
        fields.push(("refund_fee", given_back(payment).amount()));
        fields.push(("gmt_refund", now));
    }
    serde_urlencoded::to_string(&fields).ok()
}

/// The form with its signature. There is room for one, so that a key that is changed is changed at once.
pub(in crate::simulator) fn signed(house: &House, plan: &NoticePlan, body: &str) -> Signed {
    let keys = &house.keys;
    let key = match (plan.forged, plan.rotated) {
        (true, _) => &keys.forgers,
        (false, true) => &keys.next,
        (false, false) => &keys.provider,
    };
    let mut fields: Fields = serde_urlencoded::from_str(body).unwrap_or_default();
    let signature = key.sign(of_notification(&fields).as_bytes());
    fields
        .extend([("sign_type", "RSA2"), ("sign", &signature)].map(|(name, value)| (name.to_owned(), value.to_owned())));
    Signed {
        content_type: "application/x-www-form-urlencoded; charset=utf-8",
        headers: Vec::new(),
        body: serde_urlencoded::to_string(&fields).unwrap_or_default(),
    }
}

/// The answer to a call, signed over the object byte for byte. Slashes are written as Alipay does.
pub(super) fn envelope(house: &House, method: &str, object: &Value) -> String {
    let name = if method.is_empty() { "error".to_owned() } else { method.replace('.', "_") };
    let object = object.to_string().replace('/', "\\/");
    let signature = house.keys.provider.sign(object.as_bytes());
    format!("{{\"{name}_response\":{object},\"sign\":\"{signature}\"}}")
}
