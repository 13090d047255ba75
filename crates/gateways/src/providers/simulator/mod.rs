//! The connector to the payment simulator: a client of its HTTP interface and a reader of its notifications.
//!
//! It knows the simulator only by its wire form, as the connector of any other provider would. The outcome of a call
//! follows from what came back: nothing that could have reached the provider is called a refusal unless the provider
//! itself says so in its own error form.

mod bill;

use super::{Credentials, Field, FieldKind, MERCHANT, Provider, Unfit};
use crate::dispute::{Direction, DisputeState, Movement, ProviderDispute};
use crate::gateway::{
    Call, CallError, Event, Gateway, Lookup, Notification, NotificationAnswer, NotificationError, NotificationParts,
    NotificationVerdict, OpenCheckout, Opened, PaymentState, PayoutState, ProviderPayment, ProviderRefund,
    RefundLookup, RefundRequest, RefundState,
};
use crate::http::{HttpAnswer, TimeOuts, client, segment, send};
use crate::signature::{TOLERANCE_S, sign, verify};
use crate::{Bill, Capabilities, Currencies, Method, Secret};
use kernel::{Clock, Currency, Date, Money, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::sync::Arc;

/// The provider of demonstrations and tests.
pub(super) const PROVIDER: Provider = Provider {
    name: "simulator",
    fields: &[
        Field { name: "base_url", kind: FieldKind::Address, usual: "" },
        Field { name: MERCHANT, kind: FieldKind::Text, usual: "" },
        Field { name: "api_secret", kind: FieldKind::Secret, usual: "" },
        Field { name: "notification_secret", kind: FieldKind::Secret, usual: "" },
        Field { name: "notification_secret_before", kind: FieldKind::OtherSecret, usual: "" },
    ],
    connect,
};

fn connect(told: &Credentials<'_>, clock: Arc<dyn Clock>) -> Result<Arc<dyn Gateway>, Unfit> {
    let connection = SimulatorConnection {
        base_url: told.text("base_url")?,
        merchant: told.text(MERCHANT)?,
        api_secret: told.secret("api_secret")?,
        notification_secrets: told.any_secret("notification_secret", &["notification_secret_before"])?,
        time_outs: TimeOuts::default(),
    };
    Ok(Arc::new(SimulatorGateway::new(connection, clock).map_err(|_| Unfit::NoClient)?))
}

/// How to reach a simulator.
#[derive(Debug, Clone)]
pub struct SimulatorConnection {
    /// `http://127.0.0.1:8410`, without a slash at the end.
    pub base_url: String,
    /// Our merchant number there.
    pub merchant: String,
    /// Signs our requests.
    pub api_secret: Secret,
    /// Any of these may have signed a notification: the present one, and another while it is rotated.
    pub notification_secrets: Vec<Secret>,
    pub time_outs: TimeOuts,
}

/// One merchant's connection to a simulator.
pub struct SimulatorGateway {
    connection: SimulatorConnection,
    capabilities: Capabilities,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl SimulatorGateway {
    /// Does not connect yet. Fails when the system offers no HTTP client at all.
    pub fn new(connection: SimulatorConnection, clock: Arc<dyn Clock>) -> Result<SimulatorGateway, CallError> {
        let capabilities = Capabilities {
            methods: vec![Method::Card, Method::EWallet],
            currencies: Currencies::All,
            minor: Vec::new(),
            bounds: Vec::new(),
            idempotency_hours: 24,
            tells_fee: true,
            begins_with_payer: false,
            finds_by_reference: true,
        };
        let client = client(connection.time_outs)?;
        Ok(SimulatorGateway { connection, capabilities, client, clock })
    }

    async fn get(&self, path: &str) -> Result<HttpAnswer, CallError> {
        let request = self.signed(reqwest::Method::GET, path, "", "");
        send(request).await
    }

    async fn post(&self, path: &str, key: &str, body: &serde_json::Value) -> Result<HttpAnswer, CallError> {
        let body = body.to_string();
        let request = self.signed(reqwest::Method::POST, path, key, &body);
        let request = request.header("idempotency-key", key).header("content-type", "application/json");
        send(request.body(body)).await
    }

    fn signed(&self, method: reqwest::Method, path: &str, key: &str, body: &str) -> reqwest::RequestBuilder {
        let timestamp = self.clock.now().as_second().to_string();
        let parts = [method.as_str(), path, &timestamp, key, body].map(str::as_bytes);
        let signature = sign(&self.connection.api_secret, b'\n', &parts);
        self.client
            .request(method, format!("{}{path}", self.connection.base_url))
            .header("sim-merchant", &self.connection.merchant)
            .header("sim-timestamp", timestamp)
            .header("sim-signature", format!("v1={signature}"))
    }

    async fn open_now(&self, ask: OpenCheckout) -> Result<Opened, CallError> {
        let method = match ask.method {
            Method::Card => "card",
            Method::EWallet => "e_wallet",
        };
        let body = json!({
            "reference": ask.reference.to_string(),
            "amount": ask.amount.minor(),
            "currency": ask.amount.currency().code(),
            "method": method,
            "description": ask.description,
            "return_url": ask.return_url,
            "notify_url": ask.notify_url,
            "expires_at": ask.expires_at.to_string(),
            "locale": ask.locale.tag(),
        });
        let answer = self.post("/sim/v1/payments", &ask.idempotency_key, &body).await?;
        let payment: PaymentAnswer = read(&answer)?;
        if payment.reference != ask.reference.to_string() || payment.merchant != self.connection.merchant {
            return Err(CallError::unknown("the answer is about another payment"));
        }
        Ok(Opened { provider_id: Some(payment.id), url: Some(payment.url), qr: payment.qr, in_app: None })
    }

    async fn payment(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let path = match &lookup.provider_id {
            Some(id) => format!("/sim/v1/payments/{}", segment(id)?),
            None => format!("/sim/v1/payments?reference={}", lookup.reference),
        };
        let answer = self.get(&path).await?;
        self.payment_of(answer, lookup)
    }

    /// By the provider's id, which is asked for first when it is not known: a question has no effect.
    async fn close_now(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let id = match &lookup.provider_id {
            Some(id) => id.clone(),
            None => self.payment(lookup).await?.provider_id,
        };
        let path = format!("/sim/v1/payments/{}/close", segment(&id)?);
        let answer = self.post(&path, &format!("close-{id}"), &json!({})).await?;
        self.payment_of(answer, lookup)
    }

    fn payment_of(&self, answer: HttpAnswer, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let payment: PaymentAnswer = read(&answer)?;
        let unreadable = || CallError::unknown("the answer is not readable");
        if payment.reference != lookup.reference.to_string() {
            return Err(CallError::unknown("the answer is about another payment"));
        }
        let currency = Currency::parse(&payment.currency).map_err(|_| unreadable())?;
        let paid_at = payment.paid_at.as_deref().map(str::parse).transpose().map_err(|_| unreadable())?;
        Ok(ProviderPayment {
            state: payment_state(&payment.state, payment.failure).ok_or_else(unreadable)?,
            provider_id: payment.id,
            amount: Money::new(payment.amount, currency),
            fee: payment.fee.map(|fee| Money::new(fee, currency)),
            paid_at,
            merchant: payment.merchant,
            raw: answer.body,
        })
    }

    async fn refund_now(&self, ask: RefundRequest) -> Result<ProviderRefund, CallError> {
        let body = json!({
            "payment": ask.payment.provider_id.unwrap_or_else(|| ask.payment.reference.to_string()),
            "reference": ask.reference.to_string(),
            "amount": ask.amount.minor(),
            "currency": ask.amount.currency().code(),
            "reason": ask.reason,
            "notify_url": ask.notify_url,
        });
        let answer = self.post("/sim/v1/refunds", &ask.idempotency_key, &body).await?;
        refund_of(answer, &ask.reference.to_string())
    }

    async fn query_refund_now(&self, lookup: &RefundLookup) -> Result<ProviderRefund, CallError> {
        let path = match &lookup.provider_id {
            Some(id) => format!("/sim/v1/refunds/{}", segment(id)?),
            None => format!("/sim/v1/refunds?reference={}", lookup.reference),
        };
        let answer = self.get(&path).await?;
        refund_of(answer, &lookup.reference.to_string())
    }

    /// Signature, then age, then merchant; the body is parsed only after the first two. The event's id is taken from
    /// the signed body, since the header that repeats it is not signed.
    fn verified(&self, parts: NotificationParts<'_>) -> Result<Notification, NotificationError> {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        let timestamp = header("sim-timestamp");
        let signed = [timestamp.as_bytes(), parts.body];
        if !verify(&self.connection.notification_secrets, b'.', &signed, header("sim-signature")) {
            return Err(NotificationError::BadSignature);
        }
        let signed_at: i64 = timestamp.parse().map_err(|_| NotificationError::Malformed)?;
        let age_s = parts.received_at.as_second().saturating_sub(signed_at);
        if age_s.unsigned_abs() > TOLERANCE_S.unsigned_abs() {
            return Err(NotificationError::Stale);
        }
        let event: EventBody = serde_json::from_slice(parts.body).map_err(|_| NotificationError::Malformed)?;
        if event.merchant != self.connection.merchant {
            return Err(NotificationError::WrongMerchant);
        }
        let occurred_at: Timestamp = event.created_at.parse().map_err(|_| NotificationError::Malformed)?;
        let meaning = meaning(&event.name, occurred_at, event.data)?;
        Ok(Notification { event_id: event.id, occurred_at, merchant: event.merchant, event: meaning })
    }
}

impl Gateway for SimulatorGateway {
    fn provider(&self) -> &'static str {
        "simulator"
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

    fn bill(&self, day: Date) -> Call<'_, Option<Bill>> {
        Box::pin(self.bill_now(day))
    }

    fn answer(&self, verdict: NotificationVerdict) -> NotificationAnswer {
        NotificationAnswer::received(verdict)
    }
}

#[derive(Deserialize)]
struct PaymentAnswer {
    id: String,
    merchant: String,
    reference: String,
    state: String,
    failure: Option<String>,
    amount: i64,
    currency: String,
    fee: Option<i64>,
    url: String,
    qr: Option<String>,
    paid_at: Option<String>,
}

#[derive(Deserialize)]
struct RefundAnswer {
    id: String,
    reference: String,
    payment: String,
    payment_reference: String,
    state: String,
    failure: Option<String>,
    amount: i64,
    currency: String,
    completed_at: Option<String>,
}

#[derive(Deserialize)]
struct DisputeAnswer {
    id: String,
    payment: String,
    payment_reference: String,
    state: String,
    reason: String,
    amount: i64,
    currency: String,
    evidence_due_at: Option<String>,
    movement: Option<MovementAnswer>,
}

#[derive(Deserialize)]
struct MovementAnswer {
    id: String,
    direction: String,
    amount: i64,
    fee: i64,
}

#[derive(Deserialize)]
struct PayoutAnswer {
    id: String,
    state: String,
    amount: i64,
    currency: String,
    created_at: String,
}

#[derive(Deserialize)]
struct EventBody {
    id: String,
    #[serde(rename = "type")]
    name: String,
    created_at: String,
    merchant: String,
    data: serde_json::Value,
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: ErrorBody,
}

#[derive(Deserialize)]
struct ErrorBody {
    code: String,
    message: String,
}

/// The object of a 2xx. A refusal counts only in the provider's own form: another 4xx may come from something between
/// us, and then nobody knows.
fn read<T: DeserializeOwned>(answer: &HttpAnswer) -> Result<T, CallError> {
    match answer.status {
        200..=299 => serde_json::from_str(&answer.body).map_err(|_| CallError::unknown("the answer is not readable")),
        400..=499 => match serde_json::from_str::<ErrorAnswer>(&answer.body) {
            Ok(ErrorAnswer { error }) if error.code == "not_found" => Err(CallError::NotFound),
            Ok(ErrorAnswer { error }) => Err(CallError::Refused { code: error.code, message: error.message }),
            Err(_) => Err(CallError::unknown(format!("status {} without a reason", answer.status))),
        },
        status => Err(CallError::unknown(format!("status {status}"))),
    }
}

fn refund_of(answer: HttpAnswer, reference: &str) -> Result<ProviderRefund, CallError> {
    let refund: RefundAnswer = read(&answer)?;
    let unreadable = || CallError::unknown("the answer is not readable");
    if refund.reference != reference {
        return Err(CallError::unknown("the answer is about another refund"));
    }
    let currency = Currency::parse(&refund.currency).map_err(|_| unreadable())?;
    let completed_at = refund.completed_at.as_deref().map(str::parse).transpose().map_err(|_| unreadable())?;
    Ok(ProviderRefund {
        state: refund_state(&refund.state, refund.failure).ok_or_else(unreadable)?,
        provider_id: refund.id,
        amount: Money::new(refund.amount, currency),
        completed_at,
        raw: answer.body,
    })
}

/// What a verified event says. References that are not of our form belong to somebody else at the same merchant.
fn meaning(name: &str, occurred_at: Timestamp, data: serde_json::Value) -> Result<Event, NotificationError> {
    let malformed = |_| NotificationError::Malformed;
    let other = || Event::Other { name: name.to_owned() };
    if name.starts_with("payment.") {
        let payment: PaymentAnswer = serde_json::from_value(data).map_err(malformed)?;
        let Ok(reference) = payment.reference.parse() else { return Ok(other()) };
        let currency = Currency::parse(&payment.currency).map_err(|_| NotificationError::Malformed)?;
        return Ok(Event::Payment {
            reference,
            provider_id: payment.id,
            state: payment_state(&payment.state, payment.failure).ok_or(NotificationError::Malformed)?,
            amount: Money::new(payment.amount, currency),
            fee: payment.fee.map(|fee| Money::new(fee, currency)),
        });
    }
    if name.starts_with("refund.") {
        let refund: RefundAnswer = serde_json::from_value(data).map_err(malformed)?;
        let (Ok(reference), Ok(payment)) = (refund.reference.parse(), refund.payment_reference.parse()) else {
            return Ok(other());
        };
        let currency = Currency::parse(&refund.currency).map_err(|_| NotificationError::Malformed)?;
        return Ok(Event::Refund {
            reference,
            provider_id: refund.id,
            payment: Lookup { reference: payment, provider_id: Some(refund.payment) },
            state: refund_state(&refund.state, refund.failure).ok_or(NotificationError::Malformed)?,
            amount: Money::new(refund.amount, currency),
        });
    }
    if name.starts_with("dispute.") {
        let dispute: DisputeAnswer = serde_json::from_value(data).map_err(malformed)?;
        let Ok(reference) = dispute.payment_reference.parse() else { return Ok(other()) };
        let payment = Lookup { reference, provider_id: Some(dispute.payment.clone()) };
        return disputed(dispute, payment).map(Event::Dispute).ok_or(NotificationError::Malformed);
    }
    if name.starts_with("payout.") {
        let payout: PayoutAnswer = serde_json::from_value(data).map_err(malformed)?;
        let currency = Currency::parse(&payout.currency).map_err(|_| NotificationError::Malformed)?;
        let went_at: Timestamp = payout.created_at.parse().map_err(|_| NotificationError::Malformed)?;
        let (state, at) = match payout.state.as_str() {
            "failed" => (PayoutState::Failed, occurred_at),
            _ => (PayoutState::Paid, went_at),
        };
        return Ok(Event::Payout { provider_id: payout.id, state, net: Money::new(payout.amount, currency), at });
    }
    Ok(other())
}

/// `None` where it cannot be read.
fn disputed(dispute: DisputeAnswer, payment: Lookup) -> Option<ProviderDispute> {
    let currency = Currency::parse(&dispute.currency).ok()?;
    let movement = |moved: MovementAnswer| {
        let direction = match moved.direction.as_str() {
            "withdrawn" => Direction::Withdrawn,
            "reinstated" => Direction::Reinstated,
            _ => return None,
        };
        let fee = Some(moved.fee).filter(|fee| *fee != 0).map(|fee| Money::new(fee, currency));
        Some(Movement { id: moved.id, direction, amount: Money::new(moved.amount, currency), fee })
    };
    Some(ProviderDispute {
        payment,
        provider_id: dispute.id,
        state: dispute_state(&dispute.state)?,
        amount: Money::new(dispute.amount, currency),
        reason: dispute.reason,
        evidence_due: dispute.evidence_due_at.as_deref().map(str::parse).transpose().ok()?,
        funds: dispute.movement.into_iter().map(movement).collect::<Option<_>>()?,
    })
}

fn dispute_state(state: &str) -> Option<DisputeState> {
    match state {
        "needs_response" => Some(DisputeState::NeedsResponse),
        "under_review" => Some(DisputeState::UnderReview),
        "won" => Some(DisputeState::Won),
        "lost" => Some(DisputeState::Lost),
        "closed" => Some(DisputeState::Closed),
        _ => None,
    }
}

/// `None` for a word that we do not know: better in doubt than guessed.
fn payment_state(state: &str, failure: Option<String>) -> Option<PaymentState> {
    match state {
        "open" => Some(PaymentState::Open),
        "processing" => Some(PaymentState::Processing),
        "succeeded" => Some(PaymentState::Succeeded),
        "failed" => Some(PaymentState::Failed { reason: failure.unwrap_or_default() }),
        "closed" | "expired" => Some(PaymentState::Expired),
        _ => None,
    }
}

fn refund_state(state: &str, failure: Option<String>) -> Option<RefundState> {
    match state {
        "processing" => Some(RefundState::Processing),
        "succeeded" => Some(RefundState::Succeeded),
        "failed" => Some(RefundState::Failed { reason: failure.unwrap_or_default() }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_status_means() {
        let refusal = r#"{"error":{"code":"invalid_field","message":"amount"}}"#;
        let missing = r#"{"error":{"code":"not_found","message":"no such payment"}}"#;
        for (status, body, wanted) in [
            (422, refusal, "refused"),
            (404, missing, "not found"),
            (404, "<h1>nginx</h1>", "unknown"),
            (403, "", "unknown"),
            (200, "{", "unknown"),
            (302, "", "unknown"),
            (500, refusal, "unknown"),
            (503, "", "unknown"),
        ] {
            let answer = HttpAnswer { status, headers: http::HeaderMap::new(), body: body.to_owned() };
            let got = match read::<PaymentAnswer>(&answer) {
                Err(CallError::Refused { .. }) => "refused",
                Err(CallError::NotFound) => "not found",
                Err(CallError::Unknown { .. }) => "unknown",
                _ => "else",
            };
            assert_eq!(got, wanted, "{status} {body}");
        }
    }
}
