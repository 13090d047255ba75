//! The way in and out, for staff and people of the portal.

use super::{own_token_hash, with_session};
use crate::Directory;
use crate::commands::EndSession;
use crate::directory::{Arrival, SignIn};
use crate::rules::session::{landing, safe_next};
use ::store::Error;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use jiff::tz::TimeZone;
use kernel::{Refusal, RefusalKind};
use serde::Deserialize;
use std::sync::Arc;
use web::session::Anybody;
use web::view::{Brand, BrandColour, ErrorPage, Flash, Held, SecondFactorPage, SignInPage, Tone};
use web::{Fail, Page, View, Visit, Web};

/// What the address of the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
    done: String,
}

/// What the form sends, be it plain or with another form in it.
struct Given {
    email: String,
    password: String,
    next: String,
    held: Option<Held>,
}

impl Given {
    fn read(pairs: Vec<(String, String)>) -> Given {
        let value = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        let [.., next_name] = SignInPage::names(true);
        let holds = value(next_name).is_some();
        let [email, password, next] = SignInPage::names(holds).map(|name| value(name).unwrap_or_default());
        Given { email, password, next, held: holds.then(|| Held::of(pairs)) }
    }
}

pub async fn form(
    State(web): State<Web>,
    anybody: Anybody,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Fail> {
    let mut v = view(&web, &anybody)?;
    if asked.done == "signed-out" {
        v.flash = Some(Flash { tone: Tone::Good, sentence: v.t("done-signed-out") });
    } else if asked.done == "not-sent" {
        v.flash = Some(Flash { tone: Tone::Doubt, sentence: v.t("done-not-sent") });
    } else if safe_next(&asked.next).is_some_and(|next| next != "/") {
        v.flash = Some(Flash { tone: Tone::Doubt, sentence: v.t("sign-in-to-go-on") });
    }
    Ok(Page::new(SignInPage { v, email: String::new(), next: asked.next, held: None }))
}

pub async fn sign_in(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    anybody: Anybody,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let given = Given::read(pairs);
    let outcome = directory.sign_in(&given.email, &given.password, anybody.locale, anybody.source.clone()).await;
    match outcome {
        Ok(SignIn::Arrived(arrival)) => arrive(&web, &anybody, &given.next, given.held.as_ref(), &arrival),
        Ok(SignIn::CodeDue { token }) => {
            let (v, Given { next, held, .. }) = (view(&web, &anybody)?, given);
            Ok(Page::new(SecondFactorPage { v, token, next, held }).into_response())
        }
        Err(Error::Refused(refusal)) => again(&web, &anybody, given, &refusal),
        Err(error) => Err(error.into()),
    }
}

/// The second step: a code, after the password was right.
pub async fn give_code(
    State(web): State<Web>,
    Extension(directory): Extension<Arc<Directory>>,
    anybody: Anybody,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let value = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let own = [SecondFactorPage::TOKEN, SecondFactorPage::CODE, SecondFactorPage::NEXT];
    let [token, typed, next] = own.map(|name| value(name).unwrap_or_default());
    let held = value(SecondFactorPage::HOLDS).map(|_| Held::of(pairs.clone()));
    match directory.finish_sign_in(&token, typed, anybody.locale, anybody.source.clone()).await {
        Ok(arrival) => arrive(&web, &anybody, &next, held.as_ref(), &arrival),
        Err(Error::Refused(refusal)) if refusal.kind == RefusalKind::Unauthenticated => {
            again(&web, &anybody, Given { email: String::new(), password: String::new(), next, held }, &refusal)
        }
        Err(Error::Refused(refusal)) => {
            let mut v = view(&web, &anybody)?;
            v.refused(&refusal);
            let page = Page::new(SecondFactorPage { v, token, next, held }).with_status(refusal.status());
            Ok(saying_when(page.into_response(), &refusal))
        }
        Err(error) => Err(error.into()),
    }
}

/// Signed in, and on to a page, or with the form that was held (307 sends it again as it was). Nobody sends on what another
/// typed.
fn arrive(web: &Web, anybody: &Anybody, next: &str, held: Option<&Held>, arrival: &Arrival) -> Result<Response, Fail> {
    let answer = match (held, safe_next(next)) {
        (Some(form), Some(next)) if form.is_from(arrival.person) => Redirect::temporary(next).into_response(),
        (Some(_), Some(_)) => {
            let refusal = Refusal::conflict("form_of_another");
            ErrorPage::respond(view(web, anybody)?, &refusal, "")
        }
        _ => Redirect::to(landing(next, arrival.in_portal)).into_response(),
    };
    Ok(with_session(answer, &arrival.token, web))
}

/// The form once more, with what was typed save the password.
fn again(web: &Web, anybody: &Anybody, given: Given, refusal: &Refusal) -> Result<Response, Fail> {
    let mut v = view(web, anybody)?;
    v.refused(refusal);
    let page = Page::new(SignInPage { v, email: given.email, next: given.next, held: given.held })
        .with_status(refusal.status());
    Ok(saying_when(page.into_response(), refusal))
}

/// With the seconds to wait, where somebody has to.
fn saying_when(mut response: Response, refusal: &Refusal) -> Response {
    if let RefusalKind::TooMany { retry_after } = refusal.kind {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
    }
    response
}

/// Ends the session. Whoever has none is out already.
pub async fn sign_out(
    State(web): State<Web>,
    headers: axum::http::HeaderMap,
    visit: Result<Visit, Fail>,
) -> Result<Response, Fail> {
    if let Ok(visit) = visit {
        let token_hash = own_token_hash(&headers).to_vec();
        web.app.write(&visit.context, EndSession { token_hash }).await?;
    }
    Ok(with_session(Redirect::to("/sign-in?done=signed-out"), "", &web))
}

fn view(web: &Web, anybody: &Anybody) -> Result<View, Error> {
    // Nobody is known yet, so no company's colours are either.
    let mut v =
        anybody.view(web, Brand { name: String::new(), colour: BrandColour::default(), logo: None }, TimeZone::UTC)?;
    v.brand.name = v.t("product");
    Ok(v)
}
