//! How much of a payment may be paid back.

use super::payment::PaymentStatus;
use kernel::{Money, MoneyError};

/// What is known of a payment that somebody wants to refund; one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refundable {
    pub status: PaymentStatus,
    pub captured: Money,
    /// Paid back, and on its way: refunds that are processing or in doubt count in full.
    pub refunded: Money,
    /// What of the payment is not set against an invoice.
    pub unallocated: Money,
}

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundDecision {
    Allowed,
    /// The payment has not succeeded, or was reversed.
    NotSucceeded,
    NotPositive,
    /// No more than this is left of what was captured.
    ExceedsCaptured {
        refundable: Money,
    },
    /// No more than this is free; take the rest off its invoices first.
    StillAllocated {
        unallocated: Money,
    },
}

/// Order of checks: succeeded, above zero, within captured − refunded, within what is not allocated. An amount in
/// another currency is an error of the caller.
pub fn may_refund(payment: &Refundable, amount: Money) -> Result<RefundDecision, MoneyError> {
    let refundable = payment.captured.minus(payment.refunded)?;
    let exceeds_captured = amount.compare(refundable)?.is_gt();
    let exceeds_free = amount.compare(payment.unallocated)?.is_gt();
    Ok(if payment.status != PaymentStatus::Succeeded {
        RefundDecision::NotSucceeded
    } else if !amount.is_positive() {
        RefundDecision::NotPositive
    } else if exceeds_captured {
        RefundDecision::ExceedsCaptured { refundable }
    } else if exceeds_free {
        RefundDecision::StillAllocated { unallocated: payment.unallocated }
    } else {
        RefundDecision::Allowed
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::payment::Cheque;
    use kernel::Currency;
    use proptest::prelude::*;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    #[test]
    fn refunds() {
        use RefundDecision::*;
        let succeeded = PaymentStatus::Succeeded;
        for (status, [captured, refunded, unallocated], amount, expected) in [
            (succeeded, [100, 0, 100], 100, Allowed),
            (succeeded, [100, 60, 40], 40, Allowed),
            (succeeded, [100, 60, 40], 41, ExceedsCaptured { refundable: cny(40) }),
            (succeeded, [100, 100, 0], 1, ExceedsCaptured { refundable: cny(0) }),
            (succeeded, [100, 0, 30], 31, StillAllocated { unallocated: cny(30) }),
            (succeeded, [100, 0, 100], 0, NotPositive),
            (succeeded, [100, 0, 100], -1, NotPositive),
            (PaymentStatus::Reversed, [100, 0, 100], 1, NotSucceeded),
            (PaymentStatus::Uncleared(Cheque::Deposited), [100, 0, 100], 1, NotSucceeded),
        ] {
            let payment =
                Refundable { status, captured: cny(captured), refunded: cny(refunded), unallocated: cny(unallocated) };
            assert_eq!(may_refund(&payment, cny(amount)), Ok(expected), "{payment:?} {amount}");
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        let payment = Refundable {
            status: PaymentStatus::Succeeded,
            captured: cny(100),
            refunded: cny(0),
            unallocated: cny(100),
        };
        assert!(may_refund(&payment, Money::new(1, Currency::EUR)).is_err());
    }

    proptest! {
        #[test]
        fn refunds_never_come_to_more_than_the_payment(captured in 0_i64..10_000, tries in prop::collection::vec(-100_i64..5_000, 0..20)) {
            let mut payment = Refundable {
                status: PaymentStatus::Succeeded,
                captured: cny(captured),
                refunded: cny(0),
                unallocated: cny(captured),
            };
            for amount in tries {
                if may_refund(&payment, cny(amount)) == Ok(RefundDecision::Allowed) {
                    prop_assert!(amount > 0);
                    payment.refunded = payment.refunded.plus(cny(amount)).unwrap();
                    payment.unallocated = payment.unallocated.minus(cny(amount)).unwrap();
                }
                prop_assert!(payment.refunded.minor() <= captured);
            }
        }
    }
}
