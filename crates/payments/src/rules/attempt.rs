//! Whether an invoice may be paid online once more.

use kernel::{Money, MoneyError};

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptDecision {
    Allowed,
    NothingOpen,
    NotPositive,
    ExceedsBalance {
        balance: Money,
    },
    /// Attempts that may still bring money leave no more than this.
    UnderWay {
        left: Money,
    },
}

/// Order of checks: something open, above zero, within the balance, within what undecided attempts leave of it. So
/// all attempts of an invoice together never ask for more than is owed.
pub fn may_attempt(balance: Money, spoken_for: Money, amount: Money) -> Result<AttemptDecision, MoneyError> {
    let left = balance.minus(spoken_for)?;
    Ok(if !balance.is_positive() {
        AttemptDecision::NothingOpen
    } else if !amount.is_positive() {
        AttemptDecision::NotPositive
    } else if amount.compare(balance)?.is_gt() {
        AttemptDecision::ExceedsBalance { balance }
    } else if amount.compare(left)?.is_gt() {
        AttemptDecision::UnderWay { left }
    } else {
        AttemptDecision::Allowed
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use proptest::prelude::*;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    #[test]
    fn attempts() {
        use AttemptDecision::*;
        for (balance, spoken_for, amount, expected) in [
            (100, 0, 100, Allowed),
            (100, 60, 40, Allowed),
            (100, 60, 41, UnderWay { left: cny(40) }),
            (100, 0, 101, ExceedsBalance { balance: cny(100) }),
            (100, 0, 0, NotPositive),
            (100, 0, -1, NotPositive),
            (0, 0, 1, NothingOpen),
            // Paid otherwise while an attempt was under way.
            (30, 100, 10, UnderWay { left: cny(-70) }),
        ] {
            assert_eq!(
                may_attempt(cny(balance), cny(spoken_for), cny(amount)),
                Ok(expected),
                "{balance} {spoken_for} {amount}"
            );
        }
        assert!(may_attempt(cny(1), cny(0), Money::new(1, Currency::EUR)).is_err());
    }

    proptest! {
        #[test]
        fn attempts_together_never_ask_for_more_than_is_owed(balance in 0_i64..1_000, tries in prop::collection::vec(-10_i64..600, 0..20)) {
            let mut spoken_for = 0;
            for amount in tries {
                if may_attempt(cny(balance), cny(spoken_for), cny(amount)) == Ok(AttemptDecision::Allowed) {
                    prop_assert!(amount > 0);
                    spoken_for += amount;
                }
                prop_assert!(spoken_for <= balance);
            }
        }
    }
}
