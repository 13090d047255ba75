//! `POST /invoices/{id}/issue`, `…/void`, `…/write-off`, `…/write-off/reverse`, `…/send`

use super::views::Invoice;
use super::wire::{Delivery, Issue, NewWriteOff, Nothing, Void, WriteOffReversal, day};
use crate::commands::{IssueInvoice, RecordDelivery, ReverseWriteOff, SendInvoice, VoidInvoice, WriteOffInvoice};
use ::store::Command;
use axum::extract::{Path, State};
use kernel::id::InvoiceId;
use kernel::{Context, Fields};
use web::wire::{Warning, path_id};
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

/// Runs a command about an invoice and answers with the invoice as it then is.
pub(super) async fn run<C: Command<Output = InvoiceId>>(
    web: &Web,
    context: &Context,
    once: ::store::Once,
    command: C,
) -> Result<Kept, Fail> {
    let url = web.site.public_url.clone();
    let render = move |tx: &mut ::store::Tx<'_>, id| json_body(200, &super::answer(tx, id, &url)?);
    Ok(Kept(web.app.write_once(context, once, command, render).await?))
}

/// Issue a draft: it takes its number and is owed.
#[utoipa::path(
    post, path = "/api/v1/invoices/{id}/issue", tag = "invoices", request_body = Issue,
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 200, body = Invoice), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn issue(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<IssueInvoice, Issue>,
) -> Result<Kept, Fail> {
    let id = path_id(&id)?;
    let mut fields = Fields::new();
    let issued_on = day(&mut fields, "/issued_on", request.value.issued_on.as_deref());
    fields.finish()?;
    run(&web, &request.context, request.once, IssueInvoice { id, issued_on }).await
}

/// Record the delivery of an invoice whose revenue waits for it: the net that was deferred becomes revenue.
#[utoipa::path(
    post, path = "/api/v1/invoices/{id}/deliver", tag = "invoices", request_body = Delivery,
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 200, body = Invoice), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn deliver(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<RecordDelivery, Delivery>,
) -> Result<Kept, Fail> {
    let id = path_id(&id)?;
    let mut fields = Fields::new();
    let on = day(&mut fields, "/on", request.value.on.as_deref());
    fields.finish()?;
    run(&web, &request.context, request.once, RecordDelivery { id, on }).await
}

/// Make an invoice void that nothing happened to yet.
#[utoipa::path(
    post, path = "/api/v1/invoices/{id}/void", tag = "invoices", request_body = Void,
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 200, body = Invoice), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn void(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<VoidInvoice, Void>,
) -> Result<Kept, Fail> {
    let command = VoidInvoice { id: path_id(&id)?, reason: request.value.reason };
    run(&web, &request.context, request.once, command).await
}

/// Give up what is open, or a part of it.
#[utoipa::path(
    post, path = "/api/v1/invoices/{id}/write-off", tag = "invoices", request_body = NewWriteOff,
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 200, body = Invoice), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn write_off(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<WriteOffInvoice, NewWriteOff>,
) -> Result<Kept, Fail> {
    let id = path_id(&id)?;
    let NewWriteOff { amount, reason, note, on } = request.value;
    let mut fields = Fields::new();
    let amount = amount.and_then(|amount| amount.read(&mut fields, "/amount"));
    let on = day(&mut fields, "/on", on.as_deref());
    fields.finish()?;
    run(&web, &request.context, request.once, WriteOffInvoice { id, amount, reason, note, on }).await
}

/// Claim again what the newest write-off gave up: the customer pays after all (`recovered`), or it was a `mistake`.
#[utoipa::path(
    post, path = "/api/v1/invoices/{id}/write-off/reverse", tag = "invoices", request_body = WriteOffReversal,
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 200, body = Invoice), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn reverse_write_off(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<ReverseWriteOff, WriteOffReversal>,
) -> Result<Kept, Fail> {
    let id = path_id(&id)?;
    let WriteOffReversal { reason, note, on } = request.value;
    let mut fields = Fields::new();
    let on = day(&mut fields, "/on", on.as_deref());
    fields.finish()?;
    run(&web, &request.context, request.once, ReverseWriteOff { id, entry: None, reason, note, on }).await
}

/// Record that the customer has the invoice, and get the link to hand over.
#[utoipa::path(
    post, path = "/api/v1/invoices/{id}/send", tag = "invoices", request_body = Nothing,
    params(("id" = String, Path, description = "`inv_…`")),
    responses((status = 200, body = Invoice), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn send(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<SendInvoice, Nothing>,
) -> Result<Kept, Fail> {
    let command = SendInvoice { id: path_id(&id)? };
    let (url, l) = (web.site.public_url.clone(), web.i18n.for_locale(request.context.locale));
    let answer = web
        .app
        .write_once(&request.context, request.once, command, move |tx, id| {
            let mut body = super::answer(tx, id, &url)?;
            body.warnings.push(Warning { code: "mail_not_configured", detail: l.t("warning-mail-not-configured") });
            json_body(200, &body)
        })
        .await?;
    Ok(Kept(answer))
}
