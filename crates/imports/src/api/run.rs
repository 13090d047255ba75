//! `POST /imports/{kind}`

use super::wire::{Asked, ImportReport};
use crate::rules::kind::Kind;
use crate::run::{File, TOO_LARGE};
use axum::Json;
use axum::extract::{FromRequestParts, Path, Query, Request, State};
use axum::response::{IntoResponse, Response};
use kernel::{Permission, Refusal};
use web::keyed::{caller_key, route};
use web::{Api, Fail, Kept, Problem, Web, json_body, upload};

/// Take a file in, whole or not at all. `kind` is `customers`, `items`, `balances` (opening balances of accounts, one entry) or
/// `invoices` (open invoices of the books before). The file is CSV with a head row in English or Chinese, in UTF-8 or
/// GB18030, separated by commas, semicolons or tabs, of at most 10,000 rows and 5 MB; it may also come as the field `file` of
/// a multipart form. Faults come as 422 with `errors` by row: `/rows/3/email`, the head being row 1.
#[utoipa::path(
    post, path = "/api/v1/imports/{kind}", tag = "imports",
    request_body(content = String, content_type = "text/csv"),
    params(
        ("kind" = String, Path, pattern = "^(customers|items|balances|invoices)$"),
        ("preview" = Option<bool>, Query, description = "`true` says what would come of the file; nothing is stored"),
        ("on" = Option<String>, Query, description = "The day on which the books begin, for `balances` and `invoices`; today when not given"),
    ),
    responses(
        (status = 200, body = ImportReport, description = "What would come of the file"),
        (status = 201, body = ImportReport, description = "The file was taken in"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn run(
    State(web): State<Web>,
    Path(kind): Path<String>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Response, Fail> {
    let (mut parts, body) = request.into_parts();
    let Api(context) = Api::from_request_parts(&mut parts, &web).await?;
    web.app.authorise(&context.actor, Permission::ImportRun)?;
    let kind = Kind::by_name(&kind).ok_or_else(|| Refusal::not_found("not_found"))?;
    let (key, route) = (caller_key(&parts)?, route(&parts));
    let upload = upload::read(Request::from_parts(parts, body), TOO_LARGE).await?;
    let file = File::read(&web, &context, kind, &upload.file, &asked.on)?;
    if asked.preview == Some(true) {
        let report = file.try_out(&web, &context).await?;
        let l = web.i18n.for_locale(context.locale);
        return Ok(Json(ImportReport::preview(&file, &report, &l)).into_response());
    }
    let once = file.once(route, key);
    let told = file.clone();
    let answer =
        file.take_in(&web, &context, once, move |taken| json_body(201, &ImportReport::applied(&told, taken.made)));
    Ok(Kept(answer.await?).into_response())
}
