//! `POST /payments/{id}/cheque/…`

use super::reverse::read;
use super::wire::{Bounce, ChequeStep, PaymentView, Redeposit};
use crate::{BounceCheque, ClearCheque, DepositCheque, PresentCheque, queries};
use ::store::{Command, Error, Once, Tx};
use axum::extract::{Path, State};
use kernel::id::PaymentId;
use kernel::{Context, Fields};
use web::wire::path_id;
use web::{Fail, Kept, Keyed, Problem, Web, json_body};

async fn step(
    web: &Web,
    context: &Context,
    mut once: Once,
    command: impl Command<Output = PaymentId>,
    status: u16,
) -> Result<Kept, Fail> {
    once.keep = true;
    let render = move |tx: &mut Tx<'_>, id| -> Result<_, Error> {
        let scope = tx.context().scope();
        json_body(status, &PaymentView::from(queries::get(tx.conn, &scope, id)?))
    };
    Ok(Kept(web.app.write_once(context, once, command, render).await?))
}

/// A cheque was handed to the bank.
#[utoipa::path(
    post, path = "/api/v1/payments/{id}/cheque/deposit", tag = "payments", request_body = ChequeStep,
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 200, body = PaymentView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn deposit(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<DepositCheque, ChequeStep>,
) -> Result<Kept, Fail> {
    let (on, _) = read(&request.value.on, "")?;
    step(&web, &request.context, request.once, DepositCheque { payment: path_id(&id)?, on }, 200).await
}

/// The bank paid a cheque.
#[utoipa::path(
    post, path = "/api/v1/payments/{id}/cheque/clear", tag = "payments", request_body = ChequeStep,
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 200, body = PaymentView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn clear(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<ClearCheque, ChequeStep>,
) -> Result<Kept, Fail> {
    let (on, _) = read(&request.value.on, "")?;
    let account = request.value.account.filter(|code| !code.is_empty());
    step(&web, &request.context, request.once, ClearCheque { payment: path_id(&id)?, on, account }, 200).await
}

/// The bank refused a cheque: the payment is taken back, its invoices are open again, and the bank's fee is booked.
#[utoipa::path(
    post, path = "/api/v1/payments/{id}/cheque/bounce", tag = "payments", request_body = Bounce,
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 200, body = PaymentView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn bounce(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<BounceCheque, Bounce>,
) -> Result<Kept, Fail> {
    let (on, reason) = read(&request.value.on, &request.value.reason)?;
    let mut fields = Fields::new();
    let fee = request.value.fee.and_then(|fee| fee.read(&mut fields, "/fee"));
    fields.finish()?;
    step(&web, &request.context, request.once, BounceCheque { payment: path_id(&id)?, on, reason, fee }, 200).await
}

/// A cheque that bounced was handed to the bank once more: a new payment, set against what the old one had settled as far as that
/// is open still. Once for each cheque that bounced.
#[utoipa::path(
    post, path = "/api/v1/payments/{id}/cheque/redeposit", tag = "payments", request_body = Redeposit,
    params(("id" = String, Path, description = "`pay_…`")),
    responses((status = 201, body = PaymentView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn redeposit(
    State(web): State<Web>,
    Path(id): Path<String>,
    request: Keyed<PresentCheque, Redeposit>,
) -> Result<Kept, Fail> {
    step(&web, &request.context, request.once, PresentCheque { payment: path_id(&id)? }, 201).await
}
