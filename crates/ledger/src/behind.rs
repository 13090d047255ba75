//! Work behind the postings: voucher numbers and roll-ups.

use crate::rules::period::month_of;
use crate::store::{balances, vouchers};
use ::store::{Conn, Error};
use kernel::Date;
use kernel::id::{EntryId, OrganisationId};
use schema::types::Day;
use std::collections::BTreeSet;

/// Entries that get their numbers in one statement.
const CHUNK: i64 = 1000;

/// Gives every entry of the month of a day that has no voucher number the next one (记-0001 …), by date and in the order of
/// posting. Returns how many. A period does it before it closes.
pub fn number_vouchers(conn: &mut Conn, organisation: OrganisationId, month: Date) -> Result<usize, Error> {
    let month = month_of(month);
    let mut numbered = 0;
    loop {
        let days = (Day(month.starts_on), Day(month.ends_on));
        let n = vouchers::number(conn, organisation, days, EntryId::NIL, CHUNK)?;
        numbered += n;
        if n == 0 {
            return Ok(numbered);
        }
    }
}

/// How far behind the newest numbered entry a later commit is looked for in an ordinary round, milliseconds.
const BEHIND_MS: u64 = 10_000;

/// Gives voucher numbers to entries that have none, at most a thousand of each month; returns how many. A job runs it now and
/// then, within [`store::App::maintain`].
///
/// An ordinary round looks only at entries from shortly before the newest numbered one on, since ids ascend with time; a
/// thorough one looks at all.
pub fn number_new_vouchers(conn: &mut Conn, organisation: OrganisationId, thorough: bool) -> Result<usize, Error> {
    let last = if thorough { None } else { vouchers::last(conn, organisation)? };
    let from = last.map_or(EntryId::NIL, shortly_before);
    let days = vouchers::days_without(conn, organisation, from)?;
    let months: BTreeSet<(Date, Date)> = days
        .into_iter()
        .map(|day| {
            let month = month_of(day);
            (month.starts_on, month.ends_on)
        })
        .collect();
    let mut numbered = 0;
    for (first, last) in months {
        numbered += vouchers::number(conn, organisation, (Day(first), Day(last)), from, CHUNK)?;
    }
    Ok(numbered)
}

/// The smallest id of the instant [`BEHIND_MS`] before an id's own.
fn shortly_before(id: EntryId) -> EntryId {
    let mut millis = [0_u8; 8];
    millis[2..].copy_from_slice(&id.bytes()[..6]);
    let earlier = u64::from_be_bytes(millis).saturating_sub(BEHIND_MS);
    let mut bytes = [0_u8; 16];
    bytes[..6].copy_from_slice(&earlier.to_be_bytes()[2..]);
    EntryId::from_bytes(bytes)
}

/// Moves up to `limit` entries from the tail into the roll-ups; returns how many, of all organisations. A job runs it, within
/// [`store::App::maintain`], until nothing is left; a thousand at a time do not hold the writer for long.
pub fn roll_tail(conn: &mut Conn, limit: i64) -> Result<i64, Error> {
    balances::roll(conn, limit)
}
