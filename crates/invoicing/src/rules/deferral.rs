//! How much of an invoice that is not delivered still waits to become revenue.

use kernel::{Money, MoneyError};

/// What waits of a net, where a part of the invoice was given up as bad debt: nothing will be delivered for that part, so as
/// much of the net goes with it as it is of the whole.
///
/// `net` and `gross` are what credit notes left of a tax code and of the invoice; `given_up` is tax included. It is worked
/// out anew from the whole each time, so that the order of credit notes and write-offs does not matter and the last of it
/// leaves nothing.
pub fn waiting(net: Money, gross: Money, given_up: Money) -> Result<Money, MoneyError> {
    if given_up.is_zero() {
        return Ok(net);
    }
    let stays = gross.minus(given_up)?;
    if !stays.is_positive() {
        return Ok(Money::zero(net.currency()));
    }
    net.share(stays.minor(), gross.minor())
}

/// What may stand as revenue of a net, of what stands: never more than credit notes left of it, never less than nothing. A
/// delivery after a write-off turned less into revenue than credit notes may want to take back.
pub fn earned(left: Money, stands: Money) -> Money {
    let (low, high) = (left.minor().min(0), left.minor().max(0));
    Money::new(stands.minor().clamp(low, high), left.currency())
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
    fn what_is_given_up_does_not_wait() {
        for (net, gross, given_up, waits) in [
            (1_000, 1_130, 0, 1_000),
            (1_000, 1_130, 565, 500),
            (1_000, 1_130, 1_130, 0),
            // Credited after it was given up.
            (200, 226, 1_130, 0),
            (0, 0, 1_130, 0),
            (-100, 1_130, 565, -50),
            (1, 3, 1, 1),
            (1, 3, 2, 0),
        ] {
            assert_eq!(waiting(cny(net), cny(gross), cny(given_up)), Ok(cny(waits)), "{net} {gross} {given_up}");
        }
    }

    #[test]
    fn revenue_is_neither_below_nothing_nor_above_what_is_left() {
        for (left, stands, may) in
            [(100, 60, 60), (100, -10, 0), (0, -50, 0), (-20, -30, -20), (-20, 5, 0), (40, 40, 40)]
        {
            assert_eq!(earned(cny(left), cny(stands)), cny(may), "{left} {stands}");
        }
    }

    proptest! {
        #[test]
        fn no_more_waits_than_is_left_and_less_the_more_is_given_up(
            net in 0_i64..1_000_000, tax in 0_i64..200_000, parts in (0_i64..1_300_000, 0_i64..1_300_000),
        ) {
            let at = |given_up| waiting(cny(net), cny(net + tax), cny(given_up)).unwrap().minor();
            let (less, more) = (parts.0.min(parts.1), parts.0.max(parts.1));
            prop_assert!(0 <= at(more) && at(more) <= at(less) && at(less) <= net);
            prop_assert_eq!(at(net + tax), if net + tax == 0 { net } else { 0 });
        }
    }
}
