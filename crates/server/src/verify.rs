//! `shunfu verify`: whether the data is what the house wrote, and adds up.

use crate::config::Config;
use crate::failure::Failure;
use crate::{admin, checkpoints, data_dir, house};
use kernel::Locale;
use kernel::id::OrganisationId;
use ledger::AccountRole;
use receivables::ControlAccounts;
use std::path::{Path, PathBuf};
use store::audit::ChainReport;
use store::{Conn, Db, Error, Finding, Vault, books};

/// What checks need: the data, the keys to it, and where the files lie.
#[derive(Clone)]
pub struct Premises {
    pub db: Db,
    pub vault: Vault,
    pub data_dir: PathBuf,
}

/// What was found about an organisation.
#[derive(Debug, Clone)]
pub struct Verified {
    /// In words.
    pub findings: Vec<String>,
    pub trail: ChainReport,
}

/// Checks the data of every organisation; each line names what is wrong, and compares it with what.
pub fn run(config: &Config) -> Result<(), Failure> {
    data_dir::expect_database(config)?;
    let damage = config.database.damage().map_err(|e| {
        Failure::refused(format!("The database cannot be read ({e}). Restore a backup with `shunfu restore`."))
    })?;
    for page in &damage {
        println!("database_damaged {page}");
    }
    let mut wrong = damage.len();
    let key = house::own_key(config)?;
    let db = admin::open(config)?;
    let organisations = admin::organisations(&db)?;
    let premises = Premises { db, vault: Vault::new(key), data_dir: config.data_dir.clone() };
    for (organisation, name) in organisations {
        let seen = checkpoints::read(&config.data_dir, organisation)?;
        let Verified { findings, trail } = organisation_of(&premises, organisation, seen.clone())?;
        for finding in &findings {
            println!("{name}: {finding}");
        }
        wrong += findings.len();
        println!("{name}: {}", told(&trail));
        if findings.is_empty() {
            checkpoints::add(&config.data_dir, organisation, &trail, &seen)?;
        }
    }
    if wrong == 0 {
        println!("Everything adds up.");
        return Ok(());
    }
    Err(Failure::refused(format!("{wrong} findings. Restore a backup, or ask for help with the lines above.")))
}

/// Where the trail ends, to be kept elsewhere.
fn told(trail: &ChainReport) -> String {
    let end = match trail.sealed {
        0 => String::new(),
        number => format!(", and ends with the hash {} at link {number}", checkpoints::hex(&trail.hash)),
    };
    let since = trail.unsealed_since.map_or(String::new(), |since| format!(", the oldest from {since}"));
    format!("the audit trail has {} links{end}; {} rows are not sealed yet{since}", trail.sealed, trail.unsealed)
}

/// Every check of an organisation. All that is in the database is compared at one moment; kept documents are read after it, since
/// they never change.
pub fn organisation_of(
    premises: &Premises,
    organisation: OrganisationId,
    seen: Vec<(i64, String)>,
) -> Result<Verified, Failure> {
    let vault = premises.vault.clone();
    let (found, deferrals, trail) = premises.db.snapshot_now(move |conn| {
        let trail = store::audit::verify(conn, &vault, organisation)?;
        let mut found = of_database(conn, &vault, organisation)?;
        found.extend(checkpoints::compare(conn, organisation, &seen)?);
        Ok((found, invoicing::queries::verify_deferrals(conn, organisation)?, trail))
    })?;
    let mut findings: Vec<String> = trail.faults.iter().map(|fault| format!("trail_broken {fault}")).collect();
    findings.extend(found.iter().map(Finding::to_string));
    if !deferrals.is_empty() {
        let i18n = house::languages()?;
        for finding in &deferrals {
            let (id, args) = finding.sentence();
            let told = Locale::ALL.map(|locale| i18n.for_locale(locale).ta(id, &args));
            findings.push(format!("deferral_differs {}: {}", finding.invoice, told.join(" ")));
        }
    }
    let (vault, blobs) = (premises.vault.clone(), blobs(&premises.data_dir));
    let kept = premises.db.read_now(move |conn| store::archive::verify(conn, &vault, organisation, &blobs))?;
    findings.extend(kept.iter().map(Finding::to_string));
    Ok(Verified { findings, trail })
}

fn blobs(data_dir: &Path) -> PathBuf {
    data_dir.join("blobs")
}

/// What each slice finds in its tables, and between them.
fn of_database(conn: &mut Conn, vault: &Vault, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let chart = ledger::chart_of(&books::load(conn, organisation)?)?;
    let accounts = ControlAccounts {
        receivable: chart.code(AccountRole::Receivable),
        advances: chart.code(AccountRole::CustomerAdvances),
    };
    let mut found = store::audit::unaudited(conn, organisation)?;
    found.extend(ledger::verify(conn, organisation)?);
    found.extend(receivables::verify(conn, organisation)?);
    found.extend(receivables::verify_control(conn, organisation, accounts)?);
    found.extend(orders::verify(conn, organisation)?);
    found.extend(invoicing::queries::verify_documents(conn, vault, organisation)?);
    found.extend(invoicing::queries::verify_deposits(conn, organisation)?);
    found.extend(payments::verify(conn, vault, organisation)?);
    found.extend(reconciliation::verify(conn, organisation)?);
    found.extend(customers::queries::unreadable(conn, vault, organisation)?);
    found.extend(identity::queries::unreadable(conn, vault, organisation)?);
    found.extend(notifications::queries::unreadable(conn, vault, organisation)?);
    Ok(found)
}
