//! What is decided about customers without a database: whether a tax number can be right, and when payment is due.

pub mod customer;
pub mod tax_number;
pub mod terms;
