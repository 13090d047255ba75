//! Several lines that come to one invoice: what a customer paid in pieces, and named nowhere.

use crate::matcher::Matcher;
use crate::sums::{self, Sums};
use kernel::{Currency, Date, Money};
use std::collections::BTreeMap;

/// Pieces of one invoice are paid within so many days.
const WITHIN_DAYS: i64 = 31;
/// Among more lines of one customer that wait, no sum is looked for: it would be met by chance.
const LINES_MAX: usize = 24;
/// No more pieces than these make an invoice.
const PIECES_MAX: usize = 4;
/// A sum without any number is for a person to look at.
const SCORE: u16 = 900;
/// One that shares a line or the invoice with another sum.
const SCORE_SHARED: u16 = 600;

/// A line that waits, and whose customer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub party: u32,
    /// Above zero.
    pub amount: Money,
    pub on: Date,
}

/// Lines that are together what is open of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// Their places among the lines that were given, rising.
    pub lines: Vec<usize>,
    pub party: u32,
    pub item: u32,
    /// In thousandths, never so high that it posts by itself.
    pub score: u16,
}

/// Which of the lines that wait come to one item that was there when the first of them came. Where two sets of lines come to the same
/// item, neither is told.
pub(crate) fn together(matcher: &Matcher, waiting: &[Waiting]) -> Vec<Together> {
    let mut by_party: BTreeMap<(u32, Currency), Vec<usize>> = BTreeMap::new();
    for (place, line) in waiting.iter().enumerate() {
        by_party.entry((line.party, line.amount.currency())).or_default().push(place);
    }
    let mut found = Vec::new();
    for ((party, currency), mut places) in by_party {
        if !(2..=LINES_MAX).contains(&places.len()) {
            continue;
        }
        places.sort_by_key(|place| (waiting.get(*place).map(|line| line.on), *place));
        let items = matcher.open_of(party, currency);
        let of_party: Vec<Together> =
            items.filter_map(|item| of_item(matcher, waiting, (party, item), &places)).collect();
        let is_shared = |one: &Together| {
            let others = of_party.iter().filter(|other| other.item != one.item);
            others.flat_map(|other| &other.lines).any(|line| one.lines.contains(line))
        };
        let scored =
            |one: &Together| Together { score: if is_shared(one) { SCORE_SHARED } else { SCORE }, ..one.clone() };
        found.extend(of_party.iter().map(scored));
    }
    found
}

/// The lines that come to an item, where one set of them alone does.
fn of_item(matcher: &Matcher, waiting: &[Waiting], (party, item): (u32, u32), places: &[usize]) -> Option<Together> {
    let (date, open_minor) = (matcher.date(item)?, matcher.open_minor(item)?);
    let there: Vec<(usize, Waiting)> =
        places.iter().filter_map(|place| Some((*place, *waiting.get(*place)?))).filter(|(_, l)| l.on >= date).collect();
    let amounts: Vec<i64> = there.iter().map(|(_, line)| line.amount.minor()).collect();
    let Sums::One(chosen) = sums::find(&amounts, open_minor) else { return None };
    let chosen: Vec<(usize, Waiting)> = chosen.into_iter().filter_map(|at| there.get(at).copied()).collect();
    let days = |from: Date, until: Date| from.duration_until(until).as_hours() / 24;
    let span = days(chosen.first()?.1.on, chosen.last()?.1.on);
    if !(2..=PIECES_MAX).contains(&chosen.len()) || span > WITHIN_DAYS {
        return None;
    }
    let mut lines: Vec<usize> = chosen.into_iter().map(|(place, _)| place).collect();
    lines.sort_unstable();
    Some(Together { lines, party, item, score: SCORE })
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
        Matcher::new(books, Vec::new())
    }

    /// The lines of each sum, what it is of, and its score.
    fn sums(lines: &[(i64, &str)]) -> Vec<(Vec<usize>, u32, u16)> {
        let line = |(minor, on): &(i64, &str)| Waiting {
            party: 0,
            amount: Money::new(*minor, Currency::EUR),
            on: on.parse().unwrap(),
        };
        let waiting: Vec<Waiting> = lines.iter().map(line).collect();
        together(&matcher(), &waiting).into_iter().map(|one| (one.lines, one.item, one.score)).collect()
    }

    #[test]
    fn pieces_come_to_an_invoice() {
        let pieces = [(10_000, "2026-10-05"), (1_234, "2026-10-06"), (20_000, "2026-10-20")];
        assert_eq!(sums(&pieces), [(vec![0, 2], 0, SCORE)]);
        // In whichever order they stand.
        let turned = [pieces[2], pieces[0]];
        assert_eq!(sums(&turned), [(vec![0, 1], 0, SCORE)]);
    }

    #[test]
    fn what_could_be_others_is_not_told() {
        // One line alone is the matter of the payer's amount.
        assert_eq!(sums(&[(30_000, "2026-10-05")]), []);
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
        assert_eq!(sums(&shared), [(vec![0, 1], 0, SCORE_SHARED), (vec![1, 2], 1, SCORE_SHARED)]);
    }
}
