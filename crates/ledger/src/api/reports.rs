//! `/reports/…` of the books.

use super::wire::{BalanceSheetView, GeneralLedgerView, ProfitAndLossView, TrialBalanceView};
use crate::{queries, sheets};
use ::store::books;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Context, Date, Permission, Refusal};
use reports::{Asked, Form, send};
use web::{Api, Fail, Problem, Web};

/// Today in the organisation's time zone.
async fn today(web: &Web, context: &Context) -> Result<Date, Fail> {
    let (organisation, now) = (context.organisation, context.now);
    let books = web.app.read(context, Permission::ReportRead, move |conn, _| books::load(conn, organisation)).await?;
    Ok(books.date_of(now))
}

/// Trial balance at the end of a day: every account that was posted to.
#[utoipa::path(
    get, path = "/api/v1/reports/trial-balance", tag = "reports",
    params(("as_of" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"), ("format" = Option<String>, Query, description = "json, csv, xlsx, pdf")),
    responses((status = 200, body = TrialBalanceView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn trial_balance(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (form, days) = (asked.form()?, asked.days(today(&web, &context).await?)?);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::trial_balance(conn, scope, days.to);
    let report = web.app.read(&context, Permission::ReportRead, read).await?;
    let sheet = || sheets::trial_balance(&report, context.locale);
    Ok(send(&web, &context, form, TrialBalanceView::new(&report, context.locale), sheet).await?)
}

/// Profit and loss of a time, from the first of the month of `to` when `from` is not given, beside that of the year so far.
#[utoipa::path(
    get, path = "/api/v1/reports/profit-and-loss", tag = "reports",
    params(("from" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"), ("to" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"),
        ("format" = Option<String>, Query, description = "json, csv, xlsx, pdf")),
    responses((status = 200, body = ProfitAndLossView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn profit_and_loss(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (form, days) = (asked.form()?, asked.days(today(&web, &context).await?)?);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        queries::profit_and_loss(conn, scope, days.from, days.to)
    };
    let report = web.app.read(&context, Permission::ReportRead, read).await?;
    let sheet = || sheets::profit_and_loss(&report, context.locale);
    Ok(send(&web, &context, form, ProfitAndLossView::new(&report, context.locale), sheet).await?)
}

/// Balance sheet at the end of a day, beside that at the beginning of the fiscal year.
#[utoipa::path(
    get, path = "/api/v1/reports/balance-sheet", tag = "reports",
    params(("as_of" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"), ("format" = Option<String>, Query, description = "json, csv, xlsx, pdf")),
    responses((status = 200, body = BalanceSheetView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn balance_sheet(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (form, days) = (asked.form()?, asked.days(today(&web, &context).await?)?);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::balance_sheet(conn, scope, days.to);
    let report = web.app.read(&context, Permission::ReportRead, read).await?;
    let sheet = || sheets::balance_sheet(&report, context.locale);
    Ok(send(&web, &context, form, BalanceSheetView::new(&report, context.locale), sheet).await?)
}

/// The general ledger of an account and all below it, oldest line first, with the balance after each.
#[utoipa::path(
    get, path = "/api/v1/reports/general-ledger", tag = "reports",
    params(("account" = String, Query), ("from" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"), ("to" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("format" = Option<String>, Query, description = "json, csv, xlsx, pdf")),
    responses((status = 200, body = GeneralLedgerView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn general_ledger(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (form, days) = (asked.form()?, asked.days(today(&web, &context).await?)?);
    if asked.account.is_empty() {
        return Err(Refusal::field("/account", "required").into());
    }
    let limit = asked.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Refusal::field("/limit", "limit_range").into());
    }
    let after = if asked.cursor.is_empty() { None } else { Some(asked.cursor.parse()?) };
    // JSON comes by the page; a file has all of it.
    let (whole, for_people) = (form != Form::Json, !matches!(form, Form::Json | Form::File(web::file::Format::Csv)));
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let from = days.from.map_or_else(|| books::year_begins(conn, scope.organisation(), days.to), Ok)?;
        let report = match whole {
            true => queries::whole_ledger(conn, scope, &asked.account, (from, days.to))?,
            false => queries::general_ledger(conn, scope, &asked.account, (from, days.to), after, limit)?,
        };
        let called = if for_people { Some(queries::called_on(conn, scope, &report)?) } else { None };
        Ok((report, called))
    };
    let (report, called) = web.app.read(&context, Permission::ReportRead, read).await?;
    let l = web.i18n.for_locale(context.locale);
    let sheet = || sheets::general_ledger(&report, &l, called.as_ref());
    Ok(send(&web, &context, form, GeneralLedgerView::new(&report, context.locale), sheet).await?)
}
