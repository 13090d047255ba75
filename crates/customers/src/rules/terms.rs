//! When an invoice is due.

use kernel::Date;
use std::time::Duration;

/// What was agreed with a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentTerms {
    /// So many days after the date of the invoice; none means at once.
    Net { days: u16 },
    /// The last day of the month in which so many days after the date of the invoice fall.
    EndOfMonth { days: u16 },
    /// A day of the month after the invoice's, the last one where that month is shorter; zero counts as the first.
    NextMonth { day: u8 },
}

/// The last day on which payment is in time; `None` beyond the end of the calendar.
pub fn due_on(issued_on: Date, terms: PaymentTerms) -> Option<Date> {
    match terms {
        PaymentTerms::Net { days } => days_after(issued_on, days),
        PaymentTerms::EndOfMonth { days } => days_after(issued_on, days).map(Date::last_of_month),
        PaymentTerms::NextMonth { day } => {
            let first = issued_on.last_of_month().tomorrow().ok()?;
            days_after(first, u16::from(day.saturating_sub(1))).map(|due| due.min(first.last_of_month()))
        }
    }
}

fn days_after(day: Date, days: u16) -> Option<Date> {
    day.checked_add(Duration::from_secs(86_400 * u64::from(days))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use PaymentTerms::*;

    #[test]
    fn due_dates() {
        for (issued_on, terms, due) in [
            ("2026-11-23", Net { days: 0 }, Some("2026-11-23")),
            ("2026-11-23", Net { days: 30 }, Some("2026-12-23")),
            ("2024-02-28", Net { days: 1 }, Some("2024-02-29")),
            ("2026-12-31", Net { days: 365 }, Some("2027-12-31")),
            ("2026-11-23", EndOfMonth { days: 0 }, Some("2026-11-30")),
            ("2026-01-30", EndOfMonth { days: 30 }, Some("2026-03-31")),
            ("2026-01-29", EndOfMonth { days: 30 }, Some("2026-02-28")),
            ("2026-11-23", NextMonth { day: 15 }, Some("2026-12-15")),
            ("2026-12-01", NextMonth { day: 10 }, Some("2027-01-10")),
            ("2026-01-15", NextMonth { day: 31 }, Some("2026-02-28")),
            ("2024-01-15", NextMonth { day: 30 }, Some("2024-02-29")),
            ("2026-01-15", NextMonth { day: 0 }, Some("2026-02-01")),
            ("9999-12-31", Net { days: 1 }, None),
            ("9999-12-31", NextMonth { day: 1 }, None),
        ] {
            let due = due.map(|d: &str| d.parse().unwrap());
            assert_eq!(due_on(issued_on.parse().unwrap(), terms), due, "{issued_on} {terms:?}");
        }
    }
}
