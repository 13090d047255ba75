//! Changes of payments, checkouts, refunds and connections.

mod allocate;
mod answer;
mod bring_forward;
mod cheque;
mod connect;
mod open;
mod receipt;
mod record;
mod refund;
mod reverse;
mod settle;
mod take_in;

pub use allocate::{AllocateCredit, Allocated};
pub use answer::{AnswerOpen, OpenOutcome};
pub use bring_forward::{BroughtForward, bring_forward};
pub use cheque::{ClearCheque, DepositCheque};
pub use connect::{ConnectGateway, Secrets, Settings};
pub use open::{OpenCheckout, OpenRequest, Opening};
pub use receipt::NumberReceipt;
pub use record::RecordPayment;
pub use refund::{ConcludeRefund, RefundOutcome, RefundPayment, Refunding};
pub use reverse::ReversePayment;
pub use settle::{Notice, SettleCheckout, Settled, Word};
pub use take_in::Recorded;

use crate::rules::payment::{Method, PaymentStatus};
use crate::store::PaymentRow;
use ::store::{Error, Tx};
use kernel::id::{CustomerId, InvoiceId, PaymentId};
use kernel::{Date, Money, Refusal};
use ledger::rules::entry::{Document, EntryError};
use ledger::rules::postings::{Event, Settlement};

/// The job that asks the provider about a refund.
pub const POLL_REFUND: &str = "payments.poll_refund";

/// An entry that the rules cannot write although the input was checked.
fn unpostable(error: EntryError) -> Error {
    Error::Broken(error.to_string())
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

/// Finds and holds a payment, or refuses.
fn locked(tx: &mut Tx<'_>, id: PaymentId) -> Result<PaymentRow, Error> {
    let scope = tx.context().scope();
    Ok(crate::store::lock_payment(tx.conn, &scope, id)?.ok_or_else(not_found)?)
}
