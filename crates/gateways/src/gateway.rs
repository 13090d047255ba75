//! The trait of every provider, what goes in and comes out, and how a call can end.
//!
//! A payment goes: `open` → the payer acts at the provider → a notification or `query` tells → perhaps `complete`
//! (where approval and capture are two steps) → perhaps `refund`. The browser that comes back proves nothing.

use crate::Capabilities;
use crate::bill::{Bill, day_of};
use crate::device::{Device, Introduces};
use crate::dispute::ProviderDispute;
use http::HeaderMap;
use kernel::id::{CheckoutId, RefundId};
use kernel::{Date, Locale, Money, Timestamp};
use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

/// A call under way.
pub type Call<'a, T, E = CallError> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// One merchant's connection to one provider.
///
/// Every call that changes something at the provider carries an idempotency key that was stored before; after
/// [`CallError::Unknown`] only queries may follow until they tell what happened, or the same call with the same key where the
/// provider cannot be asked by our number ([`Capabilities::finds_by_reference`]).
pub trait Gateway: Send + Sync {
    /// The provider's short name in configuration, records and logs: `simulator`, `stripe`, `alipay`.
    fn provider(&self) -> &'static str;

    fn capabilities(&self) -> &Capabilities;

    /// Of providers that must know who a payer is inside their own app.
    fn introduces(&self) -> Option<&dyn Introduces> {
        None
    }

    /// Asks for a payment and learns where to send the payer.
    fn open(&self, request: OpenCheckout) -> Call<'_, Opened>;

    /// The payment as the provider has it now.
    fn query(&self, payment: Lookup) -> Call<'_, ProviderPayment>;

    /// Takes the money of a payment in [`PaymentState::Approved`]. Providers that take it at once answer a query.
    fn complete(&self, payment: Lookup, idempotency_key: String) -> Call<'_, ProviderPayment> {
        drop(idempotency_key);
        self.query(payment)
    }

    /// Makes an unpaid payment unpayable; answers with its state, which is `Succeeded` when the payer was faster.
    fn close(&self, payment: Lookup) -> Call<'_, ProviderPayment>;

    /// Gives back all or a part of a succeeded payment.
    fn refund(&self, request: RefundRequest) -> Call<'_, ProviderRefund>;

    fn query_refund(&self, refund: RefundLookup) -> Call<'_, ProviderRefund>;

    /// Reads a notification, after its signature, age and merchant have been found good. Asynchronous because some
    /// providers publish their certificates at an address.
    fn verify<'a>(&'a self, parts: NotificationParts<'a>) -> Call<'a, Notification, NotificationError>;

    /// From when until when the provider counts a day in its bills; by UTC unless it has a clock of its own.
    fn bill_day(&self, day: Date) -> (Timestamp, Timestamp) {
        day_of(day, 0)
    }

    /// What the provider says happened on a day that is over; `None` while it does not say yet, and is to be asked later.
    fn bill(&self, day: Date) -> Call<'_, Option<Bill>>;

    /// What this provider wants to hear about a notification.
    fn answer(&self, verdict: NotificationVerdict) -> NotificationAnswer;
}

/// How the payer wants to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Card,
    EWallet,
}

/// A payment to be asked for.
#[derive(Debug, Clone)]
pub struct OpenCheckout {
    /// Our id of it; goes to the provider and comes back in notifications.
    pub reference: CheckoutId,
    /// Stored before the call; the same for every repetition of it. Up to 64 visible ASCII characters suit every provider.
    pub idempotency_key: String,
    pub amount: Money,
    pub method: Method,
    pub device: Device,
    /// What the payer reads at the provider: the invoice's number.
    pub description: String,
    /// Where the provider sends the browser afterwards, http or https.
    pub return_url: String,
    /// Where the provider sends notifications.
    pub notify_url: String,
    /// When the payment can no longer be made.
    pub expires_at: Timestamp,
    pub locale: Locale,
}

/// Where the payer goes. At least one of `url`, `qr` and `in_app` is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opened {
    /// The provider's id, unless it gives one only once the payer acts.
    pub provider_id: Option<String>,
    /// The provider's page for the payer's browser.
    pub url: Option<String>,
    /// The text of a QR code for the payer's telephone.
    pub qr: Option<String>,
    /// The provider's name of the payment inside its app, of which [`Introduces::hand_over`] makes what the page says there.
    pub in_app: Option<String>,
}

/// Names a payment to its provider: by the provider's id once there is one, else by ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    pub reference: CheckoutId,
    pub provider_id: Option<String>,
}

/// Names a refund to its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLookup {
    pub reference: RefundId,
    pub provider_id: Option<String>,
    /// The payment that is given back.
    pub payment: Lookup,
}

/// A payment as its provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderPayment {
    /// Empty while the provider has given none: some give it once the payer has paid.
    pub provider_id: String,
    pub state: PaymentState,
    pub amount: Money,
    /// What the provider keeps, once it is known; in the payment's currency.
    pub fee: Option<Money>,
    pub paid_at: Option<Timestamp>,
    /// The merchant who receives it, by the provider's number.
    pub merchant: String,
    /// The provider's answer as it came, kept as evidence.
    pub raw: String,
}

/// Where a payment stands at its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentState {
    /// The payer has not acted.
    Open,
    /// The payer agreed; [`Gateway::complete`] takes the money.
    Approved,
    /// The payer acted; the provider does not know the outcome yet.
    Processing,
    /// The money is taken. Stays so, whatever comes back by refunds.
    Succeeded,
    /// Final; `reason` is the provider's code.
    Failed { reason: String },
    /// Final: nobody paid in time, or it was closed.
    Expired,
}

/// Money to be given back.
#[derive(Debug, Clone)]
pub struct RefundRequest {
    /// Our id of the refund.
    pub reference: RefundId,
    pub idempotency_key: String,
    pub payment: Lookup,
    pub amount: Money,
    /// The whole payment; some providers want it beside the part.
    pub total: Money,
    /// What the payer may read.
    pub reason: String,
    pub notify_url: String,
}

/// A refund as its provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRefund {
    pub provider_id: String,
    pub state: RefundState,
    pub amount: Money,
    pub completed_at: Option<Timestamp>,
    pub raw: String,
}

/// Where a refund stands. Some providers report a failure days after success: the last word counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundState {
    Processing,
    Succeeded,
    Failed { reason: String },
}

/// How a call ended without an answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The provider said no: certainly without effect.
    #[error("the provider refused: {code} ({message})")]
    Refused { code: String, message: String },
    /// The provider knows no such payment or refund. After a call in doubt it is conclusive only when that call can no
    /// longer be under way.
    #[error("the provider knows no such thing")]
    NotFound,
    /// The connection was never made: certainly without effect.
    #[error("the provider could not be reached")]
    Unsent,
    /// Time-out, lost connection, server error, unreadable answer: it may have happened. Only queries may follow.
    #[error("the outcome is unknown: {why}")]
    Unknown { why: String },
}

impl CallError {
    /// Whether something may have happened at the provider.
    pub const fn in_doubt(&self) -> bool {
        matches!(self, CallError::Unknown { .. })
    }

    pub(crate) fn unknown(why: impl Into<String>) -> CallError {
        CallError::Unknown { why: why.into() }
    }
}

/// A notification as it came in.
#[derive(Debug, Clone, Copy)]
pub struct NotificationParts<'a> {
    pub headers: &'a HeaderMap,
    /// The body byte for byte.
    pub body: &'a [u8],
    pub received_at: Timestamp,
}

/// A notification that the provider certainly sent. It comes at least once and in any order: `event_id` is stored
/// together with its effect, and a state that contradicts ours is settled by a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The same at every delivery of one event.
    pub event_id: String,
    pub occurred_at: Timestamp,
    pub merchant: String,
    pub event: Event,
}

/// What happened at the provider. The amount is the provider's word and must be compared with what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Payment {
        reference: CheckoutId,
        provider_id: String,
        state: PaymentState,
        amount: Money,
        fee: Option<Money>,
    },
    Refund {
        reference: RefundId,
        provider_id: String,
        payment: Lookup,
        state: RefundState,
        amount: Money,
    },
    Dispute(ProviderDispute),
    /// What was collected went to our bank, or came back from there.
    Payout {
        provider_id: String,
        state: PayoutState,
        /// What went to the bank.
        net: Money,
        at: Timestamp,
    },
    /// Nothing that we asked for (another program's payment at the same merchant) or nothing that we act upon.
    Other {
        name: String,
    },
}

/// Where a pay-out stands. One that was paid may come back days later: the last word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayoutState {
    Paid,
    Failed,
}

/// Why a notification has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    #[error("the signature is missing or wrong")]
    BadSignature,
    #[error("signed too long ago, or in the future")]
    Stale,
    #[error("signed, but not readable")]
    Malformed,
    #[error("meant for another merchant")]
    WrongMerchant,
    /// The provider's certificate cannot be had now; let it be sent again.
    #[error("the signature cannot be checked now")]
    Unavailable,
}

/// What became of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationVerdict {
    /// Its effect, or the decision that it has none, is on disk.
    Ok,
    /// Not taken; the provider shall send it again.
    Retry,
}

/// The HTTP answer that a provider understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationAnswer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Cow<'static, str>,
}

impl NotificationAnswer {
    /// For providers that look at the status alone.
    pub(crate) const fn received(verdict: NotificationVerdict) -> NotificationAnswer {
        let (status, body) = match verdict {
            NotificationVerdict::Ok => (200, r#"{"received":true}"#),
            NotificationVerdict::Retry => (503, r#"{"received":false}"#),
        };
        NotificationAnswer { status, content_type: "application/json", body: Cow::Borrowed(body) }
    }
}
