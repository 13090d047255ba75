//! The form of an address of a customer: new, changed, removed.

use crate::queries::{self, Address};
use crate::rules::address::{AddressInput, Purpose, check};
use crate::{AddAddress, ChangeAddress, RemoveAddress};
use ::store::Error;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use kernel::id::{AddressId, CustomerId};
use serde::Deserialize;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web, Went};

/// What the form sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/purpose")]
    purpose: String,
    #[serde(rename = "/lines")]
    lines: String,
    #[serde(rename = "/city")]
    city: String,
    #[serde(rename = "/region")]
    region: String,
    #[serde(rename = "/postal_code")]
    postal_code: String,
    #[serde(rename = "/country")]
    country: String,
    version: Option<i64>,
}

impl Form {
    fn input(&self) -> AddressInput {
        AddressInput {
            purpose: self.purpose.clone(),
            lines: self.lines.lines().map(str::to_owned).collect(),
            city: self.city.clone(),
            region: Some(self.region.clone()),
            postal_code: Some(self.postal_code.clone()),
            country: self.country.clone(),
        }
    }
}

impl From<Address> for Form {
    fn from(address: Address) -> Self {
        let data = address.data;
        Form {
            purpose: data.purpose.name().to_owned(),
            lines: data.lines.join("\n"),
            city: data.city,
            region: data.region.unwrap_or_default(),
            postal_code: data.postal_code.unwrap_or_default(),
            country: data.country,
            version: Some(address.version),
        }
    }
}

#[derive(Template)]
#[template(path = "customers/address.html")]
struct Edit {
    v: View,
    customer: CustomerId,
    /// `None` for a new address.
    id: Option<AddressId>,
    form: Form,
}

pub async fn new(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(customer): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let customer = path_id(&customer)?;
    let country = super::known(&web, &visit.context, customer).await?.country;
    let has_billing = web
        .app
        .read(&visit.context, Permission::CustomerWrite, move |conn, scope| {
            let all = queries::addresses(conn, scope, customer, None, crate::rules::address::ADDRESSES_MAX)?;
            Ok(all.iter().any(|address| address.data.purpose == Purpose::Billing))
        })
        .await?;
    let purpose = if has_billing { Purpose::Delivery } else { Purpose::Billing };
    let form = Form { purpose: purpose.name().to_owned(), country, ..Form::default() };
    Ok(Page::new(Edit { v: visit.view, customer, id: None, form }))
}

pub async fn edit(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path((customer, id)): Path<(String, String)>,
) -> Result<impl IntoResponse, Fail> {
    let (customer, id) = (path_id(&customer)?, path_id(&id)?);
    let address = web
        .app
        .read(&visit.context, Permission::CustomerWrite, move |conn, scope| queries::address(conn, scope, customer, id))
        .await?;
    Ok(Page::new(Edit { v: visit.view, customer, id: Some(id), form: address.into() }))
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
            let command = AddAddress { customer, data };
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
            let command = ChangeAddress { customer, id, version: form.version, change };
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
    let command = RemoveAddress { customer, id };
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
