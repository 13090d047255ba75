//! What is decided here: values in, decision out.

pub mod fingerprint;
pub mod settlement;
