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

impl Show {
    /// The message of a bucket's head, the youngest first.
    fn bucket(&self, index: &usize) -> &'static str {
        const HEADS: [&str; 5] =
            ["column-not-due", "column-days-1-30", "column-days-31-60", "column-days-61-90", "column-over-90"];
        HEADS.get(*index).copied().unwrap_or("column-over-90")
    }
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
