//! `GET /statements`, `GET /statements/{id}`

use super::wire::BankStatementView;
use crate::queries;
use axum::Json;
use axum::extract::{Path, State};
use kernel::Permission;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Problem, Web};

/// Statements, the newest brought in first.
#[utoipa::path(
    get, path = "/api/v1/statements", tag = "statements",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<BankStatementView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
) -> Result<Json<List<BankStatementView>>, Fail> {
    let part = slice.part();
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::statements(conn, scope, &part);
    let rows = web.app.read(&context, Permission::StatementRead, read).await?;
    let l = web.i18n.for_locale(context.locale);
    Ok(Json(List::of(rows, slice, |statement| statement.id, |statement| BankStatementView::new(statement, &l))))
}

/// One statement.
#[utoipa::path(
    get, path = "/api/v1/statements/{id}", tag = "statements",
    params(("id" = String, Path, description = "`stm_…`")),
    responses((status = 200, body = BankStatementView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<BankStatementView>, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let id = path_id(&id)?;
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::statement(conn, scope, id);
    let statement = web.app.read(&context, Permission::StatementRead, read).await?;
    Ok(Json(BankStatementView::new(statement, &web.i18n.for_locale(context.locale))))
}
