//! Periods: closed, once it was seen what that does, and opened again.

use crate::commands::{ClosePeriod, ReopenPeriod};
use crate::queries::{self, Closing, Period, Unrevalued};
use ::store::{Answer, Error};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

#[derive(Template)]
#[template(path = "ledger/periods.html")]
struct Index {
    v: View,
    periods: Vec<Period>,
}

async fn page(web: &Web, visit: Visit, status: u16) -> Result<Response, Fail> {
    let periods = web.app.read(&visit.context, Permission::LedgerRead, queries::periods).await?;
    Ok(Page::new(Index { v: visit.view, periods }).with_status(status).into_response())
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<Response, Fail> {
    page(&web, visit, 200).await
}

#[derive(Template)]
#[template(path = "ledger/close.html")]
struct Close {
    v: View,
    closing: Closing,
}

/// What closing will do, before it is done.
pub async fn closing(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| queries::closing(conn, scope, id);
    let closing = web.app.read(&visit.context, Permission::PeriodClose, read).await?;
    Ok(Page::new(Close { v: visit.view, closing }).into_response())
}

/// Nothing is typed to close or reopen.
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

pub async fn close(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, .. } = request;
    let command = ClosePeriod(path_id(&id)?);
    let result = web.app.write_once(&visit.context, once, command, |_, _| went("period-closed")).await;
    answer(&web, visit, result).await
}

pub async fn reopen(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, .. } = request;
    let command = ReopenPeriod(path_id(&id)?);
    let result = web.app.write_once(&visit.context, once, command, |_, _| went("period-reopened")).await;
    answer(&web, visit, result).await
}

fn went(done: &str) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/periods?done={done}").into_bytes()))
}

async fn answer(web: &Web, mut visit: Visit, result: Result<Answer, Error>) -> Result<Response, Fail> {
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(Error::Refused(refusal)) if refusal.status() == 409 => {
            visit.view.refused(&refusal);
            page(web, visit, refusal.status()).await
        }
        Err(error) => Err(error.into()),
    }
}
