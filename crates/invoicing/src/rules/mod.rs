//! What is decided about invoices without a database: numbers, instalments, voiding and crediting.

pub mod bring_forward;
pub mod credit;
pub mod instalments;
pub mod numbering;
pub mod void;
