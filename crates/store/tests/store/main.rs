//! The store through its door, on a real SQLite file and, where `SHUNFU_TEST_POSTGRES` names a server, on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod archive;
mod audit;
mod backup;
mod bench;
mod disk_full;
mod door;
mod idempotency;
mod jobs;
mod migrate;
mod search;
mod vault;
