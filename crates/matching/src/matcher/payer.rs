//! Answers by who paid, and by the amount alone.

use super::hear::Evidence;
use super::known::amount_key;
use super::{IN_DOUBT, Matcher, by_chance, sums_of};
use crate::books::Line;
use crate::candidate::{Candidate, DifferenceKind, Tier};
use crate::evidence::{Fit, Payer, is_known, is_nearly};
use crate::reference::Strength;
use crate::score::score;
use crate::sums::Sums;

/// What a sum loses where another comes to the same.
const SOME_OTHER: u16 = 100;
/// What a sum loses where one invoice alone is the amount.
const SINGLE_FIRST: u16 = 120;
/// Items of one amount that are shown where nothing but the amount is known.
const AMOUNT_ALONE_MAX: usize = 3;

impl Matcher {
    /// Items of whoever seems to have paid.
    pub(super) fn by_payer(&self, line: &Line<'_>, evidence: &Evidence, candidates: &mut Vec<Candidate>) {
        for (party, payer) in &evidence.payers {
            let (items, amounts) = self.columns_of(*party, line, |_| true);
            let singles: Vec<usize> =
                (0..amounts.len()).filter(|place| amounts[*place] == line.amount.minor()).collect();
            let is_single_spoken_for =
                singles.iter().filter_map(|place| items.get(*place)).any(|at| self.is_spoken_for(*at));
            let said: Vec<&(u32, Strength)> = evidence.numbers.iter().filter(|(at, _)| items.contains(at)).collect();
            let mut answer = |places: &[usize], minus: u16| {
                let chosen: Vec<u32> = places.iter().filter_map(|place| items.get(*place)).copied().collect();
                // Other numbers of this customer's were said, or all that may be meant is not surely open.
                let is_unsaid = |at: &u32| evidence.numbers.iter().all(|(said, _)| said != at);
                // A few digits may stand there by chance; a sum may as well.
                let counts = |(_, strength): &&&(u32, Strength)| chosen.len() > 1 || *strength > Strength::LastRun;
                let is_at_odds = said.iter().any(|one| counts(&one)) && chosen.iter().any(is_unsaid);
                let is_spoken_for =
                    chosen.iter().any(|at| self.is_spoken_for(*at)) || (chosen.len() == 1 && is_single_spoken_for);
                let in_doubt = evidence.is_settled || is_at_odds || is_spoken_for;
                let minus = if in_doubt { minus.max(IN_DOUBT) } else { minus };
                let fits = if chosen.len() == 1 { Fit::Equal } else { Fit::Sum };
                let tier = if chosen.len() == 1 { Tier::Payer } else { Tier::Sum };
                let score = score(None, *payer, fits).saturating_sub(minus);
                self.push(line, candidates, tier, score, chosen, (None, *payer, fits));
            };
            for place in &singles {
                answer(&[*place], 0);
            }
            // Sums of several meet by chance: one invoice of the very amount says more.
            let minus = if singles.is_empty() { 0 } else { SINGLE_FIRST };
            match sums_of(&amounts, line.amount.minor()) {
                Sums::One(places) if places.len() > 1 => {
                    answer(&places, minus.max(by_chance(amounts.len(), places.len())))
                }
                Sums::Several(one, two) => {
                    // Whichever it is: neither is sure, whatever else speaks against one of them.
                    for places in [one, two].iter().filter(|places| places.len() > 1) {
                        answer(places, minus.max(SOME_OTHER));
                    }
                }
                Sums::None if is_known(*payer) && said.is_empty() => {
                    self.all_but_little(line, *payer, (&items, &amounts), candidates);
                }
                Sums::One(_) | Sums::Undecided | Sums::None => {}
            }
            if is_known(*payer) {
                let some =
                    items.iter().zip(&amounts).filter(|(_, open_minor)| is_nearly(line.amount.minor(), **open_minor));
                some.for_each(|(at, _)| self.nearly(line, *payer, *at, candidates));
            }
        }
    }

    /// An item, where a fee or a discount explains what is short of it.
    fn nearly(&self, line: &Line<'_>, payer: Payer, at: u32, candidates: &mut Vec<Candidate>) {
        let Some(item) = self.open(at, line) else { return };
        let fits = self.fit(line, item);
        let Fit::Differs(difference) = fits else { return };
        if matches!(difference.kind, DifferenceKind::Fee | DifferenceKind::Discount) {
            self.push(line, candidates, Tier::Payer, score(None, payer, fits), vec![at], (None, payer, fits));
        }
    }

    pub(super) fn by_amount_alone(&self, line: &Line<'_>, evidence: &Evidence, candidates: &mut Vec<Candidate>) {
        let places = self.known.amounts.get(amount_key(line.amount.currency(), line.amount.minor()));
        let is_open = |at: &u32| {
            self.open(*at, line).is_some_and(|item| item.open_minor == line.amount.minor() && item.fact.date <= line.on)
        };
        for at in places.filter(is_open).take(AMOUNT_ALONE_MAX) {
            let Some(item) = self.item(at) else { continue };
            let payer = evidence.payer(item.fact.party);
            self.push(
                line,
                candidates,
                Tier::Payer,
                score(None, payer, Fit::Equal),
                vec![at],
                (None, payer, Fit::Equal),
            );
        }
    }
}
