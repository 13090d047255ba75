//! `/orders/{id}/submit`, `/release`, `/withdraw`, `/cancel`, `/final-invoice`

use super::orders::shown;
use super::wire::{Nothing, OrderView};
use crate::{BillRest, CancelOrder, ReleaseOrder, SubmitOrder, WithdrawOrder};
use axum::extract::{Path, State};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web};

/// Submit a draft: confirmed with an `invoice`, or the `deposit_invoice` where a deposit was agreed, or `on_hold` where credit does not suffice.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/submit", tag = "orders", request_body = Nothing,
    params(("id" = String, Path, description = "`ord_…`")),
    responses((status = 200, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn submit(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<SubmitOrder, Nothing>,
) -> Result<Kept, Fail> {
    let command = SubmitOrder(path_id(&id)?);
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 200, id)).await?;
    Ok(Kept(answer))
}

/// Let an order on hold through, as it was agreed; its invoice is issued. What fell due meanwhile is due today.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/release", tag = "orders", request_body = Nothing,
    params(("id" = String, Path, description = "`ord_…`")),
    responses((status = 200, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn release(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<ReleaseOrder, Nothing>,
) -> Result<Kept, Fail> {
    let command = ReleaseOrder(path_id(&id)?);
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 200, id)).await?;
    Ok(Kept(answer))
}

/// Take an order that waits back to a draft, to change it and submit it again; it keeps its number.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/withdraw", tag = "orders", request_body = Nothing,
    params(("id" = String, Path, description = "`ord_…`")),
    responses((status = 200, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn withdraw(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<WithdrawOrder, Nothing>,
) -> Result<Kept, Fail> {
    let command = WithdrawOrder(path_id(&id)?);
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 200, id)).await?;
    Ok(Kept(answer))
}

/// Cancel an order; a confirmed one only when its invoice is void or credited.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/cancel", tag = "orders", request_body = Nothing,
    params(("id" = String, Path, description = "`ord_…`")),
    responses((status = 200, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn cancel(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<CancelOrder, Nothing>,
) -> Result<Kept, Fail> {
    let command = CancelOrder(path_id(&id)?);
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 200, id)).await?;
    Ok(Kept(answer))
}

/// Invoice the whole of a confirmed order less its deposit, to the cent with its tax: what is left of it, if anything.
#[utoipa::path(
    post, path = "/api/v1/orders/{id}/final-invoice", tag = "orders", request_body = Nothing,
    params(("id" = String, Path, description = "`ord_…`")),
    responses((status = 200, body = OrderView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn final_invoice(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<BillRest, Nothing>,
) -> Result<Kept, Fail> {
    let command = BillRest(path_id(&id)?);
    let answer = web.app.write_once(&request.context, request.once, command, |tx, id| shown(tx, 200, id)).await?;
    Ok(Kept(answer))
}
