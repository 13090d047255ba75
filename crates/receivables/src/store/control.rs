//! What stands on customers' accounts in the books beside what their items leave open.

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl};
use kernel::Currency;
use kernel::id::{CustomerId, OrganisationId};
use schema::types::{CurrencySql, IdSql};
use store::{Conn, Error};

/// A customer, currency and account where the two differ, debit positive.
#[derive(Debug, QueryableByName)]
pub(crate) struct Standing {
    #[diesel(sql_type = IdSql)]
    pub customer_id: CustomerId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = BigInt)]
    pub booked_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub booked_functional_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub items_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub items_functional_minor: i64,
}

/// Adds up lines of account `$1` and items by customer and currency, and keeps what differs: each table is read once.
/// Parameters are named in the order in which they come, as SQLite counts them; `$2` is the nil party.
macro_rules! differ {
    ($lines:literal, $sign:literal, $items:literal) => {
        concat!(
            "SELECT m.customer_id, COALESCE(c.name, '') AS name, m.currency, $1 AS account, \
                CAST(SUM(m.booked) AS BIGINT) AS booked_minor, CAST(SUM(m.booked_value) AS BIGINT) AS booked_functional_minor, \
                CAST(SUM(m.items) AS BIGINT) AS items_minor, CAST(SUM(m.items_value) AS BIGINT) AS items_functional_minor \
            FROM (SELECT COALESCE(l.party_id, $2) AS customer_id, l.currency, \
                    CASE WHEN l.side = 'debit' THEN l.original_minor ELSE -l.original_minor END AS booked, \
                    CASE WHEN l.side = 'debit' THEN l.functional_minor ELSE -l.functional_minor END AS booked_value, \
                    0 AS items, 0 AS items_value FROM ",
            $lines,
            " WHERE l.organisation_id = $3 AND l.account = $1 \
                UNION ALL SELECT i.customer_id, i.currency, 0, 0, ",
            $sign,
            " * i.open_minor, ",
            $sign,
            " * i.functional_open_minor FROM open_items i WHERE i.organisation_id = $3 AND i.open_minor <> 0 AND ",
            $items,
            ") m LEFT JOIN customers c ON c.organisation_id = $3 AND c.customer_id = m.customer_id \
            GROUP BY m.customer_id, c.name, m.currency \
            HAVING SUM(m.booked) <> SUM(m.items) OR SUM(m.booked_value) <> SUM(m.items_value) \
            ORDER BY m.customer_id, m.currency LIMIT 200"
        )
    };
}

/// Where the account of receivables is not what invoices and credit notes leave open.
pub(crate) fn receivables_differ(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: &str,
) -> Result<Vec<Standing>, Error> {
    const SQL: &str = differ!(
        "journal_lines l",
        "CASE WHEN i.kind = 'credit_note' THEN -1 ELSE 1 END",
        "i.kind IN ('invoice', 'opening', 'credit_note')"
    );
    Ok(diesel::sql_query(SQL)
        .bind::<Text, _>(account)
        .bind::<IdSql, _>(CustomerId::NIL)
        .bind::<IdSql, _>(organisation)
        .load(conn)?)
}

/// Where the account of advances is not what payments leave open. What invoices deferred stands there too, and is not theirs.
pub(crate) fn advances_differ(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: &str,
) -> Result<Vec<Standing>, Error> {
    const SQL: &str = differ!(
        "journal_lines l JOIN journal_entries e ON e.organisation_id = l.organisation_id AND e.entry_id = l.entry_id \
            AND e.document_kind IN ('pay', 'ref', 'dsp')",
        "-1",
        "i.kind = 'payment'"
    );
    Ok(diesel::sql_query(SQL)
        .bind::<Text, _>(account)
        .bind::<IdSql, _>(CustomerId::NIL)
        .bind::<IdSql, _>(organisation)
        .load(conn)?)
}
