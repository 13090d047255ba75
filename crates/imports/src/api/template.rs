//! `GET /imports/{kind}/template.csv`

use crate::rules::kind::Kind;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use kernel::{Permission, Refusal};
use web::file::{File, Format};
use web::{Api, Fail, Problem, Web};

/// The head row of a kind of file, with an example.
#[utoipa::path(
    get, path = "/api/v1/imports/{kind}/template.csv", tag = "imports",
    params(("kind" = String, Path, pattern = "^(customers|items|balances|invoices)$")),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn template(
    State(web): State<Web>,
    Api(context): Api,
    Path(kind): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&context.actor, Permission::ImportRun)?;
    let kind = Kind::by_name(&kind).ok_or_else(|| Refusal::not_found("not_found"))?;
    Ok(File { format: Format::Csv, name: kind.name().to_owned(), bytes: kind.template().into_bytes() })
}
