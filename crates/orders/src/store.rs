//! All SQL of orders.

mod proof;

pub(crate) use proof::{invoices_without_order, numbers, unlike_invoices, unlike_lines};

use crate::rules::status::OrderStatus;
use diesel::dsl::count_star;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{CustomerId, InvoiceId, ItemId, OrderId, OrganisationId};
use kernel::{Currency, Scope};
use schema::types::{At, Day, Exact, JsonText};
use schema::{customers, order_lines, orders};
use store::{Conn, Error, Part, Total, by_id, by_number, each, for_update};

/// A row of `orders`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = orders, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub order_id: OrderId,
    pub number: Option<String>,
    pub customer_id: CustomerId,
    pub status: String,
    pub currency: Currency,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub tax_rounding: String,
    pub ordered_on: Day,
    pub deliver_on: Option<Day>,
    pub instalments: JsonText,
    /// The part that is asked for when it is confirmed, as it was agreed; all of it where there is none.
    pub deposit: Option<JsonText>,
    pub reference: Option<String>,
    pub note: Option<String>,
    /// Of all of it, or of the rest beside its deposit.
    pub invoice_id: Option<InvoiceId>,
    pub deposit_invoice_id: Option<InvoiceId>,
    /// By how much credit was exceeded, while the order is on hold; nothing where the limit is in another currency.
    pub exceeded_minor: Option<i64>,
    pub created_by: String,
    /// Who submitted it; nobody while it is a draft.
    pub submitted_by: Option<String>,
    pub created_at: At,
    pub version: i64,
}

/// A row of `order_lines`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = order_lines, treat_none_as_default_value = false)]
pub(crate) struct LineRow {
    pub organisation_id: OrganisationId,
    pub order_id: OrderId,
    pub line: i32,
    pub kind: String,
    pub item_id: Option<ItemId>,
    pub description: String,
    pub unit: String,
    pub quantity: Exact,
    pub unit_price: Exact,
    pub discount_percent: Option<Exact>,
    pub discount_minor: i64,
    pub tax_code: Option<String>,
    pub tax_rate: Exact,
    pub tax_inclusive: bool,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub gross_minor: i64,
}

/// Which orders of a list are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Name of a status.
    pub status: Option<String>,
    pub customer: Option<CustomerId>,
    /// Nothing but these.
    pub ids: Option<Vec<OrderId>>,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row, lines: &[LineRow]) -> Result<(), Error> {
    diesel::insert_into(orders::table).values(row).execute(conn)?;
    insert_lines(conn, lines)
}

fn insert_lines(conn: &mut Conn, lines: &[LineRow]) -> Result<(), Error> {
    // Seventeen columns a line; engines take some 32,000 values at once.
    for part in lines.chunks(500) {
        each!(conn, |c| diesel::insert_into(order_lines::table).values(part).execute(c))?;
    }
    Ok(())
}

/// Replaces the lines of an order.
pub(crate) fn replace_lines(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: OrderId,
    lines: &[LineRow],
) -> Result<(), Error> {
    diesel::delete(order_lines::table)
        .filter(order_lines::organisation_id.eq(organisation))
        .filter(order_lines::order_id.eq(id))
        .execute(conn)?;
    insert_lines(conn, lines)
}

pub(crate) fn find(conn: &mut Conn, scope: &Scope, id: OrderId) -> Result<Option<Row>, Error> {
    let mut query = orders::table
        .filter(orders::organisation_id.eq(scope.organisation()))
        .filter(orders::order_id.eq(id))
        .select(Row::as_select())
        .into_boxed();
    if let Some(own) = scope.customer() {
        query = query.filter(orders::customer_id.eq(own));
    }
    Ok(query.get_result(conn).optional()?)
}

/// Holds an order's row until the transaction ends. The customer's row is held before.
pub(crate) fn lock(conn: &mut Conn, organisation: OrganisationId, id: OrderId) -> Result<Option<Row>, Error> {
    let rows: Vec<Row> = for_update!(
        conn,
        orders::table
            .filter(orders::organisation_id.eq(organisation))
            .filter(orders::order_id.eq(id))
            .select(Row::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Saves a held row.
pub(crate) fn save(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::update(orders::table)
        .filter(orders::organisation_id.eq(row.organisation_id))
        .filter(orders::order_id.eq(row.order_id))
        .set((
            orders::number.eq(&row.number),
            orders::customer_id.eq(row.customer_id),
            orders::status.eq(&row.status),
            orders::currency.eq(row.currency),
            orders::net_minor.eq(row.net_minor),
            orders::tax_minor.eq(row.tax_minor),
            orders::total_minor.eq(row.total_minor),
            orders::tax_rounding.eq(&row.tax_rounding),
            orders::ordered_on.eq(row.ordered_on),
            orders::deliver_on.eq(row.deliver_on),
            orders::instalments.eq(&row.instalments),
            orders::deposit.eq(&row.deposit),
            orders::reference.eq(&row.reference),
            orders::note.eq(&row.note),
            orders::invoice_id.eq(row.invoice_id),
            orders::deposit_invoice_id.eq(row.deposit_invoice_id),
            orders::exceeded_minor.eq(row.exceeded_minor),
            orders::submitted_by.eq(&row.submitted_by),
            orders::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn lines(conn: &mut Conn, organisation: OrganisationId, id: OrderId) -> Result<Vec<LineRow>, Error> {
    Ok(order_lines::table
        .filter(order_lines::organisation_id.eq(organisation))
        .filter(order_lines::order_id.eq(id))
        .order(order_lines::line.asc())
        .select(LineRow::as_select())
        .load(conn)?)
}

/// A part of the orders with their customers' names. Drafts have no number: sorted by numbers, they are not there.
pub(crate) fn list(conn: &mut Conn, scope: &Scope, filter: &Filter, part: &Part) -> Result<Vec<(Row, String)>, Error> {
    let mut query = orders::table
        .inner_join(customers::table.on(
            customers::organisation_id.eq(orders::organisation_id).and(customers::customer_id.eq(orders::customer_id)),
        ))
        .filter(orders::organisation_id.eq(scope.organisation()))
        .select((Row::as_select(), customers::name))
        .limit(part.limit)
        .into_boxed();
    query = match part.by {
        Some("number") => by_number!(query, part, orders::number),
        _ => by_id!(query, part, orders::order_id),
    };
    if let Some(ids) = &filter.ids {
        query = query.filter(orders::order_id.eq_any(ids.clone()));
    }
    if let Some(status) = &filter.status {
        query = query.filter(orders::status.eq(status.clone()));
    }
    if let Some(customer) = scope.customer().or(filter.customer) {
        query = query.filter(orders::customer_id.eq(customer));
    }
    Ok(part.in_order(query.load(conn)?))
}

/// How many orders a list has, where one index tells.
pub(crate) fn total(conn: &mut Conn, scope: &Scope, filter: &Filter) -> Result<Total, Error> {
    if filter.ids.is_some() || (filter.status.is_some() && filter.customer.is_some()) {
        return Ok(Total::Unknown);
    }
    let mut query = orders::table
        .filter(orders::organisation_id.eq(scope.organisation()))
        .select(orders::order_id)
        .limit(Total::COUNTED_MAX + 1)
        .into_boxed();
    if let Some(status) = &filter.status {
        query = query.filter(orders::status.eq(status.clone()));
    }
    if let Some(customer) = scope.customer().or(filter.customer) {
        query = query.filter(orders::customer_id.eq(customer));
    }
    let ids: Vec<OrderId> = query.load(conn)?;
    Ok(Total::counted(ids.len()))
}

/// How many orders there are of each status in which an order waits for somebody. What is confirmed or cancelled only grows.
pub(crate) fn counts(conn: &mut Conn, scope: &Scope) -> Result<Vec<(String, i64)>, Error> {
    let mut query = orders::table
        .filter(orders::organisation_id.eq(scope.organisation()))
        .filter(orders::status.eq_any(OrderStatus::WAITING))
        .group_by(orders::status)
        .select((orders::status, count_star()))
        .into_boxed();
    if let Some(own) = scope.customer() {
        query = query.filter(orders::customer_id.eq(own));
    }
    Ok(query.load(conn)?)
}
