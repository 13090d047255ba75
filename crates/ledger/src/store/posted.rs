//! What was posted of documents, for whoever compares it with them.

use ::store::{Conn, Error};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl};
use kernel::Currency;
use kernel::id::{CustomerId, EntryId, OpenItemId, OrganisationId};
use schema::types::{CurrencySql, IdSql};

/// A line of an entry of a document.
#[derive(Debug, QueryableByName)]
pub struct PostedLine {
    #[diesel(sql_type = IdSql)]
    pub document_id: OpenItemId,
    #[diesel(sql_type = IdSql)]
    pub entry_id: EntryId,
    /// Kind of the entry, as rows name it.
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Bool)]
    pub is_reversed: bool,
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    /// Minor units of the line's currency, debit positive.
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    /// Minor units of the books' currency, debit positive.
    #[diesel(sql_type = BigInt)]
    pub functional_minor: i64,
    #[diesel(sql_type = Nullable<IdSql>)]
    pub party_id: Option<CustomerId>,
}

/// The lines of the entries that took documents of a kind (`inv`, `crn`, `pay`, `ref`) into the books, brought them forward or
/// gave them up, and every line of disputes (`dsp`), in order. One statement over the stretch of the index from the first id to the last; parameters stand in the
/// order in which they come, as SQLite counts them.
pub fn posted(
    conn: &mut Conn,
    organisation: OrganisationId,
    document_kind: &str,
    (first, last): (OpenItemId, OpenItemId),
) -> Result<Vec<PostedLine>, Error> {
    const SQL: &str = "SELECT e.document_id, e.entry_id, e.kind, l.account, l.party_id, l.currency, \
            EXISTS (SELECT 1 FROM journal_entries r WHERE r.organisation_id = e.organisation_id \
                AND r.reverses = e.entry_id) AS is_reversed, \
            CASE WHEN l.side = 'debit' THEN l.original_minor ELSE -l.original_minor END AS minor, \
            CASE WHEN l.side = 'debit' THEN l.functional_minor ELSE -l.functional_minor END AS functional_minor \
        FROM journal_entries e JOIN journal_lines l ON l.organisation_id = e.organisation_id AND l.entry_id = e.entry_id \
        WHERE e.organisation_id = $1 AND e.document_kind = $2 AND e.document_id >= $3 AND e.document_id <= $4 \
            AND (e.kind IN ('invoice', 'credit_note', 'payment', 'refund', 'opening', 'write_off') \
                OR e.document_kind = 'dsp') \
        ORDER BY e.entry_id, l.line";
    Ok(diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<Text, _>(document_kind)
        .bind::<IdSql, _>(first)
        .bind::<IdSql, _>(last)
        .load(conn)?)
}
