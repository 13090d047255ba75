//! The columns of the desk's list of orders, and the list as a file.

use super::desk::{Asked, filter, stamp};
use crate::queries::{self, Summary};
use axum::extract::{Query, State};
use documents::{Cell, ColumnKind, Table};
use invoicing::documents::{File, Format, list_file, list_table, whole_list};
use kernel::Permission;
use web::session::Desk;
use web::view::{Column, Columns};
use web::{Fail, View, Web};

/// What the list can show.
pub(super) const COLUMNS: &[Column] = &[
    Column::text("number", "order-number"),
    Column::text("customer", "label-customer"),
    Column::text("reference", "order-reference").if_chosen(),
    Column::text("status", "order-status"),
    Column::text("date", "order-date"),
    Column::text("delivery", "label-deliver-on").if_chosen(),
    Column::amount("total", "total"),
];

pub async fn csv(web: State<Web>, desk: Desk, asked: Query<Asked>) -> Result<File, Fail> {
    file(web, desk, asked, Format::Csv).await
}

pub async fn xlsx(web: State<Web>, desk: Desk, asked: Query<Asked>) -> Result<File, Fail> {
    file(web, desk, asked, Format::Xlsx).await
}

async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
    format: Format,
) -> Result<File, Fail> {
    let (filter, v) = (filter(asked), visit.view);
    Ok(web
        .app
        .read(&visit.context, Permission::OrderRead, move |conn, scope| {
            let page = |before, limit| queries::list(conn, scope, &filter, before, limit);
            let rows = whole_list(page, |order| order.id)?;
            list_file(table(&v, rows), format, "orders")
        })
        .await?)
}

fn table(v: &View, orders: Vec<Summary>) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Date, Money, Text};
    let columns = [
        ("number", "order-number", Text),
        ("customer", "label-customer", Text),
        ("reference", "order-reference", Text),
        ("status", "order-status", Text),
        ("date", "order-date", Date),
        ("delivery", "label-deliver-on", Date),
        ("currency", "label-currency", Text),
        ("total", "total", Money),
    ];
    let row = |order: Summary| {
        vec![
            Cell::text(order.number.unwrap_or_default()),
            Cell::text(order.customer_name),
            Cell::text(order.reference.unwrap_or_default()),
            Cell::text(v.t(stamp(&order.status).1)),
            order.ordered_on.into(),
            order.deliver_on.into(),
            Cell::text(order.total.currency().code()),
            order.total.into(),
        ]
    };
    list_table(v, "nav-orders", &Columns::read(COLUMNS, &v.query), &columns, orders.into_iter().map(row))
}
