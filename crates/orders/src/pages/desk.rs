//! An order at the desk, and what is done with it.

use crate::queries::{self, Happening, Order};
use crate::rules::credit::HoldReason;
use crate::rules::status::OrderStatus;
use crate::{BillRest, CancelOrder, ReleaseOrder, SubmitOrder, WithdrawOrder};
use ::store::{Command, Error, Tx};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use invoicing::commands::InstalmentInput;
use kernel::id::OrderId;
use kernel::{Currency, Date, Money, Permission};
use std::collections::HashMap;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web, Went};

/// How a status is stamped: mark and message.
pub fn stamp(status: &OrderStatus) -> (&'static str, &'static str) {
    match status {
        OrderStatus::Draft => ("draft", "status-draft"),
        OrderStatus::PendingApproval => ("doubt", "status-pending-approval"),
        OrderStatus::OnHold(_) => ("doubt", "status-on-hold"),
        OrderStatus::Confirmed => ("paid", "status-confirmed"),
        OrderStatus::Cancelled => ("void", "status-cancelled"),
    }
}

#[derive(Template)]
#[template(path = "orders/show.html")]
struct Show {
    v: View,
    order: Order,
    happenings: Vec<Happening>,
}

impl Show {
    /// Why the order waits, while it does; and what letting it through means.
    fn hold(&self) -> Option<(String, String)> {
        let OrderStatus::OnHold(reason) = self.order.status else { return None };
        let v = &self.v;
        Some(match reason {
            HoldReason::LimitExceeded(by) => {
                (v.tm("order-hold-reason", "amount", &by), v.tm("order-release", "amount", &by))
            }
            HoldReason::OtherCurrency => (v.t("order-hold-other-currency"), v.t("order-release-unchecked")),
        })
    }

    /// Submitted, and waiting for somebody: it can be taken back.
    fn waits(&self) -> bool {
        matches!(self.order.status, OrderStatus::OnHold(_) | OrderStatus::PendingApproval)
    }

    /// What an instalment comes to: its percent, or its amount.
    fn share(&self, part: &InstalmentInput) -> String {
        let percent = part.percent.as_ref().map(|percent| format!("{percent}%"));
        let amount = part.amount.as_ref().map(|(currency, amount)| {
            let money = Currency::parse(currency).ok().and_then(|currency| Money::parse(amount, currency).ok());
            money.map_or_else(|| format!("{currency} {amount}"), |money| self.v.money_text(&money))
        });
        percent.or(amount).unwrap_or_default()
    }

    fn due(&self, part: &InstalmentInput) -> String {
        part.due_on.parse().map_or_else(|_| part.due_on.clone(), |day: Date| self.v.date(&day))
    }
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    page(&web, visit, path_id(&id)?).await
}

async fn page(web: &Web, visit: web::Visit, id: OrderId) -> Result<Page<Show>, Fail> {
    let (order, happenings) = web
        .app
        .read(&visit.context, Permission::OrderRead, move |conn, scope| {
            Ok((queries::get(conn, scope, id)?, queries::timeline(conn, scope, id)?))
        })
        .await?;
    Ok(Page::new(Show { v: visit.view, order, happenings }))
}

type Plain = KeyedForm<HashMap<String, String>>;

pub async fn submit(State(web): State<Web>, Path(id): Path<String>, request: Plain) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    act(&web, id, request, SubmitOrder(id), after_submission).await
}

pub async fn release(State(web): State<Web>, Path(id): Path<String>, request: Plain) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    act(&web, id, request, ReleaseOrder(id), after_submission).await
}

pub async fn withdraw(State(web): State<Web>, Path(id): Path<String>, request: Plain) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let to = |_: &mut Tx<'_>, id: OrderId| Ok(format!("/orders/{id}/edit?done=order-withdrawn"));
    act(&web, id, request, WithdrawOrder(id), to).await
}

pub async fn cancel(State(web): State<Web>, Path(id): Path<String>, request: Plain) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    let back = |_: &mut Tx<'_>, id: OrderId| Ok(format!("/orders/{id}?done=order-cancelled"));
    act(&web, id, request, CancelOrder(id), back).await
}

pub async fn final_invoice(State(web): State<Web>, Path(id): Path<String>, request: Plain) -> Result<Response, Fail> {
    let id = path_id(&id)?;
    act(&web, id, request, BillRest(id), after_submission).await
}

/// To the invoice, that of the deposit where there is no other yet, or to the order that waits.
fn after_submission(tx: &mut Tx<'_>, id: OrderId) -> Result<String, Error> {
    let scope = tx.context().scope();
    Ok(match queries::get(tx.conn, &scope, id)?.newest_invoice() {
        Some(invoice) => format!("/invoices/{invoice}?done=order-confirmed"),
        None => format!("/orders/{id}?done=order-on-hold"),
    })
}

/// Runs a command and goes where it leads, or shows the order with what was wrong.
async fn act<C: Command<Output = OrderId>>(
    web: &Web,
    id: OrderId,
    request: Plain,
    command: C,
    to: impl Fn(&mut Tx<'_>, OrderId) -> Result<String, Error> + Send + 'static,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, .. } = request;
    let render = move |tx: &mut Tx<'_>, id| Ok((303, to(tx, id)?.into_bytes()));
    match web.app.write_once(&visit.context, once, command, render).await {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            Ok(page(web, visit, id).await?.with_status(refusal.status()).into_response())
        }
    }
}
