//! WeChat Pay, API v3: Native payments, whose code the payer scans, H5 payments, which a telephone's browser opens, and JSAPI
//! payments inside WeChat's own browser; refunds; sealed and signed notifications.
//!
//! Source: `wechatpay-apiv3/wechatpay-skills@15f40d07`; signatures and seals as run with PyPI `wechatpayv3` 2.0.4 and npm
//! `wechatpay-axios-plugin` 0.9.6. What is known from WeChat Pay's pages alone is marked [K]: to be compared with them again
//! before real money moves.
//!
//! H5 payments need the payer's address, JSAPI payments who the payer is to our app ([`in_app`]); without it there is the code.

pub(crate) mod bill;
mod certificates;
mod in_app;
mod read;
pub(crate) mod wire;

use super::{Credentials, Field, FieldKind, MERCHANT, Provider, Unfit, shortened};
use crate::bill::day_in_china;
use crate::device::{Device, Introduces};
use crate::gateway::{
    Call, CallError, Gateway, Lookup, Notification, NotificationAnswer, NotificationError, NotificationParts,
    NotificationVerdict, OpenCheckout, Opened, ProviderPayment, ProviderRefund, RefundLookup, RefundRequest,
};
use crate::http::{HttpAnswer, TimeOuts, client, segment, send};
use crate::rsa::PrivateKey;
use crate::signature::TOLERANCE_S;
use crate::{Bill, Capabilities, Currencies, Method, Secret};
use certificates::{Keys, Known};
use http::HeaderMap;
use in_app::App;
use kernel::{Clock, Currency, Date, Timestamp};
use read::{H5, Native, Prepared, Refund, Transaction, read};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;
use wire::Signature;

pub(super) const PROVIDER: Provider = Provider {
    name: "wechat_pay",
    fields: &[
        Field { name: "base_url", kind: FieldKind::Address, usual: "https://api.mch.weixin.qq.com" },
        Field { name: MERCHANT, kind: FieldKind::Text, usual: "" },
        Field { name: "app_id", kind: FieldKind::Text, usual: "" },
        Field { name: "serial", kind: FieldKind::Text, usual: "" },
        Field { name: "private_key", kind: FieldKind::Secret, usual: "" },
        Field { name: "api_v3_key", kind: FieldKind::Secret, usual: "" },
        Field { name: "provider_key_id", kind: FieldKind::Text, usual: "" },
        Field { name: "provider_key", kind: FieldKind::Key, usual: "" },
        // Of the app itself, for payments inside WeChat.
        Field { name: "app_secret", kind: FieldKind::OtherSecret, usual: "" },
        Field { name: "authorize_url", kind: FieldKind::Address, usual: "https://open.weixin.qq.com" },
        Field { name: "app_url", kind: FieldKind::Address, usual: "https://api.weixin.qq.com" },
    ],
    connect,
};

/// Letters of what the payer reads [K], and of a refund's reason [K].
const DESCRIPTION_MAX: usize = 127;
const REASON_MAX: usize = 80;

const ORDERS: &str = "/v3/pay/transactions";
const REFUNDS: &str = "/v3/refund/domestic/refunds";
const CERTIFICATES: &str = "/v3/certificates";

fn connect(told: &Credentials<'_>, clock: Arc<dyn Clock>) -> Result<Arc<dyn Gateway>, Unfit> {
    let api_v3_key = told.secret("api_v3_key")?;
    if api_v3_key.expose().len() != wire::SEAL_KEY_LENGTH {
        return Err(Unfit::NotAKey("api_v3_key"));
    }
    let app = match told.secret("app_secret") {
        Err(_) => None,
        Ok(secret) => Some(App { authorize_url: told.text("authorize_url")?, api_url: told.text("app_url")?, secret }),
    };
    Ok(Arc::new(WeChatPayGateway {
        base_url: told.text("base_url")?,
        merchant: told.text(MERCHANT)?,
        app_id: told.text("app_id")?,
        app,
        serial: told.text("serial")?,
        private_key: told.private_key("private_key")?,
        api_v3_key,
        keys: Keys::new(told.text("provider_key_id")?, told.public_key("provider_key")?),
        capabilities: capabilities(),
        client: client(TimeOuts::default()).map_err(|_| Unfit::NoClient)?,
        clock,
    }))
}

/// Amounts are integers of fen. There are no keys of idempotency: our own numbers of orders and refunds are used once, and the
/// same order again is answered as before while it is open.
fn capabilities() -> Capabilities {
    Capabilities {
        methods: vec![Method::EWallet],
        currencies: Currencies::Only(vec![Currency::CNY]),
        minor: Vec::new(),
        bounds: Vec::new(),
        idempotency_hours: 0,
        tells_fee: false,
        begins_with_payer: false,
        finds_by_reference: true,
    }
}

/// One merchant's connection.
struct WeChatPayGateway {
    base_url: String,
    /// `mchid`
    merchant: String,
    app_id: String,
    app: Option<App>,
    /// Of the certificate that belongs to our key.
    serial: String,
    private_key: PrivateKey,
    /// Opens what notifications bring along.
    api_v3_key: Secret,
    keys: Keys,
    capabilities: Capabilities,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl WeChatPayGateway {
    async fn get(&self, path: &str) -> Result<HttpAnswer, CallError> {
        self.proven_answer(reqwest::Method::GET, path, String::new()).await
    }

    async fn post(&self, path: &str, body: &Value) -> Result<HttpAnswer, CallError> {
        self.proven_answer(reqwest::Method::POST, path, body.to_string()).await
    }

    /// An answer that tells of success is believed when WeChat Pay signed it just now.
    async fn proven_answer(&self, method: reqwest::Method, path: &str, body: String) -> Result<HttpAnswer, CallError> {
        let answer = self.answer_of(method, path, body).await?;
        if matches!(answer.status, 200..=299) {
            let proven = self.prove(&answer.headers, answer.body.as_bytes(), self.clock.now()).await;
            proven.map_err(|why| CallError::unknown(format!("the answer is not proven: {why}")))?;
        }
        Ok(answer)
    }

    /// Sends what is signed, byte for byte.
    async fn answer_of(&self, method: reqwest::Method, path: &str, body: String) -> Result<HttpAnswer, CallError> {
        send(self.signed(method, path, body)?).await
    }

    fn signed(&self, method: reqwest::Method, path: &str, body: String) -> Result<reqwest::RequestBuilder, CallError> {
        let nonce = wire::nonce().ok_or(CallError::Unsent)?;
        let at = self.clock.now().as_second().to_string();
        let lines = [method.as_str(), path, &at, &nonce, &body].map(str::as_bytes);
        let signature = self.private_key.sign(&wire::message(&lines));
        let (merchant, serial, scheme) = (&self.merchant, &self.serial, wire::SCHEME);
        let said = format!(
            "{scheme} mchid=\"{merchant}\",nonce_str=\"{nonce}\",signature=\"{signature}\",timestamp=\"{at}\",serial_no=\"{serial}\""
        );
        let request = self
            .client
            .request(method, format!("{}{path}", self.base_url))
            .header("authorization", said)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("user-agent", "shunfu")
            // Asks to be answered with this key.
            .header("wechatpay-serial", &self.keys.id);
        Ok(request.body(body))
    }

    /// Whether WeChat Pay signed these bytes within the last minutes. A key that we do not have yet is fetched.
    async fn prove(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<(), NotificationError> {
        let said = Signature::of(headers).ok_or(NotificationError::BadSignature)?;
        let mut known = self.keys.find(said.serial, now);
        if known == Known::NotYet {
            self.fetch_certificates(now).await.map_err(|_| NotificationError::Unavailable)?;
            known = self.keys.find(said.serial, now);
        }
        let Known::Key(key) = known else { return Err(NotificationError::BadSignature) };
        if said.signature.starts_with(wire::PROBE) || !key.verify(&said.message(body), said.signature) {
            return Err(NotificationError::BadSignature);
        }
        let signed_at: i64 = said.timestamp.parse().map_err(|_| NotificationError::Malformed)?;
        if now.as_second().abs_diff(signed_at) > TOLERANCE_S.unsigned_abs() {
            return Err(NotificationError::Stale);
        }
        Ok(())
    }

    async fn fetch_certificates(&self, now: Timestamp) -> Result<(), CallError> {
        let answer = self.answer_of(reqwest::Method::GET, CERTIFICATES, String::new()).await?;
        match answer.status {
            200..=299 => self.keys.take(&answer.body, &self.api_v3_key, now),
            _ => match read::<Value>(&answer) {
                Err(CallError::NotFound) => {
                    self.keys.take_none(now);
                    Ok(())
                }
                other => other.map(drop),
            },
        }
    }

    async fn open_now(&self, ask: OpenCheckout) -> Result<Opened, CallError> {
        let fitting = self.capabilities.check(ask.method, ask.amount);
        fitting.map_err(|why| CallError::Refused { code: "amount".into(), message: why.to_string() })?;
        let mut body = json!({
            "appid": self.app_id,
            "mchid": self.merchant,
            "description": shortened(&ask.description, DESCRIPTION_MAX),
            // At most 32 characters; an id has 30.
            "out_trade_no": ask.reference.to_string(),
            "time_expire": wire::in_china(ask.expires_at),
            "notify_url": ask.notify_url,
            "amount": { "total": ask.amount.minor(), "currency": ask.amount.currency().code() },
        });
        if let Device::WeChat { payer: Some(payer) } = &ask.device {
            body["payer"] = json!({ "openid": payer.expose() });
            let made: Prepared = read(&self.post(&format!("{ORDERS}/jsapi"), &body).await?)?;
            return Ok(Opened { in_app: Some(made.prepay_id), ..Opened::default() });
        }
        if let Device::Phone { address: Some(address) } = ask.device {
            body["scene_info"] = json!({ "payer_client_ip": address, "h5_info": { "type": "Wap" } });
            let made: H5 = read(&self.post(&format!("{ORDERS}/h5"), &body).await?)?;
            let back =
                serde_urlencoded::to_string([("redirect_url", &ask.return_url)]).map_err(|_| CallError::Unsent)?;
            let join = if made.h5_url.contains('?') { '&' } else { '?' };
            return Ok(Opened { url: Some(format!("{}{join}{back}", made.h5_url)), ..Opened::default() });
        }
        let native: Native = read(&self.post(&format!("{ORDERS}/native"), &body).await?)?;
        // The transaction's id comes when the payer has paid.
        Ok(Opened { qr: Some(native.code_url), ..Opened::default() })
    }

    async fn payment(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let merchant = &self.merchant;
        let path = match &lookup.provider_id {
            Some(id) => format!("{ORDERS}/id/{}?mchid={merchant}", segment(id)?),
            None => format!("{ORDERS}/out-trade-no/{}?mchid={merchant}", lookup.reference),
        };
        let answer = self.get(&path).await?;
        let transaction: Transaction = read(&answer)?;
        if transaction.out_trade_no != lookup.reference.to_string() || transaction.appid != self.app_id {
            return Err(CallError::unknown("the answer is about another payment"));
        }
        let unreadable = || CallError::unknown("the answer is not readable");
        Ok(ProviderPayment {
            state: transaction.state().ok_or_else(unreadable)?,
            amount: transaction.amount().ok_or_else(unreadable)?,
            // Comes with the bills of the day after.
            fee: None,
            paid_at: transaction.paid_at(),
            provider_id: transaction.transaction_id.unwrap_or_default(),
            merchant: transaction.mchid,
            raw: answer.body,
        })
    }

    /// One that is paid cannot be closed; what it is by now counts, and so it does when the call's effect is not certain.
    async fn close_now(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let path = format!("{ORDERS}/out-trade-no/{}/close", lookup.reference);
        match read::<Value>(&self.post(&path, &json!({ "mchid": self.merchant })).await?) {
            Ok(_) | Err(CallError::Refused { .. } | CallError::Unknown { .. }) => self.payment(lookup).await,
            Err(error) => Err(error),
        }
    }

    async fn refund_now(&self, ask: RefundRequest) -> Result<ProviderRefund, CallError> {
        let reference = ask.reference.to_string();
        let mut body = json!({
            "out_trade_no": ask.payment.reference.to_string(),
            "out_refund_no": reference,
            "notify_url": ask.notify_url,
            "amount": {
                "refund": ask.amount.minor(), "total": ask.total.minor(), "currency": ask.amount.currency().code(),
            },
        });
        // An empty reason is refused [K].
        if !ask.reason.is_empty() {
            body["reason"] = json!(shortened(&ask.reason, REASON_MAX));
        }
        refund_of(&self.post(REFUNDS, &body).await?, &reference)
    }

    async fn query_refund_now(&self, lookup: &RefundLookup) -> Result<ProviderRefund, CallError> {
        let reference = lookup.reference.to_string();
        refund_of(&self.get(&format!("{REFUNDS}/{reference}")).await?, &reference)
    }

    /// The signature, its age, the seal; then what was in it, which has to be about us.
    async fn verified(&self, parts: NotificationParts<'_>) -> Result<Notification, NotificationError> {
        self.prove(parts.headers, parts.body, parts.received_at).await?;
        read::event(parts.body, &self.api_v3_key, &self.merchant, &self.app_id)
    }
}

fn refund_of(answer: &HttpAnswer, reference: &str) -> Result<ProviderRefund, CallError> {
    let refund: Refund = read(answer)?;
    if refund.out_refund_no != reference {
        return Err(CallError::unknown("the answer is about another refund"));
    }
    let unreadable = || CallError::unknown("the answer is not readable");
    Ok(ProviderRefund {
        state: refund.state().ok_or_else(unreadable)?,
        amount: refund.amount().ok_or_else(unreadable)?,
        completed_at: refund.completed_at(),
        provider_id: refund.refund_id,
        raw: answer.body.clone(),
    })
}

impl Gateway for WeChatPayGateway {
    fn provider(&self) -> &'static str {
        "wechat_pay"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn introduces(&self) -> Option<&dyn Introduces> {
        Some(self)
    }

    fn open(&self, request: OpenCheckout) -> Call<'_, Opened> {
        Box::pin(self.open_now(request))
    }

    fn query(&self, payment: Lookup) -> Call<'_, ProviderPayment> {
        Box::pin(async move { self.payment(&payment).await })
    }

    fn close(&self, payment: Lookup) -> Call<'_, ProviderPayment> {
        Box::pin(async move { self.close_now(&payment).await })
    }

    fn refund(&self, request: RefundRequest) -> Call<'_, ProviderRefund> {
        Box::pin(self.refund_now(request))
    }

    fn query_refund(&self, refund: RefundLookup) -> Call<'_, ProviderRefund> {
        Box::pin(async move { self.query_refund_now(&refund).await })
    }

    fn verify<'a>(&'a self, parts: NotificationParts<'a>) -> Call<'a, Notification, NotificationError> {
        Box::pin(self.verified(parts))
    }

    fn bill_day(&self, day: Date) -> (Timestamp, Timestamp) {
        day_in_china(day)
    }

    fn bill(&self, day: Date) -> Call<'_, Option<Bill>> {
        Box::pin(self.bill_now(day))
    }

    fn answer(&self, verdict: NotificationVerdict) -> NotificationAnswer {
        let (status, body) = match verdict {
            NotificationVerdict::Ok => (204, ""),
            NotificationVerdict::Retry => (503, r#"{"code":"FAIL","message":"to be sent again"}"#),
        };
        NotificationAnswer { status, content_type: "application/json", body: Cow::Borrowed(body) }
    }
}
