//! Payments through the door and over HTTP, on a real database, with a real provider that can be made to misbehave.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod books;
mod house;
mod online;
mod providers;
