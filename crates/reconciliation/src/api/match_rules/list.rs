//! `GET /match-rules`, `GET /match-rules/{id}`

use super::wire::MatchRuleView;
use crate::rulebook;
use axum::Json;
use axum::extract::{Path, State};
use kernel::Permission;
use web::wire::{List, path_id};
use web::{Api, Fail, Problem, Web};

/// The rules, in the order in which they are tried. There are at most 200, so all of them are answered.
#[utoipa::path(
    get, path = "/api/v1/match-rules", tag = "statements",
    responses((status = 200, body = List<MatchRuleView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(State(web): State<Web>, Api(context): Api) -> Result<Json<List<MatchRuleView>>, Fail> {
    let rows = web.app.read(&context, Permission::StatementRead, rulebook::all).await?;
    let data = rows.into_iter().map(|rule| MatchRuleView::new(rule, Vec::new())).collect();
    Ok(Json(List { data, next_cursor: None }))
}

/// One rule, with what its last replay found.
#[utoipa::path(
    get, path = "/api/v1/match-rules/{id}", tag = "statements",
    params(("id" = String, Path, description = "`mrl_…`")),
    responses((status = 200, body = MatchRuleView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<MatchRuleView>, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let id = path_id(&id)?;
    let view =
        web.app.read(&context, Permission::StatementRead, move |conn, scope| MatchRuleView::read(conn, scope, id));
    Ok(Json(view.await?))
}
