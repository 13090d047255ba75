//! The catalog: what is sold, at which price from which day, and how it is taxed.
//!
//! Vocabulary: an *item* has a code, names by language, a unit and prices by currency; a *tax code* has rates; a price or a rate
//! holds from its first day until the next one begins. Invariants: codes are unique; nothing is converted between
//! currencies, so what has no price in a currency cannot be sold in it without one written on the line; documents keep the
//! prices and rates they were made with. [`price`] is the one way from written lines to a document's totals.

pub mod api;
pub mod commands;
pub mod pages;
mod pricing;
pub mod queries;
pub mod rules;
mod store;

pub use commands::{CreateItem, CreateTaxCode, SetPrice, SetTaxRate, UpdateItem, UpdateTaxCode};
pub use pricing::{DiscountInput, LineInput, Priced, PricedLine, Pricing, price};
pub use rules::totals::{LineKind, TaxGroup, TaxRounding, TaxTreatment};

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 2026_1123_0300, name: "catalog", sql: include_str!("../migrations/0001_catalog.sql") }];

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];
