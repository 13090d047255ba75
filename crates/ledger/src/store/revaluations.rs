//! What stands in other currencies at the end of a day, and what revaluations put there.

use crate::rules::revaluation::{Differences, Held, Place};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl};
use kernel::id::{CustomerId, EntryId, OrganisationId};
use kernel::{Currency, Date, Money};
use schema::types::{CurrencySql, DateSql, Day, IdSql};
use store::{Conn, Error};

/// A balance in one currency, debit positive.
#[derive(Debug, QueryableByName)]
struct HeldRow {
    #[diesel(sql_type = Text)]
    account: String,
    /// Nil on accounts that are not kept per customer.
    #[diesel(sql_type = IdSql)]
    party_id: CustomerId,
    #[diesel(sql_type = CurrencySql)]
    currency: Currency,
    #[diesel(sql_type = BigInt)]
    original_minor: i64,
    #[diesel(sql_type = BigInt)]
    minor: i64,
}

/// Every balance in another currency than `home` at the end of a day that has an amount or a value.
pub(crate) fn held(
    conn: &mut Conn,
    organisation: OrganisationId,
    on: Date,
    home: Currency,
) -> Result<Vec<Held>, Error> {
    // `CROSS JOIN`: see `balances`.
    const SQL: &str = "SELECT m.account, m.party_id, m.currency, \
            CAST(SUM(m.original_minor) AS BIGINT) AS original_minor, CAST(SUM(m.minor) AS BIGINT) AS minor \
        FROM (SELECT account, party_id, currency, original_debit_minor - original_credit_minor AS original_minor, \
                debit_minor - credit_minor AS minor FROM balances \
                WHERE organisation_id = $1 AND day <= $2 AND currency <> $3 \
            UNION ALL SELECT l.account, COALESCE(l.party_id, $4), l.currency, \
                CASE WHEN l.side = 'debit' THEN l.original_minor ELSE -l.original_minor END, \
                CASE WHEN l.side = 'debit' THEN l.functional_minor ELSE -l.functional_minor END \
                FROM journal_tail t CROSS JOIN journal_lines l \
                WHERE l.organisation_id = t.organisation_id AND l.entry_id = t.entry_id AND t.organisation_id = $1 \
                AND l.date <= $2 AND l.currency <> $3) m \
        GROUP BY m.account, m.party_id, m.currency HAVING SUM(m.original_minor) <> 0 OR SUM(m.minor) <> 0 \
        ORDER BY m.account, m.currency, m.party_id";
    let rows: Vec<HeldRow> = diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<DateSql, _>(Day(on))
        .bind::<CurrencySql, _>(home)
        .bind::<IdSql, _>(CustomerId::NIL)
        .load(conn)?;
    let held = |row: HeldRow| Held {
        place: (row.account, (row.party_id != CustomerId::NIL).then_some(row.party_id), row.currency),
        amount: Money::new(row.original_minor, row.currency),
        book_minor: row.minor,
    };
    Ok(rows.into_iter().map(held).collect())
}

/// What revaluations put somewhere, debit positive.
#[derive(Debug, QueryableByName)]
struct PostedRow {
    #[diesel(sql_type = Text)]
    account: String,
    #[diesel(sql_type = Nullable<IdSql>)]
    party_id: Option<CustomerId>,
    #[diesel(sql_type = CurrencySql)]
    currency: Currency,
    #[diesel(sql_type = BigInt)]
    minor: i64,
}

/// What the revaluations of a day come to. Their reversals are of the next day and no part of it.
pub(crate) fn posted(conn: &mut Conn, organisation: OrganisationId, on: Date) -> Result<Differences, Error> {
    const SQL: &str = "SELECT l.account, l.party_id, l.currency, CAST(SUM(CASE WHEN l.side = 'debit' \
            THEN l.functional_minor ELSE -l.functional_minor END) AS BIGINT) AS minor \
        FROM journal_entries e CROSS JOIN journal_lines l \
        WHERE e.organisation_id = $1 AND e.date = $2 AND e.kind = 'revaluation' \
            AND l.organisation_id = e.organisation_id AND l.entry_id = e.entry_id \
        GROUP BY l.account, l.party_id, l.currency";
    let rows: Vec<PostedRow> =
        diesel::sql_query(SQL).bind::<IdSql, _>(organisation).bind::<DateSql, _>(Day(on)).load(conn)?;
    let entry = |row: PostedRow| -> (Place, i64) { ((row.account, row.party_id, row.currency), row.minor) };
    Ok(rows.into_iter().map(entry).collect())
}

/// A revaluation, and the day on which it was taken back.
#[derive(Debug, QueryableByName)]
struct Taken {
    #[diesel(sql_type = IdSql)]
    entry_id: EntryId,
    #[diesel(sql_type = DateSql)]
    date: Day,
    #[diesel(sql_type = Nullable<DateSql>)]
    back_on: Option<Day>,
}

/// Revaluations with their days, and the days on which they were taken back.
pub(crate) fn all(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(EntryId, Date, Option<Date>)>, Error> {
    const SQL: &str = "SELECT e.entry_id, e.date, r.date AS back_on FROM journal_entries e LEFT JOIN journal_entries r \
            ON r.organisation_id = e.organisation_id AND r.reverses = e.entry_id \
        WHERE e.organisation_id = $1 AND e.kind = 'revaluation' ORDER BY e.entry_id";
    let rows: Vec<Taken> = diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.entry_id, row.date.0, row.back_on.map(|day| day.0))).collect())
}
