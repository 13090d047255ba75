//! What is left of deposits, as the lines of all documents say.

use crate::rules::deposits::Share;
use diesel::sql_types::{BigInt, Text};
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, QueryableByName, RunQueryDsl};
use kernel::id::{CustomerId, InvoiceId, OrganisationId};
use kernel::{Currency, Money};
use schema::types::{CurrencySql, DecimalSql, Exact, IdSql};
use schema::{invoice_lines, invoices};
use store::{Conn, Error};

/// What of a deposit was charged and not credited, and how much of it final invoices deduct, under one code and rate.
#[derive(Debug, QueryableByName)]
pub(crate) struct Standing {
    #[diesel(sql_type = IdSql)]
    pub deposit_id: InvoiceId,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = DecimalSql)]
    pub rate: Exact,
    #[diesel(sql_type = BigInt)]
    pub net_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub tax_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub deducted_net_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub deducted_tax_minor: i64,
}

impl Standing {
    /// What is left to deduct.
    pub fn left(&self) -> Share {
        self.share(self.net_minor - self.deducted_net_minor, self.tax_minor - self.deducted_tax_minor)
    }

    pub fn deducted(&self) -> Share {
        self.share(self.deducted_net_minor, self.deducted_tax_minor)
    }

    fn share(&self, net: i64, tax: i64) -> Share {
        let money = |minor| Money::new(minor, self.currency);
        let (net, tax) = (money(net), money(tax));
        Share { deposit: self.deposit_id, code: self.code.clone(), rate: self.rate.0, net, tax }
    }
}

/// Adds up, for the deposits `d` of a statement, what was charged and credited, and what finals that stand deduct and their notes
/// gave back. Parameters are named in the order in which they come, as SQLite counts them; `$1` is the organisation.
macro_rules! standing {
    ($deposits:literal) => {
        concat!(
            "SELECT p.deposit_id, p.currency, p.code, p.rate, CAST(SUM(p.net) AS BIGINT) AS net_minor, \
                CAST(SUM(p.tax) AS BIGINT) AS tax_minor, CAST(SUM(p.off_net) AS BIGINT) AS deducted_net_minor, \
                CAST(SUM(p.off_tax) AS BIGINT) AS deducted_tax_minor \
            FROM (WITH d AS (",
            $deposits,
            ") SELECT d.invoice_id AS deposit_id, d.currency, COALESCE(l.tax_code, '') AS code, l.tax_rate AS rate, \
                    l.net_minor AS net, l.tax_minor AS tax, 0 AS off_net, 0 AS off_tax \
                FROM d JOIN invoice_lines l ON l.organisation_id = d.organisation_id AND l.invoice_id = d.invoice_id \
            UNION ALL SELECT d.invoice_id, d.currency, COALESCE(l.tax_code, ''), l.tax_rate, -l.net_minor, -l.tax_minor, 0, 0 \
                FROM d JOIN credit_notes n ON n.organisation_id = d.organisation_id AND n.invoice_id = d.invoice_id \
                JOIN credit_note_lines l ON l.organisation_id = n.organisation_id AND l.credit_note_id = n.credit_note_id \
            UNION ALL SELECT d.invoice_id, d.currency, COALESCE(l.tax_code, ''), l.tax_rate, 0, 0, -l.net_minor, -l.tax_minor \
                FROM d JOIN invoice_lines l ON l.organisation_id = d.organisation_id AND l.deducts = d.invoice_id \
                JOIN invoices f ON f.organisation_id = l.organisation_id AND f.invoice_id = l.invoice_id AND f.state = 'issued' \
            UNION ALL SELECT d.invoice_id, d.currency, COALESCE(c.tax_code, ''), c.tax_rate, 0, 0, c.net_minor, c.tax_minor \
                FROM d JOIN invoice_lines l ON l.organisation_id = d.organisation_id AND l.deducts = d.invoice_id \
                JOIN credit_notes n ON n.organisation_id = l.organisation_id AND n.invoice_id = l.invoice_id \
                JOIN credit_note_lines c ON c.organisation_id = n.organisation_id AND c.credit_note_id = n.credit_note_id \
                    AND c.invoice_line = l.line) p \
            GROUP BY p.deposit_id, p.currency, p.code, p.rate ORDER BY p.deposit_id, p.code, p.rate"
        )
    };
}

/// One deposit; nothing where it is none or does not stand.
pub(crate) fn of(conn: &mut Conn, organisation: OrganisationId, id: InvoiceId) -> Result<Vec<Standing>, Error> {
    const SQL: &str = standing!(
        "SELECT organisation_id, invoice_id, currency FROM invoices WHERE organisation_id = $1 AND invoice_id = $2 \
            AND purpose = 'deposit' AND state = 'issued'"
    );
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).bind::<IdSql, _>(id).load(conn)?)
}

/// The newest 100 deposits of a customer in a currency that stand and of which no bad debt was given up, oldest first.
pub(crate) fn of_customer(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
    currency: Currency,
) -> Result<Vec<Standing>, Error> {
    const SQL: &str = standing!(
        "SELECT organisation_id, invoice_id, currency FROM invoices WHERE organisation_id = $1 AND customer_id = $2 \
            AND currency = $3 AND purpose = 'deposit' AND state = 'issued' AND written_off_minor = 0 \
            ORDER BY invoice_id DESC LIMIT 100"
    );
    let query = diesel::sql_query(SQL).bind::<IdSql, _>(organisation).bind::<IdSql, _>(customer);
    Ok(query.bind::<CurrencySql, _>(currency).load(conn)?)
}

/// All deposits that stand.
pub(crate) fn all(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Standing>, Error> {
    const SQL: &str = standing!(
        "SELECT organisation_id, invoice_id, currency FROM invoices WHERE organisation_id = $1 AND purpose = 'deposit' \
            AND state = 'issued'"
    );
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

/// The final invoices that deduct a deposit, drafts among them, oldest first: id, number, state.
pub(crate) fn finals(
    conn: &mut Conn,
    organisation: OrganisationId,
    deposit: InvoiceId,
) -> Result<Vec<(InvoiceId, Option<String>, String)>, Error> {
    Ok(invoice_lines::table
        .inner_join(
            invoices::table.on(invoices::organisation_id
                .eq(invoice_lines::organisation_id)
                .and(invoices::invoice_id.eq(invoice_lines::invoice_id))),
        )
        .filter(invoice_lines::organisation_id.eq(organisation))
        .filter(invoice_lines::deducts.eq(deposit))
        .select((invoices::invoice_id, invoices::number, invoices::state))
        .distinct()
        .order(invoices::invoice_id.asc())
        .load(conn)?)
}

/// A line that deducts what is no deposit of its customer and currency that stands.
#[derive(Debug, QueryableByName)]
pub(crate) struct Stray {
    #[diesel(sql_type = Text)]
    pub number: String,
}

/// Issued invoices with such lines; at most 200.
pub(crate) fn strays(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Stray>, Error> {
    const SQL: &str = "SELECT DISTINCT COALESCE(f.number, '') AS number FROM invoice_lines l \
        JOIN invoices f ON f.organisation_id = l.organisation_id AND f.invoice_id = l.invoice_id AND f.state = 'issued' \
        LEFT JOIN invoices d ON d.organisation_id = l.organisation_id AND d.invoice_id = l.deducts \
            AND d.customer_id = f.customer_id AND d.currency = f.currency AND d.purpose = 'deposit' AND d.state = 'issued' \
        WHERE l.organisation_id = $1 AND l.deducts IS NOT NULL AND d.invoice_id IS NULL ORDER BY 1 LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}
