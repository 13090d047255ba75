//! Credit that is there is set against invoices.

use super::{event, locked, settlements, status_of, touched, unpostable, wants};
use crate::rules::payment::PaymentStatus;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::{InvoiceId, PaymentId};
use kernel::{Money, Permission, Refusal};
use ledger::rules::chart::AccountRole;
use ledger::rules::entry::Document;
use ledger::rules::postings;
use receivables::Settled;

/// Sets what is left of a payment against invoices; the oldest first where none are named.
#[derive(Debug, Clone)]
pub struct AllocateCredit {
    pub payment: PaymentId,
    pub allocations: Vec<(InvoiceId, Money)>,
}

/// What was set against which invoice.
#[derive(Debug, Clone)]
pub struct Allocated {
    pub payment: PaymentId,
    pub settled: Vec<Settled>,
}

impl Command for AllocateCredit {
    const NAME: &'static str = "payment.allocate";
    const PERMISSION: Permission = Permission::PaymentAllocate;
    type Output = Allocated;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Allocated, Error> {
        let row = locked(tx, self.payment)?;
        if status_of(&row)? == PaymentStatus::Reversed {
            return Err(Refusal::conflict("payment_reversed").into());
        }
        let free = free_credit(tx, self.payment)?;
        let scope = tx.context().scope();
        let wanted = match self.allocations.as_slice() {
            [] => receivables::oldest_first(tx.conn, &scope, row.customer_id, free)?,
            some => wants(some),
        };
        let sum = Money::sum(row.currency, wanted.iter().map(|want| want.amount))?;
        if wanted.is_empty() || sum.compare(free)?.is_gt() {
            return Err(Refusal::conflict("credit_exceeded").with("available", free).into());
        }
        let today = tx.today()?;
        let settled = receivables::allocate(tx, self.payment.retyped(), &wanted, today)?;
        let event = event(tx, today, Document::Payment(self.payment), row.customer_id)?;
        let draft = postings::application(event, AccountRole::CustomerAdvances, &settlements(&settled));
        ledger::post(tx, draft.map_err(unpostable)?, row.reference.as_deref().unwrap_or_default())?;
        let told = serde_json::json!({ "customer": row.customer_id, "invoices": touched(&settled) });
        tx.emit("payment.allocated", self.payment, &told)?;
        tx.audit(self.payment, &serde_json::json!({ "allocated": sum.to_string(), "invoices": touched(&settled) }))?;
        Ok(Allocated { payment: self.payment, settled })
    }
}

/// What of a payment is neither set against invoices nor on its way back to the customer.
pub(super) fn free_credit(tx: &mut Tx<'_>, payment: PaymentId) -> Result<Money, Error> {
    let (scope, organisation) = (tx.context().scope(), tx.organisation());
    let item = receivables::item(tx.conn, &scope, payment.retyped())?
        .ok_or_else(|| Error::Broken(format!("no open item of {payment}")))?;
    let under_way = store::under_way(tx.conn, organisation, payment)?;
    Ok(item.open.minus(Money::new(under_way, item.open.currency()))?)
}
