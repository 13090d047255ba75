//! Setting one credit (a payment, a credit note) against many debits (invoices), and the book values that move with it.
//!
//! Every part of a book value is proportional to the amount, and the last part takes what is left, so that an item
//! settled to nothing carries nothing: no cents stay behind on the account of receivables.

use kernel::id::{CustomerId, OpenItemId};
use kernel::{Bug, Date, Money, MoneyError, is_planted};

/// A credit with something left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    pub customer: CustomerId,
    /// What is left of it.
    pub available: Money,
    /// Book value of what is left, minor units of the organisation's currency.
    pub functional_minor: i64,
}

/// An invoice with something open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debit {
    pub item: OpenItemId,
    pub customer: CustomerId,
    pub balance: Money,
    /// Book value of the balance, minor units of the organisation's currency.
    pub functional_minor: i64,
    pub due_on: Date,
}

/// So much of the credit is meant for this item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub item: OpenItemId,
    /// In the currency of the item.
    pub amount: Money,
    /// What it takes of the credit: needed where that is in another currency, else the amount.
    pub paid: Option<Money>,
}

/// A planned allocation and the book values it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub item: OpenItemId,
    /// What leaves the item.
    pub amount: Money,
    /// What leaves the credit.
    pub paid: Money,
    /// Book value leaving the credit.
    pub credit_minor: i64,
    /// Book value leaving the item.
    pub item_minor: i64,
}

impl Share {
    /// Realised exchange difference in minor units of the organisation's currency: above zero a gain.
    pub const fn exchange_gain_minor(&self) -> i64 {
        self.credit_minor - self.item_minor
    }
}

/// Why a plan cannot be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AllocateError {
    #[error("nothing is open under {0}")]
    UnknownItem(OpenItemId),
    #[error("{0} is named twice")]
    NamedTwice(OpenItemId),
    #[error("{0} belongs to another customer")]
    OtherCustomer(OpenItemId),
    #[error("{item} is in another currency than what is meant for it")]
    CurrencyMismatch { item: OpenItemId },
    #[error("what is paid for {item} is in another currency than the credit")]
    PaidMismatch { item: OpenItemId },
    #[error("what is paid for {item} is not what is meant for it, in one currency")]
    PaidDiffers { item: OpenItemId },
    #[error("what is paid for {item} is not above zero")]
    PaidNotPositive { item: OpenItemId },
    #[error("the amount for {item} is not above zero")]
    NotPositive { item: OpenItemId },
    #[error("the amount for {item} is above its balance {balance}")]
    ExceedsBalance { item: OpenItemId, balance: Money },
    #[error("only {available} of the credit is left")]
    ExceedsCredit { available: Money },
    #[error("the amount is too large")]
    Overflow,
}

/// Plans the allocations somebody named.
///
/// Order of checks, item by item: known, not named before, same customer, in the currencies of item and credit, above zero, not
/// above the balance, not above what is left of the credit.
pub fn explicit(credit: &Credit, debits: &[Debit], wanted: &[Wanted]) -> Result<Vec<Share>, AllocateError> {
    let mut left = *credit;
    let mut shares: Vec<Share> = Vec::with_capacity(wanted.len());
    for want in wanted {
        let item = want.item;
        let debit = debits.iter().find(|d| d.item == item).ok_or(AllocateError::UnknownItem(item))?;
        if shares.iter().any(|s| s.item == item) {
            return Err(AllocateError::NamedTwice(item));
        }
        if debit.customer != credit.customer {
            return Err(AllocateError::OtherCustomer(item));
        }
        let (owed, has) = (debit.balance.currency(), credit.available.currency());
        if want.amount.currency() != owed || (want.paid.is_none() && owed != has) {
            return Err(AllocateError::CurrencyMismatch { item });
        }
        let paid = want.paid.unwrap_or(want.amount);
        if paid.currency() != has {
            return Err(AllocateError::PaidMismatch { item });
        }
        if owed == has && paid != want.amount {
            return Err(AllocateError::PaidDiffers { item });
        }
        if !want.amount.is_positive() {
            return Err(AllocateError::NotPositive { item });
        }
        if !paid.is_positive() {
            return Err(AllocateError::PaidNotPositive { item });
        }
        if want.amount.minor() > debit.balance.minor() && !is_planted(Bug::AllocatedBeyond) {
            return Err(AllocateError::ExceedsBalance { item, balance: debit.balance });
        }
        if paid.minor() > left.available.minor() {
            return Err(AllocateError::ExceedsCredit { available: left.available });
        }
        shares.push(take(&mut left, debit, want.amount, paid)?);
    }
    Ok(shares)
}

/// Plans what settles the oldest debts first: by due date, then by id, which is in the order of making. Items of other
/// customers and currencies, and those with nothing open, are passed over.
pub fn oldest_first(credit: &Credit, debits: &[Debit]) -> Result<Vec<Share>, AllocateError> {
    let mut ours: Vec<&Debit> = debits
        .iter()
        .filter(|d| d.customer == credit.customer && d.balance.currency() == credit.available.currency())
        .filter(|d| d.balance.is_positive())
        .collect();
    ours.sort_by_key(|d| (d.due_on, d.item));
    let mut left = *credit;
    let mut shares = Vec::new();
    for debit in ours {
        if !left.available.is_positive() {
            break;
        }
        let minor = left.available.minor().min(debit.balance.minor());
        let amount = Money::new(minor, debit.balance.currency());
        shares.push(take(&mut left, debit, amount, amount)?);
    }
    Ok(shares)
}

/// The part of a book value that goes with `amount` out of `whole`: proportional, rounded half up, so that the whole
/// amount takes all of it.
pub fn functional_part(functional_minor: i64, amount: Money, whole: Money) -> Result<i64, AllocateError> {
    // Only the number counts here; the currency of the book value is the organisation's.
    let book = Money::new(functional_minor, whole.currency());
    Ok(book.share(amount.minor(), whole.minor())?.minor())
}

fn take(left: &mut Credit, debit: &Debit, amount: Money, paid: Money) -> Result<Share, AllocateError> {
    let credit_minor = functional_part(left.functional_minor, paid, left.available)?;
    let item_minor = functional_part(debit.functional_minor, amount, debit.balance)?;
    left.available = left.available.minus(paid)?;
    left.functional_minor -= credit_minor;
    Ok(Share { item: debit.item, amount, paid, credit_minor, item_minor })
}

impl From<MoneyError> for AllocateError {
    /// Currencies were checked before, so only the size can be wrong.
    fn from(_: MoneyError) -> Self {
        AllocateError::Overflow
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use proptest::prelude::*;

    const US: CustomerId = CustomerId::from_bytes([1; 16]);
    const THEM: CustomerId = CustomerId::from_bytes([2; 16]);

    fn item(n: u8) -> OpenItemId {
        OpenItemId::from_bytes([n; 16])
    }

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn debit(n: u8, balance: i64, functional_minor: i64, due_on: &str) -> Debit {
        Debit { item: item(n), customer: US, balance: eur(balance), functional_minor, due_on: due_on.parse().unwrap() }
    }

    fn credit(available: i64, functional_minor: i64) -> Credit {
        Credit { customer: US, available: eur(available), functional_minor }
    }

    fn debits() -> Vec<Debit> {
        let mut debits = vec![
            debit(1, 10_000, 78_000, "2026-03-01"),
            debit(2, 5_000, 39_500, "2026-02-01"),
            debit(3, 700, 5_500, "2026-02-01"),
            debit(4, 900, 7_000, "2026-01-01"),
            debit(5, 800, 800, "2026-01-01"),
            debit(6, 0, 0, "2026-01-01"),
        ];
        debits[3].customer = THEM;
        debits[4].balance = Money::new(800, Currency::CNY);
        debits
    }

    #[test]
    fn named_allocations() {
        use AllocateError as E;
        let want = |n: u8, minor: i64| Wanted { item: item(n), amount: eur(minor), paid: None };
        let cny = |minor| Money::new(minor, Currency::CNY);
        let foreign = Wanted { amount: cny(1), ..want(1, 0) };
        let paying = |amount, paid| Wanted { item: item(5), amount, paid: Some(paid) };
        for (wanted, expected) in [
            (vec![], Ok(vec![])),
            (vec![want(1, 10_000)], Ok(vec![(10_000, 79_000, 78_000)])),
            (vec![want(1, 3_333)], Ok(vec![(3_333, 26_331, 25_997)])),
            (vec![want(1, 9_000), want(2, 1_000)], Ok(vec![(9_000, 71_100, 70_200), (1_000, 7_900, 7_900)])),
            (vec![want(9, 1)], Err(E::UnknownItem(item(9)))),
            (vec![want(1, 1), want(1, 1)], Err(E::NamedTwice(item(1)))),
            (vec![want(4, 1)], Err(E::OtherCustomer(item(4)))),
            (vec![want(5, 1)], Err(E::CurrencyMismatch { item: item(5) })),
            (vec![Wanted { amount: cny(1), ..want(5, 0) }], Err(E::CurrencyMismatch { item: item(5) })),
            (vec![paying(eur(1), eur(1))], Err(E::CurrencyMismatch { item: item(5) })),
            (vec![paying(cny(1), cny(1))], Err(E::PaidMismatch { item: item(5) })),
            (vec![paying(cny(1), eur(0))], Err(E::PaidNotPositive { item: item(5) })),
            (vec![paying(cny(801), eur(1))], Err(E::ExceedsBalance { item: item(5), balance: cny(800) })),
            (vec![paying(cny(800), eur(10_001))], Err(E::ExceedsCredit { available: eur(10_000) })),
            (vec![Wanted { paid: Some(eur(2)), ..want(1, 1) }], Err(E::PaidDiffers { item: item(1) })),
            (vec![Wanted { paid: Some(eur(1)), ..want(1, 1) }], Ok(vec![(1, 8, 8)])),
            // A hundredth of the credit, with a hundredth of its value, pays what is worth 800 in the books.
            (vec![paying(cny(800), eur(100))], Ok(vec![(800, 790, 800)])),
            (vec![paying(cny(400), eur(100)), want(1, 9_900)], Ok(vec![(400, 790, 400), (9_900, 78_210, 77_220)])),
            (vec![foreign], Err(E::CurrencyMismatch { item: item(1) })),
            (vec![want(1, 0)], Err(E::NotPositive { item: item(1) })),
            (vec![want(1, -1)], Err(E::NotPositive { item: item(1) })),
            (vec![want(1, 10_001)], Err(E::ExceedsBalance { item: item(1), balance: eur(10_000) })),
            (vec![want(1, 9_000), want(2, 1_001)], Err(E::ExceedsCredit { available: eur(1_000) })),
        ] {
            let plan = explicit(&credit(10_000, 79_000), &debits(), &wanted);
            let shown = plan.map(|s| s.iter().map(|s| (s.amount.minor(), s.credit_minor, s.item_minor)).collect());
            assert_eq!(shown, expected, "{wanted:?}");
        }
    }

    #[test]
    fn the_oldest_debts_come_first() {
        for (available, expected) in [
            (0, vec![]),
            (-5, vec![]),
            (4_000, vec![(2, 4_000)]),
            (5_100, vec![(2, 5_000), (3, 100)]),
            (20_000, vec![(2, 5_000), (3, 700), (1, 10_000)]),
        ] {
            let plan = oldest_first(&credit(available, available * 8), &debits()).unwrap();
            let expected: Vec<_> = expected.into_iter().map(|(n, minor)| (item(n), eur(minor))).collect();
            assert_eq!(plan.iter().map(|s| (s.item, s.amount)).collect::<Vec<_>>(), expected, "{available}");
        }
    }

    #[test]
    fn the_difference_of_book_values_is_gain_or_loss() {
        for (book, gain) in [(79_000, 1_000), (77_500, -500), (78_000, 0)] {
            let plan = oldest_first(&credit(10_000, book), &debits()[..1]).unwrap();
            assert_eq!(plan[0].exchange_gain_minor(), gain);
        }
    }

    proptest! {
        #[test]
        fn an_item_settled_in_parts_leaves_no_residue(
            parts in prop::collection::vec(1_i64..1_000_000, 1..12), book in 0_i64..100_000_000,
        ) {
            let mut open = debit(1, parts.iter().sum(), book, "2026-01-01");
            let mut taken = 0;
            for part in parts {
                let shares = oldest_first(&credit(part, part), &[open]).unwrap();
                prop_assert_eq!(shares.len(), 1);
                prop_assert!(shares[0].item_minor >= 0);
                open.balance = open.balance.minus(shares[0].amount).unwrap();
                open.functional_minor -= shares[0].item_minor;
                taken += shares[0].item_minor;
            }
            prop_assert_eq!((open.balance.minor(), open.functional_minor, taken), (0, 0, book));
        }

        #[test]
        fn a_plan_stays_within_credit_and_balances(
            balances in prop::collection::vec((0_i64..1_000_000, 0_i64..8_000_000), 0..10),
            (available, book) in (0_i64..5_000_000, 0_i64..40_000_000),
        ) {
            let debits: Vec<Debit> =
                (1_u8..).zip(balances).map(|(n, (b, f))| debit(n, b, f, "2026-01-01")).collect();
            let total: i64 = debits.iter().map(|d| d.balance.minor()).sum();
            let shares = oldest_first(&credit(available, book), &debits).unwrap();
            prop_assert_eq!(shares.iter().map(|s| s.amount.minor()).sum::<i64>(), available.min(total));
            let credit_book: i64 = shares.iter().map(|s| s.credit_minor).sum();
            prop_assert!(credit_book <= book);
            if available <= total && available > 0 {
                prop_assert_eq!(credit_book, book);
            }
            let wanted: Vec<Wanted> = shares.iter().map(|s| Wanted { item: s.item, amount: s.amount, paid: None }).collect();
            prop_assert_eq!(explicit(&credit(available, book), &debits, &wanted), Ok(shares));
        }
    }
}
