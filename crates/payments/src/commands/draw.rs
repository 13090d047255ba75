//! A refund of a payment draws on the credit notes of the invoices it paid.
//!
//! A paid invoice that is credited leaves the credit on the note, while the money can only go back the way it came. So the
//! note is set against its invoice in the place of the payment, and the credit is on the payment, from which it is paid back
//! like any other. Nothing of it is another kind of credit or of refund, and whoever made the note does not pay it out alone.

use super::allocate::note_applied;
use super::refund_note::ask_for_two;
use super::{event, settlements, unpostable};
use crate::queries::Payment;
use crate::store::PaymentRow;
use ::store::{Conn, Error, Tx};
use kernel::id::{CreditNoteId, InvoiceId, PaymentId};
use kernel::{Money, Scope};
use ledger::rules::chart::AccountRole;
use ledger::rules::entry::Document;
use ledger::rules::postings;
use receivables::Want;
use std::collections::BTreeMap;

/// So much of a note can stand against its invoice in the place of the payment.
pub(super) struct Source {
    invoice: InvoiceId,
    note: CreditNoteId,
    pub available: Money,
}

/// What a payment can draw on, oldest invoice first.
pub(super) fn sources(conn: &mut Conn, scope: &Scope, payment: PaymentId) -> Result<Vec<Source>, Error> {
    let mut paid: BTreeMap<InvoiceId, Money> = BTreeMap::new();
    for part in receivables::allocations_of(conn, scope, payment.retyped())? {
        // A part in another currency stays: its note is paid back in the invoice's currency.
        if !part.reversed && part.paid.currency() == part.amount.currency() {
            let so_far = paid.entry(part.debit.retyped()).or_insert(Money::zero(part.amount.currency()));
            *so_far = so_far.plus(part.amount)?;
        }
    }
    let mut sources = Vec::new();
    for (invoice, mut left) in paid {
        for (note, open) in invoicing::queries::open_credit(conn, scope, invoice)? {
            let available = if open.compare(left)?.is_lt() { open } else { left };
            left = left.minus(available)?;
            sources.push(Source { invoice, note, available });
        }
    }
    Ok(sources)
}

/// How much a payment can draw on.
pub(crate) fn drawable(conn: &mut Conn, scope: &Scope, payment: &Payment) -> Result<Money, Error> {
    let sources = sources(conn, scope, payment.id)?;
    Ok(Money::sum(payment.amount.currency(), sources.iter().map(|source| source.available))?)
}

/// Makes so much of the payment free; `lacking` is within what the sources have.
pub(super) fn draw(tx: &mut Tx<'_>, payment: &PaymentRow, sources: &[Source], mut lacking: Money) -> Result<(), Error> {
    let on = tx.today()?;
    for Source { invoice, note, available } in sources {
        let amount = if available.compare(lacking)?.is_lt() { *available } else { lacking };
        if !amount.is_positive() {
            continue;
        }
        let want = Want::new(invoice.retyped(), amount);
        let moved = receivables::replace(tx, payment.payment_id.retyped(), note.retyped(), want, on)?;
        let event = event(tx, on, Document::Payment(payment.payment_id), payment.customer_id)?;
        let freed = settlements(tx.books()?.currency, &[moved.freed]);
        let draft = postings::release(event, AccountRole::CustomerAdvances, &freed);
        ledger::post(tx, draft.map_err(unpostable)?, payment.reference.as_deref().unwrap_or_default())?;
        ask_for_two(tx, *note)?;
        note_applied(tx, *note, payment.customer_id, &[moved.settled], on)?;
        let told = serde_json::json!({ "customer": payment.customer_id, "invoices": [invoice] });
        tx.emit("credit_note.allocated", *note, &told)?;
        tx.audit(*note, &serde_json::json!({ "allocated": amount.to_string(), "in_place_of": payment.payment_id }))?;
        lacking = lacking.minus(amount)?;
    }
    Ok(())
}
