//! Rows of `disputes`, of the money that they moved and of what was noted about them.

use ::store::{Conn, Error, Part, by_id, for_update, in_parts};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{CustomerId, DisputeId, DisputeNoteId, GatewayConnectionId, OrganisationId, PaymentId};
use kernel::{Currency, Money, Scope, Timestamp};
use schema::types::At;
use schema::{dispute_funds, dispute_notes, disputes};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = disputes, treat_none_as_default_value = false)]
pub(crate) struct DisputeRow {
    pub organisation_id: OrganisationId,
    pub dispute_id: DisputeId,
    pub payment_id: PaymentId,
    pub customer_id: CustomerId,
    pub connection_id: GatewayConnectionId,
    pub provider_id: String,
    pub status: String,
    /// When it stood so, by the newest word.
    pub said_at: At,
    pub currency: Currency,
    pub amount_minor: i64,
    /// The provider's code.
    pub reason: String,
    pub evidence_due_at: Option<At>,
    /// What is booked: money that went away, what of it came back, what of the rest is lost.
    pub withdrawn_minor: i64,
    pub reinstated_minor: i64,
    pub lost_minor: i64,
    /// What of the loss came off the payment. The rest had gone back to the payer before, and stays a claim.
    pub off_payment_minor: i64,
    /// What the provider kept for it.
    pub fee_minor: i64,
    /// Code of what a person must look at.
    pub failure: Option<String>,
    pub created_at: At,
    pub version: i64,
}

impl DisputeRow {
    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}

/// Money that moved, by the provider's name of it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = dispute_funds)]
pub(crate) struct MovementRow {
    pub organisation_id: OrganisationId,
    pub connection_id: GatewayConnectionId,
    pub movement: String,
    pub dispute_id: DisputeId,
    /// `withdrawn`, `reinstated`.
    pub direction: String,
    pub amount_minor: i64,
    pub fee_minor: i64,
    pub told_at: At,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = dispute_notes)]
pub(crate) struct NoteRow {
    pub organisation_id: OrganisationId,
    pub note_id: DisputeNoteId,
    pub dispute_id: DisputeId,
    pub text: String,
    pub noted_by: String,
    pub noted_at: At,
}

pub(crate) fn insert_dispute(conn: &mut Conn, row: &DisputeRow) -> Result<(), Error> {
    diesel::insert_into(disputes::table).values(row).execute(conn)?;
    Ok(())
}

/// Saves what may change of a locked dispute.
pub(crate) fn update_dispute(conn: &mut Conn, row: &DisputeRow) -> Result<(), Error> {
    diesel::update(disputes::table)
        .filter(disputes::organisation_id.eq(row.organisation_id))
        .filter(disputes::dispute_id.eq(row.dispute_id))
        .set((
            disputes::status.eq(&row.status),
            disputes::said_at.eq(row.said_at),
            disputes::amount_minor.eq(row.amount_minor),
            disputes::reason.eq(&row.reason),
            disputes::evidence_due_at.eq(row.evidence_due_at),
            disputes::withdrawn_minor.eq(row.withdrawn_minor),
            disputes::reinstated_minor.eq(row.reinstated_minor),
            disputes::lost_minor.eq(row.lost_minor),
            disputes::off_payment_minor.eq(row.off_payment_minor),
            disputes::fee_minor.eq(row.fee_minor),
            disputes::failure.eq(&row.failure),
            disputes::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn dispute(conn: &mut Conn, scope: &Scope, id: DisputeId) -> Result<Option<DisputeRow>, Error> {
    let row: Option<DisputeRow> = disputes::table
        .filter(disputes::organisation_id.eq(scope.organisation()))
        .filter(disputes::dispute_id.eq(id))
        .select(DisputeRow::as_select())
        .get_result(conn)
        .optional()?;
    Ok(row.filter(|row| scope.admits(row.customer_id)))
}

/// Finds a dispute by the provider's id and holds it until the transaction ends.
pub(crate) fn lock_dispute_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    provider_id: &str,
) -> Result<Option<DisputeRow>, Error> {
    let rows: Vec<DisputeRow> = for_update!(
        conn,
        disputes::table
            .filter(disputes::organisation_id.eq(organisation))
            .filter(disputes::connection_id.eq(connection))
            .filter(disputes::provider_id.eq(provider_id))
            .select(DisputeRow::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Disputes of a payment, oldest first.
pub(crate) fn disputes_of(conn: &mut Conn, scope: &Scope, payment: PaymentId) -> Result<Vec<DisputeRow>, Error> {
    let rows: Vec<DisputeRow> = disputes::table
        .filter(disputes::organisation_id.eq(scope.organisation()))
        .filter(disputes::payment_id.eq(payment))
        .order(disputes::dispute_id.asc())
        .select(DisputeRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().filter(|row| scope.admits(row.customer_id)).collect())
}

/// A part of the disputes in the order of time, of one status where it is named.
pub(crate) fn list_disputes(
    conn: &mut Conn,
    scope: &Scope,
    status: Option<&str>,
    part: &Part,
) -> Result<Vec<DisputeRow>, Error> {
    let mut query = disputes::table
        .filter(disputes::organisation_id.eq(scope.organisation()))
        .select(DisputeRow::as_select())
        .limit(part.limit)
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(disputes::status.eq(status.to_owned()));
    }
    if let Some(customer) = scope.customer() {
        query = query.filter(disputes::customer_id.eq(customer));
    }
    Ok(part.in_order(by_id!(query, part, disputes::dispute_id).load(conn)?))
}

/// How many disputes wait for evidence.
pub(crate) fn count_awaiting_evidence(conn: &mut Conn, scope: &Scope) -> Result<i64, Error> {
    Ok(disputes::table
        .filter(disputes::organisation_id.eq(scope.organisation()))
        .filter(disputes::status.eq("needs_response"))
        .count()
        .get_result(conn)?)
}

/// Keeps a movement; false where it was told of before, of this dispute or another.
pub(crate) fn insert_movement(conn: &mut Conn, row: &MovementRow) -> Result<bool, Error> {
    if movement_is_known(conn, row.organisation_id, row.connection_id, &row.movement)? {
        return Ok(false);
    }
    diesel::insert_into(dispute_funds::table).values(row).execute(conn)?;
    Ok(true)
}

pub(crate) fn movement_is_known(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    movement: &str,
) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(
        dispute_funds::table
            .filter(dispute_funds::organisation_id.eq(organisation))
            .filter(dispute_funds::connection_id.eq(connection))
            .filter(dispute_funds::movement.eq(movement)),
    ))
    .get_result(conn)?)
}

/// What a dispute moved, in the order in which it was told.
pub(crate) fn movements_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    dispute: DisputeId,
) -> Result<Vec<MovementRow>, Error> {
    Ok(dispute_funds::table
        .filter(dispute_funds::organisation_id.eq(organisation))
        .filter(dispute_funds::dispute_id.eq(dispute))
        .order((dispute_funds::told_at.asc(), dispute_funds::movement.asc()))
        .select(MovementRow::as_select())
        .load(conn)?)
}

pub(crate) fn insert_note(conn: &mut Conn, row: &NoteRow) -> Result<(), Error> {
    diesel::insert_into(dispute_notes::table).values(row).execute(conn)?;
    Ok(())
}

/// What was noted of a dispute, oldest first.
pub(crate) fn notes_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    dispute: DisputeId,
) -> Result<Vec<NoteRow>, Error> {
    Ok(dispute_notes::table
        .filter(dispute_notes::organisation_id.eq(organisation))
        .filter(dispute_notes::dispute_id.eq(dispute))
        .order(dispute_notes::note_id.asc())
        .select(NoteRow::as_select())
        .load(conn)?)
}

/// Whether a dispute of a payment is not decided.
pub(crate) fn is_disputed(conn: &mut Conn, organisation: OrganisationId, payment: PaymentId) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(
        disputes::table
            .filter(disputes::organisation_id.eq(organisation))
            .filter(disputes::payment_id.eq(payment))
            .filter(disputes::status.eq("needs_response").or(disputes::status.eq("under_review"))),
    ))
    .get_result(conn)?)
}

/// What lost disputes took off payments, in minor units; those that lost nothing are left out.
pub(crate) fn lost_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    payments: &[PaymentId],
) -> Result<BTreeMap<PaymentId, i64>, Error> {
    let rows: Vec<(PaymentId, i64)> = in_parts(payments, |some| {
        disputes::table
            .filter(disputes::organisation_id.eq(organisation))
            .filter(disputes::payment_id.eq_any(some))
            .filter(disputes::off_payment_minor.gt(0))
            .select((disputes::payment_id, disputes::off_payment_minor))
            .load(conn)
    })?;
    let mut lost = BTreeMap::new();
    for (payment, minor) in rows {
        *lost.entry(payment).or_default() += minor;
    }
    Ok(lost)
}

/// Money that moved, with what its dispute says of it.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct DisputedRow {
    pub movement: String,
    direction: String,
    pub amount_minor: i64,
    pub fee_minor: i64,
    pub currency: Currency,
    pub payment_id: PaymentId,
}

impl DisputedRow {
    pub(crate) fn is_withdrawn(&self) -> bool {
        self.direction == "withdrawn"
    }
}

/// What disputes at a connection moved between two instants, and what of them is named so.
pub(crate) fn disputed_between(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    (from, until): (Timestamp, Timestamp),
    names: &[String],
) -> Result<Vec<DisputedRow>, Error> {
    let within = dispute_funds::told_at.ge(At(from)).and(dispute_funds::told_at.lt(At(until)));
    Ok(dispute_funds::table
        .inner_join(
            disputes::table.on(disputes::organisation_id
                .eq(dispute_funds::organisation_id)
                .and(disputes::dispute_id.eq(dispute_funds::dispute_id))),
        )
        .filter(dispute_funds::organisation_id.eq(organisation))
        .filter(dispute_funds::connection_id.eq(connection))
        .filter(within.or(dispute_funds::movement.eq_any(names)))
        .select((
            dispute_funds::movement,
            dispute_funds::direction,
            dispute_funds::amount_minor,
            dispute_funds::fee_minor,
            disputes::currency,
            disputes::payment_id,
        ))
        .load(conn)?)
}
