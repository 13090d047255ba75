//! One's own second factor: set up, recovery codes drawn anew, removed; at the desk and in the portal.

use super::confirm::confirm_own;
use super::{Nothing, own_token_hash};
use crate::commands::{EnrolSecondFactor, OWN_ACCOUNT, RemoveSecondFactor, RenewRecoveryCodes};
use crate::queries;
use crate::rules::second_factor::{Secret, grouped, recovery_codes};
use crate::rules::session::safe_next;
use crate::rules::token::TokenHash;
use crate::{once, require_fresh};
use ::store::{Error, Vault};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use kernel::{Actor, Context, Refusal};
use serde::Deserialize;
use web::format::Markup;
use web::{Fail, KeyedForm, Page, View, Visit, Web, Went};

/// Where one looks at it.
const ACCOUNT: &str = "/account";

/// The secret to scan or type, and the field for its first code.
#[derive(Template)]
#[template(path = "identity/second_factor.html")]
struct SetUp {
    v: View,
    /// The secret as a picture; nothing where it is too long to be one.
    picture: Option<Markup>,
    /// The secret in letters.
    groups: String,
    /// What the secret is drawn again from.
    draw: String,
    next: String,
    /// There is one already, which this will replace.
    replaces: bool,
    /// The company wants one, and there is none.
    needed: bool,
}

/// Recovery codes, told once.
#[derive(Template)]
#[template(path = "identity/recovery_codes.html")]
struct Told {
    v: View,
    codes: Vec<String>,
    next: String,
}

impl Told {
    fn all(&self) -> String {
        self.codes.join("\n")
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Given {
    draw: String,
    next: String,
    #[serde(rename = "/second_factor_code")]
    code: String,
}

pub async fn set_up(
    State(web): State<Web>,
    headers: HeaderMap,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let next = safe_next(&asked.next).unwrap_or(ACCOUNT).to_owned();
    let query = serde_urlencoded::to_string([("next", &next)]).unwrap_or_default();
    if let Some(response) = confirm_own(&visit, &format!("/account/second-factor?{query}")) {
        return Ok(response);
    }
    page(&web, &headers, visit, new_draw()?, next, 200).await
}

async fn page(
    web: &Web,
    headers: &HeaderMap,
    visit: Visit,
    draw: String,
    next: String,
    status: u16,
) -> Result<Response, Fail> {
    let secret = drawn(web.app.vault(), &visit.context, &own_token_hash(headers), &draw);
    let (organisation, vault) = (visit.context.organisation, web.app.vault().clone());
    let Actor::User { id, .. } = visit.context.actor else { return Err(Refusal::forbidden("people_only").into()) };
    let user =
        web.app.read(&visit.context, OWN_ACCOUNT, move |conn, _| queries::user(conn, &vault, organisation, id)).await?;
    let address = secret.address(&visit.session.brand.name, &user.email.unwrap_or(user.name));
    let (required, replaces) = (visit.session.second_factor_required, visit.session.second_factor);
    let page = SetUp {
        v: visit.view,
        picture: documents::qr_code(&address).ok().map(Markup::drawing),
        groups: secret.groups(),
        draw,
        next,
        replaces,
        needed: required && !replaces,
    };
    Ok(Page::new(page).with_status(status).into_response())
}

pub async fn enrol(State(web): State<Web>, headers: HeaderMap, request: KeyedForm<Given>) -> Result<Response, Fail> {
    let KeyedForm { mut visit, once, value: given, .. } = request;
    require_fresh(&visit.context)?;
    let next = safe_next(&given.next).unwrap_or(ACCOUNT).to_owned();
    let draw = if is_draw(&given.draw) { given.draw } else { new_draw()? };
    let random = once::secret(web.app.vault(), &visit.context, &once, "recovery-codes");
    let session = own_token_hash(&headers);
    let secret = drawn(web.app.vault(), &visit.context, &session, &draw);
    let command = EnrolSecondFactor { secret, typed: given.code, random, session };
    match web.app.write_once(&visit.context, once, command, |_, ()| Ok((200, b"enrolled".to_vec()))).await {
        Ok(_) => Ok(told(visit, random, next)),
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            page(&web, &headers, visit, draw, next, refusal.status()).await
        }
    }
}

pub async fn renew(State(web): State<Web>, request: KeyedForm<Nothing>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, .. } = request;
    require_fresh(&visit.context)?;
    let random = once::secret(web.app.vault(), &visit.context, &once, "recovery-codes");
    let command = RenewRecoveryCodes { random };
    web.app.write_once(&visit.context, once, command, |_, ()| Ok((200, b"renewed".to_vec()))).await?;
    Ok(told(visit, random, ACCOUNT.to_owned()))
}

pub async fn remove(State(web): State<Web>, request: KeyedForm<Nothing>) -> Result<Response, Fail> {
    let KeyedForm { visit, once, .. } = request;
    require_fresh(&visit.context)?;
    let to = |_: &mut ::store::Tx<'_>, ()| Ok((303, b"/account?done=second-factor-removed".to_vec()));
    let answer = web.app.write_once(&visit.context, once, RemoveSecondFactor, to).await?;
    Ok(Went(answer).into_response())
}

fn told(visit: Visit, random: [u8; 32], next: String) -> Response {
    let codes = recovery_codes(random).iter().map(|code| grouped(code, '-')).collect();
    Page::new(Told { v: visit.view, codes, next }).into_response()
}

/// The secret of a page that was shown: only this house can draw it, for this person in this session. So nothing is kept of
/// a secret that nobody took up.
fn drawn(vault: &Vault, context: &Context, session: &TokenHash, draw: &str) -> Secret {
    let mut text = context.organisation.bytes().to_vec();
    text.extend_from_slice(context.actor.name().as_bytes());
    text.extend_from_slice(session);
    text.extend_from_slice(draw.as_bytes());
    Secret::of(vault.keyed_hash("second-factor-draw", &text))
}

fn new_draw() -> Result<String, Error> {
    Ok(queries::handle(&::store::seed()?))
}

fn is_draw(text: &str) -> bool {
    queries::read_handle(text).is_some()
}
