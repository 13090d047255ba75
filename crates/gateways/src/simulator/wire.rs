//! The simulator's JSON: amounts are integers in minor units, times RFC 3339 UTC.

use super::House;
use super::book::{Payment, Refund};
use super::dispute::{Dispute, Told};
use super::face::Face;
use super::page::scan_address;
use serde::{Deserialize, Serialize};

/// POST /sim/v1/payments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PaymentRequest {
    #[serde(skip)]
    pub face: Face,
    /// Nothing is there before the payer comes.
    #[serde(skip)]
    pub awaited: bool,
    pub reference: String,
    pub amount: i64,
    pub currency: String,
    pub method: String,
    pub description: String,
    pub return_url: String,
    pub notify_url: String,
    pub expires_at: String,
    pub locale: Option<String>,
}

/// POST /sim/v1/refunds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefundRequest {
    pub payment: String,
    pub reference: String,
    pub amount: i64,
    pub currency: String,
    pub reason: String,
    pub notify_url: String,
}

/// POST /admin/disputes; all that is left of the payment where no amount is named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DisputeRequest {
    pub payment: String,
    pub amount: Option<i64>,
    #[serde(default)]
    pub reason: String,
    /// A question before a dispute, which moves no money.
    #[serde(default)]
    pub inquiry: bool,
}

/// A payment in answers and notifications.
#[derive(Debug, Serialize)]
pub(super) struct PaymentObject {
    pub object: &'static str,
    pub id: String,
    pub merchant: String,
    pub reference: String,
    pub state: &'static str,
    pub failure: Option<&'static str>,
    pub amount: i64,
    pub currency: String,
    pub fee: Option<i64>,
    pub refunded: i64,
    pub method: &'static str,
    pub url: String,
    pub qr: Option<String>,
    pub created_at: String,
    pub paid_at: Option<String>,
    pub expires_at: String,
}

/// A refund in answers and notifications.
#[derive(Debug, Serialize)]
pub(super) struct RefundObject {
    pub object: &'static str,
    pub id: String,
    pub merchant: String,
    pub reference: String,
    pub payment: String,
    pub payment_reference: String,
    pub state: &'static str,
    pub failure: Option<&'static str>,
    pub amount: i64,
    pub currency: String,
    pub created_at: String,
    pub completed_at: Option<String>,
}

/// A dispute in answers and notifications. A notification of money that moved tells of that movement, others of none.
#[derive(Debug, Serialize)]
pub(super) struct DisputeObject {
    pub object: &'static str,
    pub id: String,
    pub merchant: String,
    pub payment: String,
    pub payment_reference: String,
    pub state: &'static str,
    pub reason: String,
    pub amount: i64,
    pub currency: String,
    pub evidence_due_at: Option<String>,
    pub movement: Option<MovementObject>,
    pub created_at: String,
}

/// Money of a dispute that moved: `withdrawn` or `reinstated`.
#[derive(Debug, Serialize)]
pub(super) struct MovementObject {
    pub id: String,
    pub direction: &'static str,
    pub amount: i64,
    pub fee: i64,
}

/// A notification's body.
#[derive(Debug, Serialize)]
pub(super) struct EventObject<T> {
    pub id: String,
    #[serde(rename = "type")]
    pub name: String,
    pub created_at: String,
    pub merchant: String,
    pub data: T,
}

impl PaymentObject {
    pub(super) fn of(house: &House, payment: &Payment) -> PaymentObject {
        let url = format!("{}/pay/{}", house.public_url, payment.id);
        PaymentObject {
            object: "payment",
            id: payment.id.clone(),
            merchant: house.config.merchant.clone(),
            reference: payment.reference.clone(),
            state: payment.state.name(),
            failure: payment.state.failure(),
            amount: payment.amount.minor(),
            currency: payment.amount.currency().to_string(),
            fee: payment.fee.map(|fee| fee.minor()),
            refunded: payment.refunded,
            method: payment.method.name(),
            qr: payment.method.has_code().then(|| scan_address(house, payment)),
            url,
            created_at: payment.created_at.to_string(),
            paid_at: payment.paid_at.map(|at| at.to_string()),
            expires_at: payment.expires_at.to_string(),
        }
    }
}

impl DisputeObject {
    pub(super) fn of(house: &House, dispute: &Dispute, told: Option<Told>) -> DisputeObject {
        let last = dispute.moved.last().filter(|_| matches!(told, Some(Told::Withdrawn | Told::Reinstated)));
        DisputeObject {
            object: "dispute",
            id: dispute.id.clone(),
            merchant: house.config.merchant.clone(),
            payment: dispute.payment.clone(),
            payment_reference: dispute.payment_reference.clone(),
            state: dispute.stage.name(),
            reason: dispute.reason.clone(),
            amount: dispute.amount.minor(),
            currency: dispute.amount.currency().to_string(),
            evidence_due_at: (!dispute.stage.is_over()).then(|| dispute.evidence_due.to_string()),
            movement: last.map(|moved| MovementObject {
                id: moved.id.clone(),
                direction: if moved.withdrawn { "withdrawn" } else { "reinstated" },
                amount: moved.amount.minor(),
                fee: moved.fee_minor,
            }),
            created_at: dispute.created_at.to_string(),
        }
    }
}

impl RefundObject {
    pub(super) fn of(house: &House, refund: &Refund) -> RefundObject {
        RefundObject {
            object: "refund",
            id: refund.id.clone(),
            merchant: house.config.merchant.clone(),
            reference: refund.reference.clone(),
            payment: refund.payment.clone(),
            payment_reference: refund.payment_reference.clone(),
            state: refund.state.name(),
            failure: refund.state.failure(),
            amount: refund.amount.minor(),
            currency: refund.amount.currency().to_string(),
            created_at: refund.created_at.to_string(),
            completed_at: refund.completed_at.map(|at| at.to_string()),
        }
    }
}
