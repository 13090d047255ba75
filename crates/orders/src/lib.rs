//! Orders: what a customer wants, from a draft until it is invoiced.
//!
//! Vocabulary: a *draft* may still be changed and has no number before it is first submitted; *submitting* gives the number and checks credit; an order is
//! then *confirmed*, with its invoice issued in the same transaction, or *on hold* because credit does not suffice, until
//! somebody *releases* it, or *withdraws* it to a draft. Invariants: a number is given once and kept; a confirmed order has
//! an invoice, or one of its deposit until the rest is invoiced; prices are agreed when the draft is written, tax rates are those of the day of the invoice; from the portal
//! only what the catalog offers is ordered, at its price.

pub mod api;
pub mod commands;
pub mod draft;
pub mod pages;
pub mod queries;
pub mod rules;
mod store;
mod verify;

pub use commands::{BillRest, CancelOrder, CreateOrder, ReleaseOrder, SubmitOrder, UpdateOrder, WithdrawOrder};
pub use draft::OrderInput;
pub use verify::verify;

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 2026_1123_0600, name: "orders", sql: include_str!("../migrations/0001_orders.sql") }];

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];
