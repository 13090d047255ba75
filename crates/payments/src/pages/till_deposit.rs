//! The form that takes cash of a till to the bank.

use super::till::{chosen, link};
use crate::BankCash;
use crate::rules::till_input::{DepositInput, check_deposit};
use crate::till::{self, Till, TillDeposit};
use ::store::{Error, Once};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{Permission, Refusal};
use serde::Deserialize;
use web::session::Desk;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

#[derive(Template)]
#[template(path = "payments/till_deposit.html")]
struct Show {
    v: View,
    till: Till,
    /// Accounts at the bank: code and name.
    banks: Vec<(String, String)>,
    form: Form,
}

impl Show {
    fn back(&self) -> String {
        link(&self.till.account, self.till.currency())
    }
}

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    #[serde(rename = "/from")]
    from: String,
    #[serde(rename = "/to")]
    to: String,
    #[serde(rename = "/amount/currency")]
    currency: String,
    #[serde(rename = "/amount/amount")]
    amount: String,
    #[serde(rename = "/on")]
    on: String,
    #[serde(rename = "/reference")]
    reference: String,
}

impl From<Form> for DepositInput {
    fn from(form: Form) -> DepositInput {
        let Form { from, to, currency, amount, on, reference } = form;
        DepositInput { from, to, currency, amount, on, reference }
    }
}

async fn page(web: &Web, visit: Visit, form: Form) -> Result<Page<Show>, Fail> {
    let mut v = visit.view;
    let (today, locale, asked) = (v.today, v.l.locale(), (form.from.clone(), form.currency.clone()));
    let (till, banks) = web
        .app
        .read(&visit.context, Permission::PaymentRecord, move |conn, scope| {
            let mut tills = till::tills(conn, scope, locale, today)?;
            let at = chosen(&tills, &asked.0, &asked.1).ok_or_else(|| Refusal::not_found("till_not_found"))?;
            Ok((tills.swap_remove(at), till::banks(conn, scope, locale)?))
        })
        .await?;
    v.room = Some("/payments");
    Ok(Page::new(Show { v, till, banks, form }))
}

pub async fn show(State(web): State<Web>, Desk(visit): Desk) -> Result<impl IntoResponse, Fail> {
    let v = &visit.view;
    let (from, currency, on) = (v.asked("account"), v.asked("currency"), v.today.to_string());
    page(&web, visit, Form { from, currency, on, ..Form::default() }).await
}

pub async fn deposit(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: form, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::PaymentRecord)?;
    let result = match check_deposit(&form.clone().into()) {
        Err(refusal) => Err(refusal.into()),
        Ok(data) => {
            let went = |_: &mut ::store::Tx<'_>, deposit: TillDeposit| -> Result<_, Error> {
                let to = format!("{}&done=till-deposited", link(&deposit.from, deposit.amount.currency()));
                Ok((303, to.into_bytes()))
            };
            web.app.write_once(&visit.context, Once { keep: true, ..once }, BankCash::from(data), went).await
        }
    };
    match result {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(&web, visit, form).await?.with_status(refusal.status()).into_response())
        }
    }
}
