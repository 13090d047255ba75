//! Work behind the postings: voucher numbers and roll-ups.

use crate::rules::period::month_of;
use crate::store::{balances, vouchers};
use ::store::{Conn, Error, Reach};
use kernel::Date;
use kernel::id::{EntryId, OrganisationId};
use std::collections::BTreeMap;

/// Entries that are looked up at a time.
const FOUND_MAX: i64 = 4096;

/// Gives every entry of the month of a day that has no voucher number the next one (记-0001 …), by date and in the order of
/// posting. Returns how many. A period does it before it closes.
pub fn number_vouchers(conn: &mut Conn, organisation: OrganisationId, month: Date) -> Result<usize, Error> {
    let month = month_of(month);
    let days = (month.starts_on, month.ends_on);
    let mut numbered = 0;
    loop {
        let found = vouchers::without(conn, organisation, days, FOUND_MAX)?;
        let ids: Vec<EntryId> = found.into_iter().map(|entry| entry.entry_id).collect();
        let n = vouchers::number(conn, organisation, month.starts_on, &ids)?;
        numbered += n;
        if n == 0 {
            return Ok(numbered);
        }
    }
}

/// Entries of one month that have no number yet, in the order in which they are to be numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnumbered {
    month: Date,
    entries: Vec<EntryId>,
}

/// Up to `limit` entries that have no voucher number yet, by month; none where there are none. A look before the writing, so
/// that nobody waits for it.
pub fn unnumbered(
    conn: &mut Conn,
    organisation: OrganisationId,
    reach: Reach,
    limit: i64,
) -> Result<Vec<Unnumbered>, Error> {
    let from = reach.begin(vouchers::last(conn, organisation)?);
    let mut months: BTreeMap<Date, Vec<(Date, EntryId)>> = BTreeMap::new();
    for found in vouchers::without_from(conn, organisation, from, limit)? {
        months.entry(month_of(found.date.0).starts_on).or_default().push((found.date.0, found.entry_id));
    }
    let by_date = |(month, mut found): (Date, Vec<(Date, EntryId)>)| {
        found.sort_unstable();
        Unnumbered { month, entries: found.into_iter().map(|(_, id)| id).collect() }
    };
    Ok(months.into_iter().map(by_date).collect())
}

/// Gives a portion its numbers, but for entries that got one meanwhile; returns how many. A job runs it now and then, within
/// [`store::App::maintain`].
pub fn number_some(conn: &mut Conn, organisation: OrganisationId, some: &Unnumbered) -> Result<usize, Error> {
    vouchers::number(conn, organisation, some.month, &some.entries)
}

/// Moves up to `limit` entries from the tail into the roll-ups; returns how many, of all organisations. A job runs it, within
/// [`store::App::maintain`], until nothing is left; a thousand at a time do not hold the writer for long.
pub fn roll_tail(conn: &mut Conn, limit: i64) -> Result<i64, Error> {
    balances::roll(conn, limit)
}
