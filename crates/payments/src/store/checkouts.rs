//! Rows of `checkouts`, what they are for, the calls made for them and the notifications received.

use ::store::{Conn, Error, for_update, total};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{CheckoutId, CustomerId, GatewayCallId, GatewayConnectionId, InvoiceId, OrganisationId, PaymentId};
use kernel::{Currency, Scope, Timestamp};
use schema::types::{At, JsonText};
use schema::{checkout_invoices as parts, checkouts, gateway_calls, gateway_events, refunds};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = checkouts, treat_none_as_default_value = false)]
pub(crate) struct CheckoutRow {
    pub organisation_id: OrganisationId,
    pub checkout_id: CheckoutId,
    pub customer_id: CustomerId,
    pub connection_id: GatewayConnectionId,
    pub method: String,
    pub status: String,
    pub currency: Currency,
    pub amount_minor: i64,
    pub return_url: Option<String>,
    pub provider_id: Option<String>,
    pub url: Option<String>,
    pub qr: Option<String>,
    /// What the provider calls it inside its own app.
    pub in_app: Option<String>,
    /// Code of why it failed, or of what a person must look at.
    pub failure: Option<String>,
    pub payment_id: Option<PaymentId>,
    /// What the provider kept, once it is posted.
    pub fee_minor: Option<i64>,
    pub next_poll_at: Option<At>,
    pub polls: i32,
    pub expires_at: At,
    pub created_at: At,
    pub version: i64,
}

#[derive(Debug, Clone, Copy, Queryable, Selectable, Insertable)]
#[diesel(table_name = parts)]
pub(crate) struct CheckoutInvoiceRow {
    pub organisation_id: OrganisationId,
    pub checkout_id: CheckoutId,
    pub invoice_id: InvoiceId,
    pub amount_minor: i64,
}

/// A call to the provider, written down before it is sent.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = gateway_calls, treat_none_as_default_value = false)]
pub(crate) struct CallRow {
    pub organisation_id: OrganisationId,
    pub call_id: GatewayCallId,
    pub checkout_id: CheckoutId,
    /// `open`, `close`, `complete`, `refund`.
    pub operation: String,
    pub idempotency_key: String,
    pub request: JsonText,
    pub sent_at: At,
    pub answered_at: Option<At>,
    pub outcome: Option<String>,
    pub answer: Option<JsonText>,
}

pub(crate) fn insert_checkout(
    conn: &mut Conn,
    row: &CheckoutRow,
    invoices: &[CheckoutInvoiceRow],
) -> Result<(), Error> {
    diesel::insert_into(checkouts::table).values(row).execute(conn)?;
    for invoice in invoices {
        diesel::insert_into(parts::table).values(invoice).execute(conn)?;
    }
    Ok(())
}

pub(crate) fn checkout(conn: &mut Conn, scope: &Scope, id: CheckoutId) -> Result<Option<CheckoutRow>, Error> {
    let row: Option<CheckoutRow> = checkouts::table
        .filter(checkouts::organisation_id.eq(scope.organisation()))
        .filter(checkouts::checkout_id.eq(id))
        .select(CheckoutRow::as_select())
        .get_result(conn)
        .optional()?;
    Ok(row.filter(|row| scope.admits(row.customer_id)))
}

pub(crate) fn lock_checkout(conn: &mut Conn, scope: &Scope, id: CheckoutId) -> Result<Option<CheckoutRow>, Error> {
    let rows: Vec<CheckoutRow> = for_update!(
        conn,
        checkouts::table
            .filter(checkouts::organisation_id.eq(scope.organisation()))
            .filter(checkouts::checkout_id.eq(id))
            .select(CheckoutRow::as_select())
    )?;
    Ok(rows.into_iter().next().filter(|row| scope.admits(row.customer_id)))
}

/// Saves what may change of a locked checkout.
pub(crate) fn update_checkout(conn: &mut Conn, row: &CheckoutRow) -> Result<(), Error> {
    diesel::update(checkouts::table)
        .filter(checkouts::organisation_id.eq(row.organisation_id))
        .filter(checkouts::checkout_id.eq(row.checkout_id))
        .set((
            checkouts::status.eq(&row.status),
            checkouts::provider_id.eq(&row.provider_id),
            checkouts::url.eq(&row.url),
            checkouts::qr.eq(&row.qr),
            checkouts::in_app.eq(&row.in_app),
            checkouts::failure.eq(&row.failure),
            checkouts::payment_id.eq(row.payment_id),
            checkouts::fee_minor.eq(row.fee_minor),
            checkouts::next_poll_at.eq(row.next_poll_at),
            checkouts::polls.eq(row.polls),
            checkouts::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// What a checkout is for, in the order of the invoices' ids.
pub(crate) fn checkout_invoices(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: CheckoutId,
) -> Result<Vec<CheckoutInvoiceRow>, Error> {
    Ok(parts::table
        .filter(parts::organisation_id.eq(organisation))
        .filter(parts::checkout_id.eq(id))
        .order(parts::invoice_id.asc())
        .select(CheckoutInvoiceRow::as_select())
        .load(conn)?)
}

/// What attempts that may still bring money are for, of one invoice. Minor units.
pub(crate) fn spoken_for(conn: &mut Conn, organisation: OrganisationId, invoice: InvoiceId) -> Result<i64, Error> {
    Ok(parts::table
        .inner_join(checkouts::table.on(
            checkouts::organisation_id.eq(parts::organisation_id).and(checkouts::checkout_id.eq(parts::checkout_id)),
        ))
        .filter(parts::organisation_id.eq(organisation))
        .filter(parts::invoice_id.eq(invoice))
        .filter(
            checkouts::status.eq("open").or(checkouts::status.eq("processing")).or(checkouts::status.eq("in_doubt")),
        )
        .select(total(parts::amount_minor))
        .get_result(conn)?)
}

/// The attempts to pay an invoice, newest first, at most 20.
pub(crate) fn attempts_of(conn: &mut Conn, scope: &Scope, invoice: InvoiceId) -> Result<Vec<CheckoutRow>, Error> {
    let rows: Vec<CheckoutRow> = checkouts::table
        .inner_join(parts::table.on(
            parts::organisation_id.eq(checkouts::organisation_id).and(parts::checkout_id.eq(checkouts::checkout_id)),
        ))
        .filter(parts::organisation_id.eq(scope.organisation()))
        .filter(parts::invoice_id.eq(invoice))
        .order(checkouts::checkout_id.desc())
        .select(CheckoutRow::as_select())
        .limit(20)
        .load(conn)?;
    Ok(rows.into_iter().filter(|row| scope.admits(row.customer_id)).collect())
}

/// Checkouts of all organisations whose next question is due.
pub(crate) fn due_polls(
    conn: &mut Conn,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(OrganisationId, CheckoutId)>, Error> {
    Ok(checkouts::table
        .filter(checkouts::next_poll_at.le(At(now)))
        .order(checkouts::next_poll_at.asc())
        .select((checkouts::organisation_id, checkouts::checkout_id))
        .limit(limit)
        .load(conn)?)
}

/// Checkouts that wait for the provider's word after a call without an answer, oldest first, at most 200.
pub(crate) fn list_in_doubt(conn: &mut Conn, scope: &Scope, limit: i64) -> Result<Vec<CheckoutRow>, Error> {
    let rows: Vec<CheckoutRow> = checkouts::table
        .filter(checkouts::organisation_id.eq(scope.organisation()))
        .filter(checkouts::status.eq("in_doubt"))
        .order(checkouts::checkout_id.asc())
        .select(CheckoutRow::as_select())
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().filter(|row| scope.admits(row.customer_id)).collect())
}

/// The calls about a checkout, oldest first.
pub(crate) fn calls(
    conn: &mut Conn,
    organisation: OrganisationId,
    checkout: CheckoutId,
) -> Result<Vec<CallRow>, Error> {
    Ok(gateway_calls::table
        .filter(gateway_calls::organisation_id.eq(organisation))
        .filter(gateway_calls::checkout_id.eq(checkout))
        .order(gateway_calls::call_id.asc())
        .select(CallRow::as_select())
        .load(conn)?)
}

/// How many payments and refunds are in doubt.
pub(crate) fn count_in_doubt(conn: &mut Conn, scope: &Scope) -> Result<i64, Error> {
    let checkouts: i64 = checkouts::table
        .filter(checkouts::organisation_id.eq(scope.organisation()))
        .filter(checkouts::status.eq("in_doubt"))
        .count()
        .get_result(conn)?;
    let refunds: i64 = refunds::table
        .filter(refunds::organisation_id.eq(scope.organisation()))
        .filter(refunds::status.eq("in_doubt"))
        .count()
        .get_result(conn)?;
    Ok(checkouts + refunds)
}

pub(crate) fn insert_call(conn: &mut Conn, row: &CallRow) -> Result<(), Error> {
    diesel::insert_into(gateway_calls::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes what came back, unless an answer is there already.
pub(crate) fn answer_call(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: GatewayCallId,
    now: Timestamp,
    outcome: &str,
    answer: &str,
) -> Result<(), Error> {
    diesel::update(gateway_calls::table)
        .filter(gateway_calls::organisation_id.eq(organisation))
        .filter(gateway_calls::call_id.eq(id))
        .filter(gateway_calls::answered_at.is_null())
        .set((
            gateway_calls::answered_at.eq(Some(At(now))),
            gateway_calls::outcome.eq(Some(outcome)),
            gateway_calls::answer.eq(Some(JsonText(answer.to_owned()))),
        ))
        .execute(conn)?;
    Ok(())
}

/// The latest call of one operation for a checkout.
pub(crate) fn last_call(
    conn: &mut Conn,
    organisation: OrganisationId,
    checkout: CheckoutId,
    operation: &str,
) -> Result<Option<CallRow>, Error> {
    Ok(gateway_calls::table
        .filter(gateway_calls::organisation_id.eq(organisation))
        .filter(gateway_calls::checkout_id.eq(checkout))
        .filter(gateway_calls::operation.eq(operation))
        .order(gateway_calls::call_id.desc())
        .select(CallRow::as_select())
        .limit(1)
        .get_result(conn)
        .optional()?)
}

/// Whether this notification had its effect already.
pub(crate) fn event_seen(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    provider_event_id: &str,
) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(
        gateway_events::table
            .filter(gateway_events::organisation_id.eq(organisation))
            .filter(gateway_events::connection_id.eq(connection))
            .filter(gateway_events::provider_event_id.eq(provider_event_id)),
    ))
    .get_result(conn)?)
}

/// Keeps a notification beside its effect; the key refuses a second one.
#[allow(clippy::too_many_arguments, reason = "a row's columns")]
pub(crate) fn insert_event(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    provider_event_id: &str,
    checkout: Option<CheckoutId>,
    body: &[u8],
    effect: &str,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(gateway_events::table)
        .values((
            gateway_events::organisation_id.eq(organisation),
            gateway_events::connection_id.eq(connection),
            gateway_events::provider_event_id.eq(provider_event_id),
            gateway_events::checkout_id.eq(checkout),
            gateway_events::body.eq(body),
            gateway_events::effect.eq(effect),
            gateway_events::received_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// A checkout by its id alone: the address that providers send browsers to names nothing else.
pub(crate) fn checkout_anywhere(conn: &mut Conn, id: CheckoutId) -> Result<Option<CheckoutRow>, Error> {
    Ok(checkouts::table
        .filter(checkouts::checkout_id.eq(id))
        .select(CheckoutRow::as_select())
        .get_result(conn)
        .optional()?)
}
