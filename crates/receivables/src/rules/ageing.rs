//! How long receivables have been due.

use kernel::{Currency, Date, Money, MoneyError};

/// Days past the due date; the due day itself counts as not yet due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bucket {
    NotDue,
    Days1To30,
    Days31To60,
    Days61To90,
    Over90,
}

impl Bucket {
    pub const ALL: [Bucket; 5] =
        [Bucket::NotDue, Bucket::Days1To30, Bucket::Days31To60, Bucket::Days61To90, Bucket::Over90];
}

/// Days by which `as_of` is after `due_on`; below zero before it.
pub fn days_overdue(due_on: Date, as_of: Date) -> i32 {
    as_of.since(due_on).map_or(0, |span| span.get_days())
}

/// The bucket of an item.
pub fn bucket(due_on: Date, as_of: Date) -> Bucket {
    match days_overdue(due_on, as_of) {
        ..=0 => Bucket::NotDue,
        1..=30 => Bucket::Days1To30,
        31..=60 => Bucket::Days31To60,
        61..=90 => Bucket::Days61To90,
        91.. => Bucket::Over90,
    }
}

/// Open amounts of one currency by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ageing {
    /// In the order of [`Bucket::ALL`].
    pub buckets: [Money; 5],
    /// Credit that is not set against anything yet; not taken off the buckets.
    pub unapplied: Money,
    /// Buckets less unapplied credit.
    pub total: Money,
}

/// Sorts open amounts by their due dates. Amounts of another currency are refused.
pub fn ageing(currency: Currency, as_of: Date, open: &[(Date, Money)], unapplied: Money) -> Result<Ageing, MoneyError> {
    let mut buckets = [Money::zero(currency); 5];
    for (due_on, amount) in open {
        let wanted = bucket(*due_on, as_of);
        for (slot, sum) in Bucket::ALL.iter().zip(&mut buckets) {
            if *slot == wanted {
                *sum = sum.plus(*amount)?;
            }
        }
    }
    let total = Money::sum(currency, buckets)?.minus(unapplied)?;
    Ok(Ageing { buckets, unapplied, total })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn edges_of_buckets() {
        let as_of = day("2026-11-23");
        for (due_on, expected) in [
            ("2026-12-31", Bucket::NotDue),
            ("2026-11-23", Bucket::NotDue),
            ("2026-11-22", Bucket::Days1To30),
            ("2026-10-24", Bucket::Days1To30),
            ("2026-10-23", Bucket::Days31To60),
            ("2026-09-24", Bucket::Days31To60),
            ("2026-09-23", Bucket::Days61To90),
            ("2026-08-25", Bucket::Days61To90),
            ("2026-08-24", Bucket::Over90),
            ("2020-01-01", Bucket::Over90),
        ] {
            assert_eq!(bucket(day(due_on), as_of), expected, "{due_on}");
        }
    }

    #[test]
    fn other_currencies_are_refused() {
        let open = [(day("2026-01-01"), Money::new(1, Currency::EUR))];
        assert!(ageing(Currency::CNY, day("2026-11-23"), &open, Money::zero(Currency::CNY)).is_err());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_between_buckets(open in prop::collection::vec((-400_i32..400, 0_i64..1_000_000), 0..30), credit in 0_i64..1_000_000) {
            let as_of = day("2026-11-23");
            let due = |offset: i32| {
                let step = |d: Date| if offset < 0 { d.yesterday().unwrap() } else { d.tomorrow().unwrap() };
                (0..offset.abs()).fold(as_of, |d, _| step(d))
            };
            let open: Vec<(Date, Money)> = open.into_iter().map(|(o, m)| (due(o), Money::new(m, Currency::CNY))).collect();
            let sorted = ageing(Currency::CNY, as_of, &open, Money::new(credit, Currency::CNY)).unwrap();
            let all: i64 = open.iter().map(|(_, m)| m.minor()).sum();
            prop_assert_eq!(sorted.total.minor(), all - credit);
            let late: i64 = open.iter().filter(|(d, _)| *d < as_of).map(|(_, m)| m.minor()).sum();
            prop_assert_eq!(sorted.buckets[1..].iter().map(|m| m.minor()).sum::<i64>(), late);
        }
    }
}
