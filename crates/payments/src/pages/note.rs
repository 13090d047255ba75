//! The credit of a credit note: where it went, and what can be done with what is left.

use super::parts::{self, Row};
use crate::queries::{self, Payment, Refund};
use crate::{AllocateCreditNote, RefundCreditNote};
use ::store::{Answer, Error, Once};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use identity::require_step_up;
use invoicing::queries::CreditNoteView;
use kernel::id::CreditNoteId;
use kernel::{Fields, Money, Permission};
use serde::Deserialize;
use std::collections::HashMap;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

#[derive(Template)]
#[template(path = "payments/note.html")]
struct Note {
    v: View,
    note: CreditNoteView,
    refunds: Vec<Refund>,
    /// Payments of the invoice, from which the credit can go back the way the money came.
    payments: Vec<Payment>,
    credit: Money,
    rows: Vec<Row>,
    allocate_at: String,
    form: RefundForm,
}

impl Note {
    fn pointer(&self, index: &usize) -> String {
        parts::pointer(*index)
    }

    fn paid_pointer(&self, index: &usize) -> String {
        parts::paid_pointer(*index)
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RefundForm {
    #[serde(rename = "/amount/amount")]
    amount: String,
    #[serde(rename = "/account")]
    account: String,
    #[serde(rename = "/reason")]
    reason: String,
}

async fn load(web: &Web, visit: &Visit, id: CreditNoteId) -> Result<CreditNoteView, Error> {
    let vault = web.app.vault().clone();
    web.app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            invoicing::queries::credit_note(conn, &vault, scope, id)
        })
        .await
}

async fn page(
    web: &Web,
    mut visit: Visit,
    note: CreditNoteView,
    mut form: RefundForm,
    typed: parts::Typed,
) -> Result<Page<Note>, Fail> {
    let (id, invoice, customer, currency) = (note.id, note.invoice, note.customer, note.currency);
    let (refunds, payments, open) = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            Ok((
                queries::note_refunds(conn, scope, id)?,
                queries::payments_of(conn, scope, invoice)?,
                parts::offered(conn, scope, customer)?,
            ))
        })
        .await?;
    if form.amount.is_empty() {
        form.amount = note.unapplied.amount();
    }
    visit.view.room = Some("/invoices");
    let (credit, allocate_at) = (note.unapplied, format!("/credit-notes/{id}/allocate"));
    let rows = parts::rows(open, currency, &typed);
    Ok(Page::new(Note { v: visit.view, note, refunds, payments, credit, rows, allocate_at, form }))
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let note = load(&web, &visit, path_id(&id)?).await?;
    page(&web, visit, note, RefundForm::default(), parts::Typed::new()).await
}

pub async fn allocate(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, pairs, .. } = request;
    let note = load(&web, &visit, path_id(&id)?).await?;
    let typed = parts::typed(&pairs, note.currency.code());
    let result = match parts::chosen(&pairs, &typed) {
        Err(refusal) => Err(refusal.into()),
        Ok(allocations) => {
            let (once, command) = (Once { keep: true, ..once }, AllocateCreditNote { note: note.id, allocations });
            let to = |_: &mut ::store::Tx<'_>, id| {
                Ok((303, format!("/credit-notes/{id}/credit?done=credit-allocated").into_bytes()))
            };
            web.app.write_once(&visit.context, once, command, to).await
        }
    };
    answer(&web, visit, note, RefundForm::default(), typed, result).await
}

pub async fn refund(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<RefundForm>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::PaymentRefund)?;
    require_step_up(&visit)?;
    let note = load(&web, &visit, path_id(&id)?).await?;
    let mut fields = Fields::new();
    let amount = fields.money("/amount/amount", form.amount.trim(), note.currency);
    let reason = fields.text("/reason", &form.reason, 1, 200);
    let account = fields.optional_text("/account", Some(&form.account), 40);
    let result = match fields.finish() {
        Err(refusal) => Err(refusal.into()),
        Ok(()) => {
            let command = RefundCreditNote { note: note.id, amount, reason, account };
            let to = format!("/credit-notes/{}/credit?done=refund-begun", note.id).into_bytes();
            let once = Once { keep: true, ..once };
            web.app.write_once(&visit.context, once, command, move |_, _| Ok((303, to.clone()))).await
        }
    };
    answer(&web, visit, note, form, parts::Typed::new(), result).await
}

/// Goes on, or shows the page again with what was typed and what was wrong with it.
async fn answer(
    web: &Web,
    mut visit: Visit,
    note: CreditNoteView,
    form: RefundForm,
    typed: parts::Typed,
    result: Result<Answer, Error>,
) -> Result<Response, Fail> {
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(web, visit, note, form, typed).await?.with_status(refusal.status()).into_response())
        }
    }
}
