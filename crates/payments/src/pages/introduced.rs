//! The payer comes back from being introduced, and what they chose before is begun.

use super::last_way::set_cookie_of;
use super::pay::{begun, enter, next};
use crate::Online;
use crate::address::with_checkout;
use crate::online::{Intent, Leaving};
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use web::session::{Portal, cookie};
use web::{Anybody, Fail, Web};

/// Holds what a payer chose while their browser is away.
const COOKIE: &str = "shunfu_intent";
const LIFE_S: i64 = 600;

/// Leads a browser to where its payer is introduced, with what they chose.
pub(super) fn leave(web: &Web, leaving: &Leaving) -> Response {
    let mut response = Redirect::to(&leaving.to).into_response();
    set_cookie_of(&mut response, web, COOKIE, &leaving.cookie, LIFE_S);
    response
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Brought {
    code: String,
    state: String,
}

/// Begins what a form has asked for: the state proves that it did, and the form's key that it is begun once, however often the
/// browser comes here. So this is no more than the end of that form's way.
pub async fn come_back(
    State(web): State<Web>,
    online: Online,
    anybody: Anybody,
    Query(brought): Query<Brought>,
    mut parts: Parts,
) -> Result<Response, Fail> {
    online.limits.pass(&anybody.source.address, web.app.now())?;
    let kept = cookie(&parts.headers, COOKIE).unwrap_or_default();
    let intent = Intent::of(&web.app, kept, &brought.state, web.app.now())?;
    let context = match &intent.link {
        Some(token) => enter(&web, &online, &anybody, token).await?.context,
        None => Portal::from_request_parts(&mut parts, &web).await?.0.context,
    };
    let payer = online.introduced(intent.gateway(), &brought.code).await;
    let back = intent.return_url.clone();
    let (once, asked) = intent.asked(payer)?;
    let id = begun(&web, &online, &context, once, asked).await?;
    let to = next(&web, &context, id).await?;
    Ok(Redirect::to(&to.unwrap_or_else(|| with_checkout(&back, id))).into_response())
}
