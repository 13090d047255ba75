//! One invoice at the desk.

use crate::commands::{IssueInvoice, NoteOfficialInvoice, SendInvoice};
use crate::documents::{self, File, Format};
use crate::queries::{self, Happening, InvoiceView, pay_path};
use ::store::Command;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::InvoiceId;
use kernel::{Currency, Money, Permission};
use receivables::ItemKind;
use receivables::rules::status::InvoiceStatus;
use serde::Deserialize;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web, Went};

#[derive(Template)]
#[template(path = "invoices/show.html")]
struct Show {
    v: View,
    invoice: InvoiceView,
    history: Vec<Happening>,
    /// Absolute address of the pay link.
    pay_url: String,
}

impl Show {
    fn stamp(&self) -> (&'static str, String) {
        let i = &self.invoice;
        super::stamp(&self.v, i.status, i.is_overdue(self.v.today), i.in_doubt, i.next_due())
    }

    fn title(&self) -> String {
        self.invoice.number.clone().unwrap_or_else(|| self.v.t("status-draft"))
    }

    fn is_draft(&self) -> bool {
        self.invoice.status == InvoiceStatus::Draft
    }

    fn is_live(&self) -> bool {
        !matches!(self.invoice.status, InvoiceStatus::Draft | InvoiceStatus::Void)
    }

    /// Something of it is not claimed any more, and could be again.
    fn is_given_up(&self) -> bool {
        !(self.invoice.written_off.is_zero() && self.invoice.waived.is_zero())
    }

    /// The sentence of a line of the history.
    fn what(&self, happening: &Happening) -> String {
        let id = format!("happened-{}", happening.command.replace(['.', '_'], "-"));
        let told = self.v.l.find(&id, &[]).unwrap_or_else(|| self.v.t("happened-other"));
        let amount = |text: &str| {
            let (currency, amount) = text.split_once(' ')?;
            let money = Money::parse(amount, Currency::parse(currency).ok()?).ok()?;
            Some(self.v.money_text(&money))
        };
        match &happening.detail {
            Some(detail) => format!("{told} · {}", amount(detail).unwrap_or_else(|| detail.clone())),
            None => told,
        }
    }

    fn when(&self, happening: &Happening) -> String {
        let who = self.v.actor(&happening.actor_kind, happening.who.as_deref());
        format!("{} · {who}", self.v.date_time(&happening.at))
    }

    /// What a credit that was set against the invoice is called.
    fn credit(&self, applied: &queries::Applied) -> String {
        let id = match applied.kind {
            ItemKind::CreditNote => "why-credit-note",
            ItemKind::OpeningCredit => "invoice-credit-opening",
            _ => "why-payment",
        };
        let label = applied.label.clone().unwrap_or_default();
        format!("{} {label} {}", self.v.t(id), self.v.day(&applied.on))
    }
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let (invoice, history) = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let invoice = queries::view(conn, &vault, scope, id)?;
            let history = queries::timeline(conn, scope, &invoice)?;
            Ok((invoice, history))
        })
        .await?;
    let token = invoice.pay_token.as_deref();
    let pay_url = token.map(|token| format!("{}{}", web.site.public_url, pay_path(token))).unwrap_or_default();
    Ok(Page::new(Show { v: visit.view, invoice, history, pay_url }))
}

pub async fn document(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path((id, file)): Path<(String, String)>,
) -> Result<File, Fail> {
    let format = Format::of_file(&file, "document")?;
    Ok(documents::invoice(&web, &visit.context, path_id(&id)?, format).await?)
}

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub struct Press {}

pub async fn issue(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Press>,
) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    press(&web, request, IssueInvoice { id, issued_on: None }, "invoice-issued").await
}

pub async fn send(State(web): State<Web>, Path(id): Path<String>, request: KeyedForm<Press>) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    press(&web, request, SendInvoice { id }, "invoice-sent").await
}

/// What the small form about the official invoice sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OfficialForm {
    #[serde(rename = "/official_invoice/status")]
    status: String,
    #[serde(rename = "/official_invoice/number")]
    number: String,
}

pub async fn official(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<OfficialForm>,
) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let number = request.value.number.trim().to_owned();
    let number = (!number.is_empty()).then_some(number);
    let command = NoteOfficialInvoice { id, status: request.value.status.clone(), number };
    press(&web, request, command, "invoice-noted").await
}

/// Runs what a button of the page asks for and comes back to it.
async fn press<T, C: Command<Output = InvoiceId>>(
    web: &Web,
    request: KeyedForm<T>,
    command: C,
    done: &'static str,
) -> Result<Response, Fail> {
    let render = move |_: &mut ::store::Tx<'_>, id| Ok((303, format!("/invoices/{id}?done={done}").into_bytes()));
    let answer = web.app.write_once(&request.visit.context, request.once, command, render).await?;
    Ok(Went(answer).into_response())
}
