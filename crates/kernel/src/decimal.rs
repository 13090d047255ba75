//! Exact decimals with a meaning: quantity, unit price, percentage.

use crate::{Currency, Money, MoneyError, Rounding};
use rust_decimal::Decimal;
use std::fmt;

/// The text is not a plain decimal within the limits of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    #[error("not a decimal number")]
    NotANumber,
    #[error("at most {0} digits after the point")]
    TooManyDigits(u32),
    #[error("out of range")]
    OutOfRange,
}

/// Reads a plain decimal: optional minus sign, digits, at most `digits_max` after the point. No exponent, no blanks.
pub fn parse_plain(text: &str, digits_max: u32) -> Result<Decimal, DecimalError> {
    let rest = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match rest.split_once('.') {
        Some((_, "")) => return Err(DecimalError::NotANumber),
        Some(parts) => parts,
        None => (rest, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(DecimalError::NotANumber);
    }
    if fraction.len() > digits_max as usize {
        return Err(DecimalError::TooManyDigits(digits_max));
    }
    if whole.len() > 15 {
        return Err(DecimalError::OutOfRange);
    }
    text.parse().map_err(|_| DecimalError::OutOfRange)
}

/// How much of something: at most six digits after the point, not negative, below a million million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(Decimal);

impl Quantity {
    pub const DIGITS_MAX: u32 = 6;
    pub const ONE: Quantity = Quantity(Decimal::ONE);

    pub fn new(value: Decimal) -> Result<Quantity, DecimalError> {
        if value.normalize().scale() > Self::DIGITS_MAX {
            return Err(DecimalError::TooManyDigits(Self::DIGITS_MAX));
        }
        if value.is_sign_negative() && !value.is_zero() || value >= Decimal::from(1_000_000_000_000_i64) {
            return Err(DecimalError::OutOfRange);
        }
        Ok(Quantity(value.normalize()))
    }

    pub fn parse(text: &str) -> Result<Quantity, DecimalError> {
        Quantity::new(parse_plain(text, Self::DIGITS_MAX)?)
    }

    pub fn value(self) -> Decimal {
        self.0
    }

    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

/// The price of one unit: up to 13 digits after the point, so that a price per thousand can be kept exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnitPrice {
    amount: Decimal,
    currency: Currency,
}

impl UnitPrice {
    pub const DIGITS_MAX: u32 = 13;

    pub fn new(amount: Decimal, currency: Currency) -> Result<UnitPrice, DecimalError> {
        if amount.normalize().scale() > Self::DIGITS_MAX {
            return Err(DecimalError::TooManyDigits(Self::DIGITS_MAX));
        }
        if amount.abs() >= Decimal::from(1_000_000_000_000_i64) {
            return Err(DecimalError::OutOfRange);
        }
        Ok(UnitPrice { amount, currency })
    }

    pub fn parse(text: &str, currency: Currency) -> Result<UnitPrice, DecimalError> {
        UnitPrice::new(parse_plain(text, Self::DIGITS_MAX)?, currency)
    }

    pub fn amount(self) -> Decimal {
        self.amount
    }

    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Price × quantity, rounded once, half up.
    ///
    /// The exact product has up to 43 digits, more than a [`Decimal`] or 128 bits hold. So the price's whole units and its
    /// fraction are multiplied apart, and what both come to is kept in millionths of a unit, the finest step of a quantity,
    /// beside the rest below them.
    pub fn times(self, quantity: Quantity) -> Result<Money, MoneyError> {
        let price = mantissa(self.amount, Self::DIGITS_MAX);
        let quantity = mantissa(quantity.0, Quantity::DIGITS_MAX);
        let (units, fraction) = (price.abs() / PRICE_STEPS, price.abs() % PRICE_STEPS);
        let below = fraction * quantity;
        let (millionths, rest) = (units * quantity + below / PRICE_STEPS, below % PRICE_STEPS);
        let per_minor = 10_i128.pow(Quantity::DIGITS_MAX - self.currency.digits());
        let (minor, left) = (millionths / per_minor, millionths % per_minor * PRICE_STEPS + rest);
        let rounded = minor + i128::from(left * 2 >= per_minor * PRICE_STEPS);
        Money::from_minor(if price < 0 { -rounded } else { rounded }, self.currency)
    }

    /// The decimal string of the wire, with at least the currency's digits: `199.90`, `0.0125`.
    pub fn text(self) -> String {
        let shortest = self.amount.normalize();
        let digits = shortest.scale().max(self.currency.digits());
        format!("{shortest:.*}", digits as usize)
    }
}

/// The smallest steps of a unit price in one unit.
const PRICE_STEPS: i128 = 10_i128.pow(UnitPrice::DIGITS_MAX);

/// A decimal in steps of its last digit, with `digits` after the point.
fn mantissa(value: Decimal, digits: u32) -> i128 {
    let mut scaled = value;
    scaled.rescale(digits);
    scaled.mantissa()
}

/// A percentage such as a tax rate (13 means 13 %): at most six digits after the point, between −100 and 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(Decimal);

impl Percent {
    pub const DIGITS_MAX: u32 = 6;
    pub const ZERO: Percent = Percent(Decimal::ZERO);

    pub fn new(value: Decimal) -> Result<Percent, DecimalError> {
        if value.normalize().scale() > Self::DIGITS_MAX {
            return Err(DecimalError::TooManyDigits(Self::DIGITS_MAX));
        }
        if value < Decimal::from(-100) || value > Decimal::from(1000) {
            return Err(DecimalError::OutOfRange);
        }
        Ok(Percent(value.normalize()))
    }

    pub fn parse(text: &str) -> Result<Percent, DecimalError> {
        Percent::new(parse_plain(text, Self::DIGITS_MAX)?)
    }

    pub fn value(self) -> Decimal {
        self.0
    }

    /// 13 % as 0.13.
    pub fn fraction(self) -> Decimal {
        self.0 * Decimal::new(1, 2)
    }

    /// This percentage of an amount, rounded once, half up.
    pub fn of(self, amount: Money) -> Result<Money, MoneyError> {
        amount.times(self.fraction(), Rounding::HalfUp)
    }
}

macro_rules! plain_text {
    ($($type:ty),*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.normalize(), f)
            }
        }
    )*};
}
plain_text!(Quantity, Percent);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn limits_of_each_kind() {
        assert_eq!(Quantity::parse("1.000001").map(|q| q.to_string()), Ok("1.000001".into()));
        assert_eq!(Quantity::parse("1.0000001"), Err(DecimalError::TooManyDigits(6)));
        assert_eq!(Quantity::parse("-1"), Err(DecimalError::OutOfRange));
        assert_eq!(Quantity::parse("1e2"), Err(DecimalError::NotANumber));
        assert_eq!(Quantity::parse("3.000").map(|q| q.to_string()), Ok("3".into()));
        assert_eq!(
            UnitPrice::parse("0.0000000000001", Currency::CNY).map(UnitPrice::text),
            Ok("0.0000000000001".into())
        );
        assert_eq!(UnitPrice::parse("5", Currency::CNY).map(UnitPrice::text), Ok("5.00".into()));
        assert_eq!(UnitPrice::parse("5", Currency::JPY).map(UnitPrice::text), Ok("5".into()));
        assert_eq!(Percent::parse("1000.1"), Err(DecimalError::OutOfRange));
        assert_eq!(
            Percent::parse("8.1").unwrap().of(Money::new(1000, Currency::CNY)),
            Ok(Money::new(81, Currency::CNY))
        );
    }

    #[test]
    fn price_times_quantity_is_rounded_once() {
        for (price, quantity, currency, amount) in [
            ("0.0333", "150", Currency::CNY, Some("5.00")),
            ("-0.0333", "150", Currency::CNY, Some("-5.00")),
            ("0.005", "1", Currency::CNY, Some("0.01")),
            ("-0.005", "1", Currency::CNY, Some("-0.01")),
            ("0.0049999999999", "1", Currency::CNY, Some("0.00")),
            ("0.0000000000001", "0.000001", Currency::CNY, Some("0.00")),
            ("1.5", "1", Currency::JPY, Some("2")),
            // 349215194851.284999…: to 28 digits it is …285000.
            ("482776.6298412479907", "723347.347957", Currency::CNY, Some("349215194851.28")),
            ("100000000", "1000000", Currency::CNY, Some("100000000000000.00")),
            ("100000000", "1000000.000001", Currency::CNY, None),
            ("999999999999.9999999999999", "999999999999.999999", Currency::CNY, None),
        ] {
            let price = UnitPrice::parse(price, currency).unwrap();
            let seen = price.times(Quantity::parse(quantity).unwrap()).ok().map(Money::amount);
            assert_eq!(seen.as_deref(), amount, "{} {quantity}", price.text());
        }
    }

    /// The product of two numbers written in decimal digits, as it is done on paper.
    fn on_paper(a: &str, b: &str) -> String {
        let digits = |text: &str| text.bytes().rev().map(|b| u32::from(b - b'0')).collect::<Vec<_>>();
        let mut sums = vec![0; a.len() + b.len()];
        for (i, x) in digits(a).into_iter().enumerate() {
            for (j, y) in digits(b).into_iter().enumerate() {
                sums[i + j] += x * y;
            }
        }
        let mut carry = 0;
        for sum in &mut sums {
            carry += *sum;
            *sum = carry % 10;
            carry /= 10;
        }
        sums.iter().rev().map(ToString::to_string).collect()
    }

    proptest! {
        #[test]
        fn lines_come_to_what_they_do_on_paper(
            units in "[0-9]{1,9}", fraction in "[0-9]{13}", whole in "[0-9]{1,6}", part in "[0-9]{6}",
            code in prop::sample::select(vec!["CNY", "JPY", "KWD", "CLF"]),
        ) {
            let currency = Currency::parse(code).unwrap();
            let price = UnitPrice::parse(&format!("{units}.{fraction}"), currency).unwrap();
            let quantity = Quantity::parse(&format!("{whole}.{part}")).unwrap();
            // Nineteen digits after the point; the first that is dropped decides.
            let exact = on_paper(&format!("{units}{fraction}"), &format!("{whole}{part}"));
            let (kept, dropped) = exact.split_at(exact.len() - (19 - usize::try_from(currency.digits()).unwrap()));
            let minor = kept.parse::<i128>().unwrap() + i128::from(dropped.as_bytes()[0] >= b'5');
            let expected = i64::try_from(minor).ok().filter(|minor| *minor <= Money::MAX_MINOR);
            prop_assert_eq!(price.times(quantity).ok().map(Money::minor), expected);
        }
    }
}
