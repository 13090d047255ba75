//! Rows of `payouts`.

use ::store::{Conn, Error, Part, by_id, for_update};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, NullableExpressionMethods, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use kernel::id::{GatewayConnectionId, OrganisationId, PayoutId};
use kernel::{Currency, Scope, Timestamp};
use schema::payouts;
use schema::types::{At, Day};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = payouts, treat_none_as_default_value = false)]
pub(crate) struct PayoutRow {
    pub organisation_id: OrganisationId,
    pub payout_id: PayoutId,
    pub connection_id: GatewayConnectionId,
    pub provider_id: String,
    /// `arrived`, `failed`.
    pub status: String,
    pub currency: Currency,
    /// What left the balance at the provider: net and fee.
    pub gross_minor: i64,
    /// What the provider kept of it, once it is posted.
    pub fee_minor: Option<i64>,
    /// What reached the bank.
    pub net_minor: i64,
    /// Code of the account of the bank.
    pub account: String,
    pub arrived_on: Day,
    /// By the provider's clock.
    pub moved_at: At,
    pub failed_at: Option<At>,
    pub created_at: At,
    pub version: i64,
}

pub(crate) fn insert_payout(conn: &mut Conn, row: &PayoutRow) -> Result<(), Error> {
    diesel::insert_into(payouts::table).values(row).execute(conn)?;
    Ok(())
}

/// The pay-out that a provider calls so, held until the transaction ends.
pub(crate) fn lock_payout(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    provider_id: &str,
) -> Result<Option<PayoutRow>, Error> {
    let rows: Vec<PayoutRow> = for_update!(
        conn,
        payouts::table
            .filter(payouts::organisation_id.eq(organisation))
            .filter(payouts::connection_id.eq(connection))
            .filter(payouts::provider_id.eq(provider_id))
            .select(PayoutRow::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Saves what may change of a locked pay-out.
pub(crate) fn update_payout(conn: &mut Conn, row: &PayoutRow) -> Result<(), Error> {
    diesel::update(payouts::table)
        .filter(payouts::organisation_id.eq(row.organisation_id))
        .filter(payouts::payout_id.eq(row.payout_id))
        .set((
            payouts::status.eq(&row.status),
            payouts::gross_minor.eq(row.gross_minor),
            payouts::fee_minor.eq(row.fee_minor),
            payouts::failed_at.eq(row.failed_at),
            payouts::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// A part of the pay-outs, in the order of time. Customers see none.
pub(crate) fn list_payouts(conn: &mut Conn, scope: &Scope, part: &Part) -> Result<Vec<PayoutRow>, Error> {
    if scope.customer().is_some() {
        return Ok(Vec::new());
    }
    let query = payouts::table
        .filter(payouts::organisation_id.eq(scope.organisation()))
        .select(PayoutRow::as_select())
        .limit(part.limit)
        .into_boxed();
    Ok(part.in_order(by_id!(query, part, payouts::payout_id).load(conn)?))
}

/// What went to the bank through a connection, or came back, between two instants.
pub(crate) fn payouts_between(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<PayoutRow>, Error> {
    let moved = payouts::moved_at.ge(At(from)).and(payouts::moved_at.lt(At(until)));
    let failed = payouts::failed_at.ge(At(from)).and(payouts::failed_at.lt(At(until))).assume_not_null();
    Ok(payouts::table
        .filter(payouts::organisation_id.eq(organisation))
        .filter(payouts::connection_id.eq(connection))
        .filter(moved.or(failed))
        .select(PayoutRow::as_select())
        .load(conn)?)
}

/// The next page of pay-outs after an id.
pub(crate) fn payouts_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: PayoutId,
) -> Result<Vec<PayoutRow>, Error> {
    Ok(payouts::table
        .filter(payouts::organisation_id.eq(organisation))
        .filter(payouts::payout_id.gt(after))
        .order(payouts::payout_id.asc())
        .select(PayoutRow::as_select())
        .limit(500)
        .load(conn)?)
}
