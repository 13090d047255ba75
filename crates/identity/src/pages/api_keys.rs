//! The keys of programs.

use super::{Nothing, confirm_first, offered_scopes, values_of};
use crate::commands::{CreateApiKey, LimitApiKey, RevokeApiKey};
use crate::queries::{self, ApiKey};
use crate::rules::api_key::{KeyInput, check, check_limit, is_alive};
use crate::rules::token::key_token;
use crate::{Directory, once, require_step_up};
use ::store::{Error, Part};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::{Permission, Role, Timestamp};
use serde::Deserialize;
use std::sync::Arc;
use web::session::Desk;
use web::view::{Pager, part};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

#[derive(Template)]
#[template(path = "identity/api_keys.html")]
struct Index {
    v: View,
    keys: Vec<ApiKey>,
    now: Timestamp,
    pager: Pager,
}

impl Index {
    fn counts(&self, key: &ApiKey) -> bool {
        is_alive(key.expires_at, key.revoked_at, self.now)
    }

    fn roles(&self, key: &ApiKey) -> String {
        key.roles.iter().map(|role| self.v.role(role)).collect::<Vec<_>>().join(" · ")
    }
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk) -> Result<Response, Fail> {
    let part = part(&visit.view.query, &[])?;
    list(&web, visit, part, 200).await
}

async fn list(web: &Web, visit: Visit, part: Part, status: u16) -> Result<Response, Fail> {
    let read = part.clone();
    let mut keys = web
        .app
        .read(&visit.context, Permission::ApiKeyManage, move |conn, scope| {
            queries::api_keys(conn, scope.organisation(), &read)
        })
        .await?;
    let pager = Pager::by_id(&visit.view, &part, &mut keys, |key| key.id);
    let page = Index { v: visit.view, keys, now: visit.context.now, pager };
    Ok(Page::new(page).with_status(status).into_response())
}

/// What the form sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/name")]
    name: String,
    #[serde(rename = "/expires_in_days")]
    expires_in_days: String,
    #[serde(rename = "/requests_per_minute")]
    requests_per_minute: String,
    #[serde(skip)]
    roles: Vec<String>,
    #[serde(skip)]
    scopes: Vec<String>,
}

impl Form {
    fn input(&self) -> KeyInput {
        KeyInput {
            name: self.name.clone(),
            roles: self.roles.clone(),
            // Nothing ticked narrows nothing.
            scopes: Some(self.scopes.clone()).filter(|scopes| !scopes.is_empty()),
            requests_per_minute: Some(self.requests_per_minute.clone()),
            expires_in_days: Some(self.expires_in_days.clone()),
        }
    }

    fn has(&self, role: &Role) -> bool {
        self.roles.iter().any(|name| name == role.name())
    }

    fn reaches(&self, scope: &Permission) -> bool {
        self.scopes.iter().any(|name| name == scope.name())
    }
}

#[derive(Template)]
#[template(path = "identity/api_key.html")]
struct New {
    v: View,
    form: Form,
    roles: Vec<Role>,
    scopes: Vec<Permission>,
}

fn page(mut v: View, form: Form) -> Page<New> {
    v.room = Some("/settings");
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::Customer).collect();
    Page::new(New { v, form, roles, scopes: offered_scopes() })
}

pub async fn new(State(web): State<Web>, Desk(visit): Desk) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::ApiKeyManage)?;
    if let Some(response) = confirm_first(&visit, "/settings/api-keys/new") {
        return Ok(response);
    }
    Ok(page(visit.view, Form::default()).into_response())
}

/// A token, told once.
#[derive(Template)]
#[template(path = "identity/api_key_token.html")]
struct Told {
    v: View,
    name: String,
    token: String,
}

pub async fn create(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: mut form, pairs } = request;
    require_step_up(&visit)?;
    (form.roles, form.scopes) = (values_of(&pairs, "/roles"), values_of(&pairs, "/scopes"));
    let secret = once::secret(web.app.vault(), &visit.context, &once, "api-key");
    let result = match check(&form.input()) {
        Err(refusal) => Err(Error::from(refusal)),
        Ok(data) => {
            let command = CreateApiKey { data, secret };
            web.app.write_once(&visit.context, once, command, |_, id| Ok((200, id.to_string().into_bytes()))).await
        }
    };
    match result {
        Ok(_) => {
            visit.view.room = Some("/settings");
            let token = key_token(visit.context.organisation, secret);
            Ok(Page::new(Told { v: visit.view, name: form.name, token }).into_response())
        }
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(visit.view, form).with_status(refusal.status()).into_response())
        }
    }
}

/// What the form beside a key sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Limit {
    #[serde(rename = "/requests_per_minute")]
    requests_per_minute: String,
}

pub async fn limit(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    Path(id): Path<String>,
    request: KeyedForm<Limit>,
) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let KeyedForm { mut visit, once, value: typed, .. } = request;
    let result = match check_limit(Some(&typed.requests_per_minute)) {
        Err(refusal) => Err(Error::from(refusal)),
        Ok(requests_per_minute) => {
            let to = |_: &mut ::store::Tx<'_>, _| Ok((303, b"/settings/api-keys?done=key-limited".to_vec()));
            web.app.write_once(&visit.context, once, LimitApiKey { id, requests_per_minute }, to).await
        }
    };
    match result {
        Ok(answer) => {
            directory.forget_keys();
            Ok(Went(answer).into_response())
        }
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            list(&web, visit, part("", &[])?, refusal.status()).await
        }
    }
}

pub async fn revoke(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let answer = web
        .app
        .write_once(&request.visit.context, request.once, RevokeApiKey(id), |_, _| {
            Ok((303, b"/settings/api-keys?done=key-revoked".to_vec()))
        })
        .await?;
    directory.forget_keys();
    Ok(Went(answer).into_response())
}
