//! The tax summary at the desk.

use crate::queries::{self, TaxSummary};
use crate::sheets;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use reports::{Asked, Form, file};
use web::session::Desk;
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "invoices/tax_summary.html")]
struct Show {
    v: View,
    report: TaxSummary,
}

pub async fn show(State(web): State<Web>, Desk(visit): Desk, Query(asked): Query<Asked>) -> Result<Response, Fail> {
    let (form, days) = (asked.form()?, asked.days(visit.view.today)?);
    let from = days.from.unwrap_or_else(|| days.to.first_of_month());
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::tax_summary(conn, scope, from, days.to);
    let report = web.app.read(&visit.context, Permission::ReportRead, read).await?;
    if let Form::File(format) = form {
        let sheet = sheets::tax_summary(&report, visit.context.locale);
        return Ok(file(&web, &visit.context, &visit.view.l, format, sheet).await?.into_response());
    }
    Ok(Page::new(Show { v: visit.view, report }).into_response())
}
