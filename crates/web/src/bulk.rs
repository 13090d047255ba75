//! One action for many rows of a list: the rows are chosen there, what will happen is shown, then it is done one by one.
//!
//! The preview rehearses the command of each row and takes everything back, so it says what the command itself would say. When
//! it is done, each row goes through the door by itself, under the page's key and its own id: a second press does nothing twice,
//! and a row that is refused stops no other.

use crate::keyed::KeyedForm;
use crate::problem::Fail;
use crate::session::Visit;
use crate::state::Web;
use crate::view::{List, Page, View};
use askama::Template;
use axum::response::{IntoResponse, Response};
use kernel::id::Kind;
use kernel::{Context, Id, Permission, Refusal};
use serde::Deserialize;
use store::{Command, Error, Once, Tx};

/// Rows at once: as many as a page can show.
const ROWS_MAX: usize = 200;

/// Something that can be done with many rows of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// What the form calls it.
    pub name: &'static str,
    /// The message of its button.
    pub label: &'static str,
    pub permission: Permission,
}

/// What the list's form and the preview's send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    act: String,
    /// `run` when what is shown is to be done.
    step: String,
}

/// A row that was chosen, as the pages name it.
#[derive(Debug)]
pub struct Subject<K: Kind> {
    pub id: Id<K>,
    pub name: String,
    pub detail: String,
}

/// A request to do one thing with many rows.
#[derive(Debug)]
pub struct Bulk<K: Kind> {
    pub act: &'static Act,
    pub ids: Vec<Id<K>>,
    visit: Visit,
    once: Once,
    list: List,
    runs: bool,
}

/// A row of the preview, or of what was done.
struct Outcome {
    id: String,
    name: String,
    detail: String,
    /// What it is then, or why not.
    word: String,
    is_good: bool,
}

#[derive(Template)]
#[template(path = "bulk.html")]
struct BulkPage {
    v: View,
    act: &'static Act,
    list: List,
    /// The message of the list's name.
    title: String,
    rows: Vec<Outcome>,
    is_done: bool,
}

impl BulkPage {
    fn good(&self) -> i64 {
        i64::try_from(self.rows.iter().filter(|row| row.is_good).count()).unwrap_or(0)
    }

    fn bad(&self) -> i64 {
        i64::try_from(self.rows.len()).unwrap_or(0) - self.good()
    }
}

impl<K: Kind> Bulk<K> {
    /// Reads what was chosen. Refuses people of the portal, an action that is none of `acts` or not the person's, no row at all
    /// and more than a page has.
    pub fn read(web: &Web, request: KeyedForm<Form>, list: List, acts: &'static [Act]) -> Result<Bulk<K>, Error> {
        let KeyedForm { mut visit, once, value: form, pairs } = request;
        if visit.context.scope().customer().is_some() {
            return Err(Refusal::forbidden("desk_only").into());
        }
        let act = acts.iter().find(|act| act.name == form.act);
        let act = act.ok_or_else(|| Refusal::field("/act", "not_a_choice"))?;
        web.app.authorise(&visit.context.actor, act.permission)?;
        let mut ids: Vec<Id<K>> =
            pairs.iter().filter(|(name, _)| name == "id").filter_map(|(_, id)| id.parse().ok()).collect();
        ids.dedup();
        if ids.is_empty() || ids.len() > ROWS_MAX {
            return Err(Refusal::invalid("bulk_nothing_chosen").with("max", 200_i64).into());
        }
        visit.view.room = Some(list.room());
        Ok(Bulk { act, ids, visit, once, list, runs: form.step == "run" })
    }

    /// Who asks, to read the rows that were chosen.
    pub fn context(&self) -> &Context {
        &self.visit.context
    }

    /// Rehearses `command` for each row, or runs it, and shows what comes of it. `tell` names what the row then is, as a
    /// message.
    pub async fn carry_out<C: Command>(
        self,
        web: &Web,
        subjects: Vec<Subject<K>>,
        command: impl Fn(Id<K>) -> C,
        tell: fn(&mut Tx<'_>, C::Output) -> Result<&'static str, Error>,
    ) -> Result<Response, Fail> {
        let mut rows = Vec::with_capacity(subjects.len());
        for subject in subjects {
            // Ids are drawn from the seed: each row needs one of its own.
            let context = Context { seed: store::seed()?, ..self.visit.context.clone() };
            let told = if self.runs {
                let key = self.once.key.as_ref().map(|key| format!("{key}:{}", subject.id));
                let once = Once { key, ..self.once.clone() };
                let render = move |tx: &mut Tx<'_>, output| Ok((200, tell(tx, output)?.as_bytes().to_vec()));
                let answer = web.app.write_once(&context, once, command(subject.id), render).await;
                answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned())
            } else {
                web.app.rehearse(&context, Told { command: command(subject.id), tell }).await.map(ToOwned::to_owned)
            };
            let view = &self.visit.view;
            let (is_good, word) = match told {
                Ok(message) => (true, view.t(&message)),
                Err(error) => (false, view.l.refusal(&error.refusal())),
            };
            let Subject { id, name, detail } = subject;
            rows.push(Outcome { id: id.to_string(), name, detail, word, is_good });
        }
        let title = self.visit.view.t(&format!("nav-{}", self.list.name()));
        let page = BulkPage { v: self.visit.view, act: self.act, list: self.list, title, rows, is_done: self.runs };
        Ok(Page::new(page).into_response())
    }
}

/// A command with what became of its subject, told before everything is taken back.
struct Told<C: Command> {
    command: C,
    tell: fn(&mut Tx<'_>, C::Output) -> Result<&'static str, Error>,
}

impl<C: Command> Command for Told<C> {
    const NAME: &'static str = C::NAME;
    const PERMISSION: Permission = C::PERMISSION;
    type Output = &'static str;

    fn run(&self, tx: &mut Tx<'_>) -> Result<&'static str, Error> {
        let output = self.command.run(tx)?;
        (self.tell)(tx, output)
    }
}
