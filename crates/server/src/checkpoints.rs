//! Where the audit trail of each organisation ended when it was last verified, in a file beside the data.
//!
//! The trail protects itself against whoever owns the database, but not against an older state of all of it put back. A line of
//! this file, or of what `verify` prints, kept elsewhere, tells that too: `ORGANISATION NUMBER HASH`.

use crate::failure::Failure;
use kernel::id::OrganisationId;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::audit::{self, ChainReport};
use store::{Conn, Error, Finding};

fn file(dir: &Path) -> PathBuf {
    dir.join("audit.checkpoints")
}

/// How a hash is written.
pub fn hex(hash: &[u8]) -> String {
    hash.iter().map(|b| format!("{b:02x}")).collect()
}

/// The lines of an organisation: number and hash, oldest first.
pub fn read(dir: &Path, organisation: OrganisationId) -> Result<Vec<(i64, String)>, Failure> {
    let text = match std::fs::read_to_string(file(dir)) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let own = organisation.to_string();
    let line = |line: &str| {
        let (of, rest) = line.split_once(' ')?;
        let (number, hash) = rest.split_once(' ')?;
        (of == own).then_some((number.parse().ok()?, hash.to_owned()))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// Where the trail no longer has what was seen of it (`trail_rewritten`).
pub fn compare(conn: &mut Conn, organisation: OrganisationId, seen: &[(i64, String)]) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (number, hash) in seen {
        let is = audit::hash_at(conn, organisation, *number)?.map(|hash| hex(&hash));
        if is.as_ref() != Some(hash) {
            let is = is.unwrap_or_else(|| "nothing".to_owned());
            let detail = format!("link {number} had the hash {hash} when it was verified, now it has {is}");
            findings.push(Finding::new("trail_rewritten", organisation.to_string(), detail));
        }
    }
    Ok(findings)
}

/// Adds a line where the trail has grown since the last.
pub fn add(
    dir: &Path,
    organisation: OrganisationId,
    report: &ChainReport,
    seen: &[(i64, String)],
) -> Result<(), Failure> {
    if seen.last().map_or(0, |(number, _)| *number) >= report.sealed {
        return Ok(());
    }
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(file(dir))?;
    writeln!(file, "{organisation} {} {}", report.sealed, hex(&report.hash))?;
    file.sync_all()?;
    Ok(())
}

/// Puts the file aside, where a backup brings an older trail back lawfully.
pub fn set_aside(dir: &Path) -> Result<(), Failure> {
    match std::fs::rename(file(dir), dir.join("audit.checkpoints.before-restore")) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}
