//! What people see and change about themselves, at the desk and in the portal.

use super::confirm::password_of;
use super::{Nothing, own_token_hash, with_session};
use crate::Directory;
use crate::commands::{ChangePassword, EndEverySession, EndSession, OWN_ACCOUNT, UpdateAccount};
use crate::queries::{self, SecondFactor, SignedIn, User};
use ::store::Error;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Actor, Fields, Locale, Refusal};
use serde::Deserialize;
use std::sync::Arc;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// What the form of name and language sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/name")]
    name: String,
    #[serde(rename = "/locale")]
    locale: String,
}

/// What the form of the password sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Passwords {
    #[serde(rename = "/old_password")]
    old: String,
    #[serde(rename = "/new_password")]
    new: String,
}

/// What both layouts show.
struct Account {
    user: User,
    form: Form,
    sessions: Vec<SignedIn>,
    factor: Option<SecondFactor>,
    /// The handle of the session that is looking.
    here: String,
}

#[derive(Template)]
#[template(path = "identity/account.html")]
struct AtDesk {
    v: View,
    account: Account,
}

#[derive(Template)]
#[template(path = "identity/account_portal.html")]
struct InPortal {
    v: View,
    account: Account,
}

pub async fn show(State(web): State<Web>, headers: HeaderMap, visit: Visit) -> Result<Response, Fail> {
    page(&web, &headers, visit, None, 200).await
}

async fn page(
    web: &Web,
    headers: &HeaderMap,
    visit: Visit,
    typed: Option<Form>,
    status: u16,
) -> Result<Response, Fail> {
    let Actor::User { id, .. } = visit.context.actor else {
        return Err(Refusal::forbidden("people_only").into());
    };
    let (organisation, now, vault) = (visit.context.organisation, visit.context.now, web.app.vault().clone());
    let (user, sessions, factor) = web
        .app
        .read(&visit.context, OWN_ACCOUNT, move |conn, _| {
            let sessions = queries::sessions_of(conn, organisation, id, now)?;
            let factor = queries::second_factor(conn, organisation, id)?;
            Ok((queries::user(conn, &vault, organisation, id)?, sessions, factor))
        })
        .await?;
    let form = typed.unwrap_or_else(|| Form { name: user.name.clone(), locale: user.locale.tag().to_owned() });
    let here = queries::handle(&own_token_hash(headers));
    let in_portal = user.customer.is_some();
    let (v, account) = (visit.view, Account { user, form, sessions, factor, here });
    Ok(if in_portal {
        Page::new(InPortal { v, account }).with_status(status).into_response()
    } else {
        Page::new(AtDesk { v, account }).with_status(status).into_response()
    })
}

pub async fn update(State(web): State<Web>, headers: HeaderMap, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    let mut fields = Fields::new();
    let name = fields.text("/name", &form.name, 1, 100);
    let locale = form.locale.parse::<Locale>().unwrap_or_else(|_| {
        fields.note("/locale", "not_a_choice");
        Locale::En
    });
    if let Err(refusal) = fields.finish() {
        visit.view.refused(&refusal);
        return page(&web, &headers, visit, Some(form), 422).await;
    }
    // The language is chosen for this browser as well, where another one may have been.
    let to = format!("/account?done=account-saved&lang={}", locale.tag());
    let command = UpdateAccount { name, locale };
    let answer =
        web.app.write_once(&visit.context, once, command, move |_, ()| Ok((303, to.clone().into_bytes()))).await?;
    Ok(Went(answer).into_response())
}

pub async fn change_password(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    headers: HeaderMap,
    request: KeyedForm<Passwords>,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, value: given, .. } = request;
    match try_change(&web, &directory, &visit, given).await {
        Ok(token) => Ok(with_session(Redirect::to("/account?done=password-changed"), &token, &web)),
        Err(Fail(Error::Refused(refusal))) if [409, 422].contains(&refusal.status()) => {
            visit.view.refused(&refusal);
            page(&web, &headers, visit, None, refusal.status()).await
        }
        Err(fail) => Err(fail),
    }
}

async fn try_change(web: &Web, directory: &Directory, visit: &Visit, given: Passwords) -> Result<String, Fail> {
    let Some(old_hash) = password_of(web, directory, visit, given.old).await? else {
        return Err(Refusal::field("/old_password", "password_wrong").into());
    };
    let Actor::User { id, .. } = visit.context.actor else {
        return Err(Refusal::forbidden("people_only").into());
    };
    let (organisation, vault) = (visit.context.organisation, web.app.vault().clone());
    let user = web.app.db().read(move |conn| queries::user(conn, &vault, organisation, id)).await?;
    let known = vec![user.name, user.email.unwrap_or_default(), visit.session.brand.name.clone()];
    directory.passwords().acceptable(given.new.clone(), known, "/new_password").await?;
    let new_hash = directory.passwords().hashed(given.new, visit.context.ids().random()).await?;
    Ok(web.app.write(&visit.context, ChangePassword { old_hash, new_hash }).await?)
}

pub async fn end_session(
    State(web): State<Web>,
    Path(handle): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let token_hash = queries::read_handle(&handle).ok_or_else(|| Refusal::not_found("not_found"))?;
    let answer = web
        .app
        .write_once(&request.visit.context, request.once, EndSession { token_hash }, |_, ()| {
            Ok((303, b"/account?done=session-ended".to_vec()))
        })
        .await?;
    Ok(Went(answer).into_response())
}

pub async fn end_every_session(State(web): State<Web>, visit: Visit) -> Result<Response, Fail> {
    web.app.write(&visit.context, EndEverySession).await?;
    Ok(with_session(Redirect::to("/sign-in?done=signed-out"), "", &web))
}
