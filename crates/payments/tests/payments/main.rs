//! Payments through the door and over HTTP, on a real database, with a real provider that can be made to misbehave.

#![cfg(test)]

mod books;
mod house;
mod online;
