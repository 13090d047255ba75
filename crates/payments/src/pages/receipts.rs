//! Buttons that have the receipt of a payment sent: at the desk, in the portal, and behind a pay link.

use super::pay::enter;
use super::portal::list;
use super::returned::{Back, Place, page as returned};
use super::show::{RefundForm, went};
use crate::api::send_receipt::read;
use crate::{Online, SendReceipt, queries};
use ::notifications::Mailer;
use ::store::{Command, Error, Once};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Refusal;
use kernel::id::{CheckoutId, PaymentId};
use serde::Deserialize;
use web::keyed::form_key;
use web::wire::path_id;
use web::{Anybody, Fail, KeyedForm, Web};

/// What the page says once the mail is written: to staff, and to customers.
const DONE: &str = "receipt-asked";
const DONE_FOR_YOU: &str = "receipt-to-you";

/// Another address than the customer's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct To {
    #[serde(rename = "/mail_to")]
    to: String,
}

pub async fn desk(
    State(web): State<Web>,
    mailer: Mailer,
    Path(id): Path<String>,
    request: KeyedForm<To>,
) -> Result<Response, Fail> {
    let KeyedForm { visit, once, value: form, .. } = request;
    web.app.authorise(&visit.context.actor, SendReceipt::PERMISSION)?;
    let id: PaymentId = path_id(&id)?;
    let sent = match (mailer.needed(), read("/mail_to", Some(&form.to))) {
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal.into()),
        (Ok(()), Ok(to)) => send(&web, &visit.context, once, SendReceipt { payment: id, to, first_only: false }).await,
    };
    went(&web, &mailer, visit, id, RefundForm::mailing(form.to), DONE, sent).await
}

/// The checkout whose page the button is on; none on the list of payments.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pressed {
    checkout: String,
    idempotency_key: String,
}

pub async fn portal(
    State(web): State<Web>,
    online: Online,
    mailer: Mailer,
    Path(id): Path<String>,
    request: KeyedForm<Pressed>,
) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: from, .. } = request;
    web.app.authorise(&visit.context.actor, SendReceipt::PERMISSION)?;
    if visit.context.scope().customer().is_none() {
        return Err(Refusal::forbidden("portal_only").into());
    }
    let payment: PaymentId = path_id(&id)?;
    let sent = match mailer.needed() {
        Err(refusal) => Err(refusal.into()),
        Ok(()) => send(&web, &visit.context, once, SendReceipt { payment, to: None, first_only: false }).await,
    };
    let checkout = from.checkout.parse::<CheckoutId>().ok();
    match (sent, checkout) {
        (Ok(()), Some(checkout)) => Ok(to(&format!("/portal/paid?checkout={checkout}&done={DONE_FOR_YOU}"))),
        (Ok(()), None) => Ok(to(&format!("/portal/payments?done={DONE_FOR_YOU}"))),
        (Err(error), checkout) => {
            let refusal = shown(error)?;
            visit.view.refused(&refusal);
            let page = match checkout {
                Some(checkout) => {
                    let asking = (visit.context, visit.view);
                    returned(&web, &online, &mailer, asking, checkout, Place::portal()).await?
                }
                None => list(&web, &mailer, visit, web::wire::Slice::read("")?).await?.into_response(),
            };
            Ok(with_status(page, &refusal))
        }
    }
}

/// Whoever holds a pay link has the receipt of a payment that they see sent to the customer's address, and to no other.
pub async fn pay_link(
    State(web): State<Web>,
    online: Online,
    mailer: Mailer,
    anybody: Anybody,
    Path(token): Path<String>,
    Form(from): Form<Pressed>,
) -> Result<Response, Fail> {
    let mut guest = enter(&web, &online, &anybody, &token).await?;
    let checkout: CheckoutId = path_id(&from.checkout)?;
    let (scope, invoice) = (guest.context.scope(), guest.invoice.id);
    let found = web.app.db().read(move |conn| queries::checkout(conn, &scope, checkout)).await?;
    let of_this_link = found.invoices.iter().any(|(paid, _)| *paid == invoice);
    let payment = found.payment.filter(|_| of_this_link).ok_or_else(|| Refusal::not_found("checkout_not_found"))?;
    let key = form_key(&from.idempotency_key)?;
    let route = "POST /pay/{token}/receipt".to_owned();
    let once = Once { route, key, request_hash: [0; 32], keep: false, waits: true };
    let sent = match mailer.needed() {
        Err(refusal) => Err(refusal.into()),
        Ok(()) => send(&web, &guest.context, once, SendReceipt { payment, to: None, first_only: false }).await,
    };
    let Err(error) = sent else {
        return Ok(to(&format!("/pay/{token}/return?checkout={checkout}&done={DONE_FOR_YOU}")));
    };
    let refusal = shown(error)?;
    guest.view.refused(&refusal);
    let page = returned(&web, &online, &mailer, (guest.context, guest.view), checkout, Place::link(&token, checkout));
    Ok(with_status(page.await?, &refusal))
}

async fn send(web: &Web, context: &kernel::Context, once: Once, command: SendReceipt) -> Result<(), Error> {
    web.app.write_once(context, once, command, |_, _| Ok((303, Vec::new()))).await.map(drop)
}

fn to(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// What the page says beside the button; other errors are the whole answer.
fn shown(error: Error) -> Result<Refusal, Error> {
    match error {
        Error::Refused(refusal) if matches!(refusal.status(), 409 | 422 | 429) => Ok(*refusal),
        other => Err(other),
    }
}

fn with_status(mut page: Response, refusal: &Refusal) -> Response {
    if let Ok(status) = axum::http::StatusCode::from_u16(refusal.status()) {
        *page.status_mut() = status;
    }
    page
}

/// Whether the receipt was asked for on this page just now.
pub(super) fn has_done(back: &Back) -> bool {
    back.done == DONE_FOR_YOU
}
