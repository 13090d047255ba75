//! From where on what is proposed is posted by itself, as the organisation chose it.

use crate::store;
use ::store::{Conn, Error};
use kernel::id::OrganisationId;

/// What is surer than this, in thousandths, and not tied, is posted where nobody says otherwise.
pub const POST_FROM: u16 = 980;
/// Nothing is so sure: every line waits for a person.
pub const POST_NOTHING: u16 = 1001;
/// Nothing less sure is posted by itself, whoever asks: of 950 to 974, 96 in 100 were right, of 925 to 949 only 68 (decision 0012).
pub const POST_FROM_LEAST: u16 = 950;

/// What an organisation chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// In thousandths; [`POST_NOTHING`] where every line waits.
    pub from: u16,
    /// Zero where nobody chose yet.
    pub version: i64,
}

impl Posting {
    /// Whether anything is posted by itself.
    pub const fn posts(self) -> bool {
        self.from < POST_NOTHING
    }
}

/// What an organisation chose, or what is usual.
pub fn posting(conn: &mut Conn, organisation: OrganisationId) -> Result<Posting, Error> {
    let row = store::settings(conn, organisation)?;
    Ok(row.map_or(Posting { from: POST_FROM, version: 0 }, |row| Posting {
        from: u16::try_from(row.post_from).unwrap_or(POST_NOTHING),
        version: row.version,
    }))
}
