//! Background work at the desk: what gave up, and what to do with it.

use crate::jobs::{DiscardJob, RetryJob};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use store::jobs::{self, JobView};
use store::{Command, Error};
use web::session::Desk;
use web::wire::{Slice, cursor, path_id};
use web::{Fail, KeyedForm, Page, View, Web, Went};

#[derive(Template)]
#[template(path = "jobs/index.html")]
struct Index {
    v: View,
    dead: Vec<JobView>,
    waiting: i64,
    /// Address of the next page; empty on the last.
    next: String,
}

impl Index {
    /// What a kind of job does; kinds without a sentence show their name.
    fn kind(&self, job: &JobView) -> String {
        self.v.l.find(&format!("job-{}", job.kind.replace(['.', '_'], "-")), &[]).unwrap_or_else(|| job.kind.clone())
    }
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk, slice: Slice) -> Result<Response, Fail> {
    let read = move |conn: &mut store::Conn, scope: &kernel::Scope| {
        let organisation = scope.organisation();
        let dead = jobs::list(conn, organisation, true, slice.before(), slice.limit + 1)?;
        Ok((dead, jobs::waiting(conn, organisation)?))
    };
    let (mut dead, waiting) = web.app.read(&visit.context, Permission::SettingsRead, read).await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = dead.len() > limit;
    dead.truncate(limit);
    let next = match dead.last() {
        Some(last) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    Ok(Page::new(Index { v: visit.view, dead, waiting, next }).into_response())
}

/// Nothing is typed.
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

pub async fn retry(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    press(&web, RetryJob(path_id(&id)?), request, "job-retried").await
}

pub async fn discard(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    press(&web, DiscardJob(path_id(&id)?), request, "job-discarded").await
}

async fn press<C: Command>(
    web: &Web,
    command: C,
    request: KeyedForm<Nothing>,
    done: &'static str,
) -> Result<Response, Fail> {
    let back = move |_: &mut store::Tx<'_>, _| -> Result<(u16, Vec<u8>), Error> {
        Ok((303, format!("/settings/jobs?done={done}").into_bytes()))
    };
    let answer = web.app.write_once(&request.visit.context, request.once, command, back).await?;
    Ok(Went(answer).into_response())
}
