//! Payments and refunds of the simulator, their states, and what a payer can choose.

use super::scenario::Scenario;
use kernel::{Locale, Money, Timestamp};

/// How it is paid, as the wire names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    /// Becomes the outcome at the instant.
    Processing {
        until: Timestamp,
        success: bool,
    },
    Succeeded,
    Failed(&'static str),
    Closed,
    Expired,
}

impl State {
    pub(super) const fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Processing { .. } => "processing",
            State::Succeeded => "succeeded",
            State::Failed(_) => "failed",
            State::Closed => "closed",
            State::Expired => "expired",
        }
    }

    pub(super) const fn failure(self) -> Option<&'static str> {
        match self {
            State::Failed(code) => Some(code),
            _ => None,
        }
    }
}

/// The failure of a payment that the payer's bank refused.
pub(super) const DECLINED: &str = "declined";
/// The failure of a payment that the payer gave up.
pub(super) const CANCELLED: &str = "cancelled_by_payer";

/// What the payer chose on the simulator's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub id: String,
    pub reference: String,
    pub amount: Money,
    pub method: Method,
    pub description: String,
    pub return_url: String,
    pub notify_url: String,
    pub locale: Option<Locale>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub state: State,
    pub fee: Option<Money>,
    pub paid_at: Option<Timestamp>,
    /// Minor units given back or on their way.
    pub refunded: i64,
    pub scenario: Scenario,
}

#[derive(Debug, Clone)]
pub(super) struct Refund {
    pub id: String,
    pub reference: String,
    pub payment: String,
    pub payment_reference: String,
    pub amount: Money,
    pub notify_url: String,
    pub created_at: Timestamp,
    pub completed_at: Option<Timestamp>,
    pub state: State,
    pub scenario: Scenario,
}
