//! Exchange rates: what is known, newest first, and one set by hand.

use crate::commands::SetExchangeRate;
use crate::queries::{self, RateFilter};
use crate::rules::rate::{self, ExchangeRate, RateInput};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{Currency, Permission, Refusal};
use serde::Deserialize;
use web::session::Desk;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// Rates of a page.
const SHOWN: i64 = 50;

/// What the form of one rate sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/base")]
    base: String,
    #[serde(rename = "/quote")]
    quote: String,
    #[serde(rename = "/valid_from")]
    valid_from: String,
    #[serde(rename = "/rate")]
    rate: String,
    #[serde(rename = "/source")]
    source: String,
}

impl Form {
    fn input(&self) -> RateInput {
        let Form { base, quote, valid_from, rate, source } = self.clone();
        RateInput { base, quote, valid_from, rate: rate.trim().to_owned(), source: Some(source) }
    }
}

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    currency: String,
    cursor: String,
}

#[derive(Template)]
#[template(path = "ledger/rates.html")]
struct Index {
    v: View,
    form: Form,
    asked: Asked,
    /// The first day whose rates a file is asked for.
    from: String,
    rates: Vec<ExchangeRate>,
    /// Where the list goes on; empty where it does not.
    next: String,
    currencies: Vec<Currency>,
}

async fn page(web: &Web, visit: Visit, asked: Asked, form: Option<Form>, status: u16) -> Result<Response, Fail> {
    let (filter, today) = (RateFilter::asked(&asked.currency, &asked.cursor)?, visit.view.today);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        let mut rates = queries::exchange_rates(conn, scope, filter, SHOWN + 1)?;
        let next = queries::next_rates(&mut rates, SHOWN);
        let from = queries::rates_wanted_from(conn, scope, today)?;
        let home = ::store::books::load(conn, scope.organisation())?.currency;
        Ok((rates, next, from, home))
    };
    let (rates, next, from, home) = web.app.read(&visit.context, Permission::LedgerRead, read).await?;
    let next = next.map(|cursor| visit.view.link_with("cursor", &cursor)).unwrap_or_default();
    let form = form.unwrap_or_else(|| Form {
        quote: home.code().to_owned(),
        valid_from: today.to_string(),
        ..Form::default()
    });
    let (v, from) = (visit.view, from.to_string());
    let template = Index { v, form, asked, from, rates, next, currencies: Currency::all() };
    Ok(Page::new(template).with_status(status).into_response())
}

pub async fn index(State(web): State<Web>, Desk(visit): Desk, Query(asked): Query<Asked>) -> Result<Response, Fail> {
    web.app.authorise(&visit.context.actor, Permission::LedgerRead)?;
    page(&web, visit, asked, None, 200).await
}

/// The page again, with what was wrong with a file.
pub(super) async fn refused(web: &Web, mut visit: Visit, refusal: &Refusal) -> Result<Response, Fail> {
    visit.view.refused(refusal);
    visit.view.room = Some("/settings");
    page(web, visit, Asked::default(), None, refusal.status()).await
}

pub async fn set(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::LedgerPost)?;
    let done = |_: &mut ::store::Tx<'_>, ()| Ok((303, b"/settings/rates?done=rate-set".to_vec()));
    let result = match rate::check(&form.input()) {
        Err(refusal) => Err(refusal.into()),
        Ok(rate) => web.app.write_once(&visit.context, once, SetExchangeRate(rate), done).await,
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            page(&web, visit, Asked::default(), Some(form), refusal.status()).await
        }
    }
}
