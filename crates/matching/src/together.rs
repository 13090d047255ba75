//! Several lines that come to one: to an invoice that a customer paid in pieces and named nowhere, or to an entry that the bank booked
//! in parts, as it does a run of wages.

use crate::books::Entry;
use crate::evidence::days;
use crate::matcher::Matcher;
use crate::score::ENTRIES_SUMMED;
use crate::sums::{self, Sums};
use kernel::{Currency, Date, Money};
use std::collections::{BTreeMap, HashMap};

/// Pieces of one invoice are paid within so many days.
const WITHIN_DAYS: i64 = 31;
/// Parts of one entry are booked within so many days of it.
const AROUND_DAYS: i64 = 7;
/// Among more lines that wait, no sum is looked for: it would be met by chance.
const LINES_MAX: usize = 24;
/// No more pieces than these make an invoice.
const PIECES_MAX: usize = 4;
/// A sum without any number is for a person to look at.
const SCORE: u16 = 900;
/// One that shares a line with another sum.
const SCORE_SHARED: u16 = 600;

/// A line that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Whose it is, where that is known.
    pub party: Option<u32>,
    /// Money in above zero.
    pub amount: Money,
    pub on: Date,
}

/// Lines that are together one item or entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// Their places among the lines that were given, rising.
    pub lines: Vec<usize>,
    pub party: Option<u32>,
    pub whole: Whole,
    /// In thousandths, never so high that it posts by itself.
    pub score: u16,
}

/// What lines come to, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// All that is open of an item.
    Item(u32),
    Entry(u32),
}

/// Lines of one party, or of nobody who is known, in one currency: their places in the order of their days.
type ByParty = BTreeMap<(Option<u32>, Currency), Vec<usize>>;

/// Which of the lines that wait come to one item that was there when the first of them came, or to one entry. Where two sets of lines
/// come to the same, neither is told.
pub(crate) fn together(matcher: &Matcher, waiting: &[Waiting]) -> Vec<Together> {
    let mut by_party = ByParty::new();
    for (place, line) in waiting.iter().enumerate() {
        by_party.entry((line.party, line.amount.currency())).or_default().push(place);
    }
    for places in by_party.values_mut() {
        places.sort_by_key(|place| (waiting.get(*place).map(|line| line.on), *place));
    }
    let mut found: Vec<Together> = of_items(matcher, waiting, &by_party);
    found.extend(matcher.free_entries().filter_map(|(at, entry)| of_entry(waiting, (at, entry), &by_party)));
    let mut sums: HashMap<usize, usize> = HashMap::new();
    for line in found.iter().flat_map(|one| &one.lines) {
        *sums.entry(*line).or_default() += 1;
    }
    for one in &mut found {
        if one.lines.iter().any(|line| sums.get(line).is_some_and(|sums| *sums > 1)) {
            one.score = SCORE_SHARED;
        }
    }
    found
}

fn of_items(matcher: &Matcher, waiting: &[Waiting], by_party: &ByParty) -> Vec<Together> {
    let of_party = |((party, currency), places): (&(Option<u32>, Currency), &Vec<usize>)| {
        let is_in = |place: &&usize| waiting.get(**place).is_some_and(|line| line.amount.is_positive());
        let places: Vec<usize> = places.iter().filter(is_in).copied().collect();
        let party = party.filter(|_| (2..=LINES_MAX).contains(&places.len()))?;
        let items = matcher.open_of(party, *currency);
        Some(items.filter_map(|item| of_item(matcher, waiting, (party, item), &places)).collect::<Vec<_>>())
    };
    by_party.iter().filter_map(of_party).flatten().collect()
}

/// The lines that come to an item, where one set of them alone does.
fn of_item(matcher: &Matcher, waiting: &[Waiting], (party, item): (u32, u32), places: &[usize]) -> Option<Together> {
    let (date, open_minor) = (matcher.date(item)?, matcher.open_minor(item)?);
    let there: Vec<(usize, Waiting)> =
        places.iter().filter_map(|place| Some((*place, *waiting.get(*place)?))).filter(|(_, l)| l.on >= date).collect();
    let chosen = pieces(&there, open_minor)?;
    let span = days(chosen.first()?.1.on, chosen.last()?.1.on);
    if chosen.len() > PIECES_MAX || span > WITHIN_DAYS {
        return None;
    }
    Some(Together { lines: placed(&chosen), party: Some(party), whole: Whole::Item(item), score: SCORE })
}

/// The lines that come to an entry, where one set of them alone does.
fn of_entry(waiting: &[Waiting], (at, entry): (u32, &Entry), by_party: &ByParty) -> Option<Together> {
    let (party, whole) = (entry.party, entry.amount.minor());
    let places = by_party.get(&(party, entry.amount.currency()))?;
    let day = |place: &usize| waiting.get(*place).map_or(0, |line| days(entry.on, line.on));
    let from = places.partition_point(|place| day(place) < -AROUND_DAYS);
    let until = places.partition_point(|place| day(place) <= AROUND_DAYS);
    let is_part = |(_, line): &(usize, Waiting)| line.amount.minor().signum() == whole.signum();
    let near = places.get(from..until)?.iter();
    let near: Vec<(usize, Waiting)> =
        near.filter_map(|place| Some((*place, *waiting.get(*place)?))).filter(is_part).collect();
    if !(2..=LINES_MAX).contains(&near.len()) {
        return None;
    }
    let chosen = pieces(&near, whole.saturating_abs())?;
    Some(Together { lines: placed(&chosen), party, whole: Whole::Entry(at), score: ENTRIES_SUMMED })
}

/// The two or more lines that alone come to an amount above zero.
fn pieces(lines: &[(usize, Waiting)], total: i64) -> Option<Vec<(usize, Waiting)>> {
    let amounts: Vec<i64> = lines.iter().map(|(_, line)| line.amount.minor().saturating_abs()).collect();
    let Sums::One(chosen) = sums::find(&amounts, total) else { return None };
    let chosen: Vec<(usize, Waiting)> = chosen.into_iter().filter_map(|at| lines.get(at).copied()).collect();
    Some(chosen).filter(|chosen| chosen.len() > 1)
}

fn placed(chosen: &[(usize, Waiting)]) -> Vec<usize> {
    let mut lines: Vec<usize> = chosen.iter().map(|(place, _)| *place).collect();
    lines.sort_unstable();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::{Books, Item, Parties, Party};

    const OPEN: [(&str, i64, &str); 3] =
        [("INV-1", 30_000, "2026-10-01"), ("INV-2", 77_000, "2026-10-01"), ("INV-3", 5_000, "2026-11-20")];

    fn matcher() -> Matcher {
        let parties = Parties::new(vec![Party { names: vec!["Birkental Textil AG".into()], accounts: Vec::new() }]);
        let mut books = Books { parties, ..Books::default() };
        for (number, open_minor, date) in OPEN {
            let date: Date = date.parse().unwrap();
            let number = number.into();
            books.items.push(Item { party: 0, number, open_minor, currency: Currency::EUR, date, due_on: date });
        }
        for (minor, party) in [(90_000, Some(0)), (-600_000, None)] {
            let (amount, on) = (Money::new(minor, Currency::EUR), "2026-10-30".parse().unwrap());
            books.entries.push(Entry { amount, on, party, references: "".into() });
        }
        Matcher::new(books, Vec::new())
    }

    /// The lines of each sum, what it is of, and its score.
    fn told(party: Option<u32>, lines: &[(i64, &str)]) -> Vec<(Vec<usize>, Whole, u16)> {
        let line = |(minor, on): &(i64, &str)| Waiting {
            party,
            amount: Money::new(*minor, Currency::EUR),
            on: on.parse().unwrap(),
        };
        let waiting: Vec<Waiting> = lines.iter().map(line).collect();
        together(&matcher(), &waiting).into_iter().map(|one| (one.lines, one.whole, one.score)).collect()
    }

    fn sums(lines: &[(i64, &str)]) -> Vec<(Vec<usize>, Whole, u16)> {
        told(Some(0), lines)
    }

    #[test]
    fn pieces_come_to_an_invoice() {
        let pieces = [(10_000, "2026-10-05"), (1_234, "2026-10-06"), (20_000, "2026-10-20")];
        assert_eq!(sums(&pieces), [(vec![0, 2], Whole::Item(0), SCORE)]);
        // In whichever order they stand.
        let turned = [pieces[2], pieces[0]];
        assert_eq!(sums(&turned), [(vec![0, 1], Whole::Item(0), SCORE)]);
    }

    #[test]
    fn what_could_be_others_is_not_told() {
        // One line alone is the matter of the payer's amount.
        assert_eq!(sums(&[(30_000, "2026-10-05")]), []);
        assert_eq!(sums(&[(30_000, "2026-10-05"), (1, "2026-10-06")]), []);
        // Two sets come to it.
        assert_eq!(sums(&[(10_000, "2026-10-05"), (20_000, "2026-10-06"), (20_000, "2026-10-07")]), []);
        // Months apart.
        assert_eq!(sums(&[(10_000, "2026-10-05"), (20_000, "2026-12-05")]), []);
        // Before it was there.
        assert_eq!(sums(&[(2_000, "2026-11-05"), (3_000, "2026-11-21")]), []);
        // Five pieces.
        assert_eq!(
            sums(&[
                (6_001, "2026-10-05"),
                (5_999, "2026-10-05"),
                (6_010, "2026-10-05"),
                (5_990, "2026-10-05"),
                (6_000, "2026-10-05")
            ]),
            []
        );
    }

    #[test]
    fn a_line_in_two_sums_is_sure_in_neither() {
        let shared = [(10_000, "2026-10-05"), (20_000, "2026-10-06"), (57_000, "2026-10-07")];
        assert_eq!(
            sums(&shared),
            [(vec![0, 1], Whole::Item(0), SCORE_SHARED), (vec![1, 2], Whole::Item(1), SCORE_SHARED)]
        );
    }
    #[test]
    fn parts_come_to_an_entry() {
        // Of the party that the entry is of, and of no other.
        let halves = [(45_000, "2026-10-29"), (1, "2026-10-30"), (45_000, "2026-11-02")];
        let whole = [(vec![0, 2], Whole::Entry(0), ENTRIES_SUMMED)];
        assert_eq!(
            (told(Some(0), &halves), told(Some(1), &halves), told(None, &halves)),
            (whole.to_vec(), vec![], vec![])
        );
        // Wages, one by one.
        let wages: Vec<(i64, &str)> = [-101_000, -99_000, -150_000, -250_000].map(|minor| (minor, "2026-10-30")).into();
        let run = [(vec![0, 1, 2, 3], Whole::Entry(1), ENTRIES_SUMMED)];
        assert_eq!(told(None, &wages), run);
        // What came in is no part of what went out; nor is what the bank booked weeks later.
        let back: Vec<(i64, &str)> = wages.iter().map(|(minor, on)| (-minor, *on)).collect();
        let late: Vec<(i64, &str)> = wages.iter().map(|(minor, _)| (*minor, "2026-11-20")).collect();
        assert_eq!((told(None, &back), told(None, &late)), (vec![], vec![]));
        // Another line of the same amount: which of them is it?
        assert_eq!(told(None, &[&wages[..], &[(-99_000, "2026-10-31")]].concat()), []);
    }
}
