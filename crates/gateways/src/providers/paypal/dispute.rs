//! PayPal's disputes, and captures whose money it took back. Known from PayPal's pages alone [K].
//!
//! Money that moved has no id of its own there: a capture is taken back once and given back once, however many tell of it.

use super::read::{Payee, number};
use super::wire::Amount;
use crate::dispute::{Direction, DisputeState, Movement, ProviderDispute};
use crate::gateway::{Event, Lookup, NotificationError};
use kernel::Money;
use kernel::id::CheckoutId;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Dispute {
    dispute_id: String,
    /// OPEN, WAITING_FOR_BUYER_RESPONSE, WAITING_FOR_SELLER_RESPONSE, UNDER_REVIEW, RESOLVED, OTHER.
    status: String,
    #[serde(default)]
    reason: String,
    dispute_amount: Option<Amount>,
    #[serde(default)]
    disputed_transactions: Vec<Transaction>,
    dispute_outcome: Option<Outcome>,
    seller_response_due_date: Option<String>,
    #[serde(default)]
    money_movements: Vec<Moved>,
}

/// The capture that is disputed, with the numbers that we left on it.
#[derive(Debug, Deserialize)]
struct Transaction {
    seller_transaction_id: Option<String>,
    custom: Option<String>,
    invoice_number: Option<String>,
    seller: Option<Payee>,
}

#[derive(Debug, Deserialize)]
struct Outcome {
    outcome_code: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Moved {
    /// BUYER, SELLER, PAYPAL.
    affected_party: String,
    amount: Option<Amount>,
    /// DEBIT, CREDIT.
    #[serde(rename = "type")]
    kind: String,
}

/// Money of a capture that was taken back, in the form of a refund.
#[derive(Debug, Deserialize)]
pub(super) struct Reversal {
    id: String,
    amount: Option<Amount>,
    custom_id: Option<String>,
    invoice_id: Option<String>,
    payer: Option<Payee>,
    #[serde(default)]
    links: Vec<Up>,
}

#[derive(Debug, Deserialize)]
struct Up {
    href: String,
    rel: String,
}

/// The name of money that moved of a capture.
pub(super) fn name(capture: &str, direction: Direction) -> String {
    match direction {
        Direction::Withdrawn => format!("{capture}-withdrawn"),
        Direction::Reinstated => format!("{capture}-reinstated"),
    }
}

fn reference(numbers: [&Option<String>; 2]) -> Option<CheckoutId> {
    numbers.into_iter().find_map(|told| number(told.as_deref()))
}

impl Dispute {
    /// What it says; `None` where it is of no payment of ours.
    pub fn meaning(self, merchant: &str) -> Result<Option<Event>, NotificationError> {
        let Some(of) = self.disputed_transactions.first() else { return Ok(None) };
        Payee::is(of.seller.as_ref(), merchant)?;
        let Some(reference) = reference([&of.custom, &of.invoice_number]) else { return Ok(None) };
        let malformed = NotificationError::Malformed;
        let capture = of.seller_transaction_id.as_deref().unwrap_or(&self.dispute_id);
        let ours = self.money_movements.iter().filter(|moved| moved.affected_party == "SELLER");
        let funds = ours.map(|moved| moved.movement(capture)).collect::<Option<Vec<_>>>().ok_or(malformed)?;
        Ok(Some(Event::Dispute(ProviderDispute {
            payment: Lookup { reference, provider_id: None },
            state: self.state().ok_or(malformed)?,
            amount: self.dispute_amount.as_ref().and_then(Amount::read).ok_or(malformed)?,
            reason: self.reason.to_ascii_lowercase(),
            evidence_due: self.seller_response_due_date.as_deref().and_then(|due| due.parse().ok()),
            provider_id: self.dispute_id,
            funds,
        })))
    }

    fn state(&self) -> Option<DisputeState> {
        let outcome = self.dispute_outcome.as_ref().and_then(|outcome| outcome.outcome_code.as_deref());
        Some(match (self.status.as_str(), outcome) {
            ("OPEN" | "WAITING_FOR_SELLER_RESPONSE", _) => DisputeState::NeedsResponse,
            ("WAITING_FOR_BUYER_RESPONSE" | "UNDER_REVIEW" | "OTHER", _) => DisputeState::UnderReview,
            ("RESOLVED", Some("RESOLVED_BUYER_FAVOUR" | "ACCEPTED")) => DisputeState::Lost,
            // With a pay-out, PayPal bears it itself.
            ("RESOLVED", Some("RESOLVED_SELLER_FAVOUR" | "RESOLVED_WITH_PAYOUT" | "DENIED")) => DisputeState::Won,
            ("RESOLVED", _) => DisputeState::Closed,
            _ => return None,
        })
    }
}

impl Moved {
    fn movement(&self, capture: &str) -> Option<Movement> {
        let direction = match self.kind.as_str() {
            "DEBIT" => Direction::Withdrawn,
            "CREDIT" => Direction::Reinstated,
            _ => return None,
        };
        let amount = self.amount.as_ref()?.read().filter(|amount: &Money| amount.is_positive())?;
        Some(Movement { id: name(capture, direction), direction, amount, fee: None })
    }
}

impl Reversal {
    /// Taken back is lost, until a dispute says otherwise.
    pub fn meaning(self, merchant: &str) -> Result<Option<Event>, NotificationError> {
        Payee::is(self.payer.as_ref(), merchant)?;
        let Some(reference) = reference([&self.custom_id, &self.invoice_id]) else { return Ok(None) };
        let up = self.links.iter().find(|link| link.rel == "up");
        let capture = up.and_then(|link| link.href.rsplit('/').next()).unwrap_or(&self.id);
        let direction = Direction::Withdrawn;
        let amount = self.amount.as_ref().and_then(Amount::read).filter(|amount| amount.is_positive());
        let amount = amount.ok_or(NotificationError::Malformed)?;
        let funds = vec![Movement { id: name(capture, direction), direction, amount, fee: None }];
        Ok(Some(Event::Dispute(ProviderDispute {
            payment: Lookup { reference, provider_id: None },
            provider_id: self.id,
            state: DisputeState::Lost,
            amount,
            reason: "reversed".to_owned(),
            evidence_due: None,
            funds,
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const OURS: &str = "ckt_01h455vb4pex5vsknk084sn02q";

    fn told(status: &str, outcome: Value, moved: Value) -> Result<Option<Event>, NotificationError> {
        let dispute: Dispute = serde_json::from_value(json!({
            "dispute_id": "PP-D-1", "status": status, "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
            "dispute_amount": { "currency_code": "CNY", "value": "12.00" }, "dispute_outcome": outcome,
            "disputed_transactions": [{ "seller_transaction_id": "C1", "custom": OURS, "seller": { "merchant_id": "m" } }],
            "money_movements": moved, "seller_response_due_date": "2026-12-04T00:00:00Z",
        }))
        .unwrap();
        dispute.meaning("m")
    }

    #[test]
    fn every_status_has_its_meaning() {
        use DisputeState::*;
        for (status, outcome, wanted) in [
            ("OPEN", "", Some(NeedsResponse)),
            ("WAITING_FOR_SELLER_RESPONSE", "", Some(NeedsResponse)),
            ("WAITING_FOR_BUYER_RESPONSE", "", Some(UnderReview)),
            ("UNDER_REVIEW", "", Some(UnderReview)),
            ("RESOLVED", "RESOLVED_BUYER_FAVOUR", Some(Lost)),
            ("RESOLVED", "ACCEPTED", Some(Lost)),
            ("RESOLVED", "RESOLVED_SELLER_FAVOUR", Some(Won)),
            ("RESOLVED", "RESOLVED_WITH_PAYOUT", Some(Won)),
            ("RESOLVED", "CANCELED_BY_BUYER", Some(Closed)),
            ("ASLEEP", "", None),
        ] {
            let state = match told(status, json!({ "outcome_code": outcome }), json!([])) {
                Ok(Some(Event::Dispute(dispute))) => Some(dispute.state),
                _ => None,
            };
            assert_eq!(state, wanted, "{status} {outcome}");
        }
    }

    #[test]
    fn a_capture_is_taken_back_once_whoever_tells_of_it() {
        let value = json!({ "currency_code": "CNY", "value": "12.00" });
        let moved = json!([
            { "affected_party": "SELLER", "type": "DEBIT", "amount": value },
            { "affected_party": "BUYER", "type": "CREDIT", "amount": value },
        ]);
        let reversal: Reversal = serde_json::from_value(json!({
            "id": "R1", "amount": value, "custom_id": OURS, "payer": { "merchant_id": "m" },
            "links": [{ "rel": "up", "href": "https://api-m.paypal.com/v2/payments/captures/C1" }],
        }))
        .unwrap();
        let funds = |event: Result<Option<Event>, NotificationError>| match event {
            Ok(Some(Event::Dispute(dispute))) => dispute.funds,
            other => panic!("{other:?}"),
        };
        let of_dispute = funds(told("UNDER_REVIEW", json!(null), moved));
        assert_eq!(of_dispute, funds(reversal.meaning("m")));
        assert_eq!(of_dispute.len(), 1);
    }

    #[test]
    fn another_merchants_is_refused_and_a_strangers_is_no_concern() {
        let dispute = |custom: &str, merchant: &str| {
            let told: Dispute = serde_json::from_value(json!({
                "dispute_id": "PP-D-1", "status": "OPEN", "dispute_amount": { "currency_code": "CNY", "value": "12.00" },
                "disputed_transactions": [{ "custom": custom, "seller": { "merchant_id": merchant } }],
            }))
            .unwrap();
            told.meaning("m")
        };
        assert_eq!(dispute(OURS, "other"), Err(NotificationError::WrongMerchant));
        assert_eq!(dispute("4711", "m"), Ok(None));
    }
}
