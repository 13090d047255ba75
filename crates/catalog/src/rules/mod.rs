//! What the catalog decides without a database: which price and rate hold on a day, and what a document comes to.

pub mod price;
pub mod totals;
