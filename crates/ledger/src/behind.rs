//! Work behind the postings: voucher numbers and roll-ups.

use crate::rules::period::month_of;
use crate::store::{balances, vouchers};
use ::store::{Conn, Error};
use kernel::Date;
use kernel::id::OrganisationId;
use schema::types::Day;

/// Entries that get their numbers in one statement.
const CHUNK: i64 = 1000;

/// Gives every entry of the month of a day that has no voucher number the next one (记-0001 …), by date and in the order of
/// posting. Returns how many. A job runs it now and then, and a period before it closes.
pub fn number_vouchers(conn: &mut Conn, organisation: OrganisationId, month: Date) -> Result<usize, Error> {
    let month = month_of(month);
    let mut numbered = 0;
    loop {
        let n = vouchers::number(conn, organisation, Day(month.starts_on), Day(month.ends_on), CHUNK)?;
        numbered += n;
        if n == 0 {
            return Ok(numbered);
        }
    }
}

/// Moves up to `limit` entries from the tail into the roll-ups; returns how many, of all organisations. A job runs it, within
/// [`store::App::maintain`], until nothing is left; a thousand at a time do not hold the writer for long.
pub fn roll_tail(conn: &mut Conn, limit: i64) -> Result<i64, Error> {
    balances::roll(conn, limit)
}
