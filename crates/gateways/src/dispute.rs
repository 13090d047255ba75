//! Disputes in the words of the trait: the payer's bank, or the payer at the provider, takes a payment back.
//!
//! Where a dispute stands and what money moved are two things. A provider may take the money when the dispute begins, later or
//! never; it may give it back and take it again. Words come in any order, so each says how it was at its instant, and every
//! movement has a name by which it counts once.

use crate::Lookup;
use kernel::{Money, Timestamp};

/// A dispute as its provider tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderDispute {
    /// The payment that is disputed.
    pub payment: Lookup,
    /// The provider's id of the dispute; where money is taken back and no dispute is told of, the id of that.
    pub provider_id: String,
    pub state: DisputeState,
    /// What is disputed of the payment, in its currency.
    pub amount: Money,
    /// The provider's code: `fraudulent`, `product_not_received`.
    pub reason: String,
    /// Until when evidence may be sent, while it may.
    pub evidence_due: Option<Timestamp>,
    /// Money that moved: all of it so far, or only what this word is about.
    pub funds: Vec<Movement>,
}

/// Where a dispute stands. One that was lost may be appealed against, and stands before the answer again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisputeState {
    /// The provider waits for our evidence.
    NeedsResponse,
    /// Somebody else is to act: the payer, their bank, the provider.
    UnderReview,
    /// Decided for us.
    Won,
    /// Decided for the payer.
    Lost,
    /// Ended without a decision: a question that came to nothing, a dispute that was withdrawn or prevented.
    Closed,
}

/// Money that a dispute moved at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The provider's name of it, the same in every word that tells of it.
    pub id: String,
    pub direction: Direction,
    /// Above zero, in the payment's currency.
    pub amount: Money,
    /// What the provider keeps for it, where that is told in the payment's currency; below zero where it gives a fee back.
    pub fee: Option<Money>,
}

/// Which way money of a dispute went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Away from us.
    Withdrawn,
    /// Back to us.
    Reinstated,
}
