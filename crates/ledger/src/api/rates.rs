//! `/exchange-rates`

use super::wire::{NewRate, RateView};
use crate::commands::{RateInput, SetExchangeRate};
use crate::queries;
use axum::Json;
use axum::extract::{Query, State};
use kernel::{Permission, Refusal};
use serde::Deserialize;
use web::wire::{List, Slice};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Rates have no ids, so that the cursor counts rows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Exchange rates, newest first.
#[utoipa::path(
    get, path = "/api/v1/exchange-rates", tag = "ledger",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<RateView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
) -> Result<Json<List<RateView>>, Fail> {
    let limit = asked.limit.unwrap_or(Slice::FIRST.limit);
    if !(1..=200).contains(&limit) {
        return Err(Refusal::field("/limit", "limit_range").into());
    }
    let skip: i64 = match asked.cursor.as_deref() {
        None | Some("") => 0,
        Some(text) => {
            text.parse().ok().filter(|n| *n >= 0).ok_or_else(|| Refusal::field("/cursor", "cursor_unknown"))?
        }
    };
    let mut rows = web
        .app
        .read(&context, Permission::LedgerRead, move |conn, scope| {
            queries::exchange_rates(conn, scope, skip, limit + 1)
        })
        .await?;
    let wanted = usize::try_from(limit).unwrap_or(50);
    let next_cursor = (rows.len() > wanted).then(|| (skip + limit).to_string());
    rows.truncate(wanted);
    Ok(Json(List { data: rows.into_iter().map(RateView::from).collect(), next_cursor }))
}

/// Set the rate of a day, in place of one that was there. Documents keep the rate they were valued at.
#[utoipa::path(
    post, path = "/api/v1/exchange-rates", tag = "ledger", request_body = NewRate,
    responses((status = 201, body = RateView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn set(State(web): State<Web>, request: Keyed<SetExchangeRate, NewRate>) -> Result<Kept, Fail> {
    let command = SetExchangeRate::read(&RateInput::from(request.value))?;
    let view = RateView::of(&command);
    let render = move |_: &mut ::store::Tx<'_>, ()| json_body(201, &view);
    Ok(Kept(web.app.write_once(&request.context, request.once, command, render).await?))
}
