//! `POST /statement-lines/{id}/unmatch`

use super::wire::{Because, StatementLineView};
use crate::commands::Unmatch;
use crate::queries;
use axum::extract::{Path, State};
use kernel::Fields;
use kernel::id::StatementLineId;
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Take back the match of a line: what it made is taken back, what it linked is free, and its lines are open again.
#[utoipa::path(
    post, path = "/api/v1/statement-lines/{id}/unmatch", tag = "statements", request_body = Because,
    params(("id" = String, Path, description = "`stl_…`")),
    responses((status = 200, body = StatementLineView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn unmatch(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<Unmatch, Because>,
) -> Result<Kept, Fail> {
    let Keyed { context, mut once, value, .. } = request;
    once.keep = true;
    let line: StatementLineId = path_id(&id)?;
    let mut fields = Fields::new();
    let reason = fields.optional_text("/reason", Some(&value.reason), 200).unwrap_or_default();
    fields.finish()?;
    let l = web.i18n.for_locale(context.locale);
    let answer = web.app.write_once(&context, once, Unmatch { line, reason }, move |tx, _| {
        let scope = tx.context().scope();
        let line = queries::line(tx.conn, &scope, line)?;
        let names = queries::names(tx.conn, &scope, [&line.proposed], [])?;
        json_body(200, &StatementLineView::new(line, &names, &l))
    });
    Ok(Kept(answer.await?))
}
