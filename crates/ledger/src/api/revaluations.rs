//! `/revaluations`

use super::wire::{NewRevaluation, RevaluationView};
use crate::commands::RevalueOpenItems;
use crate::queries;
use axum::Json;
use axum::extract::{Query, State};
use kernel::{Date, Fields, Permission, Refusal};
use serde::Deserialize;
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// The day that is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    on: String,
}

/// What would be posted for the end of a month: every balance of money and claims in another currency, at the closing rate of
/// the month. Refuses `closing_rate_missing`, with the currency and the day.
#[utoipa::path(
    get, path = "/api/v1/revaluations/preview", tag = "ledger",
    params(("on" = String, Query, description = "The last day of the month")),
    responses((status = 200, body = RevaluationView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn preview(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
) -> Result<Json<RevaluationView>, Fail> {
    web.app.authorise(&context.actor, Permission::LedgerPost)?;
    let on = day(&asked.on)?;
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::revaluation(conn, scope, on);
    let revaluation = web.app.read(&context, Permission::LedgerPost, read).await?;
    Ok(Json(RevaluationView::new(revaluation, None)?))
}

/// Post the unrealised exchange gain or loss of the end of a month, and its reversal on the next day. Asked again after a late
/// posting or a corrected rate, what is missing or too much is posted; where nothing is, `entry` is null.
#[utoipa::path(
    post, path = "/api/v1/revaluations", tag = "ledger", request_body = NewRevaluation,
    responses((status = 200, body = RevaluationView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<RevalueOpenItems, NewRevaluation>) -> Result<Kept, Fail> {
    let command = RevalueOpenItems { on: day(&request.value.on)? };
    let render = move |tx: &mut ::store::Tx<'_>, entry| {
        let scope = tx.context().scope();
        json_body(200, &RevaluationView::new(queries::revaluation(tx.conn, &scope, command.on)?, entry)?)
    };
    Ok(Kept(web.app.write_once(&request.context, request.once, command, render).await?))
}

fn day(text: &str) -> Result<Date, Refusal> {
    let mut fields = Fields::new();
    let day = fields.date("/on", text);
    fields.finish()?;
    day.ok_or_else(|| Refusal::invalid("invalid"))
}
