//! Recording a payment at the desk.

use super::parts::{self, Row};
use crate::RecordPayment;
use crate::queries;
use crate::rules::input::{PartInput, PaymentInput, check};
use crate::rules::payment::{Method, may_hold_money};
use ::store::{Answer, Conn, Error};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::id::{CustomerId, InvoiceId};
use kernel::{Currency, Locale, Money, Permission, Scope};
use serde::Deserialize;
use std::collections::HashMap;
use web::session::Desk;
use web::view::Picker;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

#[derive(Template)]
#[template(path = "payments/new.html")]
struct New {
    v: View,
    customer: Picker,
    rows: Vec<Row>,
    /// Accounts that may hold money: code and name.
    accounts: Vec<(String, String)>,
    currencies: Vec<Currency>,
    form: PaymentInput,
}

impl New {
    fn methods(&self) -> [(&'static str, String); 5] {
        [Method::BankTransfer, Method::Cash, Method::Cheque, Method::Card, Method::EWallet]
            .map(|method| (method.name(), self.v.t(&method.message())))
    }

    fn pointer(&self, index: &usize) -> String {
        parts::pointer(*index)
    }

    fn paid_pointer(&self, index: &usize) -> String {
        parts::paid_pointer(*index)
    }

    /// A refusal of the whole that lies at parts above their invoice's balance leads to these.
    fn point_at_excess(&mut self) {
        if self.v.faults.sentence.is_empty() || !self.v.faults.fields.is_empty() {
            return;
        }
        let excess = self.rows.iter().enumerate().filter(|(_, row)| row.exceeds_balance());
        let faults = excess.map(|(index, _)| (self.pointer(&index), self.v.faults.sentence.clone()));
        self.v.faults.fields = faults.collect();
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    customer: String,
    invoice: String,
}

pub async fn new(
    State(web): State<Web>,
    Desk(visit): Desk,
    Query(asking): Query<Asking>,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::PaymentRecord)?;
    let mut form = PaymentInput {
        customer: asking.customer,
        method: "bank_transfer".to_owned(),
        received_on: visit.view.today.to_string(),
        ..PaymentInput::default()
    };
    if let Ok(id) = asking.invoice.parse::<InvoiceId>() {
        let scope = visit.context.scope();
        if let Some(invoice) = web.app.db().read(move |conn| queries::due_invoice(conn, &scope, id)).await? {
            form.customer = invoice.customer.to_string();
            form.currency = invoice.balance.currency().code().to_owned();
            form.amount = invoice.balance.amount();
            let amount = (form.currency.clone(), form.amount.clone());
            form.allocations = vec![PartInput { invoice: id.to_string(), amount, paid: None }];
        }
    }
    page(&web, visit, form, String::new()).await
}

async fn page(web: &Web, visit: Visit, mut form: PaymentInput, words: String) -> Result<Page<New>, Fail> {
    let customer = form.customer.parse::<CustomerId>().ok();
    let chosen = form.customer.clone();
    let locale = visit.view.l.locale();
    let (customers, invoices, accounts) = web
        .app
        .read(&visit.context, Permission::PaymentRecord, move |conn, scope| {
            let invoices = match customer {
                None => Vec::new(),
                Some(customer) => parts::offered(conn, scope, customer)?,
            };
            let accounts = money_accounts(conn, scope, locale)?;
            Ok((identity::choices::customers(conn, scope, &words, &chosen)?, invoices, accounts))
        })
        .await?;
    if form.currency.is_empty() {
        let own = customers.chosen.as_ref().map(|(.., currency)| *currency);
        form.currency = own.map_or_else(String::new, |currency| currency.code().to_owned());
    }
    let credit = Currency::parse(&form.currency).ok();
    let rows = credit.map_or_else(Vec::new, |credit| parts::rows(invoices, credit, &form.allocations));
    let customer = customers.picker("/customer", &visit.view);
    let currencies = Currency::all();
    let mut page = New { v: visit.view, customer, rows, accounts, currencies, form };
    page.point_at_excess();
    Ok(Page::new(page))
}

/// The accounts that money can be recorded on, by code and name.
fn money_accounts(conn: &mut Conn, scope: &Scope, locale: Locale) -> Result<Vec<(String, String)>, Error> {
    let chart = ::store::books::load(conn, scope.organisation())?.chart;
    let chart = ledger::Chart::by_name(&chart).ok_or_else(|| Error::Broken(format!("no such chart: {chart}")))?;
    let held = ledger::queries::accounts(conn, scope)?.into_iter();
    let held = held.filter(|account| account.postable && may_hold_money(chart, &account.code));
    let told = held.map(|account| {
        let name = account.names.get(locale).to_owned();
        (account.code, name)
    });
    Ok(told.collect())
}

fn read(pairs: &[(String, String)]) -> PaymentInput {
    let field = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let currency = field("/amount/currency");
    PaymentInput {
        allocations: parts::typed(pairs, &currency),
        customer: field("/customer"),
        method: field("/method"),
        amount: field("/amount/amount").trim().to_owned(),
        received_on: field("/received_on"),
        reference: Some(field("/reference")),
        account: Some(field("/account")),
        currency,
    }
}

/// Records the payment; the buttons "show invoices" and "oldest first" only fill in the form.
pub async fn create(State(web): State<Web>, request: KeyedForm<HashMap<String, String>>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, mut once, pairs, .. } = request;
    let mut form = read(&pairs);
    let pressed = |name: &str| pairs.iter().any(|(n, _)| n == name);
    let words = pairs.iter().find(|(n, _)| n == "find").map(|(_, v)| v.trim().to_owned()).unwrap_or_default();
    if pressed("action") || (form.customer.is_empty() && !words.is_empty()) {
        return Ok(page(&web, visit, form, words).await?.into_response());
    }
    if pressed("show") {
        // Another customer's money is in another currency, until somebody says otherwise.
        if !pairs.iter().any(|(name, value)| name == "drawn-for" && *value == form.customer) {
            form.currency.clear();
        }
        form.allocations.clear();
        return Ok(page(&web, visit, form, String::new()).await?.into_response());
    }
    if pressed("spread") {
        form.allocations = spread(&web, &visit, &form).await?;
        return Ok(page(&web, visit, form, String::new()).await?.into_response());
    }
    once.keep = true;
    let result = match check(&form) {
        Err(refusal) => Err(refusal.into()),
        Ok(data) => {
            let command = RecordPayment::from(data);
            let went = |_: &mut ::store::Tx<'_>, recorded: crate::commands::Recorded| -> Result<_, Error> {
                Ok((303, format!("/payments/{}?done=payment-recorded", recorded.id).into_bytes()))
            };
            web.app.write_once(&visit.context, once, command, went).await
        }
    };
    let result: Result<Answer, Error> = result;
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(Error::Refused(refusal)) if matches!(refusal.status(), 409 | 422) => {
            visit.view.refused(&refusal);
            let status = refusal.status();
            Ok(page(&web, visit, form, String::new()).await?.with_status(status).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The amount spread over the oldest debts.
async fn spread(web: &Web, visit: &Visit, form: &PaymentInput) -> Result<Vec<PartInput>, Error> {
    let customer = form.customer.parse::<CustomerId>().ok();
    let amount = Currency::parse(&form.currency).ok().and_then(|c| Money::parse(&form.amount, c).ok());
    let (Some(customer), Some(amount)) = (customer, amount) else { return Ok(Vec::new()) };
    let wants = web
        .app
        .read(&visit.context, Permission::PaymentRecord, move |conn, scope| {
            receivables::oldest_first(conn, scope, customer, amount)
        })
        .await?;
    let text = |want: receivables::Want| {
        let id: InvoiceId = want.debit.retyped();
        let amount = (want.amount.currency().code().to_owned(), want.amount.amount());
        PartInput { invoice: id.to_string(), amount, paid: None }
    };
    Ok(wants.into_iter().map(text).collect())
}
