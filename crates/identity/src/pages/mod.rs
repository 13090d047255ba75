//! Identity's pages: signing in, one's own account, settings, users, API keys.

mod account;
mod api_keys;
mod confirm;
mod factor_policy;
mod logo;
mod second_factor;
mod second_person;
mod settings;
mod sign_in;
mod users;
mod views;

pub use confirm::confirm_first;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::Permission;
use web::Web;
use web::session::{SESSION_COOKIE, set_cookie};

/// The slice's pages. The router they are merged into carries an `Extension<Arc<Directory>>`: the directory that
/// `Web::auth` asks.
pub fn routes() -> Router<Web> {
    Router::new()
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-in/code", post(sign_in::give_code))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/confirm", get(confirm::form).post(confirm::confirm))
        .route("/account", get(account::show).post(account::update))
        .route("/account/password", post(account::change_password))
        .route("/account/second-factor", get(second_factor::set_up).post(second_factor::enrol))
        .route("/account/second-factor/recovery-codes", post(second_factor::renew))
        .route("/account/second-factor/remove", post(second_factor::remove))
        .route("/account/sessions/end", post(account::end_every_session))
        .route("/account/sessions/{handle}/end", post(account::end_session))
        .route("/settings", get(settings::show).post(settings::update))
        .route("/settings/logo", post(logo::change))
        .route("/logos/{organisation}/{file}", get(logo::show))
        .route("/settings/single-person", get(second_person::show).post(second_person::update))
        .route("/settings/second-factor", get(factor_policy::show).post(factor_policy::update))
        .route("/settings/api-keys", get(api_keys::index).post(api_keys::create))
        .route("/settings/api-keys/new", get(api_keys::new))
        .route("/settings/api-keys/{id}/limit", post(api_keys::limit))
        .route("/settings/api-keys/{id}/revoke", post(api_keys::revoke))
        .route("/views", post(views::save))
        .route("/views/remove", post(views::remove))
        .route("/users", get(users::index).post(users::create))
        .route("/users.csv", get(users::file))
        .route("/users.xlsx", get(users::file))
        .route("/users/new", get(users::new))
        .route("/users/{id}", get(users::edit).post(users::update))
        .route("/users/{id}/password", post(users::reset_password))
        .route("/users/{id}/second-factor/remove", post(users::remove_second_factor))
}

/// A form that is nothing but its button.
#[derive(Debug, serde::Deserialize)]
struct Nothing {}

/// The permissions that a key can be narrowed to.
fn offered_scopes() -> Vec<Permission> {
    Permission::ALL.iter().copied().filter(|p| *p != Permission::SystemWork).collect()
}

/// An answer that also hands the browser its session, or takes it away where `token` is empty.
fn with_session(answer: impl IntoResponse, token: &str, web: &Web) -> Response {
    let seconds = if token.is_empty() { 0 } else { crate::rules::session::LIFE.as_secs() };
    let mut response = answer.into_response();
    if let Ok(value) = set_cookie(SESSION_COOKIE, token, seconds, web.site.is_secure()).parse() {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

/// The hash of the session that a request came with.
fn own_token_hash(headers: &HeaderMap) -> [u8; 32] {
    crate::rules::token::hash(web::session::cookie(headers, SESSION_COOKIE).unwrap_or(""))
}

/// Every value of a field that may come several times.
fn values_of(pairs: &[(String, String)], name: &str) -> Vec<String> {
    pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
}
