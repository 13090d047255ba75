//! Addresses of lists under a name: kept and removed from the list's own page.

use crate::commands::{RemoveView, SaveView};
use crate::rules::saved_view::check;
use ::store::Error;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use serde::Deserialize;
use web::view::{List, lasting};
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// What both forms send, and what the page of faults shows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    list: String,
    query: String,
    #[serde(rename = "/name")]
    name: String,
}

/// The form by itself, where its list was left because something is wrong.
#[derive(Template)]
#[template(path = "identity/view.html")]
struct Again {
    v: View,
    list: List,
    query: String,
    name: String,
}

/// The list that a form is about; people of the portal have none.
fn list_of(visit: &Visit, form: &Form) -> Result<List, Refusal> {
    if visit.context.scope().customer().is_some() {
        return Err(Refusal::forbidden("desk_only"));
    }
    List::parse(&form.list).ok_or_else(|| Refusal::field("/list", "not_a_choice"))
}

fn back(list: List, query: &str, done: &str) -> Vec<u8> {
    let query = if query.is_empty() { format!("done={done}") } else { format!("{query}&done={done}") };
    list.link(&query).into_bytes()
}

pub async fn save(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    let (list, query) = (list_of(&visit, &form)?, lasting(&form.query));
    let result = match check(&form.name, &query) {
        Err(refusal) => Err(Error::from(refusal)),
        Ok(name) => {
            let to = back(list, &query, "view-saved");
            let command = SaveView { list, name, query: query.clone() };
            web.app.write_once(&visit.context, once, command, move |_, ()| Ok((303, to.clone()))).await
        }
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            visit.view.room = Some(list.room());
            let page = Page::new(Again { v: visit.view, list, query, name: form.name });
            Ok(page.with_status(refusal.status()).into_response())
        }
    }
}

pub async fn remove(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let list = list_of(&visit, &form)?;
    let to = back(list, &lasting(&form.query), "view-removed");
    let command = RemoveView { list, name: form.name };
    let answer = web.app.write_once(&visit.context, once, command, move |_, ()| Ok((303, to.clone()))).await?;
    Ok(Went(answer).into_response())
}
