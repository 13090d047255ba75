//! What is offered where a known payer's amount is nothing that is open: never more than a place for a person to begin.

use super::hear::Evidence;
use super::{Matcher, SUMMED_MAX};
use crate::books::Line;
use crate::candidate::{Candidate, DifferenceKind, Tier};
use crate::evidence::{Fit, Payer, days, is_known};
use crate::score::score;

/// So many days ahead of its invoice a payment may come: an order that was confirmed, or an invoice that was dated on.
const AHEAD_DAYS: i64 = 7;

impl Matcher {
    /// An invoice of the days ahead that is the amount; else a part of what a payer owes, or all of it and more.
    pub(super) fn at_a_guess(&self, line: &Line<'_>, evidence: &Evidence, candidates: &mut Vec<Candidate>) {
        let known = || evidence.payers.iter().copied().filter(|(_, payer)| is_known(*payer));
        let others = candidates.len();
        known().for_each(|(party, payer)| self.paid_ahead(line, party, payer, candidates));
        if candidates.len() == others {
            known().for_each(|(party, payer)| self.part_or_more(line, party, payer, candidates));
        }
    }

    fn paid_ahead(&self, line: &Line<'_>, party: u32, payer: Payer, candidates: &mut Vec<Candidate>) {
        let is_ahead = |at: &u32| {
            self.open(*at, line).is_some_and(|item| {
                item.open_minor == line.amount.minor() && (1..=AHEAD_DAYS).contains(&days(line.on, item.fact.date))
            })
        };
        for at in self.known.all_of(party).filter(is_ahead) {
            let why = (None, payer, Fit::Equal);
            self.push(line, candidates, Tier::Payer, score(None, payer, Fit::Equal), vec![at], why);
        }
    }

    /// The oldest of what a payer owes as far as the money goes, or all of it, and the rest is credit.
    fn part_or_more(&self, line: &Line<'_>, party: u32, payer: Payer, candidates: &mut Vec<Candidate>) {
        let items: Vec<u32> = self.items_of(party, line).map(|(at, _)| at).take(SUMMED_MAX + 1).collect();
        if items.len() > SUMMED_MAX {
            return;
        }
        let Some((items, difference)) = self.not_all_of(line, items) else { return };
        if matches!(difference.kind, DifferenceKind::Short | DifferenceKind::Over) {
            let fits = Fit::Differs(difference);
            self.push(line, candidates, Tier::Payer, score(None, payer, fits), items, (None, payer, fits));
        }
    }
}
