//! What lies on one account in each currency, and what moved there: for tills, whose cashiers do not see the journal.

use crate::rules::chart::Side;
use crate::rules::entry::{Document, EntryKind};
use crate::store::held;
use ::store::{Conn, Error};
use kernel::id::EntryId;
use kernel::{Currency, Date, Money, Scope, Timestamp};

/// What an account has in a currency, debit positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// At the end of the day that was asked for.
    pub by_then: Money,
    /// With everything that is dated later.
    pub in_all: Money,
}

/// A line that moved something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub entry: EntryId,
    pub kind: EntryKind,
    pub document: Option<Document>,
    pub memo: String,
    pub on: Date,
    pub posted_at: Timestamp,
    /// In the currency of the document; what went out is below zero.
    pub amount: Money,
}

/// What an account has in each currency that was ever on it, of one moment.
pub fn held(conn: &mut Conn, scope: &Scope, account: &str, on: Date) -> Result<Vec<Held>, Error> {
    let organisation = super::organisation(scope)?;
    let held = |row: held::HeldRow| Held {
        by_then: Money::new(row.minor, row.currency),
        in_all: Money::new(row.in_all_minor, row.currency),
    };
    Ok(held::held(conn, organisation, account, on)?.into_iter().map(held).collect())
}

/// Up to `limit` of what moved on an account in a currency from a day on, the newest day first. Where it was counted (by the end of
/// which day, and when), what is of later days, and what was posted after the count for its day or an earlier one.
pub fn moved(
    conn: &mut Conn,
    scope: &Scope,
    on: (&str, Currency),
    since: (Date, Option<(Date, Timestamp)>),
    limit: i64,
) -> Result<Vec<Moved>, Error> {
    let organisation = super::organisation(scope)?;
    let rows = held::moved(conn, organisation, on, since, limit)?;
    rows.into_iter()
        .map(|(entry, line)| {
            let (kind, line) = (entry.kind()?, line.draft()?);
            let amount = if line.side == Side::Debit { line.original } else { line.original.negated()? };
            Ok(Moved {
                entry: entry.entry_id,
                kind,
                document: entry.document(),
                memo: entry.memo,
                on: entry.date.0,
                posted_at: entry.posted_at.0,
                amount,
            })
        })
        .collect()
}

/// Whether anything moved on an account on a day.
pub fn moved_on(conn: &mut Conn, scope: &Scope, account: &str, day: Date) -> Result<bool, Error> {
    held::moved_on(conn, super::organisation(scope)?, account, day)
}
