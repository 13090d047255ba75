//! A customer's own invoices.

use crate::api::ListQuery;
use crate::documents::{self, File, Format};
use crate::queries::{self, InvoiceRowView, InvoiceView};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use kernel::Permission;
use web::session::Portal;
use web::wire::{Slice, cursor, path_id};
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "invoices/portal_index.html")]
struct Index {
    v: View,
    rows: Vec<InvoiceRowView>,
    status: String,
    next: String,
}

impl Index {
    fn stamp(&self, row: &InvoiceRowView) -> (&'static str, String) {
        super::stamp(&self.v, row.status, row.overdue, row.in_doubt, row.next_due)
    }
}

pub async fn index(
    State(web): State<Web>,
    Portal(visit): Portal,
    slice: Slice,
    Query(query): Query<ListQuery>,
) -> Result<impl IntoResponse, Fail> {
    let (filter, today) = (query.filter()?, visit.view.today);
    let mut rows = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            queries::list(conn, scope, &filter, today, slice.before(), slice.limit + 1)
        })
        .await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = match rows.last() {
        Some(last) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    Ok(Page::new(Index { v: visit.view, rows, status: query.status, next }))
}

#[derive(Template)]
#[template(path = "invoices/portal_show.html")]
struct Show {
    v: View,
    invoice: InvoiceView,
}

impl Show {
    fn stamp(&self) -> (&'static str, String) {
        let i = &self.invoice;
        super::stamp(&self.v, i.status, i.is_overdue(self.v.today), i.in_doubt, i.next_due())
    }
}

pub async fn show(
    State(web): State<Web>,
    Portal(visit): Portal,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let invoice = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| queries::view(conn, &vault, scope, id))
        .await?;
    Ok(Page::new(Show { v: visit.view, invoice }))
}

pub async fn document(
    State(web): State<Web>,
    Portal(visit): Portal,
    Path((id, file)): Path<(String, String)>,
) -> Result<File, Fail> {
    let format = Format::of_file(&file, "document")?;
    Ok(documents::invoice(&web, &visit.context, path_id(&id)?, format).await?)
}
