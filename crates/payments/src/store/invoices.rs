//! What paying needs to know of invoices: number, due date, and what is open.

use ::store::{Conn, Error, in_parts};
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::id::{CustomerId, InvoiceId, OpenItem, OrganisationId};
use kernel::{Currency, Date, Money, Scope};
use schema::types::Day;
use schema::{invoices, is_open, open_items};
use std::collections::BTreeMap;

/// An issued invoice with something to pay, or paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueInvoice {
    pub id: InvoiceId,
    pub number: String,
    pub customer: CustomerId,
    pub issued_on: Date,
    /// When the next part of what is open is due.
    pub due_on: Date,
    pub total: Money,
    pub balance: Money,
    pub pay_token: Option<String>,
}

type Columns = (InvoiceId, Option<String>, CustomerId, Option<Day>, Option<Day>, Currency, i64, i64, Option<String>);

fn read(row: Columns) -> DueInvoice {
    let (id, number, customer, issued_on, due_on, currency, total, open, pay_token) = row;
    let issued_on = issued_on.map_or(Date::default(), |day| day.0);
    DueInvoice {
        id,
        number: number.unwrap_or_default(),
        customer,
        issued_on,
        due_on: due_on.map_or(issued_on, |day| day.0),
        total: Money::new(total, currency),
        balance: Money::new(open, currency),
        pay_token,
    }
}

macro_rules! issued {
    ($scope:expr) => {
        invoices::table
            .inner_join(
                open_items::table.on(open_items::organisation_id
                    .eq(invoices::organisation_id)
                    .and(open_items::item_id.eq(invoices::invoice_id))),
            )
            .filter(invoices::organisation_id.eq($scope.organisation()))
            .select((
                invoices::invoice_id,
                invoices::number,
                invoices::customer_id,
                invoices::issued_on,
                open_items::due_on,
                invoices::currency,
                invoices::total_minor,
                open_items::open_minor,
                invoices::pay_token,
            ))
    };
}

/// One issued invoice.
pub(crate) fn due_invoice(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<Option<DueInvoice>, Error> {
    let row: Option<Columns> = issued!(scope).filter(invoices::invoice_id.eq(id)).get_result(conn).optional()?;
    Ok(row.map(read).filter(|invoice| scope.admits(invoice.customer)))
}

/// What a customer has to pay behind `after`, soonest due first: read in the order of the index of what is open.
pub(crate) fn open_invoices(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    after: Option<InvoiceId>,
    limit: i64,
) -> Result<Vec<DueInvoice>, Error> {
    if !scope.admits(customer) {
        return Ok(Vec::new());
    }
    let mut query = issued!(scope)
        .filter(open_items::organisation_id.eq(scope.organisation()))
        .filter(open_items::customer_id.eq(customer))
        .filter(is_open())
        .filter(open_items::due_on.is_not_null())
        .order((open_items::due_on.asc(), open_items::item_id.asc()))
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        let Some(place) = due_invoice(conn, scope, after)? else { return Ok(Vec::new()) };
        let (day, id) = (Day(place.due_on), after.retyped::<OpenItem>());
        query = query.filter(open_items::due_on.gt(day).or(open_items::due_on.eq(day).and(open_items::item_id.gt(id))));
    }
    let rows: Vec<Columns> = query.load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// Whether one of these invoices was given up, in part or as a whole.
pub(crate) fn is_written_off(conn: &mut Conn, organisation: OrganisationId, ids: &[InvoiceId]) -> Result<bool, Error> {
    let given_up = invoices::table
        .filter(invoices::organisation_id.eq(organisation))
        .filter(invoices::invoice_id.eq_any(ids.to_vec()))
        .filter(invoices::written_off_minor.gt(0));
    Ok(diesel::select(diesel::dsl::exists(given_up)).get_result(conn)?)
}

/// What people call an invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub number: String,
    pub issued_on: Option<Date>,
    pub total: Option<Money>,
}

/// What people call these invoices.
pub(crate) fn named(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[InvoiceId],
) -> Result<BTreeMap<InvoiceId, Named>, Error> {
    type Row = (InvoiceId, Option<String>, Option<Day>, Currency, i64);
    let rows: Vec<Row> = in_parts(ids, |some| {
        invoices::table
            .filter(invoices::organisation_id.eq(organisation))
            .filter(invoices::invoice_id.eq_any(some))
            .select((
                invoices::invoice_id,
                invoices::number,
                invoices::issued_on,
                invoices::currency,
                invoices::total_minor,
            ))
            .load(conn)
    })?;
    let named = |(id, number, issued_on, currency, total): Row| {
        let number = number.unwrap_or_default();
        (id, Named { number, issued_on: issued_on.map(|day| day.0), total: Some(Money::new(total, currency)) })
    };
    Ok(rows.into_iter().map(named).collect())
}
