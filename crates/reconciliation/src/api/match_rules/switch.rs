//! `POST /match-rules/{id}/activate`, `POST /match-rules/{id}/deactivate`

use super::wire::{MatchRuleView, OfVersion, shown};
use crate::commands::SwitchRule;
use axum::extract::{Path, State};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web};

/// Switch a rule on: the next statements are compared with it. Only a version that was replayed can be.
#[utoipa::path(
    post, path = "/api/v1/match-rules/{id}/activate", tag = "statements", request_body = OfVersion,
    params(("id" = String, Path, description = "`mrl_…`")),
    responses((status = 200, body = MatchRuleView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn activate(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<SwitchRule, OfVersion>,
) -> Result<Kept, Fail> {
    switch(&web, &id, request, true).await
}

/// Switch a rule off. What it did stands.
#[utoipa::path(
    post, path = "/api/v1/match-rules/{id}/deactivate", tag = "statements", request_body = OfVersion,
    params(("id" = String, Path, description = "`mrl_…`")),
    responses((status = 200, body = MatchRuleView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn deactivate(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<SwitchRule, OfVersion>,
) -> Result<Kept, Fail> {
    switch(&web, &id, request, false).await
}

async fn switch(web: &Web, id: &str, request: Keyed<SwitchRule, OfVersion>, active: bool) -> Result<Kept, Fail> {
    let command = SwitchRule { id: path_id(id)?, version: request.value.version, active };
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 200, id)).await?;
    Ok(Kept(answer))
}
