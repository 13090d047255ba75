//! PayPal: payments by orders, on whose page the payer agrees and whose money we then take; refunds; disputes; signed notifications.
//!
//! Source: type files of npm `@paypal/paypal-server-sdk` 2.5.0 (Orders v2, Payments v2); the signature of notifications as run with
//! PyPI `paypalrestsdk` 1.13.3. What is known from PayPal's pages alone is marked [K]: to be compared with them again before real
//! money moves.
//!
//! Nobody but us takes the money of an order that its payer has agreed to. So one that we leave alone costs nobody anything, and
//! one whose answer was lost can be asked for again with its key: PayPal does not find orders by our numbers.

mod bill;
mod certificates;
mod dispute;
mod read;
mod token;
pub(crate) mod wire;

use super::{Credentials, Field, FieldKind, MERCHANT, Provider, Unfit, shortened};
use crate::gateway::{
    Call, CallError, Gateway, Lookup, Notification, NotificationAnswer, NotificationError, NotificationParts,
    NotificationVerdict, OpenCheckout, Opened, PaymentState, ProviderPayment, ProviderRefund, RefundLookup,
    RefundRequest,
};
use crate::http::{HttpAnswer, TimeOuts, client, segment, send};
use crate::signature::TOLERANCE_S;
use crate::{Bill, Capabilities, Currencies, Method, MinorRule};
use certificates::Certificates;
use kernel::{Clock, Currency, Date, Locale, Money, Timestamp};
use read::{Order, Refund, read};
use serde_json::{Value, json};
use std::sync::Arc;
use token::Tokens;
use wire::{Amount, Signature, WHOLE, message};

pub(super) const PROVIDER: Provider = Provider {
    name: "paypal",
    fields: &[
        Field { name: "base_url", kind: FieldKind::Address, usual: "https://api-m.paypal.com" },
        Field { name: MERCHANT, kind: FieldKind::Text, usual: "" },
        Field { name: "client_id", kind: FieldKind::Text, usual: "" },
        Field { name: "client_secret", kind: FieldKind::Secret, usual: "" },
        Field { name: "webhook_id", kind: FieldKind::Text, usual: "" },
    ],
    connect,
};

/// What PayPal takes [K]; CNY from accounts in China alone.
const CURRENCIES: [&str; 24] = [
    "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK", "NZD",
    "PHP", "PLN", "SEK", "SGD", "CHF", "THB", "TWD", "USD",
];

/// Letters of what the payer reads, and of a refund's reason [K].
const DESCRIPTION_MAX: usize = 127;
const REASON_MAX: usize = 255;

/// Why a payer's money is not to be had: final, since nobody sends the payer back to choose another card or account [K].
const DECLINES: [&str; 5] = [
    "INSTRUMENT_DECLINED",
    "PAYER_ACCOUNT_RESTRICTED",
    "PAYER_CANNOT_PAY",
    "TRANSACTION_REFUSED",
    "COMPLIANCE_VIOLATION",
];

const ORDERS: &str = "/v2/checkout/orders";
const CAPTURES: &str = "/v2/payments/captures";
const REFUNDS: &str = "/v2/payments/refunds";

fn connect(told: &Credentials<'_>, clock: Arc<dyn Clock>) -> Result<Arc<dyn Gateway>, Unfit> {
    let base_url = told.text("base_url")?;
    Ok(Arc::new(PayPalGateway {
        merchant: told.text(MERCHANT)?,
        tokens: Tokens::new(told.text("client_id")?, told.secret("client_secret")?),
        webhook_id: told.text("webhook_id")?,
        certificates: Certificates::new(&base_url),
        capabilities: capabilities(),
        client: client(TimeOuts::default()).map_err(|_| Unfit::NoClient)?,
        clock,
        base_url,
    }))
}

pub(crate) fn capabilities() -> Capabilities {
    let currency = |code: &&str| Currency::parse(code).ok();
    Capabilities {
        methods: vec![Method::EWallet],
        currencies: Currencies::Only(CURRENCIES.iter().filter_map(currency).collect()),
        minor: WHOLE
            .iter()
            .filter_map(currency)
            .map(|currency| MinorRule { currency, digits: 0, multiple_of: 1 })
            .collect(),
        bounds: Vec::new(),
        idempotency_hours: 6,
        tells_fee: true,
        begins_with_payer: false,
        finds_by_reference: false,
    }
}

/// One merchant's connection.
struct PayPalGateway {
    base_url: String,
    /// The payee's `merchant_id`.
    merchant: String,
    tokens: Tokens,
    /// Of the address at which PayPal notifies us; it is signed with every notification.
    webhook_id: String,
    certificates: Certificates,
    capabilities: Capabilities,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl PayPalGateway {
    async fn get(&self, path: &str) -> Result<HttpAnswer, CallError> {
        self.call(|| self.client.get(format!("{}{path}", self.base_url))).await
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> Result<HttpAnswer, CallError> {
        let body = body.to_string();
        self.call(|| {
            self.client
                .post(format!("{}{path}", self.base_url))
                .header("paypal-request-id", key)
                .header("prefer", "return=representation")
                .header("content-type", "application/json")
                .body(body.clone())
        })
        .await
    }

    /// A token may be taken back before its time: then nothing was done, and a new one is asked for once.
    async fn call(&self, request: impl Fn() -> reqwest::RequestBuilder) -> Result<HttpAnswer, CallError> {
        let answer = self.call_once(&request).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        self.tokens.forget();
        self.call_once(&request).await
    }

    async fn call_once(&self, request: impl Fn() -> reqwest::RequestBuilder) -> Result<HttpAnswer, CallError> {
        let token = self.tokens.get(&self.client, &self.base_url, self.clock.now()).await?;
        send(request().bearer_auth(String::from_utf8_lossy(token.expose()))).await
    }

    async fn open_now(&self, ask: OpenCheckout) -> Result<Opened, CallError> {
        let fitting = self.capabilities.check(ask.method, ask.amount);
        fitting.map_err(|why| CallError::Refused { code: "amount".into(), message: why.to_string() })?;
        let reference = ask.reference.to_string();
        let body = json!({
            "intent": "CAPTURE",
            "purchase_units": [{
                "custom_id": reference,
                "invoice_id": reference,
                "description": shortened(&ask.description, DESCRIPTION_MAX),
                "amount": amount(ask.amount)?,
            }],
            "payment_source": { "paypal": { "experience_context": {
                "return_url": ask.return_url,
                "cancel_url": ask.return_url,
                "user_action": "PAY_NOW",
                "shipping_preference": "NO_SHIPPING",
                "locale": match ask.locale {
                    Locale::ZhCn => "zh-CN",
                    Locale::En => "en-US",
                },
            } } },
        });
        let answer = self.post(ORDERS, &ask.idempotency_key, &body).await?;
        let order: Order = read(&answer)?;
        about(order.reference(), &reference)?;
        let url = order.place().ok_or_else(|| CallError::unknown("the answer names no place to pay"))?;
        Ok(Opened { provider_id: Some(order.id), url: Some(url), ..Opened::default() })
    }

    /// The order of a payment. By our own number PayPal finds none, but says whether it knows us.
    async fn order(&self, lookup: &Lookup) -> Result<(Order, String), CallError> {
        let answer = self.get(&path_of(lookup)?).await?;
        let order: Order = read(&answer)?;
        about(order.reference(), &lookup.reference.to_string())?;
        Ok((order, answer.body))
    }

    async fn payment(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let (order, raw) = self.order(lookup).await?;
        self.payment_of(order, raw)
    }

    fn payment_of(&self, order: Order, raw: String) -> Result<ProviderPayment, CallError> {
        let unreadable = || CallError::unknown("the answer is not readable");
        Ok(ProviderPayment {
            state: order.state().ok_or_else(unreadable)?,
            amount: order.amount().ok_or_else(unreadable)?,
            fee: order.fee(),
            paid_at: order.paid_at(),
            merchant: order.merchant().unwrap_or(&self.merchant).to_owned(),
            provider_id: order.id,
            raw,
        })
    }

    /// Takes the money of an order that its payer has agreed to. Where PayPal says no, the order tells whether the money was taken
    /// before, or the payer has not agreed.
    async fn complete_now(&self, lookup: &Lookup, key: &str) -> Result<ProviderPayment, CallError> {
        let answer = self.post(&format!("{}/capture", path_of(lookup)?), key, &json!({})).await?;
        match read::<Order>(&answer) {
            Ok(order) => {
                about(order.reference(), &lookup.reference.to_string())?;
                self.payment_of(order, answer.body)
            }
            Err(CallError::Refused { code, message }) => {
                let payment = self.payment(lookup).await?;
                match payment.state {
                    PaymentState::Open | PaymentState::Approved if DECLINES.contains(&code.as_str()) => {
                        Ok(ProviderPayment {
                            state: PaymentState::Failed { reason: code },
                            raw: answer.body,
                            ..payment
                        })
                    }
                    PaymentState::Approved => Err(CallError::Refused { code, message }),
                    _ => Ok(payment),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// There is nothing to call: an order whose money we do not take is over for us. One that the payer agreed to before is told.
    async fn close_now(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let payment = self.payment(lookup).await?;
        Ok(match payment.state {
            PaymentState::Open => ProviderPayment { state: PaymentState::Expired, ..payment },
            _ => payment,
        })
    }

    async fn refund_now(&self, ask: RefundRequest) -> Result<ProviderRefund, CallError> {
        let (order, _) = self.order(&ask.payment).await?;
        let capture = order.taken().ok_or_else(|| CallError::Refused {
            code: "not_paid".into(),
            message: "no money of the order was taken".into(),
        })?;
        let reference = ask.reference.to_string();
        let mut body = json!({
            "amount": amount(ask.amount)?,
            "custom_id": reference,
            "invoice_id": ask.payment.reference.to_string(),
        });
        if !ask.reason.is_empty() {
            body["note_to_payer"] = json!(shortened(&ask.reason, REASON_MAX));
        }
        let path = format!("{CAPTURES}/{}/refund", segment(capture)?);
        let answer = self.post(&path, &ask.idempotency_key, &body).await?;
        refund_of(read(&answer)?, answer.body, &reference)
    }

    /// By PayPal's id, else among the refunds of its order.
    async fn query_refund_now(&self, lookup: &RefundLookup) -> Result<ProviderRefund, CallError> {
        let reference = lookup.reference.to_string();
        if let Some(id) = &lookup.provider_id {
            let answer = self.get(&format!("{REFUNDS}/{}", segment(id)?)).await?;
            return refund_of(read(&answer)?, answer.body, &reference);
        }
        let (order, raw) = self.order(&lookup.payment).await?;
        refund_of(order.into_refund(&reference).ok_or(CallError::NotFound)?, raw, &reference)
    }

    /// The certificate, the signature, its age; then what was said, which has to be about us. Every attempt to deliver has an instant
    /// of its own [K].
    async fn verified(&self, parts: NotificationParts<'_>) -> Result<Notification, NotificationError> {
        let said = Signature::of(parts.headers).ok_or(NotificationError::BadSignature)?;
        let certificate = self.certificates.find(&self.client, said.certificate, parts.received_at).await?;
        let signed = message(said.transmission, said.time, &self.webhook_id, parts.body);
        if !certificate.key.verify(signed.as_bytes(), said.signature) {
            return Err(NotificationError::BadSignature);
        }
        let signed_at: Timestamp = said.time.parse().map_err(|_| NotificationError::Malformed)?;
        if parts.received_at.as_second().abs_diff(signed_at.as_second()) > TOLERANCE_S.unsigned_abs() {
            return Err(NotificationError::Stale);
        }
        read::event(parts.body, &self.merchant)
    }
}

fn path_of(lookup: &Lookup) -> Result<String, CallError> {
    let reference = lookup.reference.to_string();
    Ok(format!("{ORDERS}/{}", segment(lookup.provider_id.as_deref().unwrap_or(&reference))?))
}

fn amount(amount: Money) -> Result<Amount, CallError> {
    let inexact = || CallError::Refused { code: "amount".into(), message: "PayPal cannot express it exactly".into() };
    Amount::of(amount).ok_or_else(inexact)
}

/// What is told about another payment or refund is not taken for ours.
fn about(told: Option<&str>, reference: &str) -> Result<(), CallError> {
    if told == Some(reference) { Ok(()) } else { Err(CallError::unknown("the answer is about something else")) }
}

fn refund_of(refund: Refund, raw: String, reference: &str) -> Result<ProviderRefund, CallError> {
    about(refund.custom_id.as_deref(), reference)?;
    let unreadable = || CallError::unknown("the answer is not readable");
    Ok(ProviderRefund {
        state: refund.state().ok_or_else(unreadable)?,
        amount: refund.amount().ok_or_else(unreadable)?,
        completed_at: refund.completed_at(),
        provider_id: refund.id,
        raw,
    })
}

impl Gateway for PayPalGateway {
    fn provider(&self) -> &'static str {
        "paypal"
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

    fn complete(&self, payment: Lookup, idempotency_key: String) -> Call<'_, ProviderPayment> {
        Box::pin(async move { self.complete_now(&payment, &idempotency_key).await })
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

    fn bill(&self, day: Date) -> Call<'_, Option<Bill>> {
        Box::pin(self.bill_now(day))
    }

    fn answer(&self, verdict: NotificationVerdict) -> NotificationAnswer {
        NotificationAnswer::received(verdict)
    }
}
