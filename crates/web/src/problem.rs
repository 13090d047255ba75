//! How the house says no over HTTP: problem+json (RFC 9457) to programs, a page to people.
//!
//! Handlers return [`Fail`]; it travels as a response extension to [`speak`], the one place that knows the reader's language
//! and whether a program or a person asks.

use crate::session::{Anybody, SESSION_COOKIE, asked_locale, cookie};
use crate::state::Web;
use crate::view::{Brand, BrandColour, ConfirmPage, ErrorPage, FORM_KEY, Held, Page, SignInPage};
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, REFERER, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use kernel::{Locale, Refusal, RefusalKind};
use serde::Serialize;
use store::Error;
use utoipa::ToSchema;

/// A handler's refusal or failure.
#[derive(Debug)]
pub struct Fail(pub Error);

impl<E: Into<Error>> From<E> for Fail {
    fn from(error: E) -> Self {
        Fail(error.into())
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        if let Error::Database(_) | Error::Broken(_) = &self.0 {
            tracing::error!(error = %self.0, "a request failed");
        }
        let refusal = self.0.refusal();
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(refusal);
        response
    }
}

/// What a program gets: RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`; `code` tells more.
    pub r#type: &'static str,
    /// The status in words.
    pub title: &'static str,
    pub status: u16,
    /// Stable; part of the contract.
    pub code: String,
    /// A sentence in the caller's language.
    pub detail: String,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer into the request's body.
    pub pointer: String,
    pub detail: String,
}

/// Puts refusals into words.
pub async fn speak(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let address = parts.uri.path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let is_get = parts.method == Method::GET;
    let locale = asked_locale(&parts.headers).unwrap_or_default();
    let came_from = path_before(&parts.headers);
    let session = cookie(&parts.headers, SESSION_COOKIE).map(str::to_owned);
    let reader = Anybody::from_request_parts(&mut parts, &web).await;
    let (typed, body) = read_form(&parts, body).await;
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let refusal = match response.extensions_mut().remove::<Refusal>() {
        Some(refusal) => refusal,
        None if is_bare_failure(&response) => bare(status),
        None => return response,
    };
    if path.starts_with("/api/") {
        return tell_program(&web, locale, &refusal, &response);
    }
    let typed = typed.filter(|_| !is_get);
    let is_held = typed.as_ref().is_some_and(|form| form.iter().any(|(name, key)| name == FORM_KEY && !key.is_empty()));
    if refusal.kind == RefusalKind::Unauthenticated && !is_held {
        // What is not held, as a file, has to be sent again from the page where it was chosen.
        let to = match is_get {
            true => format!("/sign-in?next={}", encode(&address)),
            false => format!("/sign-in?next={}&done=not-sent", encode(&came_from)),
        };
        return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    }
    let brand = Brand { name: "顺付".into(), colour: BrandColour::default(), logo: None };
    let v = match reader.and_then(|reader| Ok(reader.view(&web, brand, TimeZone::UTC)?)) {
        Ok(v) => v,
        Err(_) => return response,
    };
    if let (RefusalKind::Unauthenticated, Some(typed)) = (refusal.kind, typed.clone()) {
        let page = SignInPage { v, email: String::new(), next: address, held: Some(Held::of(typed)) };
        return Page::new(page).with_status(401).into_response();
    }
    if refusal.code == "second_factor_needed" {
        let back = if is_get { &address } else { &came_from };
        let to = format!("/account/second-factor?next={}", encode(back));
        return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    }
    if refusal.code == "confirm_identity" {
        let Some(typed) = typed else {
            let to = format!("/confirm?next={}", encode(if is_get { &address } else { "/" }));
            return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
        };
        let by_code = has_second_factor(&web, session).await;
        let page = ConfirmPage { v, next: address, held: Some(Held::of(typed)), by_code };
        return Page::new(page).with_status(403).into_response();
    }
    let mut page = ErrorPage::respond(v, &refusal, "");
    carry_over(&refusal, &response, &mut page);
    page
}

/// Whether whoever has this session proves by a code who they are.
async fn has_second_factor(web: &Web, session: Option<String>) -> bool {
    let Some(token) = session else { return false };
    matches!(web.auth.session(&token).await, Ok(Some(session)) if session.second_factor)
}

fn tell_program(web: &Web, locale: Locale, refusal: &Refusal, response: &Response) -> Response {
    let (l, status) = (web.i18n.for_locale(locale), response.status());
    let problem = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        code: refusal.code.to_owned(),
        detail: l.refusal(refusal),
        errors: refusal
            .fields
            .iter()
            .map(|f| FieldProblem { pointer: f.pointer.clone(), detail: l.field(f) })
            .collect(),
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut answer = (status, [(CONTENT_TYPE, "application/problem+json")], body).into_response();
    carry_over(refusal, response, &mut answer);
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

/// What may be read twice: a form that could be held while its sender says who they are.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The fields of a page's form, and the body again. `None` for anything else.
async fn read_form(parts: &Parts, body: Body) -> (Option<Vec<(String, String)>>, Body) {
    let is_form =
        is_of_type(&parts.headers, "application/x-www-form-urlencoded") && !parts.uri.path().starts_with("/api/");
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    if !is_form || length.is_none_or(|length| length > FORM_BYTES_MAX) {
        return (None, body);
    }
    match axum::body::to_bytes(body, FORM_BYTES_MAX).await {
        Ok(bytes) => (serde_urlencoded::from_bytes(&bytes).ok(), Body::from(bytes)),
        // The line is down: nobody waits for an answer.
        Err(_) => (None, Body::empty()),
    }
}

/// The path of the page that a form was sent from; our pages tell it to this house alone. `/` where none is told.
fn path_before(headers: &HeaderMap) -> String {
    let told = headers.get(REFERER).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<Uri>().ok());
    told.and_then(|uri| Some(uri.path_and_query()?.to_string())).unwrap_or_else(|| "/".to_owned())
}

fn is_of_type(headers: &HeaderMap, media_type: &str) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    kind.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case(media_type)
}

/// Responses that axum or a layer made by itself (405, 413, 415 …): a failure without a body of ours.
fn is_bare_failure(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    (status.is_client_error() || status.is_server_error()) && (kind.is_empty() || kind.starts_with("text/plain"))
}

fn bare(status: StatusCode) -> Refusal {
    let (kind, code) = match status {
        StatusCode::NOT_FOUND => (RefusalKind::NotFound, "not_found"),
        StatusCode::METHOD_NOT_ALLOWED => (RefusalKind::Invalid, "method_not_allowed"),
        StatusCode::PAYLOAD_TOO_LARGE => (RefusalKind::TooLarge, "too_large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (RefusalKind::Invalid, "unsupported_media_type"),
        StatusCode::FORBIDDEN => (RefusalKind::Forbidden, "forbidden"),
        StatusCode::BAD_REQUEST => (RefusalKind::Invalid, "bad_request"),
        s if s.is_server_error() => (RefusalKind::Unavailable, "internal"),
        _ => (RefusalKind::Invalid, "invalid"),
    };
    Refusal::new(kind, code)
}

fn carry_over(refusal: &Refusal, from: &Response, to: &mut Response) {
    // The status of the original stands: 405 and 415 are no kinds of our own.
    *to.status_mut() = from.status();
    if let RefusalKind::TooMany { retry_after } = refusal.kind {
        to.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
    }
    if let Some(allow) = from.headers().get(axum::http::header::ALLOW) {
        to.headers_mut().insert(axum::http::header::ALLOW, allow.clone());
    }
}

fn encode(text: &str) -> String {
    serde_urlencoded::to_string([("", text)]).unwrap_or_default().trim_start_matches('=').to_owned()
}
