//! `POST /payments/{id}/allocations`

use super::wire::{AllocationInput, NewAllocations, PaymentView};
use crate::rules::input::{Part, parts};
use crate::{AllocateCredit, queries};
use axum::extract::{Path, State};
use kernel::{Fields, Refusal};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Set a payment's credit against invoices; the oldest first when none are named.
#[utoipa::path(
    post, path = "/api/v1/payments/{id}/allocations", tag = "payments", request_body = NewAllocations,
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 201, body = PaymentView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn allocate(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<AllocateCredit, NewAllocations>,
) -> Result<Kept, Fail> {
    let Keyed { context, mut once, value, .. } = request;
    once.keep = true;
    let command = AllocateCredit { payment: path_id(&id)?, allocations: read(value)? };
    let answer = web
        .app
        .write_once(&context, once, command, |tx, allocated| {
            let scope = tx.context().scope();
            json_body(201, &PaymentView::from(queries::get(tx.conn, &scope, allocated.payment)?))
        })
        .await?;
    Ok(Kept(answer))
}

/// What is meant for which invoice.
pub(super) fn read(value: NewAllocations) -> Result<Vec<Part>, Refusal> {
    let mut fields = Fields::new();
    let written: Vec<_> = value.allocations.into_iter().map(AllocationInput::input).collect();
    let allocations = parts(&mut fields, &written);
    fields.finish()?;
    Ok(allocations)
}
