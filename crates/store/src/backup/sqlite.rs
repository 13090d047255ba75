//! SQLite: a copy made by `VACUUM INTO` goes into the file as it is, and is put in place of the database on the way back.

use super::Report;
use super::files::{Scratch, at, beside};
use super::records::{PIECE, Records, Tag, damaged, put, put_pieces};
use crate::conn::Conn;
use crate::error::Error;
use crate::sqlite;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use kernel::Refusal;
use std::fs;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Copies the database into the stream; writers go on meanwhile.
pub(super) fn put_database(out: &mut impl Write, path: &str, report: &mut Report) -> Result<(), Error> {
    if !Path::new(path).exists() {
        return Err(Refusal::not_found("backup_nothing_there").into());
    }
    // Beside the database, where its plain bytes are as safe as it is itself.
    let copy = Scratch::new(beside(Path::new(path), ".snapshot"))?;
    let mut conn = sqlite::open_writer(path)?;
    let target = copy.path().display().to_string().replace('\'', "''");
    let copied = conn.batch_execute(&format!("VACUUM INTO '{target}'")).map_err(Error::from);
    copied.map_err(|e| if e.is_storage_full() { Error::Unavailable("storage_full") } else { e })?;
    let mut file = copy.file();
    file.seek(SeekFrom::Start(0)).map_err(at(copy.path()))?;
    put(out, Tag::Database, &[])?;
    report.database_bytes = put_pieces(out, file, |_| ())?;
    Ok(())
}

/// Takes the database out of the stream into a file beside its place.
pub(super) fn take_database<R: Read>(
    records: &mut Records<R>,
    path: &str,
    report: &mut Report,
) -> Result<Scratch, Error> {
    if records.current().0 != Tag::Database {
        return Err(damaged());
    }
    records.step()?;
    let fresh = Scratch::new(beside(Path::new(path), ".restoring"))?;
    let mut file = BufWriter::with_capacity(PIECE, fresh.file());
    report.database_bytes = records.pieces(|piece| file.write_all(piece).map_err(at(fresh.path())))?;
    file.flush().map_err(at(fresh.path()))?;
    drop(file);
    Ok(fresh)
}

/// Whether there is a database with any row in it; what cannot be read counts as one.
pub(super) fn has_data(path: &str) -> Result<bool, Error> {
    if fs::metadata(path).map_or(0, |m| m.len()) == 0 {
        return Ok(false);
    }
    Ok(any_row(path).unwrap_or(true))
}

fn any_row(path: &str) -> Result<bool, Error> {
    let mut conn = sqlite::open_reader(path)?;
    let Conn::Sqlite(c) = &mut conn else { return Ok(true) };
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' \
                  AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migrations'";
    for table in sql_query(tables).load::<Name>(c)? {
        let name = table.name.replace('"', "\"\"");
        let found: Found = sql_query(format!("SELECT EXISTS (SELECT 1 FROM \"{name}\") AS found")).get_result(c)?;
        if found.found {
            return Ok(true);
        }
    }
    Ok(false)
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Puts the restored file in place of what is there.
pub(super) fn swap(fresh: Scratch, path: &str) -> Result<(), Error> {
    if fs::metadata(path).map_or(0, |m| m.len()) > 0 {
        settle(path)?;
    }
    // A log of the old database would be played into the new one.
    for suffix in ["-wal", "-shm", "-journal"] {
        let log = beside(Path::new(path), suffix);
        match fs::remove_file(&log) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(at(&log)(e)),
            _ => {}
        }
    }
    fresh.place(Path::new(path))
}

/// Brings the log of the old database home, so that it is whole until the very moment it is replaced. Refuses while another
/// process has it open; a file that is no database is simply replaced.
fn settle(path: &str) -> Result<(), Error> {
    let Ok(Conn::Sqlite(mut conn)) = sqlite::open_writer(path) else { return Ok(()) };
    let settled = conn.batch_execute("PRAGMA busy_timeout = 500; PRAGMA journal_mode = DELETE;");
    match settled {
        Err(error) if error.to_string().contains("locked") => Err(Refusal::conflict("restore_in_use").into()),
        _ => Ok(()),
    }
}
