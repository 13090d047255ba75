//! `POST /statements`

use super::wire::ImportView;
use crate::file::StatementFile;
use crate::import::{self, Asked};
use axum::Json;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Fields, Permission};
use statements::Format;
use std::sync::Arc;
use utoipa::ToSchema;
use web::{Api, Fail, Problem, Web, upload};

/// Bytes of a request: a file of 200 MB, and what a form puts around it.
pub(crate) const BODY_MAX: usize = (256 << 20) + upload::FORM_MAX;

/// A bank's file.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "says what the form has; it is read field by field")]
pub struct NewStatement {
    /// camt.052/053/054, MT940/942, OFX, QIF, a table, or a provider's bill.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Code of the account in the books.
    #[schema(example = "1002")]
    account: String,
    /// The format, where the file should not be asked: `camt`, `mt940`, `ofx`, `qif`, …
    #[schema(example = "camt")]
    format: Option<String>,
    /// `true` says what would come of it; nothing is kept or posted.
    #[schema(example = "false")]
    dry_run: Option<String>,
    /// Post what is surer than so many thousandths and not tied; 1001 posts nothing.
    #[schema(example = "980")]
    post_from: Option<String>,
}

/// Bring in what a bank sends. Lines that were there before are not taken twice, so the same file may be sent again. What is sure is
/// posted, everything else waits with its candidates. A file that cannot be read to its end changes nothing.
#[utoipa::path(
    post, path = "/api/v1/statements", tag = "statements",
    request_body(content = NewStatement, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = ImportView, description = "Nothing of it was new, or it was a dry run"),
        (status = 201, body = ImportView, description = "The file was brought in"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn import(State(web): State<Web>, request: Request) -> Result<Response, Fail> {
    let (mut parts, body) = request.into_parts();
    let Api(context) = Api::from_request_parts(&mut parts, &web).await?;
    web.app.authorise(&context.actor, Permission::StatementImport)?;
    let upload = upload::read(Request::from_parts(parts, body), "statement_too_large").await?;
    let mut fields = Fields::new();
    let account = fields.text("/account", upload.field("account"), 1, 40);
    let format = Some(upload.field("format")).filter(|name| !name.is_empty());
    if format.is_some_and(|name| Format::by_name(name).is_none()) {
        fields.note("/format", "not_a_choice");
    }
    let post_from = match upload.field("post_from") {
        "" => crate::POST_FROM,
        text => text.parse().unwrap_or_else(|_| {
            fields.note("/post_from", "not_a_number");
            crate::POST_FROM
        }),
    };
    fields.finish()?;
    let name = Some(upload.field("name")).filter(|name| !name.is_empty()).unwrap_or("statement").to_owned();
    let asked = Asked {
        file: StatementFile::Bytes(Arc::from(&upload.file[..])),
        name,
        account,
        format: format.and_then(Format::by_name),
        dry_run: upload.field("dry_run") == "true",
        post_from,
    };
    let app = web.app.clone();
    // A file is read, compared and kept in one go; that blocks.
    let done = tokio::task::spawn_blocking(move || import::import(&app, &context, &asked, &mut |_| {})).await;
    let imported = done.map_err(|error| ::store::Error::Broken(error.to_string()))??;
    let status = if imported.statements.is_empty() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(ImportView::from(imported))).into_response())
}
