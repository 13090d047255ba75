//! What paying needs to know of invoices: number, due date, and what is open.

use ::store::{Conn, Error};
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::id::{CustomerId, InvoiceId, OpenItemId, OrganisationId};
use kernel::{Currency, Date, Money, Scope};
use schema::types::Day;
use schema::{invoice_lines, invoices, open_items};

/// An issued invoice with something to pay, or paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueInvoice {
    pub id: InvoiceId,
    pub number: String,
    pub customer: CustomerId,
    pub issued_on: Date,
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
                invoices::due_on,
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

/// What a customer has to pay, soonest due first, at most 500.
pub(crate) fn open_invoices(conn: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Vec<DueInvoice>, Error> {
    if !scope.admits(customer) {
        return Ok(Vec::new());
    }
    let rows: Vec<Columns> = issued!(scope)
        .filter(invoices::customer_id.eq(customer))
        .filter(open_items::open_minor.gt(0))
        .order((invoices::due_on.asc(), invoices::invoice_id.asc()))
        .limit(500)
        .load(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// What people call an open item: the number of the invoice behind it.
pub(crate) fn number_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    item: OpenItemId,
) -> Result<Option<(String, Option<Date>, Money)>, Error> {
    type Row = (Option<String>, Option<Day>, Currency, i64);
    let row: Option<Row> = invoices::table
        .filter(invoices::organisation_id.eq(organisation))
        .filter(invoices::invoice_id.eq(item.retyped::<kernel::id::Invoice>()))
        .select((invoices::number, invoices::issued_on, invoices::currency, invoices::total_minor))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(number, issued_on, currency, total)| {
        (number.unwrap_or_default(), issued_on.map(|day| day.0), Money::new(total, currency))
    }))
}

/// A line of an invoice as the payer reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    pub description: String,
    pub net: Money,
}

pub(crate) fn lines_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    invoice: InvoiceId,
    currency: Currency,
) -> Result<Vec<InvoiceLine>, Error> {
    let rows: Vec<(String, i64)> = invoice_lines::table
        .filter(invoice_lines::organisation_id.eq(organisation))
        .filter(invoice_lines::invoice_id.eq(invoice))
        .order(invoice_lines::line.asc())
        .select((invoice_lines::description, invoice_lines::net_minor))
        .load(conn)?;
    Ok(rows.into_iter().map(|(description, net)| InvoiceLine { description, net: Money::new(net, currency) }).collect())
}
