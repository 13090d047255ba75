//! Receivables by age.

use crate::queries::{self, AgeingReport};
use crate::sheets;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{Permission, Scope};
use reports::{Asked, Form, file};
use web::session::Desk;
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "receivables/ageing.html")]
struct Show {
    v: View,
    report: AgeingReport,
}

pub async fn show(State(web): State<Web>, Desk(visit): Desk, Query(asked): Query<Asked>) -> Result<Response, Fail> {
    let today = visit.view.today;
    let (form, as_of) = (asked.form()?, asked.days(today)?.to);
    let read = move |conn: &mut ::store::Conn, scope: &Scope| queries::ageing_report(conn, scope, as_of, today);
    let report = web.app.read(&visit.context, Permission::ReportRead, read).await?;
    if let Form::File(format) = form {
        let sheet = sheets::ageing(&report, true);
        return Ok(file(&web, &visit.context, &visit.view.l, format, sheet).await?.into_response());
    }
    Ok(Page::new(Show { v: visit.view, report }).into_response())
}
