//! A file that somebody brings: read as often as it is needed.

use kernel::Refusal;
use statements::{Fault, Source};
use std::fs::File;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;

/// Where a statement's bytes are.
#[derive(Debug, Clone)]
pub enum StatementFile {
    Path(PathBuf),
    Bytes(Arc<[u8]>),
}

impl StatementFile {
    /// The file from its beginning.
    pub fn open(&self) -> Result<Source, Refusal> {
        let source = match self {
            StatementFile::Path(path) => {
                let opened = File::open(path);
                let file = opened
                    .map_err(|error| Refusal::invalid("statement_unreadable").with("reason", error.to_string()))?;
                Source::open(file)
            }
            StatementFile::Bytes(bytes) => Source::open(Cursor::new(Arc::clone(bytes))),
        };
        source.map_err(|fault| broken(&fault))
    }
}

/// A file that cannot be read, with the place where it breaks.
pub(crate) fn broken(fault: &Fault) -> Refusal {
    let refusal = match fault.place {
        Some(place) => Refusal::invalid("statement_broken_at").with("place", place.to_string()),
        None => Refusal::invalid("statement_broken"),
    };
    refusal.with("reason", fault.reason.clone())
}
