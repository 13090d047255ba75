//! The rule of the balances, by examples and on random months.

use super::*;
use proptest::prelude::*;

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn day(number: u8) -> Date {
    Date::constant(2026, 10, 1).saturating_add(jiff::Span::new().days(i32::from(number)))
}

fn id<K>(number: usize) -> kernel::id::Id<K> {
    kernel::id::Id::from_bytes(u128::try_from(number).unwrap().to_be_bytes())
}

fn item<Id>(id: Id, on: u8, minor: i64, whole: Option<u8>) -> Item<Id> {
    Item { id, day: day(on), amount: money(minor), whole_on: whole.map(day) }
}

/// A match: days and amounts of its lines, and the days and amounts of its entries but the last, whose amount is the rest.
#[derive(Debug, Clone)]
struct Matched {
    lines: Vec<(u8, i64)>,
    entries: Vec<(u8, i64)>,
    last: u8,
}

/// A company's month, with all that can be between a bank and its books.
#[derive(Debug, Clone)]
struct Month {
    bank_before: i64,
    book_before: i64,
    matched: Vec<Matched>,
    /// Nobody matched these.
    loose_entries: Vec<(u8, i64)>,
    loose_lines: Vec<(u8, i64)>,
    /// Posted, and taken back.
    taken_back: Vec<(u8, u8, i64)>,
    /// Moved the bank's balance and is in no file.
    lost: Vec<(u8, i64)>,
}

fn moves(most: usize) -> impl Strategy<Value = Vec<(u8, i64)>> {
    prop::collection::vec((0_u8..60, -100_000_i64..100_000), 0..most)
}

fn month() -> impl Strategy<Value = Month> {
    let matched = (moves(4), moves(4), 0_u8..60).prop_map(|(lines, entries, last)| Matched { lines, entries, last });
    let matched = prop::collection::vec(matched, 0..12);
    let taken_back = prop::collection::vec((0_u8..60, 0_u8..60, 1_i64..100_000), 0..4);
    (-1_000_000_i64..1_000_000, -1_000_000_i64..1_000_000, matched, moves(6), moves(6), taken_back, moves(3)).prop_map(
        |(bank_before, book_before, matched, loose_entries, loose_lines, taken_back, lost)| Month {
            bank_before,
            book_before,
            matched,
            loose_entries,
            loose_lines,
            taken_back,
            lost,
        },
    )
}

impl Month {
    /// Entries and lines with the last day of their matches.
    fn sides(&self) -> (Vec<Booked>, Vec<Item<StatementLineId>>) {
        let (mut booked, mut lines) = (Vec::new(), Vec::new());
        let mut book = |on: u8, minor: i64, whole: Option<u8>, reverses: Option<usize>| {
            let place = booked.len();
            let entry = item(id(place), on, minor, whole);
            booked.push(Booked { item: entry, reverses: reverses.map(id), is_before: false });
            place
        };
        for found in &self.matched {
            let days = found.lines.iter().chain(&found.entries).map(|(on, _)| *on).chain([found.last]);
            let whole = days.max();
            let sum: i64 = found.lines.iter().map(|(_, minor)| minor).sum();
            let others: i64 = found.entries.iter().map(|(_, minor)| minor).sum();
            lines.extend(found.lines.iter().enumerate().map(|(nth, (on, minor))| item(id(nth), *on, *minor, whole)));
            for (on, minor) in found.entries.iter().chain([&(found.last, sum - others)]) {
                book(*on, *minor, whole, None);
            }
        }
        lines.extend(self.loose_lines.iter().map(|(on, minor)| item(id(0), *on, *minor, None)));
        for (on, minor) in &self.loose_entries {
            book(*on, *minor, None, None);
        }
        for (on, back, minor) in &self.taken_back {
            let of = book(*on, *minor, None, None);
            book(*back, -minor, None, Some(of));
        }
        (booked, lines)
    }
}

fn sum(of: impl Iterator<Item = (u8, i64)>, until: u8) -> i64 {
    of.filter(|(on, _)| *on <= until).map(|(_, minor)| minor).sum()
}

proptest! {
    #[test]
    fn what_differs_is_what_nothing_explains(month in month(), until in 0_u8..60) {
        let (booked, lines) = month.sides();
        let moved: i64 = lines.iter().filter(|line| line.day <= day(until)).map(|line| line.amount.minor()).sum();
        let posted: i64 =
            booked.iter().filter(|entry| entry.item.day <= day(until)).map(|entry| entry.item.amount.minor()).sum();
        let lost = sum(month.lost.iter().copied(), until);
        let told = Told {
            on: day(until),
            bank: money(month.bank_before + moved + lost),
            book: money(month.book_before + posted),
            opening: money(month.bank_before),
            moved: money(moved),
        };
        let entries = without_pairs(booked);
        let report = reconcile(told, &entries, &lines, 3).unwrap();
        prop_assert_eq!(report.missing_lines, money(lost));
        prop_assert_eq!(report.before, money(month.bank_before - month.book_before));
        prop_assert_eq!(report.difference, money(lost + month.bank_before - month.book_before));
        prop_assert_eq!(report.adjusted_bank.minus(report.adjusted_book).unwrap(), report.difference);
        for section in [&report.sections.in_transit, &report.sections.not_presented] {
            prop_assert_eq!(section.items.len(), section.count.min(3));
            prop_assert!(section.items.iter().all(|item| item.day <= day(until)));
            prop_assert!(section.items.is_sorted_by_key(|item| item.day));
        }
        prop_assert!(report.sections.in_transit.items.iter().chain(&report.sections.not_presented.items).all(|item| item.stands_open(day(until))));
        let loose = month.loose_lines.iter().filter(|(on, _)| *on <= until).count();
        prop_assert!(report.sections.received.count + report.sections.charged.count >= loose);
    }
}

fn report(booked: Vec<Booked>, lines: &[Item<StatementLineId>], until: u8) -> Reconciled {
    let zero = money(0);
    let told = Told { on: day(until), bank: zero, book: zero, opening: zero, moved: zero };
    reconcile(told, &without_pairs(booked), lines, 10).unwrap()
}

#[test]
fn where_a_movement_stands_on_a_day() {
    let entry = |whole| Booked { item: item(id(1), 5, 100, whole), reverses: None, is_before: false };
    for (whole, until, open) in [
        (None, 4, 0),
        (None, 5, 1),
        (None, 50, 1),
        // A deposit of the 5th that the bank had on the 7th.
        (Some(7), 4, 0),
        (Some(7), 6, 1),
        (Some(7), 7, 0),
        // One that was posted on the day of its line.
        (Some(5), 5, 0),
    ] {
        assert_eq!(report(vec![entry(whole)], &[], until).sections.in_transit.count, open, "{whole:?} {until}");
        let line = item(id(1), 5, -100, whole);
        assert_eq!(report(Vec::new(), &[line], until).sections.charged.count, open, "{whole:?} {until}");
    }
}

#[test]
fn what_was_taken_back_is_on_its_way_to_nobody() {
    let entry = |number, on, minor, whole, reverses: Option<usize>, is_before| Booked {
        item: item(id(number), on, minor, whole),
        reverses: reverses.map(id),
        is_before,
    };
    let counts = |booked: Vec<Booked>, until| {
        let report = report(booked, &[], until);
        (report.sections.in_transit.count, report.sections.not_presented.count)
    };
    let pair = || vec![entry(1, 5, 100, None, None, false), entry(2, 9, -100, None, Some(1), false)];
    assert_eq!((counts(pair(), 8), counts(pair(), 9)), ((1, 0), (0, 0)));
    // The bank has the first of the two, and will have the second.
    let matched = vec![entry(1, 5, 100, Some(5), None, false), entry(2, 9, -100, None, Some(1), false)];
    assert_eq!(counts(matched, 9), (0, 1));
    // What was before the statements is in the first balance, unless a line came for it.
    let before = |whole| vec![entry(1, 5, 100, whole, None, true)];
    assert_eq!(
        (counts(before(None), 9), counts(before(Some(12)), 9), counts(before(Some(12)), 12)),
        ((0, 0), (1, 0), (0, 0))
    );
    let taken = vec![entry(1, 5, 100, None, None, true), entry(2, 9, -100, None, Some(1), false)];
    assert_eq!(counts(taken, 9), (0, 0));
}
