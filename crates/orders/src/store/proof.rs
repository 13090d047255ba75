//! Orders that do not agree with what else knows of them, each kind in one statement that reads each table once.

use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl};
use kernel::Currency;
use kernel::id::OrganisationId;
use schema::orders;
use schema::types::{CurrencySql, IdSql};
use store::{Conn, Error};

/// An order whose total is not what something else says.
#[derive(Debug, QueryableByName)]
pub(crate) struct Unlike {
    /// Its number; drafts have their reference or nothing.
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    #[diesel(sql_type = BigInt)]
    pub other_minor: i64,
    /// Whether they belong together at all.
    #[diesel(sql_type = Bool)]
    pub is_alike: bool,
}

/// Orders whose sums are not those of their lines; at most 200.
pub(crate) fn unlike_lines(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Unlike>, Error> {
    const SQL: &str = "SELECT COALESCE(o.number, o.reference, 'a draft') AS name, o.currency, o.total_minor AS minor, \
            CAST(COALESCE(SUM(l.gross_minor), 0) AS BIGINT) AS other_minor, 1 = 1 AS is_alike \
        FROM orders o LEFT JOIN order_lines l ON l.organisation_id = o.organisation_id AND l.order_id = o.order_id \
        WHERE o.organisation_id = $1 \
        GROUP BY o.order_id, o.number, o.reference, o.currency, o.net_minor, o.tax_minor, o.total_minor \
        HAVING o.net_minor <> COALESCE(SUM(l.net_minor), 0) OR o.tax_minor <> COALESCE(SUM(l.tax_minor), 0) \
            OR o.total_minor <> COALESCE(SUM(l.gross_minor), 0) ORDER BY o.order_id LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

/// Orders whose invoice is missing or another; at most 200. Of a deposit and no invoice yet, the deposit's is theirs; what an invoice
/// deducts counts as invoiced.
pub(crate) fn unlike_invoices(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Unlike>, Error> {
    const SQL: &str = "SELECT * FROM (SELECT o.order_id, COALESCE(o.number, o.reference, 'a draft') AS name, o.currency, \
            o.total_minor AS minor, CAST(CASE WHEN o.invoice_id IS NULL AND i.purpose = 'deposit' THEN o.total_minor \
                ELSE COALESCE(i.total_minor, 0) - COALESCE((SELECT SUM(l.gross_minor) FROM invoice_lines l \
                    WHERE l.organisation_id = i.organisation_id AND l.invoice_id = i.invoice_id \
                        AND l.deducts IS NOT NULL), 0) END AS BIGINT) AS other_minor, \
            COALESCE(i.order_id = o.order_id AND i.customer_id = o.customer_id AND i.currency = o.currency, 1 = 0) AS is_alike \
        FROM orders o LEFT JOIN invoices i ON i.organisation_id = o.organisation_id AND i.invoice_id = COALESCE(o.invoice_id, o.deposit_invoice_id) \
        WHERE o.organisation_id = $1 AND (o.status = 'confirmed' OR o.invoice_id IS NOT NULL \
            OR o.deposit_invoice_id IS NOT NULL)) c \
        WHERE NOT c.is_alike OR c.minor <> c.other_minor ORDER BY c.order_id LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

#[derive(Debug, QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Numbers of invoices that name an order which does not name them; at most 200.
pub(crate) fn invoices_without_order(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<String>, Error> {
    const SQL: &str = "SELECT COALESCE(i.number, 'a draft') AS name FROM invoices i LEFT JOIN orders o \
            ON o.organisation_id = i.organisation_id AND o.order_id = i.order_id \
            AND (o.invoice_id = i.invoice_id OR o.deposit_invoice_id = i.invoice_id) \
        WHERE i.organisation_id = $1 AND i.order_id IS NOT NULL AND o.order_id IS NULL ORDER BY i.invoice_id LIMIT 200";
    let rows: Vec<Name> = diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// The number of every order that has one.
pub(crate) fn numbers(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<String>, Error> {
    let numbers: Vec<Option<String>> = orders::table
        .filter(orders::organisation_id.eq(organisation))
        .filter(orders::number.is_not_null())
        .select(orders::number)
        .load(conn)?;
    Ok(numbers.into_iter().flatten().collect())
}
