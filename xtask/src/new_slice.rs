//! `cargo xtask new-slice NAME`: a capability with its rooms.
pub fn run(_: &str) -> crate::run::Outcome {
    Ok(())
}
