//! Changes of payments, checkouts, refunds and connections.

mod allocate;
mod answer;
mod bill;
mod bring_forward;
mod cheque;
mod connect;
mod dispute;
mod dispute_books;
mod draw;
mod note_evidence;
mod offer;
mod open;
mod payout;
mod receipt;
mod record;
mod refund;
mod refund_note;
mod reverse;
mod set_aside;
mod settle;
mod take_in;

pub use allocate::{AllocateCredit, AllocateCreditNote, Allocated};
pub use answer::{AnswerOpen, OpenOutcome};
pub use bill::{AwaitBill, CompareBill, LearnFees};
pub use bring_forward::{BroughtForward, bring_forward};
pub use cheque::{BounceCheque, ClearCheque, DepositCheque, PresentCheque};
pub use connect::ConnectGateway;
pub use dispute::FollowDispute;
pub(crate) use draw::drawable;
pub use note_evidence::NoteEvidence;
pub use offer::SetOffer;
pub use open::{OpenCheckout, OpenRequest, Opening};
pub use payout::TakePayout;
pub use receipt::NumberReceipt;
pub use record::RecordPayment;
pub use refund::{ConcludeRefund, RefundOutcome, RefundPayment};
pub use refund_note::RefundCreditNote;
pub use reverse::ReversePayment;
pub use set_aside::SetDifferenceAside;
pub use settle::{Notice, SettleCheckout, Settled, Word};
pub use take_in::Recorded;

use crate::rules::payment::{Method, PaymentStatus, may_hold_money};
use crate::store::PaymentRow;
use ::store::{Error, Tx};
use kernel::id::{CreditNoteId, CustomerId, InvoiceId, PaymentId};
use kernel::{Date, Money, Refusal};
use ledger::rules::entry::{Document, EntryError};
use ledger::rules::postings::{Event, Settlement};

/// The job that asks the provider about a refund.
pub const POLL_REFUND: &str = "payments.poll_refund";
/// The job that asks what a provider keeps of a payment, where it did not say so when it told of it.
pub const ASK_FEE: &str = "payments.ask_fee";

/// The job that takes the money of a payment that its payer agreed to, from a provider that waits for us to do so.
pub const COMPLETE: &str = "payments.complete";

/// An entry that the rules cannot write although the input was checked.
fn unpostable(error: EntryError) -> Error {
    Error::Broken(error.to_string())
}

/// Whether an entry was refused for its day alone.
fn unpostable_date(refusal: &Refusal) -> bool {
    refusal.code == "period_closed"
}

fn not_found() -> Refusal {
    Refusal::not_found("payment_not_found")
}

/// Means of a kept payment.
fn method_of(row: &PaymentRow) -> Result<Method, Error> {
    Method::by_name(&row.method).ok_or_else(|| Error::Broken(format!("method of {}", row.payment_id)))
}

/// State of a kept payment.
fn status_of(row: &PaymentRow) -> Result<PaymentStatus, Error> {
    PaymentStatus::of_row(&row.status, row.deposited_on.is_some())
        .ok_or_else(|| Error::Broken(format!("status of {}", row.payment_id)))
}

/// What the entries of a payment have in common.
fn event(tx: &mut Tx<'_>, date: Date, document: Document, customer: CustomerId) -> Result<Event, Error> {
    Ok(Event { chart: ledger::chart(tx)?, date, document, customer })
}

/// What is meant for which invoice, as receivables take it.
fn wants(allocations: &[(InvoiceId, Money)]) -> Vec<receivables::Want> {
    allocations
        .iter()
        .map(|(invoice, amount)| receivables::Want { debit: invoice.retyped(), amount: *amount })
        .collect()
}

/// Says why less is open of an invoice than was meant for it, where it was given up.
fn explained(tx: &mut Tx<'_>, error: Error, wanted: &[receivables::Want]) -> Error {
    let invoices: Vec<InvoiceId> = wanted.iter().map(|want| want.debit.retyped()).collect();
    let organisation = tx.organisation();
    match error {
        Error::Refused(refusal) if refusal.code == "allocation_exceeds_balance" => {
            match crate::store::is_written_off(tx.conn, organisation, &invoices) {
                Ok(true) => Refusal::conflict("allocation_written_off").into(),
                Ok(false) => Error::Refused(refusal),
                Err(error) => error,
            }
        }
        error => error,
    }
}

/// Allocations as the ledger posts them.
fn settlements(settled: &[receivables::Settled]) -> Vec<Settlement> {
    settled
        .iter()
        .map(|one| Settlement {
            amount: one.amount,
            credit_minor: one.credit_functional_minor,
            item_minor: one.debit_functional_minor,
        })
        .collect()
}

/// The invoices that allocations touch, as events name them for live pages.
fn touched(settled: &[receivables::Settled]) -> Vec<InvoiceId> {
    settled.iter().map(|one| one.debit.retyped()).collect()
}

/// Refuses an account on which no money lies, or that takes no lines.
fn holds_money(tx: &mut Tx<'_>, code: &str) -> Result<(), Error> {
    let chart = ledger::chart(tx)?;
    if may_hold_money(chart, code) && ledger::takes_lines(tx, code)? {
        return Ok(());
    }
    Err(Refusal::field("/account", "account_holds_no_money").into())
}

/// The credit of a credit note, or a refusal.
fn credit_of(tx: &mut Tx<'_>, note: CreditNoteId) -> Result<receivables::OpenItem, Error> {
    let scope = tx.context().scope();
    let item = receivables::item(tx.conn, &scope, note.retyped())?;
    let item = item.filter(|item| item.kind == receivables::ItemKind::CreditNote);
    Ok(item.ok_or_else(|| Refusal::not_found("credit_note_not_found"))?)
}

/// Finds and holds a payment, or refuses.
fn locked(tx: &mut Tx<'_>, id: PaymentId) -> Result<PaymentRow, Error> {
    let scope = tx.context().scope();
    Ok(crate::store::lock_payment(tx.conn, &scope, id)?.ok_or_else(not_found)?)
}
