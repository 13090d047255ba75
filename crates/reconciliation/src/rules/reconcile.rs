//! The balance by the bank and the balance by the books of one day, brought together.
//!
//! What moved the account on either side stands open from its day until the day on which its match was whole, which is the last day
//! among all that the match brings together. So what a match brings together across the end of a month is on its way on that day,
//! whenever somebody matched it, and a report of a past day comes out the same however often it is worked out.

use kernel::id::{EntryId, StatementLineId};
use kernel::{Currency, Date, Money, MoneyError};
use std::collections::HashMap;

/// A line of the bank, or an entry of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<Id> {
    pub id: Id,
    pub day: Date,
    /// What it moves on the account, in above zero.
    pub amount: Money,
    /// The last day of its match; nothing where it has none.
    pub whole_on: Option<Date>,
}

impl<Id> Item<Id> {
    /// Whether the other side does not have it yet at the end of a day.
    pub fn stands_open(&self, on: Date) -> bool {
        self.day <= on && self.whole_on.is_none_or(|whole| whole > on)
    }
}

/// An entry of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    pub item: Item<EntryId>,
    pub reverses: Option<EntryId>,
    /// It is in the balance that the first statement begins with, unless a line says otherwise.
    pub is_before: bool,
}

/// An entry and what took it back are nothing to the bank: together they are whole from the later day on. What is in the first balance
/// is left out.
pub fn without_pairs(mut booked: Vec<Booked>) -> Vec<Item<EntryId>> {
    let places: HashMap<EntryId, usize> =
        booked.iter().enumerate().map(|(place, entry)| (entry.item.id, place)).collect();
    let pairs: Vec<(usize, usize)> = booked
        .iter()
        .enumerate()
        .filter_map(|(place, own)| {
            let at = *places.get(&own.reverses?)?;
            let other = booked.get(at)?;
            let is_free = own.item.whole_on.is_none() && other.item.whole_on.is_none();
            let sum = own.item.amount.plus(other.item.amount);
            (is_free && sum.is_ok_and(Money::is_zero)).then_some((place, at))
        })
        .collect();
    let was_matched: Vec<bool> = booked.iter().map(|entry| entry.item.whole_on.is_some()).collect();
    for (own, of) in pairs {
        let whole = [own, of].iter().filter_map(|at| booked.get(*at)).map(|entry| entry.item.day).max();
        for at in [own, of] {
            if let Some(entry) = booked.get_mut(at) {
                entry.item.whole_on = whole;
            }
        }
    }
    let kept = booked.into_iter().zip(was_matched).filter(|(entry, was_matched)| !entry.is_before || *was_matched);
    kept.map(|(entry, _)| entry.item).collect()
}

/// Items of one kind that stand open: the oldest of them, how many there are, and what all of them come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<Id> {
    pub items: Vec<Item<Id>>,
    pub count: usize,
    pub sum: Money,
}

/// What is told of an account at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub on: Date,
    pub bank: Money,
    pub book: Money,
    /// What the first statement began with.
    pub opening: Money,
    /// What all lines since come to.
    pub moved: Money,
}

/// What each side has that the other has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sections {
    /// What the books took in and the bank has not yet.
    pub in_transit: Section<EntryId>,
    /// What the books paid out and the bank has not yet; below zero.
    pub not_presented: Section<EntryId>,
    /// What the bank took in and the books have not.
    pub received: Section<StatementLineId>,
    /// What the bank paid out and the books have not; below zero.
    pub charged: Section<StatementLineId>,
}

/// The reconciliation of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    pub told: Told,
    pub sections: Sections,
    pub adjusted_bank: Money,
    pub adjusted_book: Money,
    /// The adjusted balance of the bank less that of the books: what nothing here explains.
    pub difference: Money,
    /// Of it: the bank's balances do not come to what its lines do.
    pub missing_lines: Money,
    /// Of it: the bank and the books began with different balances.
    pub before: Money,
}

impl<Id: Copy> Section<Id> {
    /// As it is printed under "less": what went out, above zero.
    pub fn taken_away(&self) -> Result<Section<Id>, MoneyError> {
        let item = |item: &Item<Id>| Ok(Item { amount: item.amount.negated()?, ..*item });
        let items = self.items.iter().map(item).collect::<Result<_, MoneyError>>()?;
        Ok(Section { items, count: self.count, sum: self.sum.negated()? })
    }
}

impl Reconciled {
    pub fn of(told: Told, sections: Sections) -> Result<Reconciled, MoneyError> {
        let adjusted_bank = told.bank.plus(sections.in_transit.sum)?.plus(sections.not_presented.sum)?;
        let adjusted_book = told.book.plus(sections.received.sum)?.plus(sections.charged.sum)?;
        let difference = adjusted_bank.minus(adjusted_book)?;
        let missing_lines = told.bank.minus(told.opening)?.minus(told.moved)?;
        let before = difference.minus(missing_lines)?;
        Ok(Reconciled { told, sections, adjusted_bank, adjusted_book, difference, missing_lines, before })
    }
}

/// Brings the two balances of a day together; each section keeps up to `shown` items.
pub fn reconcile(
    told: Told,
    entries: &[Item<EntryId>],
    lines: &[Item<StatementLineId>],
    shown: usize,
) -> Result<Reconciled, MoneyError> {
    let [in_transit, not_presented] = sections(told, entries, shown)?;
    let [received, charged] = sections(told, lines, shown)?;
    Reconciled::of(told, Sections { in_transit, not_presented, received, charged })
}

/// What stands open of what came in, and of what went out.
fn sections<Id: Copy>(told: Told, items: &[Item<Id>], shown: usize) -> Result<[Section<Id>; 2], MoneyError> {
    let currency: Currency = told.bank.currency();
    let section = |is_in: bool| {
        let mut open: Vec<Item<Id>> = items
            .iter()
            .filter(|item| item.stands_open(told.on) && item.amount.is_negative() != is_in)
            .copied()
            .collect();
        open.sort_by_key(|item| item.day);
        let sum = Money::sum(currency, open.iter().map(|item| item.amount))?;
        let count = open.len();
        open.truncate(shown);
        Ok::<_, MoneyError>(Section { items: open, count, sum })
    };
    Ok([section(true)?, section(false)?])
}

#[cfg(test)]
#[path = "reconcile_tests.rs"]
mod tests;
