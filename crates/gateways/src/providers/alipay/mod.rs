//! Alipay: payments on its page or by a code that the payer scans; refunds; signed notifications. Yuan only.
//!
//! Source: the signatures and the forms of calls and answers as run with npm `alipay-sdk` 4.14.0 and PyPI `python-alipay-sdk` 3.4.0.
//! What is known from Alipay's pages alone is marked [K].

mod bill;
mod read;
pub(crate) mod signed;

use super::{Credentials, Field, FieldKind, MERCHANT, Provider, Unfit, shortened};
use crate::bill::day_in_china;
use crate::gateway::{
    Call, CallError, Gateway, Lookup, Notification, NotificationAnswer, NotificationError, NotificationParts,
    NotificationVerdict, OpenCheckout, Opened, ProviderPayment, ProviderRefund, RefundLookup, RefundRequest,
    RefundState,
};
use crate::http::{HttpAnswer, TimeOuts, client, send};
use crate::rsa::{PrivateKey, PublicKey};
use crate::{Bill, Capabilities, Currencies, Device, Method};
use kernel::{Clock, Currency, Date, Money, Timestamp};
use read::{Closed, Precreated, RefundFound, Refunded, Trade, read};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use signed::{Fields, china_time, members, of_notification, of_request, value};
use std::borrow::Cow;
use std::sync::Arc;

pub(super) const PROVIDER: Provider = Provider {
    name: "alipay",
    fields: &[
        Field { name: "base_url", kind: FieldKind::Address, usual: "https://openapi.alipay.com/gateway.do" },
        Field { name: MERCHANT, kind: FieldKind::Text, usual: "" },
        Field { name: "app_id", kind: FieldKind::Text, usual: "" },
        Field { name: "private_key", kind: FieldKind::Secret, usual: "" },
        Field { name: "provider_key", kind: FieldKind::Key, usual: "" },
        Field { name: "provider_key_before", kind: FieldKind::OtherKey, usual: "" },
    ],
    connect,
};

const PRECREATE: &str = "alipay.trade.precreate";

/// A hundred million yuan [K].
pub(crate) const FEN_MAX: i64 = 10_000_000_000;

/// A trade lives between these, in seconds from its making [K]. They are reckoned from our number's, so that the same call is the same
/// whenever it is repeated.
const LIFE_S: (i64, i64) = (60, 15 * 24 * 3600 - 60);

/// Characters of a subject and of a refund's reason [K].
const TEXT_MAX: usize = 256;

/// Refusals of a code that tell of an earlier call with the same number: what became of that one, only a query tells [K].
const USED_BEFORE: [&str; 3] = ["ACQ.TRADE_HAS_SUCCESS", "ACQ.TRADE_HAS_CLOSE", "ACQ.CONTEXT_INCONSISTENT"];

fn connect(told: &Credentials<'_>, clock: Arc<dyn Clock>) -> Result<Arc<dyn Gateway>, Unfit> {
    Ok(Arc::new(AlipayGateway {
        base_url: told.text("base_url")?,
        seller_id: told.text(MERCHANT)?,
        app_id: told.text("app_id")?,
        private_key: told.private_key("private_key")?,
        provider_keys: told.public_keys("provider_key", &["provider_key_before"])?,
        capabilities: capabilities(),
        client: client(TimeOuts::default()).map_err(|_| Unfit::NoClient)?,
        clock,
    }))
}

fn capabilities() -> Capabilities {
    let fen = |minor| Money::new(minor, Currency::CNY);
    Capabilities {
        methods: vec![Method::EWallet],
        currencies: Currencies::Only(vec![Currency::CNY]),
        minor: Vec::new(),
        bounds: vec![(fen(1), fen(FEN_MAX))],
        // A call is known by the number of what it is about, for as long as that is.
        idempotency_hours: 0,
        tells_fee: false,
        begins_with_payer: true,
        finds_by_reference: true,
    }
}

/// One app's connection, for one seller.
struct AlipayGateway {
    base_url: String,
    /// `2088…`: answers do not name it, since the app does; notifications do.
    seller_id: String,
    app_id: String,
    private_key: PrivateKey,
    provider_keys: Vec<PublicKey>,
    capabilities: Capabilities,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl AlipayGateway {
    /// The fields of a call, signed.
    fn signed(&self, method: &str, more: &[(&str, &str)], content: &Value) -> Fields {
        let (now, content) = (china_time(self.clock.now()), content.to_string());
        let usual = [
            ("app_id", self.app_id.as_str()),
            ("method", method),
            ("format", "JSON"),
            ("charset", "utf-8"),
            ("sign_type", "RSA2"),
            ("timestamp", &now),
            ("version", "1.0"),
            ("biz_content", &content),
        ];
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        let mut fields: Fields = usual.iter().chain(more).map(owned).collect();
        fields.push(("sign".to_owned(), self.private_key.sign(of_request(&fields).as_bytes())));
        fields
    }

    async fn call<T: DeserializeOwned>(&self, method: &str, content: &Value) -> Result<(T, String), CallError> {
        let answer = self.ask(method, &[], content).await?;
        Ok((read(self.believed(method, &answer)?)?, answer.body))
    }

    /// The content goes as a form and the rest in the address, where Alipay looks for the charset before it reads a form [K].
    async fn ask(&self, method: &str, more: &[(&str, &str)], content: &Value) -> Result<HttpAnswer, CallError> {
        let (body, query): (Fields, Fields) =
            self.signed(method, more, content).into_iter().partition(|(name, _)| name == "biz_content");
        let answer = send(self.client.post(&self.base_url).query(&query).form(&body)).await?;
        if answer.status == 200 { Ok(answer) } else { Err(CallError::unknown(format!("status {}", answer.status))) }
    }

    /// The object of an answer, once it is certain that Alipay wrote it: what cannot be proved may be anybody's word.
    fn believed<'a>(&self, method: &str, answer: &'a HttpAnswer) -> Result<&'a str, CallError> {
        let members = members(&answer.body).ok_or_else(|| CallError::unknown("the answer is not readable"))?;
        let member = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, text)| *text);
        let object = member(&format!("{}_response", method.replace('.', "_"))).or_else(|| member("error_response"));
        let signature: Option<String> = member("sign").and_then(|text| serde_json::from_str(text).ok());
        let proved = object.zip(signature).filter(|(object, signature)| self.is_alipays(object, signature));
        proved.map(|(object, _)| object).ok_or_else(|| CallError::unknown("the answer is not signed by Alipay"))
    }

    fn is_alipays(&self, message: &str, signature: &str) -> bool {
        self.provider_keys.iter().any(|key| key.verify(message.as_bytes(), signature))
    }

    /// The address of Alipay's page, signed here, and the text of a code for the payer's telephone, which is asked for. Neither is a
    /// payment before the payer comes, so a code that did not arrive is a code less and nothing is in doubt by it. One that came from
    /// somebody else is another matter: by these keys we would not learn of what is paid, and nobody is sent to pay.
    async fn open_now(&self, ask: OpenCheckout) -> Result<Opened, CallError> {
        let fits = self.capabilities.check(ask.method, ask.amount);
        fits.map_err(|why| CallError::Refused { code: "unsuitable".into(), message: why.to_string() })?;
        let mut content = self.trade(&ask);
        let mut told = vec![("notify_url", ask.notify_url.as_str())];
        if let Device::Phone { .. } = ask.device {
            // The wallet opens on the telephone itself: there is nothing to scan, and nothing to ask before the payer comes.
            content["product_code"] = json!("QUICK_WAP_WAY");
            content["quit_url"] = json!(ask.return_url);
            told.push(("return_url", &ask.return_url));
            let url = self.page("alipay.trade.wap.pay", &told, &content)?;
            return Ok(Opened { url: Some(url), ..Opened::default() });
        }
        let qr = match self.ask(PRECREATE, &told, &content).await {
            Ok(answer) => Some(self.code(&answer, &ask.reference.to_string())?),
            Err(CallError::Unknown { .. }) => None,
            Err(error) => return Err(error),
        };
        content["product_code"] = json!("FAST_INSTANT_TRADE_PAY");
        told.push(("return_url", &ask.return_url));
        Ok(Opened { url: Some(self.page("alipay.trade.page.pay", &told, &content)?), qr, ..Opened::default() })
    }

    /// The address of a page on which the payer begins: what is asked for stands in it, signed.
    fn page(&self, method: &str, told: &[(&str, &str)], content: &Value) -> Result<String, CallError> {
        let fields = self.signed(method, told, content);
        let query = serde_urlencoded::to_string(&fields).map_err(|_| CallError::Unsent)?;
        Ok(format!("{}?{query}", self.base_url))
    }

    fn code(&self, answer: &HttpAnswer, reference: &str) -> Result<String, CallError> {
        match read::<Precreated>(self.believed(PRECREATE, answer)?) {
            Ok(made) if made.out_trade_no == reference => Ok(made.qr_code),
            Ok(_) => Err(CallError::unknown("the answer is about another payment")),
            Err(CallError::Refused { code, .. }) if USED_BEFORE.contains(&code.as_str()) => {
                Err(CallError::unknown(code))
            }
            Err(error) => Err(error),
        }
    }

    fn trade(&self, ask: &OpenCheckout) -> Value {
        let made = ask.reference.drawn_at().unwrap_or_else(|| self.clock.now()).as_second();
        let until = ask.expires_at.as_second().clamp(made + LIFE_S.0, made + LIFE_S.1);
        // These three are refused in a subject [K].
        let subject = ask.description.replace(['/', '=', '&'], " ");
        json!({
            "out_trade_no": ask.reference.to_string(),
            "total_amount": ask.amount.amount(),
            "subject": shortened(&subject, TEXT_MAX),
            "time_expire": china_time(Timestamp::from_second(until).unwrap_or(ask.expires_at)),
        })
    }

    /// A payment is asked for by our number, which Alipay knows as long as its own.
    async fn payment(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let reference = lookup.reference.to_string();
        let content = json!({ "out_trade_no": reference });
        let (trade, raw): (Trade, String) = self.call("alipay.trade.query", &content).await?;
        if trade.out_trade_no != reference {
            return Err(CallError::unknown("the answer is about another payment"));
        }
        let unreadable = || CallError::unknown("the answer is not readable");
        Ok(ProviderPayment {
            amount: trade.amount().ok_or_else(unreadable)?,
            state: trade.state().ok_or_else(unreadable)?,
            fee: None,
            paid_at: trade.paid_at(),
            provider_id: trade.trade_no,
            merchant: self.seller_id.clone(),
            raw,
        })
    }

    /// One that was paid cannot be closed: what it is by now counts.
    async fn close_now(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let content = json!({ "out_trade_no": lookup.reference.to_string() });
        match self.call::<Closed>("alipay.trade.close", &content).await {
            Ok(_) | Err(CallError::Refused { .. }) => self.payment(lookup).await,
            Err(error) => Err(error),
        }
    }

    async fn refund_now(&self, ask: RefundRequest) -> Result<ProviderRefund, CallError> {
        let (reference, payment) = (ask.reference.to_string(), ask.payment.reference.to_string());
        let content = json!({
            "out_trade_no": payment,
            "out_request_no": reference,
            "refund_amount": ask.amount.amount(),
            "refund_reason": shortened(&ask.reason, TEXT_MAX),
        });
        let (refunded, raw): (Refunded, String) = self.call("alipay.trade.refund", &content).await?;
        if refunded.out_trade_no != payment {
            return Err(CallError::unknown("the answer is about another payment"));
        }
        if refunded.is_done() {
            return Ok(ProviderRefund {
                provider_id: reference,
                state: RefundState::Succeeded,
                amount: ask.amount,
                completed_at: refunded.completed_at(),
                raw,
            });
        }
        let lookup = RefundLookup { reference: ask.reference, provider_id: None, payment: ask.payment };
        match self.query_refund_now(&lookup).await {
            Ok(refund) => Ok(refund),
            Err(_) => Err(CallError::unknown("the refund was taken and is not told of yet")),
        }
    }

    async fn query_refund_now(&self, lookup: &RefundLookup) -> Result<ProviderRefund, CallError> {
        let (reference, payment) = (lookup.reference.to_string(), lookup.payment.reference.to_string());
        let content = json!({
            "out_trade_no": payment, "out_request_no": reference, "query_options": ["gmt_refund_pay"],
        });
        let (found, raw): (RefundFound, String) = self.call("alipay.trade.fastpay.refund.query", &content).await?;
        let state = found.state()?;
        if found.out_request_no.as_deref() != Some(&reference) || found.out_trade_no.as_deref() != Some(&payment) {
            return Err(CallError::unknown("the answer is about another refund"));
        }
        Ok(ProviderRefund {
            amount: found.amount().ok_or_else(|| CallError::unknown("the answer is not readable"))?,
            completed_at: found.completed_at(),
            provider_id: reference,
            state,
            raw,
        })
    }

    /// Never too old: Alipay sends the very same form again for 25 hours, with the time of the first. The number of a notification
    /// keeps one from counting twice.
    fn verified(&self, parts: NotificationParts<'_>) -> Result<Notification, NotificationError> {
        let fields: Fields = serde_urlencoded::from_bytes(parts.body).map_err(|_| NotificationError::BadSignature)?;
        let is_ours = value(&fields, "sign_type") == "RSA2";
        if !is_ours || !self.is_alipays(&of_notification(&fields), value(&fields, "sign")) {
            return Err(NotificationError::BadSignature);
        }
        read::event(&fields, &self.app_id, &self.seller_id)
    }
}

impl Gateway for AlipayGateway {
    fn provider(&self) -> &'static str {
        "alipay"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
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
        Box::pin(async move { self.verified(parts) })
    }

    fn bill_day(&self, day: Date) -> (Timestamp, Timestamp) {
        day_in_china(day)
    }

    fn bill(&self, day: Date) -> Call<'_, Option<Bill>> {
        Box::pin(self.bill_now(day))
    }

    /// Alipay looks at the seven letters and nothing else.
    fn answer(&self, verdict: NotificationVerdict) -> NotificationAnswer {
        let (status, body) = match verdict {
            NotificationVerdict::Ok => (200, "success"),
            NotificationVerdict::Retry => (503, "fail"),
        };
        NotificationAnswer { status, content_type: "text/plain", body: Cow::Borrowed(body) }
    }
}
