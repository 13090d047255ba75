//! Numbers as people read them: grouped thousands, a minus sign, quiet cents.

use kernel::{Money, Quantity, UnitPrice};
use serde::Serialize;

/// A number cut where its quiet part begins: `11,550` and `.00`. Printed one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Figure {
    pub(crate) whole: String,
    pub(crate) cents: String,
}

/// Minus sign, U+2212; a hyphen is too short beside figures.
const MINUS: char = '\u{2212}';

/// An amount without its currency, always with the currency's digits.
pub(crate) fn money(amount: Money) -> Figure {
    figure(&amount.amount())
}

/// The amount taken away: what was paid, a discount.
pub(crate) fn money_off(amount: Money) -> Figure {
    let text = amount.amount();
    match text.strip_prefix('-') {
        Some(magnitude) => figure(magnitude),
        None if amount.is_zero() => figure(&text),
        None => figure(&format!("-{text}")),
    }
}

pub(crate) fn unit_price(price: UnitPrice) -> Figure {
    figure(&price.text())
}

pub(crate) fn quantity(quantity: Quantity) -> String {
    let figure = figure(&quantity.to_string());
    figure.whole + &figure.cents
}

impl Figure {
    /// Both parts together.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.whole, self.cents)
    }
}

/// Groups the digits of a plain decimal.
fn figure(plain: &str) -> Figure {
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => (Some(MINUS), rest),
        None => (None, plain),
    };
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped: String = sign.into_iter().collect();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    Figure { whole: grouped, cents: fraction.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use proptest::prelude::*;

    #[test]
    fn as_the_account_book_writes_them() {
        for (code, minor, whole, cents) in [
            ("CNY", 73_216, "732", ".16"),
            ("CNY", -1_155_000, "−11,550", ".00"),
            ("JPY", 1_234_567, "1,234,567", ""),
            ("KWD", 1_234, "1", ".234"),
            ("CNY", Money::MAX_MINOR, "100,000,000,000,000", ".00"),
            ("CNY", -1, "−0", ".01"),
            ("CNY", 100_000, "1,000", ".00"),
            ("CNY", 99_999, "999", ".99"),
        ] {
            let figure = money(Money::new(minor, Currency::parse(code).unwrap()));
            assert_eq!((figure.whole.as_str(), figure.cents.as_str()), (whole, cents), "{code} {minor}");
        }
        assert_eq!(money_off(Money::new(5, Currency::CNY)).text(), "−0.05");
        assert_eq!(money_off(Money::zero(Currency::CNY)).text(), "0.00");
        assert_eq!(quantity(Quantity::parse("12345.678").unwrap()), "12,345.678");
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_given(minor in -Money::MAX_MINOR..=Money::MAX_MINOR, code in prop::sample::select(vec!["CNY", "JPY", "KWD"])) {
            let given = Money::new(minor, Currency::parse(code).unwrap());
            let plain = money(given).text().replace(',', "").replace(MINUS, "-");
            prop_assert_eq!(Money::parse(&plain, given.currency()), Ok(given));
        }
    }
}
