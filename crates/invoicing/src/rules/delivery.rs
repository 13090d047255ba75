//! Which days can be those of a delivery.

use kernel::Date;

/// Years ahead for which goods are sold.
const YEARS_AHEAD: i16 = 10;

/// From the beginning of last year, when what was delivered is written down late, to the end of the tenth year to come. What
/// lies beyond is a slip of the keyboard.
pub fn can_be_delivered_on(day: Date, today: Date) -> bool {
    (-1..=YEARS_AHEAD).contains(&(day.year() - today.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_trades_by_is_no_day_of_delivery() {
        for (day, can) in [
            ("1900-01-01", false),
            ("2024-12-31", false),
            ("2025-01-01", true),
            ("2026-11-23", true),
            ("2036-12-31", true),
            ("2037-01-01", false),
            ("2999-12-31", false),
        ] {
            let today = "2026-11-23".parse().unwrap();
            assert_eq!(can_be_delivered_on(day.parse().unwrap(), today), can, "{day}");
        }
    }
}
