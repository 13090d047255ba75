//! What would come of a file.

use super::index::{Form, Index};
use super::{column_title, title};
use crate::rules::kind::Kind;
use crate::rules::sheet;
use crate::run::{File, Report, TOO_LARGE, place};
use ::store::Error;
use askama::Template;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use kernel::{Permission, Refusal};
use web::session::{Desk, Visit};
use web::upload::{self, Upload};
use web::{Fail, Page, View, Web};

/// Rows of a good file that are shown.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "imports/preview.html")]
pub(super) struct Preview {
    v: View,
    form: Form,
    file: File,
    report: Report,
}

/// A fault as the page shows it.
struct Shown {
    row: String,
    column: String,
    cell: String,
    sentence: String,
}

impl Preview {
    fn title(&self) -> String {
        title(&self.v, self.form.kind)
    }

    fn column(&self, column: &str) -> String {
        column_title(&self.v, column)
    }

    fn rows(&self) -> &[sheet::Row] {
        &self.file.sheet.rows[..self.file.sheet.rows.len().min(SHOWN)]
    }

    /// How many rows are not shown.
    fn more(&self) -> i64 {
        number(self.file.sheet.rows.len().saturating_sub(SHOWN))
    }

    fn made(&self) -> String {
        self.v.tn(&format!("import-{}-made", self.form.kind.name()), &number(self.report.made))
    }

    fn fault_count(&self) -> i64 {
        number(self.report.faults.len() + self.report.more)
    }

    fn more_faults(&self) -> i64 {
        number(self.report.more)
    }

    fn ignored(&self) -> String {
        self.file.sheet.ignored.join(" · ")
    }

    fn faults(&self) -> Vec<Shown> {
        let shown = |fault: &kernel::FieldError| {
            let (row, column) = place(&fault.pointer);
            let cell = self.file.sheet.rows.iter().find(|r| r.number.to_string() == row).map(|r| r.cell(column));
            Shown {
                row: row.to_owned(),
                column: if column.is_empty() { String::new() } else { self.column(column) },
                cell: cell.unwrap_or("").chars().take(60).collect(),
                sentence: self.v.l.field(fault),
            }
        };
        self.report.faults.iter().map(shown).collect()
    }
}

pub async fn preview(State(web): State<Web>, Desk(visit): Desk, request: Request) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::ImportRun)?;
    let upload = upload::read(request, TOO_LARGE).await?;
    let (form, text) = form(&upload);
    let tried = match text.and_then(|text| File::read(&web, &visit.context, form.kind, text.as_bytes(), &form.on)) {
        Err(refusal) => Err(refusal.into()),
        Ok(file) => file.try_out(&web, &visit.context).await.map(|report| (file, report)),
    };
    shown(visit, form, tried)
}

/// The form as it came; its file, where there is one, becomes its text.
pub(super) fn form(upload: &Upload) -> (Form, Result<String, Refusal>) {
    let kind = Kind::by_name(upload.field("/kind")).unwrap_or(Kind::Customers);
    let pasted = upload.field("/text");
    let text = if upload.file.is_empty() { Ok(pasted.to_owned()) } else { sheet::decode(&upload.file) };
    let form =
        Form { kind, on: upload.field("/on").to_owned(), text: text.clone().unwrap_or_else(|_| pasted.to_owned()) };
    (form, text)
}

/// Shows what came of trying, or the form again with what was wrong.
pub(super) fn shown(visit: Visit, form: Form, tried: Result<(File, Report), Error>) -> Result<Response, Fail> {
    let mut v = visit.view;
    v.room = Some("/settings");
    match tried {
        Ok((file, report)) => {
            let status = if report.faults.is_empty() { 200 } else { 422 };
            Ok(Page::new(Preview { v, form, file, report }).with_status(status).into_response())
        }
        Err(Error::Refused(refusal)) if [409, 413, 422].contains(&refusal.status()) => {
            v.refused(&refusal);
            Ok(Page::new(Index { v, form }).with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
