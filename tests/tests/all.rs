//! The product from outside: scenarios over HTTP on both engines, who may do what, both schemas, and a program that is killed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod access;
mod behind;
mod bulk;
mod checkouts;
mod contacts;
mod credit;
mod delivery;
mod desk;
mod documents;
mod drafts;
mod errors;
mod exchange;
mod fiscal_years;
mod harness;
mod idempotency;
mod imports;
mod instalments;
mod invoices;
mod lists;
mod main_job;
mod orders;
mod pages;
mod payments;
mod periods;
mod program;
mod races;
mod reports;
mod restarts;
mod schema;
mod sealed;
mod search;
mod second_person;
mod strangers;
mod tampering;
mod ways_to_pay;
