//! Answers where several invoices are paid together, and what came is not what they come to.

use super::hear::Evidence;
use super::{Matcher, OR_TOO_MUCH, SUMMED_MAX};
use crate::books::Line;
use crate::candidate::{Candidate, Difference, DifferenceKind, Tier};
use crate::evidence::{Fit, Payer, fit, is_nearly};
use crate::reference::Strength;
use crate::score::score;

/// What an answer loses where the numbers were not said in full, so that more may have been meant, as by the ends of a range.
const PERHAPS_NOT_ALL: u16 = 200;
/// What all that a payer owes loses where nothing but a fee or a discount makes it the amount: it may be any of it as well.
const ALL_BUT: u16 = 100;

impl Matcher {
    /// All of the items of a party that were said, less or more than they come to. What makes one invoice sure makes several so, where
    /// a fee or a discount explains them, each was named in full, and nothing else was; a part of several may be for any of them.
    pub(super) fn not_all_of_said(
        &self,
        line: &Line<'_>,
        evidence: &Evidence,
        payer: Payer,
        said: &[(u32, Strength)],
        candidates: &mut Vec<Candidate>,
    ) {
        let items = said.iter().map(|(at, _)| *at).collect();
        let Some(weakest) = said.iter().map(|(_, strength)| *strength).min().filter(|_| said.len() > 1) else { return };
        let Some((items, difference)) = self.not_all_of(line, items) else { return };
        let is_explained = matches!(difference.kind, DifferenceKind::Fee | DifferenceKind::Discount);
        let is_said = |(at, strength): &(u32, Strength)| *strength == Strength::Weak || items.contains(at);
        let is_all = !evidence.is_settled && evidence.numbers.iter().all(is_said);
        let is_clear = is_explained && is_all && weakest == Strength::Full && !self.is_rest_of_another(line, &items);
        let minus = match weakest {
            _ if is_clear => 0,
            Strength::Full => OR_TOO_MUCH,
            _ => PERHAPS_NOT_ALL,
        };
        let fits = Fit::Differs(difference);
        let score = score(Some(weakest), payer, fits).saturating_sub(minus);
        self.push(line, candidates, Tier::Reference, score, items, (Some(weakest), payer, fits));
    }

    /// All that a payer owes, where a fee or a discount explains what is short of it.
    pub(super) fn all_but_little(
        &self,
        line: &Line<'_>,
        payer: Payer,
        (items, amounts): (&[u32], &[i64]),
        candidates: &mut Vec<Candidate>,
    ) {
        let sum = amounts.iter().copied().fold(0, i64::saturating_add);
        if !(2..=SUMMED_MAX).contains(&items.len()) || !is_nearly(line.amount.minor(), sum) {
            return;
        }
        let Some((items, difference)) = self.not_all_of(line, items.to_vec()) else { return };
        if matches!(difference.kind, DifferenceKind::Fee | DifferenceKind::Discount) {
            let fits = Fit::Differs(difference);
            let score = score(None, payer, fits).saturating_sub(ALL_BUT);
            self.push(line, candidates, Tier::Sum, score, items, (None, payer, fits));
        }
    }

    /// What of several items a line pays that is not all of them, and the difference, which is the last one's: what a fee or a discount
    /// explains is taken off the largest, so that no other is touched; a part pays the oldest first, and leaves out what it does not
    /// reach; of what is too much all are paid.
    pub(super) fn not_all_of(&self, line: &Line<'_>, mut items: Vec<u32>) -> Option<(Vec<u32>, Difference)> {
        let amount = line.amount.minor();
        let open_minor = |at: &u32| self.open(*at, line).map_or(0, |item| item.open_minor);
        let sum = items.iter().map(open_minor).fold(0, i64::saturating_add);
        let oldest = items.iter().filter_map(|at| self.date(*at)).min()?;
        let Fit::Differs(mut difference) = fit(amount, sum, line.amount.currency(), oldest, line.on) else {
            return None;
        };
        match difference.kind {
            DifferenceKind::Fee | DifferenceKind::Discount => {
                items.sort_by_key(|at| (open_minor(at), *at));
                items.last().filter(|at| open_minor(at) > difference.minor)?;
            }
            DifferenceKind::Short => {
                self.sort_by_age(&mut items);
                let mut reached = 0_i64;
                let is_reached = |at: &u32| {
                    let is_reached = reached < amount;
                    reached = if is_reached { reached.saturating_add(open_minor(at)) } else { reached };
                    is_reached
                };
                let count = items.iter().map(is_reached).filter(|is_reached| *is_reached).count();
                items.truncate(count);
                difference.minor = Some(reached - amount).filter(|rest| *rest > 0)?;
            }
            DifferenceKind::Over => self.sort_by_age(&mut items),
        }
        Some((items, difference))
    }

    fn sort_by_age(&self, items: &mut [u32]) {
        items.sort_by_key(|at| (self.known.item(*at).map(|fact| fact.due_on), *at));
    }
}
