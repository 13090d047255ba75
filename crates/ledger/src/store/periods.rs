//! Periods: found, made at first use, held while something is posted into them.
//!
//! On PostgreSQL who posts holds the month shared and who closes it holds it alone, by advisory locks: no row is
//! written on the way of a payment. The list of periods has a lock of its own, taken to add one or to change a state.
//! SQLite's one writer needs neither.

use crate::rules::entry::PeriodState;
use crate::rules::period::{Month, Period, month_of};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, PgConnection, QueryDsl, QueryResult,
    Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Date;
use kernel::id::{OrganisationId, PeriodId};
use schema::periods;
use schema::types::Day;
use store::{Conn, Each, Error, Tx, each};

/// A row of `periods`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = periods, treat_none_as_default_value = false)]
pub(crate) struct PeriodRow {
    pub organisation_id: OrganisationId,
    pub starts_on: Day,
    pub period_id: PeriodId,
    pub ends_on: Day,
    pub closed: bool,
    pub version: i64,
}

impl PeriodRow {
    pub(crate) fn as_rule(&self) -> Period {
        Period { starts_on: self.starts_on.0, ends_on: self.ends_on.0, closed: self.closed }
    }
}

/// Takes an advisory lock until the transaction ends; a static statement, so that it is prepared once.
#[derive(Debug, QueryId)]
struct Shared {
    key: i64,
}
#[derive(Debug, QueryId)]
struct Alone {
    key: i64,
}

impl QueryFragment<Pg> for Shared {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("SELECT pg_advisory_xact_lock_shared(");
        pass.push_bind_param::<BigInt, _>(&self.key)?;
        pass.push_sql(")");
        Ok(())
    }
}
impl QueryFragment<Pg> for Alone {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("SELECT pg_advisory_xact_lock(");
        pass.push_bind_param::<BigInt, _>(&self.key)?;
        pass.push_sql(")");
        Ok(())
    }
}
impl RunQueryDsl<PgConnection> for Shared {}
impl RunQueryDsl<PgConnection> for Alone {}

/// The number of a lock: the organisation's random half, and the month counted from year 0. Number 0 is the list of
/// periods itself.
fn key(organisation: OrganisationId, month: Option<Date>) -> i64 {
    let mut half = [0_u8; 8];
    half.copy_from_slice(&organisation.bytes()[8..]);
    let number = month.map_or(0, |m| i64::from(m.year()) * 12 + i64::from(m.month()));
    i64::from_be_bytes(half) ^ number
}

/// Nobody else adds a period or changes its state until the transaction ends.
pub(crate) fn lock_list(conn: &mut Conn, organisation: OrganisationId) -> Result<(), Error> {
    if let Conn::Pg(c) = conn {
        Alone { key: key(organisation, None) }.execute(c)?;
    }
    Ok(())
}

/// Nobody posts into a month until the transaction ends.
pub(crate) fn lock_month(conn: &mut Conn, organisation: OrganisationId, month: Date) -> Result<(), Error> {
    if let Conn::Pg(c) = conn {
        Alone { key: key(organisation, Some(month)) }.execute(c)?;
    }
    Ok(())
}

/// Holds the period of a day for posting: it is not closed until the transaction ends. Made at first use.
pub(crate) fn hold(tx: &mut Tx<'_>, day: Date) -> Result<PeriodState, Error> {
    let (organisation, month) = (tx.organisation(), month_of(day));
    if let Conn::Pg(c) = tx.conn {
        // Its own statement: what is read next must be newer than the lock.
        Shared { key: key(organisation, Some(month.starts_on)) }.execute(c)?;
    }
    match is_closed(tx.conn, organisation, month.starts_on)? {
        Some(true) => Ok(PeriodState::Closed),
        Some(false) => Ok(PeriodState::Open),
        None => make(tx, month),
    }
}

fn is_closed(conn: &mut Conn, organisation: OrganisationId, starts_on: Date) -> Result<Option<bool>, Error> {
    Ok(each!(conn, |c| periods::table
        .filter(periods::organisation_id.eq(organisation).and(periods::starts_on.eq(Day(starts_on))))
        .select(periods::closed)
        .get_result(c)
        .optional())?)
}

/// Makes a period, unless a later one is closed already: then this month was closed with it.
fn make(tx: &mut Tx<'_>, month: Month) -> Result<PeriodState, Error> {
    let (organisation, period_id): (_, PeriodId) = (tx.organisation(), tx.new_id());
    lock_list(tx.conn, organisation)?;
    let later = periods::table
        .filter(periods::organisation_id.eq(organisation))
        .filter(periods::starts_on.gt(Day(month.starts_on)))
        .filter(periods::closed.eq(true));
    if diesel::select(diesel::dsl::exists(later)).get_result::<bool>(tx.conn)? {
        return Ok(PeriodState::Closed);
    }
    let insert = diesel::insert_into(periods::table)
        .values((
            periods::organisation_id.eq(organisation),
            periods::starts_on.eq(Day(month.starts_on)),
            periods::period_id.eq(period_id),
            periods::ends_on.eq(Day(month.ends_on)),
            periods::closed.eq(false),
            periods::version.eq(1_i64),
        ))
        .on_conflict_do_nothing();
    Each(insert).execute(tx.conn)?;
    Ok(PeriodState::Open)
}

/// The first day of the earliest period.
pub(crate) fn first(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<Date>, Error> {
    let first: Option<Day> = periods::table
        .filter(periods::organisation_id.eq(organisation))
        .order(periods::starts_on.asc())
        .select(periods::starts_on)
        .first(conn)
        .optional()?;
    Ok(first.map(|day| day.0))
}

/// Every period, newest first.
pub(crate) fn all(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<PeriodRow>, Error> {
    Ok(periods::table
        .filter(periods::organisation_id.eq(organisation))
        .order(periods::starts_on.desc())
        .select(PeriodRow::as_select())
        .load(conn)?)
}

pub(crate) fn set_closed(conn: &mut Conn, row: &PeriodRow, closed: bool) -> Result<(), Error> {
    diesel::update(periods::table)
        .filter(periods::organisation_id.eq(row.organisation_id).and(periods::starts_on.eq(row.starts_on)))
        .set((periods::closed.eq(closed), periods::version.eq(row.version + 1)))
        .execute(conn)?;
    Ok(())
}
