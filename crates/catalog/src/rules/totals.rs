//! What a document comes to: the one calculation behind orders, previews, invoices and credit notes.
//!
//! All tax is worked out in whole minor units over a common denominator, so nothing is rounded but once, half away
//! from zero. Sources: EN 16931 BR-CO-10 … BR-CO-17 (tax once per category and rate), customary practice in China
//! (tax on every line).

use kernel::{Currency, Money, MoneyError, Percent, Quantity, UnitPrice};

/// The most lines of one document.
pub const LINES_MAX: usize = 1000;

/// What a line is charged for. Both are added up alike; a fee is shown apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    Item,
    Fee,
}

/// What is taken off a line before tax is worked out, in the terms of its price (gross where tax is included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    None,
    Percent(Percent),
    Amount(Money),
}

/// How a line is taxed: the code and its rate on the tax date, and whether the price contains the tax.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TaxTreatment {
    pub code: String,
    pub rate: Percent,
    pub inclusive: bool,
}

/// One line as it was ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: LineKind,
    pub quantity: Quantity,
    pub unit_price: UnitPrice,
    pub discount: Discount,
    pub tax: TaxTreatment,
}

/// Where tax is rounded; kept with the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaxRounding {
    /// On every line; the document's tax is their sum. Usual in China.
    PerLine,
    /// Once per code and rate; lines show shares that add up to it. EN 16931.
    PerDocument,
}

/// What one line comes to: `gross = net + tax`, after `discount`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineTotals {
    pub discount: Money,
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
}

/// Base and tax of all lines with one code and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxGroup {
    pub code: String,
    pub rate: Percent,
    pub base: Money,
    pub tax: Money,
}

/// What a document comes to. Lines stand in the order given, tax groups in the order of their first line.
///
/// Lines and groups both add up to `net` and `tax`, and `total = net + tax`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    pub lines: Vec<LineTotals>,
    pub taxes: Vec<TaxGroup>,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
}

/// Why a document cannot be added up; `line` counts from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    #[error("more than {LINES_MAX} lines")]
    TooManyLines,
    #[error("line {line} is in {found}")]
    CurrencyMismatch { line: usize, found: Currency },
    #[error("line {line} has a discount below zero")]
    DiscountNegative { line: usize },
    #[error("line {line} has a discount above its amount")]
    DiscountTooLarge { line: usize },
    #[error("line {line} has a tax rate below zero")]
    RateNegative { line: usize },
    #[error("the amount is too large")]
    Overflow,
}

/// Adds a document up.
///
/// Checks, in this order: number of lines; then for each line currency of price and discount, rate, discount; then
/// that no sum exceeds [`Money::MAX_MINOR`]. A discount on a negative line can only be a percentage. A price that
/// includes tax stays what it is to the cent: net is gross less tax, so with [`TaxRounding::PerDocument`] the tax may
/// differ by one minor unit from base × rate, which EN 16931 tolerates.
pub fn totals(currency: Currency, lines: &[Line], rounding: TaxRounding) -> Result<Totals, TotalsError> {
    if lines.len() > LINES_MAX {
        return Err(TotalsError::TooManyLines);
    }
    let mut charged = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        charged.push(charge(currency, index, line)?);
    }
    let groups = grouped(lines);
    let mut taxes = vec![0_i64; lines.len()];
    for (first, members) in &groups {
        let rate = lines[*first].tax.rate;
        let parts: Vec<Taxable> = members
            .iter()
            .map(|i| Taxable { minor: charged[*i].amount.minor(), inclusive: lines[*i].tax.inclusive })
            .collect();
        let shares = match rounding {
            TaxRounding::PerDocument => tax_shares(rate, &parts)?,
            TaxRounding::PerLine => parts
                .iter()
                .map(|part| tax_shares(rate, std::slice::from_ref(part)).map(|s| s.iter().sum()))
                .collect::<Result<_, _>>()?,
        };
        for (i, share) in members.iter().zip(shares) {
            taxes[*i] = share;
        }
    }
    let line_totals = lines
        .iter()
        .zip(&charged)
        .zip(taxes)
        .map(|((line, charged), tax)| line_totals(line, charged, Money::new(tax, currency)))
        .collect::<Result<Vec<_>, _>>()?;
    summed(currency, lines, line_totals, &groups)
}

/// The amount of a line in the terms of its price, and what the discount took off it.
struct Charged {
    amount: Money,
    discount: Money,
}

fn charge(currency: Currency, line: usize, input: &Line) -> Result<Charged, TotalsError> {
    if input.unit_price.currency() != currency {
        return Err(TotalsError::CurrencyMismatch { line, found: input.unit_price.currency() });
    }
    if let Discount::Amount(amount) = input.discount
        && amount.currency() != currency
    {
        return Err(TotalsError::CurrencyMismatch { line, found: amount.currency() });
    }
    if input.tax.rate < Percent::ZERO {
        return Err(TotalsError::RateNegative { line });
    }
    let full = input.unit_price.times(input.quantity)?;
    let discount = match input.discount {
        Discount::None => Money::zero(currency),
        Discount::Percent(percent) if percent < Percent::ZERO => return Err(TotalsError::DiscountNegative { line }),
        Discount::Percent(percent) if percent.fraction() > kernel::Decimal::ONE => {
            return Err(TotalsError::DiscountTooLarge { line });
        }
        Discount::Percent(percent) => percent.of(full)?,
        Discount::Amount(amount) if amount.is_negative() => return Err(TotalsError::DiscountNegative { line }),
        Discount::Amount(amount) if amount.minor() > full.minor().max(0) => {
            return Err(TotalsError::DiscountTooLarge { line });
        }
        Discount::Amount(amount) => amount,
    };
    Ok(Charged { amount: full.minus(discount)?, discount })
}

/// Positions of the lines of each code and rate, with the first of them, in order of appearance.
fn grouped(lines: &[Line]) -> Vec<(usize, Vec<usize>)> {
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let same = |first: usize| lines[first].tax.code == line.tax.code && lines[first].tax.rate == line.tax.rate;
        match groups.iter_mut().find(|(first, _)| same(*first)) {
            Some((_, members)) => members.push(index),
            None => groups.push((index, vec![index])),
        }
    }
    groups
}

/// An amount to be taxed, in minor units: net, or gross where tax is `inclusive`.
struct Taxable {
    minor: i64,
    inclusive: bool,
}

/// 100 % in millionths of a percent, the finest step of a [`Percent`].
const WHOLE: i128 = 100_000_000;

/// Tax on the sum of `parts`, rounded once, and shared out to them by largest remainder, earlier parts first.
///
/// With r the rate in millionths of a percent: exclusive tax is amount · r / WHOLE, inclusive tax is
/// amount · r / (WHOLE + r). Over the common denominator WHOLE · (WHOLE + r) both are whole numbers, at most
/// 1.1 · 10³⁷ for a thousand lines, so 128 bits hold them.
fn tax_shares(rate: Percent, parts: &[Taxable]) -> Result<Vec<i64>, TotalsError> {
    let mut exact_rate = rate.value();
    exact_rate.rescale(Percent::DIGITS_MAX);
    let r = exact_rate.mantissa();
    let denominator = WHOLE * (WHOLE + r);
    let numerators: Vec<i128> =
        parts.iter().map(|p| i128::from(p.minor) * r * if p.inclusive { WHOLE } else { WHOLE + r }).collect();
    let tax = rounded_half_up(numerators.iter().sum(), denominator);
    let mut shares: Vec<i128> = numerators.iter().map(|n| n.div_euclid(denominator)).collect();
    let mut left = tax - shares.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|i| std::cmp::Reverse(numerators[*i].rem_euclid(denominator)));
    for i in by_remainder {
        if left == 0 {
            break;
        }
        shares[i] += 1;
        left -= 1;
    }
    shares.into_iter().map(|s| i64::try_from(s).map_err(|_| TotalsError::Overflow)).collect()
}

/// Half away from zero.
fn rounded_half_up(numerator: i128, denominator: i128) -> i128 {
    let magnitude = (numerator.abs() + denominator / 2) / denominator;
    if numerator < 0 { -magnitude } else { magnitude }
}

fn line_totals(line: &Line, charged: &Charged, tax: Money) -> Result<LineTotals, TotalsError> {
    let (net, gross) = if line.tax.inclusive {
        (charged.amount.minus(tax)?, charged.amount)
    } else {
        (charged.amount, charged.amount.plus(tax)?)
    };
    Ok(LineTotals { discount: charged.discount, net, tax, gross })
}

fn summed(
    currency: Currency,
    inputs: &[Line],
    lines: Vec<LineTotals>,
    groups: &[(usize, Vec<usize>)],
) -> Result<Totals, TotalsError> {
    let mut taxes = Vec::with_capacity(groups.len());
    for (first, members) in groups {
        let treatment = &inputs[*first].tax;
        taxes.push(TaxGroup {
            code: treatment.code.clone(),
            rate: treatment.rate,
            base: within_limit(Money::sum(currency, members.iter().map(|i| lines[*i].net))?)?,
            tax: within_limit(Money::sum(currency, members.iter().map(|i| lines[*i].tax))?)?,
        });
    }
    let net = within_limit(Money::sum(currency, taxes.iter().map(|t| t.base))?)?;
    let tax = within_limit(Money::sum(currency, taxes.iter().map(|t| t.tax))?)?;
    let total = within_limit(net.plus(tax)?)?;
    Ok(Totals { lines, taxes, net, tax, total })
}

fn within_limit(amount: Money) -> Result<Money, TotalsError> {
    if amount.minor().unsigned_abs() > Money::MAX_MINOR.unsigned_abs() {
        return Err(TotalsError::Overflow);
    }
    Ok(amount)
}

impl From<MoneyError> for TotalsError {
    /// Currencies were checked and no text is read here, so only the size can be wrong.
    fn from(_: MoneyError) -> Self {
        TotalsError::Overflow
    }
}

#[cfg(test)]
#[path = "totals_tests.rs"]
mod tests;
