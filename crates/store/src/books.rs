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

/// What the organisation is called today; unlike its books it may be renamed.
pub fn name(conn: &mut Conn, organisation: OrganisationId) -> Result<String, Error> {
    Ok(organisations::table
        .filter(organisations::organisation_id.eq(organisation))
        .select(organisations::name)
        .get_result(conn)?)
}
