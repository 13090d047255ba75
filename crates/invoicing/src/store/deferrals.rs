//! What waits for deliveries: as the journal has it, and as the documents have it.

use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{QueryableByName, RunQueryDsl};
use kernel::Currency;
use kernel::id::{InvoiceId, OrganisationId};
use schema::types::{CurrencySql, IdSql};
use store::{Conn, Error};

/// What an invoice and its credit notes left on the account of advances, credit positive.
#[derive(Debug, QueryableByName)]
pub(crate) struct Booked {
    #[diesel(sql_type = IdSql)]
    pub invoice_id: InvoiceId,
    #[diesel(sql_type = Text)]
    pub number: String,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    #[diesel(sql_type = BigInt)]
    pub functional_minor: i64,
}

/// Every invoice of which something stands on `account`, the account of advances. Payments have documents of their own and
/// do not count.
pub(crate) fn booked(conn: &mut Conn, organisation: OrganisationId, account: &str) -> Result<Vec<Booked>, Error> {
    const SQL: &str = "SELECT i.invoice_id, COALESCE(i.number, '') AS number, i.currency, \
            CAST(SUM(CASE WHEN l.side = 'credit' THEN l.original_minor ELSE -l.original_minor END) AS BIGINT) AS minor, \
            CAST(SUM(CASE WHEN l.side = 'credit' THEN l.functional_minor ELSE -l.functional_minor END) AS BIGINT) \
                AS functional_minor \
        FROM journal_lines l JOIN journal_entries e \
            ON e.organisation_id = l.organisation_id AND e.entry_id = l.entry_id \
        LEFT JOIN credit_notes n ON e.document_kind = 'crn' AND n.organisation_id = e.organisation_id \
            AND n.credit_note_id = e.document_id \
        JOIN invoices i ON i.organisation_id = e.organisation_id \
            AND i.invoice_id = CASE WHEN e.document_kind = 'crn' THEN n.invoice_id ELSE e.document_id END \
        WHERE l.organisation_id = $1 AND l.account = $2 AND e.document_kind IN ('inv', 'crn') \
        GROUP BY i.invoice_id, i.number, i.currency \
        HAVING SUM(CASE WHEN l.side = 'credit' THEN l.original_minor ELSE -l.original_minor END) <> 0 \
            OR SUM(CASE WHEN l.side = 'credit' THEN l.functional_minor ELSE -l.functional_minor END) <> 0 \
        ORDER BY i.invoice_id";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).bind::<Text, _>(account).load(conn)?)
}

/// What credit notes left of a tax code of an invoice that waits for its delivery.
#[derive(Debug, QueryableByName)]
pub(crate) struct Left {
    #[diesel(sql_type = IdSql)]
    pub invoice_id: InvoiceId,
    #[diesel(sql_type = Text)]
    pub number: String,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    #[diesel(sql_type = BigInt)]
    pub written_off_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub net_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub gross_minor: i64,
    /// Whether final invoices deduct something of it.
    #[diesel(sql_type = Bool)]
    pub is_deducted: bool,
}

/// The invoices that were issued and wait for their delivery, a row per tax code, those of an invoice together.
pub(crate) fn left(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Left>, Error> {
    const SQL: &str = "SELECT i.invoice_id, COALESCE(i.number, '') AS number, i.currency, i.written_off_minor, \
            CAST(SUM(p.net_minor) AS BIGINT) AS net_minor, CAST(SUM(p.gross_minor) AS BIGINT) AS gross_minor, \
            SUM(p.deducted) <> 0 AS is_deducted \
        FROM invoices i JOIN ( \
            SELECT organisation_id, invoice_id, COALESCE(tax_code, '') AS code, net_minor, gross_minor, 0 AS deducted \
                FROM invoice_lines WHERE organisation_id = $1 \
            UNION ALL SELECT n.organisation_id, n.invoice_id, COALESCE(l.tax_code, ''), -l.net_minor, -l.gross_minor, 0 \
                FROM credit_notes n JOIN credit_note_lines l ON l.organisation_id = n.organisation_id \
                    AND l.credit_note_id = n.credit_note_id WHERE n.organisation_id = $1 \
            UNION ALL SELECT l.organisation_id, l.deducts, COALESCE(l.tax_code, ''), \
                    CASE WHEN f.revenue_at = 'delivery' AND f.delivered_on IS NULL THEN 0 ELSE l.net_minor END, \
                    CASE WHEN f.revenue_at = 'delivery' AND f.delivered_on IS NULL THEN 0 ELSE l.gross_minor END, -l.gross_minor \
                FROM invoice_lines l JOIN invoices f ON f.organisation_id = l.organisation_id \
                    AND f.invoice_id = l.invoice_id AND f.state = 'issued' \
                WHERE l.organisation_id = $1 AND l.deducts IS NOT NULL \
            UNION ALL SELECT l.organisation_id, l.deducts, COALESCE(l.tax_code, ''), \
                    CASE WHEN f.revenue_at = 'delivery' AND f.delivered_on IS NULL THEN 0 ELSE -c.net_minor END, \
                    CASE WHEN f.revenue_at = 'delivery' AND f.delivered_on IS NULL THEN 0 ELSE -c.gross_minor END, c.gross_minor \
                FROM invoice_lines l JOIN invoices f ON f.organisation_id = l.organisation_id AND f.invoice_id = l.invoice_id \
                JOIN credit_notes n ON n.organisation_id = l.organisation_id AND n.invoice_id = l.invoice_id \
                JOIN credit_note_lines c ON c.organisation_id = n.organisation_id \
                    AND c.credit_note_id = n.credit_note_id AND c.invoice_line = l.line \
                WHERE l.organisation_id = $1 AND l.deducts IS NOT NULL) p \
            ON p.organisation_id = i.organisation_id AND p.invoice_id = i.invoice_id \
        WHERE i.organisation_id = $1 AND i.state = 'issued' AND i.revenue_at = 'delivery' AND i.delivered_on IS NULL \
        GROUP BY i.invoice_id, i.number, i.currency, i.written_off_minor, p.code ORDER BY i.invoice_id, p.code";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}
