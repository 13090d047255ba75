//! Gapless numbers: one counter per organisation, series and year, taken inside the transaction that uses the number.

use crate::conn::{Conn, Each};
use crate::error::Error;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::OrganisationId;
use schema::counters;

/// The next number of a series, from 1. The row stays locked until the transaction ends, so a number that was not used is
/// taken again by the next. Take it last (order of locks: customer → invoice → period → number).
pub fn next(conn: &mut Conn, organisation: OrganisationId, series: &str, year: i16) -> Result<i64, Error> {
    let upsert = diesel::insert_into(counters::table)
        .values((
            counters::organisation_id.eq(organisation),
            counters::series.eq(series),
            counters::year.eq(i32::from(year)),
            counters::last.eq(1_i64),
        ))
        .on_conflict((counters::organisation_id, counters::series, counters::year))
        .do_update()
        .set(counters::last.eq(counters::last + 1))
        .returning(counters::last);
    Ok(Each(upsert).get_result(conn)?)
}

/// Whether any series has taken a number in a year.
pub fn is_used(conn: &mut Conn, organisation: OrganisationId, year: i16) -> Result<bool, Error> {
    let of_year = counters::table
        .filter(counters::organisation_id.eq(organisation))
        .filter(counters::year.eq(i32::from(year)))
        .filter(counters::last.gt(0));
    Ok(of_year.count().get_result::<i64>(conn)? > 0)
}

/// What a series has taken so far: the last number of each year.
pub fn taken(conn: &mut Conn, organisation: OrganisationId, series: &str) -> Result<Vec<(i16, i64)>, Error> {
    let rows: Vec<(i32, i64)> = counters::table
        .filter(counters::organisation_id.eq(organisation))
        .filter(counters::series.eq(series))
        .order(counters::year.asc())
        .select((counters::year, counters::last))
        .load(conn)?;
    Ok(rows.into_iter().map(|(year, last)| (i16::try_from(year).unwrap_or(i16::MAX), last)).collect())
}
