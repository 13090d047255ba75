//! Who may come in, and how what goes out is proved: tokens, certificates, signatures.

use super::no::No;
use crate::providers::paypal::wire::{ALGORITHM, message};
use crate::signature::{sign, verify};
use crate::simulator::scenario::NoticePlan;
use crate::simulator::{House, Simulator, keys};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, StatusCode, header};
use kernel::Timestamp;
use serde_json::json;

/// How long a token counts.
const TOKEN_S: i64 = 9 * 3600;

/// What PayPal and a merchant know of each other. The demonstration's by default, which everybody knows.
pub struct PayPalConfig {
    pub client_id: String,
    /// Of the one address that is notified.
    pub webhook_id: String,
}

impl Default for PayPalConfig {
    fn default() -> Self {
        PayPalConfig { client_id: "demonstration-client".to_owned(), webhook_id: "0DEMONSTRATION0000".to_owned() }
    }
}

fn said(headers: &HeaderMap, scheme: &str) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix(scheme).map(|rest| rest.trim().to_owned())
}

/// POST /v1/oauth2/token: until when it counts stands in a token, and who made it proves it.
pub(super) async fn token(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    let config = &simulator.house.config;
    let secret = String::from_utf8_lossy(config.api_secret.expose()).into_owned();
    let wanted = BASE64_STANDARD.encode(format!("{}:{secret}", config.paypal.client_id));
    if said(&headers, "Basic ").is_none_or(|said| said != wanted) {
        let error = json!({ "error": "invalid_client", "error_description": "Client Authentication failed" });
        return (StatusCode::UNAUTHORIZED, Json(error)).into_response();
    }
    let form: Vec<(String, String)> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    if !form.iter().any(|(name, value)| name == "grant_type" && value == "client_credentials") {
        let error = json!({ "error": "unsupported_grant_type", "error_description": "Grant Type is NULL" });
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let until = (config.clock.now().as_second() + TOKEN_S).to_string();
    let token = format!("{until}.{}", sign(&config.api_secret, b'.', &[b"token", until.as_bytes()]));
    let granted = json!({
        "scope": "https://uri.paypal.com/services/payments/payment", "access_token": token, "token_type": "Bearer",
        "app_id": "APP-DEMONSTRATION", "expires_in": TOKEN_S, "nonce": until,
    });
    Json(granted).into_response()
}

/// Lets in whoever has a token that counts.
pub(super) async fn door(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    match is_let_in(&simulator.house, request.headers()) {
        Some(true) => next.run(request).await,
        _ => No::stranger().into_response(),
    }
}

fn is_let_in(house: &House, headers: &HeaderMap) -> Option<bool> {
    let token = said(headers, "Bearer ")?;
    let (until, signature) = token.split_once('.')?;
    let secrets = std::slice::from_ref(&house.config.api_secret);
    let is_ours = verify(secrets, b'.', &[b"token", until.as_bytes()], &format!("v1={signature}"));
    Some(is_ours && house.config.clock.now().as_second() < until.parse().ok()?)
}

/// GET /v1/notifications/certs/{name}
pub(super) async fn certificate(Path(name): Path<String>) -> Response {
    match name.as_str() {
        PRESENT => keys::PAYPAL_CERTIFICATE.into_response(),
        NEXT => keys::NEXT_PAYPAL_CERTIFICATE.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

const PRESENT: &str = "CERT-present";
const NEXT: &str = "CERT-next";

/// The headers that prove a notification. While keys are rotated it is signed with the next one, whose certificate is elsewhere.
pub(in crate::simulator) fn signed(
    house: &House,
    plan: &NoticePlan,
    id: &str,
    at: i64,
    body: &str,
) -> Vec<(&'static str, String)> {
    let (key, name) = match (plan.forged, plan.rotated) {
        (true, _) => (&house.keys.forgers, PRESENT),
        (false, true) => (&house.keys.next, NEXT),
        (false, false) => (&house.keys.provider, PRESENT),
    };
    let transmission = format!("{id}-{at}");
    let time = Timestamp::from_second(at).unwrap_or_default().to_string();
    let signed = message(&transmission, &time, &house.config.paypal.webhook_id, body.as_bytes());
    vec![
        ("paypal-transmission-sig", key.sign(signed.as_bytes())),
        ("paypal-transmission-id", transmission),
        ("paypal-transmission-time", time),
        ("paypal-cert-url", format!("{}/v1/notifications/certs/{name}", house.public_url)),
        ("paypal-auth-algo", ALGORITHM.to_owned()),
    ]
}
