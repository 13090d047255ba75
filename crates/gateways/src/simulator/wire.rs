//! The simulator's JSON: amounts are integers in minor units, times RFC 3339 UTC.

use super::House;
use super::book::{Payment, Refund};
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
