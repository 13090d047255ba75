//! Answers by the numbers that a line says.

use super::hear::Evidence;
use super::known::ordinals_between;
use super::{IN_DOUBT, Matcher, OR_TOO_MUCH, SUMMED_MAX, Standing, by_chance, sums_of};
use crate::books::Line;
use crate::candidate::{Candidate, DifferenceKind, Tier};
use crate::evidence::Fit;
use crate::reference::Strength;
use crate::score::score;
use crate::sums::{self, Sums};

/// What a sum loses where not all of it was named, or not all that was named is in it.
const SOME_NAMED: u16 = 10;

impl Matcher {
    /// Items whose numbers were said, party by party.
    pub(super) fn by_number(&self, line: &Line<'_>, evidence: &Evidence, candidates: &mut Vec<Candidate>) {
        let mut parties: Vec<u32> = Vec::new();
        for (at, _) in &evidence.numbers {
            if let Some(item) = self.item(*at)
                && !parties.contains(&item.fact.party)
            {
                parties.push(item.fact.party);
            }
        }
        for party in parties {
            let of_party = |(at, _): &&(u32, Strength)| self.item(*at).is_some_and(|item| item.fact.party == party);
            let said: Vec<(u32, Strength)> = evidence.numbers.iter().filter(of_party).copied().collect();
            for one in &said {
                self.one_number(line, evidence, *one, &said, candidates);
            }
            self.all_numbers(line, evidence, party, &said, candidates);
        }
    }

    /// One of the items that were said.
    fn one_number(
        &self,
        line: &Line<'_>,
        evidence: &Evidence,
        (at, strength): (u32, Strength),
        said: &[(u32, Strength)],
        candidates: &mut Vec<Candidate>,
    ) {
        let Some(item) = self.open(at, line) else { return };
        let fits = self.fit(line, item);
        let payer = evidence.payer(item.fact.party);
        // Several were named: what is not the amount is not this one alone.
        let as_well =
            |least: Strength| said.iter().filter(|(_, other)| *other > Strength::Weak && *other >= least).count();
        let is_alone = as_well(strength) <= 1;
        if fits != Fit::Equal && (as_well(Strength::Weak) > 1 || strength == Strength::Weak) {
            return;
        }
        let is_over = matches!(fits, Fit::Differs(difference) if difference.kind == DifferenceKind::Over);
        let minus = match strength {
            // A few digits do not tell it from another of the same amount that may have been paid.
            Strength::Weak | Strength::LastRun if fits != Fit::Equal || self.is_rivalled(line, item) => IN_DOUBT,
            _ if matches!(fits, Fit::Differs(_)) && self.is_rest_of_another(line, &[at]) => OR_TOO_MUCH,
            _ if !is_alone || (is_over && self.is_explained(line, at, item)) => OR_TOO_MUCH,
            _ => 0,
        };
        let score = score(Some(strength), payer, fits).saturating_sub(minus);
        self.push(line, candidates, Tier::Reference, score, vec![at], (Some(strength), payer, fits));
    }

    /// Whether a line that waits may have paid an item of this customer's that is the amount.
    fn is_rivalled(&self, line: &Line<'_>, item: Standing<'_>) -> bool {
        let amount = line.amount.minor();
        self.items_of(item.fact.party, line).any(|(at, open_minor)| open_minor == amount && self.is_spoken_for(at))
    }

    /// Whether the amount is what is left of another of their customer's, once some of the lines that wait are taken for it: which of
    /// them paid it, nobody knows.
    pub(super) fn is_rest_of_another(&self, line: &Line<'_>, items: &[u32]) -> bool {
        let is_rest = |(other, open_minor): (u32, i64)| {
            let waiting = self.waiting.get(&other).filter(|_| !items.contains(&other));
            let paid = open_minor - line.amount.minor();
            waiting.is_some_and(|waiting| paid > 0 && sums_of(waiting, paid) != Sums::None)
        };
        let party = items.first().and_then(|at| self.known.item(*at)).map(|fact| fact.party);
        !self.waiting.is_empty() && party.is_some_and(|party| self.items_of(party, line).any(is_rest))
    }

    /// Whether what came too much for an item is what others of its customer come to.
    fn is_explained(&self, line: &Line<'_>, at: u32, item: Standing<'_>) -> bool {
        let others = self.items_of(item.fact.party, line).filter(|(other, _)| *other != at);
        let amounts: Vec<i64> = others.map(|(_, open_minor)| open_minor).collect();
        let rest = line.amount.minor() - item.open_minor;
        // Where too many are open to be tried, some of them come to it.
        amounts.len() > SUMMED_MAX || amounts.contains(&rest) || sums::find(&amounts, rest) != Sums::None
    }

    /// The open items of a party from the first to the last of those that were said: whoever writes the ends of a range means all that
    /// is owed between them, however many numbers of others lie there.
    fn between(&self, line: &Line<'_>, party: u32, said: &[(u32, Strength)]) -> Vec<u32> {
        let number = |at: u32| self.number(at).map(|number| (number.len(), number));
        let ends = said.iter().filter_map(|(at, _)| number(*at));
        let (Some(first), Some(last)) = (ends.clone().min(), ends.max()) else { return Vec::new() };
        // Numbers of different lengths stand in no order.
        if first.0 != last.0 {
            return Vec::new();
        }
        let ordinals = ordinals_between(first.1, last.1);
        let may_be =
            |at: u32| ordinals.as_ref().is_none_or(|some| self.known.ordinal(at).is_some_and(|n| some.contains(&n)));
        let is_between = |at: &u32| may_be(*at) && number(*at).is_some_and(|number| (first..=last).contains(&number));
        self.items_of(party, line).map(|(at, _)| at).filter(is_between).collect()
    }

    fn sum_of(&self, items: &[u32], line: &Line<'_>) -> i128 {
        items.iter().filter_map(|at| self.open(*at, line)).map(|item| i128::from(item.open_minor)).sum()
    }

    /// All of the items of a party that were said, all between them, some of them, or all and others.
    fn all_numbers(
        &self,
        line: &Line<'_>,
        evidence: &Evidence,
        party: u32,
        said: &[(u32, Strength)],
        candidates: &mut Vec<Candidate>,
    ) {
        let amount = line.amount.minor();
        let strong: Vec<(u32, Strength)> = said.iter().filter(|(_, s)| *s > Strength::Weak).copied().collect();
        let Some(weakest) = strong.iter().map(|(_, strength)| *strength).min() else { return };
        let open = |(at, _): &(u32, Strength)| self.open(*at, line).map_or(0, |item| item.open_minor);
        let amounts: Vec<i64> = strong.iter().map(open).collect();
        let sum: i128 = amounts.iter().copied().map(i128::from).sum();
        let payer = evidence.payer(party);
        let why = (Some(weakest), payer, Fit::Sum);
        if sum == i128::from(amount) {
            // One alone was told with its number.
            if strong.len() > 1 {
                let items = strong.iter().map(|(at, _)| *at).collect();
                self.push(line, candidates, Tier::Reference, score(Some(weakest), payer, Fit::Sum), items, why);
            }
            return;
        }
        let lower = |of: usize, parts: usize| {
            score(Some(weakest), payer, Fit::Sum).saturating_sub(by_chance(of, parts).max(SOME_NAMED))
        };
        if sum > i128::from(amount) {
            let Sums::One(places) = sums_of(&amounts, amount) else {
                return self.not_all_of_said(line, evidence, payer, &strong, candidates);
            };
            let items: Vec<u32> = places.iter().filter_map(|place| strong.get(*place)).map(|(at, _)| *at).collect();
            if items.len() > 1 {
                let score = lower(amounts.len(), items.len());
                self.push(line, candidates, Tier::Sum, score, items, why);
            }
            return;
        }
        let between = if strong.len() > 1 { self.between(line, party, &strong) } else { Vec::new() };
        if between.len() > strong.len() && self.sum_of(&between, line) == i128::from(amount) {
            self.push(line, candidates, Tier::Reference, score(Some(weakest), payer, Fit::Sum), between, why);
            return;
        }
        // More came: the others may be the customer's too, with numbers that nobody can read.
        let is_other = |at: u32| strong.iter().all(|(said, _)| *said != at);
        let (others, amounts) = self.columns_of(party, line, is_other);
        let rest = i64::try_from(i128::from(amount) - sum).unwrap_or(0);
        let Sums::One(places) = sums_of(&amounts, rest) else {
            return self.not_all_of_said(line, evidence, payer, &strong, candidates);
        };
        // One named and others: it may as well be too much for the one.
        let minus = if strong.len() == 1 { OR_TOO_MUCH } else { 0 };
        let score = lower(amounts.len(), places.len()).saturating_sub(minus);
        let more = places.iter().filter_map(|place| others.get(*place)).copied();
        let items: Vec<u32> = strong.iter().map(|(at, _)| *at).chain(more).collect();
        self.push(line, candidates, Tier::Sum, score, items, why);
    }
}
