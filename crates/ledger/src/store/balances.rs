//! Balances: roll-ups, and the tail of what is not rolled up yet.
//!
//! `account_days` has a row per account and day, some thousand a year whatever the company sells; `balances` has one per
//! account, party, currency and day, for what asks after customers. An entry is either in the tail or in both roll-ups:
//! moving it is one transaction, and whoever reads takes tail and roll-up in one statement.
//!
//! `CROSS JOIN` from the tail to its lines is for SQLite, which keeps its order: begun with the lines, a statement would
//! read every line of the organisation to find that the tail is empty.

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl};
use kernel::Date;
use kernel::id::{CustomerId, OrganisationId};
use schema::types::{DateSql, Day, IdSql};
use store::{Conn, Error};

/// What moved on an account, in the organisation's currency: minor units, red-letter amounts negative on their own side.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct AccountRow {
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = BigInt)]
    pub debit_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub credit_minor: i64,
}

/// What moved on an account for a party, likewise.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct PartyRow {
    #[diesel(sql_type = Text)]
    pub account: String,
    /// Nil on accounts that are not kept per customer.
    #[diesel(sql_type = IdSql)]
    pub party_id: CustomerId,
    #[diesel(sql_type = BigInt)]
    pub debit_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub credit_minor: i64,
}

/// The two amounts of a line in the organisation's currency, by its side.
macro_rules! amounts {
    () => {
        "CASE WHEN l.side = 'debit' THEN l.functional_minor ELSE 0 END AS debit_minor, \
         CASE WHEN l.side = 'debit' THEN 0 ELSE l.functional_minor END AS credit_minor"
    };
}

/// And those in the document's.
macro_rules! originals {
    () => {
        "CASE WHEN l.side = 'debit' THEN l.original_minor ELSE 0 END AS original_debit_minor, \
         CASE WHEN l.side = 'debit' THEN 0 ELSE l.original_minor END AS original_credit_minor"
    };
}

/// Their sums.
macro_rules! sums {
    () => {
        "CAST(SUM(m.debit_minor) AS BIGINT) AS debit_minor, CAST(SUM(m.credit_minor) AS BIGINT) AS credit_minor"
    };
    (originals) => {
        "CAST(SUM(m.original_debit_minor) AS BIGINT) AS original_debit_minor, \
         CAST(SUM(m.original_credit_minor) AS BIGINT) AS original_credit_minor"
    };
}

/// The lines of an organisation's tail.
macro_rules! tail {
    () => {
        " FROM journal_tail t CROSS JOIN journal_lines l \
         WHERE l.organisation_id = t.organisation_id AND l.entry_id = t.entry_id AND t.organisation_id = $1"
    };
}

/// The first day that counts where none is named.
const EVER: Date = Date::constant(1, 1, 1);

/// What moved on every account between two days, both included.
pub(crate) fn by_account(
    conn: &mut Conn,
    organisation: OrganisationId,
    from: Option<Date>,
    to: Date,
) -> Result<Vec<AccountRow>, Error> {
    const SQL: &str = concat!(
        "SELECT m.account, ",
        sums!(),
        " FROM (SELECT account, debit_minor, credit_minor FROM account_days \
            WHERE organisation_id = $1 AND day >= $2 AND day <= $3 \
          UNION ALL SELECT l.account, ",
        amounts!(),
        tail!(),
        " AND l.date >= $2 AND l.date <= $3) m GROUP BY m.account ORDER BY m.account"
    );
    Ok(diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<DateSql, _>(Day(from.unwrap_or(EVER)))
        .bind::<DateSql, _>(Day(to))
        .load(conn)?)
}

/// What moved on every account up to the end of a day, by party.
pub(crate) fn by_party(conn: &mut Conn, organisation: OrganisationId, to: Date) -> Result<Vec<PartyRow>, Error> {
    const SQL: &str = concat!(
        "SELECT m.account, m.party_id, ",
        sums!(),
        " FROM (SELECT account, party_id, debit_minor, credit_minor FROM balances \
            WHERE organisation_id = $1 AND day <= $2 \
          UNION ALL SELECT l.account, COALESCE(l.party_id, $3), ",
        amounts!(),
        tail!(),
        " AND l.date <= $2) m GROUP BY m.account, m.party_id ORDER BY m.account, m.party_id"
    );
    Ok(diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
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
    const SQL: &str = concat!(
        "SELECT CAST(COALESCE(SUM(m.debit_minor - m.credit_minor), 0) AS BIGINT) AS minor FROM \
            (SELECT debit_minor, credit_minor FROM account_days \
            WHERE organisation_id = $1 AND account = $2 AND day < $3 UNION ALL SELECT ",
        amounts!(),
        tail!(),
        " AND l.account = $2 AND l.date < $3) m"
    );
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

/// Roll-ups by party and tail less a recount of every line; nothing where they agree. At most 200.
pub(crate) fn party_differences(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Difference>, Error> {
    const SQL: &str = concat!(
        "SELECT m.account, m.day, ",
        sums!(),
        ", ",
        sums!(originals),
        " FROM (SELECT account, party_id, currency, day, debit_minor, credit_minor, original_debit_minor, \
            original_credit_minor FROM balances WHERE organisation_id = $1 \
          UNION ALL SELECT l.account, COALESCE(l.party_id, $2), l.currency, l.date, ",
        amounts!(),
        ", ",
        originals!(),
        tail!(),
        " UNION ALL SELECT account, party_id, currency, day, -debit_minor, -credit_minor, -original_debit_minor, \
            -original_credit_minor FROM (SELECT l.account, COALESCE(l.party_id, $2) AS party_id, l.currency, l.date AS day, ",
        amounts!(),
        ", ",
        originals!(),
        " FROM journal_lines l WHERE l.organisation_id = $1) counted) m \
          GROUP BY m.account, m.party_id, m.currency, m.day \
          HAVING SUM(m.debit_minor) <> 0 OR SUM(m.credit_minor) <> 0 OR SUM(m.original_debit_minor) <> 0 \
            OR SUM(m.original_credit_minor) <> 0 \
          ORDER BY m.account, m.day LIMIT 200"
    );
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).bind::<IdSql, _>(CustomerId::NIL).load(conn)?)
}

/// Roll-ups by account less those by party; nothing where they agree. At most 200.
pub(crate) fn account_differences(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Difference>, Error> {
    const SQL: &str = concat!(
        "SELECT m.account, m.day, ",
        sums!(),
        ", CAST(0 AS BIGINT) AS original_debit_minor, CAST(0 AS BIGINT) AS original_credit_minor FROM \
          (SELECT account, day, debit_minor, credit_minor FROM account_days WHERE organisation_id = $1 \
          UNION ALL SELECT account, day, -debit_minor, -credit_minor FROM balances WHERE organisation_id = $1) m \
          GROUP BY m.account, m.day HAVING SUM(m.debit_minor) <> 0 OR SUM(m.credit_minor) <> 0 \
          ORDER BY m.account, m.day LIMIT 200"
    );
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

/// Adds lines `l` of the entries in a table to the roll-ups by party; `$2` is the nil party.
macro_rules! rolled_by_party {
    ($from:literal) => {
        concat!(
            "INSERT INTO balances (organisation_id, account, party_id, currency, day, debit_minor, credit_minor, \
             original_debit_minor, original_credit_minor) \
             SELECT m.organisation_id, m.account, m.party_id, m.currency, m.day, ",
            sums!(),
            ", ",
            sums!(originals),
            " FROM (SELECT l.organisation_id, l.account, COALESCE(l.party_id, $2) AS party_id, l.currency, l.date AS day, ",
            amounts!(),
            ", ",
            originals!(),
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

/// Adds them to the roll-ups by account.
macro_rules! rolled_by_account {
    ($from:literal) => {
        concat!(
            "INSERT INTO account_days (organisation_id, account, day, debit_minor, credit_minor) \
             SELECT m.organisation_id, m.account, m.day, ",
            sums!(),
            " FROM (SELECT l.organisation_id, l.account, l.date AS day, ",
            amounts!(),
            " FROM ",
            $from,
            " p JOIN journal_lines l ON l.organisation_id = p.organisation_id AND l.entry_id = p.entry_id) m WHERE 1 = 1 \
             GROUP BY m.organisation_id, m.account, m.day ORDER BY m.organisation_id, m.account, m.day \
             ON CONFLICT (organisation_id, account, day) DO UPDATE SET \
             debit_minor = account_days.debit_minor + excluded.debit_minor, \
             credit_minor = account_days.credit_minor + excluded.credit_minor"
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
                 by_party AS (",
                rolled_by_party!("gone"),
                "), by_account AS (",
                rolled_by_account!("gone"),
                ") SELECT COUNT(*) AS minor FROM gone"
            );
            let sum: Sum =
                diesel::sql_query(SQL).bind::<BigInt, _>(limit).bind::<IdSql, _>(CustomerId::NIL).get_result(c)?;
            Ok(sum.minor)
        }
        Conn::Sqlite(c) => {
            // One writer: the statements pick the same entries. SQLite counts parameters as they come: $2 is first here.
            const BY_PARTY: &str = rolled_by_party!(
                "(SELECT organisation_id, entry_id FROM journal_tail ORDER BY organisation_id, entry_id LIMIT $1)"
            );
            const BY_ACCOUNT: &str = rolled_by_account!(
                "(SELECT organisation_id, entry_id FROM journal_tail ORDER BY organisation_id, entry_id LIMIT $1)"
            );
            const DROP: &str = "DELETE FROM journal_tail WHERE (organisation_id, entry_id) IN \
                (SELECT organisation_id, entry_id FROM journal_tail ORDER BY organisation_id, entry_id LIMIT $1)";
            diesel::sql_query(BY_PARTY).bind::<IdSql, _>(CustomerId::NIL).bind::<BigInt, _>(limit).execute(c)?;
            diesel::sql_query(BY_ACCOUNT).bind::<BigInt, _>(limit).execute(c)?;
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
