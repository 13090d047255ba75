//! The peer: `sqlite3`, as somebody would do it who has two tables and an afternoon.

use super::bank::{Bank, HEAD_ROWS};
use crate::Outcome;
use crate::database::Database;
use crate::process::{Spent, watched};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

const TABLES: &str = "
.bail on
CREATE TABLE lines (booked_on TEXT, money_in TEXT, money_out TEXT, balance TEXT, payer TEXT, payer_account TEXT, kind TEXT,
    reference TEXT, bank_number TEXT);
CREATE TABLE invoices (number TEXT, customer TEXT, issued_on TEXT, due_on TEXT, total TEXT);";
const INDEXES: &str = "
CREATE INDEX lines_by_reference ON lines (reference, money_in);
CREATE UNIQUE INDEX invoices_by_number ON invoices (number, total);";
const IMPORT: &str = "
.import --csv --skip HEAD 'LINES' lines
.import --csv --skip 1 'INVOICES' invoices";
/// Amounts are compared as they are written: both files write two decimals. What was found is stored.
const JOIN: &str = "
CREATE TABLE matches AS SELECT l.rowid AS line, i.rowid AS invoice
    FROM lines l JOIN invoices i ON i.number = l.reference AND i.total = l.money_in;
";

/// When the indexes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indexes {
    /// With the tables, as in a database that is used month after month.
    First,
    /// Once all is there: quicker, and possible once.
    Last,
}

/// What the peer made of a file.
#[derive(Debug, Clone, Copy)]
pub struct Joined {
    pub spent: Spent,
    pub lines: u64,
    pub matches: u64,
}

/// Imports and joins, into a new database in a folder.
pub fn join(folder: &Path, bank: &Bank, lines: &Path, indexes: Indexes) -> Outcome<Joined> {
    let (database, script) = (folder.join("peer.db"), folder.join("peer.sql"));
    if database.exists() {
        fs::remove_file(&database).map_err(|e| e.to_string())?;
    }
    let steps = match indexes {
        Indexes::First => [TABLES, INDEXES, IMPORT, JOIN],
        Indexes::Last => [TABLES, IMPORT, INDEXES, JOIN],
    };
    let text = steps.concat().replace("HEAD", &HEAD_ROWS.to_string()).replace("LINES", &lines.to_string_lossy());
    let text = text.replace("INVOICES", &bank.open.to_string_lossy());
    fs::write(&script, text).map_err(|e| format!("Cannot write {}: {e}.", script.display()))?;
    crate::disk::settle()?;
    let mut sqlite3 = Command::new("sqlite3");
    sqlite3.arg(&database).stdin(File::open(&script).map_err(|e| e.to_string())?);
    let spent = watched(&mut sqlite3)?;
    let mut database = Database::open(&format!("sqlite://{}", database.display()))?;
    let mut count = |table: &str| {
        let rows = database.number(&format!("SELECT count(*) FROM {table}"))?;
        Ok::<_, String>(u64::try_from(rows).unwrap_or(0))
    };
    Ok(Joined { spent, lines: count("lines")?, matches: count("matches")? })
}
