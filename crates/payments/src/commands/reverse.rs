//! A payment is taken back as a whole: a cheque bounced, or it was recorded by mistake.

use super::cheque::{day, wrong_state};
use super::{locked, method_of, status_of, touched};
use crate::rules::payment::PaymentEvent;
use crate::store::{self, PaymentRow};
use ::store::{Command, Error, Tx};
use kernel::id::PaymentId;
use kernel::{Bug, Date, Money, Permission, Refusal, is_planted};
use ledger::rules::entry::{Document, EntryKind};

/// Takes back a payment that was recorded by mistake, with all its allocations and entries. What a room above knows to have happened
/// (a bank's line is matched with it) is no mistake, and it refuses.
#[derive(Debug, Clone)]
pub struct ReversePayment {
    pub payment: PaymentId,
    pub on: Option<Date>,
    pub reason: String,
}

impl Command for ReversePayment {
    const NAME: &'static str = "payment.reverse";
    const PERMISSION: Permission = Permission::LedgerPost;
    type Output = PaymentId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<PaymentId, Error> {
        let row = locked(tx, self.payment)?;
        let organisation = tx.organisation();
        for entry in ledger::entries_of(tx.conn, organisation, Document::Payment(self.payment))? {
            if entry.reversed_by.is_none() && entry.kind != EntryKind::Reversal {
                ledger::unopposed(tx, entry.id)?;
            }
        }
        take_back(tx, row, PaymentEvent::Reversed, self.on, &self.reason)?;
        Ok(self.payment)
    }
}

/// Takes a locked payment back and says on which day; never before what is taken back.
pub(super) fn take_back(
    tx: &mut Tx<'_>,
    mut row: PaymentRow,
    event: PaymentEvent,
    on: Option<Date>,
    reason: &str,
) -> Result<Date, Error> {
    let (id, organisation) = (row.payment_id, tx.organisation());
    let on = day(tx, &row, on)?;
    let status = status_of(&row)?.after(method_of(&row)?, event).map_err(wrong_state)?;
    if row.checkout_id.is_some() {
        return Err(Refusal::conflict("payment_is_online").into());
    }
    if row.refunded_minor != 0 || store::under_way(tx.conn, organisation, id)? != 0 {
        return Err(Refusal::conflict("payment_refunded").into());
    }
    let mut entries = ledger::entries_of(tx.conn, organisation, Document::Payment(id))?;
    entries.retain(|entry| entry.reversed_by.is_none() && entry.kind != EntryKind::Reversal);
    if entries.iter().any(|entry| entry.date > on) {
        return Err(Refusal::field("/on", "before_its_entries").into());
    }
    let undone = receivables::unallocate(tx, id.retyped())?;
    let functional_minor = receivables::reduce(tx, id.retyped(), Money::new(row.amount_minor, row.currency), on)?;
    if method_of(&row)?.is_received() {
        receivables::days::not_received(tx, row.received_on.0, functional_minor)?;
    }
    if event == PaymentEvent::Bounced && is_planted(Bug::BounceNotPosted) {
        entries.clear();
    }
    for entry in entries {
        ledger::reverse(tx, entry.id, on, reason)?;
    }
    status.name().clone_into(&mut row.status);
    store::update_payment(tx.conn, &row)?;
    let told = serde_json::json!({ "customer": row.customer_id, "invoices": touched(&undone) });
    let kind = if event == PaymentEvent::Bounced { "payment.bounced" } else { "payment.reversed" };
    tx.emit(kind, id, &told)?;
    tx.audit(id, &serde_json::json!({ "on": on.to_string(), "reason": reason }))?;
    Ok(on)
}
