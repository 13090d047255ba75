//! What else knows of documents: lines, journal and open items of a page of them, each in one statement.
//!
//! Ids of a page follow each other, so a statement names the first and the last, and reads one stretch of its index. Parameters
//! stand in the order in which they come, as SQLite counts them.

use super::{CreditLineRow, CreditRow, InstalmentRow, InvoiceRow, LineRow, TaxRow};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl, SelectableHelper};
use kernel::Currency;
use kernel::id::{CreditNoteId, CustomerId, EntryId, InvoiceId, OpenItemId, OrganisationId};
use schema::types::IdSql;
use schema::{
    credit_note_lines, credit_notes, invoice_instalments, invoice_lines, invoice_taxes, invoices, open_items,
};
use store::{Conn, Error};

/// Documents of one page.
const PAGE: i64 = 500;

/// The next page of invoices after an id.
pub(crate) fn invoices_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: InvoiceId,
) -> Result<Vec<InvoiceRow>, Error> {
    Ok(invoices::table
        .filter(invoices::organisation_id.eq(organisation))
        .filter(invoices::invoice_id.gt(after))
        .order(invoices::invoice_id.asc())
        .select(InvoiceRow::as_select())
        .limit(PAGE)
        .load(conn)?)
}

/// The next page of credit notes after an id.
pub(crate) fn notes_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: CreditNoteId,
) -> Result<Vec<CreditRow>, Error> {
    Ok(credit_notes::table
        .filter(credit_notes::organisation_id.eq(organisation))
        .filter(credit_notes::credit_note_id.gt(after))
        .order(credit_notes::credit_note_id.asc())
        .select(CreditRow::as_select())
        .limit(PAGE)
        .load(conn)?)
}

/// First and last id of a page.
type Page<K> = (kernel::Id<K>, kernel::Id<K>);

pub(crate) fn lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): Page<kernel::id::Invoice>,
) -> Result<Vec<LineRow>, Error> {
    Ok(invoice_lines::table
        .filter(invoice_lines::organisation_id.eq(organisation))
        .filter(invoice_lines::invoice_id.between(first, last))
        .order((invoice_lines::invoice_id.asc(), invoice_lines::line.asc()))
        .select(LineRow::as_select())
        .load(conn)?)
}

pub(crate) fn taxes(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): Page<kernel::id::Invoice>,
) -> Result<Vec<TaxRow>, Error> {
    Ok(invoice_taxes::table
        .filter(invoice_taxes::organisation_id.eq(organisation))
        .filter(invoice_taxes::invoice_id.between(first, last))
        .select(TaxRow::as_select())
        .load(conn)?)
}

pub(crate) fn instalments(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): Page<kernel::id::Invoice>,
) -> Result<Vec<InstalmentRow>, Error> {
    Ok(invoice_instalments::table
        .filter(invoice_instalments::organisation_id.eq(organisation))
        .filter(invoice_instalments::invoice_id.between(first, last))
        .order((invoice_instalments::invoice_id.asc(), invoice_instalments::instalment.asc()))
        .select(InstalmentRow::as_select())
        .load(conn)?)
}

pub(crate) fn note_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): Page<kernel::id::CreditNote>,
) -> Result<Vec<CreditLineRow>, Error> {
    Ok(credit_note_lines::table
        .filter(credit_note_lines::organisation_id.eq(organisation))
        .filter(credit_note_lines::credit_note_id.between(first, last))
        .order((credit_note_lines::credit_note_id.asc(), credit_note_lines::line.asc()))
        .select(CreditLineRow::as_select())
        .load(conn)?)
}

/// Which of these invoices have credit notes.
pub(crate) fn credited(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): Page<kernel::id::Invoice>,
) -> Result<Vec<InvoiceId>, Error> {
    Ok(credit_notes::table
        .filter(credit_notes::organisation_id.eq(organisation))
        .filter(credit_notes::invoice_id.between(first, last))
        .select(credit_notes::invoice_id)
        .distinct()
        .load(conn)?)
}

/// Open items with these ids: document, kind, customer, currency, amount, what is open, value in the books' currency.
pub(crate) type ItemFacts = (OpenItemId, String, CustomerId, Currency, i64, i64, i64);

pub(crate) fn items(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): Page<kernel::id::OpenItem>,
) -> Result<Vec<ItemFacts>, Error> {
    Ok(open_items::table
        .filter(open_items::organisation_id.eq(organisation))
        .filter(open_items::item_id.between(first, last))
        .select((
            open_items::item_id,
            open_items::kind,
            open_items::customer_id,
            open_items::currency,
            open_items::amount_minor,
            open_items::open_minor,
            open_items::functional_minor,
        ))
        .load(conn)?)
}

/// A line of an entry of a document, on one of two accounts or none.
#[derive(Debug, QueryableByName)]
pub(crate) struct PostedLine {
    #[diesel(sql_type = IdSql)]
    pub document_id: OpenItemId,
    #[diesel(sql_type = IdSql)]
    pub entry_id: EntryId,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Bool)]
    pub is_reversed: bool,
    #[diesel(sql_type = Text)]
    pub account: String,
    /// Debit positive.
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    #[diesel(sql_type = BigInt)]
    pub functional_minor: i64,
    #[diesel(sql_type = Nullable<IdSql>)]
    pub party_id: Option<CustomerId>,
}

/// The lines of the entries that issued documents of a kind (`inv`, `crn`), brought them forward or gave them up.
pub(crate) fn posted(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: &'static str,
    (first, last): Page<kernel::id::OpenItem>,
) -> Result<Vec<PostedLine>, Error> {
    const SQL: &str = "SELECT e.document_id, e.entry_id, e.kind, l.account, l.party_id, \
            EXISTS (SELECT 1 FROM journal_entries r WHERE r.organisation_id = e.organisation_id \
                AND r.reverses = e.entry_id) AS is_reversed, \
            CASE WHEN l.side = 'debit' THEN l.original_minor ELSE -l.original_minor END AS minor, \
            CASE WHEN l.side = 'debit' THEN l.functional_minor ELSE -l.functional_minor END AS functional_minor \
        FROM journal_entries e JOIN journal_lines l ON l.organisation_id = e.organisation_id AND l.entry_id = e.entry_id \
        WHERE e.organisation_id = $1 AND e.document_kind = $2 AND e.document_id >= $3 AND e.document_id <= $4 \
            AND e.kind IN ('invoice', 'opening', 'credit_note', 'write_off')";
    Ok(diesel::sql_query(SQL)
        .bind::<IdSql, _>(organisation)
        .bind::<Text, _>(kind)
        .bind::<IdSql, _>(first)
        .bind::<IdSql, _>(last)
        .load(conn)?)
}

/// An entry or open item of a document that is not there.
#[derive(Debug, QueryableByName)]
pub(crate) struct Orphan {
    #[diesel(sql_type = IdSql)]
    pub document_id: OpenItemId,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub place: String,
}

/// What stands in journal and open items for invoices and credit notes that are not there; at most 200.
pub(crate) fn orphans(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Orphan>, Error> {
    const SQL: &str = "SELECT m.document_id, m.kind, m.place FROM ( \
            SELECT e.document_id, e.document_kind AS kind, 'journal' AS place FROM journal_entries e \
                LEFT JOIN invoices i ON i.organisation_id = e.organisation_id AND i.invoice_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'inv' AND i.invoice_id IS NULL \
            UNION SELECT e.document_id, e.document_kind, 'journal' FROM journal_entries e \
                LEFT JOIN credit_notes n ON n.organisation_id = e.organisation_id AND n.credit_note_id = e.document_id \
                WHERE e.organisation_id = $1 AND e.document_kind = 'crn' AND n.credit_note_id IS NULL \
            UNION SELECT t.item_id, 'inv', 'open items' FROM open_items t \
                LEFT JOIN invoices i ON i.organisation_id = t.organisation_id AND i.invoice_id = t.item_id \
                WHERE t.organisation_id = $1 AND t.kind = 'invoice' AND i.invoice_id IS NULL \
            UNION SELECT t.item_id, 'crn', 'open items' FROM open_items t \
                LEFT JOIN credit_notes n ON n.organisation_id = t.organisation_id AND n.credit_note_id = t.item_id \
                WHERE t.organisation_id = $1 AND t.kind = 'credit_note' AND n.credit_note_id IS NULL) m \
        ORDER BY m.document_id, m.place LIMIT 200";
    Ok(diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?)
}
