//! Changes of invoices.

pub mod bring_forward;
pub mod charges;
pub mod credit;
mod deferral;
pub mod deliver;
pub mod deposits;
pub mod draft;
pub mod issue;
pub mod official;
pub mod reverse_write_off;
pub mod send;
pub mod void;
pub mod write_off;

pub use bring_forward::{BroughtForward, Forwarding, bring_forward};
pub use charges::{bear_charges, return_charges};
pub use credit::{CreditInvoice, CreditPart};
pub use deliver::RecordDelivery;
pub use draft::{CreateInvoice, InstalmentInput, InvoiceInput, RemoveInvoice, UpdateInvoice};
pub use issue::IssueInvoice;
pub use official::NoteOfficialInvoice;
pub use reverse_write_off::ReverseWriteOff;
pub use send::SendInvoice;
pub use void::VoidInvoice;
pub use write_off::WriteOffInvoice;

use crate::store::{InvoiceRow, credit_notes, invoices};
use ::store::{Error, Tx};
use kernel::id::InvoiceId;
use kernel::{Currency, Refusal};
use ledger::Document;
use ledger::rules::entry::LineDraft;
use ledger::rules::postings::Settlement;

/// Finds an invoice in the actor's scope and holds customer and invoice, in the order of locks.
fn hold(tx: &mut Tx<'_>, id: InvoiceId) -> Result<InvoiceRow, Error> {
    let (organisation, scope) = (tx.organisation(), tx.context().scope());
    let seen = invoices::find(tx.conn, &scope, id)?.ok_or_else(issue::not_found)?;
    customers::queries::lock(tx, seen.customer_id)?;
    invoices::lock(tx.conn, organisation, id)?.ok_or_else(issue::not_found)
}

/// [`hold`], and refuses what is not issued, or was made void.
fn hold_issued(tx: &mut Tx<'_>, id: InvoiceId) -> Result<InvoiceRow, Error> {
    let row = hold(tx, id)?;
    match row.state.as_str() {
        "issued" => Ok(row),
        "void" => Err(Refusal::conflict("invoice_void").into()),
        _ => Err(Refusal::conflict("invoice_not_issued").into()),
    }
}

/// [`hold`], and refuses what is no draft any more.
fn hold_draft(tx: &mut Tx<'_>, id: InvoiceId) -> Result<InvoiceRow, Error> {
    let row = hold(tx, id)?;
    match row.state.as_str() {
        "draft" => Ok(row),
        "void" => Err(Refusal::conflict("invoice_void").into()),
        _ => Err(Refusal::conflict("invoice_is_issued").into()),
    }
}

/// Every line that an invoice and its credit notes have posted.
fn sale(tx: &mut Tx<'_>, id: InvoiceId) -> Result<Vec<LineDraft>, Error> {
    let organisation = tx.organisation();
    let notes = credit_notes::of_invoice(tx.conn, organisation, id)?;
    let notes = notes.into_iter().map(|note| Document::CreditNote(note.credit_note_id));
    let documents: Vec<Document> = [Document::Invoice(id)].into_iter().chain(notes).collect();
    ledger::lines_of(tx.conn, organisation, &documents)
}

/// The day of an action: as asked, else today; never after today.
fn day(tx: &mut Tx<'_>, asked: Option<kernel::Date>, pointer: &'static str) -> Result<kernel::Date, Error> {
    let today = tx.today()?;
    let day = asked.unwrap_or(today);
    if day > today {
        return Err(Refusal::field(pointer, "in_the_future").into());
    }
    Ok(day)
}

/// Allocations as the ledger posts them.
pub fn settlements(home: Currency, settled: &[receivables::Settled]) -> Vec<Settlement> {
    settled
        .iter()
        .map(|one| Settlement {
            amount: one.amount,
            paid: one.paid,
            credit_minor: one.credit_functional_minor,
            item_minor: one.debit_functional_minor,
            home,
        })
        .collect()
}
