//! Changes of invoices.

pub mod issue;

pub use issue::IssueInvoice;
