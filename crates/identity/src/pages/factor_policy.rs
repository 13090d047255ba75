//! Whether everybody who moves or redirects money must have a second factor: the owner's to set.

use super::confirm_first;
use crate::commands::RequireSecondFactor;
use crate::queries::settings;
use crate::require_step_up;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use serde::Deserialize;
use web::session::Desk;
use web::{Fail, KeyedForm, Page, View, Web, Went};

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/second_factor_required")]
    required: bool,
}

#[derive(Template)]
#[template(path = "identity/factor_policy.html")]
struct Show {
    v: View,
    required: bool,
}

pub async fn show(State(web): State<Web>, Desk(mut visit): Desk) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::SettingsWrite)?;
    if let Some(response) = confirm_first(&visit, "/settings/second-factor") {
        return Ok(response);
    }
    let read = |conn: &mut ::store::Conn, scope: &kernel::Scope| settings(conn, scope.organisation());
    let required = web.app.read(&visit.context, Permission::SettingsWrite, read).await?.second_factor_required;
    visit.view.room = Some("/settings");
    Ok(Page::new(Show { v: visit.view, required }).into_response())
}

pub async fn update(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    require_step_up(&visit)?;
    let to = |_: &mut ::store::Tx<'_>, ()| Ok((303, b"/settings?done=settings-saved".to_vec()));
    let answer = web.app.write_once(&visit.context, once, RequireSecondFactor(form.required), to).await?;
    Ok(Went(answer).into_response())
}
