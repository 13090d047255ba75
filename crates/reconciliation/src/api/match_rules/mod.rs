//! Rules over the API.

pub(super) mod apply;
pub(super) mod list;
pub(super) mod replay;
pub(super) mod switch;
mod wire;
pub(super) mod write;
