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
mod send_receipt;
mod set_aside;
mod settle;
mod take_in;
mod till_count;
mod till_deposit;

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
pub use send_receipt::SendReceipt;
pub use set_aside::SetDifferenceAside;
pub use settle::{Notice, SettleCheckout, Settled, Word};
pub use take_in::Recorded;
pub use till_count::CountTill;
pub use till_deposit::BankCash;

use crate::rules::input::Part;
use crate::rules::payment::{Method, PaymentStatus, may_hold_money};
use crate::store::PaymentRow;
use ::store::{Error, Tx};
use invoicing::commands::settlements;
use kernel::id::{CreditNoteId, CustomerId, InvoiceId, PaymentId};
use kernel::{Currency, Date, Money, Refusal};
use ledger::rules::entry::{Document, EntryError};
use ledger::rules::postings::Event;

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

/// What is meant for which invoice, as receivables take it. An invoice in another currency than the credit takes what was said, else
/// what it comes to at the rate of that day.
fn wants(tx: &mut Tx<'_>, parts: &[Part], credit: Currency, on: Date) -> Result<Vec<receivables::Want>, Error> {
    let mut wants = Vec::with_capacity(parts.len());
    for part in parts {
        let paid = match part.paid {
            None if part.amount.currency() != credit => at_rate(tx, part, credit, on)?,
            said => said,
        };
        wants.push(receivables::Want { debit: part.invoice.retyped(), amount: part.amount, paid });
    }
    Ok(wants)
}

/// What a part comes to in the currency of the credit; nothing where it is not in its invoice's own, which receivables refuse.
fn at_rate(tx: &mut Tx<'_>, part: &Part, credit: Currency, on: Date) -> Result<Option<Money>, Error> {
    let (scope, organisation, owed) = (tx.context().scope(), tx.organisation(), part.amount.currency());
    let invoice = crate::store::due_invoice(tx.conn, &scope, part.invoice)?;
    if invoice.is_none_or(|invoice| invoice.balance.currency() != owed) {
        return Ok(None);
    }
    if let Some(rate) = ledger::rate(tx.conn, organisation, owed, credit, on)? {
        return Ok(Some(part.amount.convert(rate, credit)?));
    }
    // Two currencies that nobody quotes against each other meet in the books'.
    let home = tx.books()?.currency;
    let through = [(owed, home), (home, credit)].map(|(from, to)| ledger::rate(tx.conn, organisation, from, to, on));
    let [first, second] = through;
    let rate = first?.zip(second?).and_then(|(first, second)| first.checked_mul(second));
    let rate = rate.ok_or_else(|| rate_missing(owed, credit, on))?;
    Ok(Some(part.amount.convert(rate, credit)?))
}

/// There is no rate between two currencies on a day.
fn rate_missing(from: Currency, to: Currency, on: Date) -> Refusal {
    Refusal::conflict("exchange_rate_missing").with("from", from.code()).with("to", to.code()).with("on", on)
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

/// Today, for something that happened on a day. Refuses a day of which the books know nothing.
fn in_books_today(tx: &mut Tx<'_>, on: Date) -> Result<Date, Error> {
    let today = tx.today()?;
    // Looked up for old days alone: nearly everything is of this month, which the books have.
    if on < today.first_of_month() && on < ledger::began(tx)? {
        return Err(Refusal::field("/on", "before_the_books").into());
    }
    Ok(today)
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
