//! What every target checks: the same as the crate's own test of the seeds.

#[path = "../../tests/orderly/mod.rs"]
mod checks;

pub use checks::orderly;
