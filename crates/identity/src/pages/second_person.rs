//! What one person may decide alone: the owner's to set, after giving the password again.

use super::confirm_first;
use crate::commands::SetSecondPerson;
use crate::queries::{Settings, settings};
use crate::require_step_up;
use ::store::Error;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{Fields, Permission, Refusal};
use serde::Deserialize;
use web::session::Desk;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// What the form sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/decides_alone_up_to")]
    decides_alone_up_to: String,
    #[serde(rename = "/single_person")]
    single_person: bool,
}

#[derive(Template)]
#[template(path = "identity/second_person.html")]
struct Show {
    v: View,
    settings: Settings,
    form: Form,
}

pub async fn show(State(web): State<Web>, Desk(visit): Desk) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::SettingsWrite)?;
    if let Some(response) = confirm_first(&visit, "/settings/single-person") {
        return Ok(response);
    }
    page(&web, visit, None, 200).await
}

async fn page(web: &Web, mut visit: Visit, typed: Option<Form>, status: u16) -> Result<Response, Fail> {
    let settings = of(web, &visit).await?;
    let form = typed.unwrap_or_else(|| Form {
        decides_alone_up_to: settings.decides_alone_up_to.amount(),
        single_person: settings.single_person,
    });
    visit.view.room = Some("/settings");
    Ok(Page::new(Show { v: visit.view, settings, form }).with_status(status).into_response())
}

async fn of(web: &Web, visit: &Visit) -> Result<Settings, Error> {
    web.app.read(&visit.context, Permission::SettingsWrite, |conn, scope| settings(conn, scope.organisation())).await
}

pub async fn update(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    require_step_up(&visit)?;
    let result = match read(&form, &of(&web, &visit).await?) {
        Err(refusal) => Err(Error::from(refusal)),
        Ok(command) => {
            let to = |_: &mut ::store::Tx<'_>, ()| Ok((303, b"/settings?done=settings-saved".to_vec()));
            web.app.write_once(&visit.context, once, command, to).await
        }
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            page(&web, visit, Some(form), refusal.status()).await
        }
    }
}

fn read(form: &Form, settings: &Settings) -> Result<SetSecondPerson, Refusal> {
    let mut fields = Fields::new();
    let typed = form.decides_alone_up_to.trim();
    let alone_up_to = fields.money("/decides_alone_up_to", typed, settings.currency);
    fields.finish()?;
    Ok(SetSecondPerson { single_person: form.single_person, alone_up_to })
}
