//! Exchange rates.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::OrganisationId;
use kernel::{Currency, Date, Decimal};
use schema::exchange_rates as rates;
use schema::types::{Day, Exact};
use store::{Conn, Each, Error};

/// A row of `exchange_rates`: `rate` units of `quote` for one of `base`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = rates)]
pub(crate) struct RateRow {
    pub base: Currency,
    pub quote: Currency,
    pub valid_from: Day,
    pub rate: Exact,
    pub source: String,
}

/// The newest rate between two currencies on a day, whichever way it was quoted.
pub(crate) fn newest(
    conn: &mut Conn,
    organisation: OrganisationId,
    a: Currency,
    b: Currency,
    on: Date,
) -> Result<Option<RateRow>, Error> {
    let pair = rates::base.eq(a).and(rates::quote.eq(b));
    let other_way = rates::base.eq(b).and(rates::quote.eq(a));
    let rows: Vec<RateRow> = rates::table
        .filter(rates::organisation_id.eq(organisation))
        .filter(pair.or(other_way))
        .filter(rates::valid_from.le(Day(on)))
        .order(rates::valid_from.desc())
        .select(RateRow::as_select())
        .limit(2)
        .load(conn)?;
    // Of two rates of one day the one that was quoted the asked way counts.
    let newest = rows.first().map(|row| row.valid_from);
    let direct = rows.iter().position(|row| Some(row.valid_from) == newest && row.base == a);
    Ok(rows.into_iter().nth(direct.unwrap_or(0)))
}

/// Up to `limit` rates behind the first `skip`, newest first.
pub(crate) fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    skip: i64,
    limit: i64,
) -> Result<Vec<RateRow>, Error> {
    Ok(rates::table
        .filter(rates::organisation_id.eq(organisation))
        .order((rates::valid_from.desc(), rates::base.asc(), rates::quote.asc()))
        .select(RateRow::as_select())
        .offset(skip)
        .limit(limit)
        .load(conn)?)
}

/// Sets the rate of a day, in place of one that was there.
pub(crate) fn set(
    conn: &mut Conn,
    organisation: OrganisationId,
    (base, quote): (Currency, Currency),
    valid_from: Date,
    rate: Decimal,
    source: &str,
) -> Result<(), Error> {
    let upsert = diesel::insert_into(rates::table)
        .values((
            rates::organisation_id.eq(organisation),
            rates::base.eq(base),
            rates::quote.eq(quote),
            rates::valid_from.eq(Day(valid_from)),
            rates::rate.eq(Exact(rate)),
            rates::source.eq(source),
        ))
        .on_conflict((rates::organisation_id, rates::base, rates::quote, rates::valid_from))
        .do_update()
        .set((rates::rate.eq(Exact(rate)), rates::source.eq(source)));
    Each(upsert).execute(conn)?;
    Ok(())
}
