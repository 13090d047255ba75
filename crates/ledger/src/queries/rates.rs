//! Exchange rates as they were given.

use crate::store::rates;
use ::store::{Conn, Error};
use kernel::{Currency, Date, Decimal, Scope};

/// `rate` units of `quote` for one of `base`, from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRate {
    pub base: Currency,
    pub quote: Currency,
    pub valid_from: Date,
    pub rate: Decimal,
    pub source: String,
}

/// Up to `limit` rates behind the first `skip`, newest first.
pub fn exchange_rates(conn: &mut Conn, scope: &Scope, skip: i64, limit: i64) -> Result<Vec<ExchangeRate>, Error> {
    let rows = rates::list(conn, super::organisation(scope)?, skip, limit)?;
    Ok(rows
        .into_iter()
        .map(|row| ExchangeRate {
            base: row.base,
            quote: row.quote,
            valid_from: row.valid_from.0,
            rate: row.rate.0,
            source: row.source,
        })
        .collect())
}
