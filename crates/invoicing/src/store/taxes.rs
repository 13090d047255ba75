//! Sums of tax from the journal, in one statement each.

use diesel::sql_types::{BigInt, Text};
use diesel::{ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl};
use kernel::Date;
use kernel::id::OrganisationId;
use ledger::AccountRole;
use ledger::Chart;
use schema::journal_lines;
use schema::types::{DateSql, Day, IdSql};
use store::{Conn, Error, total};

/// Base and tax of one code and rate, minor units of the books' currency.
#[derive(Debug, QueryableByName)]
pub(crate) struct Summed {
    #[diesel(sql_type = Text)]
    pub code: String,
    /// Percent as text; empty where no document names one.
    #[diesel(sql_type = Text)]
    pub rate: String,
    #[diesel(sql_type = BigInt)]
    pub base_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub tax_minor: i64,
}

/// What invoices and credit notes posted between two days, by tax code and rate.
///
/// The base is what stands on revenue and on what is deferred together, so that a delivery, which moves it from one to the
/// other, changes nothing. A write-off, which takes a deferral back, leaves the tax owed and so its base.
pub(crate) fn by_rate(
    conn: &mut Conn,
    organisation: OrganisationId,
    chart: Chart,
    (from, to): (Date, Date),
) -> Result<Vec<Summed>, Error> {
    const SQL: &str = "SELECT x.code, x.rate, CAST(SUM(x.base) AS BIGINT) AS base_minor, \
            CAST(SUM(x.tax) AS BIGINT) AS tax_minor \
        FROM (SELECT l.tax_code AS code, COALESCE( \
                (SELECT MAX(t.rate) FROM invoice_taxes t WHERE e.document_kind = 'inv' \
                    AND t.organisation_id = l.organisation_id AND t.invoice_id = e.document_id AND t.tax_code = l.tax_code), \
                (SELECT MAX(c.tax_rate) FROM credit_note_lines c WHERE e.document_kind = 'crn' \
                    AND c.organisation_id = l.organisation_id AND c.credit_note_id = e.document_id \
                    AND c.tax_code = l.tax_code), '') AS rate, \
                CASE WHEN l.account = $1 THEN 0 WHEN l.side = 'credit' THEN l.functional_minor \
                    ELSE -l.functional_minor END AS base, \
                CASE WHEN l.account <> $1 THEN 0 WHEN l.side = 'credit' THEN l.functional_minor \
                    ELSE -l.functional_minor END AS tax \
            FROM journal_lines l JOIN journal_entries e \
                ON e.organisation_id = l.organisation_id AND e.entry_id = l.entry_id \
            WHERE l.organisation_id = $2 AND l.date >= $3 AND l.date <= $4 AND l.account IN ($1, $5, $6) \
                AND e.kind <> 'write_off' \
                AND l.tax_code IS NOT NULL AND l.tax_code <> '') x \
        GROUP BY x.code, x.rate ORDER BY x.code, x.rate";
    Ok(diesel::sql_query(SQL)
        .bind::<Text, _>(chart.code(AccountRole::OutputTax))
        .bind::<IdSql, _>(organisation)
        .bind::<DateSql, _>(Day(from))
        .bind::<DateSql, _>(Day(to))
        .bind::<Text, _>(chart.code(AccountRole::Revenue))
        .bind::<Text, _>(chart.code(AccountRole::CustomerAdvances))
        .load(conn)?)
}

/// What the account of output tax grew by between two days, whatever moved it; credit positive.
pub(crate) fn on_account(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: &str,
    (from, to): (Date, Date),
) -> Result<i64, Error> {
    let mut side = |side: &str| -> Result<i64, Error> {
        Ok(journal_lines::table
            .filter(journal_lines::organisation_id.eq(organisation))
            .filter(journal_lines::account.eq(account))
            .filter(journal_lines::date.ge(Day(from)))
            .filter(journal_lines::date.le(Day(to)))
            .filter(journal_lines::side.eq(side))
            .select(total(journal_lines::functional_minor))
            .get_result(conn)?)
    };
    Ok(side("credit")? - side("debit")?)
}
