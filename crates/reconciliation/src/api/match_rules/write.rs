//! `POST /match-rules`, `PATCH /match-rules/{id}`, `DELETE /match-rules/{id}`

use super::wire::{MatchRuleChanges, NewMatchRule, OfVersion, shown};
use crate::commands::{RemoveRule, WriteRule};
use crate::match_rule::MatchRule;
use crate::rules::rule_input::check;
use axum::extract::{Path, State};
use kernel::Refusal;
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web};

/// Write a rule. It is off, and behind the others: replay it, then switch it on.
#[utoipa::path(
    post, path = "/api/v1/match-rules", tag = "statements", request_body = NewMatchRule,
    responses((status = 201, body = super::wire::MatchRuleView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<WriteRule, NewMatchRule>) -> Result<Kept, Fail> {
    let data = check(&request.value.into())?;
    let change = move |_: Option<MatchRule>| Ok(data.clone());
    let command = WriteRule { id: None, version: None, change, position: None };
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 201, id)).await?;
    Ok(Kept(answer))
}

/// Change a rule, or put it in another place. What changes its meaning makes a new version, which is off until it was replayed too; a
/// new place alone does not.
#[utoipa::path(
    patch, path = "/api/v1/match-rules/{id}", tag = "statements", request_body = MatchRuleChanges,
    params(("id" = String, Path, description = "`mrl_…`")),
    responses((status = 200, body = super::wire::MatchRuleView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<WriteRule, MatchRuleChanges>,
) -> Result<Kept, Fail> {
    let changes = request.value;
    let (version, position) = (changes.version, changes.position);
    let change = move |old: Option<MatchRule>| {
        let old = old.ok_or_else(|| Refusal::not_found("match_rule_not_found"))?;
        check(&changes.clone().onto(old.data))
    };
    let command = WriteRule { id: Some(path_id(&id)?), version, change, position };
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 200, id)).await?;
    Ok(Kept(answer))
}

/// Take a rule out of use. What it did stands, and its versions are kept.
#[utoipa::path(
    delete, path = "/api/v1/match-rules/{id}", tag = "statements",
    params(("id" = String, Path, description = "`mrl_…`")),
    responses((status = 204, description = "The rule is used no longer"), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<RemoveRule, OfVersion>,
) -> Result<Kept, Fail> {
    let command = RemoveRule { id: path_id(&id)?, version: request.value.version };
    let answer = web.app.write_once(&request.context, request.once, command, |_, _| Ok((204, Vec::new()))).await?;
    Ok(Kept(answer))
}
