//! Requests that change something: a body, a key, and an answer that is kept.

use crate::nul;
use crate::problem::Fail;
use crate::session::{Api, Visit};
use crate::state::Web;
use crate::view::FORM_KEY;
use crate::wire::NULL_FAULT;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Context, Refusal, RefusalKind};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};
use store::{Answer, Command, Once};

/// A JSON request of an API caller for the command `C`. `Idempotency-Key` makes it run at most once; without one every request is
/// its own. Who may not run the command is told so before anything of the request is read.
#[derive(Debug)]
pub struct Keyed<C, T> {
    pub context: Context,
    pub once: Once,
    pub value: T,
    command: PhantomData<fn(C)>,
}

impl<C: Command, T: DeserializeOwned> FromRequest<Web> for Keyed<C, T> {
    type Rejection = Fail;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Fail> {
        let (mut parts, body) = request.into_parts();
        let Api(context) = Api::from_request_parts(&mut parts, web).await?;
        web.app.authorise(&context.actor, C::PERMISSION)?;
        let bytes = read_body(Request::from_parts(parts.clone(), body)).await?;
        let key = caller_key(&parts)?;
        let request_hash = request_hash(&parts, &bytes);
        let once = Once { route: route(&parts), key, request_hash, keep: false, waits: false };
        if let Some(asked) = parts.extensions.get::<Asked>() {
            // Told once for each request.
            drop(asked.0.set((context.clone(), once.clone())));
        }
        let value = parse_json(&parts, &bytes)?;
        Ok(Keyed { context, once, value, command: PhantomData })
    }
}

/// The `Idempotency-Key` of a request; without one every request is its own. Two keys are none that could be meant.
pub fn caller_key(parts: &Parts) -> Result<Option<String>, Refusal> {
    let mut given = parts.headers.get_all("idempotency-key").iter();
    let Some(value) = given.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| given.next().is_none());
    well_formed(text.unwrap_or("")).map(Some)
}

/// The key that a form carries in its hidden field; a form without one is its own request each time.
pub fn form_key(given: &str) -> Result<Option<String>, Refusal> {
    if given.is_empty() { Ok(None) } else { well_formed(given).map(Some) }
}

fn well_formed(key: &str) -> Result<String, Refusal> {
    if key.is_empty() || key.len() > 255 || !key.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Err(Refusal::invalid("idempotency_key_malformed"));
    }
    Ok(key.to_owned())
}

/// What a keyed API request turned out to be, told by its extractor to [`first_answer`].
#[derive(Debug, Clone, Default)]
struct Asked(Arc<OnceLock<(Context, Once)>>);

/// The key comes first: a request that would be refused for its body, or because what it is about has changed since, gets the
/// answer that is kept under its key, or is told that the key stands for another request.
///
/// Only refused requests are looked at: one that reaches its command is held against its key there, under the lock.
pub async fn first_answer(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    if !request.headers().contains_key("idempotency-key") {
        return next.run(request).await;
    }
    let asked = Asked::default();
    request.extensions_mut().insert(asked.clone());
    let response = next.run(request).await;
    let is_of_the_request = response.extensions().get::<Refusal>().is_some_and(|refusal| {
        use RefusalKind::{Conflict, Invalid, Malformed, NotFound, UnsupportedType};
        let is_ours = matches!(refusal.kind, Malformed | UnsupportedType | Invalid | NotFound | Conflict);
        is_ours && refusal.code != "idempotency_in_flight"
    });
    let Some((context, once)) = asked.0.get().filter(|_| is_of_the_request) else { return response };
    match web.app.kept(context, once.clone()).await {
        Ok(Some(answer)) => Kept(answer).into_response(),
        Ok(None) => response,
        Err(error) => Fail(error).into_response(),
    }
}

/// A form of a signed-in person; its hidden field [`FORM_KEY`] makes a double click harmless.
#[derive(Debug)]
pub struct KeyedForm<T> {
    pub visit: Visit,
    pub once: Once,
    pub value: T,
    /// All fields as they came, for forms with rows.
    pub pairs: Vec<(String, String)>,
}

impl<T: DeserializeOwned> FromRequest<Web> for KeyedForm<T> {
    type Rejection = Fail;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Fail> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, web).await?;
        let bytes = read_body(Request::from_parts(parts.clone(), body)).await?;
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_bytes(&bytes).map_err(|_| Refusal::invalid("form_malformed"))?;
        if pairs.iter().any(|(_, value)| value.contains('\0')) {
            return Err(Refusal::invalid("nul_character").into());
        }
        let value = serde_urlencoded::from_bytes(&bytes).map_err(|_| Refusal::invalid("form_malformed"))?;
        let key = pairs.iter().find(|(name, _)| name == FORM_KEY).map_or("", |(_, value)| value);
        let key = form_key(key)?;
        // The key alone counts: a form that was sent, corrected and sent again carries the new page's key.
        let request_hash = request_hash(&parts, &bytes);
        let once = Once { route: route(&parts), key, request_hash, keep: false, waits: true };
        Ok(KeyedForm { visit, once, value, pairs })
    }
}

async fn read_body(request: Request) -> Result<Bytes, Fail> {
    Bytes::from_request(request, &()).await.map_err(|rejection| {
        if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
            Refusal::new(RefusalKind::TooLarge, "too_large").into()
        } else {
            Refusal::invalid("body_unreadable").into()
        }
    })
}

/// The route that an idempotency key belongs to: method and path pattern.
pub fn route(parts: &Parts) -> String {
    let path = parts.extensions.get::<MatchedPath>().map_or(parts.uri.path(), MatchedPath::as_str);
    format!("{} {path}", parts.method)
}

fn request_hash(parts: &Parts, body: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(parts.uri.path()).chain_update([0]).chain_update(body).finalize().into()
}

fn parse_json<T: DeserializeOwned>(parts: &Parts, bytes: &[u8]) -> Result<T, Fail> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim();
    // A call that only says "do it" (`…/issue`) may come without a body; a change without one says nothing.
    let nothing = bytes.is_empty() && [Method::POST, Method::DELETE].contains(&parts.method);
    if !nothing && !essence.eq_ignore_ascii_case("application/json") {
        return Err(Unsupported.into());
    }
    let text: &[u8] = if nothing { b"{}" } else { bytes };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let mut path = pointer(error.path());
        let inner = error.into_inner();
        if inner.is_data() {
            // A field that is not there is told of at its parent; the caller looks for it under its own name.
            if let Some(name) = missing_field(&inner.to_string()) {
                path = format!("{path}/{name}");
            }
            let mut refusal = Refusal::field(path, data_fault(&inner));
            if let [field] = refusal.fields.as_mut_slice() {
                field.args.push(("reason", inner.to_string().into()));
            }
            refusal
        } else {
            Refusal::invalid("not_json")
        }
    });
    let value =
        value.map_err(|refusal| if refusal.code == "not_json" { Fail::from(NotJson) } else { refusal.into() })?;
    reader.end().map_err(|_| Fail::from(NotJson))?;
    if nul::is_in_json(text) {
        return Err(Refusal::invalid("nul_character").into());
    }
    Ok(value)
}

/// 400: the body is no JSON.
struct NotJson;
/// 415: the body is of another type.
struct Unsupported;

impl From<NotJson> for store::Error {
    fn from(_: NotJson) -> Self {
        Refusal::new(RefusalKind::Malformed, "not_json").into()
    }
}

impl From<Unsupported> for store::Error {
    fn from(_: Unsupported) -> Self {
        Refusal::new(RefusalKind::UnsupportedType, "unsupported_media_type").into()
    }
}

fn missing_field(fault: &str) -> Option<&str> {
    fault.strip_prefix("missing field `")?.split('`').next()
}

fn data_fault(error: &serde_json::Error) -> &'static str {
    let text = error.to_string();
    if text.starts_with("missing field") || text.starts_with(NULL_FAULT) {
        "required"
    } else if text.starts_with("unknown field") {
        "unknown_field"
    } else {
        "wrong_type"
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// The kept answer of an API request.
pub struct Kept(pub Answer);

impl IntoResponse for Kept {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::OK);
        let mut response = (status, [(CONTENT_TYPE, "application/json")], self.0.body).into_response();
        if self.0.replayed {
            response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        response
    }
}

/// The kept answer of a form: go and look at what was made.
pub struct Went(pub Answer);

impl IntoResponse for Went {
    fn into_response(self) -> Response {
        let to = String::from_utf8(self.0.body).unwrap_or_else(|_| "/".to_owned());
        (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
    }
}

/// The body of a kept JSON answer.
pub fn json_body(status: u16, value: &impl serde::Serialize) -> Result<(u16, Vec<u8>), store::Error> {
    Ok((status, serde_json::to_vec(value)?))
}
