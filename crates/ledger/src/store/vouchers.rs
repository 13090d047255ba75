//! Voucher numbers (记账凭证): consecutive per month, given behind the postings.

use super::periods;
use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::Date;
use kernel::id::{EntryId, OrganisationId};
use schema::types::{DateSql, Day, IdSql};
use schema::{journal_entries, voucher_numbers};
use store::{Conn, Error};

/// Gives the next numbers of a month to up to `limit` entries from `from` on that have none, by date and in the order of
/// posting. Returns how many.
pub(crate) fn number(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (Day, Day),
    from: EntryId,
    limit: i64,
) -> Result<usize, Error> {
    periods::lock_list(conn, organisation)?;
    let sql = "INSERT INTO voucher_numbers (organisation_id, entry_id, month, number) \
        SELECT e.organisation_id, e.entry_id, $1, \
            (SELECT COALESCE(MAX(n.number), 0) FROM voucher_numbers n WHERE n.organisation_id = $2 AND n.month = $1) \
            + ROW_NUMBER() OVER (ORDER BY e.date, e.entry_id) \
        FROM journal_entries e \
        WHERE e.organisation_id = $2 AND e.entry_id >= $3 AND e.date >= $1 AND e.date <= $4 AND NOT EXISTS \
            (SELECT 1 FROM voucher_numbers v WHERE v.organisation_id = e.organisation_id AND v.entry_id = e.entry_id) \
        ORDER BY e.date, e.entry_id LIMIT $5";
    Ok(diesel::sql_query(sql)
        .bind::<DateSql, _>(first)
        .bind::<IdSql, _>(organisation)
        .bind::<IdSql, _>(from)
        .bind::<DateSql, _>(last)
        .bind::<BigInt, _>(limit)
        .execute(conn)?)
}

/// The newest entry that has a number.
pub(crate) fn last(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<EntryId>, Error> {
    Ok(voucher_numbers::table
        .filter(voucher_numbers::organisation_id.eq(organisation))
        .order(voucher_numbers::entry_id.desc())
        .select(voucher_numbers::entry_id)
        .limit(1)
        .get_result(conn)
        .optional()?)
}

/// The days of entries from `from` on that have no number, each once.
pub(crate) fn days_without(conn: &mut Conn, organisation: OrganisationId, from: EntryId) -> Result<Vec<Date>, Error> {
    let numbered = diesel::dsl::exists(
        voucher_numbers::table
            .filter(voucher_numbers::organisation_id.eq(journal_entries::organisation_id))
            .filter(voucher_numbers::entry_id.eq(journal_entries::entry_id)),
    );
    let days: Vec<Day> = journal_entries::table
        .filter(journal_entries::organisation_id.eq(organisation))
        .filter(journal_entries::entry_id.ge(from))
        .filter(diesel::dsl::not(numbered))
        .select(journal_entries::date)
        .distinct()
        .load(conn)?;
    Ok(days.into_iter().map(|day| day.0).collect())
}

/// The numbers of these entries, where they have one.
pub(crate) fn of(conn: &mut Conn, organisation: OrganisationId, ids: &[EntryId]) -> Result<Vec<(EntryId, i64)>, Error> {
    Ok(voucher_numbers::table
        .filter(voucher_numbers::organisation_id.eq(organisation))
        .filter(voucher_numbers::entry_id.eq_any(ids.to_vec()))
        .select((voucher_numbers::entry_id, voucher_numbers::number))
        .load(conn)?)
}
