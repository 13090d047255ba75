//! The list of invoices.

use crate::api::ListQuery;
use crate::queries::{self, Figures, Filter, InvoiceRowView, Official};
use crate::rules::deposits::Purpose;
use ::store::{Conn, Error, Part, Total, search};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::id::InvoiceId;
use kernel::{Money, Permission, Scope};
use reports::{Cell, ColumnKind, File, Format, Table, list_file, list_table, whole_list};
use web::bulk::Act;
use web::session::Desk;
use web::view::{Column, Columns, List, Pager, Shape, part};
use web::wire::chosen;
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

/// What can be done with many invoices.
pub(super) const ACTS: &[Act] = &[
    Act { name: "issue", label: "invoice-issue", permission: Permission::InvoiceIssue },
    Act { name: "send", label: "invoice-send", permission: Permission::InvoiceSend },
];

/// What an index lets a list of this status be sorted by: what is open has one by due date.
fn sorts(status: &str) -> &'static [&'static str] {
    match status {
        "outstanding" | "overdue" | "due_soon" => &["due"],
        "draft" => &[],
        _ => &["number"],
    }
}

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
    acts: &'static [Act],
    pager: Pager,
}

impl Index {
    fn stamp(&self, row: &InvoiceRowView) -> (&'static str, String) {
        super::stamp(&self.v, row.status, row.overdue, row.in_doubt, row.next_due)
    }

    fn is_deposit(&self, row: &InvoiceRowView) -> bool {
        row.purpose == Purpose::Deposit
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
    Query(mut query): Query<ListQuery>,
) -> Result<Response, Fail> {
    let (mut v, q) = (visit.view, words(&mut query));
    let (sorts, today) = (sorts(&query.status), v.today);
    let part = part(&v.query, sorts)?;
    // A filter that cannot be read shows nothing, and says why.
    let (filter, status) = match query.filter() {
        Ok(filter) => (Some(filter), 200),
        Err(refusal) => {
            v.refused(&refusal);
            (None, refusal.status())
        }
    };
    let (actor, typed, read) = (visit.context.actor.clone(), q.clone(), part.clone());
    let (mut rows, total, figures, views) = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let figures = queries::figures(conn, scope, today)?;
            let (rows, total) = match filter {
                Some(filter) => {
                    let filter = Filter { ids: search::ids(conn, scope, &typed)?, ..filter };
                    let rows = queries::page(conn, scope, &filter, today, &read)?;
                    (rows, total(conn, scope, &filter, &read, &figures)?)
                }
                None => (Vec::new(), Total::Unknown),
            };
            let views = identity::saved_views(conn, scope.organisation(), &actor, List::Invoices)?;
            Ok::<_, Error>((rows, total, figures, views))
        })
        .await?;
    let pager = Pager::new(&v, &part, &mut rows, total, |row| (*row.id.bytes(), key(row, &part)));
    let home = figures.open.amount.currency();
    let sum = Money::sum(home, rows.iter().map(|row| row.balance_functional))?;
    let shape = Shape::new(List::Invoices, COLUMNS, &v, views).sorted(sorts, &part);
    let page = Index { shape, rows, figures, status: query.status, q, sum, acts: ACTS, pager, v };
    Ok(Page::new(page).with_status(status).into_response())
}

/// What was typed, which here finds more than numbers; it is no filter then.
fn words(query: &mut ListQuery) -> String {
    std::mem::take(&mut query.q).trim().chars().take(100).collect()
}

/// What a row is sorted by.
fn key(row: &InvoiceRowView, part: &Part) -> String {
    match part.by {
        Some("due") => row.next_due.map(|day| day.to_string()).unwrap_or_default(),
        Some(_) => row.number.clone().unwrap_or_default(),
        None => String::new(),
    }
}

/// How many rows the list has; the figures know it of what is outstanding, and drafts are not among the numbers.
fn total(conn: &mut Conn, scope: &Scope, filter: &Filter, part: &Part, figures: &Figures) -> Result<Total, Error> {
    let outstanding = Filter { outstanding: true, ..Filter::default() };
    let overdue = Filter { overdue: true, ..Filter::default() };
    match filter {
        filter if *filter == outstanding => Ok(Total::Exactly(figures.open.count)),
        filter if *filter == overdue => Ok(Total::Exactly(figures.overdue.count)),
        _ if part.by == Some("number") => Ok(Total::Unknown),
        _ => queries::total(conn, scope, filter),
    }
}

/// The list with its filters as a file, or the invoices that were chosen in it.
pub async fn file(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(mut query): Query<ListQuery>,
    format: Format,
) -> Result<File, Fail> {
    let (q, v) = (words(&mut query), visit.view);
    let (filter, today) = (query.filter()?, v.today);
    Ok(web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let ids: Option<Vec<InvoiceId>> = match chosen(&v.query) {
                None => search::ids(conn, scope, &q)?,
                some => some,
            };
            let filter = Filter { ids, ..filter };
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
        let (_, status) = super::stamp(v, row.status, false, row.in_doubt, row.next_due);
        vec![
            Cell::text(row.number.unwrap_or_default()),
            Cell::text(row.customer_name),
            Cell::text(status),
            row.issued_on.into(),
            row.next_due.into(),
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
