//! `GET /invoices`

use super::views::InvoiceSummary;
use super::wire::ListQuery;
use crate::queries;
use axum::Json;
use axum::extract::{Query, State};
use kernel::Permission;
use web::wire::{List, Slice};
use web::{Api, Fail, Problem, Web};

/// Invoices, newest first. `status` also takes `outstanding`, `overdue`, `due_soon` and `in_doubt`.
#[utoipa::path(
    get, path = "/api/v1/invoices", tag = "invoices",
    params(
        ("status" = Option<String>, Query), ("customer" = Option<String>, Query), ("order" = Option<String>, Query),
        ("q" = Option<String>, Query, description = "Beginning of the number"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
    ),
    responses((status = 200, body = List<InvoiceSummary>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<InvoiceSummary>>, Fail> {
    let (filter, now) = (query.filter()?, context.now);
    let rows = web
        .app
        .read(&context, Permission::InvoiceRead, move |conn, scope| {
            let today = ::store::books::load(conn, scope.organisation())?.date_of(now);
            queries::list(conn, scope, &filter, today, slice.before(), slice.limit + 1)
        })
        .await?;
    let url = &web.site.public_url;
    Ok(Json(List::of(rows, slice, |row| row.id, |row| InvoiceSummary::of(row, url))))
}
