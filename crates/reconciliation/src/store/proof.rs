//! What does not agree among statements, lines, matches and the journal; each statement names at most 200.

use ::store::{Conn, Error};
use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl};
use kernel::id::{InvoiceId, MatchId, OrganisationId, StatementId, StatementLineId};
use schema::invoices;
use schema::types::{IdSql, JsonSql, JsonText};
use std::collections::BTreeMap;

#[derive(Debug, QueryableByName)]
pub(crate) struct WrongLine {
    #[diesel(sql_type = IdSql)]
    pub line_id: StatementLineId,
}

/// Lines that say of themselves something else than their matches do.
pub(crate) fn wrong_lines(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<WrongLine>, Error> {
    const SQL: &str = "SELECT l.line_id FROM statement_lines l LEFT JOIN match_lines m \
            ON m.organisation_id = l.organisation_id AND m.line_id = l.line_id AND m.undone_at IS NULL \
        WHERE l.organisation_id = $1 AND ((l.state = 'matched') <> (m.match_id IS NOT NULL) \
            OR m.amount_minor <> l.amount_minor) ORDER BY l.line_id LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

#[derive(Debug, QueryableByName)]
pub(crate) struct WrongMatch {
    #[diesel(sql_type = IdSql)]
    pub match_id: MatchId,
    #[diesel(sql_type = BigInt)]
    pub lines_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub entries_minor: i64,
}

/// Standing matches whose lines and entries do not come to the same.
pub(crate) fn unbalanced(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<WrongMatch>, Error> {
    const SQL: &str = "SELECT * FROM (SELECT x.match_id, \
            CAST((SELECT COALESCE(SUM(amount_minor), 0) FROM match_lines l WHERE l.organisation_id = x.organisation_id \
                AND l.match_id = x.match_id) AS BIGINT) AS lines_minor, \
            CAST((SELECT COALESCE(SUM(amount_minor), 0) FROM match_entries e WHERE e.organisation_id = x.organisation_id \
                AND e.match_id = x.match_id) AS BIGINT) AS entries_minor \
            FROM matches x WHERE x.organisation_id = $1 AND x.undone_at IS NULL) sums \
        WHERE lines_minor <> entries_minor ORDER BY match_id LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

/// Standing matches that say of an entry something else than the journal has of it on the account.
pub(crate) fn misread(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<WrongMatch>, Error> {
    const SQL: &str = "SELECT * FROM (SELECT e.match_id, e.amount_minor AS lines_minor, \
            CAST((SELECT COALESCE(SUM(CASE WHEN j.side = 'debit' THEN j.original_minor ELSE -j.original_minor END), 0) \
                FROM journal_lines j WHERE j.organisation_id = e.organisation_id AND j.entry_id = e.entry_id \
                AND j.account = e.account) AS BIGINT) \
                AS entries_minor \
            FROM match_entries e WHERE e.organisation_id = $1 AND e.undone_at IS NULL) sums \
        WHERE lines_minor <> entries_minor ORDER BY match_id LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

#[derive(Debug, QueryableByName)]
pub(crate) struct WrongStatement {
    #[diesel(sql_type = IdSql)]
    pub statement_id: StatementId,
    #[diesel(sql_type = BigInt)]
    pub told: i64,
    #[diesel(sql_type = BigInt)]
    pub there: i64,
}

/// Statements that do not have as many lines as they say.
pub(crate) fn miscounted(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<WrongStatement>, Error> {
    const SQL: &str = "SELECT * FROM (SELECT s.statement_id, s.line_count AS told, \
            (SELECT COUNT(*) FROM statement_lines l WHERE l.organisation_id = s.organisation_id \
                AND l.statement_id = s.statement_id) AS there \
            FROM statements s WHERE s.organisation_id = $1 AND s.status <> 'reading') counts \
        WHERE told <> there ORDER BY statement_id LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}

#[derive(Debug, QueryableByName)]
struct Beside {
    #[diesel(sql_type = JsonSql)]
    settled: JsonText,
}

/// What standing matches settled beside what came, as they keep it; those that settled nothing are left out.
pub(crate) fn settled_beside(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<JsonText>, Error> {
    const SQL: &str = "SELECT settled FROM matches WHERE organisation_id = $1 AND undone_at IS NULL \
        AND CAST(settled AS TEXT) <> '[]'";
    let rows: Vec<Beside> = diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?;
    Ok(rows.into_iter().map(|row| row.settled).collect())
}

/// What invoices say that banks kept of their payments and we bore, in minor units.
pub(crate) fn charged(conn: &mut Conn, organisation: OrganisationId) -> Result<BTreeMap<InvoiceId, i64>, Error> {
    let of_invoices = invoices::table
        .filter(invoices::organisation_id.eq(organisation))
        .filter(invoices::charges_minor.ne(0))
        .select((invoices::invoice_id, invoices::charges_minor));
    Ok(of_invoices.load::<(InvoiceId, i64)>(conn)?.into_iter().collect())
}
