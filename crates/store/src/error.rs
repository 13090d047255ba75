//! What can go wrong at the door.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use kernel::{MoneyError, Refusal, RefusalKind};

/// The failure of a command or query.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A decision: the input or the state of things does not allow it. Nothing has changed.
    #[error("refused: {0}")]
    Refused(Box<Refusal>),
    /// The database said no. Nothing has changed.
    #[error("database: {0}")]
    Database(DieselError),
    /// Stored data cannot be what it is.
    #[error("broken data: {0}")]
    Broken(String),
    /// Not now: the queue is full, the store is closing, or the disk is full. Nothing has changed.
    #[error("unavailable: {0}")]
    Unavailable(&'static str),
    /// A commit could not be confirmed. It may have happened: ask again with the same key.
    #[error("the outcome is unknown")]
    OutcomeUnknown,
}

impl Error {
    /// What the caller is told. Faults of the house keep their details for the log.
    pub fn refusal(&self) -> Refusal {
        match self {
            Error::Refused(refusal) => (**refusal).clone(),
            Error::Unavailable(code) => Refusal::new(RefusalKind::Unavailable, code),
            Error::OutcomeUnknown => Refusal::new(RefusalKind::OutcomeUnknown, "outcome_unknown"),
            Error::Database(_) if self.is_storage_full() => Refusal::new(RefusalKind::Unavailable, "storage_full"),
            Error::Database(_) if self.is_damage() => Refusal::new(RefusalKind::Unavailable, "database_damaged"),
            Error::Database(_) | Error::Broken(_) => Refusal::new(RefusalKind::Unavailable, "internal"),
        }
    }

    /// What a form shows beside what was typed: an input that is not valid, a state that has changed. Any other failure is
    /// the whole answer.
    pub fn for_form(self) -> Result<Refusal, Error> {
        match self {
            Error::Refused(refusal) if matches!(refusal.status(), 409 | 422) => Ok(*refusal),
            other => Err(other),
        }
    }

    /// Whether the same transaction may succeed when run again at once (PostgreSQL 40001, 40P01).
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Error::Database(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
            Error::Database(DieselError::DatabaseError(_, info)) => {
                // In the languages of the house: a server may speak another than English.
                ["deadlock detected", "检测到死锁"].iter().any(|words| info.message().contains(words))
            }
            _ => false,
        }
    }

    /// Whether the database's file is no longer one (SQLITE_CORRUPT, SQLITE_NOTADB).
    pub(crate) fn is_damage(&self) -> bool {
        let words = ["disk image is malformed", "file is not a database"];
        matches!(self, Error::Database(error) if words.iter().any(|words| error.to_string().contains(words)))
    }

    /// Whether the disk is full or failing, so that a clear sentence can be said.
    pub(crate) fn is_storage_full(&self) -> bool {
        match self {
            Error::Database(DieselError::DatabaseError(_, info)) => {
                let message = info.message();
                message.contains("disk is full")
                    || message.contains("No space left")
                    || message.contains("disk I/O error")
            }
            _ => false,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(Box::new(refusal))
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        Error::Database(error)
    }
}

impl From<MoneyError> for Error {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::CurrencyMismatch(..) => Refusal::invalid("currency_mismatch").into(),
            MoneyError::Overflow => Refusal::invalid("amount_too_large").into(),
            other => Error::Broken(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::Broken(error.to_string())
    }
}
