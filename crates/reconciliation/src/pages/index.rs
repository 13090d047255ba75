//! The list of statements, what colleagues ask, and the form that brings a file in.

use super::columns;
use crate::POST_NOTHING;
use crate::clearing;
use crate::desk::{self, Note, Question};
use crate::file::StatementFile;
use crate::import::{self, Asked, Imported};
use crate::queries::{self, Statement};
use crate::upload::{FILE_MAX, Inbox, Received};
use ::store::Error;
use askama::Template;
use axum::Extension;
use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{StatementId, UserId};
use kernel::{Fields, Permission, Refusal};
use statements::Format;
use std::collections::HashMap;
use std::sync::Arc;
use tempfile::NamedTempFile;
use web::session::{Desk, Visit};
use web::view::{Pager, part};
use web::{Fail, Page, View, Web};

/// The choice that nothing is posted by itself.
pub(super) const NOTHING: &str = "nothing";

/// What the form sends beside its file.
#[derive(Debug, Clone, Default)]
struct Form {
    account: String,
    format: String,
    /// `nothing`, where every line is to wait for a person, else `sure`.
    post: String,
}

#[derive(Template)]
#[template(path = "reconciliation/index.html")]
struct Index {
    v: View,
    rows: Vec<Statement>,
    /// How many lines of a statement are open.
    open: HashMap<StatementId, i64>,
    /// Accounts at banks and providers: code and name.
    accounts: Vec<(String, String)>,
    /// What the reader is asked.
    asked: Vec<Question>,
    /// What the reader asked and has an answer to.
    answered: Vec<Question>,
    /// Names of people by the trail's name for them.
    names: HashMap<String, String>,
    form: Form,
    pager: Pager,
}

impl Index {
    fn account(&self, statement: &Statement) -> String {
        let name = self.accounts.iter().find(|(code, _)| *code == statement.account).map(|(_, name)| name.as_str());
        format!("{} {}", statement.account, name.unwrap_or_default()).trim_end().to_owned()
    }

    fn days(&self, statement: &Statement) -> String {
        super::bench::days(&self.v, statement)
    }

    fn open(&self, statement: &Statement) -> i64 {
        self.open.get(&statement.id).copied().unwrap_or_default()
    }

    fn warnings(&self, statement: &Statement) -> i64 {
        i64::try_from(statement.warnings.len()).unwrap_or(i64::MAX)
    }

    fn many(&self, questions: &[Question]) -> i64 {
        i64::try_from(questions.len()).unwrap_or(i64::MAX)
    }

    fn who(&self, note: &Note) -> &str {
        self.names.get(&note.by).map_or("", String::as_str)
    }

    fn formats(&self) -> Vec<(&'static str, String)> {
        let name = |format: Format| (format.name(), self.v.t(&format!("format-{}", format.name())));
        Format::ALL.into_iter().map(name).collect()
    }

    /// The largest file, in megabytes.
    fn megabytes(&self) -> i64 {
        i64::try_from(FILE_MAX >> 20).unwrap_or_default()
    }
}

async fn page(web: &Web, visit: Visit, form: Form) -> Result<Page<Index>, Fail> {
    let v = visit.view;
    let (part, locale) = (part(&v.query, &[])?, v.l.locale());
    let (person, read) = (v.who.as_ref().map(|who| who.id), part.clone());
    let (mut rows, open, accounts, (asked, answered), names) = web
        .app
        .read(&visit.context, Permission::StatementRead, move |conn, scope| {
            let rows = queries::statements(conn, scope, &read)?;
            let ids: Vec<StatementId> = rows.iter().map(|row| row.id).collect();
            let open = desk::open_lines(conn, scope, &ids)?;
            let accounts = clearing::accounts(conn, scope, locale)?;
            let all = desk::questions(conn, scope)?;
            let of = |is: fn(&Question, UserId) -> bool| -> Vec<Question> {
                person.map_or_else(Vec::new, |person| all.iter().filter(|one| is(one, person)).cloned().collect())
            };
            let (asked, answered) = (of(Question::waits_for), of(Question::is_answered_to));
            let notes = asked.iter().map(|one| &one.note).chain(answered.iter().filter_map(|one| one.answer.as_ref()));
            let by: Vec<&str> = notes.map(|note| note.by.as_str()).collect();
            let names = identity::queries::actor_names(conn, scope.organisation(), by)?;
            Ok((rows, open, accounts, (asked, answered), names))
        })
        .await?;
    let pager = Pager::by_id(&v, &part, &mut rows, |statement| statement.id);
    Ok(Page::new(Index { v, rows, open, accounts, asked, answered, names, form, pager }))
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    page(&web, visit, Form::default()).await
}

/// Reads a file in; what came of it stands on the statement's page. The same file may be sent again: nothing of it is taken twice.
pub async fn import(
    State(web): State<Web>,
    Extension(inbox): Extension<Inbox>,
    request: Request,
) -> Result<Response, Fail> {
    let (mut parts, body) = request.into_parts();
    let Desk(mut visit) = Desk::from_request_parts(&mut parts, &web).await?;
    web.app.authorise(&visit.context.actor, Permission::StatementImport)?;
    let received = inbox.receive(Request::from_parts(parts, body)).await?;
    let field = |name| received.field(name).to_owned();
    let form = Form { account: field("/account"), format: field("/format"), post: field("/post") };
    let imported = match asked(&web, &visit, &form, received) {
        Err(refusal) => Err(refusal.into()),
        Ok((asked, file)) => {
            let (app, context, wanted) = (web.app.clone(), visit.context.clone(), asked.clone());
            // A file is read, compared and kept in one go; that blocks.
            let done = tokio::task::spawn_blocking(move || import::import(&app, &context, &wanted, &mut |_| {})).await;
            match done.map_err(|error| Error::Broken(error.to_string()))? {
                Err(Error::Refused(refusal)) if refusal.code == "columns_unsure" => {
                    inbox.keep(&file, columns::whose(&visit)?)?;
                    return Ok(Redirect::to(&columns::address(&asked)).into_response());
                }
                imported => imported.map(|imported| went(&imported)),
            }
        }
    };
    match imported {
        Ok(went) => Ok(Redirect::to(&went).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(&web, visit, form).await?.with_status(refusal.status()).into_response())
        }
    }
}

/// What is asked of the file.
fn asked(web: &Web, visit: &Visit, form: &Form, received: Received) -> Result<(Asked, Arc<NamedTempFile>), Refusal> {
    let mut fields = Fields::new();
    let account = fields.text("/account", &form.account, 1, 40);
    let format = Format::by_name(&form.format);
    if format.is_none() && !form.format.is_empty() {
        fields.note("/format", "not_a_choice");
    }
    if received.file.is_none() {
        fields.note("/file", "required");
    }
    fields.finish()?;
    let file = Arc::new(received.file.ok_or_else(|| Refusal::field("/file", "required"))?);
    let asked = Asked {
        name: if received.name.is_empty() { "statement".to_owned() } else { received.name },
        file: StatementFile::Sent(Arc::clone(&file)),
        account,
        format,
        columns: None,
        dry_run: false,
        post_from: post_from(web, visit, &form.post),
    };
    Ok((asked, file))
}

/// What is posted by itself: as the organisation chose, or nothing. Who may not match brings lines in, and posts nothing.
pub(super) fn post_from(web: &Web, visit: &Visit, chosen: &str) -> Option<u16> {
    let may = web.app.permits(&visit.context.actor, Permission::StatementMatch);
    (!may || chosen == NOTHING).then_some(POST_NOTHING)
}

/// The statement, where there is one; the list where there are several, or nothing was new.
pub(super) fn went(imported: &Imported) -> String {
    let done = if imported.posted.is_empty() { "here" } else { "imported" };
    match imported.statements[..] {
        [one] => format!("/statements/{one}?done=statement-{done}"),
        [] => "/statements?done=statement-known".to_owned(),
        _ => format!("/statements?done=statements-{done}"),
    }
}
