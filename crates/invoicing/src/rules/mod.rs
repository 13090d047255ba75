//! What is decided about invoices without a database: numbers, instalments, voiding, crediting, deferring, deposits and days of delivery; and whether one agrees.

pub mod agree;
pub mod bring_forward;
pub mod credit;
pub mod deferral;
pub mod delivery;
pub mod deposits;
pub mod instalments;
pub mod numbering;
pub mod void;
