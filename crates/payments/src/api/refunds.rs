//! `POST /payments/{id}/refunds`, `GET /payments/{id}/refunds`, `GET /refunds/{id}`

use super::wire::{NewRefund, RefundView};
use crate::{Online, RefundPayment, queries};
use ::store::{Answer, App, Error, Once, Tx};
use axum::Json;
use axum::extract::{Path, State};
use kernel::id::{PaymentId, RefundId};
use kernel::{Context, Fields, Money, Permission, Refusal};
use web::wire::{List, path_id};
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// Pay back what of a payment is not set against an invoice, or was credited since on the invoice it is set against. What was
/// paid online goes back through its provider: the answer says `processing`, and how it ends is read at `/refunds/{id}`.
#[utoipa::path(
    post, path = "/api/v1/payments/{id}/refunds", tag = "payments", request_body = NewRefund,
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 201, body = RefundView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn refund(
    State(web): State<Web>,
    online: Online,
    Path(id): Path<String>,
    request: Keyed<RefundPayment, NewRefund>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value, .. } = request;
    let Read { amount, reason, account } = read(&value)?;
    let command = RefundPayment { payment: path_id(&id)?, amount, reason, account };
    Ok(Kept(begin(&web.app, &online, &context, once, command, &web.site.public_url).await?))
}

/// Refunds of a payment, oldest first.
#[utoipa::path(
    get, path = "/api/v1/payments/{id}/refunds", tag = "payments",
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 200, body = List<RefundView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<List<RefundView>>, Fail> {
    let id: PaymentId = path_id(&id)?;
    let found = web.app.read(&context, Permission::PaymentRead, move |conn, scope| {
        queries::get(conn, scope, id)?;
        queries::refunds(conn, scope, id)
    });
    Ok(Json(List { data: found.await?.into_iter().map(RefundView::from).collect(), next_cursor: None }))
}

/// One refund.
#[utoipa::path(
    get, path = "/api/v1/refunds/{id}", tag = "payments",
    params(("id" = String, Path, description = "`ref_…`")),
    responses((status = 200, body = RefundView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(State(web): State<Web>, Api(context): Api, Path(id): Path<String>) -> Result<Json<RefundView>, Fail> {
    let id: RefundId = path_id(&id)?;
    let found =
        web.app.read(&context, Permission::PaymentRead, move |conn, scope| queries::refund(conn, scope, id)).await?;
    Ok(Json(found.into()))
}

/// A refund as it was asked for.
pub(super) struct Read {
    pub amount: Money,
    pub reason: String,
    pub account: Option<String>,
}

pub(super) fn read(value: &NewRefund) -> Result<Read, Refusal> {
    let mut fields = Fields::new();
    let amount = value.amount.read(&mut fields, "/amount");
    let reason = fields.text("/reason", &value.reason, 1, 200);
    let account = fields.optional_text("/account", value.account.as_deref(), 40);
    fields.finish()?;
    let amount = amount.ok_or_else(|| Refusal::field("/amount/currency", "unknown_currency"))?;
    Ok(Read { amount, reason, account })
}

/// What is kept for the key of a refund: how it stands once it is written down.
pub(super) fn answer(tx: &mut Tx<'_>, id: RefundId) -> Result<(u16, Vec<u8>), Error> {
    let scope = tx.context().scope();
    json_body(201, &RefundView::from(queries::refund(tx.conn, &scope, id)?))
}

/// Begins a refund once per key and, where money goes back through a provider, sends it.
pub(crate) async fn begin(
    app: &App,
    online: &Online,
    context: &Context,
    once: Once,
    command: RefundPayment,
    public_url: &str,
) -> Result<Answer, Error> {
    let once = Once { keep: true, ..once };
    let kept = app.write_once(context, once, command, answer).await?;
    let begun: Begun = serde_json::from_slice(&kept.body)?;
    if begun.status == "processing" && !kept.replayed {
        let id = begun.id.parse().map_err(|_| Error::Broken("kept refund".to_owned()))?;
        online.send_refund(app, context.organisation, id, public_url).await?;
    }
    Ok(kept)
}

/// What of the kept answer says which refund it is.
#[derive(serde::Deserialize)]
struct Begun {
    id: String,
    status: String,
}
