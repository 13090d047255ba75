//! Customers: companies and people who order and pay, their contacts, addresses, terms and limits.
//!
//! Vocabulary: a *customer* is who owes; a *contact* is a person there; *payment terms* are the days from issue to due date; the
//! *credit limit* bounds what may be open at once (none set = unlimited). Invariants: a tax number passes its country's check;
//! the currency never changes once a document exists; personal data (mails, phones, persons' tax numbers) is sealed under
//! the customer's own key, as are contacts' mails and phones. A customer has at most one billing address: it stands on documents
//! as it was when they were issued. An archived customer keeps its documents and gets no new ones.

pub mod api;
pub mod commands;
pub mod pages;
pub mod queries;
pub mod rules;
mod store;

pub use commands::{
    AddAddress, AddContact, ChangeAddress, ChangeContact, CreateCustomer, RemoveAddress, RemoveContact, UpdateCustomer,
};
pub use queries::{Buyer, Terms};
pub use rules::address::{AddressData, AddressInput, Purpose};
pub use rules::contact::{ContactData, ContactInput};
pub use rules::customer::{CustomerData, CustomerInput, Kind};

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 2026_1123_0200, name: "customers", sql: include_str!("../migrations/0001_customers.sql") }];

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];
