//! What is decided about payments without a database: recording them, cheques, online checkouts, refunds.

pub mod checkout;
pub mod payment;
pub mod refund;
