//! How much of an invoice a credit note may take back, and with which tax.

use kernel::{Money, MoneyError};

/// A line of the invoice and what earlier credit notes took off it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Creditable {
    pub net: Money,
    pub tax: Money,
    pub credited_net: Money,
    pub credited_tax: Money,
    /// It takes a deposit off, which its credit gives back.
    pub is_deduction: bool,
}

/// So much net of a line (counted from zero) shall be credited; a line below zero is credited below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditWanted {
    pub line: usize,
    pub net: Money,
}

/// A line of the credit note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credited {
    pub line: usize,
    pub net: Money,
    pub tax: Money,
}

/// Why a credit note cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreditError {
    #[error("nothing is to be credited")]
    Nothing,
    #[error("the invoice has no line {line}")]
    UnknownLine { line: usize },
    #[error("line {line} is named twice")]
    NamedTwice { line: usize },
    #[error("line {line} is in another currency")]
    CurrencyMismatch { line: usize },
    #[error("the amount for line {line} is nothing, or of the other sign")]
    WrongSign { line: usize },
    #[error("only {remaining} of line {line} is left to credit")]
    ExceedsLine { line: usize, remaining: Money },
    #[error("only {remaining} of the invoice is left to credit")]
    ExceedsInvoice { remaining: Money },
    #[error("only {left} is left to credit: the rest was given up")]
    GivenUp { left: Money },
    #[error("the lines together come to nothing or less")]
    NotPositive,
    #[error("the amount is too large")]
    Overflow,
}

/// Works out a credit note.
///
/// Order of checks: something wanted; line by line known, not named before, currency, sign, not above what is left;
/// together above zero and not above what is left of the invoice (where a rebate stands among the lines, they may be). A note that
/// gives a deposit back may come to nothing: so does a final invoice of which everything was paid before. Tax goes with net in proportion to the invoice's line, and whoever credits the last of a line
/// gets the last of its tax, so that a line credited in parts is credited exactly.
pub fn credit(lines: &[Creditable], wanted: &[CreditWanted]) -> Result<Vec<Credited>, CreditError> {
    let mut credited: Vec<Credited> = Vec::with_capacity(wanted.len());
    for want in wanted {
        let line = want.line;
        let of = lines.get(line).ok_or(CreditError::UnknownLine { line })?;
        if credited.iter().any(|c| c.line == line) {
            return Err(CreditError::NamedTwice { line });
        }
        if want.net.currency() != of.net.currency() {
            return Err(CreditError::CurrencyMismatch { line });
        }
        if want.net.is_zero() || want.net.is_negative() != of.net.is_negative() {
            return Err(CreditError::WrongSign { line });
        }
        let remaining = of.net.minus(of.credited_net)?;
        if want.net.minor().unsigned_abs() > remaining.minor().unsigned_abs() {
            return Err(CreditError::ExceedsLine { line, remaining });
        }
        credited.push(Credited { line, net: want.net, tax: tax_with(of, want.net, remaining)? });
    }
    let Some(first) = credited.first() else { return Err(CreditError::Nothing) };
    let gross = Money::sum(first.net.currency(), credited.iter().flat_map(|c| [c.net, c.tax]))?;
    let gives_back = credited.iter().any(|c| lines.get(c.line).is_some_and(|of| of.is_deduction));
    if gross.is_negative() || (gross.is_zero() && !gives_back) {
        return Err(CreditError::NotPositive);
    }
    let left = lines.iter().map(Creditable::gross_left).collect::<Result<Vec<_>, _>>()?;
    let remaining = Money::sum(first.net.currency(), left)?;
    if gross.minor() > remaining.minor() {
        return Err(CreditError::ExceedsInvoice { remaining });
    }
    Ok(credited)
}

/// Everything that is left of every line.
pub fn all_of(lines: &[Creditable]) -> Result<Vec<CreditWanted>, CreditError> {
    let mut wanted = Vec::with_capacity(lines.len());
    for (line, of) in lines.iter().enumerate() {
        let net = of.net.minus(of.credited_net)?;
        if !net.is_zero() {
            wanted.push(CreditWanted { line, net });
        }
    }
    Ok(wanted)
}

/// A credit note of `gross` in all, tax included: shared out over the lines in proportion to what is left of each.
///
/// Order of checks: above zero; not above what is left of the invoice. Lines below zero (rebates) are left alone, unless all
/// that is left is credited. Within a line, net goes in proportion and tax takes the rest, so the parts add up to `gross`.
pub fn by_amount(lines: &[Creditable], gross: Money) -> Result<Vec<Credited>, CreditError> {
    if !gross.is_positive() {
        return Err(CreditError::NotPositive);
    }
    let left: Vec<Money> = lines.iter().map(Creditable::gross_left).collect::<Result<_, _>>()?;
    let remaining = Money::sum(gross.currency(), left.iter().copied())?;
    if gross.minor() > remaining.minor() {
        return Err(CreditError::ExceedsInvoice { remaining });
    }
    if gross == remaining {
        return credit(lines, &all_of(lines)?);
    }
    let weights: Vec<u64> = left.iter().map(|money| u64::try_from(money.minor()).unwrap_or(0)).collect();
    let mut credited = Vec::new();
    for (line, share) in gross.allocate(&weights)?.into_iter().enumerate() {
        if share.is_zero() {
            continue;
        }
        let of = &lines[line];
        let net = of.net.minus(of.credited_net)?.share(share.minor(), left[line].minor())?;
        credited.push(Credited { line, net, tax: share.minus(net)? });
    }
    Ok(credited)
}

/// Refuses a note that takes back what was given up (`given_up`, tax included): nobody paid it and nobody claims it, so
/// crediting it would be a present.
pub fn check_given_up(lines: &[Creditable], note: &[Credited], given_up: Money) -> Result<(), CreditError> {
    let left = left_beside(lines, given_up)?;
    let gross = Money::sum(given_up.currency(), note.iter().flat_map(|c| [c.net, c.tax]))?;
    if given_up.is_positive() && gross.minor() > left.minor() { Err(CreditError::GivenUp { left }) } else { Ok(()) }
}

/// What earlier notes left of the invoice, with tax, beside what was given up.
pub fn left_beside(lines: &[Creditable], given_up: Money) -> Result<Money, CreditError> {
    let left = lines.iter().map(Creditable::gross_left).collect::<Result<Vec<_>, _>>()?;
    Ok(Money::sum(given_up.currency(), left)?.minus(given_up)?)
}

/// So much of the lines as is left of them, with tax.
pub fn at_most(lines: &[Creditable], gross: Money) -> Result<Money, CreditError> {
    let left = left_beside(lines, Money::zero(gross.currency()))?;
    Ok(if left.minor() < gross.minor() { left } else { gross })
}

impl Creditable {
    /// What is left of the line, with tax.
    fn gross_left(&self) -> Result<Money, MoneyError> {
        self.net.minus(self.credited_net)?.plus(self.tax.minus(self.credited_tax)?)
    }
}

/// The tax that goes with `net`; rounding of earlier parts never takes more than there is.
fn tax_with(of: &Creditable, net: Money, remaining_net: Money) -> Result<Money, CreditError> {
    let remaining_tax = of.tax.minus(of.credited_tax)?;
    if net == remaining_net {
        return Ok(remaining_tax);
    }
    let share = of.tax.share(net.minor(), of.net.minor())?;
    Ok(if share.minor().unsigned_abs() > remaining_tax.minor().unsigned_abs() { remaining_tax } else { share })
}

impl From<MoneyError> for CreditError {
    /// Currencies were checked, so only the size can be wrong.
    fn from(_: MoneyError) -> Self {
        CreditError::Overflow
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use proptest::prelude::*;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    fn line([net, tax, credited_net, credited_tax]: [i64; 4]) -> Creditable {
        let (credited_net, credited_tax) = (cny(credited_net), cny(credited_tax));
        Creditable { net: cny(net), tax: cny(tax), credited_net, credited_tax, is_deduction: false }
    }

    fn want(line: usize, net: i64) -> CreditWanted {
        CreditWanted { line, net: cny(net) }
    }

    #[test]
    fn credit_notes() {
        use CreditError as E;
        let lines = [line([59_970, 7_796, 0, 0]), line([5_000, 450, 3_000, 270]), line([-1_000, -130, 0, 0])];
        for (wanted, expected) in [
            (vec![want(0, 59_970)], Ok(vec![(0, 59_970, 7_796)])),
            (vec![want(0, 59_970), want(1, 2_000)], Err(E::ExceedsInvoice { remaining: cny(68_816) })),
            (vec![want(0, 19_990)], Ok(vec![(0, 19_990, 2_599)])),
            (vec![want(1, 2_000)], Ok(vec![(1, 2_000, 180)])),
            (vec![want(0, 59_970), want(2, -1_000)], Ok(vec![(0, 59_970, 7_796), (2, -1_000, -130)])),
            (vec![], Err(E::Nothing)),
            (vec![want(3, 1)], Err(E::UnknownLine { line: 3 })),
            (vec![want(0, 1), want(0, 1)], Err(E::NamedTwice { line: 0 })),
            (vec![CreditWanted { line: 0, net: Money::new(1, Currency::EUR) }], Err(E::CurrencyMismatch { line: 0 })),
            (vec![want(0, 0)], Err(E::WrongSign { line: 0 })),
            (vec![want(0, -1)], Err(E::WrongSign { line: 0 })),
            (vec![want(2, 1)], Err(E::WrongSign { line: 2 })),
            (vec![want(1, 2_001)], Err(E::ExceedsLine { line: 1, remaining: cny(2_000) })),
            (vec![want(2, -1_001)], Err(E::ExceedsLine { line: 2, remaining: cny(-1_000) })),
            (vec![want(2, -1_000)], Err(E::NotPositive)),
        ] {
            let note = credit(&lines, &wanted);
            let shown = note.map(|n| n.iter().map(|c| (c.line, c.net.minor(), c.tax.minor())).collect());
            assert_eq!(shown, expected, "{wanted:?}");
        }
        assert_eq!(all_of(&lines).unwrap(), [want(0, 59_970), want(1, 2_000), want(2, -1_000)]);
    }

    #[test]
    fn a_note_that_gives_a_deposit_back_may_come_to_nothing() {
        use CreditError as E;
        let deduction = Creditable { is_deduction: true, ..line([-1_000, -130, 0, 0]) };
        let rebate = line([-1_000, -130, 0, 0]);
        let sale = |net| line([net, net * 13 / 100, 0, 0]);
        for (lines, wanted, expected) in [
            ([sale(1_000), deduction], vec![want(0, 1_000), want(1, -1_000)], Ok(0)),
            ([sale(1_000), rebate], vec![want(0, 1_000), want(1, -1_000)], Err(E::NotPositive)),
            ([sale(1_000), deduction], vec![want(0, 900), want(1, -1_000)], Err(E::NotPositive)),
            ([sale(1_000), deduction], vec![want(1, -1_000)], Err(E::NotPositive)),
            ([sale(1_000), deduction], vec![want(0, 1_000)], Err(E::ExceedsInvoice { remaining: cny(0) })),
            ([sale(2_000), deduction], vec![want(0, 1_000), want(1, -1_000)], Ok(0)),
            // Three quarters of the goods come back: the rest was not asked for, so a part of the deposit is given back.
            ([sale(2_000), deduction], vec![want(0, 1_500), want(1, -500)], Ok(1_130)),
            ([sale(2_000), deduction], vec![want(0, 1_500)], Err(E::ExceedsInvoice { remaining: cny(1_130) })),
        ] {
            let gross = credit(&lines, &wanted).map(|note| note.iter().map(|c| c.net.minor() + c.tax.minor()).sum());
            assert_eq!(gross, expected, "{wanted:?}");
        }
    }

    #[test]
    fn an_amount_is_shared_out() {
        use CreditError as E;
        let lines = [line([10_000, 1_300, 0, 0]), line([5_000, 450, 3_000, 270]), line([-1_000, -130, 0, 0])];
        for (gross, expected) in [
            (12_350, Ok(vec![(0, 10_000, 1_300), (1, 2_000, 180), (2, -1_000, -130)])),
            (6_740, Ok(vec![(0, 5_000, 650), (1, 1_000, 90)])),
            (1, Ok(vec![(0, 1, 0)])),
            (12_351, Err(E::ExceedsInvoice { remaining: cny(12_350) })),
            (0, Err(E::NotPositive)),
        ] {
            let note = by_amount(&lines, cny(gross));
            let shown = note.map(|n| n.iter().map(|c| (c.line, c.net.minor(), c.tax.minor())).collect());
            assert_eq!(shown, expected, "{gross}");
        }
    }

    #[test]
    fn what_was_given_up_is_not_credited() {
        let lines = [line([10_000, 1_300, 5_000, 650])];
        let note = |gross: i64| by_amount(&lines, cny(gross)).unwrap();
        for (given_up, gross, expected) in [
            (0, 5_650, Ok(())),
            (650, 5_000, Ok(())),
            (650, 5_001, Err(CreditError::GivenUp { left: cny(5_000) })),
            (5_650, 1, Err(CreditError::GivenUp { left: cny(0) })),
        ] {
            assert_eq!(check_given_up(&lines, &note(gross), cny(given_up)), expected, "{given_up} {gross}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_is_credited_to_the_cent(
            lines in prop::collection::vec((1_i64..100_000, 0_i64..20_000), 1..8), part in 1_i64..1000,
        ) {
            let lines: Vec<Creditable> = lines.into_iter().map(|(net, tax)| line([net, tax, 0, 0])).collect();
            let total: i64 = lines.iter().map(|l| l.net.minor() + l.tax.minor()).sum();
            let gross = (total * part / 1000).max(1);
            let note = by_amount(&lines, cny(gross)).unwrap();
            prop_assert_eq!(note.iter().map(|c| c.net.minor() + c.tax.minor()).sum::<i64>(), gross);
            for c in note {
                prop_assert!((0..=lines[c.line].net.minor()).contains(&c.net.minor()));
                prop_assert!((0..=lines[c.line].tax.minor()).contains(&c.tax.minor()), "{:?}", c);
            }
        }

        #[test]
        fn a_line_credited_in_parts_is_credited_exactly(parts in prop::collection::vec(1_i64..100_000, 1..12), tax in 0_i64..200_000) {
            let mut of = line([parts.iter().sum(), tax, 0, 0]);
            for part in parts {
                // A part without gross cannot be: every part has net above zero.
                let note = credit(&[of], &[want(0, part)]).unwrap();
                prop_assert!(note[0].tax.minor() >= 0);
                of.credited_net = of.credited_net.plus(note[0].net).unwrap();
                of.credited_tax = of.credited_tax.plus(note[0].tax).unwrap();
                prop_assert!(of.credited_tax.minor() <= tax);
            }
            prop_assert_eq!((of.credited_net, of.credited_tax), (of.net, of.tax));
            prop_assert_eq!(all_of(&[of]), Ok(vec![]));
        }
    }
}
