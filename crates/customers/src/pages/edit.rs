//! The form of a customer: new, or changed.

use crate::queries::{self, Customer};
use crate::rules::customer::{CustomerInput, check};
use crate::{CreateCustomer, UpdateCustomer};
use ::store::Error;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::CustomerId;
use kernel::{Currency, Permission};
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
    #[serde(rename = "/kind")]
    kind: String,
    #[serde(rename = "/country")]
    country: String,
    #[serde(rename = "/currency")]
    currency: String,
    #[serde(rename = "/locale")]
    locale: String,
    #[serde(rename = "/email")]
    email: String,
    #[serde(rename = "/phone")]
    phone: String,
    #[serde(rename = "/tax_number")]
    tax_number: String,
    #[serde(rename = "/payment_terms_days")]
    payment_terms_days: String,
    #[serde(rename = "/credit_limit/amount")]
    credit_limit: String,
    #[serde(rename = "/archived")]
    archived: bool,
    version: Option<i64>,
}

impl Form {
    fn input(&self) -> CustomerInput {
        CustomerInput {
            name: self.name.clone(),
            kind: self.kind.clone(),
            country: self.country.clone(),
            currency: self.currency.clone(),
            locale: Some(self.locale.clone()),
            email: Some(self.email.clone()),
            phone: Some(self.phone.clone()),
            tax_number: Some(self.tax_number.clone()),
            payment_terms_days: Some(self.payment_terms_days.clone()),
            // Left empty, it is none.
            credit_limit: Some(self.credit_limit.trim())
                .filter(|limit| !limit.is_empty())
                .map(|limit| (self.currency.clone(), limit.to_owned())),
        }
    }
}

impl From<Customer> for Form {
    fn from(customer: Customer) -> Self {
        Form {
            name: customer.name,
            kind: customer.kind.name().to_owned(),
            country: customer.country,
            currency: customer.currency.code().to_owned(),
            locale: customer.locale.tag().to_owned(),
            email: customer.email.unwrap_or_default(),
            phone: customer.phone.unwrap_or_default(),
            tax_number: customer.tax_number.unwrap_or_default(),
            payment_terms_days: customer.payment_terms_days.to_string(),
            credit_limit: customer.credit_limit.map(|limit| limit.amount()).unwrap_or_default(),
            archived: customer.archived,
            version: Some(customer.version),
        }
    }
}

#[derive(Template)]
#[template(path = "customers/edit.html")]
struct Edit {
    v: View,
    /// `None` for a new customer.
    id: Option<CustomerId>,
    form: Form,
    currencies: Vec<Currency>,
}

fn page(v: View, id: Option<CustomerId>, form: Form) -> Page<Edit> {
    Page::new(Edit { v, id, form, currencies: Currency::all() })
}

pub async fn new(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::CustomerWrite)?;
    let form = Form {
        kind: "company".into(),
        country: "CN".into(),
        currency: "CNY".into(),
        locale: visit.context.locale.tag().to_owned(),
        payment_terms_days: "30".into(),
        ..Form::default()
    };
    Ok(page(visit.view, None, form))
}

pub async fn edit(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let customer = web
        .app
        .read(&visit.context, Permission::CustomerWrite, move |conn, scope| queries::get(conn, &vault, scope, id))
        .await?;
    Ok(page(visit.view, Some(id), customer.into()))
}

pub async fn create(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let result = match check(&form.input()) {
        Err(refusal) => Err(refusal.into()),
        Ok(data) => {
            let command = CreateCustomer { data, address: None };
            web.app.write_once(&visit.context, once, command, |_, id| went(id)).await
        }
    };
    answer(visit.view, None, form, result)
}

pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let id = path_id(&id)?;
    let result = match check(&form.input()) {
        Err(refusal) => Err(refusal.into()),
        Ok(data) => {
            let archived = form.archived;
            let change = move |_| Ok((data.clone(), archived));
            let command = UpdateCustomer { id, version: form.version, change };
            web.app.write_once(&visit.context, once, command, |_, id| went(id)).await
        }
    };
    answer(visit.view, Some(id), form, result)
}

fn went(id: CustomerId) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/customers/{id}?done=saved").into_bytes()))
}

/// Goes on, or shows the form again with what was typed and what was wrong with it.
fn answer(
    mut view: View,
    id: Option<CustomerId>,
    form: Form,
    result: Result<::store::Answer, Error>,
) -> Result<Response, Fail> {
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            view.refused(&refusal);
            Ok(page(view, id, form).with_status(refusal.status()).into_response())
        }
    }
}
