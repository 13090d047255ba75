//! Who one is again, before something grave: by one's password, or by a code where one has a second factor.
//!
//! A code alone, not both: the session was opened by both, and what is in question is whether its owner is sitting there. A
//! code shows that; a password that the browser fills in by itself does not.

use super::own_token_hash;
use crate::commands::ConfirmIdentity;
use crate::rules::session::{landing, safe_next};
use crate::store::users;
use crate::{Directory, require_fresh, require_step_up};
use ::store::Error;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Actor, Refusal};
use serde::Deserialize;
use std::sync::Arc;
use web::view::{ConfirmPage, Held};
use web::{Fail, KeyedForm, Page, Visit, Web};

/// The way to password or code where [`require_step_up`] refuses, and back to `next`, an address of this house. Who needs a
/// second factor first is led to where it is set up.
pub fn confirm_first(visit: &Visit, next: &str) -> Option<Response> {
    let page = match require_step_up(visit).err()? {
        Error::Refused(refusal) if refusal.code == "second_factor_needed" => "/account/second-factor",
        _ => "/confirm",
    };
    Some(led(page, next))
}

/// The same where a second factor is set up, for which none is needed.
pub(super) fn confirm_own(visit: &Visit, next: &str) -> Option<Response> {
    require_fresh(&visit.context).err()?;
    Some(led("/confirm", next))
}

fn led(page: &str, next: &str) -> Response {
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    Redirect::to(&format!("{page}?{query}")).into_response()
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
    confirm_code: String,
    confirm_next: String,
    confirm_again: Option<String>,
}

pub async fn form(visit: Visit, Query(asked): Query<Asked>) -> impl IntoResponse {
    let next = safe_next(&asked.next).unwrap_or("/").to_owned();
    Page::new(ConfirmPage { v: visit.view, next, held: None, by_code: visit.session.second_factor })
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
    if let Err(error) = proved(&web, &directory, &headers, &visit, &given).await {
        let refusal = error.for_form()?;
        let (mut v, by_code) = (visit.view, visit.session.second_factor);
        v.refused(&refusal);
        let held = again.then(|| Held::of(pairs));
        let page = ConfirmPage { v, next: given.confirm_next, held, by_code };
        return Ok(Page::new(page).with_status(refusal.status()).into_response());
    }
    if let Some(next) = safe_next(&given.confirm_next).filter(|_| again) {
        return Ok(Redirect::temporary(next).into_response());
    }
    let in_portal = visit.context.scope().customer().is_some();
    Ok(Redirect::to(landing(&given.confirm_next, in_portal)).into_response())
}

/// Confirms the session by what was given.
async fn proved(
    web: &Web,
    directory: &Directory,
    headers: &HeaderMap,
    visit: &Visit,
    given: &Given,
) -> Result<(), Error> {
    let token_hash = own_token_hash(headers);
    if visit.session.second_factor {
        let typed = Some(given.confirm_code.clone());
        return directory.with_code(&visit.context, ConfirmIdentity { token_hash, typed }).await;
    }
    if password_of(web, directory, visit, given.confirm_password.clone()).await?.is_none() {
        return Err(Refusal::field(ConfirmPage::PASSWORD, "password_wrong").into());
    }
    web.app.write(&visit.context, ConfirmIdentity { token_hash, typed: None }).await
}

/// The kept hash of the visitor's password, where `given` is that password. Counts as an attempt to sign in.
pub(super) async fn password_of(
    web: &Web,
    directory: &Directory,
    visit: &Visit,
    given: String,
) -> Result<Option<String>, Error> {
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
