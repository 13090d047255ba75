//! Writing an order at the desk.

use crate::draft::{Draft, OrderInput, prepare};
use crate::{CreateOrder, UpdateOrder, queries};
use ::store::{Answer, Error};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use catalog::queries::{Offer, TaxCode};
use invoicing::commands::InvoiceInput;
use invoicing::pages::form::{Form, InstalmentForm, LineForm, to_fields};
use kernel::id::OrderId;
use kernel::{Context, Currency, Money, Permission};
use serde::Deserialize;
use std::collections::HashMap;
use web::session::Desk;
use web::view::Picker;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// Items that the form suggests; beyond that a code is typed.
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
    /// Numbers of the rows in the order of the draft's lines; only a fragment needs them.
    rows: Vec<String>,
}

/// What the form offers.
struct Choices {
    customer: Picker,
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
    /// Numbers of the rows, in the order of the draft's lines.
    pub rows: Vec<String>,
}

async fn choices(web: &Web, context: &Context, v: &View, form: &Form) -> Result<Choices, Error> {
    let (now, locale) = (context.now, context.locale);
    let (words, chosen) = (form.words().to_owned(), form.customer.clone());
    let (customers, offers, tax_codes, home) = web
        .app
        .read(context, Permission::OrderCreate, move |conn, scope| {
            let organisation = scope.organisation();
            let books = ::store::books::load(conn, organisation)?;
            let today = books.date_of(now);
            let filter = catalog::queries::Filter { search: None, archived: Some(false) };
            Ok((
                identity::choices::customers(conn, scope, &words, &chosen)?,
                catalog::queries::offers(conn, organisation, locale, books.currency, today, "", SUGGESTED_MAX)?,
                catalog::queries::tax_codes(conn, organisation, &filter, SUGGESTED_MAX)?,
                books.currency,
            ))
        })
        .await?;
    let customer = customers.picker("/customer", v);
    Ok(Choices { customer, offers, tax_codes, currencies: Currency::all(), home })
}

impl Edit {
    /// What a line comes to before tax, once it is known.
    fn line_net(&self, index: &usize) -> Option<Money> {
        self.draft.as_ref()?.priced.lines.get(*index).map(|line| line.net)
    }
}

/// What the form comes to, if it can be read.
pub(super) async fn calculated(web: &Web, context: &Context, form: &Form) -> Result<Draft, Error> {
    let (vault, now, input) = (web.app.vault().clone(), context.now, OrderInput::from(form));
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
    let mut form = Form { customer: asked.customer.unwrap_or_default(), ..Form::default() };
    let choices = choices(&web, &visit.context, &visit.view, &form).await?;
    let own = choices.customer.chosen.as_ref().map(|chosen| chosen.note.clone());
    form.currency = own.unwrap_or_else(|| choices.home.code().to_owned());
    Ok(Page::new(Edit { v: visit.view, id: None, form: form.with_rows(), choices, draft: None, rows: Vec::new() }))
}

pub async fn edit(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let form = kept(&web, &visit.context, id).await?;
    let choices = choices(&web, &visit.context, &visit.view, &form).await?;
    let draft = calculated(&web, &visit.context, &form).await.ok();
    Ok(Page::new(Edit { v: visit.view, id: Some(id), form: form.with_rows(), choices, draft, rows: Vec::new() }))
}

/// An order as its form has it.
pub(super) async fn kept(web: &Web, context: &Context, id: OrderId) -> Result<Form, Error> {
    let read = web.app.read(context, Permission::OrderCreate, move |conn, scope| {
        let order = queries::get(conn, scope, id)?;
        let OrderInput { customer, currency, lines, fees, deliver_on, instalments, deposit, reference, note } =
            order.as_written();
        let terms = InvoiceInput { instalments, deliver_on, reference, note, ..InvoiceInput::default() };
        let input = InvoiceInput { customer, currency, lines, fees, ..terms };
        let form = Form::of(conn, scope.organisation(), input, order.version)?;
        Ok(Form { deposit: deposit.map(InstalmentForm::from).unwrap_or_default(), ..form })
    });
    read.await
}

/// The fragment that the line editor shows while somebody types.
pub async fn preview(
    State(web): State<Web>,
    request: KeyedForm<HashMap<String, String>>,
) -> Result<impl IntoResponse, Fail> {
    let KeyedForm { visit, pairs, .. } = request;
    let mut v = visit.view;
    let form = Form::read(&pairs);
    let rows = form.lines.iter().map(|line| line.row.clone()).collect();
    match calculated(&web, &visit.context, &form).await {
        Ok(draft) => Ok(Page::new(Totals { v, draft: Some(draft), rows })),
        Err(error) => {
            v.refused(&to_fields(error.for_form()?));
            Ok(Page::new(Totals { v, draft: None, rows }))
        }
    }
}

pub async fn create(State(web): State<Web>, request: KeyedForm<HashMap<String, String>>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, pairs, .. } = request;
    let form = Form::read(&pairs);
    if form.stays() {
        return stay(&web, visit, None, form).await;
    }
    let result = web.app.write_once(&visit.context, once, CreateOrder((&form).into()), |_, id| went(id)).await;
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
    let command = UpdateOrder { id, version: form.version, input: (&form).into() };
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
    let choices = choices(web, &visit.context, &v, &form).await?;
    Ok(Page::new(Edit { v, id, form: form.with_rows(), choices, draft, rows: Vec::new() }).into_response())
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
        Err(error) => to_fields(error.for_form()?),
    };
    let mut v = visit.view;
    v.refused(&refusal);
    let choices = choices(web, &visit.context, &v, &form).await?;
    let page = Page::new(Edit { v, id, form: form.with_rows(), choices, draft: None, rows: Vec::new() });
    Ok(page.with_status(refusal.status()).into_response())
}
