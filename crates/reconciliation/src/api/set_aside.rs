//! `POST /statement-lines/{id}/ignore`

use super::wire::{Because, StatementLineView};
use crate::commands::SetAside;
use crate::queries;
use axum::extract::{Path, State};
use kernel::Fields;
use kernel::id::StatementLineId;
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Set a line aside: it is nothing of the company's, or is dealt with elsewhere. Matching it takes it up again.
#[utoipa::path(
    post, path = "/api/v1/statement-lines/{id}/ignore", tag = "statements", request_body = Because,
    params(("id" = String, Path, description = "`stl_…`")),
    responses((status = 200, body = StatementLineView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn ignore(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<SetAside, Because>,
) -> Result<Kept, Fail> {
    let Keyed { context, mut once, value, .. } = request;
    once.keep = true;
    let line: StatementLineId = path_id(&id)?;
    let mut fields = Fields::new();
    let reason = fields.optional_text("/reason", Some(&value.reason), 200).unwrap_or_default();
    fields.finish()?;
    let l = web.i18n.for_locale(context.locale);
    let command = SetAside { lines: vec![line], aside: true, reason, by_rule: None };
    let answer = web.app.write_once(&context, once, command, move |tx, ()| {
        let scope = tx.context().scope();
        let line = queries::line(tx.conn, &scope, line)?;
        let names = queries::names(tx.conn, &scope, [&line.proposed], [])?;
        json_body(200, &StatementLineView::new(line, &names, &l))
    });
    Ok(Kept(answer.await?))
}
