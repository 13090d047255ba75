//! Disputes of payments at the simulator: where they stand, what they moved, and what can be done with them.

use super::face::Face;
use super::plain;
use kernel::{Money, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long evidence may be sent.
pub(super) const EVIDENCE_WITHIN: Duration = Duration::from_hours(7 * 24);

/// What the provider keeps for a dispute, in minor units of the payment's currency. It is not given back.
pub(super) const FEE_MINOR: i64 = 1_500;

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
    Closed,
}

impl Stage {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Stage::NeedsResponse => "needs_response",
            Stage::UnderReview => "under_review",
            Stage::Won => "won",
            Stage::Lost => "lost",
            Stage::Closed => "closed",
        }
    }

    pub(super) const fn is_over(self) -> bool {
        matches!(self, Stage::Won | Stage::Lost | Stage::Closed)
    }
}

/// What somebody does with a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The merchant sends evidence.
    Answer,
    Win,
    Lose,
    /// The payer lets it be.
    Close,
}

impl Act {
    pub(super) fn named(name: &str) -> Option<Act> {
        match name {
            "answer" => Some(Act::Answer),
            "win" => Some(Act::Win),
            "lose" => Some(Act::Lose),
            "close" => Some(Act::Close),
            _ => None,
        }
    }

    pub(super) const fn leads_to(self) -> Stage {
        match self {
            Act::Answer => Stage::UnderReview,
            Act::Win => Stage::Won,
            Act::Lose => Stage::Lost,
            Act::Close => Stage::Closed,
        }
    }
}

/// What a notification of a dispute is about; which of these there are differs by language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Created,
    Updated,
    Closed,
    Withdrawn,
    Reinstated,
    /// The payment is gone for good.
    Reversed,
}

impl Told {
    /// As most languages name it; `None` for what they do not tell of.
    pub(super) const fn name(self) -> Option<&'static str> {
        match self {
            Told::Created => Some("created"),
            Told::Updated => Some("updated"),
            Told::Closed => Some("closed"),
            Told::Withdrawn => Some("funds_withdrawn"),
            Told::Reinstated => Some("funds_reinstated"),
            Told::Reversed => None,
        }
    }
}

/// Money that went away or came back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Moved {
    pub id: String,
    /// Else it came back.
    pub withdrawn: bool,
    #[serde(with = "plain")]
    pub amount: Money,
    pub fee_minor: i64,
    #[serde(with = "plain")]
    pub at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Dispute {
    pub face: Face,
    pub id: String,
    pub payment: String,
    pub payment_reference: String,
    #[serde(with = "plain")]
    pub amount: Money,
    pub reason: String,
    pub stage: Stage,
    /// A question before a dispute, which moves no money.
    pub inquiry: bool,
    pub evidence: String,
    #[serde(with = "plain")]
    pub evidence_due: Timestamp,
    #[serde(with = "plain")]
    pub created_at: Timestamp,
    pub moved: Vec<Moved>,
}

impl Dispute {
    pub(super) fn is_withdrawn(&self) -> bool {
        self.moved.last().is_some_and(|last| last.withdrawn)
    }

    /// One minor unit more, as a scenario wants it wrong.
    pub(super) fn raised(mut self) -> Dispute {
        let more = |amount: Money| Money::new(amount.minor() + 1, amount.currency());
        self.amount = more(self.amount);
        self.moved.iter_mut().for_each(|moved| moved.amount = more(moved.amount));
        self
    }
}
