//! `POST /payments/{id}/reverse`

use super::wire::{PaymentView, Reversal};
use crate::{ReversePayment, queries};
use axum::extract::{Path, State};
use kernel::{Date, Fields, Refusal};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Take back a payment that was recorded by mistake, with all its allocations.
#[utoipa::path(
    post, path = "/api/v1/payments/{id}/reverse", tag = "payments", request_body = Reversal,
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 200, body = PaymentView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn reverse(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<ReversePayment, Reversal>,
) -> Result<Kept, Fail> {
    let Keyed { context, mut once, value, .. } = request;
    once.keep = true;
    let (on, reason) = read(&value.on, &value.reason)?;
    let command = ReversePayment { payment: path_id(&id)?, on, reason };
    let answer = web
        .app
        .write_once(&context, once, command, |tx, id| {
            let scope = tx.context().scope();
            json_body(200, &PaymentView::from(queries::get(tx.conn, &scope, id)?))
        })
        .await?;
    Ok(Kept(answer))
}

/// A day that may be left out, and a reason.
pub(super) fn read(on: &Option<String>, reason: &str) -> Result<(Option<Date>, String), Refusal> {
    let mut fields = Fields::new();
    let on = on.as_deref().filter(|text| !text.is_empty()).and_then(|text| fields.date("/on", text));
    let reason = fields.text("/reason", reason, 0, 200);
    fields.finish()?;
    Ok((on, reason))
}
