//! Counting a till, and taking cash of it to the bank.

use kernel::{Currency, Date, Money, MoneyError};
use ledger::rules::chart::{AccountRole, Chart};
use std::cmp::Ordering;

/// So many pieces of one face value at most: more than anybody counts by hand.
pub const NUMBER_MAX: u32 = 1_000_000;

/// Pieces of one face value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pile {
    pub face: Money,
    pub number: u32,
}

impl Pile {
    pub fn sum(self) -> Result<Money, MoneyError> {
        let minor = self.face.minor().checked_mul(i64::from(self.number)).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.face.currency()))
    }
}

/// Face values of notes and coins in minor units, the largest first: those of the fifth series of the renminbi (《人民币管理条例》,
/// announcements of the People's Bank). Empty where a count is asked for as one sum.
pub fn faces(currency: Currency) -> &'static [i64] {
    match currency {
        Currency::CNY => &[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10],
        _ => &[],
    }
}

/// Whether cash lies on the account of this code: that of the chart, or one of the organisation's own below it.
pub fn is_till(chart: Chart, code: &str) -> bool {
    chart.nearest(code).is_some_and(|account| account.code == chart.code(AccountRole::Cash))
}

/// Whether an account of this code is one at a bank.
pub fn is_bank(chart: Chart, code: &str) -> bool {
    chart.nearest(code).is_some_and(|account| account.code == chart.code(AccountRole::Bank))
}

/// Why something is no count. An index is that of a pile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miscount {
    /// Neither a sum nor a pile.
    NothingSaid,
    /// There cannot be less than nothing in a till.
    BelowZero,
    /// Of another currency, or worth nothing.
    NoFace(usize),
    FaceTwice(usize),
    /// The piles come to this, the sum that was said is another.
    DoesNotAddUp(Money),
    TooMuch,
}

/// What was counted: the sum that was said, what the piles come to, or both where they agree.
///
/// Order of checks: something is said, the sum, each pile, both together.
pub fn counted(said: Option<Money>, piles: &[Pile], currency: Currency) -> Result<Money, Miscount> {
    if said.is_none() && piles.is_empty() {
        return Err(Miscount::NothingSaid);
    }
    if said.is_some_and(Money::is_negative) {
        return Err(Miscount::BelowZero);
    }
    let mut sum = Money::zero(currency);
    for (index, pile) in piles.iter().enumerate() {
        if pile.face.currency() != currency || !pile.face.is_positive() {
            return Err(Miscount::NoFace(index));
        }
        if piles.iter().take(index).any(|other| other.face == pile.face) {
            return Err(Miscount::FaceTwice(index));
        }
        sum = pile.sum().and_then(|part| sum.plus(part)).map_err(|_| Miscount::TooMuch)?;
    }
    match said {
        Some(said) if !piles.is_empty() && said != sum => Err(Miscount::DoesNotAddUp(sum)),
        Some(said) => Ok(said),
        None => Ok(sum),
    }
}

/// How a count stands to the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    Agrees,
    /// So much more than the books have, or less where it is below zero; to be posted.
    Differs(Money),
    /// It differs so, and nobody has said why.
    ReasonNeeded(Money),
}

pub fn compare(counted: Money, expected: Money, has_reason: bool) -> Result<Compared, MoneyError> {
    let difference = counted.minus(expected)?;
    Ok(match (difference.is_zero(), has_reason) {
        (true, _) => Compared::Agrees,
        (false, true) => Compared::Differs(difference),
        (false, false) => Compared::ReasonNeeded(difference),
    })
}

/// Whether a till may be counted for a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOfCount {
    Allowed,
    InTheFuture,
    /// A later day was counted: what this count would post was in the till then already.
    CountedSince(Date),
}

/// Order of checks: not after today, not before the last day that was counted.
pub fn may_count(on: Date, today: Date, last: Option<Date>) -> DayOfCount {
    match last {
        _ if on > today => DayOfCount::InTheFuture,
        Some(last) if on < last => DayOfCount::CountedSince(last),
        _ => DayOfCount::Allowed,
    }
}

/// Whether so much may be taken to the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankDecision {
    Allowed,
    NotPositive,
    /// The till has only so much.
    MoreThanThere(Money),
}

/// `by_then` is what the till had on that day, `in_all` with everything later: what was spent since is not there either.
pub fn may_bank(amount: Money, by_then: Money, in_all: Money) -> Result<BankDecision, MoneyError> {
    let there = if in_all.compare(by_then)? == Ordering::Less { in_all } else { by_then };
    Ok(match () {
        () if !amount.is_positive() => BankDecision::NotPositive,
        () if amount.compare(there)? == Ordering::Greater => BankDecision::MoreThanThere(there),
        () => BankDecision::Allowed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    fn pile(face: i64, number: u32) -> Pile {
        Pile { face: cny(face), number }
    }

    #[test]
    fn what_was_counted() {
        let euro = Pile { face: Money::new(500, Currency::EUR), number: 1 };
        for (said, piles, expected) in [
            (Some(350), vec![], Ok(350)),
            (Some(0), vec![], Ok(0)),
            (None, vec![pile(10_000, 3), pile(50, 1)], Ok(30_050)),
            (None, vec![pile(10_000, 0)], Ok(0)),
            (Some(30_050), vec![pile(10_000, 3), pile(50, 1)], Ok(30_050)),
            (None, vec![], Err(Miscount::NothingSaid)),
            (Some(-1), vec![], Err(Miscount::BelowZero)),
            (Some(30_000), vec![pile(10_000, 3), pile(50, 1)], Err(Miscount::DoesNotAddUp(cny(30_050)))),
            (Some(0), vec![pile(10, 1)], Err(Miscount::DoesNotAddUp(cny(10)))),
            (None, vec![pile(100, 1), euro], Err(Miscount::NoFace(1))),
            (None, vec![pile(0, 1)], Err(Miscount::NoFace(0))),
            (None, vec![pile(-100, 1)], Err(Miscount::NoFace(0))),
            (None, vec![pile(100, 1), pile(50, 1), pile(100, 2)], Err(Miscount::FaceTwice(2))),
            (None, vec![pile(i64::MAX, 2)], Err(Miscount::TooMuch)),
            (None, vec![pile(i64::MAX, 1), pile(1, 1)], Err(Miscount::TooMuch)),
        ] {
            assert_eq!(counted(said.map(cny), &piles, Currency::CNY), expected.map(cny), "{said:?} {piles:?}");
        }
    }

    #[test]
    fn beside_the_books() {
        for (counted, expected, has_reason, outcome) in [
            (100, 100, false, Compared::Agrees),
            (100, 100, true, Compared::Agrees),
            (90, 100, true, Compared::Differs(cny(-10))),
            (110, 100, true, Compared::Differs(cny(10))),
            (110, 100, false, Compared::ReasonNeeded(cny(10))),
            // The books have less than nothing in a till where a refund came before the money.
            (0, -5, true, Compared::Differs(cny(5))),
        ] {
            assert_eq!(compare(cny(counted), cny(expected), has_reason), Ok(outcome), "{counted} {expected}");
        }
    }

    #[test]
    fn days() {
        let day = |text: &str| -> Date { text.parse().unwrap() };
        let today = day("2026-11-23");
        for (on, last, expected) in [
            ("2026-11-23", None, DayOfCount::Allowed),
            ("2026-11-20", None, DayOfCount::Allowed),
            ("2026-11-24", None, DayOfCount::InTheFuture),
            ("2026-11-23", Some("2026-11-22"), DayOfCount::Allowed),
            ("2026-11-22", Some("2026-11-22"), DayOfCount::Allowed),
            ("2026-11-21", Some("2026-11-22"), DayOfCount::CountedSince(day("2026-11-22"))),
        ] {
            assert_eq!(may_count(day(on), today, last.map(day)), expected, "{on} {last:?}");
        }
    }

    #[test]
    fn never_more_than_there_is() {
        for (amount, by_then, in_all, expected) in [
            (100, 100, 100, BankDecision::Allowed),
            (100, 100, 300, BankDecision::Allowed),
            (0, 100, 100, BankDecision::NotPositive),
            (-1, 100, 100, BankDecision::NotPositive),
            (101, 100, 300, BankDecision::MoreThanThere(cny(100))),
            (80, 100, 70, BankDecision::MoreThanThere(cny(70))),
            (1, -5, 0, BankDecision::MoreThanThere(cny(-5))),
        ] {
            assert_eq!(may_bank(cny(amount), cny(by_then), cny(in_all)), Ok(expected), "{amount} {by_then} {in_all}");
        }
    }

    #[test]
    fn tills_and_banks() {
        for (chart, code, till, bank) in [
            (Chart::SmallEnterprise, "1001", true, false),
            (Chart::SmallEnterprise, "100101", true, false),
            (Chart::SmallEnterprise, "1002", false, true),
            (Chart::SmallEnterprise, "100201", false, true),
            (Chart::SmallEnterprise, "101206", false, false),
            (Chart::SmallEnterprise, "5001", false, false),
            (Chart::International, "1000", true, false),
            (Chart::International, "1010", false, true),
            (Chart::International, "x", false, false),
        ] {
            assert_eq!((is_till(chart, code), is_bank(chart, code)), (till, bank), "{chart:?} {code}");
        }
    }

    proptest! {
        /// However the same money lies there, it is the same sum; and the differences of counts one after another bring the books
        /// to the last of them.
        #[test]
        fn piles_add_up_and_differences_too(
            numbers in prop::collection::vec(0..=NUMBER_MAX, 8),
            expected in -1_000_000_000..1_000_000_000_i64,
            again in prop::collection::vec(0..1_000_000_000_i64, 0..5),
        ) {
            let piles: Vec<Pile> = faces(Currency::CNY).iter().zip(numbers).map(|(face, number)| pile(*face, number)).collect();
            let sum = counted(None, &piles, Currency::CNY).unwrap();
            let turned: Vec<Pile> = piles.iter().rev().copied().collect();
            prop_assert_eq!(counted(Some(sum), &turned, Currency::CNY), Ok(sum));
            prop_assert_eq!(i128::from(sum.minor()), piles.iter().map(|p| i128::from(p.face.minor()) * i128::from(p.number)).sum::<i128>());
            let mut books = cny(expected);
            for count in [sum].into_iter().chain(again.into_iter().map(cny)) {
                if let Compared::Differs(difference) = compare(count, books, true).unwrap() {
                    books = books.plus(difference).unwrap();
                }
                prop_assert_eq!(books, count);
                prop_assert_eq!(compare(count, books, false), Ok(Compared::Agrees), "counted again, nothing more is posted");
            }
        }
    }
}
