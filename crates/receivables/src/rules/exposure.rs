//! How much is at stake with a customer.

use kernel::{Currency, Money, MoneyError};

/// What a customer owes or will owe, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// Confirmed orders that are not invoiced yet, and what is not invoiced of those with a deposit.
    pub open_orders: Money,
    /// Submitted orders that wait for somebody. They bind nobody yet and do not count; whoever lets them through sees them.
    pub held_orders: Money,
    /// Balances of invoices.
    pub open_invoices: Money,
    /// Cheques that have not cleared, whether they are set against invoices or not: until then they are paper.
    pub uncleared: Money,
    /// Payments and credit notes that are not set against anything.
    pub credit: Money,
}

impl Exposure {
    pub const fn none(currency: Currency) -> Exposure {
        let zero = Money::zero(currency);
        Exposure { open_orders: zero, held_orders: zero, open_invoices: zero, uncleared: zero, credit: zero }
    }

    /// Open orders + open invoices + uncleared cheques − credit; below zero where the customer is ahead.
    pub fn total(&self) -> Result<Money, MoneyError> {
        self.open_orders.plus(self.open_invoices)?.plus(self.uncleared)?.minus(self.credit)
    }
}
