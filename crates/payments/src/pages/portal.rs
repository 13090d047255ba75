//! The portal's home: what do I owe, and pay it; and what was paid.

use super::offline::{Offline, way};
use super::pay::{begun, next, part};
use super::ways::{Way, chosen as chosen_way, ways};
use crate::Online;
use crate::api::receipt::file;
use crate::online::{Asked, Offer, said};
use crate::queries::{self, DueInvoice, Filter, Payment};
use crate::rules::payment::Method;
use ::store::Error;
use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::InvoiceId;
use kernel::{Currency, Fields, Money, Permission, Refusal};
use receivables::Balance;
use std::collections::{BTreeMap, HashMap};
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
    /// The online ways that fit some of the invoices.
    ways: Vec<Way>,
    /// How to pay what was chosen without a provider, once that is asked for.
    offline: Option<Offline>,
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
    online: &Online,
    visit: Visit,
    after: Option<InvoiceId>,
    chosen: HashMap<String, String>,
    mut method: String,
    offline: Option<Offline>,
) -> Result<Page<Home>, Fail> {
    let customer = visit.context.scope().customer().ok_or_else(|| Refusal::forbidden("portal_only"))?;
    let today = visit.view.today;
    let (owed, mut invoices, recent, said) = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
            Ok((
                receivables::balance(conn, scope, customer, today)?,
                queries::open_invoices(conn, scope, customer, after, limit)?,
                queries::list(conn, scope, &Filter::default(), None, 5)?,
                said(conn, scope.organisation())?,
            ))
        })
        .await?;
    let more = invoices.len() > SHOWN;
    invoices.truncate(SHOWN);
    let place = |id: InvoiceId| format!("?cursor={}", cursor(id));
    let next = invoices.last().filter(|_| more).map_or_else(String::new, |last| format!("/portal{}", place(last.id)));
    let form = format!("/portal/pay{}", after.map_or_else(String::new, place));
    // What is chosen is not known yet: a way is shown that fits one of the invoices.
    let mut offers: Vec<Offer> = Vec::new();
    for invoice in &invoices {
        let fitting = online.offers(&said, invoice.balance)?;
        offers.extend(fitting.into_iter().filter(|offer| !offers.contains(offer)).collect::<Vec<_>>());
    }
    let ways = ways(&visit.view, &offers);
    if method.is_empty() {
        method = ways.first().map_or(Method::BankTransfer.name(), |first| &first.value).to_owned();
    }
    let home = Home { v: visit.view, owed, invoices, recent, chosen, method, ways, offline, form, next };
    Ok(Page::new(home).leaves_to_provider())
}

pub async fn home(
    State(web): State<Web>,
    online: Online,
    Portal(visit): Portal,
    slice: Slice,
) -> Result<impl IntoResponse, Fail> {
    page(&web, &online, visit, slice.before(), HashMap::new(), String::new(), None).await
}

fn field(pairs: &[(String, String)], name: &str) -> String {
    pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// The invoices that are ticked, each with the part of it that is to be paid; all of it where that is blank.
fn chosen(pairs: &[(String, String)]) -> Vec<(String, String)> {
    let ticked = pairs.iter().filter(|(name, _)| name == "/invoices");
    ticked.map(|(_, id)| (id.clone(), field(pairs, &format!("/part/{id}")))).collect()
}

#[derive(Template)]
#[template(path = "payments/portal_sum.html")]
struct Sum {
    v: View,
    /// How many invoices, and their sum, by currency.
    sums: Vec<(i64, Money)>,
}

/// What is chosen adds up to; what cannot be read is told when the form is sent.
pub async fn preview(
    State(web): State<Web>,
    Portal(visit): Portal,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<impl IntoResponse, Fail> {
    let chosen = chosen(&pairs);
    let sums = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let mut sums: BTreeMap<Currency, (i64, Money)> = BTreeMap::new();
            for (id, part) in chosen.iter().take(SHOWN) {
                let Ok(id) = id.parse::<InvoiceId>() else { continue };
                let Some(due) = queries::due_invoice(conn, scope, id)? else { continue };
                let currency = due.balance.currency();
                let amount = match part.trim() {
                    "" => due.balance,
                    part => Money::parse(part, currency).unwrap_or_else(|_| Money::zero(currency)),
                };
                let (n, sum) = sums.entry(currency).or_insert((0, Money::zero(currency)));
                (*n, *sum) = (*n + 1, sum.plus(amount)?);
            }
            Ok(sums.into_values().collect())
        })
        .await?;
    Ok(Page::new(Sum { v: visit.view, sums }))
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
    let (chosen, method) = (chosen(&pairs), field(&pairs, "/method"));
    if let Some(how) = way(&method) {
        let answer = match offline(&web, &visit, &chosen, how).await {
            Ok(offline) => {
                page(&web, &online, visit, slice.before(), chosen.into_iter().collect(), method, Some(offline)).await?
            }
            Err(error) => {
                let refusal = error.for_form()?;
                visit.view.refused(&refusal);
                let page =
                    page(&web, &online, visit, slice.before(), chosen.into_iter().collect(), method, None).await?;
                page.with_status(refusal.status())
            }
        };
        return Ok(answer.into_response());
    }
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
            let page = page(&web, &online, visit, slice.before(), chosen.into_iter().collect(), method, None).await?;
            Ok(page.with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn asked(web: &Web, visit: &Visit, chosen: &[(String, String)], method: &str) -> Result<Asked, Error> {
    let mut fields = Fields::new();
    let way = chosen_way(method);
    if way.is_none() {
        fields.note("/method", "not_a_choice");
    }
    let invoices = wanted(web, visit, chosen, &mut fields).await?;
    fields.finish()?;
    let invoices = invoices.into_iter().map(|(invoice, part)| (invoice.id, part)).collect();
    let (method, gateway) = way.ok_or_else(|| Refusal::field("/method", "not_a_choice"))?;
    Ok(Asked { invoices, method, gateway, return_url: Some("/portal/paid".to_owned()) })
}

/// The invoices that were chosen, with how much of each; none for all of it.
async fn wanted(
    web: &Web,
    visit: &Visit,
    chosen: &[(String, String)],
    fields: &mut Fields,
) -> Result<Vec<(DueInvoice, Option<Money>)>, Error> {
    if chosen.is_empty() {
        fields.note("/invoices", "number_of_invoices");
    }
    let mut invoices = Vec::new();
    for (index, (id, typed)) in chosen.iter().enumerate() {
        let scope = visit.context.scope();
        let found = match id.parse::<InvoiceId>() {
            Ok(id) => web.app.db().read(move |conn| queries::due_invoice(conn, &scope, id)).await?,
            Err(_) => None,
        };
        match found {
            Some(found) => {
                let part = part(fields, &format!("/part/{id}"), typed, found.balance);
                invoices.push((found, part));
            }
            None => fields.note(&format!("/invoices/{index}"), "not_found"),
        }
    }
    Ok(invoices)
}

/// How what was chosen is paid without a provider.
async fn offline(web: &Web, visit: &Visit, chosen: &[(String, String)], how: &'static str) -> Result<Offline, Error> {
    let mut fields = Fields::new();
    let invoices = wanted(web, visit, chosen, &mut fields).await?;
    fields.finish()?;
    let parts: Vec<Money> = invoices.iter().map(|(invoice, part)| part.unwrap_or(invoice.balance)).collect();
    let currency = parts.first().map(|part| part.currency());
    let currency = currency.ok_or_else(|| Refusal::field("/invoices", "number_of_invoices"))?;
    if let Some(other) = parts.iter().position(|part| part.currency() != currency) {
        return Err(Refusal::field(format!("/invoices/{other}"), "currency_mismatch").into());
    }
    let organisation = visit.context.organisation;
    let profile = web.app.db().read(move |conn| identity::profile(conn, organisation)).await?;
    Ok(Offline {
        how,
        amount: Money::sum(currency, parts)?,
        references: invoices.into_iter().map(|(invoice, _)| invoice.number).collect(),
        bank: profile.bank_account,
    })
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
