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

    fn day(text: &str) -> Date {
        text.parse().unwrap()
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
}
