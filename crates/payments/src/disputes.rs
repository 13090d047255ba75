//! What pages, the API and others read of disputes.

use crate::queries::{self, AllocatedPart};
use crate::rules::dispute::DisputeStatus;
use crate::store::{self, DisputeRow};
use ::store::{Conn, Error, Part};
use kernel::id::{CustomerId, DisputeId, GatewayConnectionId, PaymentId};
use kernel::{Money, Refusal, Scope, Timestamp};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Open disputes are shown together, the most urgent first; more than these are not.
const OPEN_SHOWN: i64 = 200;

/// A dispute as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub id: DisputeId,
    pub payment: PaymentId,
    pub customer: CustomerId,
    pub status: DisputeStatus,
    /// What is disputed of the payment.
    pub amount: Money,
    /// The provider's code.
    pub reason: String,
    /// Until when evidence may be sent, while it may.
    pub evidence_due: Option<Timestamp>,
    /// The name of the connection, and the provider's id of the dispute.
    pub provider: String,
    pub provider_id: String,
    /// What the provider took away, what of it came back, and what of the rest is lost.
    pub withdrawn: Money,
    pub reinstated: Money,
    pub lost: Money,
    /// What of the loss the payment no longer had, since it was paid back before: a claim that stays with disputed funds.
    pub claim: Money,
    /// What the provider kept for it.
    pub fee: Money,
    /// A word of the provider did not fit.
    pub failure: Option<String>,
    pub created_at: Timestamp,
}

impl Dispute {
    /// Until when evidence is wanted of us.
    pub fn wanted_until(&self) -> Option<Timestamp> {
        self.evidence_due.filter(|_| self.status == DisputeStatus::NeedsResponse)
    }

    /// What of the loss came off the payment: the rest had gone back to the payer before.
    pub fn off_payment(&self) -> Money {
        Money::new(self.lost.minor() - self.claim.minor(), self.amount.currency())
    }

    /// What waits at the provider for the decision.
    pub fn held(&self) -> Money {
        let minor = self.withdrawn.minor() - self.reinstated.minor() - self.lost.minor();
        Money::new(minor, self.amount.currency())
    }
}

/// Money that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub is_withdrawn: bool,
    pub amount: Money,
    pub fee: Money,
    pub at: Timestamp,
}

/// What a person noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub text: String,
    /// The actor, as the audit trail names them.
    pub by: String,
    pub at: Timestamp,
}

/// A dispute with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Whole {
    pub dispute: Dispute,
    pub payment: queries::Payment,
    pub customer: String,
    pub moved: Vec<Moved>,
    pub notes: Vec<Note>,
}

impl Whole {
    /// What the payment is, or was, set against.
    pub fn invoices(&self) -> &[AllocatedPart] {
        &self.payment.allocations
    }
}

/// Which disputes a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    #[default]
    All,
    Of(DisputeStatus),
}

/// One dispute, or a refusal.
pub fn get(conn: &mut Conn, scope: &Scope, id: DisputeId) -> Result<Dispute, Error> {
    let row = store::dispute(conn, scope, id)?;
    let found = opened(conn, row.into_iter().collect())?.pop();
    Ok(found.ok_or_else(|| Refusal::not_found("dispute_not_found"))?)
}

/// One dispute with its payment, what moved, and what was noted.
pub fn whole(conn: &mut Conn, scope: &Scope, id: DisputeId) -> Result<Whole, Error> {
    let (dispute, organisation) = (get(conn, scope, id)?, scope.organisation());
    let money = |minor| Money::new(minor, dispute.amount.currency());
    let moved = store::movements_of(conn, organisation, id)?.into_iter().map(|row| Moved {
        is_withdrawn: row.direction() == gateways::Direction::Withdrawn,
        amount: money(row.amount_minor),
        fee: money(row.fee_minor),
        at: row.told_at.0,
    });
    let notes = store::notes_of(conn, organisation, id)?;
    Ok(Whole {
        payment: queries::get(conn, scope, dispute.payment)?,
        customer: store::customer_name(conn, scope, dispute.customer)?,
        moved: moved.collect(),
        notes: notes.into_iter().map(|row| Note { text: row.text, by: row.noted_by, at: row.noted_at.0 }).collect(),
        dispute,
    })
}

/// A part of the disputes, newest first.
pub fn page(conn: &mut Conn, scope: &Scope, which: Which, part: &Part) -> Result<Vec<Dispute>, Error> {
    let status = match which {
        Which::All => None,
        Which::Of(status) => Some(status.name()),
    };
    let rows = store::list_disputes(conn, scope, status, part)?;
    opened(conn, rows)
}

/// Disputes that are not decided: evidence due soonest first, then those that others have to answer.
pub fn undecided(conn: &mut Conn, scope: &Scope) -> Result<Vec<Dispute>, Error> {
    let mut found = Vec::new();
    for status in DisputeStatus::ALL.into_iter().filter(|status| status.is_open()) {
        found.extend(page(conn, scope, Which::Of(status), &Part::newest::<DisputeId>(None, OPEN_SHOWN))?);
    }
    found.sort_by_key(|dispute| {
        let is_due = dispute.status == DisputeStatus::NeedsResponse;
        (!is_due, dispute.evidence_due.is_none(), dispute.evidence_due, dispute.id)
    });
    Ok(found)
}

/// Disputes of a payment, oldest first.
pub fn of_payment(conn: &mut Conn, scope: &Scope, payment: PaymentId) -> Result<Vec<Dispute>, Error> {
    let rows = store::disputes_of(conn, scope, payment)?;
    opened(conn, rows)
}

/// How many disputes wait for evidence.
pub fn awaiting_evidence(conn: &mut Conn, scope: &Scope) -> Result<i64, Error> {
    store::count_awaiting_evidence(conn, scope)
}

fn opened(conn: &mut Conn, rows: Vec<DisputeRow>) -> Result<Vec<Dispute>, Error> {
    let mut names: BTreeMap<GatewayConnectionId, String> = BTreeMap::new();
    for row in &rows {
        if let Entry::Vacant(empty) = names.entry(row.connection_id) {
            let connection = store::connection(conn, row.connection_id)?;
            empty.insert(connection.map(|found| found.name).unwrap_or_default());
        }
    }
    rows.into_iter()
        .map(|row| {
            let status = DisputeStatus::by_name(&row.status);
            Ok(Dispute {
                id: row.dispute_id,
                payment: row.payment_id,
                customer: row.customer_id,
                status: status.ok_or_else(|| Error::Broken(format!("status of {}", row.dispute_id)))?,
                amount: row.money(row.amount_minor),
                evidence_due: row.evidence_due_at.map(|at| at.0),
                provider: names.get(&row.connection_id).cloned().unwrap_or_default(),
                withdrawn: row.money(row.withdrawn_minor),
                reinstated: row.money(row.reinstated_minor),
                lost: row.money(row.lost_minor),
                claim: row.money(row.lost_minor - row.off_payment_minor),
                fee: row.money(row.fee_minor),
                created_at: row.created_at.0,
                reason: row.reason,
                provider_id: row.provider_id,
                failure: row.failure,
            })
        })
        .collect()
}
