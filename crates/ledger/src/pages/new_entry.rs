//! The form of an entry written by hand: eight lines, without JavaScript.

use crate::commands::PostManualEntry;
use crate::queries::{self, Account};
use crate::rules::manual::{self, LineInput, ManualInput};
use ::store::{Error, books};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::id::EntryId;
use kernel::{Currency, Permission};
use serde::Deserialize;
use web::session::Desk;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// Lines that the form offers.
const LINES: usize = 8;

/// What the form sends besides its lines, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/date")]
    date: String,
    #[serde(rename = "/memo")]
    memo: String,
    #[serde(rename = "/currency")]
    currency: String,
    #[serde(skip)]
    lines: Vec<Row>,
}

/// A line as it was typed.
#[derive(Debug, Clone, Default)]
struct Row {
    account: String,
    debit: String,
    credit: String,
}

impl Row {
    fn is_empty(&self) -> bool {
        [&self.account, &self.debit, &self.credit].iter().all(|text| text.trim().is_empty())
    }
}

impl Form {
    /// Takes the lines from the fields `/lines/0/account`, `/lines/0/debit` …
    fn with_lines(mut self, pairs: &[(String, String)]) -> Form {
        let value = |n: usize, field: &str| {
            let name = format!("/lines/{n}/{field}");
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        self.lines = (0..LINES)
            .map(|n| Row {
                account: value(n, "account"),
                debit: value(n, "debit/amount"),
                credit: value(n, "credit/amount"),
            })
            .filter(|row| !row.is_empty())
            .collect();
        self
    }

    fn input(&self) -> ManualInput {
        let column = |amount: &String| {
            Some(amount.trim()).filter(|text| !text.is_empty()).map(|text| (self.currency.clone(), text.to_owned()))
        };
        let line = |row: &Row| LineInput {
            account: row.account.clone(),
            debit: column(&row.debit),
            credit: column(&row.credit),
        };
        ManualInput { date: self.date.clone(), memo: self.memo.clone(), lines: self.lines.iter().map(line).collect() }
    }
}

#[derive(Template)]
#[template(path = "ledger/new_entry.html")]
struct Edit {
    v: View,
    form: Form,
    accounts: Vec<Account>,
    currencies: Vec<Currency>,
}

async fn page(web: &Web, visit: Visit, mut form: Form, status: u16) -> Result<Response, Fail> {
    let organisation = visit.context.organisation;
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let accounts: Vec<Account> = queries::accounts(conn, scope)?.into_iter().filter(|a| a.postable).collect();
        Ok((accounts, books::load(conn, organisation)?.currency))
    };
    let (accounts, home) = web.app.read(&visit.context, Permission::LedgerPost, read).await?;
    if form.currency.is_empty() {
        form.currency = home.code().to_owned();
    }
    form.lines.resize(LINES, Row::default());
    let template = Edit { v: visit.view, form, accounts, currencies: Currency::all() };
    Ok(Page::new(template).with_status(status).into_response())
}

pub async fn new(State(web): State<Web>, Desk(visit): Desk) -> Result<Response, Fail> {
    let form = Form { date: visit.view.today.to_string(), ..Form::default() };
    page(&web, visit, form, 200).await
}

pub async fn create(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value, pairs } = request;
    let form = value.with_lines(&pairs);
    let result = match manual::check(&form.input()) {
        Err(refusal) => Err(refusal.into()),
        Ok(entry) => web.app.write_once(&visit.context, once, PostManualEntry(entry), |_, id| went(id)).await,
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            page(&web, visit, form, refusal.status()).await
        }
    }
}

fn went(id: EntryId) -> Result<(u16, Vec<u8>), Error> {
    Ok((303, format!("/entries/{id}?done=entry-posted").into_bytes()))
}
