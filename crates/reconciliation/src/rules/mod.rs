//! What is decided here: values in, decision out.

pub mod columns;
pub mod fingerprint;
