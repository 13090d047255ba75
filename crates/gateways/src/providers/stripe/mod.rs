//! Stripe: payments by Checkout Sessions, whose page is Stripe's own; refunds; disputes; signed events.
//!
//! Source: type files of npm `stripe` 23.1.0, API version 2026-10-28.endive, to which every call is pinned; the webhook scheme as
//! run with the SDKs. What is known from Stripe's pages alone is marked [K].

mod bill;
mod dispute;
mod read;

use super::{Credentials, Field, FieldKind, MERCHANT, Provider, Unfit, shortened};
use crate::gateway::{
    Call, CallError, Event, Gateway, Lookup, Notification, NotificationAnswer, NotificationError, NotificationParts,
    NotificationVerdict, OpenCheckout, Opened, ProviderPayment, ProviderRefund, RefundLookup, RefundRequest,
};
use crate::http::{HttpAnswer, TimeOuts, client, segment, send};
use crate::signature::{TOLERANCE_S, verify};
use crate::{Bill, Capabilities, Currencies, Method, MinorRule, Secret};
use dispute::Dispute;
use kernel::{Clock, Currency, Date, Locale, Timestamp};
use read::{List, Refund, Session, read};
use std::borrow::Cow;
use std::sync::Arc;

pub(super) const PROVIDER: Provider = Provider {
    name: "stripe",
    fields: &[
        Field { name: "base_url", kind: FieldKind::Address, usual: "https://api.stripe.com" },
        Field { name: MERCHANT, kind: FieldKind::Text, usual: "" },
        Field { name: "api_secret", kind: FieldKind::Secret, usual: "" },
        Field { name: "notification_secret", kind: FieldKind::Secret, usual: "" },
        Field { name: "notification_secret_before", kind: FieldKind::OtherSecret, usual: "" },
    ],
    connect,
};

/// The version whose words this file knows.
pub(crate) const VERSION: &str = "2026-10-28.endive";

/// A session lives between these, in seconds from the making of our checkout. Stripe wants half an hour to a day from its own
/// making: that may be a little later, when a call that did not arrive is repeated.
const LIFE_S: (i64, i64) = (45 * 60, 24 * 3600 - 60);

/// Characters of one value of metadata [K].
const METADATA_MAX: usize = 500;

/// How far from our instant Stripe may have made a session that we ask for by our own id.
const MADE_WITHIN_S: i64 = 600;
/// Sessions of that time that are looked through, a hundred a call.
const PAGES_MAX: usize = 10;

fn connect(told: &Credentials<'_>, _: Arc<dyn Clock>) -> Result<Arc<dyn Gateway>, Unfit> {
    Ok(Arc::new(StripeGateway {
        base_url: told.text("base_url")?,
        account: told.text(MERCHANT)?,
        api_secret: told.secret("api_secret")?,
        notification_secrets: told.any_secret("notification_secret", &["notification_secret_before"])?,
        capabilities: capabilities(),
        client: client(TimeOuts::default()).map_err(|_| Unfit::NoClient)?,
    }))
}

/// Amounts have at most eight digits; the least is about half a US dollar and differs by currency, which Stripe says itself.
/// Stripe's digits differ from ISO 4217 in these currencies [K].
pub(crate) fn capabilities() -> Capabilities {
    let rule = |code: &str, digits, multiple_of| {
        Currency::parse(code).ok().map(|currency| MinorRule { currency, digits, multiple_of })
    };
    let hundreds = ["ISK", "UGX"].map(|code| rule(code, 2, 100));
    let tens = ["BHD", "JOD", "KWD", "OMR", "TND"].map(|code| rule(code, 3, 10));
    Capabilities {
        methods: vec![Method::Card, Method::EWallet],
        currencies: Currencies::All,
        minor: [rule("MGA", 0, 1)].into_iter().chain(hundreds).chain(tens).flatten().collect(),
        bounds: Vec::new(),
        idempotency_hours: 24,
        tells_fee: true,
        begins_with_payer: false,
        finds_by_reference: true,
    }
}

/// One account's connection.
struct StripeGateway {
    base_url: String,
    /// `acct_…`: the answers do not name it, since the key does.
    account: String,
    api_secret: Secret,
    notification_secrets: Vec<Secret>,
    capabilities: Capabilities,
    client: reqwest::Client,
}

/// Fields of a form, nested by brackets in their names.
type Form = Vec<(Cow<'static, str>, String)>;

fn form(fields: &[(&'static str, &str)]) -> Form {
    fields.iter().map(|(name, value)| (Cow::Borrowed(*name), (*value).to_owned())).collect()
}

impl StripeGateway {
    async fn get(&self, path: &str, query: &Form) -> Result<HttpAnswer, CallError> {
        send(self.request(reqwest::Method::GET, path).query(query)).await
    }

    async fn post(&self, path: &str, key: &str, body: &Form) -> Result<HttpAnswer, CallError> {
        send(self.request(reqwest::Method::POST, path).header("idempotency-key", key).form(body)).await
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let key = String::from_utf8_lossy(self.api_secret.expose());
        self.client
            .request(method, format!("{}/v1{path}", self.base_url))
            .bearer_auth(key)
            .header("stripe-version", VERSION)
    }

    async fn open_now(&self, ask: OpenCheckout) -> Result<Opened, CallError> {
        let integer = self.capabilities.to_provider(ask.amount);
        let integer = integer.map_err(|why| CallError::Refused { code: "amount".into(), message: why.to_string() })?;
        // Reckoned from our own making of it: a call that is repeated with its key has to be the same to the letter.
        let made = ask.reference.drawn_at().unwrap_or(ask.expires_at).as_second();
        let expires_at = ask.expires_at.as_second().clamp(made + LIFE_S.0, made + LIFE_S.1);
        let reference = ask.reference.to_string();
        let mut body = form(&[
            ("mode", "payment"),
            ("client_reference_id", &reference),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", &ask.amount.currency().code().to_ascii_lowercase()),
            ("line_items[0][price_data][unit_amount]", &integer.to_string()),
            ("line_items[0][price_data][product_data][name]", &ask.description),
            // The payer is asked for what the invoice says, in its currency.
            ("adaptive_pricing[enabled]", "false"),
            ("payment_intent_data[metadata][checkout]", &reference),
            ("success_url", &ask.return_url),
            ("cancel_url", &ask.return_url),
            ("expires_at", &expires_at.to_string()),
            (
                "locale",
                match ask.locale {
                    Locale::ZhCn => "zh",
                    Locale::En => "en",
                },
            ),
        ]);
        let types: &[&str] = match ask.method {
            Method::Card => &["card"],
            Method::EWallet => &["alipay", "wechat_pay"],
        };
        for (number, name) in types.iter().enumerate() {
            body.push((format!("allowed_payment_method_types[{number}]").into(), (*name).to_owned()));
        }
        let answer = self.post("/checkout/sessions", &ask.idempotency_key, &body).await?;
        let session: Session = read(&answer)?;
        if session.client_reference_id.as_deref() != Some(reference.as_str()) {
            return Err(CallError::unknown("the answer is about another payment"));
        }
        Ok(Opened { provider_id: Some(session.id), url: session.url, ..Opened::default() })
    }

    async fn payment(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let (session, raw) = self.session(lookup).await?;
        self.payment_of(session, raw, lookup)
    }

    /// The session, with its charge and what Stripe keeps of it.
    async fn session(&self, lookup: &Lookup) -> Result<(Session, String), CallError> {
        let Some(id) = &lookup.provider_id else { return self.session_by_reference(lookup).await };
        let path = format!("/checkout/sessions/{}", segment(id)?);
        let answer = self.get(&path, &form(&[("expand[0]", EXPANDED)])).await?;
        Ok((read(&answer)?, answer.body))
    }

    /// Looks through the sessions made about when our id was: Stripe does not ask by our id.
    async fn session_by_reference(&self, lookup: &Lookup) -> Result<(Session, String), CallError> {
        let reference = lookup.reference.to_string();
        let made = lookup.reference.drawn_at().map_or(0, |at| at.as_second());
        let (from, to) = ((made - MADE_WITHIN_S).to_string(), (made + MADE_WITHIN_S).to_string());
        let mut after = None;
        for _ in 0..PAGES_MAX {
            let mut query = form(&[("limit", "100"), ("created[gte]", &from), ("created[lte]", &to)]);
            query.extend(after.map(|id: String| ("starting_after".into(), id)));
            let list: List<Session> = read(&self.get("/checkout/sessions", &query).await?)?;
            let ours = |session: &&Session| session.client_reference_id.as_deref() == Some(reference.as_str());
            if let Some(session) = list.data.iter().find(ours) {
                let lookup = Lookup { reference: lookup.reference, provider_id: Some(session.id.clone()) };
                return Box::pin(self.session(&lookup)).await;
            }
            after = list.data.last().map(|session| session.id.clone()).filter(|_| list.has_more);
            if after.is_none() {
                return Err(CallError::NotFound);
            }
        }
        Err(CallError::unknown("too many sessions were made about that time"))
    }

    fn payment_of(&self, session: Session, raw: String, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        if session.client_reference_id.as_deref() != Some(lookup.reference.to_string().as_str()) {
            return Err(CallError::unknown("the answer is about another payment"));
        }
        let unreadable = || CallError::unknown("the answer is not readable");
        Ok(ProviderPayment {
            amount: session.amount(&self.capabilities).ok_or_else(unreadable)?,
            state: session.state().ok_or_else(unreadable)?,
            fee: session.fee(&self.capabilities),
            paid_at: session.paid_at(),
            provider_id: session.id,
            merchant: self.account.clone(),
            raw,
        })
    }

    /// Ends an open session. One that is complete, or ended by itself, cannot be ended: what it is by now counts.
    async fn close_now(&self, lookup: &Lookup) -> Result<ProviderPayment, CallError> {
        let (session, raw) = self.session(lookup).await?;
        if session.status.as_deref() != Some("open") {
            return self.payment_of(session, raw, lookup);
        }
        let path = format!("/checkout/sessions/{}/expire", segment(&session.id)?);
        let lookup = Lookup { reference: lookup.reference, provider_id: Some(session.id.clone()) };
        let answer = self.post(&path, &format!("expire-{}", session.id), &Form::new()).await?;
        match read(&answer) {
            Ok(session) => self.payment_of(session, answer.body, &lookup),
            Err(CallError::Refused { .. }) => self.payment(&lookup).await,
            Err(error) => Err(error),
        }
    }

    async fn refund_now(&self, ask: RefundRequest) -> Result<ProviderRefund, CallError> {
        let intent = self.intent(&ask.payment).await?;
        let integer = self.capabilities.to_provider(ask.amount);
        let integer = integer.map_err(|why| CallError::Refused { code: "amount".into(), message: why.to_string() })?;
        let (reference, payment) = (ask.reference.to_string(), ask.payment.reference.to_string());
        let body = form(&[
            ("payment_intent", &intent),
            ("amount", &integer.to_string()),
            ("reason", "requested_by_customer"),
            ("metadata[refund]", &reference),
            ("metadata[checkout]", &payment),
            ("metadata[reason]", &shortened(&ask.reason, METADATA_MAX)),
        ]);
        let answer = self.post("/refunds", &ask.idempotency_key, &body).await?;
        let refund: Refund = read(&answer)?;
        self.refund_of(refund, answer.body, &reference)
    }

    async fn query_refund_now(&self, lookup: &RefundLookup) -> Result<ProviderRefund, CallError> {
        let reference = lookup.reference.to_string();
        if let Some(id) = &lookup.provider_id {
            let answer = self.get(&format!("/refunds/{}", segment(id)?), &Form::new()).await?;
            return self.refund_of(read(&answer)?, answer.body, &reference);
        }
        let intent = self.intent(&lookup.payment).await?;
        let answer = self.get("/refunds", &form(&[("payment_intent", &intent), ("limit", "100")])).await?;
        let list: List<Refund> = read(&answer)?;
        let ours = list.data.into_iter().find(|refund| refund.metadata.refund.as_deref() == Some(&reference));
        self.refund_of(ours.ok_or(CallError::NotFound)?, answer.body, &reference)
    }

    fn refund_of(&self, refund: Refund, raw: String, reference: &str) -> Result<ProviderRefund, CallError> {
        if refund.metadata.refund.as_deref() != Some(reference) {
            return Err(CallError::unknown("the answer is about another refund"));
        }
        let unreadable = || CallError::unknown("the answer is not readable");
        let state = refund.state().ok_or_else(unreadable)?;
        Ok(ProviderRefund {
            amount: refund.amount(&self.capabilities).ok_or_else(unreadable)?,
            completed_at: Timestamp::from_second(refund.created).ok(),
            state,
            provider_id: refund.id,
            raw,
        })
    }

    /// The payment behind a session, by which it is given back; asking has no effect.
    async fn intent(&self, payment: &Lookup) -> Result<String, CallError> {
        let (session, _) = self.session(payment).await?;
        let intent = session.payment_intent.map(|intent| intent.id().to_owned());
        intent.ok_or_else(|| CallError::Refused { code: "not_paid".into(), message: "the session was not paid".into() })
    }

    /// Any `v1` may fit any of our keys; other schemes are not looked at. The age is judged by the signed instant.
    async fn verified(&self, parts: NotificationParts<'_>) -> Result<Notification, NotificationError> {
        let header = parts.headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or("");
        let signed_at = header.split(',').find_map(|item| item.trim().strip_prefix("t=")).unwrap_or("");
        let signed = [signed_at.as_bytes(), parts.body];
        if !verify(&self.notification_secrets, b'.', &signed, header) {
            return Err(NotificationError::BadSignature);
        }
        let signed_at: i64 = signed_at.parse().map_err(|_| NotificationError::Malformed)?;
        if parts.received_at.as_second().abs_diff(signed_at) > TOLERANCE_S.unsigned_abs() {
            return Err(NotificationError::Stale);
        }
        let event = read::event(parts.body, &self.account)?;
        let meaning = match event.name.strip_prefix(DISPUTES) {
            Some(_) => self.disputed(event.object()?).await?,
            None => read::meaning(&event, &self.capabilities)?,
        };
        event.notification(&self.account, meaning)
    }

    /// Whose payment is disputed: a dispute names the payment behind a session and nothing of ours, so Stripe is asked for the
    /// session. Without its answer the event has to come again.
    async fn disputed(&self, dispute: Dispute) -> Result<Option<Event>, NotificationError> {
        let Some(intent) = dispute.intent() else { return Ok(None) };
        let query = form(&[("payment_intent", intent), ("limit", "1")]);
        let answer = self.get("/checkout/sessions", &query).await.map_err(|_| NotificationError::Unavailable)?;
        let found: List<Session> = read(&answer).map_err(|_| NotificationError::Unavailable)?;
        let ours = found.data.into_iter().find_map(|session| {
            let reference = session.client_reference_id.as_deref()?.parse().ok()?;
            Some(Lookup { reference, provider_id: Some(session.id) })
        });
        ours.map(|payment| dispute.of(payment, &self.capabilities).ok_or(NotificationError::Malformed)).transpose()
    }
}

/// How the names of events about disputes begin.
const DISPUTES: &str = "charge.dispute.";

/// What a session brings along so that one question tells all.
const EXPANDED: &str = "payment_intent.latest_charge.balance_transaction";

impl Gateway for StripeGateway {
    fn provider(&self) -> &'static str {
        "stripe"
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
        Box::pin(self.verified(parts))
    }

    fn bill(&self, day: Date) -> Call<'_, Option<Bill>> {
        Box::pin(async move { self.bill_now(day).await.map(Some) })
    }

    fn answer(&self, verdict: NotificationVerdict) -> NotificationAnswer {
        NotificationAnswer::received(verdict)
    }
}
