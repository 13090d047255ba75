//! What is read of other slices' tables: what the documents and customers that the books name are called, and which statements are still
//! open. Read by pages and by files for people alone.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::Date;
use kernel::id::{CreditNoteId, CustomerId, InvoiceId, OrganisationId, PaymentId};
use schema::types::Day;
use schema::{credit_notes, customers, invoices, payments, statements};
use store::{Conn, Error, in_parts};

pub(crate) fn invoices(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[InvoiceId],
) -> Result<Vec<(InvoiceId, Option<String>)>, Error> {
    Ok(in_parts(ids, |some| {
        invoices::table
            .filter(invoices::organisation_id.eq(organisation))
            .filter(invoices::invoice_id.eq_any(some))
            .select((invoices::invoice_id, invoices::number))
            .load(conn)
    })?)
}

pub(crate) fn credit_notes(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[CreditNoteId],
) -> Result<Vec<(CreditNoteId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        credit_notes::table
            .filter(credit_notes::organisation_id.eq(organisation))
            .filter(credit_notes::credit_note_id.eq_any(some))
            .select((credit_notes::credit_note_id, credit_notes::number))
            .load(conn)
    })?)
}

/// Numbers of receipts, for payments that have one.
pub(crate) fn receipts(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[PaymentId],
) -> Result<Vec<(PaymentId, Option<String>)>, Error> {
    Ok(in_parts(ids, |some| {
        payments::table
            .filter(payments::organisation_id.eq(organisation))
            .filter(payments::payment_id.eq_any(some))
            .select((payments::payment_id, payments::receipt_number))
            .load(conn)
    })?)
}

pub(crate) fn customers(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[CustomerId],
) -> Result<Vec<(CustomerId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        customers::table
            .filter(customers::organisation_id.eq(organisation))
            .filter(customers::customer_id.eq_any(some))
            .select((customers::customer_id, customers::name))
            .load(conn)
    })?)
}

/// How many statements of banks that end on one of these days are still open.
pub(crate) fn open_statements(
    conn: &mut Conn,
    organisation: OrganisationId,
    (from, until): (Date, Date),
) -> Result<i64, Error> {
    Ok(statements::table
        .filter(statements::organisation_id.eq(organisation))
        .filter(statements::status.eq("open"))
        .filter(statements::until_on.between(Day(from), Day(until)))
        .count()
        .get_result(conn)?)
}
