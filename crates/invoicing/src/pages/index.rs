//! The list of invoices.

use crate::api::ListQuery;
use crate::documents::{File, Format, list_file, list_table, whole_list};
use crate::queries::{self, Figures, InvoiceRowView, Official};
use ::documents::{Cell, ColumnKind, Table};
use ::store::Error;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use kernel::{Money, Permission};
use web::session::Desk;
use web::view::{Column, Columns, List, Shape};
use web::wire::{Slice, cursor};
use web::{Fail, Page, View, Web};

const COLUMNS: &[Column] = &[
    Column::text("number", "invoice-number"),
    Column::text("customer", "label-customer"),
    Column::text("status", "invoice-status"),
    Column::text("issued", "label-issued-on").if_chosen(),
    Column::text("due", "label-due-on"),
    Column::text("official", "official-invoice").if_chosen(),
    Column::amount("net", "invoice-net").if_chosen(),
    Column::amount("tax", "invoice-tax").if_chosen(),
    Column::amount("total", "total"),
    Column::amount("open", "status-open"),
];

#[derive(Template)]
#[template(path = "invoices/index.html")]
struct Index {
    v: View,
    shape: Shape,
    rows: Vec<InvoiceRowView>,
    figures: Figures,
    status: String,
    q: String,
    /// What is open on this page, in the books' currency.
    sum: Money,
    next: String,
}

impl Index {
    fn stamp(&self, row: &InvoiceRowView) -> (&'static str, String) {
        super::stamp(&self.v, row.status, row.overdue, row.in_doubt, row.due_on)
    }

    /// The filters: value, message, count where it is known.
    fn chips(&self) -> Vec<(&'static str, &'static str, String)> {
        let count = |n: i64| self.v.number(&n);
        vec![
            ("", "invoices-all", String::new()),
            ("outstanding", "invoices-outstanding", count(self.figures.open.count)),
            ("overdue", "status-overdue", count(self.figures.overdue.count)),
            ("due_soon", "invoices-due-soon", String::new()),
            ("paid", "status-paid", String::new()),
            ("draft", "status-draft", String::new()),
        ]
    }
}

pub async fn index(
    State(web): State<Web>,
    Desk(visit): Desk,
    slice: Slice,
    Query(query): Query<ListQuery>,
) -> Result<impl IntoResponse, Fail> {
    let (filter, today) = (query.filter()?, visit.view.today);
    let actor = visit.context.actor.clone();
    let (mut rows, figures, views) = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let rows = queries::list(conn, scope, &filter, today, slice.before(), slice.limit + 1)?;
            let views = identity::saved_views(conn, scope.organisation(), &actor, List::Invoices)?;
            Ok::<_, Error>((rows, queries::figures(conn, scope, today)?, views))
        })
        .await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = match rows.last() {
        Some(last) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    let home = figures.open.amount.currency();
    let sum = Money::sum(home, rows.iter().map(|row| row.balance_functional))?;
    let shape = Shape::new(List::Invoices, COLUMNS, &visit.view, views);
    Ok(Page::new(Index { v: visit.view, shape, rows, figures, status: query.status, q: query.q, sum, next }))
}

pub async fn csv(web: State<Web>, desk: Desk, query: Query<ListQuery>) -> Result<File, Fail> {
    file(web, desk, query, Format::Csv).await
}

pub async fn xlsx(web: State<Web>, desk: Desk, query: Query<ListQuery>) -> Result<File, Fail> {
    file(web, desk, query, Format::Xlsx).await
}

/// The list with its filters as a file.
async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(query): Query<ListQuery>,
    format: Format,
) -> Result<File, Fail> {
    let (filter, today) = (query.filter()?, visit.view.today);
    let v = visit.view;
    Ok(web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let page = |before, limit| queries::list(conn, scope, &filter, today, before, limit);
            let rows = whole_list(page, |row| row.id)?;
            list_file(table(&v, rows), format, "invoices")
        })
        .await?)
}

/// What became of the official invoice: its number, or how far it is.
fn official(v: &View, official: &Official) -> String {
    official.number.clone().unwrap_or_else(|| v.t(&format!("official-{}", official.status.name())))
}

fn table(v: &View, rows: Vec<InvoiceRowView>) -> Table<Vec<Vec<Cell>>> {
    use ColumnKind::{Date, Money, Text};
    let columns = [
        ("number", "invoice-number", Text),
        ("customer", "label-customer", Text),
        ("status", "invoice-status", Text),
        ("issued", "label-issued-on", Date),
        ("due", "label-due-on", Date),
        ("official", "official-invoice", Text),
        ("currency", "label-currency", Text),
        ("net", "invoice-net", Money),
        ("tax", "invoice-tax", Money),
        ("total", "total", Money),
        ("open", "status-open", Money),
    ];
    let row = |row: InvoiceRowView| {
        let (_, status) = super::stamp(v, row.status, false, row.in_doubt, row.due_on);
        vec![
            Cell::text(row.number.unwrap_or_default()),
            Cell::text(row.customer_name),
            Cell::text(status),
            row.issued_on.into(),
            row.due_on.into(),
            Cell::text(official(v, &row.official)),
            Cell::text(row.currency.code()),
            row.net.into(),
            row.tax.into(),
            row.total.into(),
            row.balance.into(),
        ]
    };
    list_table(v, "nav-invoices", &Columns::read(COLUMNS, &v.query), &columns, rows.into_iter().map(row))
}
