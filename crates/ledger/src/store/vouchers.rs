//! Voucher numbers (记账凭证): consecutive per month, given behind the postings.

use super::periods;
use diesel::dsl::max;
use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName, RunQueryDsl};
use kernel::Date;
use kernel::id::{EntryId, OrganisationId};
use schema::types::{DateSql, Day, IdSql};
use schema::{journal_entries, voucher_numbers};
use std::collections::BTreeSet;
use store::{Conn, Error, each, in_parts};

/// An entry that has no number yet.
#[derive(Debug, QueryableByName)]
pub(crate) struct Unnumbered {
    #[diesel(sql_type = IdSql)]
    pub entry_id: EntryId,
    #[diesel(sql_type = DateSql)]
    pub date: Day,
}

/// Up to `limit` entries between two days that have no number: by date and in the order of posting.
pub(crate) fn without(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (Date, Date),
    limit: i64,
) -> Result<Vec<Unnumbered>, Error> {
    let sql = "SELECT e.entry_id, e.date FROM journal_entries e \
        WHERE e.organisation_id = $1 AND e.date >= $2 AND e.date <= $3 AND NOT EXISTS \
            (SELECT 1 FROM voucher_numbers v WHERE v.organisation_id = e.organisation_id AND v.entry_id = e.entry_id) \
        ORDER BY e.date, e.entry_id LIMIT $4";
    Ok(diesel::sql_query(sql)
        .bind::<IdSql, _>(organisation)
        .bind::<DateSql, _>(Day(first))
        .bind::<DateSql, _>(Day(last))
        .bind::<BigInt, _>(limit)
        .load(conn)?)
}

/// Up to `limit` entries from an id on that have no number, in the order of posting.
pub(crate) fn without_from(
    conn: &mut Conn,
    organisation: OrganisationId,
    from: EntryId,
    limit: i64,
) -> Result<Vec<Unnumbered>, Error> {
    let sql = "SELECT e.entry_id, e.date FROM journal_entries e WHERE e.organisation_id = $1 AND e.entry_id >= $2 AND NOT EXISTS \
            (SELECT 1 FROM voucher_numbers v WHERE v.organisation_id = e.organisation_id AND v.entry_id = e.entry_id) \
        ORDER BY e.entry_id LIMIT $3";
    Ok(diesel::sql_query(sql)
        .bind::<IdSql, _>(organisation)
        .bind::<IdSql, _>(from)
        .bind::<BigInt, _>(limit)
        .load(conn)?)
}

/// Gives the next numbers of a month to these entries of it, in this order; those that got one meanwhile keep it. Returns how
/// many.
pub(crate) fn number(
    conn: &mut Conn,
    organisation: OrganisationId,
    month: Date,
    entries: &[EntryId],
) -> Result<usize, Error> {
    periods::lock_list(conn, organisation)?;
    let numbered: BTreeSet<EntryId> = of(conn, organisation, entries)?.into_iter().map(|(id, _)| id).collect();
    let last: Option<i64> = voucher_numbers::table
        .filter(voucher_numbers::organisation_id.eq(organisation))
        .filter(voucher_numbers::month.eq(Day(month)))
        .select(max(voucher_numbers::number))
        .get_result(conn)?;
    let mut next = last.unwrap_or(0);
    let mut count = 0;
    for id in entries.iter().filter(|id| !numbered.contains(id)) {
        next += 1;
        each!(conn, |c| diesel::insert_into(voucher_numbers::table)
            .values((
                voucher_numbers::organisation_id.eq(organisation),
                voucher_numbers::entry_id.eq(*id),
                voucher_numbers::month.eq(Day(month)),
                voucher_numbers::number.eq(next),
            ))
            .execute(c))?;
        count += 1;
    }
    Ok(count)
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

/// How many entries a month has, and how many of them have a number.
pub(crate) fn counted(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (Date, Date),
) -> Result<(i64, i64), Error> {
    let entries = journal_entries::table
        .filter(journal_entries::organisation_id.eq(organisation))
        .filter(journal_entries::date.ge(Day(first)))
        .filter(journal_entries::date.le(Day(last)));
    let numbered = voucher_numbers::table
        .filter(voucher_numbers::organisation_id.eq(organisation))
        .filter(voucher_numbers::month.eq(Day(first)));
    Ok((entries.count().get_result(conn)?, numbered.count().get_result(conn)?))
}

/// The numbers of these entries, where they have one.
pub(crate) fn of(conn: &mut Conn, organisation: OrganisationId, ids: &[EntryId]) -> Result<Vec<(EntryId, i64)>, Error> {
    Ok(in_parts(ids, |some| {
        voucher_numbers::table
            .filter(voucher_numbers::organisation_id.eq(organisation))
            .filter(voucher_numbers::entry_id.eq_any(some))
            .select((voucher_numbers::entry_id, voucher_numbers::number))
            .load(conn)
    })?)
}
