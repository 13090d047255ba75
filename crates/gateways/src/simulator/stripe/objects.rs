//! Stripe's objects, written from the book: source as of the connector (`providers::stripe`).

use super::disputes;
use crate::simulator::House;
use crate::simulator::face::Happening;
use crate::simulator::payment::{Method, Payment, Refund, State};
use kernel::{Money, Timestamp};
use serde_json::{Value, json};

/// What a payer's bank says when it says nothing more.
const DECLINED: &str = "generic_decline";

/// The payment behind a session has the session's letters.
pub(super) fn intent_id(session: &str) -> String {
    format!("pi_{}", session.rsplit('_').next().unwrap_or(session))
}

/// The session of a payment's id.
pub(super) fn session_id(intent: &str) -> Option<String> {
    intent.strip_prefix("pi_").map(|letters| format!("cs_test_{letters}"))
}

pub(super) fn charge_id(session: &str) -> String {
    format!("ch_{}", session.rsplit('_').next().unwrap_or(session))
}

/// The integer in which Stripe counts an amount, and its currency.
pub(super) fn counted(amount: Money) -> (i64, String) {
    let integer = crate::providers::stripe::capabilities().to_provider(amount).unwrap_or(amount.minor());
    (integer, amount.currency().code().to_ascii_lowercase())
}

/// A Checkout Session, with the payment behind it in whole where it was asked for.
pub(super) fn session(house: &House, payment: &Payment, expanded: bool) -> Value {
    let (amount, currency) = counted(payment.amount);
    let status = match payment.state {
        State::Open | State::Approved(_) => "open",
        State::Closed | State::Expired => "expired",
        State::Processing { .. } | State::Succeeded | State::Failed(_) => "complete",
    };
    let intent = match payment.state {
        State::Open | State::Approved(_) | State::Closed | State::Expired => Value::Null,
        _ if expanded => self::intent(payment),
        _ => json!(intent_id(&payment.id)),
    };
    json!({
        "id": payment.id,
        "object": "checkout.session",
        "amount_total": amount,
        "cancel_url": payment.return_url,
        "client_reference_id": payment.reference,
        "created": payment.created_at.as_second(),
        "currency": currency,
        "expires_at": payment.expires_at.as_second(),
        "livemode": false,
        "metadata": {},
        "mode": "payment",
        "payment_intent": intent,
        "payment_method_types": types(payment.method),
        "payment_status": if payment.state == State::Succeeded { "paid" } else { "unpaid" },
        "status": status,
        "success_url": payment.return_url,
        "url": (payment.state == State::Open).then(|| format!("{}/pay/{}", house.public_url, payment.id)),
    })
}

const fn types(method: Method) -> &'static [&'static str] {
    match method {
        Method::Card => &["card"],
        Method::EWallet => &["alipay", "wechat_pay"],
    }
}

fn intent(payment: &Payment) -> Value {
    let (amount, currency) = counted(payment.amount);
    let (status, error) = match payment.state {
        State::Succeeded => ("succeeded", Value::Null),
        State::Processing { .. } => ("processing", Value::Null),
        _ => (
            "requires_payment_method",
            json!({ "code": "card_declined", "decline_code": DECLINED, "type": "card_error" }),
        ),
    };
    json!({
        "id": intent_id(&payment.id),
        "object": "payment_intent",
        "amount": amount,
        "currency": currency,
        "last_payment_error": error,
        "latest_charge": (payment.state == State::Succeeded).then(|| charge(payment)),
        "metadata": { "checkout": payment.reference },
        "status": status,
    })
}

fn charge(payment: &Payment) -> Value {
    let (amount, currency) = counted(payment.amount);
    let fee = payment.fee.map_or(0, |fee| counted(fee).0);
    json!({
        "id": charge_id(&payment.id),
        "object": "charge",
        "amount": amount,
        "balance_transaction": {
            "object": "balance_transaction", "amount": amount, "currency": currency, "fee": fee, "net": amount - fee,
            "type": "charge",
        },
        "created": payment.paid_at.unwrap_or(payment.created_at).as_second(),
        "currency": currency,
        "metadata": { "checkout": payment.reference },
        "paid": true,
        "status": "succeeded",
    })
}

pub(super) fn refund(refund: &Refund) -> Value {
    let (amount, currency) = counted(refund.amount);
    let status = match refund.state {
        State::Succeeded => "succeeded",
        State::Failed(_) => "failed",
        _ => "pending",
    };
    let mut object = json!({
        "id": refund.id,
        "object": "refund",
        "amount": amount,
        "charge": charge_id(&refund.payment),
        "created": refund.created_at.as_second(),
        "currency": currency,
        "metadata": { "refund": refund.reference, "checkout": refund.payment_reference },
        "payment_intent": intent_id(&refund.payment),
        "reason": "requested_by_customer",
        "status": status,
    });
    if refund.state.failure().is_some() {
        object["failure_reason"] = json!("declined");
    }
    object
}

/// A list of objects.
pub(super) fn list(url: &str, data: Vec<Value>, has_more: bool) -> Value {
    json!({ "object": "list", "url": url, "data": data, "has_more": has_more })
}

/// An event about a session, refund, dispute or pay-out as it stands.
pub(in crate::simulator) fn event(house: &House, id: &str, at: Timestamp, happening: Happening<'_>) -> Option<Value> {
    let (name, object) = match happening {
        Happening::Payment(payment) => {
            let name = match payment.state {
                State::Failed(_) => "checkout.session.async_payment_failed",
                State::Closed | State::Expired => "checkout.session.expired",
                _ => "checkout.session.completed",
            };
            (name.to_owned(), session(house, payment, false))
        }
        Happening::Refund(one, _) => {
            let name = if one.state.failure().is_some() { "refund.failed" } else { "refund.updated" };
            (name.to_owned(), refund(one))
        }
        Happening::Dispute(dispute, _, told) => {
            (format!("charge.dispute.{}", told.name()?), disputes::object(at, dispute))
        }
        Happening::Payout(one) => {
            let name = if one.failed_at.is_some() { "payout.failed" } else { "payout.paid" };
            (name.to_owned(), super::bill::payout(one))
        }
    };
    Some(json!({
        "id": id,
        "object": "event",
        "api_version": crate::providers::stripe::VERSION,
        "created": at.as_second(),
        "data": { "object": object },
        "livemode": false,
        "pending_webhooks": 1,
        "request": { "id": null, "idempotency_key": null },
        "type": name,
    }))
}
