//! What a month's end makes of balances in other currencies: looked at, then posted.

use crate::commands::RevalueOpenItems;
use crate::queries::{self, Called, Period, Revaluation};
use crate::rules::revaluation::Revalued;
use ::store::{Conn, Error};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::PeriodId;
use kernel::{Currency, Money, Permission, Refusal, Scope};
use std::collections::BTreeMap;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

#[derive(Template)]
#[template(path = "ledger/revalue.html")]
struct Show {
    v: View,
    period: Period,
    /// None where a rate is missing, which is told at the top.
    revaluation: Option<Revaluation>,
    is_due: bool,
    /// Names of accounts and customers.
    accounts: BTreeMap<String, kernel::Localized>,
    called: Called,
}

impl Show {
    fn money(&self, minor: &i64, home: &Currency) -> Money {
        Money::new(*minor, *home)
    }

    fn account(&self, balance: &Revalued) -> String {
        let (code, ..) = &balance.place;
        let name = self.accounts.get(code).map_or("", |names| names.get(self.v.l.locale()));
        format!("{code} {name}")
    }

    fn customer(&self, balance: &Revalued) -> &str {
        self.called.customer(balance.place.1)
    }
}

async fn page(web: &Web, mut visit: Visit, id: PeriodId, refusal: Option<Refusal>) -> Result<Response, Fail> {
    let read = move |conn: &mut Conn, scope: &Scope| {
        let period = period(conn, scope, id)?;
        let accounts = queries::accounts(conn, scope)?.into_iter().map(|a| (a.code, a.names)).collect();
        let (revaluation, refusal) = match queries::revaluation(conn, scope, period.ends_on) {
            Ok(revaluation) => (Some(revaluation), None),
            Err(Error::Refused(refusal)) => (None, Some(*refusal)),
            Err(error) => return Err(error),
        };
        let balances = revaluation.iter().flat_map(|r| &r.balances);
        let called = queries::called_customers(conn, scope, balances.filter_map(|b| b.place.1).collect())?;
        let is_due = revaluation.as_ref().map_or(Ok(false), Revaluation::is_due)?;
        Ok((period, accounts, revaluation, is_due, called, refusal))
    };
    let found = web.app.read(&visit.context, Permission::LedgerPost, read).await?;
    let (period, accounts, revaluation, is_due, called, missing) = found;
    // A month without a rate is shown as it is: that says what to do.
    let status = refusal.as_ref().map_or(200, Refusal::status);
    if let Some(refusal) = refusal.or(missing) {
        visit.view.refused(&refusal);
    }
    let show = Show { v: visit.view, period, revaluation, is_due, accounts, called };
    Ok(Page::new(show).with_status(status).into_response())
}

fn period(conn: &mut Conn, scope: &Scope, id: PeriodId) -> Result<Period, Error> {
    let found = queries::periods(conn, scope)?.into_iter().find(|period| period.id == id);
    Ok(found.ok_or_else(|| Refusal::not_found("period_not_found"))?)
}

/// What would be posted.
pub async fn show(State(web): State<Web>, Desk(visit): Desk, Path(id): Path<String>) -> Result<Response, Fail> {
    page(&web, visit, path_id(&id)?, None).await
}

/// Nothing is typed to revalue.
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

pub async fn post(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, .. } = request;
    let id: PeriodId = path_id(&id)?;
    let read = move |conn: &mut Conn, scope: &Scope| period(conn, scope, id);
    let on = web.app.read(&visit.context, Permission::LedgerPost, read).await?.ends_on;
    let to = format!("/periods/{id}/revalue?done=revalued");
    let done = move |_: &mut ::store::Tx<'_>, _| Ok((303, to.clone().into_bytes()));
    match web.app.write_once(&visit.context, once, RevalueOpenItems { on }, done).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            page(&web, visit, id, Some(refusal)).await
        }
    }
}
