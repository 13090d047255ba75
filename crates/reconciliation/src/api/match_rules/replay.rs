//! `POST /match-rules/{id}/replay`

use super::wire::{Days, MatchRuleView, shown};
use crate::commands::RecordReplay;
use crate::replay;
use ::store::Error;
use axum::extract::{Path, State};
use kernel::id::MatchRuleId;
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web};

/// Ask what a rule would have done with the lines of past days, the last three months where none are said. Nothing of them is changed;
/// that it was asked is kept with this version of the rule, which may be switched on from then on.
#[utoipa::path(
    post, path = "/api/v1/match-rules/{id}/replay", tag = "statements", request_body = Days,
    params(("id" = String, Path, description = "`mrl_…`")),
    responses((status = 200, body = MatchRuleView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn replay(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<RecordReplay, Days>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value, .. } = request;
    let id: MatchRuleId = path_id(&id)?;
    let days = replay::days(value.from.as_deref(), value.until.as_deref(), replay::today(&web.app, &context).await?)?;
    let (app, asking) = (web.app.clone(), context.clone());
    let done = tokio::task::spawn_blocking(move || replay::replay(&app, &asking, id, days)).await;
    let (version, replay) = done.map_err(|error| Error::Broken(error.to_string()))??;
    let command = RecordReplay { id, version, replay };
    Ok(Kept(web.app.write_once(&context, once, command, |tx, id| shown(tx, 200, id)).await?))
}
