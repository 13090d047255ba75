//! The forms of what cannot simply be pressed: void, write off and take that back, credit, deliver.

use crate::commands::{CreditInvoice, CreditPart, RecordDelivery, ReverseWriteOff, VoidInvoice, WriteOffInvoice};
use crate::queries::{self, InvoiceView};
use ::store::{Answer, Error};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::InvoiceId;
use kernel::{Date, Fields, Money, Permission, Refusal};
use serde::Deserialize;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// What the forms send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/amount")]
    amount: String,
    #[serde(rename = "/reason")]
    reason: String,
    #[serde(rename = "/on")]
    on: String,
}

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Void,
    WriteOff,
    ReverseWriteOff,
    Credit,
    Deliver,
}

impl Act {
    const fn permission(self) -> Permission {
        match self {
            Act::Void => Permission::InvoiceVoid,
            Act::WriteOff | Act::ReverseWriteOff => Permission::InvoiceWriteOff,
            Act::Credit => Permission::InvoiceCredit,
            Act::Deliver => Permission::InvoiceIssue,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Act::Void => "void",
            Act::WriteOff => "write-off",
            Act::ReverseWriteOff => "reverse-write-off",
            Act::Credit => "credit",
            Act::Deliver => "deliver",
        }
    }
}

#[derive(Template)]
#[template(path = "invoices/act.html")]
struct ActPage {
    v: View,
    invoice: InvoiceView,
    act: &'static str,
    form: Form,
}

impl ActPage {
    fn number(&self) -> String {
        self.invoice.number.clone().unwrap_or_else(|| self.v.t("status-draft"))
    }
}

async fn load(web: &Web, visit: &Visit, id: InvoiceId, act: Act) -> Result<InvoiceView, Error> {
    let vault = web.app.vault().clone();
    web.app.read(&visit.context, act.permission(), move |conn, scope| queries::view(conn, &vault, scope, id)).await
}

async fn show(web: Web, visit: Visit, id: String, act: Act) -> Result<Response, Fail> {
    let invoice = load(&web, &visit, path_id(&id)?, act).await?;
    let amount = match act {
        Act::Void | Act::ReverseWriteOff | Act::Deliver => String::new(),
        Act::WriteOff => invoice.balance.amount(),
        Act::Credit => invoice.total.amount(),
    };
    let on = visit.view.today.to_string();
    let form = Form { amount, on, ..Form::default() };
    Ok(Page::new(ActPage { v: visit.view, invoice, act: act.name(), form }).into_response())
}

pub async fn void_form(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    show(web, visit, id, Act::Void).await
}

pub async fn write_off_form(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    show(web, visit, id, Act::WriteOff).await
}

pub async fn reverse_write_off_form(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    show(web, visit, id, Act::ReverseWriteOff).await
}

pub async fn credit_form(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    show(web, visit, id, Act::Credit).await
}

pub async fn deliver_form(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    show(web, visit, id, Act::Deliver).await
}

pub async fn void(State(web): State<Web>, Path(id): Path<String>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let id: InvoiceId = path_id(&id)?;
    let command = VoidInvoice { id, reason: form.reason.clone() };
    let to = |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/invoices/{id}?done=invoice-voided").into_bytes()));
    let result = web.app.write_once(&visit.context, once, command, to).await;
    answer(&web, visit, id, Act::Void, form, result).await
}

pub async fn write_off(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let id: InvoiceId = path_id(&id)?;
    let invoice = load(&web, &visit, id, Act::WriteOff).await?;
    let to = |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/invoices/{id}?done=invoice-written-off").into_bytes()));
    let result = match amount(&form, &invoice) {
        Err(refusal) => Err(refusal.into()),
        Ok(amount) => {
            let command =
                WriteOffInvoice { id, amount: Some(amount), reason: form.reason.clone(), note: None, on: None };
            web.app.write_once(&visit.context, once, command, to).await
        }
    };
    answer(&web, visit, id, Act::WriteOff, form, result).await
}

pub async fn reverse_write_off(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let id: InvoiceId = path_id(&id)?;
    let command = ReverseWriteOff { id, entry: None, reason: form.reason.clone(), note: None, on: None };
    let to =
        |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/invoices/{id}?done=invoice-write-off-reversed").into_bytes()));
    let result = web.app.write_once(&visit.context, once, command, to).await;
    answer(&web, visit, id, Act::ReverseWriteOff, form, result).await
}

pub async fn credit(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let id: InvoiceId = path_id(&id)?;
    let invoice = load(&web, &visit, id, Act::Credit).await?;
    let to =
        |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/credit-notes/{id}?done=credit-note-issued").into_bytes()));
    let result = match amount(&form, &invoice) {
        Err(refusal) => Err(refusal.into()),
        Ok(amount) => {
            let part = CreditPart::Amount(amount);
            let command = CreditInvoice { id, part, reason: form.reason.clone(), issued_on: None };
            web.app.write_once(&visit.context, once, command, to).await
        }
    };
    answer(&web, visit, id, Act::Credit, form, result).await
}

pub async fn deliver(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Form>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    let id: InvoiceId = path_id(&id)?;
    let to = |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/invoices/{id}?done=invoice-delivered").into_bytes()));
    let result = match day(&form) {
        Err(refusal) => Err(refusal.into()),
        Ok(on) => web.app.write_once(&visit.context, once, RecordDelivery { id, on }, to).await,
    };
    answer(&web, visit, id, Act::Deliver, form, result).await
}

/// The day that was typed; none where nothing was.
fn day(form: &Form) -> Result<Option<Date>, Refusal> {
    let mut fields = Fields::new();
    let typed = form.on.trim();
    let on = if typed.is_empty() { None } else { fields.date("/on", typed) };
    fields.finish()?;
    Ok(on)
}

fn amount(form: &Form, invoice: &InvoiceView) -> Result<Money, Refusal> {
    let mut fields = Fields::new();
    let amount = fields.money("/amount", form.amount.trim(), invoice.currency);
    fields.finish()?;
    Ok(amount)
}

/// Goes on, or shows the form again with what was typed and what was wrong with it.
async fn answer(
    web: &Web,
    mut visit: Visit,
    id: InvoiceId,
    act: Act,
    form: Form,
    result: Result<Answer, Error>,
) -> Result<Response, Fail> {
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            let invoice = load(web, &visit, id, act).await?;
            visit.view.refused(&refusal);
            let page = ActPage { v: visit.view, invoice, act: act.name(), form };
            Ok(Page::new(page).with_status(refusal.status()).into_response())
        }
    }
}
