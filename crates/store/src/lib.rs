//! The store: the one door, both engines, and what every command leaves behind.
//!
//! Vocabulary: a *command* changes state inside a [`Tx`]; the *door* is [`App`]; an *event* tells that something happened; a
//! *job* is work for later; the *trail* is the audit rows; the *vault* seals personal data. This is the only crate that knows
//! SQLite from PostgreSQL. The order of locks is customer → invoice → period → number.

pub mod archive;
pub mod audit;
pub mod backup;
mod blobs;
pub mod books;
pub mod conn;
pub mod counters;
mod db;
mod door;
mod error;
pub mod events;
mod finding;
pub mod fingerprint;
mod idempotency;
pub mod jobs;
pub mod migrate;
mod part;
mod postgres;
mod reach;
pub mod search;
mod seeds;
mod sqlite;
mod tx;
mod vault;

pub use archive::Archive;
pub use blobs::Blobs;
pub use books::Books;
pub use conn::{Conn, Each, MultiBackend, in_parts, total};
pub use db::{DatabaseUrl, Db};
pub use door::{Answer, App, Authorizer, Command, HandedIn, Held};
pub use error::Error;
pub use finding::Finding;
pub use fingerprint::Fingerprint;
pub use idempotency::Once;
pub use migrate::Migration;
pub use part::{Part, Place, Total};
pub use reach::Reach;
pub use seeds::{Seeds, SystemSeeds, seed};
pub use tx::Tx;
pub use vault::{MasterKey, Sealed, Vault};
