//! Who may come in, and how what goes out is proved: signatures of both sides, and the seal.

use super::no::No;
use crate::Secret;
use crate::providers::wechat_pay::wire::{self, Sealed, message};
use crate::rsa::PrivateKey;
use crate::signature::TOLERANCE_S;
use crate::simulator::scenario::NoticePlan;
use crate::simulator::{House, REQUEST_BYTES_MAX, Simulator, keys};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};

/// Answers are not longer.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// What WeChat Pay and a merchant know of each other beside their keys. The demonstration's by default, which everybody knows.
pub struct WeChatPayConfig {
    pub app_id: String,
    /// The serial number of the merchant's certificate.
    pub serial: String,
    /// With it the app's own server asks who came.
    pub app_secret: Secret,
    /// Seals notifications: 32 letters.
    pub api_v3_key: Secret,
    /// The name of WeChat Pay's public key.
    pub provider_key_id: String,
}

impl Default for WeChatPayConfig {
    fn default() -> Self {
        WeChatPayConfig {
            app_id: "wx0000000000000001".to_owned(),
            app_secret: Secret::new("demonstration-secret-of-the-app"),
            serial: "2B6F0D8E41A7C95330E1D7B8A49C5F2E6D108B73".to_owned(),
            api_v3_key: Secret::new("demonstration-key-of-32-letters!"),
            provider_key_id: "PUB_KEY_ID_0000000000000000000000000001".to_owned(),
        }
    }
}

/// Lets in what the merchant signed, and signs every answer.
pub(super) async fn door(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let answer = match to_bytes(body, REQUEST_BYTES_MAX).await {
        Err(_) => No::param("body").into_response(),
        Ok(body) => match authenticate(&simulator.house, &head, &body) {
            None => No::sign().into_response(),
            Some(()) => next.run(Request::from_parts(head, Body::from(body))).await,
        },
    };
    signed_answer(&simulator.house, answer).await
}

/// The scheme, the merchant and its certificate, the age, the signature over all of the request.
fn authenticate(house: &House, head: &Parts, body: &Bytes) -> Option<()> {
    let said = head.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let pairs = said.strip_prefix(wire::SCHEME)?.trim();
    let value = |name: &str| {
        let mut each = pairs.split(',').filter_map(|pair| pair.trim().split_once('='));
        each.find(|(known, _)| *known == name)?.1.strip_prefix('"')?.strip_suffix('"')
    };
    let (nonce, timestamp) = (value("nonce_str")?, value("timestamp")?);
    if value("mchid")? != house.config.merchant || value("serial_no")? != house.config.wechat_pay.serial {
        return None;
    }
    let signed_at: i64 = timestamp.parse().ok()?;
    if house.config.clock.now().as_second().abs_diff(signed_at) > TOLERANCE_S.unsigned_abs() {
        return None;
    }
    let path = head.uri.path_and_query()?.as_str();
    let lines = [head.method.as_str(), path, timestamp, nonce].map(str::as_bytes);
    let signed = message(&[lines[0], lines[1], lines[2], lines[3], body]);
    house.keys.merchant.verify(&signed, value("signature")?).then_some(())
}

async fn signed_answer(house: &House, answer: Response) -> Response {
    let (mut head, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, ANSWER_BYTES_MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // Belongs to another language.
    head.headers.remove("idempotent-replayed");
    let config = &house.config.wechat_pay;
    let at = house.config.clock.now().as_second();
    for (name, value) in headers(&house.keys.provider, &config.provider_key_id, at, &body) {
        if let Ok(value) = HeaderValue::try_from(value) {
            head.headers.insert(HeaderName::from_static(name), value);
        }
    }
    Response::from_parts(head, Body::from(body))
}

/// The headers that prove a notification. While keys are rotated it is signed with the certificate's, else with the public key.
pub(in crate::simulator) fn signed(
    house: &House,
    plan: &NoticePlan,
    at: i64,
    body: &str,
) -> Vec<(&'static str, String)> {
    let (keys, id) = (&house.keys, house.config.wechat_pay.provider_key_id.as_str());
    let (key, serial) = match (plan.forged, plan.rotated) {
        (true, _) => (&keys.forgers, id),
        (false, true) => (&keys.next, keys::NEXT_PROVIDER_SERIAL),
        (false, false) => (&keys.provider, id),
    };
    headers(key, serial, at, body.as_bytes())
}

fn headers(key: &PrivateKey, serial: &str, at: i64, body: &[u8]) -> Vec<(&'static str, String)> {
    let (at, nonce) = (at.to_string(), wire::nonce().unwrap_or_default());
    let signature = key.sign(&message(&[at.as_bytes(), nonce.as_bytes(), body]));
    vec![
        ("wechatpay-timestamp", at),
        ("wechatpay-nonce", nonce),
        ("wechatpay-signature", signature),
        ("wechatpay-serial", serial.to_owned()),
        ("wechatpay-signature-type", wire::SCHEME.to_owned()),
    ]
}

/// Seals a text as a notification or certificate is; `id` is drawn for it, and its last letters are used once.
pub(super) fn sealed(house: &House, id: &str, associated: &str, text: &str) -> Option<Sealed> {
    let nonce = id.get(id.len().checked_sub(12)?..)?;
    Sealed::seal(&house.config.wechat_pay.api_v3_key, nonce, associated, text)
}
