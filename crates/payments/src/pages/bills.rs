//! Providers' bills beside the books, day by day, and what was paid out.

use crate::Online;
use crate::bills::{self, Bill, Found, Payout};
use crate::commands::SetDifferenceAside;
use ::store::{Error, Part};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{BillDifferenceId, GatewayConnectionId};
use kernel::{Date, Money, Permission, Refusal};
use serde::Deserialize;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Visit, Web};

/// So many days back are shown.
const DAYS: i64 = 31;
/// And so many pay-outs.
const PAYOUTS: i64 = 100;

#[derive(Template)]
#[template(path = "payments/bills.html")]
struct Bills {
    v: View,
    bills: Vec<Bill>,
}

#[derive(Template)]
#[template(path = "payments/bill.html")]
struct OneBill {
    v: View,
    bill: Bill,
    note: String,
}

#[derive(Template)]
#[template(path = "payments/payouts.html")]
struct Payouts {
    v: View,
    payouts: Vec<Payout>,
}

/// How a bill stands: the stamp, and the message of it.
fn stand(bill: &Bill) -> (&'static str, &'static str) {
    match (bill.is_compared, bill.failure.is_some(), bill.open()) {
        (true, _, 0) => ("paid", "bill-agrees"),
        (true, _, _) => ("doubt", "bill-differs"),
        (false, true, _) => ("doubt", "bill-failed"),
        (false, false, _) => ("draft", "bill-awaited"),
    }
}

/// The message of why a bill could not be had.
fn failure(code: &str) -> &'static str {
    match code {
        "refused" => "bill-failure-refused",
        "unreachable" => "bill-failure-unreachable",
        "unreadable" => "bill-failure-unreadable",
        "exchange_rate_missing" => "bill-failure-rate",
        _ => "bill-failure-other",
    }
}

fn apart((theirs, ours): &(Money, Money)) -> Money {
    theirs.minus(*ours).unwrap_or(*theirs)
}

pub async fn index(State(web): State<Web>, Desk(mut visit): Desk) -> Result<impl IntoResponse, Fail> {
    let today = visit.view.today;
    let since = today.checked_sub(jiff::Span::new().days(DAYS)).unwrap_or(today);
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| bills::bills(conn, scope, None, (since, today));
    let bills = web.app.read(&visit.context, Permission::PaymentRead, read).await?;
    visit.view.room = Some("/payments");
    Ok(Page::new(Bills { v: visit.view, bills }))
}

pub async fn payouts(State(web): State<Web>, Desk(mut visit): Desk) -> Result<impl IntoResponse, Fail> {
    let read = |conn: &mut ::store::Conn, scope: &kernel::Scope| {
        bills::payouts(conn, scope, &Part::newest(None::<kernel::id::PayoutId>, PAYOUTS))
    };
    let payouts = web.app.read(&visit.context, Permission::PaymentRead, read).await?;
    visit.view.room = Some("/payments");
    Ok(Page::new(Payouts { v: visit.view, payouts }))
}

fn named((id, day): &(String, String)) -> Result<(GatewayConnectionId, Date), Refusal> {
    let day = day.parse().map_err(|_| Refusal::not_found("bill_not_found"))?;
    Ok((path_id(id)?, day))
}

async fn page(
    web: &Web,
    mut visit: Visit,
    (connection, day): (GatewayConnectionId, Date),
    note: String,
) -> Result<Page<OneBill>, Fail> {
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| bills::of_day(conn, scope, connection, day);
    let bill = web.app.read(&visit.context, Permission::PaymentRead, read).await?;
    visit.view.room = Some("/payments");
    Ok(Page::new(OneBill { v: visit.view, bill, note }))
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(of): Path<(String, String)>,
) -> Result<impl IntoResponse, Fail> {
    page(&web, visit, named(&of)?, String::new()).await
}

#[derive(Debug, Default, Deserialize)]
pub struct Nothing {}

/// Asks the provider for the bill of a day again, and says what came of it.
pub async fn fetch(
    State(web): State<Web>,
    online: Online,
    Path(of): Path<(String, String)>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let context = &request.visit.context;
    web.app.authorise(&context.actor, Permission::PaymentRecord)?;
    let (connection, day) = named(&of)?;
    let is_there = online.fetch_again(&web.app, context.organisation, connection, day).await?;
    let done = if is_there { "bill-fetched" } else { "bill-still-awaited" };
    Ok(Redirect::to(&format!("/payments/bills/{connection}/{day}?done={done}")).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    #[serde(rename = "/note")]
    note: String,
}

pub async fn set_aside(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: KeyedForm<NoteForm>,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: NoteForm { note }, .. } = request;
    web.app.authorise(&visit.context.actor, Permission::PaymentRecord)?;
    let id: BillDifferenceId = path_id(&id)?;
    let read = move |conn: &mut ::store::Conn, scope: &kernel::Scope| bills::day_of(conn, scope, id);
    let of = web.app.read(&visit.context, Permission::PaymentRecord, read).await?;
    let command = SetDifferenceAside { difference: id, note: note.clone() };
    match web.app.write_once(&visit.context, once, command, |_, ()| Ok((303, Vec::new()))).await {
        Ok(_) => {
            let (connection, day) = of;
            Ok(Redirect::to(&format!("/payments/bills/{connection}/{day}?done=difference-set-aside")).into_response())
        }
        Err(Error::Refused(refusal)) if matches!(refusal.status(), 409 | 422) => {
            visit.view.refused(&refusal);
            Ok(page(&web, visit, of, note).await?.with_status(refusal.status()).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The page of what a difference is about; empty where it has none.
fn href(found: &Found) -> String {
    found.payment.map(|id| format!("/payments/{id}")).unwrap_or_default()
}
