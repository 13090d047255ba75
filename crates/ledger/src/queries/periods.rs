//! Periods.

use crate::store::periods;
use ::store::{Conn, Error};
use kernel::id::PeriodId;
use kernel::{Date, Scope};

/// A month of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub id: PeriodId,
    pub starts_on: Date,
    pub ends_on: Date,
    pub closed: bool,
}

/// Every period that was posted to, newest first.
pub fn periods(conn: &mut Conn, scope: &Scope) -> Result<Vec<Period>, Error> {
    let rows = periods::all(conn, super::organisation(scope)?)?;
    Ok(rows
        .into_iter()
        .map(|row| Period { id: row.period_id, starts_on: row.starts_on.0, ends_on: row.ends_on.0, closed: row.closed })
        .collect())
}
