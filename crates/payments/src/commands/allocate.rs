//! Credit that is there is set against invoices.

use super::{credit_of, event, explained, locked, settlements, status_of, touched, unpostable, wants};
use crate::rules::input::Part;
use crate::rules::payment::PaymentStatus;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::{CreditNoteId, CustomerId, PaymentId};
use kernel::{Date, Money, Permission, Refusal};
use ledger::rules::chart::AccountRole;
use ledger::rules::entry::Document;
use ledger::rules::postings;
use receivables::{Settled, Want};

/// Sets what is left of a payment against invoices; the oldest first where none are named.
#[derive(Debug, Clone)]
pub struct AllocateCredit {
    pub payment: PaymentId,
    pub allocations: Vec<Part>,
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
        let today = tx.today()?;
        let (wanted, sum) = choose(tx, row.customer_id, free, today, &self.allocations)?;
        let settled = receivables::allocate(tx, self.payment.retyped(), &wanted, today);
        let settled = settled.map_err(|error| explained(tx, error, &wanted))?;
        let event = event(tx, today, Document::Payment(self.payment), row.customer_id)?;
        let posted = settlements(tx.books()?.currency, &settled);
        let draft = postings::application(event, AccountRole::CustomerAdvances, &posted);
        ledger::post(tx, draft.map_err(unpostable)?, row.memo())?;
        let told = serde_json::json!({ "customer": row.customer_id, "invoices": touched(&settled) });
        tx.emit("payment.allocated", self.payment, &told)?;
        tx.audit(self.payment, &serde_json::json!({ "allocated": sum.to_string(), "invoices": touched(&settled) }))?;
        Ok(Allocated { payment: self.payment, settled })
    }
}

/// Sets what is left of a credit note against invoices; the oldest first where none are named.
#[derive(Debug, Clone)]
pub struct AllocateCreditNote {
    pub note: CreditNoteId,
    pub allocations: Vec<Part>,
}

impl Command for AllocateCreditNote {
    const NAME: &'static str = "credit_note.allocate";
    const PERMISSION: Permission = Permission::PaymentAllocate;
    type Output = CreditNoteId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<CreditNoteId, Error> {
        let credit = credit_of(tx, self.note)?;
        let today = tx.today()?;
        let (wanted, sum) = choose(tx, credit.customer, credit.open, today, &self.allocations)?;
        let settled = receivables::allocate(tx, self.note.retyped(), &wanted, today);
        let settled = settled.map_err(|error| explained(tx, error, &wanted))?;
        note_applied(tx, self.note, credit.customer, &settled, today)?;
        let told = serde_json::json!({ "customer": credit.customer, "invoices": touched(&settled) });
        tx.emit("credit_note.allocated", self.note, &told)?;
        tx.audit(self.note, &serde_json::json!({ "allocated": sum.to_string(), "invoices": touched(&settled) }))?;
        Ok(self.note)
    }
}

/// What of a credit is meant for which invoice, and how much that is; within what is free.
fn choose(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    free: Money,
    on: Date,
    named: &[Part],
) -> Result<(Vec<Want>, Money), Error> {
    let scope = tx.context().scope();
    let wanted = match named {
        [] => receivables::oldest_first(tx.conn, &scope, customer, free)?,
        some => wants(tx, some, free.currency(), on)?,
    };
    let other = wanted.iter().position(|want| want.takes().currency() != free.currency());
    if let Some(index) = other {
        let field = if wanted[index].paid.is_some() { "paid" } else { "amount" };
        return Err(Refusal::field(format!("/allocations/{index}/{field}/currency"), "currency_mismatch").into());
    }
    let sum = Money::sum(free.currency(), wanted.iter().map(receivables::Want::takes))?;
    if wanted.is_empty() || sum.compare(free)?.is_gt() {
        return Err(Refusal::conflict("credit_exceeded").with("available", free).into());
    }
    Ok((wanted, sum))
}

/// Posts what a credit note settles: it stands on the same account as the invoices, so only a difference of book values or of
/// currencies moves anything.
pub(super) fn note_applied(
    tx: &mut Tx<'_>,
    note: CreditNoteId,
    customer: CustomerId,
    settled: &[Settled],
    on: Date,
) -> Result<(), Error> {
    let moves = |one: &Settled| one.credit_functional_minor != one.debit_functional_minor || one.paid != one.amount;
    if !settled.iter().any(moves) {
        return Ok(());
    }
    let event = event(tx, on, Document::CreditNote(note), customer)?;
    let settled = settlements(tx.books()?.currency, settled);
    let draft = postings::application(event, AccountRole::Receivable, &settled).map_err(unpostable)?;
    ledger::post(tx, draft, "").map(drop)
}

/// What of a payment is neither set against invoices nor on its way back to the customer.
pub(super) fn free_credit(tx: &mut Tx<'_>, payment: PaymentId) -> Result<Money, Error> {
    let (scope, organisation) = (tx.context().scope(), tx.organisation());
    let item = receivables::item(tx.conn, &scope, payment.retyped())?
        .ok_or_else(|| Error::Broken(format!("no open item of {payment}")))?;
    let under_way = store::under_way(tx.conn, organisation, payment)?;
    Ok(item.open.minus(Money::new(under_way, item.open.currency()))?)
}
