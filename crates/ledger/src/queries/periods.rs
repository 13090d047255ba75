//! Periods.

use crate::revaluation::{self, Unrevalued};
use crate::store::{called, periods, vouchers};
use ::store::{Conn, Error};
use kernel::id::PeriodId;
use kernel::{Date, Refusal, Scope};

/// A month of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub id: PeriodId,
    pub starts_on: Date,
    pub ends_on: Date,
    pub closed: bool,
}

/// What closing a period will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    pub period: Period,
    /// Entries in it, to which none will be added.
    pub entries: i64,
    /// Those of them whose vouchers get their numbers.
    pub unnumbered: i64,
    /// Whether balances in other currencies still stand at other rates than the closing ones. A warning only.
    pub unrevalued: Option<Unrevalued>,
    /// Statements of banks that end in it and are still open. A warning only.
    pub open_statements: i64,
}

/// What closing a period will do, or a refusal.
pub fn closing(conn: &mut Conn, scope: &Scope, id: PeriodId) -> Result<Closing, Error> {
    let organisation = super::organisation(scope)?;
    let period = periods(conn, scope)?.into_iter().find(|period| period.id == id);
    let period = period.ok_or_else(|| Refusal::not_found("period_not_found"))?;
    let days = (period.starts_on, period.ends_on);
    let (entries, numbered) = vouchers::counted(conn, organisation, days)?;
    let unrevalued = revaluation::missing(conn, organisation, period.ends_on)?;
    let open_statements = called::open_statements(conn, organisation, days)?;
    Ok(Closing { period, entries, unnumbered: entries - numbered, unrevalued, open_statements })
}

/// Every period that was posted to, newest first.
pub fn periods(conn: &mut Conn, scope: &Scope) -> Result<Vec<Period>, Error> {
    let rows = periods::all(conn, super::organisation(scope)?)?;
    Ok(rows
        .into_iter()
        .map(|row| Period { id: row.period_id, starts_on: row.starts_on.0, ends_on: row.ends_on.0, closed: row.closed })
        .collect())
}
