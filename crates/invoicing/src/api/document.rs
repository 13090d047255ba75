//! `GET /invoices/{id}/document.{pdf,xlsx,csv,html}`, and of credit notes

use crate::documents::{self, File, Format};
use axum::extract::{Path, State};
use web::wire::path_id;
use web::{Api, Fail, Problem, Web};

/// The document of an invoice: `document.pdf`, `.xlsx`, `.csv`, `.html`; the same bytes every time.
#[utoipa::path(
    get, path = "/api/v1/invoices/{id}/{file}", tag = "invoices",
    params(("id" = String, Path, description = "`inv_…`"), ("file" = String, Path, description = "`document.pdf`")),
    responses((status = 200, description = "The file"), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn invoice(
    State(web): State<Web>,
    Api(context): Api,
    Path((id, file)): Path<(String, String)>,
) -> Result<File, Fail> {
    let format = Format::of_file(&file, "document")?;
    Ok(documents::invoice(&web, &context, path_id(&id)?, format).await?)
}

/// The document of a credit note.
#[utoipa::path(
    get, path = "/api/v1/credit-notes/{id}/{file}", tag = "credit notes",
    params(("id" = String, Path, description = "`crn_…`"), ("file" = String, Path, description = "`document.pdf`")),
    responses((status = 200, description = "The file"), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn credit_note(
    State(web): State<Web>,
    Api(context): Api,
    Path((id, file)): Path<(String, String)>,
) -> Result<File, Fail> {
    let format = Format::of_file(&file, "document")?;
    Ok(documents::credit_note(&web, &context, path_id(&id)?, format).await?)
}
