//! The portal's home: what do I owe, and pay it; and what was paid.

use super::introduced::leave;
use super::last_way::{LastWay, on_by, remembering};
use super::offline::{Offline, way};
use super::pay::{begun, next, part};
use super::ways::{Way, chosen as chosen_way, ways};
use crate::Online;
use crate::api::receipt::file;
use crate::online::{Asked, Offer, said};
use crate::queries::{self, DueInvoice, Filter, Payment};
use ::notifications::Mailer;
use ::store::{Error, Once};
use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Response};
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
    /// What was chosen and typed, when the page comes back.
    typed: Typed,
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
    fn chosen(&self, id: &InvoiceId) -> Option<&str> {
        let id = id.to_string();
        self.typed.chosen.iter().find(|(own, _)| *own == id).map(|(_, part)| part.as_str())
    }

    fn is_chosen(&self, id: &InvoiceId) -> bool {
        self.chosen(id).is_some()
    }

    fn part(&self, id: &InvoiceId) -> &str {
        self.chosen(id).unwrap_or_default()
    }

    /// The sign before an amount, where all that is owed is in one currency.
    fn symbol(&self) -> Option<String> {
        let [(currency, _)] = self.owed.as_slice() else { return None };
        Some(currency.symbol(self.v.l.locale()).to_owned())
    }
}

/// What the form says: the invoices that are ticked, each with the part of it that is to be paid (all of it where that is blank),
/// or a sum that pays the oldest first.
#[derive(Debug, Clone, Default)]
struct Typed {
    chosen: Vec<(String, String)>,
    amount: String,
    currency: String,
    method: String,
}

impl Typed {
    fn of(pairs: &[(String, String)]) -> Typed {
        Typed {
            chosen: chosen(pairs),
            amount: field(pairs, "/amount/amount").trim().to_owned(),
            currency: field(pairs, "/amount/currency"),
            method: field(pairs, "/method"),
        }
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
    mut typed: Typed,
    offline: Option<Offline>,
    last: &LastWay,
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
    if typed.method.is_empty() {
        typed.method = last.among(&ways);
    }
    let home = Home { v: visit.view, owed, invoices, recent, typed, ways, offline, form, next };
    Ok(Page::new(home).leaves_to_provider())
}

pub async fn home(
    State(web): State<Web>,
    online: Online,
    Portal(visit): Portal,
    slice: Slice,
    last: LastWay,
) -> Result<impl IntoResponse, Fail> {
    page(&web, &online, visit, slice.before(), Typed::default(), None, &last).await
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
    last: LastWay,
    request: KeyedForm<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, pairs, .. } = request;
    if visit.context.scope().customer().is_none() {
        return Err(Refusal::forbidden("portal_only").into());
    }
    let typed = Typed::of(&pairs);
    if let Some(how) = way(&typed.method) {
        let answer = match offline(&web, &visit, &typed, how).await {
            Ok(offline) => page(&web, &online, visit, slice.before(), typed, Some(offline), &last).await?,
            Err(error) => {
                let refusal = error.for_form()?;
                visit.view.refused(&refusal);
                page(&web, &online, visit, slice.before(), typed, None, &last).await?.with_status(refusal.status())
            }
        };
        return Ok(answer.into_response());
    }
    match checkout(&web, &online, &visit, once, &typed).await {
        Ok(leads_on) => Ok(leads_on),
        Err(Error::Refused(refusal)) if matches!(refusal.status(), 409 | 422) => {
            visit.view.refused(&refusal);
            let page = page(&web, &online, visit, slice.before(), typed, None, &last).await?;
            Ok(page.with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Begins the payment and leads the browser on; first to where its payer is introduced, if somebody must know who they are.
async fn checkout(web: &Web, online: &Online, visit: &Visit, once: Once, typed: &Typed) -> Result<Response, Error> {
    let asked = asked(web, visit, typed).await?;
    if let Some(leaving) = online.introduction(web, &visit.context, &once, &asked, None).await? {
        return Ok(remembering(leave(web, &leaving), web, &typed.method));
    }
    let id = begun(web, online, &visit.context, once, asked).await?;
    let to = next(web, &visit.context, id).await?.unwrap_or_else(|| format!("/portal/paid?checkout={id}"));
    Ok(on_by(web, &to, &typed.method))
}

async fn asked(web: &Web, visit: &Visit, typed: &Typed) -> Result<Asked, Error> {
    let mut fields = Fields::new();
    let way = chosen_way(&typed.method);
    if way.is_none() {
        fields.note("/method", "not_a_choice");
    }
    let invoices = wanted(web, visit, typed, &mut fields).await?;
    fields.finish()?;
    let invoices = invoices.into_iter().map(|(invoice, part)| (invoice.id, part)).collect();
    let (method, gateway) = way.ok_or_else(|| Refusal::field("/method", "not_a_choice"))?;
    Ok(Asked { invoices, method, gateway, return_url: Some("/portal/paid".to_owned()), payer: None })
}

/// The invoices that are to be paid, with how much of each; none for all of it.
async fn wanted(
    web: &Web,
    visit: &Visit,
    typed: &Typed,
    fields: &mut Fields,
) -> Result<Vec<(DueInvoice, Option<Money>)>, Error> {
    match (typed.chosen.is_empty(), typed.amount.is_empty()) {
        (true, false) => return oldest(web, visit, typed, fields).await,
        (true, true) => fields.note("/invoices", "number_of_invoices"),
        // Which of them was meant, nobody can tell.
        (false, false) => fields.note("/amount/amount", "amount_or_invoices"),
        (false, true) => {}
    }
    let mut invoices = Vec::new();
    for (index, (id, part_of_it)) in typed.chosen.iter().enumerate() {
        let scope = visit.context.scope();
        let found = match id.parse::<InvoiceId>() {
            Ok(id) => web.app.db().read(move |conn| queries::due_invoice(conn, &scope, id)).await?,
            Err(_) => None,
        };
        match found {
            Some(found) => {
                let part = part(fields, &format!("/part/{id}"), part_of_it, found.balance);
                invoices.push((found, part));
            }
            None => fields.note(&format!("/invoices/{index}"), "not_found"),
        }
    }
    Ok(invoices)
}

/// The invoices that a sum pays, the soonest due first.
async fn oldest(
    web: &Web,
    visit: &Visit,
    typed: &Typed,
    fields: &mut Fields,
) -> Result<Vec<(DueInvoice, Option<Money>)>, Error> {
    let Some(currency) = fields.currency("/amount/currency", &typed.currency) else { return Ok(Vec::new()) };
    let amount = fields.money("/amount/amount", &typed.amount, currency);
    if !amount.is_positive() {
        fields.note("/amount/amount", "not_positive");
        return Ok(Vec::new());
    }
    let scope = visit.context.scope();
    let customer = scope.customer().ok_or_else(|| Refusal::forbidden("portal_only"))?;
    let (invoices, covered) = web
        .app
        .db()
        .read(move |conn| {
            let (mut invoices, mut covered) = (Vec::new(), Money::zero(currency));
            for want in receivables::oldest_first(conn, &scope, customer, amount)? {
                let Some(due) = queries::due_invoice(conn, &scope, want.debit.retyped())? else { continue };
                covered = covered.plus(want.amount)?;
                invoices.push((due, Some(want.amount)));
            }
            Ok((invoices, covered))
        })
        .await?;
    if covered != amount {
        fields.note("/amount/amount", "more_than_open");
    }
    Ok(invoices)
}

/// How what was chosen is paid without a provider.
async fn offline(web: &Web, visit: &Visit, typed: &Typed, how: &'static str) -> Result<Offline, Error> {
    let mut fields = Fields::new();
    let invoices = wanted(web, visit, typed, &mut fields).await?;
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
    /// Receipts can be sent by mail.
    mails: bool,
    next: String,
}

pub async fn payments(
    State(web): State<Web>,
    mailer: Mailer,
    Portal(visit): Portal,
    slice: Slice,
) -> Result<impl IntoResponse, Fail> {
    list(&web, &mailer, visit, slice).await
}

/// The customer's payments with their receipts.
pub(super) async fn list(
    web: &Web,
    mailer: &Mailer,
    visit: Visit,
    slice: Slice,
) -> Result<Page<impl Template + use<>>, Fail> {
    let customer = visit.context.scope().customer().ok_or_else(|| Refusal::forbidden("portal_only"))?;
    let (vault, mailer) = (web.app.vault().clone(), mailer.clone());
    let (mut payments, mails) = web
        .app
        .read(&visit.context, Permission::PaymentRead, move |conn, scope| {
            let payments = queries::list(conn, scope, &Filter::default(), slice.before(), slice.limit + 1)?;
            Ok((payments, ::notifications::offered(conn, &vault, scope, &mailer, customer)?))
        })
        .await?;
    let limit = usize::try_from(slice.limit).unwrap_or(50);
    let more = payments.len() > limit;
    payments.truncate(limit);
    let next = match payments.last() {
        Some(last) if more => visit.view.link_with("cursor", &cursor(last.id)),
        _ => String::new(),
    };
    Ok(Page::new(Payments { v: visit.view, payments, mails, next }))
}

pub async fn receipt(State(web): State<Web>, Portal(visit): Portal, Path(id): Path<String>) -> Result<Response, Fail> {
    Ok(file(&web, &visit.context, path_id(&id)?).await?.into_response())
}
