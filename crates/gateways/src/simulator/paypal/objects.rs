//! PayPal's objects, written from the book: source as of the connector (`providers::paypal`).

use super::disputes;
use crate::providers::paypal::wire::Amount;
use crate::simulator::House;
use crate::simulator::face::Happening;
use crate::simulator::page::scan_address;
use crate::simulator::payment::{Payment, Refund, State};
use kernel::Timestamp;
use serde_json::{Value, json};

/// The capture of an order has the order's letters.
pub(super) fn capture_id(order: &str) -> String {
    format!("ppcapture_{}", order.rsplit('_').next().unwrap_or(order))
}

/// The order of a capture's id.
pub(super) fn order_id(capture: &str) -> Option<String> {
    capture.strip_prefix("ppcapture_").map(|letters| format!("pporder_{letters}"))
}

pub(super) fn link(house: &House, path: &str, rel: &str) -> Value {
    json!({ "href": format!("{}{path}", house.public_url), "rel": rel, "method": "GET" })
}

/// An order, with the capture of it and what was given back.
pub(super) fn order(house: &House, payment: &Payment, refunds: &[Refund]) -> Value {
    let status = match payment.state {
        State::Open => "PAYER_ACTION_REQUIRED",
        State::Approved(_) => "APPROVED",
        State::Closed | State::Expired => "VOIDED",
        State::Processing { .. } | State::Succeeded | State::Failed(_) => "COMPLETED",
    };
    let mut unit = json!({
        "reference_id": "default",
        "amount": Amount::of(payment.amount),
        "payee": { "merchant_id": house.config.merchant },
        "description": payment.description,
        "custom_id": payment.reference,
        "invoice_id": payment.reference,
    });
    if let Some(capture) = capture(house, payment) {
        let refunds: Vec<Value> = refunds.iter().map(|one| refund(house, one)).collect();
        unit["payments"] = json!({ "captures": [capture], "refunds": refunds });
    }
    let mut links = vec![link(house, &format!("/v2/checkout/orders/{}", payment.id), "self")];
    if payment.state == State::Open {
        links.push(json!({ "href": scan_address(house, payment), "rel": "payer-action", "method": "GET" }));
    }
    json!({
        "id": payment.id,
        "intent": "CAPTURE",
        "status": status,
        "payment_source": { "paypal": {} },
        "purchase_units": [unit],
        "create_time": payment.created_at.to_string(),
        "links": links,
    })
}

/// The money that was taken of an order, or was not; `None` before the merchant has tried.
pub(super) fn capture(house: &House, payment: &Payment) -> Option<Value> {
    let status = match payment.state {
        State::Open | State::Approved(_) | State::Closed | State::Expired => return None,
        State::Processing { .. } => "PENDING",
        State::Failed(_) => "DECLINED",
        State::Succeeded if payment.refunded == 0 => "COMPLETED",
        State::Succeeded if payment.refunded < payment.amount.minor() => "PARTIALLY_REFUNDED",
        State::Succeeded => "REFUNDED",
    };
    let at = payment.paid_at.unwrap_or(payment.created_at).to_string();
    let id = capture_id(&payment.id);
    let mut object = json!({
        "id": id,
        "status": status,
        "amount": Amount::of(payment.amount),
        "final_capture": true,
        "custom_id": payment.reference,
        "invoice_id": payment.reference,
        "payee": { "merchant_id": house.config.merchant },
        "supplementary_data": { "related_ids": { "order_id": payment.id } },
        "create_time": at,
        "update_time": at,
        "links": [link(house, &format!("/v2/payments/captures/{id}"), "self")],
    });
    match (payment.state, payment.fee) {
        (State::Processing { .. }, _) => object["status_details"] = json!({ "reason": "PENDING_REVIEW" }),
        (State::Succeeded, Some(fee)) => {
            object["seller_receivable_breakdown"] = json!({
                "gross_amount": Amount::of(payment.amount),
                "paypal_fee": Amount::of(fee),
                "net_amount": payment.amount.minus(fee).ok().and_then(Amount::of),
            });
        }
        _ => {}
    }
    Some(object)
}

pub(super) fn refund(house: &House, refund: &Refund) -> Value {
    let status = match refund.state {
        State::Succeeded => "COMPLETED",
        State::Failed(_) => "FAILED",
        _ => "PENDING",
    };
    let up = format!("/v2/payments/captures/{}", capture_id(&refund.payment));
    let amount = Amount::of(refund.amount);
    json!({
        "id": refund.id,
        "status": status,
        "amount": amount,
        "custom_id": refund.reference,
        "invoice_id": refund.payment_reference,
        "seller_payable_breakdown": { "gross_amount": amount, "net_amount": amount },
        "payer": { "merchant_id": house.config.merchant },
        "create_time": refund.created_at.to_string(),
        "update_time": refund.completed_at.unwrap_or(refund.created_at).to_string(),
        "links": [link(house, &format!("/v2/payments/refunds/{}", refund.id), "self"), link(house, &up, "up")],
    })
}

/// A notification. PayPal tells that a payer agreed, of the money that is taken or not, of what was given back, and of disputes.
pub(in crate::simulator) fn event(house: &House, id: &str, at: Timestamp, happening: Happening<'_>) -> Option<Value> {
    let (name, kind, resource) = match happening {
        Happening::Payment(payment) => match payment.state {
            State::Approved(_) => ("CHECKOUT.ORDER.APPROVED", "checkout-order", order(house, payment, &[])),
            State::Processing { .. } => ("PAYMENT.CAPTURE.PENDING", "capture", capture(house, payment)?),
            State::Succeeded => ("PAYMENT.CAPTURE.COMPLETED", "capture", capture(house, payment)?),
            State::Failed(_) => ("PAYMENT.CAPTURE.DENIED", "capture", capture(house, payment)?),
            State::Open | State::Closed | State::Expired => return None,
        },
        Happening::Refund(one, _) if one.state == State::Succeeded => {
            ("PAYMENT.CAPTURE.REFUNDED", "refund", refund(house, one))
        }
        Happening::Refund(..) | Happening::Payout(_) => return None,
        Happening::Dispute(dispute, payment, told) => disputes::told(house, at, (dispute, payment), told),
    };
    Some(json!({
        "id": id,
        "event_version": "1.0",
        "resource_version": "2.0",
        "create_time": at.to_string(),
        "resource_type": kind,
        "event_type": name,
        "summary": name,
        "resource": resource,
        "links": [],
    }))
}
