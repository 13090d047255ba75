//! Sending a report in the form that was asked for.

use crate::asked::Form;
use crate::sheet::Sheet;
use axum::Json;
use axum::response::{IntoResponse, Response};
use documents::{Bom, DocumentError, FontError, Report};
use kernel::{Context, Permission, Refusal, RefusalKind};
use serde::Serialize;
use store::{Error, books};
use web::Web;
use web::file::{File, Format};
use web::i18n::L;

/// Rows that are set on paper; a longer report is for a workbook.
const PAPER_ROWS_MAX: usize = 5_000;

/// Answers a program: the JSON, or the file.
pub async fn send(
    web: &Web,
    context: &Context,
    form: Form,
    json: impl Serialize,
    sheet: impl FnOnce() -> Sheet,
) -> Result<Response, Error> {
    let Form::File(format) = form else { return Ok(Json(json).into_response()) };
    let l = web.i18n.for_locale(context.locale);
    if format != Format::Csv {
        return Ok(file(web, context, &l, format, sheet()).await?.into_response());
    }
    let sheet = sheet();
    let (name, report) = (sheet.name.clone(), sheet.for_programs(&l));
    Ok(File { format, name, bytes: report.csv(Bom::Without).map_err(failed)? }.into_response())
}

/// The report as a file in a person's language. Refuses paper of thousands of rows.
pub async fn file(web: &Web, context: &Context, l: &L, format: Format, sheet: Sheet) -> Result<File, Error> {
    if format == Format::Pdf && sheet.rows.len() > PAPER_ROWS_MAX {
        return Err(Refusal::invalid("report_too_long").with("rows", PAPER_ROWS_MAX.to_string()).into());
    }
    let (name, company) = (sheet.name.clone(), company(web, context).await?);
    let report = sheet.for_people(l, company);
    let drawn = tokio::task::spawn_blocking(move || draw(report, format)).await;
    let bytes = drawn.map_err(|e| Error::Broken(format!("drawing ended badly: {e}")))??;
    Ok(File { format, name, bytes })
}

/// What the organisation is called, for whoever may read reports.
pub async fn company(web: &Web, context: &Context) -> Result<String, Error> {
    let read = |conn: &mut store::Conn, scope: &kernel::Scope| books::name(conn, scope.organisation());
    web.app.read(context, Permission::ReportRead, read).await
}

fn draw(report: Report, format: Format) -> Result<Vec<u8>, Error> {
    match format {
        Format::Pdf => report.pdf(documents::typesetter().map_err(no_font)?).map_err(failed),
        Format::Xlsx => report.xlsx().map_err(failed),
        Format::Csv => report.csv(Bom::With).map_err(failed),
        Format::Html => Err(Refusal::not_found("not_found").into()),
    }
}

pub(crate) fn failed(error: DocumentError) -> Error {
    error.refusal().map_or_else(|| Error::Broken(error.to_string()), Error::from)
}

fn no_font(_: FontError) -> Error {
    Refusal::new(RefusalKind::Unavailable, "font_missing").with("characters", "").into()
}
