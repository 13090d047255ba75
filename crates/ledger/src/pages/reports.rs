//! Reports of the books.

use crate::queries::{self, BalanceSheet, Called, GeneralLedger, ProfitAndLoss, TrialBalance};
use crate::rules::statements::FormLine;
use crate::sheets;
use ::store::books;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{Currency, Date, Locale, Money, Permission};
use reports::{Asked, Form as As, Sheet, file};
use web::file::Format;
use web::i18n::L;
use web::session::Desk;
use web::{Fail, Page, View, Visit, Web};

/// Lines of the general ledger on a page.
const LINES: i64 = 100;

#[derive(Template)]
#[template(path = "ledger/reports.html")]
struct Index {
    v: View,
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::ReportRead)?;
    Ok(Page::new(Index { v: visit.view }).into_response())
}

/// The report of a page as a file.
async fn download(web: &Web, visit: &Visit, format: Format, sheet: Sheet) -> Result<Response, Fail> {
    Ok(file(web, &visit.context, &visit.view.l, format, sheet).await?.into_response())
}

#[derive(Template)]
#[template(path = "ledger/trial_balance.html")]
struct Trial {
    v: View,
    report: TrialBalance,
}

pub async fn trial_balance(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (form, days) = (asked.form()?, asked.days(visit.view.today)?);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::trial_balance(conn, scope, days.to);
    let report = web.app.read(&visit.context, Permission::ReportRead, read).await?;
    if let As::File(format) = form {
        let sheet = sheets::trial_balance(&report, visit.view.l.locale());
        return download(&web, &visit, format, sheet).await;
    }
    Ok(Page::new(Trial { v: visit.view, report }).into_response())
}

/// A printed form with two columns.
#[derive(Template)]
#[template(path = "ledger/form.html")]
struct Form {
    v: View,
    title: String,
    from: Option<Date>,
    to: Date,
    currency: Currency,
    /// Headings of the two columns.
    heads: [String; 2],
    rows: Vec<FormRow>,
}

struct FormRow {
    number: u8,
    name: &'static str,
    amounts: [Money; 2],
    /// Adds up others: the accountant's double rule.
    total: bool,
    /// A part of the line above it.
    part: bool,
}

fn name(line: &FormLine, locale: Locale) -> &'static str {
    if locale == Locale::ZhCn { line.zh } else { line.en }
}

pub async fn profit_and_loss(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (form, days) = (asked.form()?, asked.days(visit.view.today)?);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        queries::profit_and_loss(conn, scope, days.from, days.to)
    };
    let report = web.app.read(&visit.context, Permission::ReportRead, read).await?;
    let locale = visit.view.l.locale();
    if let As::File(format) = form {
        return download(&web, &visit, format, sheets::profit_and_loss(&report, locale)).await;
    }
    let ProfitAndLoss { currency, from, to, period, year, .. } = report;
    let row = |line: &FormLine| FormRow {
        number: line.number,
        name: name(line, locale),
        amounts: [period.money(line.number, currency), year.money(line.number, currency)],
        total: period.is_sum(line.number),
        part: period.is_part(line.number),
    };
    let heads = [visit.view.t("report-this-period"), visit.view.t("report-year-to-date")];
    let rows = period.lines().iter().map(row).collect();
    let title = visit.view.t("report-profit-and-loss");
    Ok(Page::new(Form { v: visit.view, title, from: Some(from), to, currency, heads, rows }).into_response())
}

pub async fn balance_sheet(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (form, days) = (asked.form()?, asked.days(visit.view.today)?);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::balance_sheet(conn, scope, days.to);
    let report = web.app.read(&visit.context, Permission::ReportRead, read).await?;
    let locale = visit.view.l.locale();
    if let As::File(format) = form {
        return download(&web, &visit, format, sheets::balance_sheet(&report, locale)).await;
    }
    let BalanceSheet { currency, as_of, now, then, .. } = report;
    let row = |line: &FormLine| FormRow {
        number: line.number,
        name: name(line, locale),
        amounts: [now.money(line.number, currency), then.money(line.number, currency)],
        total: now.is_sum(line.number),
        part: now.is_part(line.number),
    };
    let heads = [visit.view.t("report-at-end"), visit.view.t("report-at-year-begin")];
    let rows = now.lines().iter().map(row).collect();
    let title = visit.view.t("report-balance-sheet");
    Ok(Page::new(Form { v: visit.view, title, from: None, to: as_of, currency, heads, rows }).into_response())
}

#[derive(Template)]
#[template(path = "ledger/general_ledger.html")]
struct Ledger {
    v: View,
    report: GeneralLedger,
    called: Called,
    next: String,
}

pub async fn general_ledger(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(account): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let (form, days) = (asked.form()?, asked.days(visit.view.today)?);
    let after = if asked.cursor.is_empty() { None } else { Some(asked.cursor.parse()?) };
    if let As::File(format) = form {
        let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
            let from = days.from.map_or_else(|| books::year_begins(conn, scope.organisation(), days.to), Ok)?;
            let report = queries::whole_ledger(conn, scope, &account, (from, days.to))?;
            Ok((queries::called_on(conn, scope, &report)?, report))
        };
        let (called, report) = web.app.read(&visit.context, Permission::ReportRead, read).await?;
        let sheet = sheets::general_ledger(&report, &visit.view.l, Some(&called));
        return download(&web, &visit, format, sheet).await;
    }
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let from = days.from.map_or_else(|| books::year_begins(conn, scope.organisation(), days.to), Ok)?;
        let report = queries::general_ledger(conn, scope, &account, (from, days.to), after, LINES)?;
        Ok((queries::called_on(conn, scope, &report)?, report))
    };
    let (called, report) = web.app.read(&visit.context, Permission::ReportRead, read).await?;
    let next = report.next.map(|place| visit.view.link_with("cursor", &place.to_string())).unwrap_or_default();
    Ok(Page::new(Ledger { v: visit.view, report, called, next }).into_response())
}

impl crate::queries::LedgerLine {
    pub(crate) fn summary(&self, l: &L, called: &Called) -> String {
        super::entries::summary(l, self.kind, called.number(self.document), &self.memo)
    }

    pub(crate) fn whose<'a>(&self, called: &'a Called) -> &'a str {
        called.customer(self.customer)
    }

    pub(crate) fn voucher_text(&self, v: &View) -> String {
        super::entries::voucher_text(v, self.voucher)
    }
}
