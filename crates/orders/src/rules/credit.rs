//! Whether a customer's credit suffices for an order.

use kernel::{Money, MoneyError};

/// What a customer already owes or will owe, without the order at hand; one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// Confirmed orders that are not invoiced yet.
    pub open_orders: Money,
    /// Balances of invoices.
    pub open_invoices: Money,
    /// Cheques that are set against invoices but have not cleared.
    pub uncleared: Money,
    /// Payments and credit notes that are not set against anything.
    pub unapplied_credit: Money,
}

impl Exposure {
    /// Open orders + open invoices + uncleared cheques − unapplied credit; below zero where the customer is ahead.
    pub fn total(&self) -> Result<Money, MoneyError> {
        self.open_orders.plus(self.open_invoices)?.plus(self.uncleared)?.minus(self.unapplied_credit)
    }
}

/// What the credit check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditDecision {
    Confirmed,
    /// The limit would be exceeded by so much.
    OnHold {
        exceeded_by: Money,
    },
}

/// Checks an order when it is submitted, released anew or changed; up to the limit, inclusive, it passes. No limit
/// means unlimited credit, a limit of zero payment in advance. All amounts are in the limit's currency.
pub fn check(limit: Option<Money>, exposure: &Exposure, order_total: Money) -> Result<CreditDecision, MoneyError> {
    let Some(limit) = limit else { return Ok(CreditDecision::Confirmed) };
    let exceeded_by = exposure.total()?.plus(order_total)?.minus(limit)?;
    Ok(if exceeded_by.is_positive() { CreditDecision::OnHold { exceeded_by } } else { CreditDecision::Confirmed })
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
            unapplied_credit: cny(credit),
        }
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
            let expected =
                exceeded_by.map_or(CreditDecision::Confirmed, |e| CreditDecision::OnHold { exceeded_by: cny(e) });
            assert_eq!(check(limit.map(cny), &exposure(exposed), cny(order)), Ok(expected), "{limit:?} {exposed:?}");
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        assert!(check(Some(Money::new(1, Currency::EUR)), &exposure([0; 4]), cny(1)).is_err());
    }

    proptest! {
        #[test]
        fn paying_what_exceeds_lets_the_order_pass(limit in 0_i64..1_000_000, amounts: [u16; 4], order in 0_i64..1_000_000) {
            let exposed = exposure(amounts.map(i64::from));
            if let CreditDecision::OnHold { exceeded_by } = check(Some(cny(limit)), &exposed, cny(order)).unwrap() {
                let after = |minor: i64| Exposure { unapplied_credit: exposed.unapplied_credit.plus(cny(minor)).unwrap(), ..exposed };
                let now = |minor| check(Some(cny(limit)), &after(minor), cny(order)).unwrap();
                prop_assert_eq!(now(exceeded_by.minor()), CreditDecision::Confirmed);
                prop_assert_eq!(now(exceeded_by.minor() - 1), CreditDecision::OnHold { exceeded_by: cny(1) });
            }
        }
    }
}
