//! `GET /reports/receivables-aging`

use super::wire::AgeingView;
use crate::queries;
use ::store::Error;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kernel::{Fields, Permission, Refusal, Scope};
use serde::Deserialize;
use web::{Api, Fail, Problem, Web};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    as_of: String,
    to: String,
    format: String,
}

/// Receivables by age at the end of a day, customer by customer, with totals per currency.
#[utoipa::path(
    get, path = "/api/v1/reports/receivables-aging", tag = "reports",
    params(("as_of" = Option<String>, Query, format = Date), ("format" = Option<String>, Query, description = "json, csv")),
    responses((status = 200, body = AgeingView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn ageing(State(web): State<Web>, Api(context): Api, Query(asked): Query<Asked>) -> Result<Response, Fail> {
    if !["", "json", "csv"].contains(&asked.format.as_str()) {
        let format: String = asked.format.chars().take(20).collect();
        return Err(Refusal::invalid("format_not_available").with("format", format).into());
    }
    let today = super::today(&web, &context, Permission::ReportRead).await?;
    let mut fields = Fields::new();
    let mut date = |pointer, text: &String| if text.is_empty() { None } else { fields.date(pointer, text) };
    let as_of = date("/as_of", &asked.as_of).or(date("/to", &asked.to)).unwrap_or(today);
    fields.finish()?;
    let read = move |conn: &mut ::store::Conn, scope: &Scope| queries::ageing_report(conn, scope, as_of, today);
    let view = AgeingView::from(web.app.read(&context, Permission::ReportRead, read).await?);
    if asked.format == "csv" { Ok(as_csv(&view)?) } else { Ok(Json(view).into_response()) }
}

fn as_csv(view: &AgeingView) -> Result<Response, Error> {
    let broken = |error: csv::Error| Error::Broken(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record([
            "customer",
            "name",
            "currency",
            "not_due",
            "days_1_30",
            "days_31_60",
            "days_61_90",
            "over_90",
            "unapplied",
            "total",
        ])
        .map_err(broken)?;
    for row in &view.rows {
        let a = &row.ageing;
        let amounts = [&a.not_due, &a.days_1_30, &a.days_31_60, &a.days_61_90, &a.over_90, &a.unapplied, &a.total];
        let texts = [&row.customer, &row.name, &a.currency];
        writer.write_record(texts.into_iter().chain(amounts.into_iter().map(|money| &money.amount))).map_err(broken)?;
    }
    let body = writer.into_inner().map_err(|error| Error::Broken(error.to_string()))?;
    let mut response = ([(CONTENT_TYPE, "text/csv; charset=utf-8")], body).into_response();
    let name = format!("attachment; filename=\"receivables-aging-{}.csv\"", view.as_of);
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
