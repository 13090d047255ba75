//! Files of exchange rates: looked at, then taken in.

use super::rates;
use crate::commands::TakenRates;
use crate::rules::rate::ExchangeRate;
use crate::rules::rate_file;
use crate::upload::{RateUpload, TOO_LARGE};
use ::store::Error;
use askama::Template;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::response::{IntoResponse, Response};
use kernel::{Permission, Refusal};
use web::file::{File, Format};
use web::keyed::{form_key, route};
use web::session::Desk;
use web::upload::{self, Upload};
use web::{Fail, Page, View, Visit, Web, Went};

/// Rates of a good file that are shown.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "ledger/rates_preview.html")]
struct Preview {
    v: View,
    upload: RateUpload,
    /// What would come of it; nothing where there are faults.
    taken: TakenRates,
}

/// A fault as the page shows it.
struct Shown {
    row: String,
    column: String,
    sentence: String,
}

impl Preview {
    fn rates(&self) -> &[ExchangeRate] {
        &self.upload.file.rates[..self.upload.file.rates.len().min(SHOWN)]
    }

    /// How many rates are not shown.
    fn more(&self) -> i64 {
        number(self.upload.file.rates.len().saturating_sub(SHOWN))
    }

    fn fault_count(&self) -> i64 {
        number(self.upload.file.faults.len() + self.upload.file.more_faults)
    }

    fn more_faults(&self) -> i64 {
        number(self.upload.file.more_faults)
    }

    /// A count by the name of its message.
    fn count(&self, message: &str, n: &usize) -> String {
        self.v.tn(message, &number(*n))
    }

    fn unknown(&self) -> String {
        self.upload.file.unknown.iter().cloned().collect::<Vec<_>>().join(" · ")
    }

    /// What will be sent to be taken in: the wanted rates alone, in our own form.
    fn text(&self) -> String {
        rate_file::written(&self.upload.file.rates)
    }

    fn faults(&self) -> Vec<Shown> {
        let shown = |fault: &kernel::FieldError| {
            let place = fault.pointer.trim_start_matches("/rows/");
            let (row, column) = place.split_once('/').unwrap_or((place, ""));
            let column = self.v.label(&format!("/{column}"));
            Shown { row: row.to_owned(), column, sentence: self.v.l.field(fault) }
        };
        self.upload.file.faults.iter().map(shown).collect()
    }
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The file, or what a look at one sends on.
fn read(sent: &Upload) -> Result<RateUpload, Refusal> {
    let bytes = if sent.file.is_empty() { sent.field("/text").as_bytes() } else { &sent.file };
    RateUpload::read(bytes, sent.field("/from"))
}

/// What would come of a file; nothing is stored.
pub async fn look(State(web): State<Web>, Desk(visit): Desk, request: Request) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::LedgerPost)?;
    match read(&upload::read(request, TOO_LARGE).await?) {
        Err(refusal) => rates::refused(&web, visit, &refusal).await,
        Ok(upload) => match upload.command() {
            Err(_) => Ok(shown(visit, upload, TakenRates::default(), 422)),
            Ok(command) => {
                let taken = web.app.rehearse(&visit.context, command).await?;
                Ok(shown(visit, upload, taken, 200))
            }
        },
    }
}

fn shown(visit: Visit, upload: RateUpload, taken: TakenRates, status: u16) -> Response {
    let mut v = visit.view;
    v.room = Some("/settings");
    Page::new(Preview { v, upload, taken }).with_status(status).into_response()
}

/// Takes in what was looked at.
pub async fn take(State(web): State<Web>, request: Request) -> Result<Response, Fail> {
    let (mut parts, body) = request.into_parts();
    let Desk(visit) = Desk::from_request_parts(&mut parts, &web).await?;
    web.app.authorise(&visit.context.actor, Permission::LedgerPost)?;
    let route = route(&parts);
    let sent = upload::read(Request::from_parts(parts, body), TOO_LARGE).await?;
    let upload = match read(&sent) {
        Ok(upload) => upload,
        Err(refusal) => return rates::refused(&web, visit, &refusal).await,
    };
    let Ok(command) = upload.command() else { return Ok(shown(visit, upload, TakenRates::default(), 422)) };
    let once = upload.once(route, form_key(sent.field("idempotency_key"))?);
    let done = |_: &mut ::store::Tx<'_>, _| Ok((303, b"/settings/rates?done=rates-taken".to_vec()));
    match web.app.write_once(&visit.context, once, command, done).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(Error::Refused(refusal)) => rates::refused(&web, visit, &refusal).await,
        Err(error) => Err(error.into()),
    }
}

/// The head of our own form, with an example.
pub async fn template(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(file): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::LedgerRead)?;
    if file != "template.csv" {
        return Err(Refusal::not_found("not_found").into());
    }
    Ok(File { format: Format::Csv, name: "exchange-rates".into(), bytes: rate_file::written(&[]).into_bytes() })
}
