//! What the catalog decides without a database: what an item and a tax code may be, which price and rate hold on a day, and
//! what a document comes to.

pub mod item;
pub mod price;
pub mod tax_code;
pub mod totals;
