//! Rows of the sums by day. The one with the nil id is what was added up.

use diesel::upsert::excluded;
use diesel::{BoolExpressionMethods, ExpressionMethods, Insertable, QueryDsl, RunQueryDsl};
use kernel::Date;
use kernel::id::{DayChangeId, OrganisationId};
use schema::day_sums;
use schema::types::Day;
use store::{Conn, Each, Error, each, insert_rows, total};

/// A row of `day_sums`.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = day_sums, treat_none_as_default_value = false)]
pub(crate) struct DayRow {
    pub organisation_id: OrganisationId,
    pub kind: String,
    pub day: Day,
    pub change_id: DayChangeId,
    pub functional_minor: i64,
    pub documents: i64,
}

pub(crate) fn insert_days(conn: &mut Conn, rows: &[DayRow]) -> Result<(), Error> {
    insert_rows!(conn, day_sums::table, rows)?;
    Ok(())
}

/// Day, book value, documents.
pub(crate) fn day_sums(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: &str,
    from: Date,
) -> Result<Vec<(Day, i64, i64)>, Error> {
    Ok(day_sums::table
        .filter(day_sums::organisation_id.eq(organisation))
        .filter(day_sums::kind.eq(kind))
        .filter(day_sums::day.ge(Day(from)))
        .group_by(day_sums::day)
        .select((day_sums::day, total(day_sums::functional_minor), total(day_sums::documents)))
        .load(conn)?)
}

/// Rows that are not added up, by organisation, kind and day.
pub(crate) fn loose_days(
    conn: &mut Conn,
    limit: i64,
) -> Result<Vec<(OrganisationId, String, Day, DayChangeId)>, Error> {
    Ok(day_sums::table
        .filter(day_sums::change_id.ne(DayChangeId::NIL))
        .order((day_sums::organisation_id, day_sums::kind, day_sums::day, day_sums::change_id))
        .select((day_sums::organisation_id, day_sums::kind, day_sums::day, day_sums::change_id))
        .limit(limit)
        .load(conn)?)
}

/// Takes the rows of a day out, up to one of them: book values and documents.
pub(crate) fn take_days(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: &str,
    day: Day,
    last: DayChangeId,
) -> Result<Vec<(i64, i64)>, Error> {
    let of_day = day_sums::organisation_id.eq(organisation).and(day_sums::kind.eq(kind)).and(day_sums::day.eq(day));
    let rows =
        day_sums::table.filter(of_day.and(day_sums::change_id.gt(DayChangeId::NIL)).and(day_sums::change_id.le(last)));
    Ok(each!(conn, |c| diesel::delete(rows)
        .returning((day_sums::functional_minor, day_sums::documents))
        .get_results(c))?)
}

/// Raises the row of a day in which all is added up.
pub(crate) fn raise_day(conn: &mut Conn, row: &DayRow) -> Result<(), Error> {
    let upsert = diesel::insert_into(day_sums::table)
        .values(row)
        .on_conflict((day_sums::organisation_id, day_sums::kind, day_sums::day, day_sums::change_id))
        .do_update()
        .set((
            day_sums::functional_minor.eq(day_sums::functional_minor + excluded(day_sums::functional_minor)),
            day_sums::documents.eq(day_sums::documents + excluded(day_sums::documents)),
        ));
    Each(upsert).execute(conn)?;
    Ok(())
}
