//! What a line says of its numbers and of who paid.

use super::{HEARD_MAX, Matcher, PAYERS_MAX, unpacked};
use crate::books::Line;
use crate::evidence::Payer;
use crate::name::{Index, Likeness, Name};
use crate::reference::{Key, Scheme, Strength, keys_in_text, structured};
use rustc_hash::FxHashMap;

/// What a line says about who it is from.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Items whose numbers stand in the line, each once with its best strength.
    pub numbers: Vec<(u32, Strength)>,
    /// Who may have paid, best first.
    pub payers: Vec<(u32, Payer)>,
    /// Whether the payer is known to be somebody.
    pub is_somebody: bool,
    /// A number was said of which nothing is open any more.
    pub is_settled: bool,
}

impl Heard {
    pub fn payer(&self, party: u32) -> Payer {
        let known = self.payers.iter().find(|(payer, _)| *payer == party).map(|(_, payer)| *payer);
        known.unwrap_or(if self.is_somebody { Payer::Other } else { Payer::Unknown })
    }
}

impl Matcher {
    /// Items whose numbers stand in a line, best first; and whether one was said that is settled.
    pub(super) fn numbers_in(&mut self, line: &Line<'_>) -> (Vec<(u32, Strength)>, bool) {
        let mut found = std::mem::take(&mut self.found);
        let mut numbers: Vec<(u32, Strength)> = Vec::new();
        let mut is_settled = false;
        let mut note = |at: u32, strength: Strength| {
            if self.open(at, line).is_none() {
                is_settled |= strength > Strength::LastRun && self.item(at).is_some_and(|item| item.open_minor <= 0);
                return;
            }
            match numbers.iter_mut().find(|(known, _)| *known == at) {
                Some((_, known)) => *known = strength.max(*known),
                None => numbers.push((at, strength)),
            }
        };
        for text in line.references.iter().copied().chain([line.text]) {
            found.clear();
            keys_in_text(text, &mut found);
            for said in &found {
                for word in self.numbers.get(said.key.0) {
                    let (at, strength) = unpacked(word);
                    let strength = strength.min(said.strength);
                    let is_another = strength <= Strength::LastRun
                        && self.item(at).is_some_and(|item| is_of_another_year(text, said.span.start, &item.number));
                    if !is_another {
                        note(at, strength);
                    }
                }
            }
            for printed in structured(text).filter(|printed| printed.scheme == Scheme::Rf) {
                let number = Key::of(printed.canonical.get(4..).unwrap_or_default());
                for word in self.numbers.get(number.0) {
                    let (at, strength) = unpacked(word);
                    note(at, strength);
                }
            }
        }
        self.found = found;
        numbers.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        (numbers, is_settled)
    }

    /// Who may have paid. A name and an account that speak for two parties weaken each other.
    pub(super) fn payers(&mut self, line: &Line<'_>) -> Vec<(u32, Payer)> {
        let by_name = match line.payer {
            Some(name) => remembered(&mut self.heard, &self.names, name),
            None => &[],
        };
        let by_account = line.account.and_then(|key| self.accounts.get(&key)).map_or(&[][..], Vec::as_slice);
        let best = by_name.first().map_or(Likeness::Different, |(_, likeness)| *likeness);
        let mut payers: Vec<(u32, Payer)> = Vec::new();
        for (party, likeness) in by_name {
            let is_seen = by_account.contains(party);
            let payer = match (is_seen, by_account.is_empty()) {
                (true, _) => Payer::Account,
                (false, true) => Payer::Name(*likeness),
                // From somebody else's account.
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

/// Whom names were found to mean, best first.
pub(super) type Remembered = FxHashMap<Box<str>, Box<[(u32, Likeness)]>>;

/// Whom a name means, best first.
fn remembered<'a>(heard: &'a mut Remembered, names: &Index, name: &str) -> &'a [(u32, Likeness)] {
    if heard.len() >= HEARD_MAX {
        heard.clear();
    }
    if !heard.contains_key(name) {
        let mut found = names.find(&Name::of(name));
        found.truncate(PAYERS_MAX);
        heard.insert(name.into(), found.into());
    }
    heard.get(name).map_or(&[][..], AsRef::as_ref)
}

/// Whether the digits that begin at a place of a text stand behind a year that is not the number's: they are the end of another.
fn is_of_another_year(text: &str, start: usize, number: &str) -> bool {
    let year_before = |text: &str| -> Option<String> {
        let text = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() && !c.is_ascii_digit());
        let rest = text.trim_end_matches(['-', '/', '.', ' ', '_']);
        let digits = rest.len() - rest.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        (rest.len() < text.len() && (digits == 4 || digits == 2)).then(|| rest[rest.len() - digits..].to_owned())
    };
    let runs = number.trim_end_matches(|c: char| c.is_ascii_digit());
    let said = text.get(..start).and_then(year_before);
    said.zip(year_before(runs)).is_some_and(|(said, own)| !own.ends_with(&said) && !said.ends_with(&own))
}
