//! Backup and restore: database, blobs and wrapped keys in one encrypted file, while the house goes on.
//!
//! The master key is not in the file and the file is nothing without it: keep the two apart. A file is written beside its place
//! and put there when it is whole; a restore reads the file to its end, verified, before anything of the old data goes.
//! A file brings data back to the engine that it came from.
//!
//! Refusals: `backup_running`, `backup_would_overwrite`, `backup_nothing_there`, `backup_file_unusable` (with `file` and `reason`),
//! `backup_unknown_file`, `backup_newer_version`, `backup_other_master_key`, `backup_other_engine`, `backup_damaged`,
//! `restore_data_there`, `restore_foreign_tables`, `restore_in_use`; and `storage_full`.

mod files;
mod postgres;
mod records;
mod sealed;
mod sqlite;

use crate::db::DatabaseUrl;
use crate::error::Error;
use crate::vault::MasterKey;
use files::{Scratch, Staged, at, beside};
use kernel::Refusal;
use records::{Records, Tag};
use sealed::{Engine, SealedReader, SealedWriter};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read};
use std::path::Path;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Bytes of the database: of its file on SQLite, of its rows' text on PostgreSQL.
    pub database_bytes: u64,
    pub blobs: u64,
    pub blob_bytes: u64,
    /// Names of blobs whose bytes were no longer what they were named for when the backup was made.
    pub damaged_blobs: Vec<String>,
}

impl Report {
    fn count_blob(&mut self, name: &str, whole: bool) {
        self.blobs += 1;
        if !whole {
            self.damaged_blobs.push(name.to_owned());
        }
    }
}

fn engine_of(url: &DatabaseUrl) -> Engine {
    match url {
        DatabaseUrl::Sqlite(_) => Engine::Sqlite,
        DatabaseUrl::Postgres(_) => Engine::Postgres,
    }
}

/// Whether there is anything to lose in a database: a schema without rows is nothing.
pub fn has_data(url: &DatabaseUrl) -> Result<bool, Error> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::has_data(path),
        DatabaseUrl::Postgres(url) => postgres::has_data(url),
    }
}

/// Writes everything into one file that only its owner and the master key can read. An older backup in its place is replaced
/// once the new one is whole; a file of another kind is not.
pub fn backup(url: &DatabaseUrl, blobs_dir: &Path, master: &MasterKey, out: &Path) -> Result<Report, Error> {
    refuse_foreign_file(out)?;
    let scratch = Scratch::new(beside(out, ".part"))?;
    let mut report = Report::default();
    let mut writer = SealedWriter::new(BufWriter::new(scratch.file()), master, engine_of(url))?;
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::put_database(&mut writer, path, &mut report)?,
        DatabaseUrl::Postgres(url) => postgres::put_database(&mut writer, url, &mut report)?,
    }
    // After the database: a row's blob is there before the row, so every row of the snapshot finds its blob in the file.
    files::put_blobs(&mut writer, blobs_dir, &mut report)?;
    records::put(&mut writer, Tag::End, &[])?;
    drop(writer.finish().map_err(at(scratch.path()))?);
    scratch.place(out)?;
    Ok(report)
}

/// Somebody may name the wrong file, such as the database.
fn refuse_foreign_file(out: &Path) -> Result<(), Error> {
    let mut start = Vec::new();
    match File::open(out) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        other => other.and_then(|f| f.take(8).read_to_end(&mut start)).map_err(at(out))?,
    };
    if start.is_empty() || start == sealed::MAGIC {
        return Ok(());
    }
    Err(Refusal::conflict("backup_would_overwrite").with("file", out.display().to_string()).into())
}

/// Brings a file's data back. With `force` it replaces what is there; without it, data that is there is a refusal (a schema
/// without rows is not). Nothing else may have the database open. What was there stays until the file has proved whole.
pub fn restore(
    file: &Path,
    master: &MasterKey,
    url: &DatabaseUrl,
    blobs_dir: &Path,
    force: bool,
) -> Result<Report, Error> {
    let from = BufReader::new(File::open(file).map_err(at(file))?);
    let (reader, engine) = SealedReader::new(from, master)?;
    if engine != engine_of(url) {
        return Err(Refusal::invalid("backup_other_engine").into());
    }
    // Asked also where it is overwritten: tables of another program are not.
    let data_there = has_data(url)?;
    if !force && (data_there || files::has_blobs(blobs_dir)?) {
        return Err(Refusal::conflict("restore_data_there").into());
    }
    let mut records = Records::new(reader)?;
    let mut report = Report::default();
    // Blobs go into place before the database, so that no row ever waits for its blob.
    match url {
        DatabaseUrl::Sqlite(path) => {
            let fresh = sqlite::take_database(&mut records, path, &mut report)?;
            let staged = Staged::take(&mut records, blobs_dir, &mut report)?;
            records.end()?;
            staged.place()?;
            sqlite::swap(fresh, path)?;
        }
        DatabaseUrl::Postgres(url) => {
            let restored = postgres::take_database(&mut records, url, &mut report)?;
            let staged = Staged::take(&mut records, blobs_dir, &mut report)?;
            records.end()?;
            staged.place()?;
            restored.commit()?;
        }
    }
    Ok(report)
}
