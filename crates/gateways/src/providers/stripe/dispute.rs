//! Stripe's disputes. Money moves when its balance says so, which every event about a dispute repeats in whole; that a dispute was
//! opened or closed moves nothing.

use super::read::{Expandable, Intent, money};
use crate::Capabilities;
use crate::dispute::{Direction, DisputeState, Movement, ProviderDispute};
use crate::gateway::{Event, Lookup};
use kernel::{Money, Timestamp};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Dispute {
    id: String,
    amount: i64,
    currency: String,
    status: String,
    #[serde(default)]
    reason: String,
    payment_intent: Option<Expandable<Intent>>,
    evidence_details: Option<EvidenceDetails>,
    /// None, one or two, as the money was withdrawn and reinstated; more where it was appealed against.
    #[serde(default)]
    balance_transactions: Vec<Moved>,
}

#[derive(Debug, Deserialize)]
struct EvidenceDetails {
    /// In seconds; nothing, or zero, where no evidence is wanted any more.
    due_by: Option<i64>,
}

/// What a dispute did to the balance, below zero where money went away; in the currency of the balance.
#[derive(Debug, Deserialize)]
struct Moved {
    id: String,
    amount: i64,
    currency: String,
    /// Above zero where Stripe keeps it, whichever way the money goes.
    #[serde(default)]
    fee: i64,
}

impl Dispute {
    /// The payment behind it; a charge that was made without one is none of ours.
    pub fn intent(&self) -> Option<&str> {
        self.payment_intent.as_ref().map(Expandable::id)
    }

    /// What it says of a payment; `None` for words that we do not know.
    pub fn of(self, payment: Lookup, capabilities: &Capabilities) -> Option<Event> {
        let amount = money(capabilities, self.amount, &self.currency)?;
        let state = self.state()?;
        let moved = |one: &Moved| self.movement(one, amount, capabilities);
        let funds = self.balance_transactions.iter().filter(|one| one.amount != 0).map(moved).collect::<Option<_>>()?;
        let due = self.evidence_details.and_then(|details| details.due_by).filter(|due| *due > 0);
        Some(Event::Dispute(ProviderDispute {
            payment,
            provider_id: self.id,
            state,
            amount,
            reason: self.reason,
            evidence_due: due.and_then(|due| Timestamp::from_second(due).ok()),
            funds,
        }))
    }

    /// A warning is a question of the payer's bank before it disputes: it moves no money, but waits for an answer in the same way.
    fn state(&self) -> Option<DisputeState> {
        Some(match self.status.as_str() {
            "warning_needs_response" | "needs_response" | "appeal_needs_response" => DisputeState::NeedsResponse,
            "warning_under_review" | "under_review" | "appeal_under_review" => DisputeState::UnderReview,
            "warning_closed" | "prevented" => DisputeState::Closed,
            "won" => DisputeState::Won,
            "lost" => DisputeState::Lost,
            _ => return None,
        })
    }

    /// Where the balance has another currency, all that is disputed moved, and the fee is learnt from the balance's own report.
    fn movement(&self, one: &Moved, disputed: Money, capabilities: &Capabilities) -> Option<Movement> {
        let same = one.currency == self.currency;
        let amount = if same { money(capabilities, one.amount, &one.currency)? } else { disputed };
        let fee = if same && one.fee != 0 { Some(money(capabilities, one.fee, &one.currency)?) } else { None };
        Some(Movement {
            id: one.id.clone(),
            direction: if one.amount < 0 { Direction::Withdrawn } else { Direction::Reinstated },
            amount: if amount.is_negative() { amount.negated().ok()? } else { amount },
            fee,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use serde_json::{Value, json};

    fn told(status: &str, moved: Value) -> Option<ProviderDispute> {
        let object = json!({
            "id": "dp_1", "object": "dispute", "amount": 1200, "currency": "cny", "status": status, "reason": "fraudulent",
            "payment_intent": "pi_1", "charge": "ch_1", "evidence_details": { "due_by": 1_790_600_000 },
            "balance_transactions": moved,
        });
        let dispute: Dispute = serde_json::from_value(object).unwrap();
        assert_eq!(dispute.intent(), Some("pi_1"));
        let payment = Lookup { reference: kernel::id::CheckoutId::NIL, provider_id: None };
        match dispute.of(payment, &super::super::capabilities())? {
            Event::Dispute(dispute) => Some(dispute),
            _ => None,
        }
    }

    #[test]
    fn every_status_has_its_meaning() {
        use DisputeState::*;
        for (status, wanted) in [
            ("warning_needs_response", Some(NeedsResponse)),
            ("warning_under_review", Some(UnderReview)),
            ("warning_closed", Some(Closed)),
            ("needs_response", Some(NeedsResponse)),
            ("under_review", Some(UnderReview)),
            ("appeal_needs_response", Some(NeedsResponse)),
            ("appeal_under_review", Some(UnderReview)),
            ("prevented", Some(Closed)),
            ("won", Some(Won)),
            ("lost", Some(Lost)),
            ("asleep", None),
        ] {
            assert_eq!(told(status, json!([])).map(|dispute| dispute.state), wanted, "{status}");
        }
    }

    #[test]
    fn the_balance_says_what_moved() {
        let cny = |minor| Money::new(minor, Currency::CNY);
        let moved = json!([
            { "id": "txn_1", "amount": -1200, "currency": "cny", "fee": 1500 },
            { "id": "txn_2", "amount": 1200, "currency": "cny", "fee": -1500 },
            { "id": "txn_3", "amount": -170, "currency": "eur", "fee": 200 },
        ]);
        let movement = |id: &str, direction, fee: Option<i64>| Movement {
            id: id.to_owned(),
            direction,
            amount: cny(1200),
            fee: fee.map(cny),
        };
        let wanted = vec![
            movement("txn_1", Direction::Withdrawn, Some(1500)),
            movement("txn_2", Direction::Reinstated, Some(-1500)),
            // Of a balance in another currency it is known that all of it moved, and no more.
            movement("txn_3", Direction::Withdrawn, None),
        ];
        assert_eq!(told("under_review", moved).unwrap().funds, wanted);
        assert_eq!(told("needs_response", json!([])).unwrap().funds, []);
    }
}
