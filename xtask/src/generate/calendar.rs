//! Days of the calendar, counted, without a clock.

use std::fmt;
use std::ops::Add;

/// A day, counted from 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms"; years after 1600 only.
    pub fn of(year: i64, month: i64, day: i64) -> Day {
        let year = if month <= 2 { year - 1 } else { year };
        let (era, of_era) = (year / 400, year % 400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Day(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// Year, month, day.
    pub fn parts(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = era * 400 + year + i64::from(month <= 2);
        (year, month, of_year - (153 * shifted + 2) / 5 + 1)
    }

    pub fn year(self) -> i64 {
        self.parts().0
    }

    /// The first day on which banks book, from this one on: banks rest on Saturdays and Sundays.
    pub fn business(self) -> Day {
        match (self.0 + 3).rem_euclid(7) {
            5 => self + 2,
            6 => self + 1,
            _ => self,
        }
    }

    /// `YYMMDD`, as SWIFT writes it.
    pub fn short(self) -> String {
        let (year, month, day) = self.parts();
        format!("{:02}{month:02}{day:02}", year % 100)
    }
}

impl Add<i64> for Day {
    type Output = Day;

    fn add(self, days: i64) -> Day {
        Day(self.0 + days)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_both_ways() {
        for (parts, count, written) in [
            ((1970, 1, 1), 0, "1970-01-01"),
            ((2000, 2, 29), 11_016, "2000-02-29"),
            ((2024, 12, 31), 20_088, "2024-12-31"),
            ((2025, 3, 1), 20_148, "2025-03-01"),
        ] {
            let day = Day::of(parts.0, parts.1, parts.2);
            assert_eq!((day.0, day.parts(), day.to_string().as_str()), (count, parts, written));
        }
        assert!((0..40_000).all(|n| {
            let (year, month, day) = Day(n).parts();
            Day::of(year, month, day) == Day(n)
        }));
    }

    #[test]
    fn banks_rest_at_the_end_of_the_week() {
        // 4 January 2025 was a Saturday.
        let booked: Vec<String> = (3..=6).map(|day| Day::of(2025, 1, day).business().to_string()).collect();
        assert_eq!(booked, ["2025-01-03", "2025-01-06", "2025-01-06", "2025-01-06"]);
    }
}
