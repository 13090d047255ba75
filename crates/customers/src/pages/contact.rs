//! The form of a person at a customer: new, changed, removed.

use crate::queries::{self, Contact};
use crate::rules::contact::{ContactInput, check};
use crate::{AddContact, ChangeContact, RemoveContact};
use ::store::Error;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use kernel::id::{ContactId, CustomerId};
use serde::Deserialize;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web, Went};

/// What the form sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/name")]
    name: String,
    #[serde(rename = "/position")]
    position: String,
    #[serde(rename = "/email")]
    email: String,
    #[serde(rename = "/phone")]
    phone: String,
    version: Option<i64>,
}

impl Form {
    fn input(&self) -> ContactInput {
        ContactInput {
            name: self.name.clone(),
            position: Some(self.position.clone()),
            email: Some(self.email.clone()),
            phone: Some(self.phone.clone()),
        }
    }
}

impl From<Contact> for Form {
    fn from(contact: Contact) -> Self {
        Form {
            name: contact.name,
            position: contact.position.unwrap_or_default(),
            email: contact.email.unwrap_or_default(),
            phone: contact.phone.unwrap_or_default(),
            version: Some(contact.version),
        }
    }
}

#[derive(Template)]
#[template(path = "customers/contact.html")]
struct Edit {
    v: View,
    customer: CustomerId,
    /// `None` for a new contact.
    id: Option<ContactId>,
    form: Form,
}

pub async fn new(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(customer): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let customer = path_id(&customer)?;
    super::known(&web, &visit.context, customer).await?;
    Ok(Page::new(Edit { v: visit.view, customer, id: None, form: Form::default() }))
}

pub async fn edit(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path((customer, id)): Path<(String, String)>,
) -> Result<impl IntoResponse, Fail> {
    let (customer, id) = (path_id(&customer)?, path_id(&id)?);
    let vault = web.app.vault().clone();
    let contact = web
        .app
        .read(&visit.context, Permission::CustomerWrite, move |conn, scope| {
            queries::contact(conn, &vault, scope, customer, id)
        })
        .await?;
    Ok(Page::new(Edit { v: visit.view, customer, id: Some(id), form: contact.into() }))
}

pub async fn create(
    State(web): State<Web>,
    Path(customer): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let customer = path_id(&customer)?;
    let result = match check(&form.input()) {
        Err(refusal) => Err(refusal.into()),
        Ok(data) => {
            let command = AddContact { customer, data };
            web.app.write_once(&visit.context, once, command, move |_, _| super::saved(customer)).await
        }
    };
    answer(Edit { v: visit.view, customer, id: None, form }, result)
}

pub async fn update(
    State(web): State<Web>,
    Path((customer, id)): Path<(String, String)>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let (customer, id) = (path_id(&customer)?, path_id(&id)?);
    let result = match check(&form.input()) {
        Err(refusal) => Err(refusal.into()),
        Ok(data) => {
            let change = move |_| Ok(data.clone());
            let command = ChangeContact { customer, id, version: form.version, change };
            web.app.write_once(&visit.context, once, command, move |_, _| super::saved(customer)).await
        }
    };
    answer(Edit { v: visit.view, customer, id: Some(id), form }, result)
}

pub async fn remove(
    State(web): State<Web>,
    Path((customer, id)): Path<(String, String)>,
    request: KeyedForm<super::Nothing>,
) -> Result<Response, Fail> {
    let (customer, id) = (path_id(&customer)?, path_id(&id)?);
    let command = RemoveContact { customer, id };
    let answer = web
        .app
        .write_once(&request.visit.context, request.once, command, move |_, ()| super::removed(customer))
        .await?;
    Ok(Went(answer).into_response())
}

/// Goes on, or shows the form again with what was typed and what was wrong with it.
fn answer(mut page: Edit, result: Result<::store::Answer, Error>) -> Result<Response, Fail> {
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            page.v.refused(&refusal);
            Ok(Page::new(page).with_status(refusal.status()).into_response())
        }
    }
}
