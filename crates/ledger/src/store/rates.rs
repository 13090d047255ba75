//! Exchange rates.

use crate::rules::rate::ExchangeRate;
use diesel::sql_types::Text;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, QueryableByName,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::OrganisationId;
use kernel::{Currency, Date};
use schema::exchange_rates as rates;
use schema::types::{CurrencySql, DateSql, Day, DecimalSql, Exact, IdSql};
use std::collections::HashMap;
use store::{Conn, Each, Error, insert_rows};

/// Rows of one statement.
const INSERTED_MAX: usize = 1000;

/// A row of `exchange_rates`: `rate` units of `quote` for one of `base`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = rates, treat_none_as_default_value = false)]
struct RateRow {
    organisation_id: OrganisationId,
    base: Currency,
    quote: Currency,
    valid_from: Day,
    rate: Exact,
    source: String,
}

impl RateRow {
    fn of(organisation: OrganisationId, rate: &ExchangeRate) -> RateRow {
        RateRow {
            organisation_id: organisation,
            base: rate.base,
            quote: rate.quote,
            valid_from: Day(rate.valid_from),
            rate: Exact(rate.rate),
            source: rate.source.clone(),
        }
    }
}

impl From<RateRow> for ExchangeRate {
    fn from(row: RateRow) -> ExchangeRate {
        let RateRow { organisation_id: _, base, quote, valid_from, rate, source } = row;
        ExchangeRate { base, quote, valid_from: valid_from.0, rate: rate.0, source }
    }
}

/// The newest rate that was quoted this way, of a day or before it: the end of one stretch of the key.
pub(crate) fn newest(
    conn: &mut Conn,
    organisation: OrganisationId,
    (base, quote): (Currency, Currency),
    on: Date,
) -> Result<Option<ExchangeRate>, Error> {
    let row: Option<RateRow> = rates::table
        .filter(rates::organisation_id.eq(organisation))
        .filter(rates::base.eq(base))
        .filter(rates::quote.eq(quote))
        .filter(rates::valid_from.le(Day(on)))
        .order(rates::valid_from.desc())
        .select(RateRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(ExchangeRate::from))
}

/// Two rates of one day.
#[derive(Debug, QueryableByName)]
struct PairRow {
    #[diesel(sql_type = DateSql)]
    valid_from: Day,
    #[diesel(sql_type = DecimalSql)]
    from_rate: Exact,
    #[diesel(sql_type = Text)]
    from_source: String,
    #[diesel(sql_type = DecimalSql)]
    to_rate: Exact,
    #[diesel(sql_type = Text)]
    to_source: String,
}

/// The rates of two currencies for one of a third, of the newest day that has both, not after `on`. Walks the days of the first
/// back from the newest and looks the second up by its key; a day that has both is among the first, since a publisher quotes
/// all its currencies together.
pub(crate) fn newest_through(
    conn: &mut Conn,
    organisation: OrganisationId,
    third: Currency,
    (from, to): (Currency, Currency),
    on: Date,
) -> Result<Option<(ExchangeRate, ExchangeRate)>, Error> {
    // Parameters stand in the order in which they come, as SQLite counts them, and `CROSS JOIN` keeps its order.
    const SQL: &str = "SELECT a.valid_from, a.rate AS from_rate, a.source AS from_source, b.rate AS to_rate, \
            b.source AS to_source FROM exchange_rates a CROSS JOIN exchange_rates b \
        WHERE a.organisation_id = $1 AND a.base = $2 AND a.quote = $3 AND a.valid_from <= $4 \
            AND b.organisation_id = $1 AND b.base = $2 AND b.quote = $5 AND b.valid_from = a.valid_from \
        ORDER BY a.valid_from DESC LIMIT 1";
    let row: Option<PairRow> = diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<CurrencySql, _>(third)
        .bind::<CurrencySql, _>(from)
        .bind::<DateSql, _>(Day(on))
        .bind::<CurrencySql, _>(to)
        .get_result(conn)
        .optional()?;
    Ok(row.map(|row| {
        let rate = |quote, rate: Exact, source| ExchangeRate {
            base: third,
            quote,
            valid_from: row.valid_from.0,
            rate: rate.0,
            source,
        };
        (rate(from, row.from_rate, row.from_source), rate(to, row.to_rate, row.to_source))
    }))
}

/// Which rates a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct RateFilter {
    /// On either side.
    pub currency: Option<Currency>,
    /// Rates behind this day and these currencies.
    pub after: Option<(Date, Currency, Currency)>,
}

/// Up to `limit` rates, newest first, those of a day by their currencies.
pub(crate) fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: RateFilter,
    limit: i64,
) -> Result<Vec<ExchangeRate>, Error> {
    let mut query = rates::table
        .filter(rates::organisation_id.eq(organisation))
        .order((rates::valid_from.desc(), rates::base.asc(), rates::quote.asc()))
        .select(RateRow::as_select())
        .limit(limit)
        .into_boxed();
    if let Some(currency) = filter.currency {
        query = query.filter(rates::base.eq(currency).or(rates::quote.eq(currency)));
    }
    if let Some((day, base, quote)) = filter.after {
        let of_day = rates::base.gt(base).or(rates::base.eq(base).and(rates::quote.gt(quote)));
        query = query.filter(rates::valid_from.le(Day(day)));
        query = query.filter(rates::valid_from.lt(Day(day)).or(of_day));
    }
    Ok(query.load(conn)?.into_iter().map(ExchangeRate::from).collect())
}

/// Rates by their currencies and day.
pub(crate) type Known = HashMap<(Currency, Currency, Date), ExchangeRate>;

/// Every rate of these days, by currencies and day.
pub(crate) fn between(conn: &mut Conn, organisation: OrganisationId, first: Date, last: Date) -> Result<Known, Error> {
    let rows: Vec<RateRow> = rates::table
        .filter(rates::organisation_id.eq(organisation))
        .filter(rates::valid_from.between(Day(first), Day(last)))
        .select(RateRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| ((row.base, row.quote, row.valid_from.0), row.into())).collect())
}

/// Sets the rate of a day, in place of one that was there.
pub(crate) fn set(conn: &mut Conn, organisation: OrganisationId, rate: &ExchangeRate) -> Result<(), Error> {
    let upsert = diesel::insert_into(rates::table)
        .values((
            rates::organisation_id.eq(organisation),
            rates::base.eq(rate.base),
            rates::quote.eq(rate.quote),
            rates::valid_from.eq(Day(rate.valid_from)),
            rates::rate.eq(Exact(rate.rate)),
            rates::source.eq(&rate.source),
        ))
        .on_conflict((rates::organisation_id, rates::base, rates::quote, rates::valid_from))
        .do_update()
        .set((rates::rate.eq(Exact(rate.rate)), rates::source.eq(&rate.source)));
    Each(upsert).execute(conn)?;
    Ok(())
}

/// Adds rates that are not there yet.
pub(crate) fn insert(conn: &mut Conn, organisation: OrganisationId, new: &[&ExchangeRate]) -> Result<(), Error> {
    for some in new.chunks(INSERTED_MAX) {
        let rows: Vec<RateRow> = some.iter().map(|rate| RateRow::of(organisation, rate)).collect();
        insert_rows!(conn, rates::table, rows)?;
    }
    Ok(())
}
