//! Receivables: what customers owe and have to their credit, and what was set against what.
//!
//! Vocabulary: an *open item* is a document with something open on a customer's account, on the debit side (invoice, opening
//! balance) or the credit side (payment, credit note, opening credit); an *allocation* sets a part of a credit against a
//! debit; a *reduction* takes a part out of one item without a counterpart (a refund, a write-off). Invariants: the open
//! amount is the amount less allocations and reductions, never below zero nor above the amount, and so is its book value;
//! rows are never changed, a row that takes another back has its amounts negative. Items are locked in the order of their ids,
//! and every decision is made under the lock.

mod allocating;
pub mod api;
pub mod days;
mod items;
pub mod pages;
mod parts;
mod queries;
pub mod rules;
mod sheets;
mod store;
mod verify;

pub use allocating::{
    Replaced, Settled, Want, allocate, oldest_first, open_allocated, receive, reduce, reopen, replace, restore,
    unallocate,
};
pub use days::{DaySum, OnDay};
pub use items::{
    AllocationView, ItemKind, NewItem, OpenItem, Side, allocations_of, item, items_of, items_with_allocations, open,
};
pub use queries::{
    Account, AgeingReport, AgeingRow, Balance, DueDay, Figure, Statement, StatementLine, ageing_report, balance,
    due_days, exposure, received, statement, sum_of,
};
pub use store::{ItemFacts, facts_between, in_place_of_others};
pub use verify::{ControlAccounts, verify, verify_control, verify_days};

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 2026_1123_0500,
    name: "receivables",
    sql: include_str!("../migrations/0001_receivables.sql"),
}];

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];
