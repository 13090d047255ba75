//! Who is at the door: API keys, sessions, and the extractors that turn a request into a [`Context`].
//!
//! How tokens are kept is `identity`'s business, told through [`Authenticate`].

use crate::problem::Fail;
use crate::state::Web;
use crate::view::{Brand, Flash, Look, Tone, View, Who};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::id::OrganisationId;
use kernel::{Actor, Context, Locale, Permission, Refusal, RefusalKind, Source};
use std::net::SocketAddr;
use store::Error;

/// The name of the session cookie.
pub const SESSION_COOKIE: &str = "shunfu_session";
const LOOK_COOKIE: &str = "shunfu_look";
const LANG_COOKIE: &str = "shunfu_lang";

/// Finds out whom a token belongs to. A token that is unknown, expired or revoked belongs to nobody.
pub trait Authenticate: Send + Sync {
    fn api_key<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Option<Caller>, Error>>;
    fn session<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Option<Session>, Error>>;
}

/// A program with an API key.
#[derive(Debug, Clone)]
pub struct Caller {
    pub organisation: OrganisationId,
    pub actor: Actor,
}

/// A person who signed in.
#[derive(Debug, Clone)]
pub struct Session {
    pub organisation: OrganisationId,
    pub actor: Actor,
    pub name: String,
    pub locale: Locale,
    pub brand: Brand,
    pub zone: TimeZone,
    /// When the person last proved who they are (password, factor).
    pub confirmed_at: Timestamp,
    /// One person may do here what otherwise takes two.
    pub single_person: bool,
    /// The person has a second factor, and proves by it who they are.
    pub second_factor: bool,
    /// Whoever moves or redirects money must have one here.
    pub second_factor_required: bool,
}

/// The caller of an API route.
#[derive(Debug)]
pub struct Api(pub Context);

impl FromRequestParts<Web> for Api {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fail> {
        let unauthenticated = || Fail::from(Refusal::new(RefusalKind::Unauthenticated, "unauthenticated"));
        let header = parts.headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).ok_or_else(unauthenticated)?;
        // The scheme may be written in any case (RFC 9110, 11.1).
        let token = header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, token) = token.ok_or_else(unauthenticated)?;
        let caller = web.auth.api_key(token.trim()).await?.ok_or_else(unauthenticated)?;
        let locale = asked_locale(&parts.headers).unwrap_or_default();
        Ok(Api(web.context(caller.organisation, caller.actor, locale, source(parts))?))
    }
}

/// A signed-in person on a page, desk or portal.
#[derive(Debug)]
pub struct Visit {
    pub context: Context,
    pub session: Session,
    /// What the page's template receives; handlers may add to it.
    pub view: View,
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fail> {
        let unauthenticated = || Fail::from(Refusal::new(RefusalKind::Unauthenticated, "unauthenticated"));
        let token = cookie(&parts.headers, SESSION_COOKIE).ok_or_else(unauthenticated)?;
        let session = web.auth.session(token).await?.ok_or_else(unauthenticated)?;
        let locale = chosen_locale(parts).unwrap_or(session.locale);
        let mut context = web.context(session.organisation, session.actor.clone(), locale, source(parts))?;
        context.confirmed_at = Some(session.confirmed_at);
        let mut view = plain_view(parts, web, locale, session.brand.clone(), session.zone.clone())?;
        view.single_person = session.single_person;
        // Sessions are people's.
        let Actor::User { id, .. } = &session.actor else { return Err(unauthenticated()) };
        view.who = Some(Who {
            id: *id,
            name: session.name.clone(),
            roles: session.actor.roles().to_vec(),
            customer: context.scope().customer(),
            permissions: Permission::ALL.iter().copied().filter(|p| web.app.permits(&session.actor, *p)).collect(),
        });
        Ok(Visit { context, session, view })
    }
}

/// Somebody of the company, at the desk. People of the portal are not let in.
#[derive(Debug)]
pub struct Desk(pub Visit);

impl FromRequestParts<Web> for Desk {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fail> {
        let visit = Visit::from_request_parts(parts, web).await?;
        if visit.context.scope().customer().is_some() {
            return Err(Refusal::forbidden("desk_only").into());
        }
        Ok(Desk(visit))
    }
}

/// Somebody of a customer, in the portal.
#[derive(Debug)]
pub struct Portal(pub Visit);

impl FromRequestParts<Web> for Portal {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fail> {
        let visit = Visit::from_request_parts(parts, web).await?;
        if visit.context.scope().customer().is_none() {
            return Err(Refusal::forbidden("portal_only").into());
        }
        Ok(Portal(visit))
    }
}

/// Anybody: sign-in, pay links, errors. Carries what is needed to answer in the right language.
#[derive(Debug)]
pub struct Anybody {
    pub locale: Locale,
    pub source: Source,
    address: String,
    look: Look,
}

impl FromRequestParts<Web> for Anybody {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Fail> {
        Ok(Anybody {
            locale: chosen_locale(parts).or_else(|| asked_locale(&parts.headers)).unwrap_or_default(),
            source: source(parts),
            address: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            look: chosen_look(parts),
        })
    }
}

impl Anybody {
    /// A page without navigation, in the colours of `brand`.
    pub fn view(&self, web: &Web, brand: Brand, zone: TimeZone) -> Result<View, Error> {
        let seed = store::seed()?;
        let mut view = View::new(web.i18n.for_locale(self.locale), &self.address, brand, web.app.now(), zone, seed);
        view.look = self.look;
        Ok(view)
    }
}

fn plain_view(parts: &Parts, web: &Web, locale: Locale, brand: Brand, zone: TimeZone) -> Result<View, Error> {
    let address = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    let seed = store::seed()?;
    let mut view = View::new(web.i18n.for_locale(locale), address, brand, web.app.now(), zone, seed);
    view.look = chosen_look(parts);
    // After an action the address says what was done: `?done=order-submitted`. Only known messages are shown.
    if let Some(done) = query_value(parts, "done")
        && let Some(sentence) = view.l.find(&format!("done-{done}"), &[])
    {
        view.flash = Some(Flash { tone: Tone::Good, sentence });
    }
    Ok(view)
}

/// A cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

/// A `Set-Cookie` value: whole site, not for scripts, not sent along from other sites' forms.
pub fn set_cookie(name: &str, value: &str, max_age_seconds: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn query_value<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    let pairs = parts.uri.query()?.split('&');
    pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn chosen_locale(parts: &Parts) -> Option<Locale> {
    query_value(parts, "lang").or_else(|| cookie(&parts.headers, LANG_COOKIE)).and_then(|tag| tag.parse().ok())
}

pub(crate) fn asked_locale(headers: &HeaderMap) -> Option<Locale> {
    headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).and_then(Locale::negotiate)
}

const LOOKS: [&str; 3] = ["theme", "density", "keys"];

fn chosen_look(parts: &Parts) -> Look {
    let mut look = Look::default();
    for pair in cookie(&parts.headers, LOOK_COOKIE).unwrap_or("").split('.') {
        if let Some((name, value)) = pair.split_once('-') {
            look.set(name, value);
        }
    }
    for name in LOOKS {
        if let Some(value) = query_value(parts, name) {
            look.set(name, value);
        }
    }
    look
}

/// Keeps what the links of the footer choose (`?lang=`, `?theme=`, `?density=`, `?keys=`) in cookies of a year.
pub async fn remember_look(request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let chooses = LOOKS.iter().any(|name| query_value(&parts, name).is_some());
    let locale = query_value(&parts, "lang").and_then(|tag| tag.parse::<Locale>().ok());
    let look = chooses.then(|| chosen_look(&parts));
    let mut response = next.run(axum::extract::Request::from_parts(parts, body)).await;
    const YEAR: i64 = 31_536_000;
    let mut set = |cookie: String| {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(HeaderName::from_static("set-cookie"), value);
        }
    };
    if let Some(locale) = locale {
        set(set_cookie(LANG_COOKIE, locale.tag(), YEAR, false));
    }
    if let Some(look) = look {
        let theme = match look.theme {
            crate::view::Theme::System => "system",
            crate::view::Theme::Light => "light",
            crate::view::Theme::Dark => "dark",
        };
        let density = if look.compact { "compact" } else { "comfortable" };
        let keys = if look.keys_off { "off" } else { "on" };
        set(set_cookie(LOOK_COOKIE, &format!("theme-{theme}.density-{density}.keys-{keys}"), YEAR, false));
    }
    response
}

/// Where a request came from; [`crate::proxies::find_caller`] has looked behind the proxies.
pub(crate) fn source(parts: &Parts) -> Source {
    let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or_else(String::new, |c| c.0.ip().to_string());
    let agent = parts.headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("");
    Source { address, agent: agent.chars().take(200).collect() }
}
