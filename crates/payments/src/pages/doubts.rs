//! The inbox of what is in doubt: how old it is, what is known of it, and a question out of turn.

use crate::Online;
use crate::doubts::{About, Doubt, doubts};
use crate::rules::checkout::CheckoutStatus;
use crate::{queries, store};
use ::store::Conn;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{CheckoutId, RefundId};
use kernel::{Permission, Scope, Timestamp};
use serde::Deserialize;
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web};

#[derive(Template)]
#[template(path = "payments/doubts.html")]
struct Doubts {
    v: View,
    /// The oldest, and how many there are.
    doubts: Vec<Doubt>,
    count: i64,
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

    fn are_more(&self) -> bool {
        i64::try_from(self.doubts.len()).unwrap_or(i64::MAX) < self.count
    }

    fn id(doubt: &Doubt) -> String {
        match doubt.about {
            About::Checkout(id) => id.to_string(),
            About::Refund(id, _) => id.to_string(),
        }
    }
}

pub async fn index(State(web): State<Web>, Desk(mut visit): Desk) -> Result<impl IntoResponse, Fail> {
    let (doubts, count) = web
        .app
        .read(&visit.context, Permission::PaymentRead, |conn, scope| {
            Ok((doubts(conn, scope)?, store::count_in_doubt(conn, scope)?))
        })
        .await?;
    visit.view.room = Some("/payments");
    Ok(Page::new(Doubts { v: visit.view, doubts, count, now: web.app.now() }))
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
    let (context, organisation) = (&request.visit.context, request.visit.context.organisation);
    web.app.authorise(&context.actor, Permission::PaymentRecord)?;
    let is_known = if let Ok(id) = id.parse::<CheckoutId>() {
        let known = move |conn: &mut Conn, scope: &Scope| queries::checkout(conn, scope, id);
        web.app.read(context, Permission::PaymentRecord, known).await?;
        online.ask(&web.app, organisation, id).await? != CheckoutStatus::InDoubt
    } else {
        let id: RefundId = path_id(&id)?;
        let known = move |conn: &mut Conn, scope: &Scope| queries::refund(conn, scope, id);
        web.app.read(context, Permission::PaymentRecord, known).await?;
        online.ask_refund(&web.app, organisation, id).await?
    };
    let done = if is_known { "doubt-known" } else { "doubt-stays" };
    Ok(Redirect::to(&format!("/payments/in-doubt?done={done}")).into_response())
}
