//! Payments inside WeChat's own browser (JSAPI): who the payer is to our app, and what the page says to WeChat.
//!
//! Source of the signature: `wechatpay-apiv3/wechatpay-skills@15f40d07`, its page about signatures, and as run with PyPI
//! `wechatpayv3` 2.0.4. How a payer is introduced is known from WeChat's own pages alone [K].

use super::{WeChatPayGateway, wire};
use crate::Secret;
use crate::device::{Device, HandOver, Introduces, Payer};
use crate::gateway::{Call, CallError};
use crate::http::send;
use serde::Deserialize;
use serde_json::json;

/// What the app can do beside payments. Without it payers inside WeChat scan a code.
pub(super) struct App {
    /// Where the payer's browser is introduced.
    pub authorize_url: String,
    /// Where we ask who came.
    pub api_url: String,
    pub secret: Secret,
}

/// Says who a browser's owner is, without asking them anything [K].
const SCOPE: &str = "snsapi_base";

/// WeChat is busy, and the code may count still [K].
const BUSY: i64 = -1;

#[derive(Deserialize)]
struct Told {
    openid: Option<String>,
    /// 40029 no such code, 40163 a code that was used, 42003 one that is too old [K].
    errcode: Option<i64>,
    errmsg: Option<String>,
}

impl WeChatPayGateway {
    async fn introduce_now(&self, code: String) -> Result<Payer, CallError> {
        let app = self.app.as_ref().ok_or(CallError::NotFound)?;
        let secret = std::str::from_utf8(app.secret.expose()).map_err(|_| CallError::Unsent)?;
        let asked = [
            ("appid", self.app_id.as_str()),
            ("secret", secret),
            ("code", &code),
            ("grant_type", "authorization_code"),
        ];
        let asked = serde_urlencoded::to_string(asked).map_err(|_| CallError::Unsent)?;
        // Nothing of this answer is signed: the connection says whose it is.
        let answer = send(self.client.get(format!("{}/sns/oauth2/access_token?{asked}", app.api_url))).await?;
        if answer.status != 200 {
            return Err(CallError::unknown(format!("status {}", answer.status)));
        }
        let told: Told =
            serde_json::from_str(&answer.body).map_err(|_| CallError::unknown("the answer is not readable"))?;
        match (told.openid.filter(|name| !name.is_empty()), told.errcode) {
            (Some(name), None | Some(0)) => Ok(Payer::new(name)),
            (_, Some(BUSY)) => Err(CallError::unknown("WeChat is busy")),
            (_, Some(code)) if code != 0 => {
                Err(CallError::Refused { code: code.to_string(), message: told.errmsg.unwrap_or_default() })
            }
            _ => Err(CallError::unknown("the answer names nobody")),
        }
    }

    /// The four lines of the signature, and what they go with.
    fn said_in_app(&self, prepay_id: &str, at: &str, nonce: &str) -> HandOver {
        let package = format!("prepay_id={prepay_id}");
        let lines = [self.app_id.as_str(), at, nonce, package.as_str()].map(str::as_bytes);
        let ask = json!({
            "appId": self.app_id,
            "timeStamp": at,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self.private_key.sign(&wire::message(&lines)),
        });
        HandOver { bridge: "WeixinJSBridge", call: "getBrandWCPayRequest", ask: ask.to_string() }
    }
}

impl Introduces for WeChatPayGateway {
    fn introduction(&self, device: &Device, back: &str, state: &str) -> Option<String> {
        let (Some(app), Device::WeChat { payer: None }) = (&self.app, device) else { return None };
        let asked = [
            ("appid", self.app_id.as_str()),
            ("redirect_uri", back),
            ("response_type", "code"),
            ("scope", SCOPE),
            ("state", state),
        ];
        // WeChat's page wants them in this order [K].
        let asked = serde_urlencoded::to_string(asked).ok()?;
        Some(format!("{}/connect/oauth2/authorize?{asked}#wechat_redirect", app.authorize_url))
    }

    fn introduce(&self, code: String) -> Call<'_, Payer> {
        Box::pin(self.introduce_now(code))
    }

    fn hand_over(&self, in_app: &str) -> Option<HandOver> {
        let at = self.clock.now().as_second().to_string();
        Some(self.said_in_app(in_app, &at, &wire::nonce()?))
    }
}
