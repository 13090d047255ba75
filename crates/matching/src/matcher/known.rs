//! What of the books stays as it is while lines are taken: who owes, the invoices, and where each is looked up.

use crate::books::{Item, Parties, Party};
use crate::lookup::{Lookup, Sorted, usize_of};
use crate::reference::{Strength, keys_of_number};
use kernel::{Currency, Date};

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
    pub fn new(parties: Parties, items: Vec<Item>) -> Known {
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
        let numbers = Lookup::of(vec![numbers, others]);
        let fact = |Item { party, number, currency, date, due_on, .. }| Fact { party, number, currency, date, due_on };
        let items = items.into_iter().map(fact).collect();
        Known { parties, items, numbers, amounts, by_party, starts }
    }

    pub fn item(&self, at: u32) -> Option<&Fact> {
        self.items.get(usize_of(at))
    }

    pub fn party_of(&self, at: u32) -> Option<&Party> {
        self.parties.all().get(usize_of(self.item(at)?.party))
    }

    /// Items of a party, open or not.
    pub fn all_of(&self, party: u32) -> impl Iterator<Item = u32> + '_ {
        let place = usize_of(party);
        let range = match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(from), Some(until)) => usize_of(*from)..usize_of(*until),
            _ => 0..0,
        };
        self.by_party.get(range).unwrap_or_default().iter().copied()
    }
}

/// An item and how well its number is said, in one word: there are seven strengths.
const STRENGTHS: [Strength; 7] = [
    Strength::Weak,
    Strength::LastRun,
    Strength::Continued,
    Strength::WithoutZeros,
    Strength::ShortYear,
    Strength::WithoutPrefix,
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
