//! All that the simulator remembers, and every change of it. No I/O: the instant comes in, letters to send go out.

mod disputes;

use super::House;
use super::courier::{Letter, Parcel};
use super::dispute::Dispute;
use super::draw::Draw;
use super::face::{Face, Happening};
pub(super) use super::payment::{Choice, Payment, Payout, Refund};
use super::payment::{Failure, Method, State};
use super::refused::Refused;
use super::scenario::{Fault, NoticePlan, Scenario};
use super::shelf::Shelf;
use super::wire::{PaymentRequest, RefundRequest};
use kernel::{Currency, Money, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// An answer that is given again to the same key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Reply {
    /// The request's body, as a digest.
    pub digest: [u8; 32],
    pub body: String,
}

/// What the book holds, as its file has it: a later entry of the same id or key takes the place of the one before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Entry {
    Payment(Payment),
    Refund(Refund),
    Dispute(Dispute),
    Payout(Payout),
    Reply {
        key: String,
        reply: Reply,
    },
    /// Where notifications in a language go whose calls do not name it.
    Endpoint {
        face: Face,
        url: String,
    },
}

/// A scenario set from outside, for the next so many calls or until it is replaced.
#[derive(Debug, Clone)]
struct Standing {
    scenario: Scenario,
    times: Option<u32>,
}

pub(super) struct Book {
    pub house: Arc<House>,
    draw: Draw,
    payments: Shelf<Payment>,
    refunds: Shelf<Refund>,
    disputes: Shelf<Dispute>,
    payouts: Shelf<Payout>,
    payment_ids: Shelf<String>,
    refund_ids: Shelf<String>,
    replies: Shelf<Reply>,
    endpoints: Vec<(Face, String)>,
    standing: Option<Standing>,
    /// What changed since the file was last written.
    news: Vec<Entry>,
}

impl Book {
    pub(super) fn new(house: Arc<House>) -> Book {
        let capacity = house.config.capacity;
        Book {
            draw: Draw::new(house.config.seed),
            payments: Shelf::new(capacity),
            refunds: Shelf::new(capacity),
            disputes: Shelf::new(capacity),
            payouts: Shelf::new(capacity),
            payment_ids: Shelf::new(capacity),
            refund_ids: Shelf::new(capacity),
            replies: Shelf::new(capacity.saturating_mul(2)),
            endpoints: Vec::new(),
            standing: None,
            news: Vec::new(),
            house,
        }
    }

    /// Takes up an entry.
    pub(super) fn enter(&mut self, entry: Entry) {
        match entry {
            Entry::Payment(payment) => {
                if let Some(key) = payment.face.key(&payment.reference) {
                    self.payment_ids.put(key, payment.id.clone());
                }
                self.payments.put(payment.id.clone(), payment);
            }
            Entry::Refund(refund) => {
                if let Some(key) = refund.face.key(&refund.reference) {
                    self.refund_ids.put(key, refund.id.clone());
                }
                self.refunds.put(refund.id.clone(), refund);
            }
            Entry::Dispute(dispute) => self.disputes.put(dispute.id.clone(), dispute),
            Entry::Payout(payout) => self.payouts.put(payout.id.clone(), payout),
            Entry::Reply { key, reply } => self.replies.put(key, reply),
            Entry::Endpoint { face, url } => {
                self.endpoints.retain(|(known, _)| *known != face);
                self.endpoints.push((face, url));
            }
        }
    }

    /// Takes up an entry that the file does not have yet.
    pub(super) fn enter_new(&mut self, entry: Entry) {
        self.news.push(entry.clone());
        self.enter(entry);
    }

    /// What changed since this was last asked.
    pub(super) fn take_news(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.news)
    }

    /// All that the book holds.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        let payments = self.payments.iter().map(|(_, payment)| Entry::Payment(payment.clone()));
        let refunds = self.refunds.iter().map(|(_, refund)| Entry::Refund(refund.clone()));
        let disputes = self.disputes.iter().map(|(_, dispute)| Entry::Dispute(dispute.clone()));
        let replies = self.replies.iter().map(|(key, reply)| Entry::Reply { key: key.clone(), reply: reply.clone() });
        let endpoints = self.endpoints.iter().map(|(face, url)| Entry::Endpoint { face: *face, url: url.clone() });
        let payouts = self.payouts.iter().map(|(_, payout)| Entry::Payout(payout.clone()));
        payments.chain(refunds).chain(disputes).chain(payouts).chain(replies).chain(endpoints)
    }

    pub(super) fn draw_id(&mut self, prefix: &str) -> String {
        self.draw.id(prefix)
    }

    pub(super) fn set_endpoint(&mut self, face: Face, url: &str) {
        self.enter_new(Entry::Endpoint { face, url: url.to_owned() });
    }

    /// Where a notification goes: as the call said, else to the endpoint of its language; nowhere where there is none.
    pub(super) fn address(&self, face: Face, said: &str) -> String {
        let endpoint = self.endpoints.iter().find(|(known, _)| *known == face).map(|(_, url)| url.clone());
        if said.is_empty() { endpoint.unwrap_or_default() } else { said.to_owned() }
    }

    /// All payments that were asked for in a language, oldest first.
    pub(super) fn payments_of(&self, face: Face) -> Vec<Payment> {
        self.payments.iter().map(|(_, payment)| payment).filter(|payment| payment.face == face).cloned().collect()
    }

    /// All refunds that were asked for in a language, oldest first, as they stand at this instant.
    pub(super) fn refunds_of(&mut self, now: Timestamp, face: Face) -> Vec<Refund> {
        let of_face = self.refunds.iter().filter(|(_, refund)| refund.face == face);
        let ids: Vec<String> = of_face.map(|(id, _)| id.clone()).collect();
        ids.iter().filter_map(|id| self.find_refund(now, id).ok()).collect()
    }

    /// All pay-outs in a language, oldest first.
    pub(super) fn payouts_of(&self, face: Face) -> Vec<Payout> {
        self.payouts.iter().map(|(_, payout)| payout).filter(|payout| payout.face == face).cloned().collect()
    }

    /// What an earlier request with this key was answered; refuses another body.
    pub(super) fn replay(&self, key: &str, digest: [u8; 32]) -> Result<Option<Reply>, Refused> {
        match self.replies.get(key) {
            Some(reply) if reply.digest == digest => Ok(Some(reply.clone())),
            Some(_) => Err(Refused::KeyReused),
            None => Ok(None),
        }
    }

    pub(super) fn remember(&mut self, key: String, reply: Reply) {
        self.enter_new(Entry::Reply { key, reply });
    }

    pub(super) fn set_standing(&mut self, scenario: Scenario, times: Option<u32>) {
        self.standing = Some(Standing { scenario, times });
    }

    /// The scenario of a call that changes something: the one in its text, else the standing one, else a surprise
    /// where the house wants surprises.
    pub(super) fn scenario_of_change(&mut self, text: &str) -> Scenario {
        Scenario::within(text).or_else(|| self.take_standing(false)).unwrap_or_else(|| {
            if self.house.config.surprises { Scenario::surprise(&mut self.draw) } else { Scenario::default() }
        })
    }

    pub(super) fn fault_of_query(&mut self) -> Option<Fault> {
        self.take_standing(true).and_then(|scenario| scenario.fault)
    }

    fn take_standing(&mut self, query: bool) -> Option<Scenario> {
        let standing = self.standing.as_mut()?;
        if standing.scenario.fault.is_some_and(Fault::concerns_queries) != query {
            return None;
        }
        let scenario = standing.scenario.clone();
        if let Some(times) = &mut standing.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.standing = None;
            }
        }
        Some(scenario)
    }

    pub(super) fn open(&mut self, now: Timestamp, ask: PaymentRequest, scenario: Scenario) -> Result<Payment, Refused> {
        let amount = money(ask.amount, &ask.currency)?;
        let method = Method::named(&ask.method).ok_or(Refused::Field("method"))?;
        let expires_at: Timestamp = ask.expires_at.parse().map_err(|_| Refused::Field("expires_at"))?;
        if expires_at <= now {
            return Err(Refused::Field("expires_at"));
        }
        short(&ask.reference, usize::from(ask.face == Face::Own), 200).ok_or(Refused::Field("reference"))?;
        short(&ask.description, 0, 500).ok_or(Refused::Field("description"))?;
        if ask.face.names_return_url() || !ask.return_url.is_empty() {
            origin(&ask.return_url).ok_or(Refused::Field("return_url"))?;
        }
        if ask.face.names_notify_url() {
            origin(&ask.notify_url).ok_or(Refused::Field("notify_url"))?;
        }
        if ask.face.key(&ask.reference).is_some_and(|key| self.payment_ids.get(&key).is_some()) {
            return Err(Refused::ReferenceInUse);
        }
        let [prefix, ..] = ask.face.prefixes();
        let payment = Payment {
            face: ask.face,
            awaited: ask.awaited,
            id: self.draw.id(prefix),
            reference: ask.reference,
            amount,
            method,
            description: ask.description,
            return_url: ask.return_url,
            notify_url: ask.notify_url,
            locale: ask.locale.and_then(|tag| tag.parse().ok()),
            created_at: now,
            expires_at,
            state: State::Open,
            fee: None,
            paid_at: None,
            refunded: 0,
            scenario,
        };
        self.enter_new(Entry::Payment(payment.clone()));
        Ok(payment)
    }

    /// The payment by the simulator's id or by the merchant's, as it stands at this instant.
    pub(super) fn payment(&mut self, now: Timestamp, id_or_reference: &str) -> Result<Payment, Refused> {
        let id = self.payment_ids.get(id_or_reference).map_or(id_or_reference, String::as_str).to_owned();
        let fee = self.house.config.fee;
        let mut payment = self.payments.get(&id).cloned().ok_or(Refused::NotFound)?;
        match payment.state {
            State::Open | State::Approved(_) if now >= payment.expires_at => payment.state = State::Expired,
            State::Processing { until, success } if now >= until => {
                payment.state = if success { State::Succeeded } else { State::Failed(Failure::Declined) };
                if success {
                    payment.paid_at = Some(until);
                    payment.fee = fee.of(payment.amount).ok();
                }
            }
            _ => return Ok(payment),
        }
        self.enter_new(Entry::Payment(payment.clone()));
        Ok(payment)
    }

    /// The payer comes to the page; one who comes with a browser is sent back there.
    pub(super) fn come(&mut self, now: Timestamp, id: &str, back: Option<String>) -> Result<Payment, Refused> {
        let mut payment = self.payment(now, id)?;
        let back = back.filter(|back| payment.return_url.is_empty() && !back.is_empty());
        if payment.awaited || back.is_some() {
            payment.awaited = false;
            payment.return_url = back.unwrap_or(payment.return_url);
            self.enter_new(Entry::Payment(payment.clone()));
        }
        Ok(payment)
    }

    pub(super) fn close(&mut self, now: Timestamp, id: &str) -> Result<Payment, Refused> {
        let mut payment = self.payment(now, id)?;
        if payment.state == State::Open {
            payment.state = State::Closed;
            self.enter_new(Entry::Payment(payment.clone()));
        }
        Ok(payment)
    }

    /// The payer acts. A second choice changes nothing. Where approval and capture are two steps, it has its effect in the second.
    pub(super) fn choose(
        &mut self,
        now: Timestamp,
        id: &str,
        choice: Choice,
    ) -> Result<(Payment, Option<Parcel>), Refused> {
        let mut payment = self.come(now, id, None)?;
        let goes_on = choice == Choice::Cancel && !payment.face.cancel_ends();
        if payment.state != State::Open || goes_on {
            return Ok((payment, None));
        }
        let plan = self.plan(&payment, choice);
        let (payment, parcel) = if payment.face.approves_first() {
            payment.state = State::Approved(choice);
            self.enter_new(Entry::Payment(payment.clone()));
            let parcel = self.parcel_of_payment(&payment, NoticePlan { reorder: false, ..plan });
            (payment, parcel)
        } else {
            self.conclude(now, payment, choice, plan)
        };
        Ok((payment, Some(parcel)))
    }

    /// The merchant takes the money that the payer agreed to.
    pub(super) fn capture(&mut self, now: Timestamp, id: &str) -> Result<(Payment, Parcel), Refused> {
        let payment = self.payment(now, id)?;
        match payment.state {
            State::Approved(choice) => {
                let plan = self.plan(&payment, choice);
                Ok(self.conclude(now, payment, choice, plan))
            }
            State::Open | State::Closed | State::Expired => Err(Refused::NotApproved),
            State::Processing { .. } | State::Succeeded | State::Failed(_) => Err(Refused::TakenBefore),
        }
    }

    /// How notifications of a payment go after the payer's choice.
    fn plan(&self, payment: &Payment, choice: Choice) -> NoticePlan {
        let mut plan = payment.scenario.notice.clone();
        match choice {
            Choice::TimeOut => plan.lost = true,
            Choice::PayLate => plan.late = plan.late.max(self.house.config.late_after),
            Choice::PayTwice => {
                plan.copies = plan.copies.max(2);
                plan.reorder = true;
            }
            _ => {}
        }
        plan
    }

    /// The payer's choice has its effect.
    fn conclude(
        &mut self,
        now: Timestamp,
        mut payment: Payment,
        choice: Choice,
        plan: NoticePlan,
    ) -> (Payment, Parcel) {
        let settle = self.house.config.settle_after;
        let until = now.checked_add(settle).unwrap_or(now);
        let declines = payment.scenario.decline;
        payment.state = match choice {
            Choice::Cancel => State::Failed(Failure::Cancelled),
            Choice::Decline => State::Failed(Failure::Declined),
            Choice::TimeOut => State::Processing { until, success: !declines && self.draw.byte().is_multiple_of(2) },
            _ if payment.scenario.slow => State::Processing { until, success: !declines },
            _ if declines => State::Failed(Failure::Declined),
            _ => State::Succeeded,
        };
        if payment.state == State::Succeeded {
            payment.paid_at = Some(now);
            payment.fee = self.house.config.fee.of(payment.amount).ok();
        }
        self.enter_new(Entry::Payment(payment.clone()));
        let parcel = self.parcel_of_payment(&payment, plan);
        (payment, parcel)
    }

    fn parcel_of_payment(&mut self, payment: &Payment, plan: NoticePlan) -> Parcel {
        let letters = self.letters_of_payment(payment, plan.reorder, plan.copies, plan.wrong_amount);
        let url = self.address(payment.face, &payment.notify_url);
        Parcel { face: payment.face, url, letters, plan }
    }

    pub(super) fn refund(
        &mut self,
        now: Timestamp,
        ask: RefundRequest,
        scenario: Scenario,
    ) -> Result<(Refund, Parcel), Refused> {
        let amount = money(ask.amount, &ask.currency)?;
        short(&ask.reference, 1, 64).ok_or(Refused::Field("reference"))?;
        short(&ask.reason, 0, 500).ok_or(Refused::Field("reason"))?;
        let mut payment = self.payment(now, &ask.payment)?;
        if payment.face.names_notify_url() {
            origin(&ask.notify_url).ok_or(Refused::Field("notify_url"))?;
        }
        if payment.state != State::Succeeded {
            return Err(Refused::NotRefundable);
        }
        if amount.currency() != payment.amount.currency() {
            return Err(Refused::Field("currency"));
        }
        if amount.minor() > payment.amount.minor() - payment.refunded {
            return Err(Refused::RefundTooLarge);
        }
        if payment.face.key(&ask.reference).is_some_and(|key| self.refund_ids.get(&key).is_some()) {
            return Err(Refused::ReferenceInUse);
        }
        let until = now.checked_add(self.house.config.settle_after).unwrap_or(now);
        let state = match (scenario.slow, scenario.decline) {
            (true, declines) => State::Processing { until, success: !declines },
            (false, true) => State::Failed(Failure::Declined),
            (false, false) => State::Succeeded,
        };
        let [_, prefix, _] = payment.face.prefixes();
        let refund = Refund {
            face: payment.face,
            id: self.draw.id(prefix),
            reference: ask.reference,
            payment: payment.id.clone(),
            payment_reference: payment.reference.clone(),
            amount,
            total: payment.amount.minor(),
            notify_url: ask.notify_url,
            created_at: now,
            completed_at: (state == State::Succeeded).then_some(now),
            state,
            scenario,
        };
        if !matches!(state, State::Failed(_)) {
            payment.refunded += amount.minor();
            self.enter_new(Entry::Payment(payment.clone()));
        }
        self.enter_new(Entry::Refund(refund.clone()));
        let plan = refund.scenario.notice.clone();
        let letters = self.letters_of_refund(&refund, &payment, plan.copies, plan.wrong_amount);
        let url = self.address(refund.face, &refund.notify_url);
        let parcel = Parcel { face: refund.face, url, letters, plan };
        Ok((refund, parcel))
    }

    /// The refund by the simulator's id or by the merchant's, as it stands at this instant.
    pub(super) fn find_refund(&mut self, now: Timestamp, id_or_reference: &str) -> Result<Refund, Refused> {
        let id = self.refund_ids.get(id_or_reference).map_or(id_or_reference, String::as_str).to_owned();
        let mut refund = self.refunds.get(&id).cloned().ok_or(Refused::NotFound)?;
        if let State::Processing { until, success } = refund.state
            && now >= until
        {
            refund.state = if success { State::Succeeded } else { State::Failed(Failure::Declined) };
            refund.completed_at = success.then_some(until);
            if !success && let Some(mut payment) = self.payments.get(&refund.payment).cloned() {
                payment.refunded -= refund.amount.minor();
                self.enter_new(Entry::Payment(payment));
            }
            self.enter_new(Entry::Refund(refund.clone()));
        }
        Ok(refund)
    }

    /// The outcome, and with `reorder` an older "processing" after it; then further copies of the outcome.
    fn letters_of_payment(&mut self, payment: &Payment, reorder: bool, copies: u32, wrong: bool) -> Vec<Letter> {
        let mut letters = Vec::new();
        let mut outcome = payment.clone();
        let mut wait = Duration::ZERO;
        if let State::Processing { until, success } = payment.state {
            letters.extend(self.payment_letter(payment, payment.state, Duration::ZERO, wrong));
            outcome.state = if success { State::Succeeded } else { State::Failed(Failure::Declined) };
            outcome.paid_at = success.then_some(until);
            outcome.fee = self.house.config.fee.of(payment.amount).ok().filter(|_| success);
            wait = self.house.config.settle_after;
        }
        let last = self.payment_letter(&outcome, outcome.state, wait, wrong);
        letters.extend(last.clone());
        if reorder {
            let before = State::Processing { until: payment.created_at, success: true };
            let mut early = payment.clone();
            (early.state, early.paid_at, early.fee) = (before, None, None);
            letters.extend(self.payment_letter(&early, before, Duration::ZERO, wrong));
        }
        let again = last.map(|last| Letter { wait: Duration::ZERO, ..last });
        letters.extend((1..copies).filter_map(|_| again.clone()));
        letters
    }

    fn payment_letter(&mut self, payment: &Payment, state: State, wait: Duration, wrong: bool) -> Option<Letter> {
        let at = payment.paid_at.unwrap_or(payment.created_at);
        let told = Payment { state, amount: raised(payment.amount, wrong), ..payment.clone() };
        self.letter(told.face, at, wait, Happening::Payment(&told))
    }

    fn letters_of_refund(&mut self, refund: &Refund, payment: &Payment, copies: u32, wrong: bool) -> Vec<Letter> {
        let mut outcome = refund.clone();
        let mut wait = Duration::ZERO;
        if let State::Processing { until, success } = refund.state {
            outcome.state = if success { State::Succeeded } else { State::Failed(Failure::Declined) };
            outcome.completed_at = success.then_some(until);
            wait = self.house.config.settle_after;
        }
        let at = outcome.completed_at.unwrap_or(outcome.created_at);
        outcome.amount = raised(outcome.amount, wrong);
        let happening = Happening::Refund(&outcome, payment);
        let Some(first) = self.letter(outcome.face, at, wait, happening) else { return Vec::new() };
        let again = Letter { wait: Duration::ZERO, ..first.clone() };
        std::iter::once(first).chain((1..copies).map(|_| again.clone())).collect()
    }

    pub(super) fn letter(
        &mut self,
        face: Face,
        at: Timestamp,
        wait: Duration,
        happening: Happening<'_>,
    ) -> Option<Letter> {
        let [.., prefix] = face.prefixes();
        let event_id = self.draw.id(prefix);
        let body = face.event(&self.house, &event_id, at, happening)?;
        Some(Letter { event_id, body, wait })
    }
}

/// One minor unit more, where a scenario wants it wrong.
fn raised(amount: Money, wrong: bool) -> Money {
    Money::new(amount.minor() + i64::from(wrong), amount.currency())
}

/// A positive amount in a currency that is in use.
fn money(minor: i64, currency: &str) -> Result<Money, Refused> {
    let currency = Currency::parse(currency).ok().filter(Currency::in_use).ok_or(Refused::Field("currency"))?;
    if !(1..=Money::MAX_MINOR).contains(&minor) {
        return Err(Refused::Field("amount"));
    }
    Ok(Money::new(minor, currency))
}

fn short(text: &str, least: usize, most: usize) -> Option<()> {
    (least..=most).contains(&text.chars().count()).then_some(())
}

/// Scheme, host and port of an http or https address; `None` for anything else, and for hosts with odd characters,
/// since the origin goes into a header of the page.
pub(super) fn origin(address: &str) -> Option<String> {
    let uri: http::Uri = address.parse().ok().filter(|_| address.len() <= 2000)?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let host = uri.authority()?.as_str();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    host.chars().all(plain).then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        for (address, wanted) in [
            ("https://shop.example/back?x=1", Some("https://shop.example")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("http://[::1]:80/", Some("http://[::1]:80")),
            ("javascript:alert(1)", None),
            ("/relative", None),
            ("ftp://shop.example/", None),
            ("https://user:pw@shop.example/", None),
            ("https://a;script-src", None),
        ] {
            assert_eq!(origin(address).as_deref(), wanted, "{address}");
        }
    }
}
