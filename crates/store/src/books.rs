//! The facts of an organisation that never change once it has books, so that they may be kept in memory.

use crate::conn::Conn;
use crate::error::Error;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use jiff::tz::TimeZone;
use kernel::id::OrganisationId;
use kernel::{Currency, Date, Timestamp};
use parking_lot::Mutex;
use schema::organisations;
use std::collections::HashMap;
use std::sync::Arc;

/// Functional currency, zone and chart of an organisation.
#[derive(Debug, Clone)]
pub struct Books {
    /// ISO 3166-1 code of its seat.
    pub country: String,
    /// The currency the books are kept in.
    pub currency: Currency,
    /// `cn_small` (小企业会计准则) or `international`.
    pub chart: String,
    zone: TimeZone,
}

impl Books {
    /// The business date of an instant.
    pub fn date_of(&self, instant: Timestamp) -> Date {
        instant.to_zoned_datetime(self.zone.clone()).date()
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
}

/// Books by organisation.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<HashMap<OrganisationId, Arc<Books>>>);

impl Cache {
    pub(crate) fn get(&self, conn: &mut Conn, organisation: OrganisationId) -> Result<Arc<Books>, Error> {
        if let Some(books) = self.0.lock().get(&organisation) {
            return Ok(Arc::clone(books));
        }
        let books = Arc::new(load(conn, organisation)?);
        let mut cache = self.0.lock();
        if cache.len() > 10_000 {
            cache.clear();
        }
        cache.insert(organisation, Arc::clone(&books));
        Ok(books)
    }

    /// Forgets what a transaction that rolled back may have shown.
    pub(crate) fn forget(&self, organisation: OrganisationId) {
        self.0.lock().remove(&organisation);
    }
}

/// Reads the books of an organisation; a missing one is broken data, since its id came from inside.
pub fn load(conn: &mut Conn, organisation: OrganisationId) -> Result<Books, Error> {
    let row: Option<(String, Currency, String, String)> = organisations::table
        .filter(organisations::organisation_id.eq(organisation))
        .select((organisations::country, organisations::currency, organisations::chart, organisations::time_zone))
        .get_result(conn)
        .optional()?;
    let (country, currency, chart, zone) = row.ok_or_else(|| Error::Broken("no such organisation".into()))?;
    let zone = TimeZone::get(&zone).map_err(|e| Error::Broken(e.to_string()))?;
    Ok(Books { country, currency, chart, zone })
}

/// The first day of the fiscal year that a day lies in. The month may be changed until documents are numbered, so it is read anew.
pub fn year_begins(conn: &mut Conn, organisation: OrganisationId, day: Date) -> Result<Date, Error> {
    let month: i32 = organisations::table
        .filter(organisations::organisation_id.eq(organisation))
        .select(organisations::fiscal_year_month)
        .get_result(conn)?;
    let month = i8::try_from(month).map_err(|_| Error::Broken("month of the fiscal year".into()))?;
    begin(day, month).ok_or_else(|| Error::Broken(format!("no fiscal year from month {month} on holds {day}")))
}

/// The first day of the year that a day lies in, for years that begin on the first of a month; none where there is no such.
fn begin(day: Date, first_month: i8) -> Option<Date> {
    let year = if day.month() < first_month { day.year() - 1 } else { day.year() };
    Date::new(year, first_month, 1).ok()
}

/// What the organisation is called today; unlike its books it may be renamed.
pub fn name(conn: &mut Conn, organisation: OrganisationId) -> Result<String, Error> {
    Ok(organisations::table
        .filter(organisations::organisation_id.eq(organisation))
        .select(organisations::name)
        .get_result(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_begin_where_they_are_told() {
        for (on, first_month, wanted) in [
            ("2026-11-23", 1, Some("2026-01-01")),
            ("2026-11-23", 4, Some("2026-04-01")),
            ("2026-03-31", 4, Some("2025-04-01")),
            ("2024-02-29", 3, Some("2023-03-01")),
            ("2026-12-01", 12, Some("2026-12-01")),
            ("2026-11-30", 12, Some("2025-12-01")),
            ("2026-11-23", 13, None),
        ] {
            let day = |text: &str| text.parse::<Date>().unwrap();
            assert_eq!(begin(day(on), first_month), wanted.map(day), "{on} {first_month}");
        }
    }
}
