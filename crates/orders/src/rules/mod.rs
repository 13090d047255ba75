//! What is decided about orders without a database: how they move, whether credit suffices, what a deposit is of, how large they may be.

pub mod credit;
pub mod deposit;
pub mod limits;
pub mod status;
