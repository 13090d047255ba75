//! What is decided about payments without a database: recording them, cheques, online checkouts, refunds, tills.

pub mod attempt;
pub mod checkout;
pub mod comparison;
pub mod dispute;
pub mod input;
pub mod offer;
pub mod payment;
pub mod polls;
pub mod refund;
pub mod till;
pub mod till_input;
