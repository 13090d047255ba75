//! Decisions about mails: which there are, how often, and what follows from a failure.

pub mod failure;
pub mod limit;
pub mod mail;
