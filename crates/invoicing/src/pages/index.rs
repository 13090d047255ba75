//! The list of invoices.

use crate::api::ListQuery;
use crate::queries::{self, Figures, InvoiceRowView};
use ::store::Error;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use kernel::{Money, Permission};
use web::session::Desk;
use web::wire::{Slice, cursor};
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "invoices/index.html")]
struct Index {
    v: View,
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
    let (mut rows, figures) = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let rows = queries::list(conn, scope, &filter, today, slice.before(), slice.limit + 1)?;
            Ok::<_, Error>((rows, queries::figures(conn, scope, today)?))
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
    Ok(Page::new(Index { v: visit.view, rows, figures, status: query.status, q: query.q, sum, next }))
}
