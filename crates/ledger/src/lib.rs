//! The ledger: chart of accounts, journal, periods, balances, exchange rates, statements.
//!
//! Vocabulary: an *entry* is a journal entry with its *lines*; the *functional* currency is the organisation's; a *period* is
//! a month, open or closed; a *revaluation* brings balances in
//! other currencies to the rate of a month's end, until the next day; the *tail* is what was posted since the last *roll-up*. Invariants: entries are appended only, a
//! correction is an entry that names the one it takes back; every entry balances; nothing enters a closed period; roll-ups
//! and tail together equal a full recount.

pub mod api;
mod behind;
pub mod commands;

mod export;
pub mod pages;
mod posting;
pub mod queries;
mod refused;
mod revaluation;
pub mod rules;
mod sheets;
mod store;
mod upload;

pub use behind::{Unnumbered, number_some, number_vouchers, roll_tail, unnumbered};
pub use commands::{
    ClosePeriod, PostManualEntry, ReopenPeriod, RevalueOpenItems, ReverseEntry, SetExchangeRate, TakeExchangeRates,
    TakenRates,
};
pub use export::{Format, export};
pub use posting::{
    Posted, TAKE_BACK, began, chart, chart_of, entries_of, entry, entry_of, hold, lines_of, may_take_lines, open_books,
    post, quote, rate, reverse, takes_lines, unopposed, value,
};
pub use queries::verify;
pub use rules::chart::{AccountRole, Chart};
pub use rules::entry::{Document, EntryDraft, EntryKind};
pub use rules::postings::Valued;
pub use rules::rate::{ExchangeRate, Quote, RateInput};

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 2026_1123_0400, name: "ledger", sql: include_str!("../migrations/0001_ledger.sql") }];

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];
