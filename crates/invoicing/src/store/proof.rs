//! What a page of documents is made of: lines, taxes and parts, each in one statement.
//!
//! Ids of a page follow each other, so a statement names the first and the last, and reads one stretch of its index. Parameters
//! stand in the order in which they come, as SQLite counts them.

use super::{CreditLineRow, CreditRow, InstalmentRow, InvoiceRow, LineRow, TaxRow};
use diesel::sql_types::Text;
use diesel::{ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl, SelectableHelper};
use kernel::id::{CreditNoteId, InvoiceId, OpenItemId, OrganisationId};
use schema::types::IdSql;
use schema::{credit_note_lines, credit_notes, invoice_instalments, invoice_lines, invoice_taxes, invoices};
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
