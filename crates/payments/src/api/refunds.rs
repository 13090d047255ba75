//! `POST /payments/{id}/refunds`

use super::wire::{NewRefund, RefundView};
use crate::commands::Refunding;
use crate::{Online, RefundPayment, queries};
use ::store::{Answer, App, Error, Once};
use axum::extract::{Path, State};
use kernel::id::RefundId;
use kernel::{Context, Fields};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Pay back what of a payment is not set against an invoice; online payments through their provider.
#[utoipa::path(
    post, path = "/api/v1/payments/{id}/refunds", tag = "payments", request_body = NewRefund,
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 201, body = RefundView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn refund(
    State(web): State<Web>,
    online: Online,
    Path(id): Path<String>,
    request: Keyed<NewRefund>,
) -> Result<Kept, Fail> {
    let Keyed { context, once, value } = request;
    let mut fields = Fields::new();
    let amount = value.amount.read(&mut fields, "/amount");
    let reason = fields.text("/reason", &value.reason, 1, 200);
    let account = fields.optional_text("/account", value.account.as_deref(), 40);
    fields.finish()?;
    let amount = amount.ok_or_else(|| kernel::Refusal::field("/amount/currency", "unknown_currency"))?;
    let command = RefundPayment { payment: path_id(&id)?, amount, reason, account };
    let begun = begin(&web.app, &online, &context, once.clone(), command, &web.site.public_url).await?;
    let id = begun.id;
    let view = web.app.db().read(move |conn| queries::refund(conn, &context.scope(), id)).await?;
    let (status, body) = json_body(201, &RefundView::from(view))?;
    Ok(Kept(Answer { status, body, replayed: begun.replayed }))
}

/// A refund that was begun by this request, or by an earlier one with the same key.
pub(crate) struct Begun {
    pub id: RefundId,
    pub replayed: bool,
}

/// Begins a refund once per key and, where money goes back through a provider, sends it.
pub(crate) async fn begin(
    app: &App,
    online: &Online,
    context: &Context,
    once: Once,
    command: RefundPayment,
    public_url: &str,
) -> Result<Begun, Error> {
    let once = Once { keep: true, ..once };
    let answer = app
        .write_once(context, once, command, |_, refunding: Refunding| {
            let kept = (refunding.id, refunding.online);
            Ok((201, serde_json::to_vec(&kept)?))
        })
        .await?;
    let (id, checkout) = serde_json::from_slice(&answer.body)?;
    if !answer.replayed {
        let refunding = Refunding { id, online: checkout };
        online.send_refund(app, context.organisation, &refunding, public_url).await?;
    }
    Ok(Begun { id, replayed: answer.replayed })
}
