//! Disputes in the book.

use super::{Book, Entry, Payment, State, short};
use crate::simulator::courier::{Letter, Parcel};
use crate::simulator::dispute::{Act, Dispute, EVIDENCE_WITHIN, FEE_MINOR, Moved, Stage, Told};
use crate::simulator::face::{Face, Happening};
use crate::simulator::refused::Refused;
use crate::simulator::scenario::Scenario;
use crate::simulator::wire::DisputeRequest;
use kernel::{Money, Timestamp};
use std::time::Duration;

impl Book {
    /// The payer disputes a payment that succeeded. Unless it is but a question, its money is taken away at once.
    pub(in crate::simulator) fn dispute(
        &mut self,
        now: Timestamp,
        ask: DisputeRequest,
        scenario: &Scenario,
    ) -> Result<(Dispute, Parcel), Refused> {
        let payment = self.payment(now, &ask.payment)?;
        let prefix = payment.face.dispute_prefix().ok_or(Refused::Field("payment"))?;
        if payment.state != State::Succeeded {
            return Err(Refused::NotRefundable);
        }
        let left = payment.amount.minor() - payment.refunded;
        let minor = ask.amount.unwrap_or(left);
        if !(1..=left).contains(&minor) {
            return Err(Refused::Field("amount"));
        }
        short(&ask.reason, 0, 100).ok_or(Refused::Field("reason"))?;
        let opened = Dispute {
            face: payment.face,
            id: self.draw.id(prefix),
            payment: payment.id.clone(),
            payment_reference: payment.reference.clone(),
            amount: Money::new(minor, payment.amount.currency()),
            reason: if ask.reason.is_empty() { "fraudulent".to_owned() } else { ask.reason },
            stage: Stage::NeedsResponse,
            inquiry: ask.inquiry,
            evidence: String::new(),
            evidence_due: now.checked_add(EVIDENCE_WITHIN).unwrap_or(now),
            created_at: now,
            moved: Vec::new(),
        };
        let mut told = vec![(Told::Created, opened.clone())];
        let mut dispute = opened;
        if !dispute.inquiry {
            self.move_money(now, &mut dispute, true);
            told.push((Told::Withdrawn, dispute.clone()));
        }
        self.enter_new(Entry::Dispute(dispute.clone()));
        let parcel = self.parcel_of_dispute(now, &payment, told, scenario);
        Ok((dispute, parcel))
    }

    /// Somebody acts on a dispute that is not over. Money comes back where it is not lost.
    pub(in crate::simulator) fn act_on_dispute(
        &mut self,
        now: Timestamp,
        id: &str,
        (act, evidence): (Act, &str),
        scenario: &Scenario,
    ) -> Result<(Dispute, Parcel), Refused> {
        let mut dispute = self.find_dispute(id)?;
        let payment = self.payment(now, &dispute.payment)?;
        if dispute.stage.is_over() {
            return Err(Refused::DisputeOver);
        }
        dispute.stage = act.leads_to();
        if !evidence.is_empty() {
            evidence.clone_into(&mut dispute.evidence);
        }
        let told = if dispute.stage.is_over() { Told::Closed } else { Told::Updated };
        let mut told = vec![(told, dispute.clone())];
        match dispute.stage {
            Stage::Won | Stage::Closed if dispute.is_withdrawn() => {
                self.move_money(now, &mut dispute, false);
                told.push((Told::Reinstated, dispute.clone()));
            }
            Stage::Lost => told.push((Told::Reversed, dispute.clone())),
            _ => {}
        }
        self.enter_new(Entry::Dispute(dispute.clone()));
        let parcel = self.parcel_of_dispute(now, &payment, told, scenario);
        Ok((dispute, parcel))
    }

    /// What the payer's page offers to do: dispute what was paid, or decide on that.
    pub(in crate::simulator) fn acts_after(&self, payment: &Payment) -> &'static [&'static str] {
        let mut own = self.disputes.iter().filter(|(_, dispute)| dispute.payment == payment.id);
        let is_paid = payment.state == State::Succeeded && payment.refunded < payment.amount.minor();
        match own.any(|(_, dispute)| !dispute.stage.is_over()) {
            true => &["win", "lose", "close"],
            false if is_paid && payment.face.dispute_prefix().is_some() => &["open"],
            false => &[],
        }
    }

    /// The dispute of a payment that is not over.
    pub(in crate::simulator) fn open_dispute_of(&self, payment: &str) -> Result<Dispute, Refused> {
        let mut all = self.disputes.iter().map(|(_, dispute)| dispute);
        let open = all.find(|dispute| dispute.payment == payment && !dispute.stage.is_over());
        open.cloned().ok_or(Refused::NotFound)
    }

    pub(in crate::simulator) fn find_dispute(&self, id: &str) -> Result<Dispute, Refused> {
        self.disputes.get(id).cloned().ok_or(Refused::NotFound)
    }

    /// All disputes of payments in a language, oldest first.
    pub(in crate::simulator) fn disputes_of(&self, face: Face) -> Vec<Dispute> {
        self.disputes.iter().map(|(_, dispute)| dispute).filter(|dispute| dispute.face == face).cloned().collect()
    }

    fn move_money(&mut self, at: Timestamp, dispute: &mut Dispute, withdrawn: bool) {
        let fee_minor = if withdrawn { FEE_MINOR } else { 0 };
        dispute.moved.push(Moved { id: self.draw.id("txn"), withdrawn, amount: dispute.amount, fee_minor, at });
    }

    /// One letter for each thing that is told, in reverse where the scenario wants it so; all of them as often as it says.
    fn parcel_of_dispute(
        &mut self,
        at: Timestamp,
        payment: &Payment,
        mut told: Vec<(Told, Dispute)>,
        scenario: &Scenario,
    ) -> Parcel {
        let plan = scenario.notice.clone();
        if plan.reorder {
            told.reverse();
        }
        let mut letters: Vec<Letter> = Vec::new();
        for (about, dispute) in told {
            let dispute = if plan.wrong_amount { dispute.raised() } else { dispute };
            let happening = Happening::Dispute(&dispute, payment, about);
            letters.extend(self.letter(payment.face, at, Duration::ZERO, happening));
        }
        let once = letters.clone();
        letters.extend((1..plan.copies).flat_map(|_| once.clone()));
        let url = self.address(payment.face, &payment.notify_url);
        Parcel { face: payment.face, url, letters, plan }
    }
}
