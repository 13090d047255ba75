//! Splitting a total into instalments, to the cent.

use kernel::{Date, Decimal, Money, MoneyError, Percent};

/// The most instalments of one document.
pub const INSTALMENTS_MAX: usize = 60;

/// How much of the total is due; all of a document are told in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    Percent(Percent),
    Amount(Money),
}

/// An agreed instalment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instalment {
    pub portion: Portion,
    pub due_on: Date,
}

/// An instalment as an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub amount: Money,
    pub due_on: Date,
}

/// Why a plan of instalments does not work; `index` counts from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InstalmentError {
    #[error("more than {INSTALMENTS_MAX} instalments")]
    TooMany,
    #[error("instalment {index} is due before the document's date or not after the one before it")]
    DatesNotAscending { index: usize },
    #[error("instalment {index} mixes percentages and amounts")]
    Mixed { index: usize },
    #[error("instalment {index} is in another currency")]
    CurrencyMismatch { index: usize },
    #[error("instalment {index} is nothing or less")]
    NotPositive { index: usize },
    #[error("the percentages come to {sum}")]
    PercentagesNotHundred { sum: Decimal },
    #[error("the amounts come to {sum}")]
    AmountsNotTotal { sum: Money },
    #[error("the amount is too large")]
    Overflow,
}

/// Splits a total. Without instalments there is nothing to split and the answer is empty.
///
/// Order of checks: number; then one by one dates (the first not before `issued_on`, each after the one before), one
/// way of telling, currency, above zero; percentages come to exactly 100, or amounts to the total; no instalment is
/// rounded away. Percentages are shared out by largest remainder, earlier instalments first, so they add up exactly.
pub fn split(total: Money, issued_on: Date, plan: &[Instalment]) -> Result<Vec<Due>, InstalmentError> {
    if plan.len() > INSTALMENTS_MAX {
        return Err(InstalmentError::TooMany);
    }
    for (index, instalment) in plan.iter().enumerate() {
        check_one(total, issued_on, plan, index, instalment)?;
    }
    let amounts = match plan.first().map(|i| i.portion) {
        None => Vec::new(),
        Some(Portion::Percent(_)) => by_percent(total, plan)?,
        Some(Portion::Amount(_)) => by_amount(total, plan)?,
    };
    if let Some(index) = amounts.iter().position(|a| !a.is_positive()) {
        return Err(InstalmentError::NotPositive { index });
    }
    Ok(amounts.into_iter().zip(plan).map(|(amount, i)| Due { amount, due_on: i.due_on }).collect())
}

/// What was agreed to be due, as it stands when the document is issued later: what would be due before it is due on its day,
/// in one; where the total has become another meanwhile (a tax rate has changed), it is shared out as the agreed amounts were.
pub fn carry(agreed: &[Due], total: Money, issued_on: Date) -> Result<Vec<Due>, InstalmentError> {
    if agreed.is_empty() {
        return Ok(Vec::new());
    }
    let weight = |due: &Due| u64::try_from(due.amount.minor()).map_err(|_| InstalmentError::Overflow);
    let amounts = total.allocate(&agreed.iter().map(weight).collect::<Result<Vec<u64>, _>>()?)?;
    let mut dues: Vec<Due> = Vec::with_capacity(agreed.len());
    for (due, amount) in agreed.iter().zip(amounts) {
        let due_on = due.due_on.max(issued_on);
        match dues.last_mut() {
            Some(last) if last.due_on == due_on => last.amount = last.amount.plus(amount)?,
            _ => dues.push(Due { amount, due_on }),
        }
    }
    Ok(dues)
}

fn check_one(
    total: Money,
    issued_on: Date,
    plan: &[Instalment],
    index: usize,
    instalment: &Instalment,
) -> Result<(), InstalmentError> {
    let in_order = match index.checked_sub(1) {
        None => instalment.due_on >= issued_on,
        Some(before) => instalment.due_on > plan[before].due_on,
    };
    if !in_order {
        return Err(InstalmentError::DatesNotAscending { index });
    }
    if std::mem::discriminant(&instalment.portion) != std::mem::discriminant(&plan[0].portion) {
        return Err(InstalmentError::Mixed { index });
    }
    let positive = match instalment.portion {
        Portion::Amount(amount) if amount.currency() != total.currency() => {
            return Err(InstalmentError::CurrencyMismatch { index });
        }
        Portion::Amount(amount) => amount.is_positive(),
        Portion::Percent(percent) => percent > Percent::ZERO,
    };
    if positive { Ok(()) } else { Err(InstalmentError::NotPositive { index }) }
}

fn by_percent(total: Money, plan: &[Instalment]) -> Result<Vec<Money>, InstalmentError> {
    let percents = plan.iter().filter_map(|i| match i.portion {
        Portion::Percent(percent) => Some(percent.value()),
        Portion::Amount(_) => None,
    });
    let percents: Vec<Decimal> = percents.collect();
    let sum: Decimal = percents.iter().sum();
    if sum != Decimal::ONE_HUNDRED {
        return Err(InstalmentError::PercentagesNotHundred { sum });
    }
    let weights = percents.into_iter().map(|mut p| {
        p.rescale(Percent::DIGITS_MAX);
        u64::try_from(p.mantissa()).map_err(|_| InstalmentError::Overflow)
    });
    Ok(total.allocate(&weights.collect::<Result<Vec<u64>, _>>()?)?)
}

fn by_amount(total: Money, plan: &[Instalment]) -> Result<Vec<Money>, InstalmentError> {
    let amounts = plan.iter().filter_map(|i| match i.portion {
        Portion::Amount(amount) => Some(amount),
        Portion::Percent(_) => None,
    });
    let amounts: Vec<Money> = amounts.collect();
    let sum = Money::sum(total.currency(), amounts.iter().copied())?;
    if sum == total { Ok(amounts) } else { Err(InstalmentError::AmountsNotTotal { sum }) }
}

impl From<MoneyError> for InstalmentError {
    /// Currencies were checked and weights are above zero, so only the size can be wrong.
    fn from(_: MoneyError) -> Self {
        InstalmentError::Overflow
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use proptest::prelude::*;

    const ISSUED: &str = "2026-11-23";

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    /// `30% 2026-12-01; 70% 2027-01-01` or `12.50 2026-12-01`.
    fn plan(text: &str) -> Vec<Instalment> {
        text.split(';')
            .filter(|t| !t.trim().is_empty())
            .map(|t| {
                let (portion, due_on) = t.trim().split_once(' ').unwrap();
                let portion = match portion.strip_suffix('%') {
                    Some(percent) => Portion::Percent(Percent::parse(percent).unwrap()),
                    None => Portion::Amount(Money::parse(portion, Currency::CNY).unwrap()),
                };
                Instalment { portion, due_on: due_on.parse().unwrap() }
            })
            .collect()
    }

    #[test]
    fn plans() {
        use InstalmentError as E;
        for (total, text, expected) in [
            (10_000, "", Ok(vec![])),
            (10_000, "100% 2026-11-23", Ok(vec![10_000])),
            (10_000, "30% 2026-12-01; 70% 2027-01-01", Ok(vec![3_000, 7_000])),
            (100, "33.333333% 2026-12-01; 33.333333% 2026-12-02; 33.333334% 2026-12-03", Ok(vec![33, 33, 34])),
            (73_216, "50% 2026-12-01; 50% 2026-12-02", Ok(vec![36_608, 36_608])),
            (73_217, "50% 2026-12-01; 50% 2026-12-02", Ok(vec![36_609, 36_608])),
            (10_000, "40.00 2026-12-01; 60.00 2026-12-02", Ok(vec![4_000, 6_000])),
            (10_000, "100% 2026-11-22", Err(E::DatesNotAscending { index: 0 })),
            (10_000, "50% 2026-12-01; 50% 2026-12-01", Err(E::DatesNotAscending { index: 1 })),
            (10_000, "50% 2026-12-01; 50.00 2026-12-02", Err(E::Mixed { index: 1 })),
            (10_000, "0% 2026-12-01; 100% 2026-12-02", Err(E::NotPositive { index: 0 })),
            (10_000, "110.00 2026-12-01; -10.00 2026-12-02", Err(E::NotPositive { index: 1 })),
            (
                10_000,
                "50% 2026-12-01; 49.999999% 2026-12-02",
                Err(E::PercentagesNotHundred { sum: Decimal::new(99_999_999, 6) }),
            ),
            (10_000, "40.00 2026-12-01; 59.99 2026-12-02", Err(E::AmountsNotTotal { sum: cny(9_999) })),
            (1, "50% 2026-12-01; 50% 2026-12-02", Err(E::NotPositive { index: 1 })),
        ] {
            let dues = split(cny(total), ISSUED.parse().unwrap(), &plan(text));
            assert_eq!(dues.map(|d| d.iter().map(|d| d.amount.minor()).collect()), expected, "{total} {text}");
        }
    }

    #[test]
    fn what_was_agreed_is_carried_to_a_later_day() {
        let due = |(minor, day): (i64, &str)| Due { amount: cny(minor), due_on: day.parse().unwrap() };
        for (agreed, total, issued_on, expected) in [
            (vec![], 100, "2026-11-25", vec![]),
            (
                vec![(30, "2026-11-23"), (70, "2026-12-01")],
                100,
                "2026-11-23",
                vec![(30, "2026-11-23"), (70, "2026-12-01")],
            ),
            (
                vec![(30, "2026-11-23"), (70, "2026-12-01")],
                100,
                "2026-11-25",
                vec![(30, "2026-11-25"), (70, "2026-12-01")],
            ),
            (vec![(30, "2026-11-23"), (70, "2026-11-25")], 100, "2026-11-25", vec![(100, "2026-11-25")]),
            (
                vec![(30, "2026-11-23"), (70, "2026-12-01")],
                109,
                "2026-11-23",
                vec![(33, "2026-11-23"), (76, "2026-12-01")],
            ),
        ] {
            let agreed: Vec<Due> = agreed.into_iter().map(due).collect();
            let expected: Vec<Due> = expected.into_iter().map(due).collect();
            assert_eq!(carry(&agreed, cny(total), issued_on.parse().unwrap()), Ok(expected), "{agreed:?} {issued_on}");
        }
    }

    #[test]
    fn other_currencies_and_long_plans_are_refused() {
        let issued = ISSUED.parse().unwrap();
        let foreign = [Instalment { portion: Portion::Amount(Money::new(1, Currency::EUR)), due_on: issued }];
        assert_eq!(split(cny(1), issued, &foreign), Err(InstalmentError::CurrencyMismatch { index: 0 }));
        assert_eq!(split(cny(1), issued, &vec![foreign[0]; 61]), Err(InstalmentError::TooMany));
    }

    proptest! {
        #[test]
        fn percentages_add_up_to_the_total(total in 1_000_000_i64..1_000_000_000, cuts in prop::collection::btree_set(1_u32..100, 0..12)) {
            let mut edges: Vec<u32> = cuts.into_iter().collect();
            edges.push(100);
            let mut before = 0;
            let mut due_on: Date = ISSUED.parse().unwrap();
            let plan: Vec<Instalment> = edges.into_iter().map(|edge| {
                let percent = Percent::new(Decimal::from(edge - before)).unwrap();
                before = edge;
                due_on = due_on.tomorrow().unwrap();
                Instalment { portion: Portion::Percent(percent), due_on }
            }).collect();
            let dues = split(cny(total), ISSUED.parse().unwrap(), &plan).unwrap();
            prop_assert_eq!(Money::sum(Currency::CNY, dues.iter().map(|d| d.amount)).unwrap(), cny(total));
            for (due, instalment) in dues.iter().zip(&plan) {
                let Portion::Percent(percent) = instalment.portion else { unreachable!() };
                prop_assert!((due.amount.minor() - percent.of(cny(total)).unwrap().minor()).abs() <= 1);
            }
        }
    }
}
