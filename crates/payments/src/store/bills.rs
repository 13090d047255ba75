//! Rows of `gateway_bills` and `bill_differences`, and what the books have of a day.

use super::{CheckoutRow, RefundRow};
use ::store::{Conn, Error, for_update, in_parts};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use gateways::{BillKind, BillRow};
use kernel::id::{BillDifferenceId, CheckoutId, GatewayConnectionId, OrganisationId, PaymentId, RefundId};
use kernel::{Currency, Date, Money, Scope, Timestamp};
use schema::types::{At, Day, JsonText};
use schema::{bill_differences as differences, checkouts, gateway_bills as bills, payments, refunds};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = bills, treat_none_as_default_value = false)]
pub(crate) struct BillOfDay {
    pub organisation_id: OrganisationId,
    pub connection_id: GatewayConnectionId,
    pub day: Day,
    /// `awaited`, `compared`.
    pub state: String,
    /// The rows as they came, for evidence and for comparing again.
    pub bill_rows: JsonText,
    /// By currency, in minor units: what they say and what we say.
    pub sums: JsonText,
    /// Code of why it could not be had when it was last asked for.
    pub failure: Option<String>,
    pub asked: i32,
    pub next_ask_at: Option<At>,
    pub fetched_at: Option<At>,
    pub version: i64,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = differences, treat_none_as_default_value = false)]
pub(crate) struct DifferenceRow {
    pub organisation_id: OrganisationId,
    pub difference_id: BillDifferenceId,
    pub connection_id: GatewayConnectionId,
    pub day: Day,
    pub kind: String,
    pub about: String,
    /// The number by which both sides know the thing.
    pub reference: String,
    pub currency: Currency,
    pub ours_minor: Option<i64>,
    pub theirs_minor: Option<i64>,
    pub payment_id: Option<PaymentId>,
    pub refund_id: Option<RefundId>,
    /// `open`, `set_aside`, `closed`.
    pub status: String,
    pub note: Option<String>,
    pub decided_by: Option<String>,
    pub created_at: At,
    pub ended_at: Option<At>,
    pub version: i64,
}

/// A row of a bill as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    kind: String,
    id: String,
    reference: Option<String>,
    gross: i64,
    fee: Option<i64>,
    currency: String,
    at: String,
}

impl BillOfDay {
    /// The rows of a bill, as they are kept.
    pub(crate) fn keep(rows: &[BillRow]) -> Result<JsonText, Error> {
        let kept: Vec<Kept> = rows
            .iter()
            .map(|row| Kept {
                kind: row.kind.name().to_owned(),
                id: row.provider_id.clone(),
                reference: row.reference.clone(),
                gross: row.gross.minor(),
                fee: row.fee.map(Money::minor),
                currency: row.gross.currency().code().to_owned(),
                at: row.at.to_string(),
            })
            .collect();
        Ok(JsonText(serde_json::to_string(&kept)?))
    }

    /// The rows as they came.
    pub(crate) fn rows(&self) -> Result<Vec<BillRow>, Error> {
        let broken = || Error::Broken(format!("kept bill of {}", self.day.0));
        let kept: Vec<Kept> = serde_json::from_str(&self.bill_rows.0)?;
        let read = |row: Kept| {
            let currency = Currency::parse(&row.currency).ok()?;
            Some(BillRow {
                kind: BillKind::by_name(&row.kind)?,
                provider_id: row.id,
                reference: row.reference,
                gross: Money::new(row.gross, currency),
                fee: row.fee.map(|fee| Money::new(fee, currency)),
                at: row.at.parse().ok()?,
            })
        };
        kept.into_iter().map(|row| read(row).ok_or_else(broken)).collect()
    }
}

/// The bill of a day, held until the transaction ends.
pub(crate) fn lock_bill(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    day: Date,
) -> Result<Option<BillOfDay>, Error> {
    let rows: Vec<BillOfDay> = for_update!(
        conn,
        bills::table
            .filter(bills::organisation_id.eq(organisation))
            .filter(bills::connection_id.eq(connection))
            .filter(bills::day.eq(Day(day)))
            .select(BillOfDay::as_select())
    )?;
    Ok(rows.into_iter().next())
}

pub(crate) fn bill(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    day: Date,
) -> Result<Option<BillOfDay>, Error> {
    Ok(bills::table
        .filter(bills::organisation_id.eq(organisation))
        .filter(bills::connection_id.eq(connection))
        .filter(bills::day.eq(Day(day)))
        .select(BillOfDay::as_select())
        .get_result(conn)
        .optional()?)
}

/// The last day of which a connection's bill is there or awaited.
pub(crate) fn newest_bill(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
) -> Result<Option<Date>, Error> {
    let newest: Option<Day> = bills::table
        .filter(bills::organisation_id.eq(organisation))
        .filter(bills::connection_id.eq(connection))
        .order(bills::day.desc())
        .select(bills::day)
        .limit(1)
        .get_result(conn)
        .optional()?;
    Ok(newest.map(|day| day.0))
}

/// Bills of all organisations that are to be asked for now.
pub(crate) fn due_bills(
    conn: &mut Conn,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(OrganisationId, GatewayConnectionId, Day)>, Error> {
    Ok(bills::table
        .filter(bills::next_ask_at.le(At(now)))
        .order(bills::next_ask_at.asc())
        .select((bills::organisation_id, bills::connection_id, bills::day))
        .limit(limit)
        .load(conn)?)
}

/// Bills of the days from one to another, the newest first, at most 200. Customers see none.
pub(crate) fn bills_between(conn: &mut Conn, scope: &Scope, (from, to): (Date, Date)) -> Result<Vec<BillOfDay>, Error> {
    if scope.customer().is_some() {
        return Ok(Vec::new());
    }
    Ok(bills::table
        .filter(bills::organisation_id.eq(scope.organisation()))
        .filter(bills::day.between(Day(from), Day(to)))
        .order((bills::day.desc(), bills::connection_id.asc()))
        .select(BillOfDay::as_select())
        .limit(200)
        .load(conn)?)
}

/// Puts a bill in the place of what was kept of its day.
pub(crate) fn put_bill(conn: &mut Conn, row: &BillOfDay, is_new: bool) -> Result<(), Error> {
    if is_new {
        diesel::insert_into(bills::table).values(row).execute(conn)?;
        return Ok(());
    }
    diesel::update(bills::table)
        .filter(bills::organisation_id.eq(row.organisation_id))
        .filter(bills::connection_id.eq(row.connection_id))
        .filter(bills::day.eq(row.day))
        .set((
            bills::state.eq(&row.state),
            bills::bill_rows.eq(&row.bill_rows),
            bills::sums.eq(&row.sums),
            bills::failure.eq(&row.failure),
            bills::asked.eq(row.asked),
            bills::next_ask_at.eq(row.next_ask_at),
            bills::fetched_at.eq(row.fetched_at),
            bills::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// The differences of a day, oldest first.
pub(crate) fn differences_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    day: Date,
) -> Result<Vec<DifferenceRow>, Error> {
    Ok(differences::table
        .filter(differences::organisation_id.eq(organisation))
        .filter(differences::connection_id.eq(connection))
        .filter(differences::day.eq(Day(day)))
        .order(differences::difference_id.asc())
        .select(DifferenceRow::as_select())
        .load(conn)?)
}

pub(crate) fn insert_difference(conn: &mut Conn, row: &DifferenceRow) -> Result<(), Error> {
    diesel::insert_into(differences::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn difference(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: BillDifferenceId,
) -> Result<Option<DifferenceRow>, Error> {
    Ok(differences::table
        .filter(differences::organisation_id.eq(organisation))
        .filter(differences::difference_id.eq(id))
        .select(DifferenceRow::as_select())
        .get_result(conn)
        .optional()?)
}

pub(crate) fn lock_difference(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: BillDifferenceId,
) -> Result<Option<DifferenceRow>, Error> {
    let rows: Vec<DifferenceRow> = for_update!(
        conn,
        differences::table
            .filter(differences::organisation_id.eq(organisation))
            .filter(differences::difference_id.eq(id))
            .select(DifferenceRow::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Saves what may change of a difference.
pub(crate) fn update_difference(conn: &mut Conn, row: &DifferenceRow) -> Result<(), Error> {
    diesel::update(differences::table)
        .filter(differences::organisation_id.eq(row.organisation_id))
        .filter(differences::difference_id.eq(row.difference_id))
        .set((
            differences::status.eq(&row.status),
            differences::note.eq(&row.note),
            differences::decided_by.eq(&row.decided_by),
            differences::ended_at.eq(row.ended_at),
            differences::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// Checkouts of a connection whose money was taken in between two instants and stands.
pub(crate) fn taken_between(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<CheckoutRow>, Error> {
    Ok(payments::table
        .inner_join(
            checkouts::table.on(checkouts::organisation_id
                .eq(payments::organisation_id)
                .and(checkouts::checkout_id.nullable().eq(payments::checkout_id))),
        )
        .filter(payments::organisation_id.eq(organisation))
        .filter(payments::payment_id.ge(PaymentId::first_at(from)))
        .filter(payments::payment_id.lt(PaymentId::first_at(until)))
        .filter(payments::status.ne("reversed"))
        .filter(checkouts::connection_id.eq(connection))
        .select(CheckoutRow::as_select())
        .load(conn)?)
}

/// Checkouts of a connection by their ids.
pub(crate) fn checkouts_named(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    ids: &[CheckoutId],
) -> Result<Vec<CheckoutRow>, Error> {
    Ok(in_parts(ids, |some| {
        checkouts::table
            .filter(checkouts::organisation_id.eq(organisation))
            .filter(checkouts::checkout_id.eq_any(some))
            .filter(checkouts::connection_id.eq(connection))
            .select(CheckoutRow::as_select())
            .load(conn)
    })?)
}

/// Refunds through a connection.
#[diesel::dsl::auto_type]
fn refunds_through(organisation: OrganisationId, connection: GatewayConnectionId) -> _ {
    refunds::table
        .inner_join(
            payments::table.on(payments::organisation_id
                .eq(refunds::organisation_id)
                .and(payments::payment_id.nullable().eq(refunds::payment_id))),
        )
        .inner_join(
            checkouts::table.on(checkouts::organisation_id
                .eq(payments::organisation_id)
                .and(checkouts::checkout_id.nullable().eq(payments::checkout_id))),
        )
        .filter(refunds::organisation_id.eq(organisation))
        .filter(checkouts::connection_id.eq(connection))
}

/// Refunds that were asked for between two instants and succeeded.
pub(crate) fn refunded_between(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<RefundRow>, Error> {
    Ok(refunds_through(organisation, connection)
        .filter(refunds::refund_id.ge(RefundId::first_at(from)))
        .filter(refunds::refund_id.lt(RefundId::first_at(until)))
        .filter(refunds::status.eq("succeeded"))
        .select(RefundRow::as_select())
        .load(conn)?)
}

/// Refunds through a connection by their ids.
pub(crate) fn refunds_named(
    conn: &mut Conn,
    organisation: OrganisationId,
    connection: GatewayConnectionId,
    ids: &[RefundId],
) -> Result<Vec<RefundRow>, Error> {
    Ok(in_parts(ids, |some| {
        refunds_through(organisation, connection)
            .filter(refunds::refund_id.eq_any(some))
            .select(RefundRow::as_select())
            .load(conn)
    })?)
}
