//! The credit of a credit note: `POST /credit-notes/{id}/allocations`, and `POST` and `GET /credit-notes/{id}/refunds`.

use super::allocations;
use super::refunds::{Read, answer, read};
use super::wire::{NewAllocations, NewRefund, RefundView};
use crate::{AllocateCreditNote, RefundCreditNote, queries};
use ::store::Once;
use axum::Json;
use axum::extract::{Path, State};
use invoicing::api::CreditNote;
use kernel::Permission;
use kernel::id::CreditNoteId;
use web::wire::{List, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Set a credit note's credit against invoices; the oldest first when none are named.
#[utoipa::path(
    post, path = "/api/v1/credit-notes/{id}/allocations", tag = "credit notes", request_body = NewAllocations,
    params(("id" = String, Path, description = "`crn_…`")),
    responses((status = 201, body = CreditNote), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn allocate(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<AllocateCreditNote, NewAllocations>,
) -> Result<Kept, Fail> {
    let Keyed { context, mut once, value, .. } = request;
    once.keep = true;
    let command = AllocateCreditNote { note: path_id(&id)?, allocations: allocations::read(value)? };
    let answer = web
        .app
        .write_once(&context, once, command, |tx, note| {
            let (vault, scope) = (tx.vault().clone(), tx.context().scope());
            json_body(201, &CreditNote::from(invoicing::queries::credit_note(tx.conn, &vault, &scope, note)?))
        })
        .await?;
    Ok(Kept(answer))
}

/// Pay back what is left of a credit note, over bank or cash. What should go back through a provider is a refund of the payment.
#[utoipa::path(
    post, path = "/api/v1/credit-notes/{id}/refunds", tag = "credit notes", request_body = NewRefund,
    params(("id" = String, Path, description = "`crn_…`")),
    responses((status = 201, body = RefundView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn refund(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<RefundCreditNote, NewRefund>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value, .. } = request;
    let Read { amount, reason, account } = read(&value)?;
    let command = RefundCreditNote { note: path_id(&id)?, amount, reason, account };
    let once = Once { keep: true, ..once };
    Ok(Kept(web.app.write_once(&context, once, command, answer).await?))
}

/// Refunds of a credit note, oldest first.
#[utoipa::path(
    get, path = "/api/v1/credit-notes/{id}/refunds", tag = "credit notes",
    params(("id" = String, Path, description = "`crn_…`")),
    responses((status = 200, body = List<RefundView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<List<RefundView>>, Fail> {
    let id: CreditNoteId = path_id(&id)?;
    let vault = web.app.vault().clone();
    let found = web.app.read(&context, Permission::PaymentRead, move |conn, scope| {
        invoicing::queries::credit_note(conn, &vault, scope, id)?;
        queries::note_refunds(conn, scope, id)
    });
    Ok(Json(List { data: found.await?.into_iter().map(RefundView::from).collect(), next_cursor: None }))
}
