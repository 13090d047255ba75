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
use kernel::{Currency, Fields, Money, Permission, Refusal};
use std::collections::HashMap;
use web::session::Portal;
use web::wire::{Slice, cursor, path_id};
use web::{Fail, KeyedForm, Page, View, Visit, Web};

/// What is owed in one currency.
struct Owed {
    owed: Money,
    overdue: Money,
    credit: Money,
}

#[derive(Template)]
#[template(path = "payments/portal.html")]
struct Home {
    v: View,
    owed: Vec<Owed>,
    invoices: Vec<DueInvoice>,
    recent: Vec<Payment>,
    /// What was chosen and how much of it, when the page comes back.
    chosen: HashMap<String, String>,
    method: String,
}

impl Home {
    fn is_chosen(&self, id: &InvoiceId) -> bool {
        self.chosen.contains_key(&id.to_string())
    }

    fn part(&self, id: &InvoiceId) -> &str {
        self.chosen.get(&id.to_string()).map_or("", String::as_str)
    }
}

async fn page(web: &Web, visit: Visit, chosen: HashMap<String, String>, method: String) -> Result<Page<Home>, Fail> {
    let customer = visit.context.scope().customer().ok_or_else(|| Refusal::forbidden("portal_only"))?;
    let today = visit.view.today;
    let (owed, invoices, recent) = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let invoices = queries::open_invoices(conn, scope, customer)?;
            let mut owed: Vec<Owed> = Vec::new();
            for item in receivables::items_of(conn, scope, customer, true)? {
                let sum = of_currency(&mut owed, item.open.currency());
                if item.kind.side() == receivables::Side::Credit {
                    sum.credit = sum.credit.plus(item.open)?;
                    continue;
                }
                sum.owed = sum.owed.plus(item.open)?;
                if item.due() < today {
                    sum.overdue = sum.overdue.plus(item.open)?;
                }
            }
            Ok((owed, invoices, queries::list(conn, scope, &Filter::default(), None, 5)?))
        })
        .await?;
    Ok(Page::new(Home { v: visit.view, owed, invoices, recent, chosen, method }).leaves_to_provider())
}

fn of_currency(owed: &mut Vec<Owed>, currency: Currency) -> &mut Owed {
    let at = owed.iter().position(|sum| sum.owed.currency() == currency).unwrap_or(owed.len());
    if at == owed.len() {
        let zero = Money::zero(currency);
        owed.push(Owed { owed: zero, overdue: zero, credit: zero });
    }
    &mut owed[at]
}

pub async fn home(State(web): State<Web>, Portal(visit): Portal) -> Result<impl IntoResponse, Fail> {
    page(&web, visit, HashMap::new(), "card".to_owned()).await
}

/// The form's fields are read from their pairs, since there is one row per invoice.
pub async fn begin(
    State(web): State<Web>,
    online: Online,
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
            let page = page(&web, visit, chosen.into_iter().collect(), method).await?;
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
