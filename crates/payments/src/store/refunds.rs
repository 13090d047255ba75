//! Rows of `refunds`.

use ::store::{Conn, Error, for_update, total};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{CreditNoteId, CustomerId, OrganisationId, PaymentId, RefundId};
use kernel::{Bug, Currency, Scope, is_planted};
use schema::refunds;
use schema::types::{At, Day};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = refunds, treat_none_as_default_value = false)]
pub(crate) struct RefundRow {
    pub organisation_id: OrganisationId,
    pub refund_id: RefundId,
    /// Of what credit: a payment's or a credit note's, one of the two.
    pub payment_id: Option<PaymentId>,
    pub credit_note_id: Option<CreditNoteId>,
    pub customer_id: CustomerId,
    pub status: String,
    pub currency: Currency,
    pub amount_minor: i64,
    pub account: String,
    pub refunded_on: Day,
    pub reason: String,
    pub provider_id: Option<String>,
    /// What the provider kept for it, once it is posted; below zero where it gave back of the payment's fee.
    pub fee_minor: Option<i64>,
    pub recorded_by: String,
    pub created_at: At,
    pub version: i64,
}

pub(crate) fn insert_refund(conn: &mut Conn, row: &RefundRow) -> Result<(), Error> {
    diesel::insert_into(refunds::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn refund(conn: &mut Conn, scope: &Scope, id: RefundId) -> Result<Option<RefundRow>, Error> {
    let row: Option<RefundRow> = refunds::table
        .filter(refunds::organisation_id.eq(scope.organisation()))
        .filter(refunds::refund_id.eq(id))
        .select(RefundRow::as_select())
        .get_result(conn)
        .optional()?;
    Ok(row.filter(|row| scope.admits(row.customer_id)))
}

pub(crate) fn lock_refund(conn: &mut Conn, scope: &Scope, id: RefundId) -> Result<Option<RefundRow>, Error> {
    let rows: Vec<RefundRow> = for_update!(
        conn,
        refunds::table
            .filter(refunds::organisation_id.eq(scope.organisation()))
            .filter(refunds::refund_id.eq(id))
            .select(RefundRow::as_select())
    )?;
    Ok(rows.into_iter().next().filter(|row| scope.admits(row.customer_id)))
}

pub(crate) fn update_refund(conn: &mut Conn, row: &RefundRow) -> Result<(), Error> {
    diesel::update(refunds::table)
        .filter(refunds::organisation_id.eq(row.organisation_id))
        .filter(refunds::refund_id.eq(row.refund_id))
        .set((
            refunds::status.eq(&row.status),
            refunds::provider_id.eq(&row.provider_id),
            refunds::refunded_on.eq(row.refunded_on),
            refunds::fee_minor.eq(row.fee_minor),
            refunds::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// Refunds whose fate the provider has not told, oldest first.
pub(crate) fn refunds_in_doubt(conn: &mut Conn, scope: &Scope, limit: i64) -> Result<Vec<RefundRow>, Error> {
    let rows: Vec<RefundRow> = refunds::table
        .filter(refunds::organisation_id.eq(scope.organisation()))
        .filter(refunds::status.eq("in_doubt"))
        .order(refunds::refund_id.asc())
        .select(RefundRow::as_select())
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().filter(|row| scope.admits(row.customer_id)).collect())
}

/// Refunds of a payment, oldest first.
pub(crate) fn refunds_of(conn: &mut Conn, scope: &Scope, payment: PaymentId) -> Result<Vec<RefundRow>, Error> {
    let rows: Vec<RefundRow> = refunds::table
        .filter(refunds::organisation_id.eq(scope.organisation()))
        .filter(refunds::payment_id.eq(payment))
        .order(refunds::refund_id.asc())
        .select(RefundRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().filter(|row| scope.admits(row.customer_id)).collect())
}

/// Refunds of a credit note, oldest first.
pub(crate) fn refunds_of_note(conn: &mut Conn, scope: &Scope, note: CreditNoteId) -> Result<Vec<RefundRow>, Error> {
    let rows: Vec<RefundRow> = refunds::table
        .filter(refunds::organisation_id.eq(scope.organisation()))
        .filter(refunds::credit_note_id.eq(note))
        .order(refunds::refund_id.asc())
        .select(RefundRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().filter(|row| scope.admits(row.customer_id)).collect())
}

/// What of a payment is on its way back: asked for at the provider, its fate not known yet. Minor units.
pub(crate) fn under_way(conn: &mut Conn, organisation: OrganisationId, payment: PaymentId) -> Result<i64, Error> {
    if is_planted(Bug::RefundUnderWayForgotten) {
        return Ok(0);
    }
    Ok(refunds::table
        .filter(refunds::organisation_id.eq(organisation))
        .filter(refunds::payment_id.eq(payment))
        .filter(refunds::status.ne("succeeded"))
        .filter(refunds::status.ne("failed"))
        .select(total(refunds::amount_minor))
        .get_result(conn)?)
}
