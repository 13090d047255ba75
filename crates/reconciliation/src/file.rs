//! A file that somebody brings: read as often as it is needed.

use kernel::Refusal;
use statements::{Fault, Source};
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::NamedTempFile;

/// Where a statement's bytes are.
#[derive(Debug, Clone)]
pub enum StatementFile {
    Path(PathBuf),
    /// One that was sent, and goes once it was read.
    Sent(Arc<NamedTempFile>),
}

impl StatementFile {
    /// The file from its beginning.
    pub fn open(&self) -> Result<Source, Refusal> {
        let path = match self {
            StatementFile::Path(path) => path.as_path(),
            StatementFile::Sent(file) => file.path(),
        };
        let file = File::open(path)
            .map_err(|error| Refusal::invalid("statement_unreadable").with("reason", error.to_string()))?;
        Source::open(file).map_err(|fault| broken(&fault))
    }
}

/// A file that cannot be read, with the place where it breaks.
pub fn broken(fault: &Fault) -> Refusal {
    let refusal = match fault.place {
        Some(place) => Refusal::invalid("statement_broken_at").with("place", place.to_string()),
        None => Refusal::invalid("statement_broken"),
    };
    let facts = fault.reason.facts.iter();
    facts.fold(refusal.with("reason", fault.reason.code), |refusal, (name, fact)| refusal.with(name, fact.as_str()))
}
