//! Balances: roll-ups by account, party, currency and day, and the tail of what is not rolled up yet.
//!
//! An entry is either in the tail or in the roll-ups, never in both: moving it is one transaction, and whoever reads takes
//! both in one statement.

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl};
use kernel::id::{CustomerId, OrganisationId};
use kernel::{Currency, Date};
use schema::types::{CurrencySql, DateSql, Day, IdSql};
use store::{Conn, Error};

/// What moved on an account: minor units, red-letter amounts negative on their own side.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct BalanceRow {
    #[diesel(sql_type = Text)]
    pub account: String,
    /// Nil on accounts that are not kept per customer.
    #[diesel(sql_type = IdSql)]
    pub party_id: CustomerId,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    #[diesel(sql_type = BigInt)]
    pub debit_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub credit_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub original_debit_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub original_credit_minor: i64,
}

/// The four amounts of a line, by its side.
macro_rules! amounts {
    () => {
        "CASE WHEN l.side = 'debit' THEN l.functional_minor ELSE 0 END AS debit_minor, \
         CASE WHEN l.side = 'debit' THEN 0 ELSE l.functional_minor END AS credit_minor, \
         CASE WHEN l.side = 'debit' THEN l.original_minor ELSE 0 END AS original_debit_minor, \
         CASE WHEN l.side = 'debit' THEN 0 ELSE l.original_minor END AS original_credit_minor"
    };
}

/// Their sums.
macro_rules! sums {
    () => {
        "CAST(SUM(m.debit_minor) AS BIGINT) AS debit_minor, CAST(SUM(m.credit_minor) AS BIGINT) AS credit_minor, \
         CAST(SUM(m.original_debit_minor) AS BIGINT) AS original_debit_minor, \
         CAST(SUM(m.original_credit_minor) AS BIGINT) AS original_credit_minor"
    };
}

/// The first day that counts where none is named.
const EVER: Date = Date::constant(1, 1, 1);

/// What moved on every account between two days, both included, by account, party and currency.
pub(crate) fn between(
    conn: &mut Conn,
    organisation: OrganisationId,
    from: Option<Date>,
    to: Date,
) -> Result<Vec<BalanceRow>, Error> {
    const SQL: &str = concat!(
        "SELECT m.account, m.party_id, m.currency, ",
        sums!(),
        " FROM (SELECT account, party_id, currency, debit_minor, credit_minor, original_debit_minor, original_credit_minor \
            FROM balances WHERE organisation_id = $1 AND day >= $2 AND day <= $3 \
          UNION ALL SELECT l.account, COALESCE(l.party_id, $4), l.currency, ",
        amounts!(),
        " FROM journal_tail t JOIN journal_lines l ON l.organisation_id = t.organisation_id AND l.entry_id = t.entry_id \
            WHERE t.organisation_id = $1 AND l.date >= $2 AND l.date <= $3) m \
          GROUP BY m.account, m.party_id, m.currency ORDER BY m.account, m.party_id, m.currency"
    );
    Ok(diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<DateSql, _>(Day(from.unwrap_or(EVER)))
        .bind::<DateSql, _>(Day(to))
        .bind::<IdSql, _>(CustomerId::NIL)
        .load(conn)?)
}

/// A sum over lines.
#[derive(Debug, QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    minor: i64,
}

/// The balance of one account before a day, debit positive.
pub(crate) fn before(conn: &mut Conn, organisation: OrganisationId, account: &str, day: Date) -> Result<i64, Error> {
    const SQL: &str = "SELECT CAST(COALESCE(SUM(m.minor), 0) AS BIGINT) AS minor FROM \
        (SELECT debit_minor - credit_minor AS minor FROM balances \
            WHERE organisation_id = $1 AND account = $2 AND day < $3 \
        UNION ALL SELECT CASE WHEN l.side = 'debit' THEN l.functional_minor ELSE -l.functional_minor END AS minor \
            FROM journal_tail t JOIN journal_lines l \
            ON l.organisation_id = t.organisation_id AND l.entry_id = t.entry_id \
            WHERE t.organisation_id = $1 AND l.account = $2 AND l.date < $3) m";
    let sum: Sum = diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<Text, _>(account)
        .bind::<DateSql, _>(Day(day))
        .get_result(conn)?;
    Ok(sum.minor)
}

/// A place where roll-ups and tail differ from the lines themselves.
#[derive(Debug, QueryableByName)]
pub(crate) struct Difference {
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    #[diesel(sql_type = DateSql)]
    pub day: Day,
    #[diesel(sql_type = BigInt)]
    pub debit_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub credit_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub original_debit_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub original_credit_minor: i64,
}

/// Roll-ups and tail less a recount of every line; nothing where they agree. At most 200.
pub(crate) fn differences(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Difference>, Error> {
    const SQL: &str = concat!(
        "SELECT m.account, m.currency, m.day, ",
        sums!(),
        " FROM (SELECT account, party_id, currency, day, debit_minor, credit_minor, original_debit_minor, \
            original_credit_minor FROM balances WHERE organisation_id = $1 \
          UNION ALL SELECT l.account, COALESCE(l.party_id, $2), l.currency, l.date, ",
        amounts!(),
        " FROM journal_tail t JOIN journal_lines l ON l.organisation_id = t.organisation_id AND l.entry_id = t.entry_id \
            WHERE t.organisation_id = $1 \
          UNION ALL SELECT account, party_id, currency, day, -debit_minor, -credit_minor, -original_debit_minor, \
            -original_credit_minor FROM (SELECT l.account, COALESCE(l.party_id, $2) AS party_id, l.currency, l.date AS day, ",
        amounts!(),
        " FROM journal_lines l WHERE l.organisation_id = $1) counted) m \
          GROUP BY m.account, m.party_id, m.currency, m.day \
          HAVING SUM(m.debit_minor) <> 0 OR SUM(m.credit_minor) <> 0 OR SUM(m.original_debit_minor) <> 0 \
            OR SUM(m.original_credit_minor) <> 0 \
          ORDER BY m.account, m.day LIMIT 200"
    );
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).bind::<IdSql, _>(CustomerId::NIL).load(conn)?)
}

/// The columns that a roll-up fills from lines `l`, and what happens where there is one already.
macro_rules! rolled_up {
    ($from:literal) => {
        concat!(
            "INSERT INTO balances (organisation_id, account, party_id, currency, day, debit_minor, credit_minor, \
             original_debit_minor, original_credit_minor) \
             SELECT m.organisation_id, m.account, m.party_id, m.currency, m.day, ",
            sums!(),
            " FROM (SELECT l.organisation_id, l.account, COALESCE(l.party_id, $2) AS party_id, l.currency, l.date AS day, ",
            amounts!(),
            " FROM ",
            $from,
            " p JOIN journal_lines l ON l.organisation_id = p.organisation_id AND l.entry_id = p.entry_id) m WHERE 1 = 1 \
             GROUP BY m.organisation_id, m.account, m.party_id, m.currency, m.day \
             ORDER BY m.organisation_id, m.account, m.party_id, m.currency, m.day \
             ON CONFLICT (organisation_id, account, party_id, currency, day) DO UPDATE SET \
             debit_minor = balances.debit_minor + excluded.debit_minor, \
             credit_minor = balances.credit_minor + excluded.credit_minor, \
             original_debit_minor = balances.original_debit_minor + excluded.original_debit_minor, \
             original_credit_minor = balances.original_credit_minor + excluded.original_credit_minor"
        )
    };
}

/// Moves up to `limit` entries from the tail into the roll-ups; returns how many. Runs in a transaction of its own.
pub(crate) fn roll(conn: &mut Conn, limit: i64) -> Result<i64, Error> {
    match conn {
        Conn::Pg(c) => {
            // Two rolling at once take different entries; what a reader sees is one statement's work.
            const SQL: &str = concat!(
                "WITH picked AS (SELECT organisation_id, entry_id FROM journal_tail ORDER BY organisation_id, entry_id \
                   LIMIT $1 FOR UPDATE SKIP LOCKED), \
                 gone AS (DELETE FROM journal_tail t USING picked WHERE t.organisation_id = picked.organisation_id \
                   AND t.entry_id = picked.entry_id RETURNING t.organisation_id, t.entry_id), \
                 rolled AS (",
                rolled_up!("gone"),
                ") SELECT COUNT(*) AS minor FROM gone"
            );
            let sum: Sum =
                diesel::sql_query(SQL).bind::<BigInt, _>(limit).bind::<IdSql, _>(CustomerId::NIL).get_result(c)?;
            Ok(sum.minor)
        }
        Conn::Sqlite(c) => {
            // One writer: both statements pick the same entries. SQLite counts parameters as they come: $2 is first here.
            const ROLL: &str = rolled_up!(
                "(SELECT organisation_id, entry_id FROM journal_tail ORDER BY organisation_id, entry_id LIMIT $1)"
            );
            const DROP: &str = "DELETE FROM journal_tail WHERE (organisation_id, entry_id) IN \
                (SELECT organisation_id, entry_id FROM journal_tail ORDER BY organisation_id, entry_id LIMIT $1)";
            diesel::sql_query(ROLL).bind::<IdSql, _>(CustomerId::NIL).bind::<BigInt, _>(limit).execute(c)?;
            let dropped = diesel::sql_query(DROP).bind::<BigInt, _>(limit).execute(c)?;
            Ok(i64::try_from(dropped).unwrap_or(i64::MAX))
        }
    }
}

/// An entry that breaks a rule of entries.
#[derive(Debug, QueryableByName)]
pub(crate) struct BadEntry {
    #[diesel(sql_type = IdSql)]
    pub entry_id: kernel::id::EntryId,
    #[diesel(sql_type = BigInt)]
    pub lines: i64,
    /// Debits less credits, minor units of the organisation's currency.
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
}

/// Entries that have less than two lines or do not balance; at most 200.
pub(crate) fn bad_entries(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<BadEntry>, Error> {
    const SQL: &str = "SELECT e.entry_id, COUNT(l.line) AS lines, CAST(COALESCE(SUM(CASE WHEN l.side = 'debit' \
            THEN l.functional_minor ELSE -l.functional_minor END), 0) AS BIGINT) AS minor \
        FROM journal_entries e LEFT JOIN journal_lines l \
            ON l.organisation_id = e.organisation_id AND l.entry_id = e.entry_id AND l.date = e.date \
        WHERE e.organisation_id = $1 GROUP BY e.entry_id \
        HAVING COUNT(l.line) < 2 OR COALESCE(SUM(CASE WHEN l.side = 'debit' THEN l.functional_minor \
            ELSE -l.functional_minor END), 0) <> 0 \
        ORDER BY e.entry_id LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

/// A month whose voucher numbers are not 1 to their count.
#[derive(Debug, QueryableByName)]
pub(crate) struct Gap {
    #[diesel(sql_type = DateSql)]
    pub month: Day,
    #[diesel(sql_type = BigInt)]
    pub highest: i64,
    #[diesel(sql_type = BigInt)]
    pub numbers: i64,
}

pub(crate) fn voucher_gaps(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Gap>, Error> {
    const SQL: &str = "SELECT month, MAX(number) AS highest, COUNT(*) AS numbers FROM voucher_numbers \
        WHERE organisation_id = $1 GROUP BY month HAVING MAX(number) <> COUNT(*) ORDER BY month";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}
