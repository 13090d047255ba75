//! `POST /match-rules/{id}/apply`

use super::wire::{AppliedView, Apply};
use crate::commands::SwitchRule;
use crate::{apply, replay};
use ::store::Error;
use axum::Json;
use axum::extract::{Path, State};
use kernel::Permission;
use kernel::id::MatchRuleId;
use web::wire::path_id;
use web::{Fail, Keyed, Problem, Web};

/// Do with the open lines what a rule says that is switched on: up to 200 lines, one by one. A line for which another answer is as good
/// is left to a person. Asked again, it goes on with what is left.
#[utoipa::path(
    post, path = "/api/v1/match-rules/{id}/apply", tag = "statements", request_body = Apply,
    params(("id" = String, Path, description = "`mrl_…`")),
    responses((status = 200, body = AppliedView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn apply(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<SwitchRule, Apply>,
) -> Result<Json<AppliedView>, Fail> {
    let Keyed { context, value, .. } = request;
    web.app.authorise(&context.actor, Permission::StatementMatch)?;
    let id: MatchRuleId = path_id(&id)?;
    let days = replay::days(value.from.as_deref(), value.until.as_deref(), replay::today(&web.app, &context).await?)?;
    let app = web.app.clone();
    let done = tokio::task::spawn_blocking(move || {
        if value.dry_run {
            return apply::applicable(&app, &context, id, days).map(AppliedView::would);
        }
        apply::apply(&app, &context, id, (value.version, days)).map(AppliedView::did)
    });
    Ok(Json(done.await.map_err(|error| Error::Broken(error.to_string()))??))
}
