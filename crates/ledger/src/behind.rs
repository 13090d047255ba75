//! Work behind the postings: voucher numbers and roll-ups.

use crate::rules::period::month_of;
use crate::store::{balances, vouchers};
use ::store::{Conn, Error};
use kernel::Date;
use kernel::id::{EntryId, OrganisationId};

/// Entries that are looked up at a time.
const FOUND_MAX: i64 = 4096;
/// Entries that get their numbers in one go: few enough that a payment does not notice.
const AT_ONCE: usize = 64;

/// Gives every entry of the month of a day that has no voucher number the next one (记-0001 …), by date and in the order of
/// posting. Returns how many. A period does it before it closes.
pub fn number_vouchers(conn: &mut Conn, organisation: OrganisationId, month: Date) -> Result<usize, Error> {
    let month = month_of(month);
    let days = (month.starts_on, month.ends_on);
    let mut numbered = 0;
    loop {
        let found = vouchers::without(conn, organisation, days, EntryId::NIL, FOUND_MAX)?;
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

/// How far behind the newest numbered entry a later commit is looked for in an ordinary round, milliseconds.
const BEHIND_MS: u64 = 10_000;

/// Entries that have no voucher number yet, in portions; none where there are none. A look before the writing, so that nobody
/// waits for it.
///
/// An ordinary round looks only at entries from shortly before the newest numbered one on, since ids ascend with time; a
/// thorough one looks at all.
pub fn unnumbered(conn: &mut Conn, organisation: OrganisationId, thorough: bool) -> Result<Vec<Unnumbered>, Error> {
    let last = if thorough { None } else { vouchers::last(conn, organisation)? };
    let from = last.map_or(EntryId::NIL, shortly_before);
    let mut portions: Vec<Unnumbered> = Vec::new();
    for found in vouchers::without(conn, organisation, (vouchers::EVER, Date::MAX), from, FOUND_MAX)? {
        let month = month_of(found.date.0).starts_on;
        match portions.last_mut() {
            Some(portion) if portion.month == month && portion.entries.len() < AT_ONCE => {
                portion.entries.push(found.entry_id);
            }
            _ => portions.push(Unnumbered { month, entries: vec![found.entry_id] }),
        }
    }
    Ok(portions)
}

/// Gives a portion its numbers, but for entries that got one meanwhile; returns how many. A job runs it now and then, within
/// [`store::App::maintain`].
pub fn number_some(conn: &mut Conn, organisation: OrganisationId, some: &Unnumbered) -> Result<usize, Error> {
    vouchers::number(conn, organisation, some.month, &some.entries)
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
