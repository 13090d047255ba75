//! What a line says of its numbers and of who paid.

use super::known::{Known, unpacked};
use super::{Matcher, PAYERS_MAX, Standing};
use crate::books::Line;
use crate::evidence::{Payer, is_known};
use crate::name::{Likeness, Name};
use crate::reference::{
    Found, Span, Strength, carried_numbers, is_foreign, is_said_of_another, keys_in_text, letters_before,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Names that are remembered; more are forgotten together.
const REMEMBERED_MAX: usize = 1 << 18;

/// Whom a name may mean, best first.
type Named = Arc<[(u32, Likeness)]>;

/// What a line says, whatever is open by the time of its turn.
#[derive(Debug, Default)]
pub struct Heard {
    /// Items whose numbers stand in the line, each once with its best strength, best first.
    pub(super) numbers: Vec<(u32, Strength)>,
    /// The one whose number is said in full, and that is whoever's the payer is called.
    pub(super) surely: Option<u32>,
    /// Whom the payer's name may mean; nothing where nobody looked.
    named: Option<Named>,
}

/// What speaks for one or the other at a line's turn.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Items whose numbers were said, and that are open; best first.
    pub numbers: Vec<(u32, Strength)>,
    /// Who may have paid, best first.
    pub payers: Vec<(u32, Payer)>,
    /// Whether the payer is known to be somebody.
    is_somebody: bool,
    /// A number was said of which nothing is open any more.
    pub is_settled: bool,
}

impl Evidence {
    pub fn payer(&self, party: u32) -> Payer {
        let known = self.payers.iter().find(|(payer, _)| *payer == party).map(|(_, payer)| *payer);
        known.unwrap_or(if self.is_somebody { Payer::Other } else { Payer::Unknown })
    }
}

/// Hears lines: looks up what they say among numbers and names, which stay as they are, so that lines are heard ahead on another thread
/// than the one that takes them in their order.
#[derive(Default)]
pub struct Listener {
    known: Arc<Known>,
    /// Whom payers' names were found to mean: most pay again under the same name.
    remembered: FxHashMap<Box<str>, Named>,
    found: Vec<Found>,
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").field("remembered", &self.remembered.len()).finish_non_exhaustive()
    }
}

impl Listener {
    pub(super) fn new(known: Arc<Known>) -> Listener {
        Listener { known, ..Listener::default() }
    }

    pub fn hear(&mut self, line: &Line<'_>) -> Heard {
        if !line.amount.is_positive() {
            return Heard { named: Some(self.named(line)), ..Heard::default() };
        }
        let numbers = self.numbers_in(line);
        let surely = match numbers[..] {
            [(at, Strength::Full), ..] => Some(at).filter(|at| self.is_called(*at, line)),
            _ => None,
        };
        // What is sure at first sight asks for no other names.
        let named = if surely.is_none() { Some(self.named(line)) } else { None };
        Heard { numbers, surely, named }
    }

    /// Whether the payer is called as an item's customer is.
    fn is_called(&self, item: u32, line: &Line<'_>) -> bool {
        let names = self.known.party_of(item).map_or(&[][..], |party| &party.names);
        line.payer.is_some_and(|payer| names.iter().any(|name| **name == *payer))
    }

    /// Items whose numbers stand in a line, best first.
    fn numbers_in(&mut self, line: &Line<'_>) -> Vec<(u32, Strength)> {
        let mut found = std::mem::take(&mut self.found);
        let mut numbers: Vec<(u32, Strength)> = Vec::new();
        let fields = line.references.iter().map(|reference| (*reference, true));
        for (text, is_apart) in fields.chain([(line.text, false)]) {
            found.clear();
            keys_in_text(text, &mut found);
            // Of those that end in the same place the longest is told last, and mostly is the best.
            found.reverse();
            // Where all of another number of an item's stands.
            let mut whole: Option<Span> = None;
            self.known.numbers.each(found.iter().map(|said| said.key.0), |nth, word| {
                let Some(said) = found.get(nth) else { return };
                let (at, strength) = unpacked(word);
                let mut strength = strength.min(said.strength);
                if strength == Strength::Further {
                    whole = Some(said.span);
                } else if whole.is_some_and(|whole| whole.end == said.span.end && whole.start < said.span.start) {
                    // Its last digits are no number of their own.
                    strength = Strength::Weak;
                }
                note(&mut numbers, (at, strength), || self.in_its_place(text, said.span.start, (at, strength)));
            });
            for (number, most) in carried_numbers(text, is_apart) {
                for (at, strength) in self.known.numbers.get(number.0).map(unpacked) {
                    let strength = strength.min(most);
                    note(&mut numbers, (at, strength), || Some(strength));
                }
            }
        }
        self.found = found;
        numbers.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        numbers
    }

    /// How well an item's number is said by what begins at a place of a text, once what stands before it is read as well; `None` where
    /// that makes it the end of another year's.
    fn in_its_place(&self, text: &str, start: usize, (at, strength): (u32, Strength)) -> Option<Strength> {
        let number = || self.known.item(at).map_or("", |item| &*item.number);
        if strength <= Strength::LastRun && is_of_another_year(text, start, number()) {
            return None;
        }
        // All of another number is what it is, whatever the payer calls it.
        let is_bare = strength != Strength::Further;
        let is_others = is_bare
            && (letters_before(text, start).is_some_and(|front| is_foreign(front, number()))
                || is_said_of_another(text, start));
        Some(if is_others { Strength::Weak } else { strength })
    }

    /// Whom the payer's name may mean, best first.
    pub(super) fn named(&mut self, line: &Line<'_>) -> Named {
        let Some(name) = line.payer else { return Named::default() };
        if let Some(known) = self.remembered.get(name) {
            return Arc::clone(known);
        }
        if self.remembered.len() >= REMEMBERED_MAX {
            self.remembered.clear();
        }
        let mut found = self.known.parties.names().find(&Name::of(name));
        found.truncate(PAYERS_MAX);
        let named: Named = found.into();
        self.remembered.insert(name.into(), Arc::clone(&named));
        named
    }
}

/// Notes an item, where that is better than what is known of it. How well it is said is asked only then: that is a walk through memory.
fn note(numbers: &mut Vec<(u32, Strength)>, (at, most): (u32, Strength), said: impl Fn() -> Option<Strength>) {
    match numbers.iter_mut().find(|(known, _)| *known == at) {
        Some((_, known)) if most > *known => *known = said().map_or(*known, |strength| strength.max(*known)),
        Some(_) => {}
        None => numbers.extend(said().map(|strength| (at, strength))),
    }
}

impl Matcher {
    /// What a line that was heard says by now.
    pub(super) fn evidence(&mut self, line: &Line<'_>, heard: Heard) -> Evidence {
        let Heard { mut numbers, named, .. } = heard;
        let is_settled = |(at, strength): &(u32, Strength)| {
            *strength > Strength::LastRun && self.item(*at).is_some_and(|item: Standing<'_>| item.open_minor <= 0)
        };
        let is_settled = numbers.iter().any(is_settled);
        numbers.retain(|(at, _)| self.open(*at, line).is_some());
        let named = named.unwrap_or_else(|| self.listener.named(line));
        let payers = self.payers(line, &named);
        let is_somebody = payers.iter().any(|(_, payer)| is_known(*payer));
        if !line.amount.is_positive() {
            // Only whoever is paid is told.
            return Evidence { payers, ..Evidence::default() };
        }
        Evidence { numbers, payers, is_somebody, is_settled }
    }

    /// Who may have paid. A name and an account that speak for two parties weaken each other.
    pub(super) fn payers(&self, line: &Line<'_>, by_name: &[(u32, Likeness)]) -> Vec<(u32, Payer)> {
        let by_account = line.account.and_then(|key| self.accounts.get(&key)).map_or(&[][..], Vec::as_slice);
        let best = by_name.first().map_or(Likeness::Different, |(_, likeness)| *likeness);
        let seen = by_name.iter().filter(|(party, _)| by_account.contains(party));
        let best_seen = seen.map(|(_, likeness)| *likeness).max();
        let mut payers: Vec<(u32, Payer)> = Vec::new();
        for (party, likeness) in by_name {
            let is_seen = by_account.contains(party);
            let payer = match (is_seen, by_account.is_empty()) {
                (true, _) => Payer::Account,
                (false, true) => Payer::Name(*likeness),
                // From somebody else's account.
                (false, false) if best_seen >= Some(*likeness) => {
                    Payer::Elsewhere((*likeness).min(Likeness::Abbreviated))
                }
                (false, false) => Payer::Name((*likeness).min(Likeness::Abbreviated)),
            };
            payers.push((*party, payer));
        }
        for party in by_account {
            if payers.iter().any(|(known, _)| known == party) {
                continue;
            }
            let is_alone = by_account.len() == 1;
            let payer = match (is_alone, best >= Likeness::Transliterated) {
                (true, false) => Payer::Account,
                (true, true) => Payer::Name(Likeness::Close),
                (false, _) => Payer::Name(Likeness::Abbreviated),
            };
            payers.push((*party, payer));
        }
        payers.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        payers
    }
}

/// Whether the digits that begin at a place of a text stand behind a year that is not the number's: they are the end of another.
fn is_of_another_year(text: &str, start: usize, number: &str) -> bool {
    let runs = number.trim_end_matches(|c: char| c.is_ascii_digit());
    let said = text.get(..start).and_then(year_before);
    said.zip(year_before(runs)).is_some_and(|(said, own)| !own.ends_with(said) && !said.ends_with(own))
}

/// The two or four digits that a text ends with, but for letters and what joins them.
fn year_before(text: &str) -> Option<&str> {
    let text = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let rest = text.trim_end_matches(['-', '/', '.', ' ', '_']);
    let digits = rest.len() - rest.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let is_year = rest.len() < text.len() && (digits == 4 || digits == 2);
    rest.get(rest.len() - digits..).filter(|_| is_year)
}
