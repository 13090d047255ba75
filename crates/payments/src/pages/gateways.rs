//! Connections to providers: made, changed, tried out. Secrets are typed in and never shown.

use crate::Online;
use crate::commands::ConnectGateway;
use crate::online::{Tested, connect_all};
use crate::queries::{self, Connection};
use ::store::Error;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use gateways::{Field, FieldKind, PROVIDERS, Provider};
use identity::pages::confirm_first;
use identity::require_step_up;
use kernel::{Fields, Permission, Refusal};
use serde::Deserialize;
use std::collections::BTreeMap;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web};

#[derive(Template)]
#[template(path = "payments/gateways.html")]
struct Gateways {
    v: View,
    connections: Vec<Connection>,
    /// Of which the form makes a connection.
    chosen: &'static Provider,
    form: Form,
    public_url: String,
}

impl Gateways {
    fn provider(&self, name: &str) -> String {
        self.v.t(&format!("provider-{name}"))
    }

    /// What the field of this name is called in the form.
    fn label(&self, name: &str) -> String {
        self.v.label(&format!("/{name}"))
    }
}

/// A connection as it is typed in: its name, and the provider's fields by their pointers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/provider")]
    provider: String,
    #[serde(rename = "/name")]
    name: String,
    #[serde(flatten)]
    typed: BTreeMap<String, String>,
}

impl Form {
    /// The form of a provider before anything was typed in.
    fn of(provider: &Provider) -> Form {
        let usual = |field: &Field| (field.pointer(), field.usual.to_owned());
        Form {
            provider: provider.name.to_owned(),
            name: String::new(),
            typed: provider.fields.iter().map(usual).collect(),
        }
    }

    fn typed(&self, field: &Field) -> &str {
        if field.kind.is_secret() { "" } else { self.given(field.name) }
    }

    fn given(&self, name: &str) -> &str {
        self.typed.get(&format!("/{name}")).map_or("", String::as_str)
    }
}

async fn page(web: &Web, visit: Visit, form: Form) -> Result<Page<Gateways>, Fail> {
    let connections = web
        .app
        .read(&visit.context, Permission::GatewayManage, |conn, scope| queries::connections(conn, scope.organisation()))
        .await?;
    let public_url = web.site.public_url.clone();
    let chosen = gateways::provider(&form.provider).unwrap_or(&PROVIDERS[0]);
    Ok(Page::new(Gateways { v: visit.view, connections, chosen, form, public_url }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    provider: String,
}

/// Who gives the password before typing secrets in need not type them twice.
pub async fn index(
    State(web): State<Web>,
    Desk(mut visit): Desk,
    Query(choice): Query<Choice>,
) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::GatewayManage)?;
    if let Some(response) = confirm_first(&visit, "/settings/gateways") {
        return Ok(response);
    }
    visit.view.room = Some("/settings");
    let chosen = gateways::provider(&choice.provider).unwrap_or(&PROVIDERS[0]);
    Ok(page(&web, visit, Form::of(chosen)).await?.into_response())
}

pub async fn save(State(web): State<Web>, online: Online, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    require_step_up(&visit)?;
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
            Ok(page(&web, visit, form).await?.with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn read(form: &Form) -> Result<ConnectGateway, Refusal> {
    let mut fields = Fields::new();
    let name = fields.text("/name", &form.name, 1, 80);
    let chosen = match form.provider.as_str() {
        "" => Some(&PROVIDERS[0]),
        named => gateways::provider(named),
    };
    let chosen = chosen.ok_or_else(|| Refusal::field("/provider", "provider_unknown"))?;
    let (settings, secrets) = chosen.read(&mut fields, |name| form.given(name));
    fields.finish()?;
    let (provider, secrets) = (chosen.name.to_owned(), Some(secrets));
    Ok(ConnectGateway { id: None, version: None, provider, name, settings, secrets, active: true })
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
