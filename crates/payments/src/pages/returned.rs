//! The payer comes back. The browser proves nothing: the provider is asked, and the page says what it says.

use super::pay::enter;
use super::receipts::has_done;
use crate::address::with_checkout;
use crate::queries::{self, Checkout};
use crate::rules::checkout::CheckoutStatus;
use crate::{Online, store};
use ::notifications::Mailer;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use gateways::HandOver;
use kernel::id::{CheckoutId, InvoiceId};
use kernel::{Context, Refusal, Scope};
use serde::Deserialize;
use web::format::Markup;
use web::session::Portal;
use web::view::{Flash, Tone};
use web::wire::path_id;
use web::{Anybody, Fail, Page, View, Web};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    checkout: String,
    /// What was done on this page before.
    pub(super) done: String,
}

/// Where a page of a checkout stands.
pub(super) struct Place {
    /// Where to go on: the pay page, or the portal.
    home: String,
    /// Where changes are heard of; empty where nothing is.
    events: String,
    /// The pay link, where the page is behind one.
    token: Option<String>,
}

impl Place {
    pub(super) fn portal() -> Place {
        Place { home: "/portal".to_owned(), events: String::new(), token: None }
    }

    pub(super) fn link(token: &str, id: CheckoutId) -> Place {
        let home = format!("/pay/{token}");
        Place { events: format!("{home}/events?checkout={id}"), home, token: Some(token.to_owned()) }
    }
}

#[derive(Template)]
#[template(path = "payments/returned.html")]
struct Returned {
    v: View,
    checkout: Checkout,
    /// What the payer scans, drawn; where the provider has no page to go to, or beside it.
    code: Option<Markup>,
    /// What is said to the provider's app, where the page is open in it.
    in_app: Option<HandOver>,
    /// Numbers of the invoices that it pays.
    invoices: Vec<String>,
    /// Where to go on: the pay page, or the portal.
    home: String,
    /// Where changes are heard of; empty where nothing will change.
    events: String,
    /// Where the button sends that has the receipt sent; empty where it is not offered.
    receipt: String,
}

impl Returned {
    /// The message that says how it stands.
    fn outcome(&self) -> String {
        self.checkout.status.name().replace('_', "-")
    }

    fn can_go_on(&self) -> bool {
        can_go_on(self.checkout.status)
    }

    /// The messages of the heading and beneath it: one who has a code or a button before them has not failed to pay.
    fn said(&self) -> [String; 2] {
        let id = if self.code.is_some() {
            "paid-scan".to_owned()
        } else if self.in_app.is_some() && !self.is_begun() {
            "paid-in-app".to_owned()
        } else {
            format!("paid-{}", self.outcome())
        };
        let note = format!("{id}-note");
        [id, note]
    }

    /// The provider has something already: the way back to its page is open, and no longer what is asked for.
    fn is_begun(&self) -> bool {
        self.checkout.status == CheckoutStatus::Processing
    }

    fn tone(&self) -> &'static str {
        match self.checkout.status {
            CheckoutStatus::Succeeded => "good",
            CheckoutStatus::Failed | CheckoutStatus::Expired => "late",
            CheckoutStatus::Open | CheckoutStatus::Processing | CheckoutStatus::InDoubt => "doubt",
        }
    }
}

const fn can_go_on(status: CheckoutStatus) -> bool {
    matches!(status, CheckoutStatus::Open | CheckoutStatus::Processing)
}

/// Where every provider sends the browser: on to wherever the checkout was begun.
pub async fn checkout(
    State(web): State<Web>,
    online: Online,
    anybody: Anybody,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    online.limits.pass(&anybody.source.address, web.app.now())?;
    let id: CheckoutId = path_id(&id)?;
    let found = web.app.db().read(move |conn| store::checkout_anywhere(conn, id)).await?;
    let row = found.ok_or_else(|| Refusal::not_found("not_found"))?;
    online.ask(&web.app, row.organisation_id, id).await?;
    let to = row.return_url.unwrap_or_else(|| "/portal/paid".to_owned());
    Ok(Redirect::to(&with_checkout(&to, id)).into_response())
}

pub async fn pay_link(
    State(web): State<Web>,
    online: Online,
    mailer: Mailer,
    anybody: Anybody,
    Path(token): Path<String>,
    Query(back): Query<Back>,
) -> Result<Response, Fail> {
    let mut guest = enter(&web, &online, &anybody, &token).await?;
    let Ok(id) = back.checkout.parse::<CheckoutId>() else {
        return Ok(Redirect::to(&format!("/pay/{token}")).into_response());
    };
    let (scope, invoice) = (guest.context.scope(), guest.invoice.id);
    let found = web.app.db().read(move |conn| queries::checkout(conn, &scope, id)).await?;
    // The link opens one invoice; what else its customer pays is for the portal.
    if !found.invoices.iter().any(|(paid, _)| *paid == invoice) {
        return Err(Refusal::not_found("checkout_not_found").into());
    }
    if has_done(&back) {
        guest.view.flash = Some(Flash { tone: Tone::Good, sentence: guest.view.t("done-receipt-to-you") });
    }
    page(&web, &online, &mailer, (guest.context, guest.view), id, Place::link(&token, id)).await
}

pub async fn portal(
    State(web): State<Web>,
    online: Online,
    mailer: Mailer,
    Portal(visit): Portal,
    Query(back): Query<Back>,
) -> Result<Response, Fail> {
    let Ok(id) = back.checkout.parse::<CheckoutId>() else { return Ok(Redirect::to("/portal").into_response()) };
    page(&web, &online, &mailer, (visit.context, visit.view), id, Place::portal()).await
}

pub(super) async fn page(
    web: &Web,
    online: &Online,
    mailer: &Mailer,
    (context, v): (Context, View),
    id: CheckoutId,
    place: Place,
) -> Result<Response, Fail> {
    let scope: Scope = context.scope();
    // Whose checkout it is, is found before anybody is asked about it.
    web.app.db().read(move |conn| queries::checkout(conn, &scope, id)).await?;
    online.ask(&web.app, context.organisation, id).await?;
    let (vault, mailer) = (web.app.vault().clone(), mailer.clone());
    let (checkout, invoices, mails) = web
        .app
        .db()
        .read(move |conn| {
            let checkout = queries::checkout(conn, &scope, id)?;
            let ids: Vec<InvoiceId> = checkout.invoices.iter().map(|(id, _)| *id).collect();
            let named = store::named(conn, scope.organisation(), &ids)?;
            let mails = match checkout.payment {
                Some(_) => ::notifications::offered(conn, &vault, &scope, &mailer, checkout.customer)?,
                None => false,
            };
            Ok((checkout, named.into_values().map(|named| named.number).collect(), mails))
        })
        .await?;
    // What is begun is for its payer to end, and not to be begun by a second telephone.
    let scanned = checkout.qr.as_ref().filter(|_| checkout.status == CheckoutStatus::Open);
    let code = scanned.and_then(|link| documents::qr_code(link).ok()).map(Markup::drawing);
    let in_app = checkout
        .in_app
        .as_ref()
        .filter(|_| can_go_on(checkout.status))
        .and_then(|name| online.registry.get(checkout.connection)?.introduces()?.hand_over(name));
    let decided = !(checkout.status == CheckoutStatus::Open || checkout.status.is_undecided());
    let events = if decided { String::new() } else { place.events };
    let receipt = match (checkout.payment.filter(|_| mails), place.token) {
        (None, _) => String::new(),
        (Some(_), Some(token)) => format!("/pay/{token}/receipt"),
        (Some(payment), None) => format!("/portal/payments/{payment}/receipt/send"),
    };
    Ok(Page::new(Returned { v, checkout, code, in_app, invoices, home: place.home, events, receipt }).into_response())
}
