//! WeChat itself: it introduces its only user to an app, and takes a payment from a page that is open in it. [K] throughout.

use super::door::WeChatPayConfig;
use crate::providers::wechat_pay::wire::message;
use crate::simulator::Simulator;
use crate::simulator::book::{Choice, Reply, origin};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use kernel::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// Who pays here, to the merchant's app.
pub(super) const PAYER: &str = "oSimulated_payer_000000001";

/// What stands before a payment's id in the name of it that the page hands over.
pub(super) const PREPARED: &str = "prepay_";

/// Seconds for which a code counts.
const CODE_LIFE_S: i64 = 300;

#[derive(Deserialize)]
pub(super) struct Authorize {
    appid: String,
    redirect_uri: String,
    response_type: String,
    scope: String,
    #[serde(default)]
    state: String,
}

/// GET /connect/oauth2/authorize: back at once, with a code.
pub(super) async fn authorize(State(simulator): State<Simulator>, Query(asked): Query<Authorize>) -> Response {
    let is_known = asked.appid == simulator.house.config.wechat_pay.app_id;
    let is_plain = asked.response_type == "code" && asked.scope == "snsapi_base";
    let is_short = asked.state.len() <= 128 && asked.state.bytes().all(|b| b.is_ascii_alphanumeric());
    if !(is_known && is_plain && is_short && origin(&asked.redirect_uri).is_some()) {
        return (StatusCode::BAD_REQUEST, "WeChat does not know this app or address").into_response();
    }
    let now = simulator.house.config.clock.now();
    let code = simulator.with_book(|book| {
        let code = book.draw_id("wxcode");
        book.remember(given(&code), Reply { digest: [0; 32], body: now.to_string() });
        code
    });
    let joint = if asked.redirect_uri.contains('?') { '&' } else { '?' };
    let back = format!("{}{joint}code={code}&state={}", asked.redirect_uri, asked.state);
    (StatusCode::FOUND, [(header::LOCATION, back)]).into_response()
}

fn given(code: &str) -> String {
    format!("wechat code {code}")
}

#[derive(Deserialize)]
pub(super) struct Exchange {
    appid: String,
    secret: String,
    code: String,
    grant_type: String,
}

/// GET /sns/oauth2/access_token: who came with a code, once. A no is an answer like others.
pub(super) async fn access_token(State(simulator): State<Simulator>, Query(asked): Query<Exchange>) -> Json<Value> {
    let WeChatPayConfig { app_id, app_secret, .. } = &simulator.house.config.wechat_pay;
    let no = |code: i64, why: &str| Json(json!({ "errcode": code, "errmsg": why }));
    if asked.appid != *app_id {
        return no(40_013, "invalid appid");
    }
    if asked.secret.as_bytes() != app_secret.expose() {
        return no(40_125, "invalid appsecret");
    }
    if asked.grant_type != "authorization_code" {
        return no(40_002, "invalid grant_type");
    }
    let now = simulator.house.config.clock.now();
    simulator.with_book(|book| {
        let Ok(Some(known)) = book.replay(&given(&asked.code), [0; 32]) else { return no(40_029, "invalid code") };
        if known.body.is_empty() {
            return no(40_163, "code been used");
        }
        let given_at: Option<Timestamp> = known.body.parse().ok();
        if given_at.is_none_or(|at| now.as_second() - at.as_second() > CODE_LIFE_S) {
            return no(42_003, "oauth_code expired");
        }
        book.remember(given(&asked.code), Reply { digest: [0; 32], body: String::new() });
        Json(json!({
            "access_token": book.draw_id("wxtoken"),
            "expires_in": 7200,
            "refresh_token": book.draw_id("wxrefresh"),
            "openid": PAYER,
            "scope": "snsapi_base",
        }))
    })
}

/// What a page hands to WeChat.
#[derive(Deserialize)]
pub(super) struct HandedOver {
    #[serde(rename = "appId")]
    app_id: String,
    #[serde(rename = "timeStamp")]
    timestamp: String,
    #[serde(rename = "nonceStr")]
    nonce: String,
    package: String,
    #[serde(rename = "signType")]
    sign_type: String,
    #[serde(rename = "paySign")]
    signature: String,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    /// What the payer does with it; they pay by default.
    choice: Option<String>,
}

/// POST /wechat/getBrandWCPayRequest: what WeChat does when a page calls its bridge. The merchant's signature over four lines
/// counts, and the payer who is asked.
pub(super) async fn pay(
    State(simulator): State<Simulator>,
    Query(chosen): Query<Chosen>,
    Json(said): Json<HandedOver>,
) -> Json<Value> {
    let answer = |word: &str| Json(json!({ "err_msg": format!("get_brand_wcpay_request:{word}") }));
    let house = &simulator.house;
    let lines = [&said.app_id, &said.timestamp, &said.nonce, &said.package].map(String::as_bytes);
    let is_signed = house.keys.merchant.verify(&message(&lines), &said.signature);
    let prepared = said.package.strip_prefix("prepay_id=").and_then(|name| name.strip_prefix(PREPARED));
    let choice = chosen.choice.as_deref().map_or(Some(Choice::Pay), Choice::named);
    let (Some(id), Some(choice), true) = (prepared, choice, is_signed && said.sign_type == "RSA") else {
        return answer("fail");
    };
    if said.app_id != house.config.wechat_pay.app_id {
        return answer("fail");
    }
    let Ok((_, parcel)) = simulator.with_book(|book| book.choose(house.config.clock.now(), id, choice)) else {
        return answer("fail");
    };
    if let Some(parcel) = parcel {
        simulator.courier.send(parcel);
    }
    answer(if choice == Choice::Cancel { "cancel" } else { "ok" })
}
