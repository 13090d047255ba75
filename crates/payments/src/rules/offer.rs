//! Which ways to pay are offered: what a company says, over what its providers can do.

use kernel::{Money, MoneyError, Percent};

/// Where an offer stands that nobody gave a place.
pub const USUAL_PRIORITY: i32 = 100;
/// Places go from 1 to this.
pub const PRIORITY_MAX: i32 = 999;

/// What a company says of one method in one currency at one connection. Of what it says nothing, the provider's own bounds hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub offered: bool,
    /// The least and the most of one payment.
    pub least: Option<Money>,
    pub most: Option<Money>,
    pub fee: Fee,
    /// The lowest comes first.
    pub priority: i32,
}

/// What a provider keeps of a payment by contract: a part of it, and as much of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fee {
    pub percent: Percent,
    pub fixed: Money,
}

impl Fee {
    /// Rounded once, half up.
    pub fn of(self, amount: Money) -> Result<Money, MoneyError> {
        self.percent.of(amount)?.plus(self.fixed)
    }

    pub fn is_zero(self) -> bool {
        self.percent == Percent::ZERO && self.fixed.is_zero()
    }
}

/// The place of an offer for an amount, the lowest first; `None` where it is not offered.
pub fn place(terms: Option<Terms>, amount: Money) -> Option<i32> {
    let Some(terms) = terms else { return Some(USUAL_PRIORITY) };
    let enough = terms.least.is_none_or(|least| amount.minor() >= least.minor());
    let fits = terms.most.is_none_or(|most| amount.minor() <= most.minor());
    (terms.offered && enough && fits).then_some(terms.priority)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    fn terms(offered: bool, least: Option<i64>, most: Option<i64>) -> Option<Terms> {
        let fee = Fee { percent: Percent::ZERO, fixed: cny(0) };
        Some(Terms { offered, least: least.map(cny), most: most.map(cny), fee, priority: 5 })
    }

    #[test]
    fn what_is_said_decides_and_silence_offers() {
        for (terms, minor, wanted) in [
            (None, 1, Some(USUAL_PRIORITY)),
            (terms(true, None, None), 1, Some(5)),
            (terms(false, None, None), 1, None),
            (terms(true, Some(100), None), 99, None),
            (terms(true, Some(100), Some(200)), 100, Some(5)),
            (terms(true, Some(100), Some(200)), 200, Some(5)),
            (terms(true, None, Some(200)), 201, None),
        ] {
            assert_eq!(place(terms, cny(minor)), wanted, "{terms:?} {minor}");
        }
    }

    #[test]
    fn a_fee_is_a_part_and_a_fixed_sum() {
        let fee = |percent: &str, fixed| Fee { percent: Percent::parse(percent).unwrap(), fixed: cny(fixed) };
        assert_eq!(fee("2.9", 30).of(cny(10_000)), Ok(cny(320)));
        assert_eq!(fee("0.6", 0).of(cny(83)), Ok(cny(0)));
        assert_eq!(fee("0.6", 0).of(cny(84)), Ok(cny(1)));
        assert!(fee("0", 0).is_zero() && !fee("0", 1).is_zero() && !fee("0.6", 0).is_zero());
    }
}
