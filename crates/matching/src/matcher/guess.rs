//! What is offered where a known payer's amount is nothing that is open: never more than a place for a person to begin.

use super::hear::Evidence;
use super::{Matcher, SUMMED_MAX};
use crate::books::Line;
use crate::candidate::{Candidate, DifferenceKind, Tier};
use crate::evidence::{Fit, Payer, is_known};
use crate::score::score;

impl Matcher {
    /// A part of what a payer owes, or all of it and more.
    pub(super) fn at_a_guess(&self, line: &Line<'_>, evidence: &Evidence, candidates: &mut Vec<Candidate>) {
        let known = evidence.payers.iter().copied().filter(|(_, payer)| is_known(*payer));
        known.for_each(|(party, payer)| self.part_or_more(line, party, payer, candidates));
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
