//! Imports: how a company moves in, from files of the program that it used before.
//!
//! Vocabulary: a *kind* is what a file brings (customers, items, the opening balances of accounts, open invoices); a *sheet* is
//! a file that was read, its *rows* counted as a spreadsheet counts them, the head being row 1; the books *begin* on the day
//! that opening entries are dated. Invariants: a file is taken in whole or not at all, in one transaction; each row passes the
//! very rules that a form of its slice passes; what is there already is a fault of its row; a preview is the same command,
//! taken back.

pub mod api;
pub mod commands;
mod faults;
pub mod pages;
pub mod rules;
mod run;
mod store;

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];
