//! Whether a customer's credit suffices for an order.

use kernel::{Money, MoneyError};
use receivables::rules::exposure::Exposure;

/// What the credit check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditDecision {
    Confirmed,
    OnHold(HoldReason),
}

/// Why an order waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldReason {
    /// The limit would be exceeded by so much.
    LimitExceeded(Money),
    /// The limit is in another currency than the order: exchange rates would make a limit of their own.
    OtherCurrency,
}

impl HoldReason {
    /// How the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            HoldReason::LimitExceeded(_) => "credit_limit_exceeded",
            HoldReason::OtherCurrency => "other_currency",
        }
    }

    /// By how much the limit would be exceeded, where that can be said.
    pub const fn exceeded_by(self) -> Option<Money> {
        match self {
            HoldReason::LimitExceeded(by) => Some(by),
            HoldReason::OtherCurrency => None,
        }
    }
}

/// Checks an order when it is submitted; up to the limit, inclusive, it passes. No limit means unlimited credit, a limit of
/// zero payment in advance. `exposure` is in the order's currency.
pub fn check(limit: Option<Money>, exposure: &Exposure, order_total: Money) -> Result<CreditDecision, MoneyError> {
    let Some(limit) = limit else { return Ok(CreditDecision::Confirmed) };
    if limit.currency() != order_total.currency() {
        return Ok(CreditDecision::OnHold(HoldReason::OtherCurrency));
    }
    let exceeded_by = exposure.total()?.plus(order_total)?.minus(limit)?;
    Ok(if exceeded_by.is_positive() {
        CreditDecision::OnHold(HoldReason::LimitExceeded(exceeded_by))
    } else {
        CreditDecision::Confirmed
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

    fn exposure([orders, invoices, uncleared, credit]: [i64; 4]) -> Exposure {
        Exposure {
            open_orders: cny(orders),
            open_invoices: cny(invoices),
            uncleared: cny(uncleared),
            credit: cny(credit),
            ..Exposure::none(Currency::CNY)
        }
    }

    fn over(minor: i64) -> CreditDecision {
        CreditDecision::OnHold(HoldReason::LimitExceeded(cny(minor)))
    }

    #[test]
    fn up_to_the_limit_and_no_further() {
        for (limit, exposed, order, exceeded_by) in [
            (None, [i64::MAX / 4; 4], 1_000_000, None),
            (Some(1000), [0, 0, 0, 0], 1000, None),
            (Some(1000), [0, 0, 0, 0], 1001, Some(1)),
            (Some(1000), [300, 300, 0, 0], 400, None),
            (Some(1000), [300, 300, 1, 0], 400, Some(1)),
            (Some(1000), [500, 500, 500, 700], 200, None),
            (Some(0), [0, 0, 0, 0], 1, Some(1)),
            (Some(0), [0, 0, 0, 0], 0, None),
            (Some(0), [0, 0, 0, 500], 500, None),
        ] {
            let expected = exceeded_by.map_or(CreditDecision::Confirmed, over);
            assert_eq!(check(limit.map(cny), &exposure(exposed), cny(order)), Ok(expected), "{limit:?} {exposed:?}");
        }
    }

    #[test]
    fn a_limit_in_another_currency_is_for_a_person() {
        let held = check(Some(Money::new(1_000_000, Currency::EUR)), &exposure([0; 4]), cny(1));
        assert_eq!(held, Ok(CreditDecision::OnHold(HoldReason::OtherCurrency)));
    }

    proptest! {
        #[test]
        fn paying_what_exceeds_lets_the_order_pass(limit in 0_i64..1_000_000, amounts: [u16; 4], order in 0_i64..1_000_000) {
            let exposed = exposure(amounts.map(i64::from));
            if let CreditDecision::OnHold(HoldReason::LimitExceeded(exceeded_by)) = check(Some(cny(limit)), &exposed, cny(order)).unwrap() {
                let after = |minor: i64| Exposure { credit: exposed.credit.plus(cny(minor)).unwrap(), ..exposed };
                let now = |minor| check(Some(cny(limit)), &after(minor), cny(order)).unwrap();
                prop_assert_eq!(now(exceeded_by.minor()), CreditDecision::Confirmed);
                prop_assert_eq!(now(exceeded_by.minor() - 1), over(1));
            }
        }
    }
}
