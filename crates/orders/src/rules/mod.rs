//! What is decided about orders without a database: how they move, whether credit suffices, how large they may be.

pub mod credit;
pub mod limits;
pub mod status;
