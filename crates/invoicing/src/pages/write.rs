//! Writing an invoice at the desk.

use super::form::{Form, LineForm, to_fields};
use crate::commands::{CreateInvoice, RemoveInvoice, UpdateInvoice};
use crate::queries::{self, DepositLeft};
use ::store::{Answer, Conn, Error};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use catalog::queries::{Offer, TaxCode};
use kernel::id::InvoiceId;
use kernel::{Currency, Permission, Refusal, Scope};
use receivables::rules::status::InvoiceStatus;
use serde::Deserialize;
use std::collections::HashMap;
use web::session::Desk;
use web::view::Picker;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// Items that the form suggests; beyond that a code is typed.
const SUGGESTED_MAX: i64 = 200;

#[derive(Template)]
#[template(path = "invoices/edit.html")]
struct Edit {
    v: View,
    /// `None` for a new invoice.
    id: Option<InvoiceId>,
    form: Form,
    customer: Picker,
    offers: Vec<Offer>,
    tax_codes: Vec<TaxCode>,
    currencies: Vec<Currency>,
    /// Of the chosen customer, in the chosen currency.
    deposits: Vec<DepositLeft>,
}

impl Edit {
    fn deducts(&self, deposit: &DepositLeft) -> bool {
        self.form.deducts.contains(&deposit.invoice.to_string())
    }
}

async fn page(web: &Web, visit: Visit, id: Option<InvoiceId>, mut form: Form) -> Result<Page<Edit>, Fail> {
    let (now, locale) = (visit.context.now, visit.context.locale);
    let (words, chosen) = (form.words().to_owned(), form.customer.clone());
    let read = web.app.read(&visit.context, Permission::InvoiceIssue, move |conn, scope| {
        let organisation = scope.organisation();
        let books = ::store::books::load(conn, organisation)?;
        let today = books.date_of(now);
        let in_use = catalog::queries::Filter { search: None, archived: Some(false) };
        Ok((
            identity::choices::customers(conn, scope, &words, &chosen)?,
            catalog::queries::offers(conn, organisation, locale, books.currency, today, "", SUGGESTED_MAX)?,
            catalog::queries::tax_codes(conn, organisation, &in_use, SUGGESTED_MAX)?,
            books.currency,
        ))
    });
    let (customers, offers, tax_codes, home) = read.await?;
    let customer = customers.picker("/customer", &visit.view);
    if form.currency.is_empty() {
        form.currency = customer.chosen.as_ref().map_or_else(|| home.code().to_owned(), |chosen| chosen.note.clone());
    }
    let deposits = match (form.customer.parse(), Currency::parse(&form.currency)) {
        (Ok(of), Ok(currency)) => {
            let read = move |conn: &mut Conn, scope: &Scope| queries::deposits_left(conn, scope, of, currency);
            web.app.read(&visit.context, Permission::InvoiceIssue, read).await?
        }
        _ => Vec::new(),
    };
    let (form, currencies) = (form.with_rows(), Currency::all());
    Ok(Page::new(Edit { v: visit.view, id, form, customer, offers, tax_codes, currencies, deposits }))
}

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    customer: Option<String>,
    /// A deposit to take off.
    deducts: Option<String>,
}

pub async fn new(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Fail> {
    let deducts = asked.deducts.into_iter().collect();
    page(&web, visit, None, Form { customer: asked.customer.unwrap_or_default(), deducts, ..Form::default() }).await
}

pub async fn edit(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let (id, vault) = (path_id(&id)?, web.app.vault().clone());
    let read = web.app.read(&visit.context, Permission::InvoiceIssue, move |conn, scope| {
        let invoice = queries::view(conn, &vault, scope, id)?;
        if invoice.status != InvoiceStatus::Draft {
            return Err(Refusal::conflict("invoice_is_issued").into());
        }
        Form::of(conn, scope.organisation(), invoice.as_written(), invoice.version)
    });
    let form = read.await?;
    page(&web, visit, Some(id), form).await
}

pub async fn create(State(web): State<Web>, request: KeyedForm<HashMap<String, String>>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, pairs, .. } = request;
    let form = Form::read(&pairs);
    // Without script the buttons of the line editor come here.
    if form.stays() {
        return Ok(page(&web, visit, None, form).await?.into_response());
    }
    let issue = form.action == "issue";
    let command = CreateInvoice { input: form.input(), issue };
    let done = if issue { "invoice-issued" } else { "invoice-drafted" };
    let result = web.app.write_once(&visit.context, once, command, move |_, id| went(id, done)).await;
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
        return Ok(page(&web, visit, Some(id), form).await?.into_response());
    }
    let command = UpdateInvoice { id, version: form.version, input: form.input() };
    let result = web.app.write_once(&visit.context, once, command, |_, id| went(id, "invoice-drafted")).await;
    answer(&web, visit, Some(id), form, result).await
}

pub async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let command = RemoveInvoice { id: path_id(&id)? };
    let to = |_: &mut ::store::Tx<'_>, ()| Ok((303, b"/invoices?done=invoice-removed".to_vec()));
    Ok(Went(web.app.write_once(&request.visit.context, request.once, command, to).await?).into_response())
}

fn went(id: InvoiceId, done: &str) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/invoices/{id}?done={done}").into_bytes()))
}

/// Goes on, or shows the form again with what was typed and what was wrong with it.
async fn answer(
    web: &Web,
    mut visit: Visit,
    id: Option<InvoiceId>,
    form: Form,
    result: Result<Answer, Error>,
) -> Result<Response, Fail> {
    let refusal = match result {
        Ok(answer) => return Ok(Went(answer).into_response()),
        Err(error) => to_fields(error.for_form()?),
    };
    visit.view.refused(&refusal);
    Ok(page(web, visit, id, form).await?.with_status(refusal.status()).into_response())
}
