//! Exchange rates as they were given.

use crate::posting;
use crate::rules::rate::{ExchangeRate, Quote};
use crate::store::rates;
use ::store::{Conn, Error};
use kernel::{Currency, Date, Refusal, Scope};

pub use crate::store::rates::RateFilter;

/// Up to `limit` rates, newest first, those of a day by their currencies.
pub fn exchange_rates(
    conn: &mut Conn,
    scope: &Scope,
    filter: RateFilter,
    limit: i64,
) -> Result<Vec<ExchangeRate>, Error> {
    rates::list(conn, super::organisation(scope)?, filter, limit)
}

/// The first day whose rates are of use: that of the fiscal year in which the books begin.
pub fn rates_wanted_from(conn: &mut Conn, scope: &Scope, today: Date) -> Result<Date, Error> {
    posting::began_by(conn, super::organisation(scope)?, today)
}

/// Takes the row that only told whether there is more away from `rows`, and names the place of the last that is left.
pub fn next_rates(rows: &mut Vec<ExchangeRate>, limit: i64) -> Option<String> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= wanted {
        return None;
    }
    rows.truncate(wanted);
    rows.last().map(|rate| format!("{}.{}.{}", rate.valid_from, rate.base.code(), rate.quote.code()))
}

impl RateFilter {
    /// What an address asks for: a currency, and the place that another answer named. Refuses what is neither; blank means all.
    pub fn asked(currency: &str, cursor: &str) -> Result<RateFilter, Refusal> {
        let known = |code: &str| Currency::parse(code).ok();
        let currency = match currency {
            "" => None,
            code => Some(known(code).ok_or_else(|| Refusal::field("/currency", "unknown_currency"))?),
        };
        let place = |text: &str| {
            let [day, base, quote] = text.split('.').collect::<Vec<_>>()[..] else { return None };
            Some((day.parse().ok()?, known(base)?, known(quote)?))
        };
        let after = match cursor {
            "" => None,
            text => Some(place(text).ok_or_else(|| Refusal::field("/cursor", "cursor_unknown"))?),
        };
        Ok(RateFilter { currency, after })
    }
}

/// Units of `to` for one of `from` on a day, with the rates that were used; `None` where there are none. See
/// [`crate::quote`].
pub fn quote(
    conn: &mut Conn,
    scope: &Scope,
    (from, to): (Currency, Currency),
    on: Date,
) -> Result<Option<Quote>, Error> {
    posting::quote(conn, super::organisation(scope)?, (from, to), on)
}
