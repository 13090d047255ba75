//! What is decided here: values in, decision out.

pub mod columns;
pub mod days;
pub mod fingerprint;
pub mod reconcile;
pub mod rule_input;
pub mod settlement;
