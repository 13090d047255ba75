//! Which part of an order is asked for as a deposit, tax code by tax code.

use kernel::{Money, MoneyError};

/// Splits a deposit over the tax codes of an order, each with its net and tax, in proportion to what they come to; the parts add up
/// to the deposit to the cent, and of each code net and tax are in proportion. Codes below zero (rebates) bear none of it.
///
/// `deposit` is with tax, above zero and at most what the order comes to.
pub fn split(codes: &[(Money, Money)], deposit: Money) -> Result<Vec<(Money, Money)>, MoneyError> {
    let gross: Vec<Money> = codes.iter().map(|(net, tax)| net.plus(*tax)).collect::<Result<_, _>>()?;
    let weights: Vec<u64> = gross.iter().map(|gross| u64::try_from(gross.minor()).unwrap_or(0)).collect();
    let parts = deposit.allocate(&weights)?;
    let part = |((part, gross), (net, _)): ((Money, Money), &(Money, Money))| {
        let net = net.share(part.minor(), gross.minor())?;
        Ok((net, part.minus(net)?))
    };
    parts.into_iter().zip(gross).zip(codes).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use proptest::prelude::*;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    fn shown(codes: &[(i64, i64)], deposit: i64) -> Vec<(i64, i64)> {
        let codes: Vec<(Money, Money)> = codes.iter().map(|(net, tax)| (cny(*net), cny(*tax))).collect();
        split(&codes, cny(deposit)).unwrap().into_iter().map(|(net, tax)| (net.minor(), tax.minor())).collect()
    }

    #[test]
    fn a_deposit_is_shared_out() {
        for (codes, deposit, parts) in [
            (&[(10_000, 1_300)][..], 3_390, &[(3_000, 390)][..]),
            (&[(10_000, 1_300), (5_000, 450)], 16_750, &[(10_000, 1_300), (5_000, 450)]),
            (&[(10_000, 1_300), (5_000, 450)], 5_025, &[(3_000, 390), (1_500, 135)]),
            (&[(10_000, 1_300), (-1_000, -90)], 10_210, &[(9_035, 1_175), (0, 0)]),
            (&[(100, 13), (100, 9)], 1, &[(1, 0), (0, 0)]),
        ] {
            assert_eq!(shown(codes, deposit), parts, "{codes:?} {deposit}");
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_and_are_never_more_than_there_is(
            codes in prop::collection::vec((1_i64..1_000_000, 0_i64..200_000), 1..5), of in 1_i64..=1000,
        ) {
            let total: i64 = codes.iter().map(|(net, tax)| net + tax).sum();
            let deposit = (total * of / 1000).max(1);
            let parts = shown(&codes, deposit);
            prop_assert_eq!(parts.iter().map(|(net, tax)| net + tax).sum::<i64>(), deposit);
            for ((net, tax), (all_net, all_tax)) in parts.into_iter().zip(codes) {
                prop_assert!((0..=all_net).contains(&net) && (0..=all_tax).contains(&tax), "{} {}", net, tax);
            }
        }
    }
}
