//! What a month's end makes of balances in other currencies, before it is posted.

pub use crate::revaluation::{Revaluation, Unrevalued};

use ::store::{Conn, Error};
use kernel::{Date, Scope};

/// What stands in other currencies at the end of a day, valued at the closing rates of its month. Refuses
/// `closing_rate_missing`.
pub fn revaluation(conn: &mut Conn, scope: &Scope, on: Date) -> Result<Revaluation, Error> {
    crate::revaluation::of_day(conn, super::organisation(scope)?, on)
}
