//! Commands of whoever owns the machine: migrate, verify, backup, restore, export.

use crate::config::Config;
use crate::failure::Failure;
use crate::{data_dir, house, rooms};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::OrganisationId;
use kernel::{Date, Locale};
use schema::{counters, credit_notes};
use std::io::{ErrorKind, Write};
use std::path::Path;
use store::{Conn, DatabaseUrl, Db, total};

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

/// Checks the data of every organisation; the first line of each finding says what is wrong.
pub fn verify(config: &Config) -> Result<(), Failure> {
    let db = open(config)?;
    let mut wrong = 0_usize;
    for (organisation, name) in organisations(&db)? {
        let findings = findings(&db, organisation)?;
        for finding in &findings {
            println!("{name}: {finding}");
        }
        wrong += findings.len();
        let chain = db.read_now(move |conn| store::audit::verify(conn, organisation))?;
        match chain.broken {
            Some((place, row, fault)) => {
                wrong += 1;
                println!("{name}: the audit chain breaks at its link {place}: row {row} was {fault}");
            }
            None => {
                println!("{name}: audit chain of {} links holds, {} rows not sealed yet", chain.sealed, chain.unsealed)
            }
        }
    }
    if wrong == 0 {
        println!("Everything adds up.");
        return Ok(());
    }
    Err(Failure::refused(format!("{wrong} findings. Restore a backup, or ask for help with the lines above.")))
}

/// What is wrong in the books and documents of an organisation, in words.
pub fn findings(db: &Db, organisation: OrganisationId) -> Result<Vec<String>, Failure> {
    let (mut found, deferrals) = db.read_now(move |conn| {
        let mut found: Vec<String> = ledger::verify(conn, organisation)?
            .iter()
            .map(|f| format!("{} {}: {}", f.code, f.subject, f.detail))
            .collect();
        found.extend(
            receivables::verify(conn, organisation)?.iter().map(|f| format!("{} {}: {}", f.code, f.subject, f.detail)),
        );
        found.extend(gaps(conn, organisation)?);
        Ok((found, invoicing::queries::verify_deferrals(conn, organisation)?))
    })?;
    if !deferrals.is_empty() {
        let i18n = house::languages()?;
        for finding in &deferrals {
            let (id, args) = finding.sentence();
            let told = Locale::ALL.map(|locale| i18n.for_locale(locale).ta(id, &args));
            found.push(format!("deferral_differs {}: {}", finding.invoice, told.join(" ")));
        }
    }
    Ok(found)
}

/// Series whose counter and documents disagree: a number was lost or given twice.
fn gaps(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<String>, store::Error> {
    let taken: Vec<(String, i64)> = counters::table
        .filter(counters::organisation_id.eq(organisation))
        .group_by(counters::series)
        .select((counters::series, total(counters::last)))
        .load(conn)?;
    let mut found = Vec::new();
    for (series, taken) in taken {
        let given: i64 = match series.as_str() {
            "invoice" => invoicing::queries::numbered(conn, organisation)?,
            "credit_note" => {
                credit_notes::table.filter(credit_notes::organisation_id.eq(organisation)).count().get_result(conn)?
            }
            _ => continue,
        };
        if given != taken {
            found.push(format!("series {series}: {taken} numbers were taken, {given} documents have one"));
        }
    }
    Ok(found)
}

/// One encrypted file with everything but the master key.
pub fn backup(config: &Config, file: &Path) -> Result<(), Failure> {
    let key = data_dir::master_key(config)?;
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
    verify(config)
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

fn open(config: &Config) -> Result<Db, Failure> {
    // Looking alone would make an empty file.
    if let DatabaseUrl::Sqlite(path) = &config.database
        && !Path::new(path).exists()
    {
        return Err(data_dir::missing(&config.data_dir));
    }
    if !store::migrate::pending(&config.database, &rooms::migrations())?.is_empty() {
        return Err(Failure::refused(
            "There is no up-to-date database here. Run `shunfu migrate`, or name the data folder.",
        ));
    }
    Ok(Db::open(&config.database)?)
}

fn organisations(db: &Db) -> Result<Vec<(OrganisationId, String)>, Failure> {
    Ok(db.read_now(house::organisations)?)
}
