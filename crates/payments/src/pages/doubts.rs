//! The inbox of what is in doubt: how old it is, what is known of it, and a question out of turn.

use crate::Online;
use crate::doubts::{About, Doubt, doubts};
use crate::rules::checkout::CheckoutStatus;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Permission, Refusal, Timestamp};
use serde::Deserialize;
use web::session::Desk;
use web::{Fail, KeyedForm, Page, View, Web};

#[derive(Template)]
#[template(path = "payments/doubts.html")]
struct Doubts {
    v: View,
    doubts: Vec<Doubt>,
    now: Timestamp,
}

impl Doubts {
    /// How long it is in doubt: minutes at first, then hours, then days.
    fn age(&self, doubt: &Doubt) -> String {
        let minutes = self.now.duration_since(doubt.begun_at).as_mins().max(0);
        let (id, n) = match minutes {
            ..120 => ("doubt-age-minutes", minutes),
            120..2880 => ("doubt-age-hours", minutes / 60),
            _ => ("doubt-age-days", minutes / 1440),
        };
        self.v.tn(id, &n)
    }

    fn id(doubt: &Doubt) -> String {
        match doubt.about {
            About::Checkout(id) => id.to_string(),
            About::Refund(id, _) => id.to_string(),
        }
    }
}

pub async fn index(State(web): State<Web>, Desk(mut visit): Desk) -> Result<impl IntoResponse, Fail> {
    let doubts = web.app.read(&visit.context, Permission::PaymentRead, doubts).await?;
    visit.view.room = Some("/payments");
    Ok(Page::new(Doubts { v: visit.view, doubts, now: web.app.now() }))
}

#[derive(Debug, Default, Deserialize)]
pub struct Nothing {}

/// Asks the provider now, and says what came of it.
pub async fn ask(
    State(web): State<Web>,
    online: Online,
    Path(id): Path<String>,
    request: KeyedForm<Nothing>,
) -> Result<Response, Fail> {
    let context = &request.visit.context;
    let known = web.app.read(context, Permission::PaymentRecord, doubts).await?;
    let named = |doubt: &&Doubt| Doubts::id(doubt) == id;
    let about = known.iter().find(named).map(|doubt| doubt.about).ok_or_else(|| Refusal::not_found("not_found"))?;
    let organisation = context.organisation;
    let is_known = match about {
        About::Checkout(id) => online.ask(&web.app, organisation, id).await? != CheckoutStatus::InDoubt,
        About::Refund(id, _) => online.ask_refund(&web.app, organisation, id).await?,
    };
    let done = if is_known { "doubt-known" } else { "doubt-stays" };
    Ok(Redirect::to(&format!("/payments/in-doubt?done={done}")).into_response())
}
