//! Disputes in the provider's book: payers dispute what they paid, money goes away and comes back, and somebody decides, more than
//! once where there is an appeal. Nobody can ask about them: all that is known of them comes by letter.

use crate::chance::Draw;
use crate::provider::{Book, MERCHANT, Payment, Provider};
use gateways::{Direction, DisputeState, Event, Lookup, Movement, Notification, PaymentState, ProviderDispute};
use kernel::id::CheckoutId;
use kernel::{Currency, Money, Timestamp};
use payments::rules::dispute::DisputeStatus;
use serde_json::{Value, json};

/// What is kept for a dispute, where something is.
const FEE_MINOR: i64 = 1_500;

#[derive(Debug, Clone)]
pub struct Dispute {
    pub provider_id: String,
    /// The payment, by its place in the book.
    pub payment: usize,
    pub amount: Money,
    pub state: DisputeState,
    changed_s: i64,
    pub moved: Vec<Movement>,
}

impl Dispute {
    /// What is with the payer or their bank.
    pub fn away(&self) -> i64 {
        let signed = |moved: &Movement| match moved.direction {
            Direction::Withdrawn => moved.amount.minor(),
            Direction::Reinstated => -moved.amount.minor(),
        };
        self.moved.iter().map(signed).sum()
    }

    /// What the provider keeps for it.
    pub fn fees(&self) -> i64 {
        self.moved.iter().filter_map(|moved| moved.fee).map(Money::minor).sum()
    }

    fn goes(&mut self, direction: Direction, minor: i64, draw: &mut Draw) {
        let money = |minor| Money::new(minor, self.amount.currency());
        let fee = match direction {
            Direction::Withdrawn => draw.percent(50).then(|| money(FEE_MINOR)),
            Direction::Reinstated => (self.fees() > 0 && draw.percent(40)).then(|| money(-FEE_MINOR)),
        };
        let id = format!("{}-{}", self.provider_id, self.moved.len());
        self.moved.push(Movement { id, direction, amount: money(minor), fee });
    }

    /// Takes a step; false where none can be taken now. A decision is not taken back within the second in which it fell.
    fn goes_on(&mut self, draw: &mut Draw, now: i64) -> bool {
        use DisputeState::*;
        let next: &[DisputeState] = match self.state {
            NeedsResponse => &[NeedsResponse, UnderReview, UnderReview, Won, Lost, Closed],
            UnderReview => &[UnderReview, Won, Lost, Lost, Closed],
            // Given back at last, or lost after all.
            Won => &[Won, Won, Lost],
            // Taken at last, or appealed against.
            Lost => &[Lost, UnderReview, NeedsResponse],
            Closed => &[Closed],
        };
        let next = *draw.pick(next).unwrap();
        if DisputeStatus::from(next) < DisputeStatus::from(self.state) && now <= self.changed_s {
            return false;
        }
        let (is_same, away) = (next == self.state, self.away());
        (self.state, self.changed_s) = (next, now);
        let before = self.moved.len();
        match next {
            NeedsResponse | UnderReview if away == 0 && draw.percent(50) => {
                self.goes(Direction::Withdrawn, self.amount.minor(), draw);
            }
            Lost if away == 0 && draw.percent(80) => self.goes(Direction::Withdrawn, self.amount.minor(), draw),
            Won | Closed if away > 0 && draw.percent(70) => {
                let part = if draw.percent(15) { (away / 2).max(1) } else { away };
                self.goes(Direction::Reinstated, part, draw);
            }
            _ => {}
        }
        !is_same || self.moved.len() > before
    }
}

impl Provider {
    /// Somebody disputes a payment, or a dispute goes on; says what happened.
    pub fn is_disputed(&self, draw: &mut Draw, now: i64) -> Option<String> {
        let mut book = self.book();
        let begun = if draw.percent(50) { book.begin_dispute(draw, now) } else { None };
        let at = match begun {
            Some(at) => at,
            None => {
                let at = draw.below(book.disputes.len());
                if !book.disputes.get_mut(at)?.goes_on(draw, now) {
                    return None;
                }
                at
            }
        };
        let dispute = book.disputes[at].clone();
        // Each letter tells of all that moved so far, or only of what is new.
        let told = if draw.percent(50) {
            &dispute.moved[..]
        } else {
            dispute.moved.last().map_or(&[][..], std::slice::from_ref)
        };
        let payment = book.payments[dispute.payment].clone();
        let letter = book.letter(&words(&dispute, &payment, dispute.amount, told, MERCHANT));
        book.post.push(letter);
        let moved: Vec<i64> = dispute
            .moved
            .iter()
            .map(|one| if one.direction == Direction::Withdrawn { one.amount.minor() } else { -one.amount.minor() })
            .collect();
        Some(format!("{} of {}: {:?}, moved {moved:?}", dispute.provider_id, payment.reference, dispute.state))
    }
}

impl Book {
    /// Of a payment that came and is not disputed, what is left of it; now and then all of it, whatever went back.
    fn begin_dispute(&mut self, draw: &mut Draw, now: i64) -> Option<usize> {
        let is_free = |at: &usize| {
            self.payments[*at].state == PaymentState::Succeeded && self.disputes.iter().all(|one| one.payment != *at)
        };
        let free: Vec<usize> = (0..self.payments.len()).filter(is_free).collect();
        let payment = *draw.pick(&free)?;
        let all = self.payments[payment].amount;
        let left = all.minor() - self.back(payment);
        let minor = match draw.below(5) {
            0 => all.minor(),
            1 => draw.minor(left),
            _ => left,
        };
        if minor <= 0 || left <= 0 && draw.percent(50) {
            return None;
        }
        let state = if draw.percent(75) { DisputeState::NeedsResponse } else { DisputeState::UnderReview };
        let mut dispute = Dispute {
            provider_id: format!("their-dispute-{}", self.disputes.len()),
            payment,
            amount: Money::new(minor, all.currency()),
            state,
            changed_s: now,
            moved: Vec::new(),
        };
        if draw.percent(70) {
            dispute.goes(Direction::Withdrawn, minor, draw);
        }
        self.disputes.push(dispute);
        Some(self.disputes.len() - 1)
    }

    /// What of a payment is with whoever disputed it.
    pub fn away(&self, payment: usize) -> i64 {
        self.disputes.iter().filter(|dispute| dispute.payment == payment).map(Dispute::away).sum()
    }

    /// What of it is lost: the books take it off the payment, as far as it did not go back already.
    pub fn lost(&self, payment: usize) -> i64 {
        let of_it = self.disputes.iter().filter(|one| one.payment == payment && one.state == DisputeState::Lost);
        let left = self.payments[payment].amount.minor() - self.back(payment);
        of_it.map(Dispute::away).sum::<i64>().min(left)
    }

    /// A word of a dispute that does not fit its payment, or is another merchant's.
    pub fn strange_dispute(&self, payment: &Payment, draw: &mut Draw) -> Value {
        let state = DisputeState::Lost;
        let more = payment.amount.plus(Money::new(1, payment.amount.currency())).unwrap();
        let is_theirs = draw.percent(50);
        let amount = if is_theirs { payment.amount } else { more };
        let mut dispute = Dispute {
            provider_id: "a-strange-dispute".to_owned(),
            payment: 0,
            amount,
            state,
            changed_s: self.disputes.iter().map(|known| known.changed_s).max().unwrap_or_default(),
            moved: Vec::new(),
        };
        dispute.goes(Direction::Withdrawn, amount.minor(), draw);
        words(&dispute, payment, amount, &dispute.moved, if is_theirs { "another-merchant" } else { MERCHANT })
    }
}

fn words(dispute: &Dispute, payment: &Payment, amount: Money, told: &[Movement], merchant: &str) -> Value {
    let moved = told.iter().map(|moved| {
        let is_away = moved.direction == Direction::Withdrawn;
        json!({ "id": moved.id, "is_away": is_away, "minor": moved.amount.minor(), "fee": moved.fee.map(Money::minor) })
    });
    json!({
        "merchant": merchant, "dispute": dispute.provider_id, "payment": payment.reference,
        "provider_id": payment.provider_id, "state": DisputeStatus::from(dispute.state).name(), "minor": amount.minor(),
        "currency": amount.currency().code(), "at_s": dispute.changed_s, "moved": moved.collect::<Vec<_>>(),
    })
}

/// A letter about a dispute; `None` for one about something else.
pub fn read(words: &Value) -> Option<Notification> {
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
    let provider_id = text(words, "dispute")?;
    let currency = Currency::parse(words["currency"].as_str()?).ok()?;
    let money = |value: &Value| value.as_i64().map(|minor| Money::new(minor, currency));
    let reference: CheckoutId = words["payment"].as_str()?.parse().ok()?;
    let moved = |moved: &Value| {
        let direction = if moved["is_away"] == true { Direction::Withdrawn } else { Direction::Reinstated };
        Some(Movement { id: text(moved, "id")?, direction, amount: money(&moved["minor"])?, fee: money(&moved["fee"]) })
    };
    let state = match words["state"].as_str()? {
        "needs_response" => DisputeState::NeedsResponse,
        "under_review" => DisputeState::UnderReview,
        "won" => DisputeState::Won,
        "lost" => DisputeState::Lost,
        _ => DisputeState::Closed,
    };
    let event = Event::Dispute(ProviderDispute {
        payment: Lookup { reference, provider_id: text(words, "provider_id") },
        provider_id,
        state,
        amount: money(&words["minor"])?,
        reason: "fraudulent".to_owned(),
        evidence_due: None,
        funds: words["moved"].as_array()?.iter().map(moved).collect::<Option<_>>()?,
    });
    let occurred_at = Timestamp::from_second(words["at_s"].as_i64()?).ok()?;
    Some(Notification { event_id: text(words, "id")?, occurred_at, merchant: text(words, "merchant")?, event })
}
