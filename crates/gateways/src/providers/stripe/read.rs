//! Stripe's objects, as far as they are read, and what they mean.

use crate::Capabilities;
use crate::gateway::{
    CallError, Event, Lookup, Notification, NotificationError, PaymentState, PayoutState, RefundState,
};
use crate::http::HttpAnswer;
use kernel::{Currency, Money, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Debug, Deserialize)]
pub(super) struct List<T> {
    pub data: Vec<T>,
    pub has_more: bool,
}

/// A Checkout Session.
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub id: String,
    pub client_reference_id: Option<String>,
    /// open, complete, expired.
    pub status: Option<String>,
    /// paid, unpaid, no_payment_required.
    payment_status: String,
    amount_total: Option<i64>,
    currency: Option<String>,
    /// Of Stripe's page, while the session is open.
    pub url: Option<String>,
    pub payment_intent: Option<Expandable<Intent>>,
}

/// An object, or its id where it was not asked for with the rest.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Expandable<T> {
    Id(String),
    Whole(T),
}

impl<T> Expandable<T> {
    fn whole(&self) -> Option<&T> {
        match self {
            Expandable::Id(_) => None,
            Expandable::Whole(object) => Some(object),
        }
    }
}

impl Expandable<Intent> {
    pub fn id(&self) -> &str {
        match self {
            Expandable::Id(id) => id,
            Expandable::Whole(intent) => &intent.id,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Intent {
    id: String,
    status: String,
    latest_charge: Option<Expandable<Charge>>,
    last_payment_error: Option<Failure>,
}

#[derive(Debug, Deserialize)]
struct Failure {
    code: Option<String>,
    decline_code: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Charge {
    created: i64,
    balance_transaction: Option<Expandable<BalanceTransaction>>,
}

/// What a charge did to the account's balance, in the currency of that balance.
#[derive(Debug, Deserialize)]
struct BalanceTransaction {
    currency: String,
    fee: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    pub id: String,
    amount: i64,
    currency: String,
    pub created: i64,
    /// pending, requires_action, succeeded, failed, canceled.
    status: Option<String>,
    failure_reason: Option<String>,
    #[serde(default)]
    pub metadata: Ours,
}

/// What went to the bank.
#[derive(Debug, Deserialize)]
struct Payout {
    id: String,
    amount: i64,
    currency: String,
    created: Option<i64>,
}

/// Our ids, where we left them.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Ours {
    pub refund: Option<String>,
    checkout: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct EventBody {
    id: String,
    #[serde(rename = "type")]
    pub name: String,
    created: i64,
    /// Named where an event comes to a platform for one of its accounts.
    account: Option<String>,
    data: EventData,
}

#[derive(Debug, Deserialize)]
struct EventData {
    object: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct ErrorAnswer {
    error: ErrorBody,
}

#[derive(Debug, Deserialize)]
struct ErrorBody {
    #[serde(rename = "type")]
    kind: String,
    code: Option<String>,
    #[serde(default)]
    message: String,
}

/// The object of a 2xx. A refusal counts only in Stripe's own form, and only where its type says that nothing was done: an
/// `api_error` may have had its effect, and so may whatever came before a key that is used again.
pub(super) fn read<T: DeserializeOwned>(answer: &HttpAnswer) -> Result<T, CallError> {
    match answer.status {
        200..=299 => serde_json::from_str(&answer.body).map_err(|_| CallError::unknown("the answer is not readable")),
        400..=499 => match serde_json::from_str::<ErrorAnswer>(&answer.body) {
            Ok(ErrorAnswer { error }) => Err(refused(answer.status, error)),
            Err(_) => Err(CallError::unknown(format!("status {} without a reason", answer.status))),
        },
        status => Err(CallError::unknown(format!("status {status}"))),
    }
}

fn refused(status: u16, error: ErrorBody) -> CallError {
    match (error.kind.as_str(), error.code.as_deref()) {
        (_, Some("resource_missing")) if status == 404 => CallError::NotFound,
        ("invalid_request_error" | "card_error", code) if status != 409 && status != 429 => {
            CallError::Refused { code: code.unwrap_or(&error.kind).to_owned(), message: error.message }
        }
        (kind, _) => CallError::unknown(format!("{kind}, status {status}")),
    }
}

impl Session {
    pub fn amount(&self, capabilities: &Capabilities) -> Option<Money> {
        money(capabilities, self.amount_total?, self.currency.as_deref()?)
    }

    /// `None` for words that we do not know: better in doubt than guessed. Money counts when the payment is `paid`; a complete
    /// session whose payment takes days tells of it later.
    pub fn state(&self) -> Option<PaymentState> {
        let intent = self.payment_intent.as_ref().and_then(Expandable::whole);
        match (self.status.as_deref()?, self.payment_status.as_str()) {
            (_, "paid") => Some(PaymentState::Succeeded),
            ("expired", "unpaid") => Some(PaymentState::Expired),
            ("open", "unpaid") => match intent.map(|intent| intent.status.as_str()) {
                Some("processing") => Some(PaymentState::Processing),
                _ => Some(PaymentState::Open),
            },
            ("complete", "unpaid") => match intent {
                Some(intent) if matches!(intent.status.as_str(), "requires_payment_method" | "canceled") => {
                    Some(PaymentState::Failed { reason: intent.reason() })
                }
                _ => Some(PaymentState::Processing),
            },
            _ => None,
        }
    }

    fn charge(&self) -> Option<&Charge> {
        self.payment_intent.as_ref()?.whole()?.latest_charge.as_ref()?.whole()
    }

    pub fn paid_at(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.charge()?.created).ok().filter(|_| self.payment_status == "paid")
    }

    /// In the payment's currency; where the balance has another, it is learnt from the balance's own report.
    pub fn fee(&self, capabilities: &Capabilities) -> Option<Money> {
        let balance = self.charge()?.balance_transaction.as_ref()?.whole()?;
        let same = self.currency.as_deref() == Some(balance.currency.as_str());
        money(capabilities, balance.fee, &balance.currency).filter(|_| same && self.payment_status == "paid")
    }
}

impl Intent {
    fn reason(&self) -> String {
        let error = self.last_payment_error.as_ref();
        let code = error.and_then(|error| error.decline_code.as_ref().or(error.code.as_ref()));
        code.map_or_else(|| self.status.clone(), Clone::clone)
    }
}

impl Refund {
    pub fn amount(&self, capabilities: &Capabilities) -> Option<Money> {
        money(capabilities, self.amount, &self.currency)
    }

    pub fn state(&self) -> Option<RefundState> {
        match self.status.as_deref()? {
            "pending" | "requires_action" => Some(RefundState::Processing),
            "succeeded" => Some(RefundState::Succeeded),
            status @ ("failed" | "canceled") => {
                Some(RefundState::Failed { reason: self.failure_reason.clone().unwrap_or_else(|| status.to_owned()) })
            }
            _ => None,
        }
    }
}

pub(super) fn money(capabilities: &Capabilities, integer: i64, currency: &str) -> Option<Money> {
    let currency = Currency::parse(&currency.to_ascii_uppercase()).ok()?;
    capabilities.from_provider(integer, currency)
}

/// A verified event, which has to be about our account.
pub(super) fn event(body: &[u8], account: &str) -> Result<EventBody, NotificationError> {
    let event: EventBody = serde_json::from_slice(body).map_err(|_| NotificationError::Malformed)?;
    match &event.account {
        Some(named) if named != account => Err(NotificationError::WrongMerchant),
        _ => Ok(event),
    }
}

/// What an event says by itself; `None` where it is no concern of ours. Ids that are not of our form belong to somebody else at
/// the same account.
pub(super) fn meaning(event: &EventBody, capabilities: &Capabilities) -> Result<Option<Event>, NotificationError> {
    match event.name.as_str() {
        "checkout.session.completed"
        | "checkout.session.expired"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.async_payment_failed" => of_session(&event.name, event.object()?, capabilities),
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            of_refund(event.object()?, capabilities)
        }
        "payout.paid" | "payout.failed" => {
            of_payout(&event.name, event.object()?, event.created, capabilities).map(Some)
        }
        _ => Ok(None),
    }
}

impl EventBody {
    pub fn object<T: DeserializeOwned>(&self) -> Result<T, NotificationError> {
        T::deserialize(&self.data.object).map_err(|_| NotificationError::Malformed)
    }

    /// The notification of an event with this meaning.
    pub fn notification(self, account: &str, meaning: Option<Event>) -> Result<Notification, NotificationError> {
        Ok(Notification {
            event_id: self.id,
            occurred_at: Timestamp::from_second(self.created).map_err(|_| NotificationError::Malformed)?,
            merchant: account.to_owned(),
            event: meaning.unwrap_or(Event::Other { name: self.name }),
        })
    }
}

fn of_session(name: &str, session: Session, capabilities: &Capabilities) -> Result<Option<Event>, NotificationError> {
    let Some(reference) = session.client_reference_id.as_deref().and_then(|id| id.parse().ok()) else {
        return Ok(None);
    };
    let state = match name {
        "checkout.session.async_payment_failed" => Some(PaymentState::Failed { reason: "declined".to_owned() }),
        _ => session.state(),
    };
    let malformed = NotificationError::Malformed;
    Ok(Some(Event::Payment {
        reference,
        amount: session.amount(capabilities).ok_or(malformed)?,
        state: state.ok_or(malformed)?,
        fee: session.fee(capabilities),
        provider_id: session.id,
    }))
}

fn of_payout(
    name: &str,
    payout: Payout,
    created: i64,
    capabilities: &Capabilities,
) -> Result<Event, NotificationError> {
    let malformed = NotificationError::Malformed;
    // One that comes back is told of when it does; the pay-out itself knows when it went.
    let (state, at) = match name {
        "payout.failed" => (PayoutState::Failed, created),
        _ => (PayoutState::Paid, payout.created.unwrap_or(created)),
    };
    Ok(Event::Payout {
        state,
        net: money(capabilities, payout.amount, &payout.currency).ok_or(malformed)?,
        at: Timestamp::from_second(at).map_err(|_| malformed)?,
        provider_id: payout.id,
    })
}

fn of_refund(refund: Refund, capabilities: &Capabilities) -> Result<Option<Event>, NotificationError> {
    let id = |id: &Option<String>| id.clone().unwrap_or_default();
    let (Ok(reference), Ok(payment)) = (id(&refund.metadata.refund).parse(), id(&refund.metadata.checkout).parse())
    else {
        return Ok(None);
    };
    let malformed = NotificationError::Malformed;
    Ok(Some(Event::Refund {
        reference,
        payment: Lookup { reference: payment, provider_id: None },
        state: refund.state().ok_or(malformed)?,
        amount: refund.amount(capabilities).ok_or(malformed)?,
        provider_id: refund.id,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn session(status: &str, payment_status: &str, intent: serde_json::Value) -> Session {
        let object = json!({
            "id": "cs_1", "client_reference_id": "x", "status": status, "payment_status": payment_status,
            "amount_total": 1200, "currency": "mga", "url": null, "payment_intent": intent,
        });
        serde_json::from_value(object).unwrap()
    }

    #[test]
    fn what_a_session_says() {
        let intent = |status: &str| json!({ "id": "pi_1", "status": status, "latest_charge": null });
        let declined = json!({
            "id": "pi_1", "status": "requires_payment_method", "latest_charge": "ch_1",
            "last_payment_error": { "code": "card_declined", "decline_code": "insufficient_funds" },
        });
        let failed = PaymentState::Failed { reason: "insufficient_funds".to_owned() };
        for (status, paid, intent, wanted) in [
            ("open", "unpaid", json!(null), Some(PaymentState::Open)),
            ("open", "unpaid", json!("pi_1"), Some(PaymentState::Open)),
            ("open", "unpaid", intent("processing"), Some(PaymentState::Processing)),
            ("complete", "unpaid", intent("processing"), Some(PaymentState::Processing)),
            ("complete", "unpaid", json!("pi_1"), Some(PaymentState::Processing)),
            ("complete", "unpaid", declined, Some(failed)),
            ("complete", "paid", intent("succeeded"), Some(PaymentState::Succeeded)),
            ("expired", "unpaid", json!(null), Some(PaymentState::Expired)),
            ("complete", "no_payment_required", json!(null), None),
            ("asleep", "unpaid", json!(null), None),
        ] {
            assert_eq!(session(status, paid, intent.clone()).state(), wanted, "{status} {paid} {intent}");
        }
    }

    #[test]
    fn the_fee_counts_in_the_payments_currency() {
        let charge = |currency: &str| {
            json!({ "id": "pi_1", "status": "succeeded", "latest_charge": {
                "created": 1_790_000_000, "balance_transaction": { "currency": currency, "fee": 34 },
            } })
        };
        let capabilities = super::super::capabilities();
        let mga = session("complete", "paid", charge("mga"));
        // Stripe counts whole ariary, ISO 4217 hundredths.
        assert_eq!(mga.amount(&capabilities).unwrap().to_string(), "MGA 1200.00");
        assert_eq!(mga.fee(&capabilities).unwrap().to_string(), "MGA 34.00");
        assert_eq!(session("complete", "paid", charge("eur")).fee(&capabilities), None);
        assert_eq!(mga.paid_at().unwrap().as_second(), 1_790_000_000);
    }

    #[test]
    fn what_a_refusal_means() {
        let error =
            |kind: &str, code: &str| json!({ "error": { "type": kind, "code": code, "message": "m" } }).to_string();
        for (status, body, wanted) in [
            (400, error("invalid_request_error", "parameter_missing"), "refused"),
            (402, error("card_error", "card_declined"), "refused"),
            (404, error("invalid_request_error", "resource_missing"), "not found"),
            (400, error("idempotency_error", ""), "unknown"),
            (409, error("invalid_request_error", "lock_timeout"), "unknown"),
            (429, error("invalid_request_error", "rate_limit"), "unknown"),
            (404, "<h1>proxy</h1>".to_owned(), "unknown"),
            (500, error("api_error", ""), "unknown"),
            (200, "{".to_owned(), "unknown"),
        ] {
            let answer = HttpAnswer { status, headers: http::HeaderMap::new(), body };
            let got = match read::<Session>(&answer) {
                Err(CallError::Refused { .. }) => "refused",
                Err(CallError::NotFound) => "not found",
                Err(CallError::Unknown { .. }) => "unknown",
                other => panic!("{other:?}"),
            };
            assert_eq!(got, wanted, "{} {}", answer.status, answer.body);
        }
    }
}
