//! `POST /payments/{id}/receipt/send`

use crate::SendReceipt;
use ::notifications::Mailer;
use ::notifications::api::wire::{MailView, accepted};
use ::store::Error;
use axum::extract::{Path, State};
use kernel::{Fields, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web};

/// Where a receipt goes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReceiptSending {
    /// Another address than the customer's.
    #[schema(example = "books@example.com")]
    to: Option<String>,
}

/// Send the receipt of a payment by mail, with its PDF.
#[utoipa::path(
    post, path = "/api/v1/payments/{id}/receipt/send", tag = "payments", request_body = ReceiptSending,
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 202, body = MailView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn send(
    State(web): State<Web>,
    mailer: Mailer,
    Path(id): Path<String>,
    request: Keyed<SendReceipt, ReceiptSending>,
) -> Result<Kept, Fail> {
    let to = read("/to", request.value.to.as_deref())?;
    let command = SendReceipt { payment: path_id(&id)?, to, first_only: false };
    mailer.needed().map_err(Error::from)?;
    Ok(Kept(web.app.write_once(&request.context, request.once, command, accepted).await?))
}

/// An address that may be left out.
pub(crate) fn read(pointer: &str, to: Option<&str>) -> Result<Option<String>, Refusal> {
    let mut fields = Fields::new();
    let to = to.map(str::trim).filter(|to| !to.is_empty()).map(|to| fields.email(pointer, to));
    fields.finish()?;
    Ok(to)
}
