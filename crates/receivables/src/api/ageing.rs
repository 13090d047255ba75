//! `GET /reports/receivables-aging`

use super::wire::AgeingView;
use crate::{queries, sheets};
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Permission, Scope};
use reports::{Asked, Form, send};
use web::file::Format;
use web::{Api, Fail, Problem, Web};

/// Receivables by age at the end of a day, customer by customer, with totals per currency.
#[utoipa::path(
    get, path = "/api/v1/reports/receivables-aging", tag = "reports",
    params(("as_of" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"),
        ("format" = Option<String>, Query, description = "json, csv, xlsx, pdf")),
    responses((status = 200, body = AgeingView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn ageing(State(web): State<Web>, Api(context): Api, Query(asked): Query<Asked>) -> Result<Response, Fail> {
    let today = super::today(&web, &context, Permission::ReportRead).await?;
    let (form, as_of) = (asked.form()?, asked.days(today)?.to);
    let read = move |conn: &mut ::store::Conn, scope: &Scope| queries::ageing_report(conn, scope, as_of, today);
    let report = web.app.read(&context, Permission::ReportRead, read).await?;
    let for_people = form != Form::File(Format::Csv);
    let sheet = || sheets::ageing(&report, for_people);
    Ok(send(&web, &context, form, AgeingView::from(&report), sheet).await?)
}
