//! Connections to providers: made, changed, tried out. Secrets are typed in and never shown.

use crate::Online;
use crate::commands::{ConnectGateway, Secrets, Settings};
use crate::online::{Tested, connect_all};
use crate::queries::{self, Connection};
use ::store::Error;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use identity::pages::confirm_first;
use identity::require_fresh;
use kernel::{Fields, Permission, Refusal};
use serde::Deserialize;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web};

#[derive(Template)]
#[template(path = "payments/gateways.html")]
struct Gateways {
    v: View,
    connections: Vec<Connection>,
    form: Form,
    public_url: String,
}

/// A connection as it is typed in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/name")]
    name: String,
    #[serde(rename = "/base_url")]
    base_url: String,
    #[serde(rename = "/merchant")]
    merchant: String,
    #[serde(rename = "/api_secret")]
    api_secret: String,
    #[serde(rename = "/notification_secret")]
    notification_secret: String,
}

async fn page(web: &Web, visit: Visit, form: Form) -> Result<Page<Gateways>, Fail> {
    let connections = web
        .app
        .read(&visit.context, Permission::GatewayManage, |conn, scope| queries::connections(conn, scope.organisation()))
        .await?;
    Ok(Page::new(Gateways { v: visit.view, connections, form, public_url: web.site.public_url.clone() }))
}

/// Who gives the password before typing secrets in need not type them twice.
pub async fn index(State(web): State<Web>, Desk(mut visit): Desk) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::GatewayManage)?;
    if let Some(response) = confirm_first(&visit, "/settings/gateways") {
        return Ok(response);
    }
    visit.view.room = Some("/settings");
    Ok(page(&web, visit, Form::default()).await?.into_response())
}

pub async fn save(State(web): State<Web>, online: Online, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    require_fresh(&visit.context)?;
    let result = match read(&form) {
        Err(refusal) => Err(refusal.into()),
        Ok(command) => web
            .app
            .write_once(&visit.context, once, command, |_, _| {
                Ok((303, b"/settings/gateways?done=gateway-connected".to_vec()))
            })
            .await
            .map(drop),
    };
    match result {
        Ok(()) => {
            connect_all(&web.app, &online.registry).await?;
            Ok(Redirect::to("/settings/gateways?done=gateway-connected").into_response())
        }
        Err(Error::Refused(refusal)) if matches!(refusal.status(), 409 | 422) => {
            visit.view.refused(&refusal);
            visit.view.room = Some("/settings");
            let form = Form { api_secret: String::new(), notification_secret: String::new(), ..form };
            Ok(page(&web, visit, form).await?.with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn read(form: &Form) -> Result<ConnectGateway, Refusal> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &form.name, 1, 80);
    let base_url = fields.text("/base_url", &form.base_url, 1, 300);
    if !(base_url.is_empty() || base_url.starts_with("https://") || base_url.starts_with("http://")) {
        fields.note("/base_url", "not_an_address");
    }
    let merchant = fields.text("/merchant", &form.merchant, 1, 80);
    let api_secret = fields.text("/api_secret", &form.api_secret, 1, 200);
    let notification_secret = fields.text("/notification_secret", &form.notification_secret, 1, 200);
    fields.finish()?;
    Ok(ConnectGateway {
        id: None,
        version: None,
        provider: "simulator".to_owned(),
        name,
        settings: Settings { base_url: base_url.trim_end_matches('/').to_owned(), merchant },
        secrets: Some(Secrets { api_secret, notification_secrets: vec![notification_secret] }),
        active: true,
    })
}

#[derive(Debug, Default, Deserialize)]
pub struct Nothing {}

pub async fn test(
    State(web): State<Web>,
    online: Online,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let context = &request.visit.context;
    let own = web
        .app
        .read(context, Permission::GatewayManage, |conn, scope| queries::connections(conn, scope.organisation()))
        .await?;
    if !own.iter().any(|connection| connection.id == id) {
        return Err(Refusal::not_found("connection_not_found").into());
    }
    let done = match online.test(&web.app, id).await? {
        Tested::Good => "gateway-good",
        Tested::Refused => "gateway-refused",
        Tested::Unreachable => "gateway-unreachable",
    };
    Ok(Redirect::to(&format!("/settings/gateways?done={done}")).into_response())
}
