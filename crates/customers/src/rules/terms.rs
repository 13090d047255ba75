//! When an invoice is due.

use kernel::Date;
use std::time::Duration;

/// The last day on which payment is in time, so many days after the date of the invoice; none means at once. `None` beyond the
/// end of the calendar.
pub fn due_on(issued_on: Date, terms_days: u16) -> Option<Date> {
    issued_on.checked_add(Duration::from_secs(86_400 * u64::from(terms_days))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_dates() {
        for (issued_on, days, due) in [
            ("2026-11-23", 0, Some("2026-11-23")),
            ("2026-11-23", 30, Some("2026-12-23")),
            ("2024-02-28", 1, Some("2024-02-29")),
            ("2026-12-31", 365, Some("2027-12-31")),
            ("9999-12-31", 1, None),
        ] {
            let due = due.map(|d: &str| d.parse().unwrap());
            assert_eq!(due_on(issued_on.parse().unwrap(), days), due, "{issued_on} {days}");
        }
    }
}
