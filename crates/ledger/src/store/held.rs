//! What lies on one account, currency by currency: in the document's currency, where other balances are in the books'.

use super::entries::{EntryRow, LineRow};
use diesel::sql_types::{BigInt, Text};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, QueryableByName, RunQueryDsl, SelectableHelper,
};
use kernel::id::OrganisationId;
use kernel::{Currency, Date, Timestamp};
use schema::types::{At, CurrencySql, DateSql, Day, IdSql};
use schema::{accounts, journal_entries, journal_lines};
use store::{Conn, Error, for_update};

/// What an account has in a currency, debit positive.
#[derive(Debug, QueryableByName)]
pub(crate) struct HeldRow {
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    /// At the end of the day that was asked for.
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    /// With everything that is dated later.
    #[diesel(sql_type = BigInt)]
    pub in_all_minor: i64,
}

/// Holds the row of an account until the transaction ends. On PostgreSQL whoever posts to the account holds the row shared, for
/// the foreign key of the line, so this waits for those who are posting, and later ones wait for this.
pub(crate) fn hold_account(conn: &mut Conn, organisation: OrganisationId, code: &str) -> Result<bool, Error> {
    let codes: Vec<String> = for_update!(
        conn,
        accounts::table
            .filter(accounts::organisation_id.eq(organisation))
            .filter(accounts::code.eq(code))
            .select(accounts::code)
    )?;
    Ok(!codes.is_empty())
}

/// What an account has in each currency, of one moment.
pub(crate) fn held(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: &str,
    on: Date,
) -> Result<Vec<HeldRow>, Error> {
    // Parameters stand in the order in which they come, as SQLite counts them; `CROSS JOIN`: see `balances`.
    const SQL: &str = "SELECT m.currency, \
            CAST(SUM(CASE WHEN m.day <= $1 THEN m.minor ELSE 0 END) AS BIGINT) AS minor, \
            CAST(SUM(m.minor) AS BIGINT) AS in_all_minor \
        FROM (SELECT currency, day, original_debit_minor - original_credit_minor AS minor FROM balances \
                WHERE organisation_id = $2 AND account = $3 \
            UNION ALL SELECT l.currency, l.date, \
                CASE WHEN l.side = 'debit' THEN l.original_minor ELSE -l.original_minor END \
                FROM journal_tail t CROSS JOIN journal_lines l \
                WHERE l.organisation_id = t.organisation_id AND l.entry_id = t.entry_id AND t.organisation_id = $2 \
                AND l.account = $3) m \
        GROUP BY m.currency ORDER BY m.currency";
    Ok(diesel::sql_query(SQL)
        .bind::<DateSql, _>(Day(on))
        .bind::<IdSql, _>(organisation)
        .bind::<Text, _>(account)
        .load(conn)?)
}

/// The newest lines of an account in a currency, dated from a day on. Where it was counted, by the end of which day and when: those
/// of later days, and what was posted after the count for its day or an earlier one.
pub(crate) fn moved(
    conn: &mut Conn,
    organisation: OrganisationId,
    (account, currency): (&str, Currency),
    (from, counted): (Date, Option<(Date, Timestamp)>),
    limit: i64,
) -> Result<Vec<(EntryRow, LineRow)>, Error> {
    let same = journal_entries::organisation_id
        .eq(journal_lines::organisation_id)
        .and(journal_entries::entry_id.eq(journal_lines::entry_id));
    let mut query = journal_lines::table
        .inner_join(journal_entries::table.on(same))
        .filter(journal_lines::organisation_id.eq(organisation))
        .filter(journal_lines::account.eq(account))
        .filter(journal_lines::date.ge(Day(from)))
        .filter(journal_lines::currency.eq(currency))
        .filter(journal_lines::original_minor.ne(0))
        .select((EntryRow::as_select(), LineRow::as_select()))
        .order((journal_lines::date.desc(), journal_lines::entry_id.desc()))
        .limit(limit)
        .into_boxed();
    if let Some((day, at)) = counted {
        let later = journal_lines::date.gt(Day(day));
        query = query.filter(later.or(journal_entries::posted_at.gt(At(at))));
    }
    Ok(query.load(conn)?)
}

/// Whether anything moved on an account on a day.
pub(crate) fn moved_on(conn: &mut Conn, organisation: OrganisationId, account: &str, day: Date) -> Result<bool, Error> {
    let lines = journal_lines::table
        .filter(journal_lines::organisation_id.eq(organisation))
        .filter(journal_lines::account.eq(account))
        .filter(journal_lines::date.eq(Day(day)));
    Ok(diesel::select(diesel::dsl::exists(lines)).get_result(conn)?)
}
