//! What a check of the data found.

use std::fmt;

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `entry_unbalanced`; the checks of each slice name theirs.
    pub code: &'static str,
    /// The document, entry, account or row.
    pub subject: String,
    /// What was compared with what, for whoever repairs it.
    pub detail: String,
}

impl Finding {
    pub fn new(code: &'static str, subject: impl Into<String>, detail: impl Into<String>) -> Finding {
        Finding { code, subject: subject.into(), detail: detail.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.subject, self.detail)
    }
}
