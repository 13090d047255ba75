//! Credit notes and their lines.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{CreditNoteId, CustomerId, InvoiceId, OrganisationId};
use kernel::{Currency, Money, Scope};
use schema::types::{At, Day, Exact, JsonText};
use schema::{credit_note_lines, credit_notes};
use store::{Conn, Error, each, in_parts};

/// A row of `credit_notes`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = credit_notes, treat_none_as_default_value = false)]
pub(crate) struct CreditRow {
    pub organisation_id: OrganisationId,
    pub credit_note_id: CreditNoteId,
    pub number: String,
    pub invoice_id: InvoiceId,
    pub customer_id: CustomerId,
    pub currency: Currency,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    /// `full` or `partial`.
    pub kind: String,
    pub reason: String,
    pub issued_on: Day,
    pub frozen: JsonText,
    /// Name of the actor: who may not pay it back alone.
    pub issued_by: String,
    pub created_at: At,
}

impl CreditRow {
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}

/// A row of `credit_note_lines`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = credit_note_lines, treat_none_as_default_value = false)]
pub(crate) struct CreditLineRow {
    pub organisation_id: OrganisationId,
    pub credit_note_id: CreditNoteId,
    pub line: i32,
    pub invoice_line: Option<i32>,
    pub description: String,
    pub quantity: Exact,
    pub tax_code: Option<String>,
    pub tax_rate: Exact,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub gross_minor: i64,
}

pub(crate) fn insert(conn: &mut Conn, row: &CreditRow, lines: &[CreditLineRow]) -> Result<(), Error> {
    diesel::insert_into(credit_notes::table).values(row).execute(conn)?;
    each!(conn, |c| diesel::insert_into(credit_note_lines::table).values(lines).execute(c))?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, scope: &Scope, id: CreditNoteId) -> Result<Option<CreditRow>, Error> {
    let row: Option<CreditRow> = credit_notes::table
        .filter(credit_notes::organisation_id.eq(scope.organisation()))
        .filter(credit_notes::credit_note_id.eq(id))
        .select(CreditRow::as_select())
        .get_result(conn)
        .optional()?;
    Ok(row.filter(|row| scope.admits(row.customer_id)))
}

pub(crate) fn lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: CreditNoteId,
) -> Result<Vec<CreditLineRow>, Error> {
    Ok(credit_note_lines::table
        .filter(credit_note_lines::organisation_id.eq(organisation))
        .filter(credit_note_lines::credit_note_id.eq(id))
        .order(credit_note_lines::line.asc())
        .select(CreditLineRow::as_select())
        .load(conn)?)
}

/// The credit notes of an invoice, oldest first.
pub(crate) fn of_invoice(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: InvoiceId,
) -> Result<Vec<CreditRow>, Error> {
    Ok(credit_notes::table
        .filter(credit_notes::organisation_id.eq(organisation))
        .filter(credit_notes::invoice_id.eq(id))
        .order(credit_notes::credit_note_id.asc())
        .select(CreditRow::as_select())
        .load(conn)?)
}

/// What each credit note of these invoices comes to, in minor units.
pub(crate) fn taken_back(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[InvoiceId],
) -> Result<Vec<(InvoiceId, i64)>, Error> {
    Ok(in_parts(ids, |some| {
        credit_notes::table
            .filter(credit_notes::organisation_id.eq(organisation))
            .filter(credit_notes::invoice_id.eq_any(some))
            .select((credit_notes::invoice_id, credit_notes::total_minor))
            .load(conn)
    })?)
}

/// What earlier credit notes took off each line of an invoice: line, net, tax.
pub(crate) fn credited_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: InvoiceId,
) -> Result<Vec<(i32, i64, i64)>, Error> {
    let notes: Vec<CreditNoteId> =
        of_invoice(conn, organisation, id)?.into_iter().map(|note| note.credit_note_id).collect();
    let rows: Vec<(Option<i32>, i64, i64)> = in_parts(&notes, |some| {
        credit_note_lines::table
            .filter(credit_note_lines::organisation_id.eq(organisation))
            .filter(credit_note_lines::credit_note_id.eq_any(some))
            .select((credit_note_lines::invoice_line, credit_note_lines::net_minor, credit_note_lines::tax_minor))
            .load(conn)
    })?;
    Ok(rows.into_iter().filter_map(|(line, net, tax)| Some((line?, net, tax))).collect())
}

/// Rows before `before`, newest first.
pub(crate) fn list(
    conn: &mut Conn,
    scope: &Scope,
    customer: Option<CustomerId>,
    before: Option<CreditNoteId>,
    limit: i64,
) -> Result<Vec<CreditRow>, Error> {
    let mut query = credit_notes::table
        .filter(credit_notes::organisation_id.eq(scope.organisation()))
        .select(CreditRow::as_select())
        .order(credit_notes::credit_note_id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(credit_notes::credit_note_id.lt(before));
    }
    for customer in scope.customer().into_iter().chain(customer) {
        query = query.filter(credit_notes::customer_id.eq(customer));
    }
    Ok(query.load(conn)?)
}
