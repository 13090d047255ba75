//! `GET /invoices/{id}`

use super::views::Invoice;
use crate::queries;
use axum::Json;
use axum::extract::{Path, State};
use kernel::Permission;
use web::wire::path_id;
use web::{Api, Fail, Problem, Web};

/// One invoice with its lines, taxes, instalments and what was set against it.
#[utoipa::path(
    get, path = "/api/v1/invoices/{id}", tag = "invoices",
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 200, body = Invoice), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(State(web): State<Web>, Api(context): Api, Path(id): Path<String>) -> Result<Json<Invoice>, Fail> {
    let id = path_id(&id)?;
    let (vault, now) = (web.app.vault().clone(), context.now);
    let (view, today) = web
        .app
        .read(&context, Permission::InvoiceRead, move |conn, scope| {
            let today = ::store::books::load(conn, scope.organisation())?.date_of(now);
            Ok((queries::view(conn, &vault, scope, id)?, today))
        })
        .await?;
    Ok(Json(Invoice::of(view, today, &web.site.public_url)))
}
