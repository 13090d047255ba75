//! The list of payments.

use crate::api::list::Filters;
use crate::queries::{self, Payment};
use crate::rules::payment::Method;
use ::store::{Conn, Error};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use documents::{Cell, ColumnKind, Table};
use invoicing::documents::{File, Format, list_file, list_table, whole_list};
use kernel::{Permission, Scope};
use std::collections::HashMap;
use web::session::Desk;
use web::view::{Column, Columns, List, Shape};
use web::wire::{Slice, cursor};
use web::{Fail, Page, View, Web};

const COLUMNS: &[Column] = &[
    Column::text("received", "label-received-on"),
    Column::text("customer", "label-customer"),
    Column::text("method", "label-method"),
    Column::text("reference", "label-reference"),
    Column::text("account", "label-account").if_chosen(),
    Column::text("status", "payment-status"),
    Column::amount("amount", "label-amount"),
    Column::amount("refunded", "payment-refunded").if_chosen(),
    Column::amount("credit", "payment-credit"),
];

#[derive(Template)]
#[template(path = "payments/index.html")]
struct Index {
    v: View,
    shape: Shape,
    rows: Vec<(Payment, String)>,
    status: String,
    method: String,
    /// Checkouts that wait for the provider's word.
    in_doubt: Vec<queries::Checkout>,
    /// Address of the next page; empty on the last.
    next: String,
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    slice: Slice,
    Query(filters): Query<Filters>,
) -> Result<impl IntoResponse, Fail> {
    let (method, filter) = (filters.method().to_owned(), filters.read()?);
    let status = filter.status.clone().unwrap_or_default();
    let actor = visit.context.actor.clone();
    let (mut rows, in_doubt, views) = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let payments = queries::list(conn, scope, &filter, slice.before(), slice.limit + 1)?;
            let views = identity::saved_views(conn, scope.organisation(), &actor, List::Payments)?;
            Ok((named(conn, scope, payments)?, queries::in_doubt(conn, scope)?, views))
        })
        .await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = match rows.last() {
        Some((last, _)) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    let shape = Shape::new(List::Payments, COLUMNS, &visit.view, views);
    Ok(Page::new(Index { v: visit.view, shape, rows, status, method, in_doubt, next }))
}

/// Payments with the names of their customers.
fn named(conn: &mut Conn, scope: &Scope, payments: Vec<Payment>) -> Result<Vec<(Payment, String)>, Error> {
    let mut names = HashMap::new();
    let mut rows = Vec::new();
    for payment in payments {
        let name = match names.get(&payment.customer) {
            Some(name) => String::clone(name),
            None => {
                let name = crate::store::customer_name(conn, scope, payment.customer)?;
                names.insert(payment.customer, name.clone());
                name
            }
        };
        rows.push((payment, name));
    }
    Ok(rows)
}

pub async fn csv(web: State<Web>, desk: Desk, filters: Query<Filters>) -> Result<File, Fail> {
    file(web, desk, filters, Format::Csv).await
}

pub async fn xlsx(web: State<Web>, desk: Desk, filters: Query<Filters>) -> Result<File, Fail> {
    file(web, desk, filters, Format::Xlsx).await
}

/// The list with its filters as a file.
async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(filters): Query<Filters>,
    format: Format,
) -> Result<File, Fail> {
    let (filter, v) = (filters.read()?, visit.view);
    Ok(web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let page = |before, limit| queries::list(conn, scope, &filter, before, limit);
            let payments = whole_list(page, |payment| payment.id)?;
            let rows = named(conn, scope, payments)?;
            list_file(table(&v, rows), format, "payments")
        })
        .await?)
}

fn table(v: &View, rows: Vec<(Payment, String)>) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Date, Money, Text};
    let columns = [
        ("received", "label-received-on", Date),
        ("customer", "label-customer", Text),
        ("method", "label-method", Text),
        ("reference", "label-reference", Text),
        ("account", "label-account", Text),
        ("status", "payment-status", Text),
        ("currency", "label-currency", Text),
        ("amount", "label-amount", Money),
        ("refunded", "payment-refunded", Money),
        ("credit", "payment-credit", Money),
    ];
    let row = |(payment, customer): (Payment, String)| {
        vec![
            payment.received_on.into(),
            Cell::text(customer),
            Cell::text(v.t(&crate::api::receipt::method_message(&payment))),
            Cell::text(payment.told_by().unwrap_or_default()),
            Cell::text(payment.account),
            Cell::text(v.t(&format!("status-{}", payment.status))),
            Cell::text(payment.amount.currency().code()),
            payment.amount.into(),
            payment.refunded.into(),
            payment.unallocated.into(),
        ]
    };
    list_table(v, "nav-payments", &Columns::read(COLUMNS, &v.query), &columns, rows.into_iter().map(row))
}
