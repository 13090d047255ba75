//! What nobody knows yet: payments and refunds whose fate the provider has not told, with what is known of each.

use crate::rules::payment::Method;
use crate::store::{self, CallRow};
use ::store::{Conn, Error};
use kernel::id::{CheckoutId, InvoiceId, PaymentId, RefundId};
use kernel::{Money, Scope, Timestamp};

/// More than these are not shown at once, the oldest first.
const SHOWN: i64 = 50;

/// What is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Checkout(CheckoutId),
    Refund(RefundId, PaymentId),
}

/// A payment or refund in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub about: About,
    pub customer: String,
    /// Numbers of the invoices that a payment is for.
    pub invoices: Vec<String>,
    pub amount: Money,
    pub method: Option<Method>,
    /// The name of the connection.
    pub provider: String,
    pub begun_at: Timestamp,
    /// How often the provider was asked, and when it is asked next; a refund's questions are planned among the jobs.
    pub asked: i64,
    pub next_at: Option<Timestamp>,
    /// Why a person must look at it, where the provider's word did not fit what was asked for.
    pub failure: Option<String>,
    pub evidence: Vec<Evidence>,
}

/// A call that was written down, and what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// `open`, `close`, `complete`.
    pub operation: String,
    pub key: String,
    pub sent_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    /// `opened`, `refused`, `in_doubt`; nothing where nobody answered before a crash.
    pub outcome: Option<String>,
    /// What the call found out, in the words of the connector.
    pub told: Option<String>,
}

/// All that is in doubt, the oldest first.
pub fn doubts(conn: &mut Conn, scope: &Scope) -> Result<Vec<Doubt>, Error> {
    let mut doubts = Vec::new();
    for row in store::list_in_doubt(conn, scope, SHOWN)? {
        let parts = store::checkout_invoices(conn, row.organisation_id, row.checkout_id)?;
        let ids: Vec<InvoiceId> = parts.iter().map(|part| part.invoice_id).collect();
        let invoices = store::named(conn, row.organisation_id, &ids)?;
        doubts.push(Doubt {
            about: About::Checkout(row.checkout_id),
            customer: store::customer_name(conn, scope, row.customer_id)?,
            invoices: invoices.into_values().map(|named| named.number).collect(),
            amount: Money::new(row.amount_minor, row.currency),
            method: Method::by_name(&row.method),
            provider: provider(conn, scope, row.checkout_id)?,
            begun_at: row.created_at.0,
            asked: row.polls.into(),
            next_at: row.next_poll_at.map(|at| at.0),
            failure: row.failure,
            evidence: store::calls(conn, row.organisation_id, row.checkout_id)?.into_iter().map(evidence).collect(),
        });
    }
    for row in store::refunds_in_doubt(conn, scope, SHOWN)? {
        let Some(paid) = row.payment_id else { continue };
        let payment = store::payment(conn, scope, paid)?;
        let checkout = payment.as_ref().and_then(|payment| payment.checkout_id);
        doubts.push(Doubt {
            about: About::Refund(row.refund_id, paid),
            customer: store::customer_name(conn, scope, row.customer_id)?,
            invoices: Vec::new(),
            amount: Money::new(row.amount_minor, row.currency),
            method: payment.and_then(|payment| Method::by_name(&payment.method)),
            provider: checkout.map(|id| provider(conn, scope, id)).transpose()?.unwrap_or_default(),
            begun_at: row.created_at.0,
            asked: 0,
            next_at: None,
            failure: None,
            evidence: Vec::new(),
        });
    }
    doubts.sort_by_key(|doubt| doubt.begun_at);
    Ok(doubts)
}

fn provider(conn: &mut Conn, scope: &Scope, checkout: CheckoutId) -> Result<String, Error> {
    let names = store::connection_names(conn, scope.organisation(), &[checkout])?;
    Ok(names.into_iter().next().map(|(_, name)| name).unwrap_or_default())
}

fn evidence(row: CallRow) -> Evidence {
    let answer: Option<serde_json::Value> = row.answer.and_then(|answer| serde_json::from_str(&answer.0).ok());
    let told = answer.as_ref().and_then(|answer| answer["why"].as_str().or(answer["code"].as_str()));
    Evidence {
        operation: row.operation,
        key: row.idempotency_key,
        sent_at: row.sent_at.0,
        answered_at: row.answered_at.map(|at| at.0),
        outcome: row.outcome,
        told: told.map(str::to_owned),
    }
}
