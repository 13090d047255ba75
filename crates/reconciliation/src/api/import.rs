//! `POST /statements`

use super::wire::ImportView;
use crate::columns;
use crate::commands::TellImport;
use crate::file::StatementFile;
use crate::import::{self, Asked};
use crate::upload::Inbox;
use ::store::{Error, Once};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use kernel::{Context, Fields, Permission, Refusal};
use serde::Serialize;
use statements::{ColumnMap, Format};
use std::sync::Arc;
use utoipa::ToSchema;
use web::keyed::{caller_key, route};
use web::{Api, Fail, Kept, Problem, Web, json_body};

/// A bank's file.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "says what the form has; it is read field by field")]
pub struct NewStatement {
    /// camt.052/053/054, MT940/942, OFX, QIF, a table, or a provider's bill.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What the file is called, where its part of the form does not say it, or says something else.
    #[schema(example = "2026-11.xml")]
    name: Option<String>,
    /// Code of the account in the books.
    #[schema(example = "1002")]
    account: String,
    /// The format, where the file should not be asked: `camt`, `mt940`, `ofx`, `qif`, …
    #[schema(example = "camt")]
    format: Option<String>,
    /// Which column of a table is what, as JSON; kept for files of this account with the same header. Where it is missing and the table
    /// leaves something open, the answer is 422 `columns_unsure` with a `guess` whose `columns` may be sent back.
    #[schema(
        example = "{\"booked_on\":\"Date\",\"amount\":{\"signed\":{\"column\":\"Amount\",\"is_turned\":false}},\"dates\":\"dmy\"}"
    )]
    columns: Option<String>,
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
pub async fn import(
    State(web): State<Web>,
    Extension(inbox): Extension<Inbox>,
    request: Request,
) -> Result<Response, Fail> {
    let (mut parts, body) = request.into_parts();
    let Api(context) = Api::from_request_parts(&mut parts, &web).await?;
    web.app.authorise(&context.actor, Permission::StatementImport)?;
    let (key, route) = (caller_key(&parts)?, route(&parts));
    let upload = inbox.receive(Request::from_parts(parts, body)).await?;
    let dry_run = upload.field("dry_run") == "true";
    // A preview changes nothing, and leaves the key free.
    let key = key.filter(|_| !dry_run);
    let once = Once { route, key, request_hash: upload.hash(), keep: false, waits: false };
    if let Some(answer) = web.app.kept(&context, once.clone()).await? {
        return Ok(Kept(answer).into_response());
    }
    let mut fields = Fields::new();
    let account = fields.text("/account", upload.field("account"), 1, 40);
    let format = Some(upload.field("format")).filter(|name| !name.is_empty());
    if format.is_some_and(|name| Format::by_name(name).is_none()) {
        fields.note("/format", "not_a_choice");
    }
    let post_from = match upload.field("post_from") {
        "" => None,
        text => text.parse().map_err(|_| fields.note("/post_from", "not_a_number")).ok(),
    };
    let columns = match upload.field("columns") {
        "" => None,
        json => serde_json::from_str::<ColumnMap>(json).map_err(|_| fields.note("/columns", "no_column_map")).ok(),
    };
    if upload.file.is_none() {
        fields.note("/file", "required");
    }
    fields.finish()?;
    let format = format.and_then(Format::by_name);
    // As it is said, else as the sender calls the file.
    let names = [upload.field("name"), upload.name.trim(), "statement"];
    let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().chars().take(200).collect();
    let file = upload.file.ok_or_else(|| Refusal::field("/file", "required"))?;
    let asked = Asked { file: StatementFile::Sent(Arc::new(file)), name, account, format, columns, dry_run, post_from };
    let (app, speaks, whose) = (web.app.clone(), web.clone(), context.clone());
    let held = web.app.hold(&context, &once)?;
    // A file is read, compared and kept in one go; that blocks.
    let done = tokio::task::spawn_blocking(move || match import::import(&app, &whose, &asked, &mut |_| {}) {
        Err(Error::Refused(refusal)) if refusal.code == "columns_unsure" => {
            Ok(Err(Box::new(unsure(&speaks, &whose, &asked, &refusal)?.into_response())))
        }
        imported => imported.map(|imported| Ok(ImportView::new(imported, &speaks.i18n.for_locale(whose.locale)))),
    });
    let view = match done.await.map_err(|error| Error::Broken(error.to_string()))?? {
        Ok(view) => view,
        Err(unsure) => return Ok(*unsure),
    };
    let status = if view.statements.is_empty() { StatusCode::OK } else { StatusCode::CREATED };
    if once.key.is_none() {
        return Ok((status, Json(view)).into_response());
    }
    drop(held);
    let told = web.app.write_once(&context, once, TellImport, move |_, ()| json_body(status.as_u16(), &view));
    Ok(Kept(told.await?).into_response())
}

/// What a table seems to say, for a program to confirm.
#[derive(Debug, Serialize)]
struct Unsure {
    #[serde(flatten)]
    problem: Problem,
    guess: GuessView,
}

#[derive(Debug, Serialize)]
struct GuessView {
    columns: ColumnMap,
    /// `date_order`, `sign`, `decimal_mark`: what is open.
    doubts: Vec<&'static str>,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn unsure(web: &Web, context: &Context, asked: &Asked, refusal: &Refusal) -> Result<impl IntoResponse, Error> {
    let organisation = context.organisation;
    let home = web.app.db().read_now(move |conn| ::store::books::load(conn, organisation))?.currency;
    let guess = columns::guess(asked, home)?;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let problem = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        code: refusal.code.to_owned(),
        detail: web.i18n.for_locale(context.locale).refusal(refusal),
        errors: Vec::new(),
    };
    let doubts = guess.doubts.iter().map(|doubt| doubt.name()).collect();
    let guess = GuessView { columns: guess.map, doubts, header: guess.header, rows: guess.rows };
    Ok((status, [(CONTENT_TYPE, "application/problem+json")], Json(Unsure { problem, guess })))
}
