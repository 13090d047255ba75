//! What the books have on the account already: a line that is in them is linked, and nothing is posted twice.

use super::hear::Evidence;
use super::{Matcher, OWN, bare, by_chance, said_of};
use crate::books::{Entry, Line};
use crate::candidate::{Candidate, Difference, DifferenceKind, Reason, Tier};
use crate::evidence::{Payer, days, is_fee, is_known};
use crate::lookup::usize_of;
use crate::reference::{Strength, has_number};
use crate::score::{BY_AMOUNT, ENTRIES_SUMMED, NAMELESS_MAX};
use crate::sums::{self, Sums};
use kernel::{Currency, Date};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Days between an entry of the books and its line.
const ENTRY_DAYS: i64 = 120;
/// So few days between the two speak for it; and what it loses where they are more.
const NEAR_DAYS: i64 = 5;
const NEAR: Duration = Duration::from_secs(NEAR_DAYS.unsigned_abs() * 86_400);
const FAR: u16 = 60;
/// The score of an entry near the line's day, of whoever the line says.
const OF_PAYER: u16 = 990;
/// A shorter number of an entry stands in a text by chance.
const NUMBER_MIN: usize = 5;
/// What is paid in at once was entered within so many days before the bank booked it, or on the day behind.
const AT_ONCE: Duration = Duration::from_secs(7 * 86_400);
const BEHIND: Duration = Duration::from_secs(86_400);
/// Among more entries of such days no sum is looked for but that of a whole day: it would be met by chance.
const AT_ONCE_MAX: usize = 24;
/// What a sum loses where another comes to the same.
const SOME_OTHER: u16 = 100;

/// Entries that no line was matched with yet, by their amounts and days.
#[derive(Default)]
pub(super) struct Entries {
    all: Vec<Known>,
    by_amount: HashMap<(Currency, i64), Vec<u32>>,
    /// Those that are free, money in apart from money out.
    by_day: BTreeMap<(Currency, bool, Date), OfDay>,
}

/// Entries of a day, and what they come to: most days have more of them than any line could ask one by one.
#[derive(Default)]
struct OfDay {
    places: Vec<u32>,
    sum: i128,
}

/// An entry, and the letters and digits of the numbers that it is known by.
struct Known {
    entry: Entry,
    numbers: Box<[String]>,
    is_linked: bool,
}

impl Entries {
    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn add(&mut self, entry: Entry) {
        let Ok(at) = u32::try_from(self.all.len()) else { return };
        let (currency, minor) = (entry.amount.currency(), entry.amount.minor());
        self.by_amount.entry((currency, minor)).or_default().push(at);
        let of_day = self.by_day.entry((currency, minor > 0, entry.on)).or_default();
        of_day.places.push(at);
        of_day.sum += i128::from(minor);
        let numbers = numbers_of(&entry.references).map(plain).collect();
        self.all.push(Known { entry, numbers, is_linked: false });
    }

    pub fn link(&mut self, at: u32) {
        let Some(known) = self.all.get_mut(usize_of(at)).filter(|known| !known.is_linked) else { return };
        known.is_linked = true;
        let (currency, minor) = (known.entry.amount.currency(), known.entry.amount.minor());
        if let Some(of_day) = self.by_day.get_mut(&(currency, minor > 0, known.entry.on)) {
            of_day.places.retain(|place| *place != at);
            of_day.sum -= i128::from(minor);
        }
    }

    /// Whether some entry, free or not, is of a line's amount.
    pub fn are_of(&self, line: &Line<'_>) -> bool {
        self.by_amount.contains_key(&(line.amount.currency(), line.amount.minor()))
    }

    /// Entries of all currencies that are free.
    pub fn free(&self) -> impl Iterator<Item = (u32, &Entry)> {
        (0_u32..).zip(&self.all).filter(|(_, known)| !known.is_linked).map(|(at, known)| (at, &known.entry))
    }

    fn one(&self, at: u32) -> Option<&Known> {
        self.all.get(usize_of(at)).filter(|known| !known.is_linked)
    }

    /// The days on which a line's entry may have been made, where several were.
    fn days_of(&self, line: &Line<'_>) -> impl Iterator<Item = &OfDay> {
        let (currency, is_in) = (line.amount.currency(), line.amount.is_positive());
        let (from, until) = (line.on.saturating_sub(AT_ONCE), line.on.saturating_add(BEHIND));
        self.by_day.range((currency, is_in, from)..=(currency, is_in, until)).map(|(_, of_day)| of_day)
    }

    /// Free entries near a line's day, whatever their amount, but that it goes the same way.
    fn near(&self, line: &Line<'_>) -> impl Iterator<Item = (u32, &Entry)> {
        let (currency, is_in) = (line.amount.currency(), line.amount.is_positive());
        let (from, until) = (line.on.saturating_sub(NEAR), line.on.saturating_add(NEAR));
        self.by_day.range((currency, is_in, from)..=(currency, is_in, until)).flat_map(|(_, day)| self.of(&day.places))
    }

    fn of<'a>(&'a self, places: &'a [u32]) -> impl Iterator<Item = (u32, &'a Entry)> {
        places.iter().filter_map(|at| Some((*at, &self.one(*at)?.entry)))
    }
}

impl Matcher {
    /// Entries that are there already, of the very amount.
    pub(super) fn linked(&self, line: &Line<'_>, evidence: &Evidence, candidates: &mut Vec<Candidate>) {
        let same = self.entries.by_amount.get(&(line.amount.currency(), line.amount.minor()));
        let Some(same) = same else { return };
        let said: Vec<Said> = line.references.iter().copied().chain([line.text]).map(Said::of).collect();
        let is_own = self.own(line).is_some();
        let owes = |party: Option<u32>| party.is_some_and(|party| self.is_said_to_owe(party, evidence));
        for at in same {
            let Some(known) = self.entries.one(*at) else { continue };
            let days = days_between(known.entry.on, line);
            if i64::from(days.abs()) > ENTRY_DAYS {
                continue;
            }
            let number = is_said(known, &said);
            let payer = known.entry.party.map_or(Payer::Unknown, |party| evidence.payer(party));
            // Nobody's, and the other side is our own: the transfer that the other account's line has made.
            let is_transfer = is_own && known.entry.party.is_none();
            let far = if i64::from(days.abs()) <= NEAR_DAYS { 0 } else { FAR };
            let score = match (number, payer) {
                (Some(_), Payer::Other) => 930,
                (Some(_), _) => 998,
                (None, payer) if is_known(payer) || is_transfer || owes(known.entry.party) => OF_PAYER - far,
                (None, Payer::Name(_) | Payer::Elsewhere(_)) => 940 - far,
                (None, Payer::Unknown) if far == 0 => BY_AMOUNT,
                (None, Payer::Unknown) => 700,
                (None, _) => 300,
            };
            let mut reasons = Vec::new();
            reasons.extend(number.map(|number| Reason::Number(number.into(), Strength::Full)));
            reasons.push(Reason::Amount);
            reasons.extend(said_of(payer));
            reasons.extend(is_transfer.then_some(Reason::Own));
            reasons.push(Reason::Days(days));
            let tier = match number {
                Some(_) => Tier::Reference,
                None if is_transfer => Tier::Own,
                None => Tier::Payer,
            };
            candidates.push(linking(tier, score, known.entry.party, vec![*at], reasons));
        }
    }

    /// Whether an invoice of a party's was said by more than a few digits.
    fn is_said_to_owe(&self, party: u32, evidence: &Evidence) -> bool {
        let mut said = evidence.numbers.iter().filter(|(_, strength)| *strength > Strength::LastRun);
        said.any(|(at, _)| self.item(*at).is_some_and(|item| item.fact.party == party))
    }

    /// A transfer between accounts of our own that is not in the books yet. Each transfer is on two statements, and is posted by the
    /// first that is read: once it is there it is linked, and not posted again. Weeks apart it may be another.
    pub(super) fn own_account(&self, line: &Line<'_>, candidates: &mut Vec<Candidate>) {
        let Some(code) = self.own(line) else { return };
        let is_there = |one: &&Candidate| !one.entries.is_empty() && one.score >= OF_PAYER - FAR;
        let there = candidates.iter().filter(is_there).map(|one| one.score).max();
        if there.is_none() && self.less_a_fee(line, candidates) {
            return;
        }
        let score = there.map_or(OWN, |there| there.min(OWN));
        if there.is_none_or(|there| there < OF_PAYER) {
            candidates.push(bare(Tier::Own, score, Some(code.into()), Reason::Own));
        }
    }

    /// The other side of a transfer, of which a bank kept a fee on the way: whether there is one.
    fn less_a_fee(&self, line: &Line<'_>, candidates: &mut Vec<Candidate>) -> bool {
        let before = candidates.len();
        for (at, entry) in self.entries.near(line).filter(|(_, entry)| entry.party.is_none()) {
            // What went out is more than what arrives.
            let kept = entry.amount.minor().saturating_sub(line.amount.minor());
            let sent = if line.amount.is_positive() { entry.amount } else { line.amount }.minor();
            if !is_fee(kept, magnitude(sent), line.amount.currency()) {
                continue;
            }
            let reasons = vec![Reason::Own, Reason::Days(days_between(entry.on, line))];
            let difference = Some(Difference { kind: DifferenceKind::Fee, minor: kept });
            candidates.push(Candidate { difference, ..linking(Tier::Own, BY_AMOUNT, None, vec![at], reasons) });
        }
        candidates.len() > before
    }

    /// Several entries that come to the line: cheques that were paid in on one slip, takings of a day, transfers that the bank booked as
    /// one. It is for a person to look at, so nothing that is surer asks for it.
    pub(super) fn paid_at_once(&self, line: &Line<'_>, candidates: &mut Vec<Candidate>) {
        if candidates.iter().any(|one| one.score >= ENTRIES_SUMMED) {
            return;
        }
        let whole = i128::from(line.amount.minor());
        let whole_day = self.entries.days_of(line).filter(|day| day.sum == whole && day.places.len() > 1).last();
        let is_part = |(_, entry): &(u32, &Entry)| {
            let part = entry.amount.minor();
            part != 0 && part.unsigned_abs() < line.amount.minor().unsigned_abs()
        };
        let parts = self.entries.days_of(line).flat_map(|day| self.entries.of(&day.places)).filter(is_part);
        let all: Vec<(u32, &Entry)> = parts.take(AT_ONCE_MAX + 1).collect();
        if all.len() <= AT_ONCE_MAX {
            let amounts: Vec<i64> = all.iter().map(|(_, entry)| magnitude(entry.amount.minor())).collect();
            let of = |places: &[usize]| -> Vec<(u32, &Entry)> {
                places.iter().filter_map(|place| all.get(*place).copied()).collect()
            };
            match sums::find(&amounts, magnitude(line.amount.minor())) {
                Sums::One(places) => {
                    let minus = by_chance(amounts.len(), places.len());
                    let minus = if whole_day.is_some() { 0 } else { minus };
                    candidates.push(summed(line, ENTRIES_SUMMED - minus, &of(&places)));
                    return;
                }
                Sums::Several(one, two) => {
                    candidates.extend([one, two].map(|sum| summed(line, ENTRIES_SUMMED - SOME_OTHER, &of(&sum))));
                    return;
                }
                Sums::None | Sums::Undecided => {}
            }
        }
        let of_day = whole_day.map(|day| self.entries.of(&day.places).collect::<Vec<_>>());
        candidates.extend(of_day.map(|of_day| summed(line, ENTRIES_SUMMED, &of_day)));
    }
}

/// What was recorded days ago is hardly paid again: somebody entered it, and said nothing of what it is for. Whatever names an invoice of
/// the same party stands behind it then, and ties.
pub(super) fn recorded_first(candidates: &mut [Candidate]) {
    let is_recorded = |one: &&Candidate| one.party.is_some() && !one.entries.is_empty() && one.score >= OF_PAYER;
    let parties: Vec<Option<u32>> = candidates.iter().filter(is_recorded).map(|one| one.party).collect();
    for one in candidates.iter_mut().filter(|one| !one.items.is_empty() && parties.contains(&one.party)) {
        one.score = one.score.min(NAMELESS_MAX);
    }
}

fn summed(line: &Line<'_>, score: u16, entries: &[(u32, &Entry)]) -> Candidate {
    let party = entries.first().and_then(|(_, entry)| entry.party);
    let party = party.filter(|party| entries.iter().all(|(_, entry)| entry.party == Some(*party)));
    let last = entries.iter().map(|(_, entry)| entry.on).max().unwrap_or(line.on);
    let reasons = vec![Reason::Sum(entries.len()), Reason::Days(days_between(last, line))];
    linking(Tier::Sum, score, party, entries.iter().map(|(at, _)| *at).collect(), reasons)
}

fn linking(tier: Tier, score: u16, party: Option<u32>, entries: Vec<u32>, reasons: Vec<Reason>) -> Candidate {
    Candidate { tier, score, party, items: Vec::new(), entries, account: None, difference: None, reasons }
}

/// What a sum is looked for among: one sign, and no cent beyond the least that there is.
fn magnitude(minor: i64) -> i64 {
    minor.saturating_abs()
}

fn days_between(on: Date, line: &Line<'_>) -> i32 {
    i32::try_from(days(on, line.on)).unwrap_or(i32::MAX)
}

/// Letters and digits alone.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// The words among an entry's references by which it can be told from others. Its memo is among them, where words without a digit are
/// anybody's, and so are days and amounts.
fn numbers_of(references: &str) -> impl Iterator<Item = &str> {
    references.split_whitespace().filter(|word| {
        let (digits, letters) =
            word.chars().filter(char::is_ascii_alphanumeric).partition::<String, _>(char::is_ascii_digit);
        let is_long = digits.len() + letters.len() >= NUMBER_MIN;
        is_long && !digits.is_empty() && (!letters.is_empty() || has_number(word))
    })
}

/// What a line says, as letters and digits alone, and where its words begin and end in them.
struct Said {
    plain: String,
    bounds: Vec<usize>,
}

impl Said {
    fn of(text: &str) -> Said {
        let mut said = Said { plain: String::with_capacity(text.len()), bounds: vec![0] };
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            said.plain.extend(word.chars().map(|c| c.to_ascii_uppercase()));
            said.bounds.push(said.plain.len());
        }
        said
    }

    /// Whether a number is one or more of the words, whole: its digits may stand in a longer number by chance.
    fn has(&self, number: &str) -> bool {
        let is_here = |start: &usize| {
            self.plain.get(*start..).is_some_and(|rest| rest.starts_with(number))
                && self.bounds.binary_search(&(start + number.len())).is_ok()
        };
        self.bounds.iter().any(is_here)
    }
}

/// A number of the entry's document that stands in what the line says.
fn is_said<'e>(known: &'e Known, said: &[Said]) -> Option<&'e str> {
    let nth = known.numbers.iter().position(|number| said.iter().any(|text| text.has(number)))?;
    numbers_of(&known.entry.references).nth(nth)
}
