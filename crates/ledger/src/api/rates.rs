//! `/exchange-rates`

use super::wire::{NewRate, QuoteView, RateView, RatesReport};
use crate::commands::{SetExchangeRate, TakenRates};
use crate::queries::{self, RateFilter};
use crate::rules::rate;
use crate::upload::{self, RateUpload};
use axum::Json;
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::response::{IntoResponse, Response};
use kernel::{Fields, Permission, Refusal};
use serde::Deserialize;
use web::keyed::{caller_key, route};
use web::wire::{List, Slice};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Rates have no ids: a cursor names the currencies and the day of a row.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    limit: Option<i64>,
    cursor: String,
    currency: String,
}

/// Exchange rates, newest first.
#[utoipa::path(
    get, path = "/api/v1/exchange-rates", tag = "ledger",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("currency" = Option<String>, Query, description = "On either side"),
    ),
    responses((status = 200, body = List<RateView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
) -> Result<Json<List<RateView>>, Fail> {
    web.app.authorise(&context.actor, Permission::LedgerRead)?;
    let limit = asked.limit.unwrap_or(Slice::FIRST.limit);
    if !(1..=200).contains(&limit) {
        return Err(Refusal::field("/limit", "limit_range").into());
    }
    let filter = RateFilter::asked(&asked.currency, &asked.cursor)?;
    let mut rows = web
        .app
        .read(&context, Permission::LedgerRead, move |conn, scope| {
            queries::exchange_rates(conn, scope, filter, limit + 1)
        })
        .await?;
    let next_cursor = queries::next_rates(&mut rows, limit);
    Ok(Json(List { data: rows.into_iter().map(RateView::from).collect(), next_cursor }))
}

/// Set the rate of a day, in place of one that was there. Documents keep the rate they were valued at.
#[utoipa::path(
    post, path = "/api/v1/exchange-rates", tag = "ledger", request_body = NewRate,
    responses((status = 201, body = RateView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn set(State(web): State<Web>, request: Keyed<SetExchangeRate, NewRate>) -> Result<Kept, Fail> {
    let rate = rate::check(&request.value.into())?;
    let view = RateView::from(rate.clone());
    let render = move |_: &mut ::store::Tx<'_>, ()| json_body(201, &view);
    Ok(Kept(web.app.write_once(&request.context, request.once, SetExchangeRate(rate), render).await?))
}

/// What is asked of a rate.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Between {
    from: String,
    to: String,
    on: String,
}

/// The rate between two currencies on a day: the newest one not after it that quotes them against each other, this way or the
/// other; where there never was one, of both for one euro (the rate of `to` by the rate of `from`) on the newest day that has
/// both. Says which rates it comes from.
#[utoipa::path(
    get, path = "/api/v1/exchange-rates/between", tag = "ledger",
    params(
        ("from" = String, Query, example = "USD"), ("to" = String, Query, example = "CNY"),
        ("on" = String, Query, description = "`YYYY-MM-DD`"),
    ),
    responses((status = 200, body = QuoteView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn between(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Between>,
) -> Result<Json<QuoteView>, Fail> {
    web.app.authorise(&context.actor, Permission::LedgerRead)?;
    let mut fields = Fields::new();
    let from = fields.currency("/from", &asked.from);
    let to = fields.currency("/to", &asked.to);
    let on = fields.date("/on", &asked.on);
    fields.finish()?;
    let (Some(from), Some(to), Some(on)) = (from, to, on) else { return Err(Refusal::invalid("invalid").into()) };
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::quote(conn, scope, (from, to), on);
    let quote = web.app.read(&context, Permission::LedgerRead, read).await?;
    let quote = quote.ok_or_else(|| Refusal::not_found("rate_not_found"))?;
    Ok(Json(QuoteView::new(from, to, on, quote)))
}

/// What is asked of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedOfFile {
    preview: Option<bool>,
    from: String,
}

/// Take the rates of a file in, all of them or none, each in place of one of its currencies and day that was there. The file is
/// the European Central Bank's (`eurofxref`, XML or CSV) or a CSV with the head `base,quote,valid_from,rate,source`, in UTF-8,
/// of at most 16 MB and 50,000 rates; it may also come as the field `file` of a multipart form. Faults come as 422 with
/// `errors` by row: `/rows/3/rate`.
#[utoipa::path(
    post, path = "/api/v1/exchange-rates/files", tag = "ledger",
    request_body(content = String, content_type = "text/csv"),
    params(
        ("preview" = Option<bool>, Query, description = "`true` says what would come of the file; nothing is stored"),
        ("from" = Option<String>, Query, description = "The first day whose rates are wanted; all where it is not given"),
    ),
    responses(
        (status = 200, body = RatesReport, description = "What would come of the file"),
        (status = 201, body = RatesReport, description = "The rates were taken in"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn take(
    State(web): State<Web>,
    Query(asked): Query<AskedOfFile>,
    request: Request,
) -> Result<Response, Fail> {
    let (mut parts, body) = request.into_parts();
    let Api(context) = Api::from_request_parts(&mut parts, &web).await?;
    web.app.authorise(&context.actor, Permission::LedgerPost)?;
    let (key, route) = (caller_key(&parts)?, route(&parts));
    let sent = web::upload::read(Request::from_parts(parts, body), upload::TOO_LARGE).await?;
    let upload = RateUpload::read(&sent.file, &asked.from)?;
    let l = web.i18n.for_locale(context.locale);
    if asked.preview == Some(true) {
        let report = match upload.command() {
            Ok(command) => RatesReport::new(&upload.file, false, web.app.rehearse(&context, command).await?, &l),
            Err(_) => RatesReport::new(&upload.file, false, TakenRates::default(), &l),
        };
        return Ok(Json(report).into_response());
    }
    let (command, once) = (upload.command()?, upload.once(route, key));
    let render = move |_: &mut ::store::Tx<'_>, taken| json_body(201, &RatesReport::new(&upload.file, true, taken, &l));
    Ok(Kept(web.app.write_once(&context, once, command, render).await?).into_response())
}
