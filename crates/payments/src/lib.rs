//! Payments: money that comes in and goes back, by hand and online.
//!
//! Vocabulary: a *payment* is money received; what of it is not set against invoices is the customer's *credit*, and so is what
//! of a credit note exceeds what was due; a *checkout* is one attempt to pay online; a *refund* pays credit back; a *dispute* is a payment that the payer's bank takes back; a *till* is a cash account in one currency, a *count* what somebody found in it; a *connection*
//! is our account at a provider; a *word* is what the provider says. Credit is set against invoices, or paid back, from the
//! item it is on. A payment that is paid back draws on the notes of the invoices it paid: a note takes its place there, and the
//! credit is on the payment, whose money goes back the way it came (`commands/draw.rs`). Invariants: a call to a provider is written down, with its idempotency key, before it is sent; unknown is
//! *in doubt*, asked about again and never failed by itself; a checkout brings at most one payment, whichever way the word
//! comes and however often; open attempts of an invoice never ask for more than its balance; secrets go in and never come out.

mod address;
pub mod api;
mod bills;
pub mod commands;
pub mod disputes;
mod doubts;
mod finding;
mod links;
mod mails;
mod online;
pub mod pages;
pub mod queries;
pub mod rules;
mod store;
pub mod till;
mod verify;

pub use commands::{
    AllocateCredit, AllocateCreditNote, BankCash, BounceCheque, ClearCheque, ConnectGateway, CountTill, DepositCheque,
    FollowDispute, LearnFees, NoteEvidence, OpenCheckout, PresentCheque, RecordPayment, RefundCreditNote,
    RefundPayment, ReversePayment, SendReceipt, SetOffer, SettleCheckout,
};
pub use finding::{make_findable, unfindable};
pub use mails::{MAIL_RECEIPT, mail_receipt, receipt_letter};
pub use online::{JOBS, Online, Tested, connect_all, fetch_due_bills, poll_due, run_job, test_all};
pub use verify::verify;

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 2026_1123_0800, name: "payments", sql: include_str!("../migrations/0001_payments.sql") }];

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_messages_are_complete() {
        assert_eq!(web::i18n::I18n::check(&[super::MESSAGES]), Vec::<String>::new());
    }
}
