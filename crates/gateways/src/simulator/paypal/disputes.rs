//! PayPal's disputes: the object, and what is told of them. Known from PayPal's pages alone [K].

use super::objects::{capture_id, link};
use crate::providers::paypal::wire::Amount;
use crate::simulator::House;
use crate::simulator::dispute::{Dispute, Moved, Stage, Told};
use crate::simulator::payment::Payment;
use kernel::Timestamp;
use serde_json::{Value, json};

/// Name and kind of a notification, and what it is about.
pub(super) fn told(
    house: &House,
    at: Timestamp,
    (dispute, payment): (&Dispute, &Payment),
    told: Told,
) -> (&'static str, &'static str, Value) {
    match told {
        Told::Created => ("CUSTOMER.DISPUTE.CREATED", "dispute", object(house, dispute, payment)),
        Told::Updated | Told::Withdrawn | Told::Reinstated => {
            ("CUSTOMER.DISPUTE.UPDATED", "dispute", object(house, dispute, payment))
        }
        Told::Closed => ("CUSTOMER.DISPUTE.RESOLVED", "dispute", object(house, dispute, payment)),
        Told::Reversed => ("PAYMENT.CAPTURE.REVERSED", "refund", reversal(house, at, dispute)),
    }
}

pub(super) fn object(house: &House, dispute: &Dispute, payment: &Payment) -> Value {
    let (status, outcome) = match dispute.stage {
        Stage::NeedsResponse => ("WAITING_FOR_SELLER_RESPONSE", None),
        Stage::UnderReview => ("UNDER_REVIEW", None),
        Stage::Won => ("RESOLVED", Some("RESOLVED_SELLER_FAVOUR")),
        Stage::Lost => ("RESOLVED", Some("RESOLVED_BUYER_FAVOUR")),
        Stage::Closed => ("RESOLVED", Some("CANCELED_BY_BUYER")),
    };
    json!({
        "dispute_id": dispute.id,
        "create_time": dispute.created_at.to_string(),
        "update_time": dispute.moved.last().map_or(dispute.created_at, |last| last.at).to_string(),
        "disputed_transactions": [{
            "seller_transaction_id": capture_id(&dispute.payment),
            "custom": dispute.payment_reference,
            "invoice_number": dispute.payment_reference,
            "gross_amount": Amount::of(payment.amount),
            "seller": { "merchant_id": house.config.merchant, "name": house.config.merchant_name },
        }],
        "reason": dispute.reason.to_ascii_uppercase(),
        "status": status,
        "dispute_amount": Amount::of(dispute.amount),
        "dispute_outcome": outcome.map(|code| json!({ "outcome_code": code })),
        "dispute_life_cycle_stage": if dispute.inquiry { "INQUIRY" } else { "CHARGEBACK" },
        "dispute_channel": "INTERNAL",
        "seller_response_due_date": (!dispute.stage.is_over()).then(|| dispute.evidence_due.to_string()),
        "money_movements": dispute.moved.iter().map(moved).collect::<Vec<_>>(),
        "links": [link(house, &format!("/v1/customer/disputes/{}", dispute.id), "self")],
    })
}

fn moved(moved: &Moved) -> Value {
    json!({
        "affected_party": "SELLER",
        "amount": Amount::of(moved.amount),
        "type": if moved.withdrawn { "DEBIT" } else { "CREDIT" },
        "initiated_time": moved.at.to_string(),
        "reason": "DISPUTE_SETTLEMENT",
    })
}

fn reversal(house: &House, at: Timestamp, dispute: &Dispute) -> Value {
    let up = format!("/v2/payments/captures/{}", capture_id(&dispute.payment));
    json!({
        "id": format!("ppreversal_{}", dispute.id.rsplit('_').next().unwrap_or_default()),
        "status": "COMPLETED",
        "amount": Amount::of(dispute.amount),
        "custom_id": dispute.payment_reference,
        "invoice_id": dispute.payment_reference,
        "payer": { "merchant_id": house.config.merchant },
        "create_time": at.to_string(),
        "update_time": at.to_string(),
        "links": [link(house, &up, "up")],
    })
}
