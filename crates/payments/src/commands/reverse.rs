//! A payment is taken back as a whole: a cheque bounced, or it was recorded by mistake.

use super::cheque::{day, wrong_state};
use super::{locked, method_of, status_of, touched};
use crate::rules::payment::PaymentEvent;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::PaymentId;
use kernel::{Date, Money, Permission, Refusal};
use ledger::rules::entry::{Document, EntryKind};

/// Takes back a payment with all its allocations and entries. `BOUNCED` tells a bounced cheque from a mistake: who
/// handles cheques may note the first, the second takes whoever may reverse entries.
#[derive(Debug, Clone)]
pub struct ReversePayment<const BOUNCED: bool> {
    pub payment: PaymentId,
    pub on: Option<Date>,
    pub reason: String,
}

impl<const BOUNCED: bool> Command for ReversePayment<BOUNCED> {
    const NAME: &'static str = if BOUNCED { "payment.cheque_bounce" } else { "payment.reverse" };
    const PERMISSION: Permission = if BOUNCED { Permission::PaymentRecord } else { Permission::LedgerPost };
    type Output = PaymentId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<PaymentId, Error> {
        let mut row = locked(tx, self.payment)?;
        let on = day(tx, &row, self.on)?;
        let event = if BOUNCED { PaymentEvent::Bounced } else { PaymentEvent::Reversed };
        let status = status_of(&row)?.after(method_of(&row)?, event).map_err(wrong_state)?;
        if row.checkout_id.is_some() {
            return Err(Refusal::conflict("payment_is_online").into());
        }
        let organisation = tx.organisation();
        if row.refunded_minor != 0 || store::under_way(tx.conn, organisation, self.payment)? != 0 {
            return Err(Refusal::conflict("payment_refunded").into());
        }
        let undone = receivables::unallocate(tx, self.payment.retyped())?;
        receivables::reduce(tx, self.payment.retyped(), Money::new(row.amount_minor, row.currency), on)?;
        for entry in ledger::entries_of(tx.conn, organisation, Document::Payment(self.payment))? {
            if entry.reversed_by.is_none() && entry.kind != EntryKind::Reversal {
                ledger::reverse(tx, entry.id, on, &self.reason)?;
            }
        }
        status.name().clone_into(&mut row.status);
        store::update_payment(tx.conn, &row)?;
        let told = serde_json::json!({ "customer": row.customer_id, "invoices": touched(&undone) });
        tx.emit(if BOUNCED { "payment.bounced" } else { "payment.reversed" }, self.payment, &told)?;
        tx.audit(self.payment, &serde_json::json!({ "on": on.to_string(), "reason": self.reason }))?;
        Ok(self.payment)
    }
}
