//! Invoices and credit notes: what a customer is asked to pay, and what is taken back of it.
//!
//! Vocabulary: a *draft* has no number and owes nothing; *issuing* takes the number, freezes both parties and the exchange
//! rate, posts the entry and opens the item, all in one transaction; *void* takes an invoice back as if it had not been
//! issued, its number stays; a *credit note* takes back all of it or a part, first from what is due, the rest is the
//! customer's credit; a *write-off* gives up what will not come; the *official invoice* (发票) is made by the tax system and
//! only noted here. Invariants: numbers have no gap within a series and fiscal year; an issued invoice's lines never change;
//! status and balance are derived from the open item; a document printed again is the same to the byte.

pub mod api;
pub mod commands;
pub mod documents;
mod fingerprint;
mod frozen;
pub mod pages;
pub mod queries;
pub mod rules;
mod sheets;
mod store;

pub use commands::issue::{Issued, NewInvoice, issue, rate};
pub use queries::{InvoiceView, by_pay_token, pay_path, view};

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 2026_1123_0700, name: "invoicing", sql: include_str!("../migrations/0001_invoicing.sql") }];

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];
