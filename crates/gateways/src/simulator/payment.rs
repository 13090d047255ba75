//! Payments and refunds of the simulator, their states, and what a payer can choose.

use super::face::Face;
use super::plain;
use super::scenario::Scenario;
use kernel::{Locale, Money, Timestamp};
use serde::{Deserialize, Serialize};

/// How it is paid, as the wire names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Method {
    Card,
    EWallet,
}

impl Method {
    pub(super) fn named(name: &str) -> Option<Method> {
        [Method::Card, Method::EWallet].into_iter().find(|method| method.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Method::Card => "card",
            Method::EWallet => "e_wallet",
        }
    }

    /// Whether the payer scans a QR code.
    pub(super) const fn has_code(self) -> bool {
        matches!(self, Method::EWallet)
    }
}

/// Where a payment or refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    Open,
    /// The payer agreed, in languages in which the merchant takes the money in a second step; then the choice has its effect.
    Approved(Choice),
    /// Becomes the outcome at the instant.
    Processing {
        #[serde(with = "plain")]
        until: Timestamp,
        success: bool,
    },
    Succeeded,
    Failed(Failure),
    Closed,
    Expired,
}

impl State {
    pub(super) const fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Approved(_) => "approved",
            State::Processing { .. } => "processing",
            State::Succeeded => "succeeded",
            State::Failed(_) => "failed",
            State::Closed => "closed",
            State::Expired => "expired",
        }
    }

    pub(super) const fn failure(self) -> Option<&'static str> {
        match self {
            State::Failed(failure) => Some(failure.code()),
            _ => None,
        }
    }
}

/// Why there was no money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Failure {
    /// The payer's bank refused.
    Declined,
    /// The payer gave up.
    Cancelled,
}

impl Failure {
    /// As the wire names it.
    const fn code(self) -> &'static str {
        match self {
            Failure::Declined => "declined",
            Failure::Cancelled => "cancelled_by_payer",
        }
    }
}

/// What the payer chose on the simulator's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Choice {
    Pay,
    PayLate,
    PayTwice,
    TimeOut,
    Decline,
    Cancel,
}

impl Choice {
    /// In the order of the page.
    pub(super) const ALL: [Choice; 6] =
        [Choice::Pay, Choice::PayLate, Choice::PayTwice, Choice::TimeOut, Choice::Decline, Choice::Cancel];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Choice::Pay => "pay",
            Choice::PayLate => "pay-late",
            Choice::PayTwice => "pay-twice",
            Choice::TimeOut => "time-out",
            Choice::Decline => "decline",
            Choice::Cancel => "cancel",
        }
    }

    pub(super) fn named(name: &str) -> Option<Choice> {
        Choice::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Payment {
    /// The language that it was asked for in.
    #[serde(default)]
    pub face: Face,
    /// Asked for in a language in which nothing is there before the payer comes, who did not yet.
    #[serde(default)]
    pub awaited: bool,
    pub id: String,
    pub reference: String,
    #[serde(with = "plain")]
    pub amount: Money,
    pub method: Method,
    pub description: String,
    pub return_url: String,
    pub notify_url: String,
    pub locale: Option<Locale>,
    #[serde(with = "plain")]
    pub created_at: Timestamp,
    #[serde(with = "plain")]
    pub expires_at: Timestamp,
    pub state: State,
    #[serde(with = "plain")]
    pub fee: Option<Money>,
    #[serde(with = "plain")]
    pub paid_at: Option<Timestamp>,
    /// Minor units given back or on their way.
    pub refunded: i64,
    pub scenario: Scenario,
}

impl Payment {
    /// What a provider tells that looks at an old copy of its book.
    pub(super) fn before(self) -> Payment {
        Payment { state: State::Open, fee: None, paid_at: None, ..self }
    }
}

/// What was collected in a language, sent to the merchant's bank.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Payout {
    pub face: Face,
    pub id: String,
    /// What arrives there.
    #[serde(with = "plain")]
    pub amount: Money,
    #[serde(with = "plain")]
    pub created_at: Timestamp,
    /// When the bank sent it back.
    #[serde(with = "plain")]
    pub failed_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Refund {
    #[serde(default)]
    pub face: Face,
    pub id: String,
    pub reference: String,
    pub payment: String,
    pub payment_reference: String,
    #[serde(with = "plain")]
    pub amount: Money,
    /// Minor units of the whole payment.
    #[serde(default)]
    pub total: i64,
    pub notify_url: String,
    #[serde(with = "plain")]
    pub created_at: Timestamp,
    #[serde(with = "plain")]
    pub completed_at: Option<Timestamp>,
    pub state: State,
    pub scenario: Scenario,
}
