//! `POST /statements/{id}/close`, `POST /statements/{id}/reopen`

use super::wire::{NewClosing, ReconciliationView};
use crate::commands::{CloseStatement, ReopenStatement};
use crate::{queries, report};
use ::store::{Error, Tx};
use axum::extract::{Path, State};
use kernel::Fields;
use kernel::id::StatementId;
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Close a statement: its reconciliation is kept as it stands, and its lines are not matched, unmatched or set aside any more. Every
/// line is matched or set aside before, and earlier statements of the account are closed before. Where something is left that
/// nothing explains, a reason is needed.
#[utoipa::path(
    post, path = "/api/v1/statements/{id}/close", tag = "statements", request_body = NewClosing,
    params(("id" = String, Path, description = "`stm_…`")),
    responses((status = 200, body = ReconciliationView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn close(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<CloseStatement, NewClosing>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value, .. } = request;
    let statement = path_id(&id)?;
    let mut fields = Fields::new();
    let reason = fields.optional_text("/reason", Some(&value.reason), 500);
    fields.finish()?;
    Ok(Kept(web.app.write_once(&context, once, CloseStatement { statement, reason }, told).await?))
}

/// Open a closed statement again, with a reason. Later statements are opened before; one whose days are in a closed period stays closed.
#[utoipa::path(
    post, path = "/api/v1/statements/{id}/reopen", tag = "statements", request_body = NewClosing,
    params(("id" = String, Path, description = "`stm_…`")),
    responses((status = 200, body = ReconciliationView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn reopen(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<ReopenStatement, NewClosing>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value, .. } = request;
    let statement = path_id(&id)?;
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &value.reason, 1, 500);
    fields.finish()?;
    Ok(Kept(web.app.write_once(&context, once, ReopenStatement { statement, reason }, told).await?))
}

fn told(tx: &mut Tx<'_>, id: StatementId) -> Result<(u16, Vec<u8>), Error> {
    let scope = tx.context().scope();
    let statement = queries::statement(tx.conn, &scope, id)?;
    let shown = report::shown(tx.conn, &scope, id)?;
    json_body(200, &ReconciliationView::new(&statement, &shown))
}
