//! One's password again, before something grave.

use super::own_token_hash;
use crate::commands::ConfirmIdentity;
use crate::rules::session::{landing, safe_next};
use crate::store::users;
use crate::{Directory, require_fresh};
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Actor, Refusal};
use serde::Deserialize;
use std::sync::Arc;
use web::view::{ConfirmPage, Held};
use web::{Fail, KeyedForm, Page, Visit, Web};

/// The way to the password where [`require_fresh`] refuses, and back to `next`, an address of this house.
pub fn confirm_first(visit: &Visit, next: &str) -> Option<Response> {
    require_fresh(&visit.context).err()?;
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    Some(Redirect::to(&format!("/confirm?{query}")).into_response())
}

/// What the address of the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
}

/// What the form sends; what it holds of another form comes beside.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Given {
    confirm_password: String,
    confirm_next: String,
    confirm_again: Option<String>,
}

pub async fn form(visit: Visit, Query(asked): Query<Asked>) -> impl IntoResponse {
    let next = safe_next(&asked.next).unwrap_or("/").to_owned();
    Page::new(ConfirmPage { v: visit.view, next, held: None })
}

/// Notes that it is the person, and goes on: to a page, or with the form that was held (307 sends it again as it was).
pub async fn confirm(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    headers: HeaderMap,
    request: KeyedForm<Given>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, value: given, pairs, .. } = request;
    let again = given.confirm_again.is_some();
    if password_of(&web, &directory, &visit, given.confirm_password).await?.is_none() {
        let mut v = visit.view;
        v.refused(&Refusal::field(ConfirmPage::PASSWORD, "password_wrong"));
        let held = again.then(|| Held::of(pairs));
        return Ok(Page::new(ConfirmPage { v, next: given.confirm_next, held }).with_status(422).into_response());
    }
    web.app.write(&visit.context, ConfirmIdentity(own_token_hash(&headers))).await?;
    if let Some(next) = safe_next(&given.confirm_next).filter(|_| again) {
        return Ok(Redirect::temporary(next).into_response());
    }
    let in_portal = visit.context.scope().customer().is_some();
    Ok(Redirect::to(landing(&given.confirm_next, in_portal)).into_response())
}

/// The kept hash of the visitor's password, where `given` is that password. Counts as an attempt to sign in.
pub(super) async fn password_of(
    web: &Web,
    directory: &Directory,
    visit: &Visit,
    given: String,
) -> Result<Option<String>, Fail> {
    let Actor::User { id, .. } = visit.context.actor else { return Ok(None) };
    let organisation = visit.context.organisation;
    let attempt = directory.attempt(&visit.context.source.address, &id.to_string(), visit.context.now)?;
    let row = web.app.db().read(move |conn| users::find(conn, organisation, id)).await?;
    let Some(hash) = row.and_then(|row| row.password_hash) else { return Ok(None) };
    let fits = directory.passwords().matches(given, Some(hash.clone())).await?;
    if fits {
        attempt.succeeded();
    }
    Ok(fits.then_some(hash))
}
