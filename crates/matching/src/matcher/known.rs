//! What of the books stays as it is while lines are taken: who owes, the invoices, and where each is looked up.

use crate::books::{Item, Parties, Party};
use crate::lookup::{Lookup, Sorted, usize_of};
use crate::reference::{Key, Strength, keys_of_number};
use kernel::{Currency, Date};
use std::ops::RangeInclusive;

#[derive(Default)]
pub(super) struct Known {
    pub parties: Parties,
    pub items: Vec<Fact>,
    pub numbers: Lookup,
    /// By what was open of them at first.
    pub amounts: Lookup,
    /// Items in the order of their parties, and where each party's begin.
    by_party: Vec<u32>,
    starts: Vec<u32>,
    /// The digits that each item's number ends with.
    ordinals: Vec<u32>,
}

/// An invoice without what is open of it.
pub(super) struct Fact {
    pub party: u32,
    pub number: Box<str>,
    pub currency: Currency,
    pub date: Date,
    pub due_on: Date,
}

impl Known {
    pub fn new(parties: Parties, items: Vec<Item>, further: &[(u32, Box<str>)]) -> Known {
        let half = items.len() / 2;
        let (first, second) = items.split_at(half);
        // Numbers take longest: two threads have half of them each.
        let (beside, numbers) = std::thread::scope(|scope| {
            let beside = scope.spawn(|| {
                let numbers = numbers_of(second, half);
                (numbers, amounts_of(&items), places_of(&items, parties.all().len()))
            });
            let numbers = numbers_of(first, 0);
            (beside.join(), numbers)
        });
        let (others, amounts, (by_party, starts)) = beside.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let numbers = Lookup::of(vec![numbers, others, further_of(further)]);
        let ordinals = items.iter().map(|item| ordinal(&item.number)).collect();
        let fact = |Item { party, number, currency, date, due_on, .. }| Fact { party, number, currency, date, due_on };
        let items = items.into_iter().map(fact).collect();
        Known { parties, items, numbers, amounts, by_party, starts, ordinals }
    }

    pub fn item(&self, at: u32) -> Option<&Fact> {
        self.items.get(usize_of(at))
    }

    pub fn party_of(&self, at: u32) -> Option<&Party> {
        self.parties.all().get(usize_of(self.item(at)?.party))
    }

    /// What the number of an item ends with, told without a walk to the number.
    pub fn ordinal(&self, at: u32) -> Option<u32> {
        self.ordinals.get(usize_of(at)).copied()
    }

    /// Items of a party, open or not.
    pub fn all_of(&self, party: u32) -> impl ExactSizeIterator<Item = u32> + '_ {
        let place = usize_of(party);
        let range = match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(from), Some(until)) => usize_of(*from)..usize_of(*until),
            _ => 0..0,
        };
        self.by_party.get(range).unwrap_or_default().iter().copied()
    }
}

/// An item and how well its number is said, in one word: there are eight strengths.
const STRENGTHS: [Strength; 8] = [
    Strength::Weak,
    Strength::LastRun,
    Strength::Continued,
    Strength::WithoutZeros,
    Strength::ShortYear,
    Strength::WithoutPrefix,
    Strength::Further,
    Strength::Full,
];

fn packed(item: u32, strength: Strength) -> u32 {
    let nth = STRENGTHS.iter().position(|known| *known == strength).unwrap_or(0);
    (item << 3) | u32::try_from(nth).unwrap_or(0)
}

pub(super) fn unpacked(word: u32) -> (u32, Strength) {
    (word >> 3, STRENGTHS.get(usize_of(word & 7)).copied().unwrap_or(Strength::Weak))
}

/// Numbers that are looked at for how many keys one has.
const SAMPLED: usize = 1000;

/// The keys of the numbers of items, of which the first has this place.
fn numbers_of(items: &[Item], first: usize) -> Sorted {
    let keys = (0_u32..).skip(first).zip(items).flat_map(|(at, item)| {
        keys_of_number(&item.number).into_iter().map(move |(key, strength)| (key.0, packed(at, strength)))
    });
    // How many that will be: a company's numbers are much alike.
    let some = items.iter().step_by(items.len() / SAMPLED + 1);
    let sampled: usize = some.clone().map(|item| keys_of_number(&item.number).iter().count()).sum();
    Sorted::new(items.len() * sampled / some.count().max(1), keys)
}

/// The keys of what else items are called. A word of the customer's, or a number that anything has, says nothing.
fn further_of(further: &[(u32, Box<str>)]) -> Sorted {
    let says = |number: &str| {
        let signs = number.chars().filter(char::is_ascii_alphanumeric).count();
        signs >= FURTHER_MIN && number.contains(|c: char| c.is_ascii_digit())
    };
    let told = further.iter().filter(|(_, number)| says(number));
    Sorted::new(further.len(), told.map(|(at, number)| (Key::of(number).0, packed(*at, Strength::Further))))
}

/// Signs of a further number, at least.
const FURTHER_MIN: usize = 6;

/// The digits that a number ends with, nine at most.
fn ordinal(number: &str) -> u32 {
    let digits = number.bytes().rev().map_while(|byte| char::from(byte).to_digit(10));
    (0..ORDINAL_DIGITS).zip(digits).map(|(place, digit)| digit * 10_u32.pow(place)).sum()
}

/// Digits of an ordinal.
const ORDINAL_DIGITS: u32 = 9;

/// Between which ordinals all numbers lie that lie between two of the same length; nothing where the two differ in more than that.
pub(super) fn ordinals_between(first: &str, last: &str) -> Option<RangeInclusive<u32>> {
    let front = |number: &'_ str| number.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let shared = first.get(..front(first))?;
    let digits = u32::try_from(first.len() - shared.len()).ok()?;
    let is_told = last.strip_prefix(shared).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    (is_told && (1..=ORDINAL_DIGITS).contains(&digits)).then(|| ordinal(first)..=ordinal(last))
}

pub(super) fn amount_key(currency: Currency, minor: i64) -> u64 {
    let code = currency.code().bytes().fold(0_u64, |code, byte| (code << 8) | u64::from(byte));
    code.rotate_left(40) ^ u64::from_ne_bytes(minor.to_ne_bytes())
}

fn amounts_of(items: &[Item]) -> Lookup {
    let keys = items.iter().map(|item| amount_key(item.currency, item.open_minor));
    Lookup::new(items.len(), keys.zip(0_u32..))
}

/// Items in the order of their parties, and where each party's begin.
fn places_of(items: &[Item], parties: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; parties + 1];
    for item in items {
        if let Some(count) = starts.get_mut(usize_of(item.party) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut by_party = vec![0_u32; items.len()];
    for (at, item) in (0_u32..).zip(items) {
        if let Some(place) = next.get_mut(usize_of(item.party)) {
            if let Some(slot) = by_party.get_mut(usize_of(*place)) {
                *slot = at;
            }
            *place += 1;
        }
    }
    (by_party, starts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinals_are_told_where_only_the_last_digits_differ() {
        for (first, last, expected) in [
            ("INV-2026-0012", "INV-2026-0215", Some(12..=215)),
            ("0012", "0215", Some(12..=215)),
            ("INV-2025-0990", "INV-2026-0010", None),
            ("INV-0012A", "INV-0015A", None),
            ("INV-0012", "INV-00A5", None),
            ("202600000012", "202600000215", None),
        ] {
            assert_eq!(ordinals_between(first, last), expected, "{first} {last}");
        }
    }

    /// Three numbers of the same length.
    fn three() -> impl Strategy<Value = [String; 3]> {
        let shapes = ["INV-20(25|26)-[0-9]{4}", "R[0-9A]{4}", "[0-9]{3}[0-9A-B]", "[0-9]{9}", "[01]{11}"];
        prop::sample::select(shapes.to_vec()).prop_flat_map(|shape| {
            prop::array::uniform3(prop::string::string_regex(shape).unwrap_or_else(|error| panic!("{shape}: {error}")))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// No number of the same digits that lies between two is left out for its ordinal.
        #[test]
        fn what_lies_between_has_an_ordinal_between(mut some in three()) {
            some.sort_unstable();
            let [first, number, last] = some;
            if let Some(ordinals) = ordinals_between(&first, &last) && ends_in_digits(&number, &first) {
                prop_assert!(ordinals.contains(&ordinal(&number)), "{first} {number} {last}");
            }
        }
    }

    /// Whether a number has digits where another has its last.
    fn ends_in_digits(number: &str, other: &str) -> bool {
        let front = other.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        number.bytes().skip(front).all(|byte| byte.is_ascii_digit())
    }
}
