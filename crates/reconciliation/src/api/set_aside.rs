//! `POST /statement-lines/{id}/ignore`, `POST /statement-lines/{id}/take-up`

use super::wire::{Because, Nothing, StatementLineView};
use crate::commands::SetAside;
use crate::queries;
use ::store::Once;
use axum::extract::{Path, State};
use kernel::id::StatementLineId;
use kernel::{Context, Fields};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Set a line aside: it is nothing of the company's, or is dealt with elsewhere. Matching it takes it up again, and so does `take-up`.
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
    let Keyed { context, once, value, .. } = request;
    let line: StatementLineId = path_id(&id)?;
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &value.reason, 1, 200);
    fields.finish()?;
    set(&web, (&context, once), line, SetAside { lines: vec![line], aside: true, reason, by_rule: None }).await
}

/// Take a line up again that was set aside: it is open, and what was proposed for it stands.
#[utoipa::path(
    post, path = "/api/v1/statement-lines/{id}/take-up", tag = "statements", request_body = Nothing,
    params(("id" = String, Path, description = "`stl_…`")),
    responses((status = 200, body = StatementLineView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn take_up(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<SetAside, Nothing>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, .. } = request;
    let line: StatementLineId = path_id(&id)?;
    let command = SetAside { lines: vec![line], aside: false, reason: String::new(), by_rule: None };
    set(&web, (&context, once), line, command).await
}

/// Sets a line aside or takes it up, and shows it.
async fn set(
    web: &Web,
    (context, once): (&Context, Once),
    line: StatementLineId,
    command: SetAside,
) -> Result<Kept, Fail> {
    let l = web.i18n.for_locale(context.locale);
    let once = Once { keep: true, ..once };
    let answer = web.app.write_once(context, once, command, move |tx, ()| {
        let scope = tx.context().scope();
        let line = queries::line(tx.conn, &scope, line)?;
        let names = queries::names(tx.conn, &scope, [&line.proposed], [])?;
        json_body(200, &StatementLineView::new(line, &names, &l))
    });
    Ok(Kept(answer.await?))
}
