//! Prices and tax rates that hold from one day until before another.

use kernel::{Currency, Date, UnitPrice};

/// A value that holds on the days `from <= day < until`; without `until` it holds on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    pub from: Date,
    pub until: Option<Date>,
    pub value: T,
}

impl<T> Dated<T> {
    /// Whether it holds on this day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Whether there is a day on which both hold. An interval that ends before it begins holds on no day.
    fn meets(&self, other: &Dated<T>) -> bool {
        let begins = self.from.max(other.from);
        self.holds_on(begins) && other.holds_on(begins)
    }
}

/// The value of a day: a tax rate, for one. Where several hold, the one that began last.
pub fn on_day<T>(values: &[Dated<T>], day: Date) -> Option<&T> {
    latest(values.iter().filter(|v| v.holds_on(day)))
}

/// The price of a day in one currency. Prices in other currencies are not converted: what is not priced has no price.
pub fn price_on(prices: &[Dated<UnitPrice>], currency: Currency, day: Date) -> Option<UnitPrice> {
    latest(prices.iter().filter(|p| p.value.currency() == currency && p.holds_on(day))).copied()
}

/// Positions of the first two values that hold on the same day; what is written down must have none.
pub fn first_overlap<T>(values: &[Dated<T>]) -> Option<(usize, usize)> {
    (0..values.len())
        .flat_map(|later| (0..later).map(move |earlier| (earlier, later)))
        .find(|(earlier, later)| values[*earlier].meets(&values[*later]))
}

fn latest<'a, T>(values: impl Iterator<Item = &'a Dated<T>>) -> Option<&'a T> {
    values.max_by_key(|v| v.from).map(|v| &v.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Percent;

    fn dated<T>(text: &str, value: T) -> Dated<T> {
        let (from, until) = text.split_once("..").unwrap();
        Dated { from: from.parse().unwrap(), until: (!until.is_empty()).then(|| until.parse().unwrap()), value }
    }

    #[test]
    fn a_rate_holds_from_its_first_day_until_before_its_last() {
        let rates: Vec<Dated<Percent>> =
            [("2017-07-01..2018-05-01", "17"), ("2018-05-01..2019-04-01", "16"), ("2019-04-01..", "13")]
                .map(|(days, rate)| dated(days, Percent::parse(rate).unwrap()))
                .into();
        for (day, rate) in [
            ("2017-06-30", None),
            ("2017-07-01", Some("17")),
            ("2018-04-30", Some("17")),
            ("2018-05-01", Some("16")),
            ("2019-03-31", Some("16")),
            ("2026-11-23", Some("13")),
        ] {
            assert_eq!(on_day(&rates, day.parse().unwrap()).map(|r| r.to_string()).as_deref(), rate, "{day}");
        }
        assert_eq!(first_overlap(&rates), None);
    }

    #[test]
    fn overlaps_are_found() {
        for (a, b, overlap) in [
            ("2026-01-01..2026-02-01", "2026-02-01..", false),
            ("2026-01-01..2026-02-02", "2026-02-01..", true),
            ("2026-01-01..", "2025-01-01..2026-01-01", false),
            ("2026-01-01..", "2025-01-01..2026-01-02", true),
            ("2026-01-01..", "2027-01-01..", true),
            ("2026-01-01..2026-01-01", "2025-01-01..", false),
        ] {
            let found = first_overlap(&[dated(a, ()), dated(b, ())]);
            assert_eq!(found, overlap.then_some((0, 1)), "{a} {b}");
        }
    }

    #[test]
    fn a_price_is_of_its_currency() {
        let price = |text, currency| UnitPrice::parse(text, currency).unwrap();
        let prices = [
            dated("2026-01-01..", price("199.90", Currency::CNY)),
            dated("2026-01-01..", price("29.00", Currency::USD)),
            dated("2026-06-01..2026-07-01", price("149.90", Currency::CNY)),
        ];
        for (day, currency, amount) in [
            ("2026-05-31", Currency::CNY, Some("199.90")),
            ("2026-06-01", Currency::CNY, Some("149.90")),
            ("2026-07-01", Currency::CNY, Some("199.90")),
            ("2026-06-01", Currency::USD, Some("29.00")),
            ("2026-06-01", Currency::EUR, None),
            ("2025-12-31", Currency::CNY, None),
        ] {
            let found = price_on(&prices, currency, day.parse().unwrap()).map(UnitPrice::text);
            assert_eq!(found.as_deref(), amount, "{day} {currency}");
        }
    }
}
