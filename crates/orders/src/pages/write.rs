//! Writing an order at the desk.

use super::form::{Form, to_fields};
use crate::draft::{Draft, prepare};
use crate::{CreateOrder, UpdateOrder, queries};
use ::store::{Answer, Error};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use catalog::queries::{Offer, TaxCode};
use kernel::id::{CustomerId, OrderId};
use kernel::{Context, Currency, Permission};
use serde::Deserialize;
use std::collections::HashMap;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// Items and customers that the form suggests; beyond that a code is typed.
const SUGGESTED_MAX: i64 = 200;

#[derive(Template)]
#[template(path = "orders/edit.html")]
struct Edit {
    v: View,
    /// `None` for a new order.
    id: Option<OrderId>,
    form: Form,
    choices: Choices,
    draft: Option<Draft>,
}

/// What the form offers.
struct Choices {
    customers: Vec<(CustomerId, String)>,
    offers: Vec<Offer>,
    tax_codes: Vec<TaxCode>,
    currencies: Vec<Currency>,
    home: Currency,
}

#[derive(Template)]
#[template(path = "orders/preview.html")]
pub(super) struct Totals {
    pub v: View,
    pub draft: Option<Draft>,
}

async fn choices(web: &Web, context: &Context) -> Result<Choices, Error> {
    let (now, locale, vault) = (context.now, context.locale, web.app.vault().clone());
    web.app
        .read(context, Permission::OrderCreate, move |conn, scope| {
            let organisation = scope.organisation();
            let books = ::store::books::load(conn, organisation)?;
            let today = books.date_of(now);
            let filter = catalog::queries::Filter { search: None, archived: Some(false) };
            let customers = customers::queries::list(conn, &vault, scope, None, SUGGESTED_MAX)?;
            Ok(Choices {
                customers: customers.into_iter().filter(|c| !c.archived).map(|c| (c.id, c.name)).collect(),
                offers: catalog::queries::offers(conn, organisation, locale, books.currency, today, SUGGESTED_MAX)?,
                tax_codes: catalog::queries::tax_codes(conn, organisation, &filter, None, SUGGESTED_MAX)?,
                currencies: Currency::all(),
                home: books.currency,
            })
        })
        .await
}

/// What the form comes to, if it can be read.
pub(super) async fn calculated(web: &Web, context: &Context, form: &Form) -> Result<Draft, Error> {
    let (vault, now, input) = (web.app.vault().clone(), context.now, form.input());
    web.app
        .read(context, Permission::OrderCreate, move |conn, scope| {
            let today = ::store::books::load(conn, scope.organisation())?.date_of(now);
            prepare(conn, &vault, scope, today, &input)
        })
        .await
}

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    customer: Option<String>,
}

pub async fn new(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Fail> {
    let choices = choices(&web, &visit.context).await?;
    let form = Form {
        customer: asked.customer.unwrap_or_default(),
        currency: choices.home.code().to_owned(),
        ..Form::default()
    };
    Ok(Page::new(Edit { v: visit.view, id: None, form: form.with_rows(), choices, draft: None }))
}

pub async fn edit(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let order =
        web.app.read(&visit.context, Permission::OrderCreate, move |conn, scope| queries::get(conn, scope, id)).await?;
    let choices = choices(&web, &visit.context).await?;
    let form = Form::of(&order);
    let draft = calculated(&web, &visit.context, &form).await.ok();
    Ok(Page::new(Edit { v: visit.view, id: Some(id), form: form.with_rows(), choices, draft }))
}

/// The fragment that the line editor shows while somebody types.
pub async fn preview(
    State(web): State<Web>,
    request: KeyedForm<HashMap<String, String>>,
) -> Result<impl IntoResponse, Fail> {
    let KeyedForm { visit, pairs, .. } = request;
    let mut v = visit.view;
    match calculated(&web, &visit.context, &Form::read(&pairs)).await {
        Ok(draft) => Ok(Page::new(Totals { v, draft: Some(draft) })),
        Err(Error::Refused(refusal)) if refusal.status() == 422 => {
            v.refused(&to_fields(*refusal));
            Ok(Page::new(Totals { v, draft: None }).with_status(422))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn create(State(web): State<Web>, request: KeyedForm<HashMap<String, String>>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, pairs, .. } = request;
    let form = Form::read(&pairs);
    if form.stays() {
        return stay(&web, visit, None, form).await;
    }
    let result = web.app.write_once(&visit.context, once, CreateOrder(form.input()), |_, id| went(id)).await;
    answer(&web, visit, None, form, result).await
}

pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, pairs, .. } = request;
    let (id, form) = (path_id(&id)?, Form::read(&pairs));
    if form.stays() {
        return stay(&web, visit, Some(id), form).await;
    }
    let command = UpdateOrder { id, version: form.version, input: form.input() };
    let result = web.app.write_once(&visit.context, once, command, |_, id| went(id)).await;
    answer(&web, visit, Some(id), form, result).await
}

fn went(id: OrderId) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/orders/{id}?done=order-saved").into_bytes()))
}

/// Shows the form again with its totals: the buttons that need no script.
async fn stay(web: &Web, visit: Visit, id: Option<OrderId>, form: Form) -> Result<Response, Fail> {
    let mut v = visit.view;
    let draft = match calculated(web, &visit.context, &form).await {
        Ok(draft) => Some(draft),
        Err(Error::Refused(refusal)) if form.action == "calculate" => {
            v.refused(&to_fields(*refusal));
            None
        }
        Err(_) => None,
    };
    let choices = choices(web, &visit.context).await?;
    Ok(Page::new(Edit { v, id, form: form.with_rows(), choices, draft }).into_response())
}

/// Goes on, or shows the form again with what was typed and what was wrong with it.
async fn answer(
    web: &Web,
    visit: Visit,
    id: Option<OrderId>,
    form: Form,
    result: Result<Answer, Error>,
) -> Result<Response, Fail> {
    let refusal = match result {
        Ok(answer) => return Ok(Went(answer).into_response()),
        Err(Error::Refused(refusal)) if refusal.status() == 422 || refusal.status() == 409 => to_fields(*refusal),
        Err(error) => return Err(error.into()),
    };
    let mut v = visit.view;
    v.refused(&refusal);
    let choices = choices(web, &visit.context).await?;
    let page = Page::new(Edit { v, id, form: form.with_rows(), choices, draft: None });
    Ok(page.with_status(refusal.status()).into_response())
}
