//! What is done with many orders at once.

use super::desk::stamp;
use super::list::ACTS;
use crate::queries::{self, Filter};
use crate::{CancelOrder, ReleaseOrder, SubmitOrder};
use ::store::{Error, Tx};
use axum::extract::State;
use axum::response::Response;
use kernel::Permission;
use kernel::id::{Order, OrderId};
use web::bulk::{Bulk, Form, Subject};
use web::view::List;
use web::{Fail, KeyedForm, Web};

pub async fn bulk(State(web): State<Web>, request: KeyedForm<Form>) -> Result<Response, Fail> {
    let nameless = request.visit.view.t("order-without-number");
    let bulk: Bulk<Order> = Bulk::read(&web, request, List::Orders, ACTS)?;
    let filter = Filter { ids: Some(bulk.ids.clone()), ..Filter::default() };
    let limit = i64::try_from(bulk.ids.len()).unwrap_or(0);
    let read = web.app.read(bulk.context(), Permission::OrderRead, move |conn, scope| {
        queries::list(conn, scope, &filter, None, limit)
    });
    let subjects = read.await?.into_iter().map(|order| Subject {
        id: order.id,
        name: order.number.unwrap_or_else(|| nameless.clone()),
        detail: format!("{} · {}", order.customer_name, order.total),
    });
    let subjects = subjects.collect();
    match bulk.act.name {
        "submit" => bulk.carry_out(&web, subjects, SubmitOrder, status).await,
        "release" => bulk.carry_out(&web, subjects, ReleaseOrder, status).await,
        _ => bulk.carry_out(&web, subjects, CancelOrder, status).await,
    }
}

/// The message of the status that an order then has.
fn status(tx: &mut Tx<'_>, id: OrderId) -> Result<&'static str, Error> {
    let scope = tx.context().scope();
    Ok(stamp(&queries::get(tx.conn, &scope, id)?.status).1)
}
