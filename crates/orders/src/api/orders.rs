//! `/orders`

use super::wire::{NewOrder, OrderChanges, OrderSummary, OrderView, Preview};
use crate::draft::prepare;
use crate::queries::{self, Filter};
use crate::rules::status::OrderStatus;
use crate::{CreateOrder, UpdateOrder};
use ::store::{Error, Tx};
use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::id::OrderId;
use kernel::{Permission, Refusal};
use serde::Deserialize;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Write a draft.
#[utoipa::path(
    post, path = "/api/v1/orders", tag = "orders", request_body = NewOrder,
    responses((status = 201, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn create(State(web): State<Web>, request: Keyed<CreateOrder, NewOrder>) -> Result<Kept, Fail> {
    let command = CreateOrder(request.value.into());
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 201, id)).await?;
    Ok(Kept(answer))
}

/// What an order would come to; nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/orders/preview", tag = "orders", request_body = NewOrder,
    responses((status = 200, body = Preview), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn preview(State(web): State<Web>, request: Keyed<CreateOrder, NewOrder>) -> Result<Json<Preview>, Fail> {
    let (vault, now, input) = (web.app.vault().clone(), request.context.now, request.value.into());
    let draft = web
        .app
        .read(&request.context, Permission::OrderCreate, move |conn, scope| {
            let today = ::store::books::load(conn, scope.organisation())?.date_of(now);
            prepare(conn, &vault, scope, today, &input)
        })
        .await?;
    Ok(Json(draft.into()))
}

/// One order.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}", tag = "orders",
    params(("id" = String, Path, description = "`ord_…`")),
    responses((status = 200, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(State(web): State<Web>, Api(context): Api, Path(id): Path<String>) -> Result<Json<OrderView>, Fail> {
    let id = path_id(&id)?;
    let order = web.app.read(&context, Permission::OrderRead, move |conn, scope| queries::get(conn, scope, id)).await?;
    Ok(Json(order.into()))
}

/// Change a draft. Lists that are given replace those there are.
#[utoipa::path(
    patch, path = "/api/v1/orders/{id}", tag = "orders", request_body = OrderChanges,
    params(("id" = String, Path, description = "`ord_…`")),
    responses((status = 200, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<UpdateOrder, OrderChanges>,
) -> Result<Kept, Fail> {
    let id = path_id(&id)?;
    let old =
        web.app.read(&request.context, Permission::OrderRead, move |conn, scope| queries::get(conn, scope, id)).await?;
    let command = UpdateOrder { id, version: Some(old.version), input: request.value.onto(old.as_written()) };
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 200, id)).await?;
    Ok(Kept(answer))
}

/// The filters of the list, as they come.
#[derive(Debug, Default, Deserialize)]
pub struct ListQuery {
    status: Option<String>,
    customer: Option<String>,
}

impl ListQuery {
    /// What the list is narrowed to; blank filters narrow nothing, others that are none are refused.
    pub(crate) fn filter(&self) -> Result<Filter, Refusal> {
        let status = self.status.clone().filter(|status| !status.is_empty());
        if status.as_deref().is_some_and(|status| !OrderStatus::NAMES.contains(&status)) {
            return Err(Refusal::field("/status", "not_a_choice"));
        }
        let customer = self.customer.clone().filter(|customer| !customer.is_empty());
        let customer = customer.map(|id| id.parse().map_err(|_| Refusal::field("/customer", "not_found")));
        Ok(Filter { status, customer: customer.transpose()?, ids: None })
    }
}

/// Orders, newest first.
#[utoipa::path(
    get, path = "/api/v1/orders", tag = "orders",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query),
        ("status" = Option<String>, Query, description = "`draft pending_approval on_hold confirmed cancelled`"),
        ("customer" = Option<String>, Query, description = "`cus_…`"),
    ),
    responses((status = 200, body = List<OrderSummary>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    slice: Slice,
    Query(query): Query<ListQuery>,
) -> Result<Json<List<OrderSummary>>, Fail> {
    let filter = query.filter()?;
    let rows = web
        .app
        .read(&context, Permission::OrderRead, move |conn, scope| {
            queries::list(conn, scope, &filter, slice.before(), slice.limit + 1)
        })
        .await?;
    Ok(Json(List::of(rows, slice, |order| order.id, OrderSummary::from)))
}

/// The order as it is now, in bytes.
pub(super) fn shown(tx: &mut Tx<'_>, status: u16, id: OrderId) -> Result<(u16, Vec<u8>), Error> {
    let scope = tx.context().scope();
    json_body(status, &OrderView::from(queries::get(tx.conn, &scope, id)?))
}
