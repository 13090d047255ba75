//! What is decided about a customer's account without a database: who owes what, since when, and what a credit settles.

pub mod ageing;
pub mod allocate;
pub mod exposure;
pub mod schedule;
pub mod status;
