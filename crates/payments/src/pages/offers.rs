//! What the company says of its ways to pay: by connection, method and currency.

use crate::Online;
use crate::commands::SetOffer;
use crate::online::{Said, said};
use crate::rules::offer::{Fee, PRIORITY_MAX, Terms, USUAL_PRIORITY};
use crate::rules::payment::Method;
use ::store::{Error, Tx};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use kernel::id::GatewayConnectionId;
use kernel::{Currency, Fields, Money, Percent, Permission, Refusal};
use serde::Deserialize;
use std::collections::BTreeSet;
use web::session::Desk;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// A way to pay with what is said of it.
struct Row {
    connection: GatewayConnectionId,
    name: String,
    method: Method,
    currency: Currency,
    /// `None`: nothing is said, and the provider's own bounds hold.
    terms: Option<Terms>,
}

impl Row {
    fn is_offered(&self) -> bool {
        self.terms.is_none_or(|terms| terms.offered)
    }

    fn priority(&self) -> i32 {
        self.terms.map_or(USUAL_PRIORITY, |terms| terms.priority)
    }

    fn way(&self) -> String {
        format!("{}:{}", self.method.name(), self.connection)
    }
}

#[derive(Template)]
#[template(path = "payments/offers.html")]
struct Offers {
    v: View,
    rows: Vec<Row>,
    currencies: Vec<Currency>,
    form: Form,
}

impl Offers {
    /// A percentage, a fixed sum, both or nothing.
    fn fee(&self, fee: &Fee) -> String {
        let percent = (fee.percent != Percent::ZERO).then(|| self.v.percent(&fee.percent));
        let fixed = (!fee.fixed.is_zero()).then(|| self.v.money_text(&fee.fixed));
        percent.into_iter().chain(fixed).collect::<Vec<_>>().join(" + ")
    }

    /// The ways of the form's list: value and name, each once.
    fn ways(&self) -> Vec<(String, String)> {
        let mut ways: Vec<(String, String)> = Vec::new();
        for row in &self.rows {
            let name = format!("{} · {}", row.name, self.v.t(&row.method.message()));
            if !ways.iter().any(|(value, _)| *value == row.way()) {
                ways.push((row.way(), name));
            }
        }
        ways
    }
}

/// An offer as it is typed in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    /// `card:gtw_…`
    #[serde(rename = "/way")]
    way: String,
    #[serde(rename = "/currency")]
    currency: String,
    #[serde(rename = "/offered")]
    offered: String,
    #[serde(rename = "/least")]
    least: String,
    #[serde(rename = "/most")]
    most: String,
    #[serde(rename = "/fee_percent")]
    fee_percent: String,
    #[serde(rename = "/fee_fixed")]
    fee_fixed: String,
    #[serde(rename = "/priority")]
    priority: String,
}

impl Form {
    fn of(row: &Row) -> Form {
        let amount = |money: Option<Money>| money.map(|money| money.amount()).unwrap_or_default();
        let terms = row.terms;
        Form {
            way: row.way(),
            currency: row.currency.code().to_owned(),
            offered: row.is_offered().to_string(),
            least: amount(terms.and_then(|terms| terms.least)),
            most: amount(terms.and_then(|terms| terms.most)),
            fee_percent: terms.map(|terms| terms.fee.percent.to_string()).unwrap_or_default(),
            fee_fixed: amount(terms.map(|terms| terms.fee.fixed)),
            priority: row.priority().to_string(),
        }
    }
}

/// What is said, and every way of the books' currency of which nothing is said.
fn rows(online: &Online, said: &Said, books: Currency) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for connection in said.connections.iter().filter(|row| row.active) {
        for method in online.methods(connection.connection_id) {
            // What is said of a currency that a connection does not take is shown, so that it can be changed.
            let own = said.offers.iter().filter(|row| row.connection_id == connection.connection_id);
            let currencies: BTreeSet<Currency> = own.map(|row| row.currency).chain([books]).collect();
            for currency in currencies {
                let terms = said.terms(connection.connection_id, method, currency)?;
                let is_usual = currency == books && online.takes(connection.connection_id, currency);
                if terms.is_none() && !is_usual {
                    continue;
                }
                rows.push(Row {
                    connection: connection.connection_id,
                    name: connection.name.clone(),
                    method,
                    currency,
                    terms,
                });
            }
        }
    }
    Ok(rows)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    way: String,
    currency: String,
}

async fn page(web: &Web, online: &Online, mut visit: Visit, typed: Result<Form, Choice>) -> Result<Page<Offers>, Fail> {
    let (said, books) = web
        .app
        .read(&visit.context, Permission::GatewayManage, |conn, scope| {
            let organisation = scope.organisation();
            Ok((said(conn, organisation)?, ::store::books::load(conn, organisation)?.currency))
        })
        .await?;
    let rows = rows(online, &said, books)?;
    let form = match typed {
        Ok(form) => form,
        Err(choice) => {
            let chosen = |row: &&Row| row.way() == choice.way && row.currency.code() == choice.currency;
            let blank = Form { currency: books.code().to_owned(), offered: "true".to_owned(), ..Form::default() };
            rows.iter().find(chosen).or(rows.first()).map_or(blank, Form::of)
        }
    };
    visit.view.room = Some("/settings");
    Ok(Page::new(Offers { v: visit.view, rows, currencies: Currency::all(), form }))
}

pub async fn index(
    State(web): State<Web>,
    online: Online,
    Desk(visit): Desk,
    Query(choice): Query<Choice>,
) -> Result<impl IntoResponse, Fail> {
    page(&web, &online, visit, Err(choice)).await
}

pub async fn save(State(web): State<Web>, online: Online, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    let result = match read(&form) {
        Err(refusal) => Err(Error::from(refusal)),
        Ok(command) => {
            let to = |_: &mut Tx<'_>, ()| Ok((303, b"/settings/offers?done=offer-saved".to_vec()));
            web.app.write_once(&visit.context, once, command, to).await
        }
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(&web, &online, visit, Ok(form)).await?.with_status(refusal.status()).into_response())
        }
    }
}

fn read(form: &Form) -> Result<SetOffer, Refusal> {
    let mut fields = Fields::new();
    let way = super::ways::chosen(&form.way).and_then(|(method, connection)| Some((method, connection?)));
    if way.is_none() {
        fields.note("/way", "not_a_choice");
    }
    let currency = fields.currency("/currency", form.currency.trim()).unwrap_or(Currency::CNY);
    let bound = |fields: &mut Fields, pointer: &str, typed: &str| {
        let money =
            Some(typed.trim()).filter(|text| !text.is_empty()).map(|text| fields.money(pointer, text, currency));
        if money.is_some_and(|money| !money.is_positive()) {
            fields.note(pointer, "not_positive");
        }
        money
    };
    let (least, most) = (bound(&mut fields, "/least", &form.least), bound(&mut fields, "/most", &form.most));
    if let (Some(least), Some(most)) = (least, most)
        && least.minor() > most.minor()
    {
        fields.note("/most", "less_than_least");
    }
    let nought = |typed: &str| if typed.trim().is_empty() { "0" } else { typed.trim() }.to_owned();
    let percent = fields.percent("/fee_percent", &nought(&form.fee_percent));
    if percent.value().is_sign_negative() || percent.value() > 100.into() {
        fields.note("/fee_percent", "out_of_range");
    }
    let fixed = fields.money("/fee_fixed", &nought(&form.fee_fixed), currency);
    if fixed.is_negative() {
        fields.note("/fee_fixed", "negative");
    }
    let place = Some(form.priority.trim()).filter(|text| !text.is_empty()).map_or(Ok(USUAL_PRIORITY), str::parse);
    let priority = place.ok().filter(|place| (1..=PRIORITY_MAX).contains(place));
    if priority.is_none() {
        fields.note("/priority", "out_of_range");
    }
    fields.finish()?;
    let (method, connection) = way.ok_or_else(|| Refusal::field("/way", "not_a_choice"))?;
    let priority = priority.unwrap_or(USUAL_PRIORITY);
    let offered = form.offered == "true";
    Ok(SetOffer {
        connection,
        method,
        currency,
        terms: Terms { offered, least, most, fee: Fee { percent, fixed }, priority },
    })
}
