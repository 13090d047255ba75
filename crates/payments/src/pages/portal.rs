//! The portal's home: what do I owe, and pay it; and what was paid.

use super::pay::{begun, next};
use crate::Online;
use crate::api::receipt::file;
use crate::online::Asked;
use crate::queries::{self, DueInvoice, Filter, Payment};
use crate::rules::payment::Method;
use ::store::Error;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::InvoiceId;
use kernel::{Currency, Fields, Permission, Refusal};
use receivables::Balance;
use std::collections::HashMap;
use web::session::Portal;
use web::wire::{Slice, cursor, path_id};
use web::{Fail, KeyedForm, Page, View, Visit, Web};

#[derive(Template)]
#[template(path = "payments/portal.html")]
struct Home {
    v: View,
    owed: Vec<(Currency, Balance)>,
    invoices: Vec<DueInvoice>,
    recent: Vec<Payment>,
    /// What was chosen and how much of it, when the page comes back.
    chosen: HashMap<String, String>,
    method: String,
    /// Where the form is sent: a refused one comes back to its page of the list.
    form: String,
    /// Address of the next page; empty on the last.
    next: String,
}

impl Home {
    fn is_chosen(&self, id: &InvoiceId) -> bool {
        self.chosen.contains_key(&id.to_string())
    }

    fn part(&self, id: &InvoiceId) -> &str {
        self.chosen.get(&id.to_string()).map_or("", String::as_str)
    }
}

/// Invoices of a page.
const SHOWN: usize = 25;

/// `after`: the last invoice of the page before.
async fn page(
    web: &Web,
    visit: Visit,
    after: Option<InvoiceId>,
    chosen: HashMap<String, String>,
    method: String,
) -> Result<Page<Home>, Fail> {
    let customer = visit.context.scope().customer().ok_or_else(|| Refusal::forbidden("portal_only"))?;
    let today = visit.view.today;
    let (owed, mut invoices, recent) = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
            Ok((
                receivables::balance(conn, scope, customer, today)?,
                queries::open_invoices(conn, scope, customer, after, limit)?,
                queries::list(conn, scope, &Filter::default(), None, 5)?,
            ))
        })
        .await?;
    let more = invoices.len() > SHOWN;
    invoices.truncate(SHOWN);
    let place = |id: InvoiceId| format!("?cursor={}", cursor(id));
    let next = invoices.last().filter(|_| more).map_or_else(String::new, |last| format!("/portal{}", place(last.id)));
    let form = format!("/portal/pay{}", after.map_or_else(String::new, place));
    Ok(Page::new(Home { v: visit.view, owed, invoices, recent, chosen, method, form, next }).leaves_to_provider())
}

pub async fn home(State(web): State<Web>, Portal(visit): Portal, slice: Slice) -> Result<impl IntoResponse, Fail> {
    page(&web, visit, slice.before(), HashMap::new(), "card".to_owned()).await
}

/// The form's fields are read from their pairs, since there is one row per invoice.
pub async fn begin(
    State(web): State<Web>,
    online: Online,
    slice: Slice,
    request: KeyedForm<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, pairs, .. } = request;
    if visit.context.scope().customer().is_none() {
        return Err(Refusal::forbidden("portal_only").into());
    }
    let field = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let chosen: Vec<(String, String)> = pairs
        .iter()
        .filter(|(name, _)| name == "/invoices")
        .map(|(_, id)| (id.clone(), field(&format!("/part/{id}"))))
        .collect();
    let method = field("/method");
    let begun = match asked(&web, &visit, &chosen, &method).await {
        Ok(asked) => begun(&web, &online, &visit.context, once, asked).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok(id) => {
            let to = next(&web, &visit.context, id).await?;
            Ok(Redirect::to(&to.unwrap_or_else(|| format!("/portal/paid?checkout={id}"))).into_response())
        }
        Err(Error::Refused(refusal)) if matches!(refusal.status(), 409 | 422) => {
            visit.view.refused(&refusal);
            let page = page(&web, visit, slice.before(), chosen.into_iter().collect(), method).await?;
            Ok(page.with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn asked(web: &Web, visit: &Visit, chosen: &[(String, String)], method: &str) -> Result<Asked, Error> {
    let mut fields = Fields::new();
    let method = Method::by_name(method).filter(|m| matches!(m, Method::Card | Method::EWallet));
    if method.is_none() {
        fields.note("/method", "not_a_choice");
    }
    if chosen.is_empty() {
        fields.note("/invoices", "number_of_invoices");
    }
    let mut invoices = Vec::new();
    for (index, (id, part)) in chosen.iter().enumerate() {
        let Ok(id) = id.parse::<InvoiceId>() else {
            fields.note(&format!("/invoices/{index}"), "not_found");
            continue;
        };
        let scope = visit.context.scope();
        let found = web.app.db().read(move |conn| queries::due_invoice(conn, &scope, id)).await?;
        let Some(found) = found else {
            fields.note(&format!("/invoices/{index}"), "not_found");
            continue;
        };
        let part = Some(part.trim()).filter(|text| !text.is_empty());
        invoices.push((id, part.map(|text| fields.money(&format!("/part/{id}"), text, found.balance.currency()))));
    }
    fields.finish()?;
    let method = method.ok_or_else(|| Refusal::field("/method", "not_a_choice"))?;
    Ok(Asked { invoices, method, gateway: None, return_url: Some("/portal/paid".to_owned()) })
}

#[derive(Template)]
#[template(path = "payments/portal_payments.html")]
struct Payments {
    v: View,
    payments: Vec<Payment>,
    next: String,
}

pub async fn payments(State(web): State<Web>, Portal(visit): Portal, slice: Slice) -> Result<impl IntoResponse, Fail> {
    let mut payments = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            queries::list(conn, scope, &Filter::default(), slice.before(), slice.limit + 1)
        })
        .await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = payments.len() > limit;
    payments.truncate(limit);
    let next = match payments.last() {
        Some(last) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    Ok(Page::new(Payments { v: visit.view, payments, next }))
}

pub async fn receipt(State(web): State<Web>, Portal(visit): Portal, Path(id): Path<String>) -> Result<Response, Fail> {
    Ok(file(&web, &visit.context, path_id(&id)?).await?.into_response())
}
