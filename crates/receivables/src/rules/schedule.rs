//! What is due when of an item that is due in parts.

use kernel::Date;

/// A part of an item: its day, how much it is, and how much of that is open; minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub due_on: Date,
    pub minor: i64,
    pub open_minor: i64,
}

/// What is open of each part, in the order of their days: whatever was settled covers the earliest first. The parts add up to
/// the amount.
pub fn schedule(amount_minor: i64, open_minor: i64, parts: &[(Date, i64)]) -> Vec<Part> {
    let mut covered = amount_minor - open_minor;
    let part = |(due_on, minor): &(Date, i64)| {
        let settled = covered.clamp(0, (*minor).max(0));
        covered -= settled;
        Part { due_on: *due_on, minor: *minor, open_minor: minor - settled }
    };
    parts.iter().map(part).collect()
}

/// The day of the first part that is open; the last day where nothing is. `None` without parts.
pub fn next_due(schedule: &[Part]) -> Option<Date> {
    schedule.iter().find(|part| part.open_minor > 0).or(schedule.last()).map(|part| part.due_on)
}

/// Shares a book value out over the parts by what is open of each; the last open part takes what rounding leaves.
pub fn values(schedule: &[Part], functional_open_minor: i64) -> Vec<i64> {
    let open: i128 = schedule.iter().map(|part| i128::from(part.open_minor)).sum();
    let (mut seen, mut given) = (0_i128, 0_i64);
    let value = |part: &Part| {
        seen += i128::from(part.open_minor);
        let until = if open == 0 { 0 } else { i128::from(functional_open_minor) * seen / open };
        let until = i64::try_from(until).unwrap_or(functional_open_minor);
        let own = until - given;
        given = until;
        own
    };
    schedule.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: i8) -> Date {
        Date::constant(2026, 11, n)
    }

    #[test]
    fn the_earliest_is_settled_first() {
        let parts = [(day(1), 30), (day(2), 30), (day(3), 40)];
        for (open, expected, next) in
            [(100, [30, 30, 40], 1), (71, [1, 30, 40], 1), (70, [0, 30, 40], 2), (1, [0, 0, 1], 3), (0, [0, 0, 0], 3)]
        {
            let schedule = schedule(100, open, &parts);
            assert_eq!(schedule.iter().map(|p| p.open_minor).collect::<Vec<_>>(), expected, "{open}");
            assert_eq!(next_due(&schedule), Some(day(next)), "{open}");
        }
        assert_eq!(next_due(&[]), None);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_between_the_parts(parts in prop::collection::vec(1_i64..10_000, 1..8), paid in 0_i64..80_000, value in 0_i64..1_000_000) {
            let amount: i64 = parts.iter().sum();
            let open = (amount - paid).max(0);
            let parts: Vec<(Date, i64)> = (1_i8..).zip(parts).map(|(n, minor)| (day(n), minor)).collect();
            let schedule = schedule(amount, open, &parts);
            prop_assert_eq!(schedule.iter().map(|p| p.open_minor).sum::<i64>(), open);
            let values = values(&schedule, value);
            prop_assert_eq!(values.iter().sum::<i64>(), if open == 0 { 0 } else { value });
            prop_assert!(values.iter().all(|v| *v >= 0));
        }

        /// The next part is the first that what was paid does not cover, and more money never brings an earlier day back.
        #[test]
        fn the_next_part_is_the_first_that_is_not_covered(parts in prop::collection::vec(1_i64..10_000, 1..8), paid in 0_i64..80_000, more in 0_i64..10_000) {
            let amount: i64 = parts.iter().sum();
            let parts: Vec<(Date, i64)> = (1_i8..).zip(parts).map(|(n, minor)| (day(n), minor)).collect();
            let next = |paid: i64| next_due(&schedule(amount, (amount - paid).max(0), &parts)).unwrap();
            let covered = |index: usize| parts[..=index].iter().map(|(_, minor)| minor).sum::<i64>() <= paid;
            let first = (0..parts.len()).find(|index| !covered(*index)).unwrap_or(parts.len() - 1);
            prop_assert_eq!(next(paid), parts[first].0);
            prop_assert!(next(paid + more) >= next(paid));
        }
    }
}
