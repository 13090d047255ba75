//! The desk's list of orders as a file.

use super::desk::{Asked, filter, stamp};
use crate::queries::{self, Summary};
use axum::extract::{Query, State};
use documents::{Cell, Column, ColumnKind, Table};
use invoicing::documents::{File, Format, ROWS_MAX, list_file};
use kernel::Permission;
use web::session::Desk;
use web::{Fail, View, Web};

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
            let rows = queries::list(conn, scope, &filter, None, ROWS_MAX)?;
            list_file(table(&v, rows), format, "orders")
        })
        .await?)
}

fn table(v: &View, orders: Vec<Summary>) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Date, Money, Text};
    let columns = [
        ("order-number", Text),
        ("label-customer", Text),
        ("order-reference", Text),
        ("order-status", Text),
        ("order-date", Date),
        ("label-deliver-on", Date),
        ("label-currency", Text),
        ("total", Money),
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
    Table {
        title: v.t("nav-orders"),
        day: v.today,
        columns: columns.into_iter().map(|(id, kind)| Column::new(v.t(id), kind)).collect(),
        rows: orders.into_iter().map(row).collect(),
    }
}
