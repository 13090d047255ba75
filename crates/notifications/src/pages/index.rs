//! What was sent, what waits and what failed; and what the house sends by itself.

use super::stamp;
use crate::queries::{self, Filter, Mail};
use crate::{Mailer, Purpose, SendAgain, SendTest, SetMailing, Status};
use ::store::{Command, Conn, Error, Total, Tx};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::{Permission, Scope};
use serde::Deserialize;
use web::session::Desk;
use web::view::{Pager, part};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

#[derive(Template)]
#[template(path = "mails/index.html")]
struct Index {
    v: View,
    /// Mails with the names of those they go to.
    rows: Vec<(Mail, String)>,
    status: String,
    is_on: bool,
    receipts: bool,
    pager: Pager,
}

impl Index {
    /// The filters: value and message.
    fn chips(&self) -> Vec<(&'static str, String)> {
        let of_status = Status::ALL.map(|status| (status.name(), format!("mail-status-{}", status.name())));
        [("", "mails-all".to_owned())].into_iter().chain(of_status).collect()
    }

    fn stamp(&self, mail: &Mail) -> (&'static str, String) {
        (stamp(mail.status), self.v.t(&format!("mail-status-{}", mail.status.name())))
    }

    /// What was wrong at the last attempt, with the server's code.
    fn failure(&self, mail: &Mail) -> String {
        let Some(class) = mail.failure else { return String::new() };
        let told = self.v.t(&format!("mail-failure-{}", class.name().replace('_', "-")));
        mail.failure_code.map_or(told.clone(), |code| format!("{told} ({code})"))
    }
}

async fn page(web: &Web, mailer: &Mailer, visit: Visit) -> Result<Page<Index>, Fail> {
    web.app.authorise(&visit.context.actor, Permission::CustomerRead)?;
    let v = visit.view;
    let (part, status) = (part(&v.query, &[])?, v.asked("status"));
    let (filter, vault, read) =
        (Filter { about: None, status: Status::by_name(&status) }, web.app.vault().clone(), part.clone());
    let (mut rows, receipts) = web
        .app
        .read(&visit.context, Permission::CustomerRead, move |conn, scope| {
            let mails = queries::page(conn, &vault, scope, &filter, &read)?;
            Ok((named(conn, scope, mails)?, queries::sends_receipts(conn, scope.organisation())?))
        })
        .await?;
    let pager = Pager::new(&v, &part, &mut rows, Total::Unknown, |(mail, _)| (*mail.id.bytes(), String::new()));
    Ok(Page::new(Index { v, rows, status, is_on: mailer.is_on(), receipts, pager }))
}

fn named(conn: &mut Conn, scope: &Scope, mails: Vec<Mail>) -> Result<Vec<(Mail, String)>, Error> {
    let mut rows = Vec::with_capacity(mails.len());
    for mail in mails {
        let name = match mail.purpose {
            Purpose::Test => None,
            _ => identity::queries::customer_name(conn, scope.organisation(), mail.owner.retyped())?,
        };
        rows.push((mail, name.unwrap_or_default()));
    }
    Ok(rows)
}

pub async fn index(State(web): State<Web>, mailer: Mailer, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    page(&web, &mailer, visit).await
}

/// What the form says of what the house sends by itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Setting {
    #[serde(rename = "/receipts")]
    receipts: bool,
}

pub async fn set(State(web): State<Web>, mailer: Mailer, request: KeyedForm<Setting>) -> Result<Response, Fail> {
    let command = SetMailing { receipts: request.value.receipts };
    press(&web, &mailer, request, command, "mail-set").await
}

/// Nothing is typed.
#[derive(Debug, Default, Deserialize)]
pub struct Nothing {}

pub async fn test(State(web): State<Web>, mailer: Mailer, request: KeyedForm<Nothing>) -> Result<Response, Fail> {
    web.app.authorise(&request.visit.context.actor, SendTest::PERMISSION)?;
    mailer.needed().map_err(Error::from)?;
    press(&web, &mailer, request, SendTest, "mail-tested").await
}

pub async fn send_again(
    State(web): State<Web>,
    mailer: Mailer,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    web.app.authorise(&request.visit.context.actor, SendAgain::PERMISSION)?;
    let command = SendAgain(path_id(&id)?);
    mailer.needed().map_err(Error::from)?;
    press(&web, &mailer, request, command, "mail-again").await
}

/// Does what a button asks for and comes back to the list, or shows it with what was wrong.
async fn press<T, C: Command>(
    web: &Web,
    mailer: &Mailer,
    request: KeyedForm<T>,
    command: C,
    done: &'static str,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, .. } = request;
    let to = move |_: &mut Tx<'_>, _| Ok((303, format!("/settings/mails?done={done}").into_bytes()));
    match web.app.write_once(&visit.context, once, command, to).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(Error::Refused(refusal)) if matches!(refusal.status(), 409 | 422 | 429) => {
            visit.view.refused(&refusal);
            Ok(page(web, mailer, visit).await?.with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
