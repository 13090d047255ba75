//! Commands of whoever owns the machine: migrate, backup, restore, export.

use crate::config::Config;
use crate::failure::Failure;
use crate::{checkpoints, data_dir, house, rooms, verify};
use kernel::Date;
use kernel::id::OrganisationId;
use std::io::{ErrorKind, Write};
use std::path::Path;
use store::Db;

/// Brings the schema up to date; a backup goes before it.
pub fn migrate(config: &Config) -> Result<(), Failure> {
    let _lock = data_dir::lock(&config.data_dir)?;
    let steps = rooms::migrations();
    let pending = store::migrate::pending(&config.database, &steps)?;
    if pending.is_empty() {
        println!("The schema is up to date.");
        return Ok(());
    }
    if pending.len() < steps.len() {
        let stamp = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let file = config.data_dir.join(format!("before-migration-{stamp}.backup"));
        backup(config, &file)?;
    }
    apply_steps(config)
}

fn apply_steps(config: &Config) -> Result<(), Failure> {
    for name in store::migrate::migrate(&config.database, &rooms::migrations(), jiff::Timestamp::now())? {
        println!("Applied: {name}");
    }
    Ok(())
}

/// One encrypted file with everything but the master key.
pub fn backup(config: &Config, file: &Path) -> Result<(), Failure> {
    let key = house::own_key(config)?;
    store::backup::backup(&config.database, &config.data_dir.join("blobs"), &key, file)?;
    println!("Backed up to {}. The master key is not in it; keep that elsewhere.", file.display());
    Ok(())
}

/// Brings a backup back, brings its schema up to date (it is kept in the file), and checks it.
pub fn restore(config: &Config, file: &Path, force: bool) -> Result<(), Failure> {
    data_dir::make(&config.data_dir)?;
    let _lock = data_dir::lock(&config.data_dir)?;
    let key = data_dir::master_key(config)?;
    store::backup::restore(file, &key, &config.database, &config.data_dir.join("blobs"), force)?;
    println!("Restored from {}.", file.display());
    apply_steps(config)?;
    // What was seen later than this backup is no longer there, and need not be.
    checkpoints::set_aside(&config.data_dir)?;
    verify::run(config)
}

/// Writes the journal to standard output.
pub fn export_journal(
    config: &Config,
    format: ledger::Format,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<(), Failure> {
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(Failure::usage(format!("--from {from} is after --to {to}; exchange them.")));
    }
    let db = open(config)?;
    let all = organisations(&db)?;
    let [(organisation, _)] = all.as_slice() else {
        return Err(Failure::refused("There must be exactly one organisation to export."));
    };
    let organisation = *organisation;
    let text = db.read_now(move |conn| {
        let mut text = Vec::new();
        ledger::export(conn, organisation, format, from, to, &mut text)?;
        Ok(text)
    })?;
    match std::io::stdout().lock().write_all(&text) {
        // Whoever reads it has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

pub(crate) fn open(config: &Config) -> Result<Db, Failure> {
    data_dir::expect_database(config)?;
    if !store::migrate::pending(&config.database, &rooms::migrations())?.is_empty() {
        return Err(Failure::refused(
            "There is no up-to-date database here. Run `shunfu migrate`, or name the data folder.",
        ));
    }
    Ok(Db::open(&config.database)?)
}

pub(crate) fn organisations(db: &Db) -> Result<Vec<(OrganisationId, String)>, Failure> {
    Ok(db.read_now(house::organisations)?)
}
