//! Fiscal years of twelve months, and the order in which months are closed.

use kernel::Date;

/// A month of a fiscal year, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    pub starts_on: Date,
    pub ends_on: Date,
}

/// The calendar month a day lies in.
pub fn month_of(day: Date) -> Month {
    Month { starts_on: day.first_of_month(), ends_on: day.last_of_month() }
}

/// The twelve months of the fiscal year a day lies in, for years that begin on the first of `first_month` (1..=12;
/// other numbers count as January). Empty only for days at the end of the calendar, where a year does not fit.
pub fn fiscal_year(day: Date, first_month: i8) -> Vec<Month> {
    let first_month = if (1..=12).contains(&first_month) { first_month } else { 1 };
    let first_year = if day.month() < first_month { day.year() - 1 } else { day.year() };
    let mut months = Vec::with_capacity(12);
    for offset in 0..12_i8 {
        let past = first_month - 1 + offset;
        let (year, month) = (first_year + i16::from(past / 12), past % 12 + 1);
        match Date::new(year, month, 1) {
            Ok(first) => months.push(month_of(first)),
            Err(_) => return Vec::new(),
        }
    }
    months
}

/// Whether a period may change its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodDecision {
    Allowed,
    /// It is already so.
    Already,
    /// An earlier one, beginning on this day, must be closed first.
    EarlierOpen(Date),
    /// A later one, beginning on this day, must be reopened first.
    LaterClosed(Date),
    /// It runs until this day, and business goes on in it.
    StillRuns(Date),
    Unknown,
}

/// A period and whether it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub starts_on: Date,
    pub ends_on: Date,
    pub closed: bool,
}

/// Periods close in the order of time, once they are over. Checks: known, open, over, every earlier one closed; names the
/// first that is not.
pub fn may_close(periods: &[Period], starts_on: Date, today: Date) -> PeriodDecision {
    let Some(period) = periods.iter().find(|p| p.starts_on == starts_on) else { return PeriodDecision::Unknown };
    if period.closed {
        return PeriodDecision::Already;
    }
    if period.ends_on >= today {
        return PeriodDecision::StillRuns(period.ends_on);
    }
    match periods.iter().filter(|p| p.starts_on < starts_on && !p.closed).map(|p| p.starts_on).min() {
        Some(earlier) => PeriodDecision::EarlierOpen(earlier),
        None => PeriodDecision::Allowed,
    }
}

/// Periods reopen from the last one back. Checks: known, closed, every later one open; names the last that is not.
pub fn may_reopen(periods: &[Period], starts_on: Date) -> PeriodDecision {
    let Some(period) = periods.iter().find(|p| p.starts_on == starts_on) else { return PeriodDecision::Unknown };
    if !period.closed {
        return PeriodDecision::Already;
    }
    match periods.iter().filter(|p| p.starts_on > starts_on && p.closed).map(|p| p.starts_on).max() {
        Some(later) => PeriodDecision::LaterClosed(later),
        None => PeriodDecision::Allowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn years_begin_where_they_are_told() {
        for (on, first_month, from, to) in [
            ("2026-11-23", 1, "2026-01-01", "2026-12-31"),
            ("2026-11-23", 4, "2026-04-01", "2027-03-31"),
            ("2026-03-31", 4, "2025-04-01", "2026-03-31"),
            ("2024-02-29", 3, "2023-03-01", "2024-02-29"),
            ("2026-11-23", 12, "2025-12-01", "2026-11-30"),
            ("2026-11-23", 0, "2026-01-01", "2026-12-31"),
        ] {
            let year = fiscal_year(day(on), first_month);
            assert_eq!(
                (year.len(), year[0].starts_on, year[11].ends_on),
                (12, day(from), day(to)),
                "{on} {first_month}"
            );
        }
        assert_eq!(fiscal_year(day("9999-12-31"), 12), []);
    }

    #[test]
    fn periods_close_forward_and_reopen_backward() {
        use PeriodDecision::*;
        let [jan, feb, mar] = ["2026-01-01", "2026-02-01", "2026-03-01"].map(day);
        let state = |closed: [bool; 3]| {
            [jan, feb, mar]
                .into_iter()
                .zip(closed)
                .map(|(starts_on, closed)| Period { starts_on, ends_on: starts_on.last_of_month(), closed })
                .collect::<Vec<_>>()
        };
        for (closed, which, close, reopen) in [
            ([false, false, false], jan, Allowed, Already),
            ([false, false, false], mar, EarlierOpen(jan), Already),
            ([true, false, false], feb, Allowed, Already),
            ([true, false, false], mar, EarlierOpen(feb), Already),
            ([true, true, false], jan, Already, LaterClosed(feb)),
            ([true, true, true], jan, Already, LaterClosed(mar)),
            ([true, true, false], feb, Already, Allowed),
            ([true, true, false], day("2026-04-01"), Unknown, Unknown),
        ] {
            assert_eq!(
                (may_close(&state(closed), which, day("2026-04-01")), may_reopen(&state(closed), which)),
                (close, reopen),
                "{closed:?} {which}"
            );
        }
    }

    #[test]
    fn a_month_closes_once_it_is_over() {
        let january = [Period { starts_on: day("2026-01-01"), ends_on: day("2026-01-31"), closed: false }];
        for (today, expected) in [
            ("2026-01-15", PeriodDecision::StillRuns(day("2026-01-31"))),
            ("2026-01-31", PeriodDecision::StillRuns(day("2026-01-31"))),
            ("2026-02-01", PeriodDecision::Allowed),
        ] {
            assert_eq!(may_close(&january, day("2026-01-01"), day(today)), expected, "{today}");
        }
    }

    proptest! {
        #[test]
        fn months_follow_each_other_and_hold_the_day(year in 1_i16..9000, month in 1_i8..=12, d in 1_i8..=28, first in 1_i8..=12) {
            let on = Date::new(year, month, d).unwrap();
            let months = fiscal_year(on, first);
            prop_assert_eq!(months.iter().filter(|m| m.starts_on <= on && on <= m.ends_on).count(), 1);
            for pair in months.windows(2) {
                prop_assert_eq!(pair[0].ends_on.tomorrow().unwrap(), pair[1].starts_on);
            }
            prop_assert_eq!(months[0].starts_on.month(), first);
        }
    }
}
