//! Money: integer minor units with a currency, checked arithmetic, named rounding.

use crate::Currency;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::cmp::Ordering;
use std::fmt;

/// An amount in one currency, in minor units (fen, cents); JPY has none, so there 1 is one yen.
///
/// Arithmetic never wraps, never mixes currencies and never loses a remainder: [`Money::allocate`] splits
/// an amount into parts that add up to it exactly.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an operation on money has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("amounts in {0} and {1} cannot be combined")]
    CurrencyMismatch(Currency, Currency),
    #[error("the amount is too large")]
    Overflow,
    #[error("not a decimal number")]
    NotANumber,
    #[error("{currency} has at most {digits} digits after the point")]
    TooManyDigits { currency: Currency, digits: u32 },
    #[error("nothing to split by")]
    NoWeights,
}

/// How a value between two minor units becomes one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Half away from zero: 0.5 → 1, −0.5 → −1. Usual on invoices.
    HalfUp,
    /// Half to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    fn strategy(self) -> rust_decimal::RoundingStrategy {
        use rust_decimal::RoundingStrategy as S;
        match self {
            Rounding::HalfUp => S::MidpointAwayFromZero,
            Rounding::HalfEven => S::MidpointNearestEven,
            Rounding::Down => S::ToZero,
            Rounding::Up => S::AwayFromZero,
        }
    }
}

impl Money {
    /// The largest amount that is accepted, in minor units: a hundred million million. Sums of many stay far below `i64`.
    pub const MAX_MINOR: i64 = 10_000_000_000_000_000;

    /// Characters of an amount's text.
    pub const TEXT_MAX: usize = 40;

    pub const fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    pub const fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Reads a plain decimal string: an optional minus sign, digits, and at most the currency's digits after the point.
    ///
    /// Refuses exponents, plus signs, blanks, group separators, NaN, and amounts beyond [`Money::MAX_MINOR`].
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let digits_max = currency.digits();
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match rest.split_once('.') {
            Some((_, "")) => return Err(MoneyError::NotANumber),
            Some((w, f)) => (w, f),
            None => (rest, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(MoneyError::NotANumber);
        }
        // Zeros in front mean nothing, but a hundred of them are no amount that somebody wrote.
        if text.len() > Money::TEXT_MAX {
            return Err(MoneyError::Overflow);
        }
        let fraction_digits = u32::try_from(fraction.len()).map_err(|_| MoneyError::Overflow)?;
        if fraction_digits > digits_max {
            return Err(MoneyError::TooManyDigits { currency, digits: digits_max });
        }
        let mut minor: i64 = 0;
        for b in whole.bytes().chain(fraction.bytes()) {
            minor =
                minor.checked_mul(10).and_then(|m| m.checked_add(i64::from(b - b'0'))).ok_or(MoneyError::Overflow)?;
        }
        minor = minor.checked_mul(10_i64.pow(digits_max - fraction_digits)).ok_or(MoneyError::Overflow)?;
        if minor > Money::MAX_MINOR {
            return Err(MoneyError::Overflow);
        }
        Ok(Money { minor: if negative { -minor } else { minor }, currency })
    }

    /// Rounds an exact amount (in units, not minor units) to the currency's digits.
    pub fn from_decimal(amount: Decimal, currency: Currency, rounding: Rounding) -> Result<Money, MoneyError> {
        let rounded = amount.round_dp_with_strategy(currency.digits(), rounding.strategy());
        let minor = rounded.checked_mul(Decimal::from(currency.minor_per_unit())).and_then(|d| d.to_i128());
        Money::from_minor(minor.ok_or(MoneyError::Overflow)?, currency)
    }

    /// An amount that was worked out in minor units; refused beyond [`Money::MAX_MINOR`].
    pub(crate) fn from_minor(minor: i128, currency: Currency) -> Result<Money, MoneyError> {
        let within = minor.unsigned_abs() <= u128::from(Money::MAX_MINOR.unsigned_abs());
        let minor = i64::try_from(minor).ok().filter(|_| within);
        Ok(Money { minor: minor.ok_or(MoneyError::Overflow)?, currency })
    }

    pub const fn minor(self) -> i64 {
        self.minor
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The exact amount in units: 12.34.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.digits())
    }

    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        self.same(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money { minor, ..self })
    }

    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.plus(other.negated()?)
    }

    pub fn negated(self) -> Result<Money, MoneyError> {
        Ok(Money { minor: self.minor.checked_neg().ok_or(MoneyError::Overflow)?, ..self })
    }

    /// Multiplies by an exact factor and rounds once.
    pub fn times(self, factor: Decimal, rounding: Rounding) -> Result<Money, MoneyError> {
        let exact = self.to_decimal().checked_mul(factor).ok_or(MoneyError::Overflow)?;
        Money::from_decimal(exact, self.currency, rounding)
    }

    /// Converts at `rate` units of `to` per unit of this currency, rounded half up.
    pub fn convert(self, rate: Decimal, to: Currency) -> Result<Money, MoneyError> {
        let exact = self.to_decimal().checked_mul(rate).ok_or(MoneyError::Overflow)?;
        Money::from_decimal(exact, to, Rounding::HalfUp)
    }

    /// The part `numerator / denominator` of this amount in minor units, rounded half up, exact in 128 bits.
    /// A `denominator` of zero gives zero.
    pub fn share(self, numerator: i64, denominator: i64) -> Result<Money, MoneyError> {
        if denominator == 0 {
            return Ok(Money::zero(self.currency));
        }
        let product = i128::from(self.minor) * i128::from(numerator);
        let denominator = i128::from(denominator);
        let magnitude = (product.abs() * 2 + denominator.abs()) / (denominator.abs() * 2);
        let signed = if (product < 0) == (denominator < 0) { magnitude } else { -magnitude };
        let minor = i64::try_from(signed).map_err(|_| MoneyError::Overflow)?;
        Ok(Money { minor, ..self })
    }

    /// Splits by weights so that the parts add up exactly. What rounding leaves over goes, one minor unit each, to the
    /// largest remainders, earlier parts first where remainders are equal.
    pub fn allocate(self, weights: &[u64]) -> Result<Vec<Money>, MoneyError> {
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        if total == 0 {
            return Err(MoneyError::NoWeights);
        }
        let magnitude = u128::from(self.minor.unsigned_abs());
        let mut parts: Vec<(usize, u128, u128)> = weights
            .iter()
            .enumerate()
            .map(|(i, w)| {
                let product = magnitude * u128::from(*w);
                (i, product / total, product % total)
            })
            .collect();
        let given: u128 = parts.iter().map(|p| p.1).sum();
        let mut left = magnitude - given;
        parts.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
        for part in &mut parts {
            if left == 0 {
                break;
            }
            part.1 += 1;
            left -= 1;
        }
        parts.sort_by_key(|p| p.0);
        parts
            .into_iter()
            .map(|(_, part, _)| {
                let minor = i64::try_from(part).map_err(|_| MoneyError::Overflow)?;
                Ok(Money { minor: if self.minor < 0 { -minor } else { minor }, ..self })
            })
            .collect()
    }

    /// The sum; zero in `currency` for nothing.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        amounts.into_iter().try_fold(Money::zero(currency), Money::plus)
    }

    /// Compares amounts of one currency.
    pub fn compare(self, other: Money) -> Result<Ordering, MoneyError> {
        self.same(other)?;
        Ok(self.minor.cmp(&other.minor))
    }

    /// The plain decimal string of the wire: `1234.50`, `-3`, always with the currency's digits.
    pub fn amount(self) -> String {
        let digits = self.currency.digits();
        let unit = self.currency.minor_per_unit().unsigned_abs();
        let magnitude = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        if digits == 0 {
            return format!("{sign}{magnitude}");
        }
        let width = usize::try_from(digits).unwrap_or(0);
        format!("{sign}{}.{:0width$}", magnitude / unit, magnitude % unit)
    }

    fn same(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.amount())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(text: &str) -> Money {
        let (code, amount) = text.split_once(' ').unwrap();
        Money::parse(amount, Currency::parse(code).unwrap()).unwrap()
    }

    #[test]
    fn reads_plain_decimals_only() {
        let cases = [
            ("CNY", "0", Some(0)),
            ("CNY", "1234.5", Some(123_450)),
            ("CNY", "-0.01", Some(-1)),
            ("JPY", "12", Some(12)),
            ("KWD", "1.234", Some(1234)),
            ("CNY", "1.234", None),
            ("JPY", "1.0", None),
            ("CNY", "1e3", None),
            ("CNY", "+1", None),
            ("CNY", " 1", None),
            ("CNY", "1.", None),
            ("CNY", ".5", None),
            ("CNY", "", None),
            ("CNY", "-", None),
            ("CNY", "NaN", None),
            ("CNY", "１", None),
            ("CNY", "1,000.00", None),
            ("CNY", "0000000000000000000000000000000000000001", Some(100)),
            ("CNY", "00000000000000000000000000000000000000001", None),
            ("CNY", "100000000000000.00", Some(10_000_000_000_000_000)),
            ("CNY", "100000000000000.01", None),
            ("CNY", "99999999999999999999999999", None),
        ];
        for (code, text, minor) in cases {
            let currency = Currency::parse(code).unwrap();
            assert_eq!(Money::parse(text, currency).ok().map(Money::minor), minor, "{code} {text:?}");
        }
    }

    #[test]
    fn rounds_by_name() {
        let cases = [
            ("0.005", Rounding::HalfUp, 1),
            ("-0.005", Rounding::HalfUp, -1),
            ("0.005", Rounding::HalfEven, 0),
            ("0.015", Rounding::HalfEven, 2),
            ("0.019", Rounding::Down, 1),
            ("0.011", Rounding::Up, 2),
        ];
        for (text, rounding, minor) in cases {
            let amount: Decimal = text.parse().unwrap();
            assert_eq!(
                Money::from_decimal(amount, Currency::CNY, rounding).unwrap().minor(),
                minor,
                "{text} {rounding:?}"
            );
        }
    }

    #[test]
    fn splits_by_largest_remainder() {
        let parts = money("CNY 100.00").allocate(&[1, 1, 1]).unwrap();
        assert_eq!(parts.iter().map(|p| p.minor()).collect::<Vec<_>>(), [3334, 3333, 3333]);
        assert_eq!(money("CNY -0.05").allocate(&[1, 1]).unwrap(), [money("CNY -0.03"), money("CNY -0.02")]);
        assert_eq!(money("CNY 1").allocate(&[0, 0]), Err(MoneyError::NoWeights));
    }

    #[test]
    fn never_mixes_currencies() {
        assert!(money("CNY 1").plus(money("EUR 1")).is_err());
        assert!(money("CNY 1").compare(money("EUR 1")).is_err());
    }

    proptest! {
        #[test]
        fn text_and_back(minor in -Money::MAX_MINOR..=Money::MAX_MINOR, code in prop::sample::select(vec!["CNY", "JPY", "KWD", "CLF"])) {
            let currency = Currency::parse(code).unwrap();
            let m = Money::new(minor, currency);
            prop_assert_eq!(Money::parse(&m.amount(), currency), Ok(m));
        }

        #[test]
        fn parts_add_up(minor in -1_000_000_000_i64..1_000_000_000, weights in prop::collection::vec(0_u64..10_000, 1..20)) {
            prop_assume!(weights.iter().any(|w| *w > 0));
            let m = Money::new(minor, Currency::CNY);
            let parts = m.allocate(&weights).unwrap();
            prop_assert_eq!(Money::sum(Currency::CNY, parts).unwrap(), m);
        }

        #[test]
        fn a_share_is_within_half_a_unit(minor in -1_000_000_000_i64..1_000_000_000, n in 0_i64..1_000_000, d in 1_i64..1_000_000) {
            let share = Money::new(minor, Currency::CNY).share(n, d).unwrap().minor();
            let twice_error = (i128::from(minor) * i128::from(n) - i128::from(share) * i128::from(d)) * 2;
            prop_assert!(twice_error.abs() <= i128::from(d));
        }
    }
}
