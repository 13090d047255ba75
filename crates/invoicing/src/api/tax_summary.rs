//! `GET /reports/tax-summary`

use crate::queries::{self, TaxRow, TaxSummary};
use crate::sheets;
use axum::extract::{Query, State};
use axum::response::Response;
use kernel::{Locale, Permission};
use reports::{Asked, send};
use serde::Serialize;
use utoipa::ToSchema;
use web::wire::Money;
use web::{Api, Fail, Problem, Web};

/// Output tax of a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxSummaryView {
    pub currency: String,
    pub from: String,
    pub to: String,
    pub rows: Vec<TaxRowView>,
    pub total_base: Money,
    pub total_tax: Money,
    /// The account of output tax in the ledger.
    pub account: &'static str,
    /// What it grew by in that time.
    pub on_account: Money,
    /// What of it came from other entries than invoices and credit notes.
    pub other: Money,
}

/// Base and tax of one code and rate, in the currency of the books.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxRowView {
    pub tax_code: String,
    /// In the caller's language.
    pub name: String,
    /// Percent.
    pub rate: Option<String>,
    pub base: Money,
    pub tax: Money,
}

impl TaxSummaryView {
    fn of(report: &TaxSummary, locale: Locale) -> TaxSummaryView {
        let row = |row: &TaxRow| TaxRowView {
            tax_code: row.code.clone(),
            name: row.names.get(locale).to_owned(),
            rate: row.rate.map(|rate| rate.normalize().to_string()),
            base: row.base.into(),
            tax: row.tax.into(),
        };
        TaxSummaryView {
            currency: report.currency.code().to_owned(),
            from: report.from.to_string(),
            to: report.to.to_string(),
            rows: report.rows.iter().map(row).collect(),
            total_base: report.total_base.into(),
            total_tax: report.total_tax.into(),
            account: report.account,
            on_account: report.on_account.into(),
            other: report.other.into(),
        }
    }
}

/// Output tax by code and rate, as invoices and credit notes posted it, beside the account of output tax. From the first of
/// the month when `from` is not given.
#[utoipa::path(
    get, path = "/api/v1/reports/tax-summary", tag = "reports",
    params(("from" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"), ("to" = Option<String>, Query, pattern = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description = "a day; blank is as good as none"),
        ("format" = Option<String>, Query, description = "json, csv, xlsx, pdf")),
    responses((status = 200, body = TaxSummaryView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn tax_summary(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let form = asked.form()?;
    let (organisation, now) = (context.organisation, context.now);
    let books = move |conn: &mut ::store::Conn, _: &kernel::Scope| ::store::books::load(conn, organisation);
    let today = web.app.read(&context, Permission::ReportRead, books).await?.date_of(now);
    let days = asked.days(today)?;
    let from = days.from.unwrap_or_else(|| days.to.first_of_month());
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::tax_summary(conn, scope, from, days.to);
    let report = web.app.read(&context, Permission::ReportRead, read).await?;
    let sheet = || sheets::tax_summary(&report, context.locale);
    Ok(send(&web, &context, form, TaxSummaryView::of(&report, context.locale), sheet).await?)
}
