//! What the bills of providers have in common: columns found by their names, fees beside what they were taken of, totals that the file
//! says of itself.

use crate::amount;
use crate::note::Note;
use crate::piece::Line;
use crate::table::cell::clean;
use crate::table::rows::Row;
use kernel::{Currency, Decimal, Money, Rounding};

/// The code of a line that is the provider's fee for another.
pub(crate) const FEE: &str = "fee";
/// The code of a line that is money on its way to the bank, or back from there.
pub(crate) const PAYOUT: &str = "payout";

/// The names of a bill's columns.
pub(crate) struct Header(Vec<String>);

impl Header {
    pub fn of(row: &Row) -> Header {
        Header(row.cells.iter().map(plain).collect())
    }

    /// Where the first of some names stands that there is.
    pub fn at(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.0.iter().position(|known| known == name))
    }

    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.at(&[name]).is_some())
    }
}

/// A name in lower case, without blanks, brackets and points: `金额（元）` is `金额元`.
fn plain(name: &str) -> String {
    clean(name).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What stands in a column that a bill may not have.
pub(crate) fn cell(row: &Row, at: Option<usize>) -> &str {
    at.map_or("", |at| row.cell(at))
}

/// A line and the fee that was taken of it: two lines of the same row, so that what the payer paid and what the provider kept can both
/// be found. A fee of nothing is no line.
pub(crate) fn with_fee(lines: &mut Vec<Line>, line: Line, fee: Money) {
    let fee = (!fee.is_zero()).then(|| Line { amount: fee, code: Some(FEE.to_owned()), ..line.clone() });
    lines.push(line);
    lines.extend(fee);
}

/// Money of an exact amount, rounded half up with a warning where it has more digits than the currency: providers bill fees to the
/// thousandth of a cent.
pub(crate) fn rounded(exact: Decimal, currency: Currency, warnings: &mut Vec<Note>) -> Option<Money> {
    let money = Money::from_decimal(exact, currency, Rounding::HalfUp).ok()?;
    if money.to_decimal() != exact {
        warnings.push(Note::of("amount_rounded").with("text", exact).with("taken", money));
    }
    Some(money)
}

/// How many and how much, as rows come to it or as a file says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Total {
    pub count: u64,
    pub sum: Decimal,
}

impl Total {
    pub fn add(&mut self, amount: Decimal) {
        self.count += 1;
        self.sum = self.sum.checked_add(amount).unwrap_or(self.sum);
    }

    /// `3笔 120.00元`, `1笔，商家实收共100.00元`.
    pub fn said(text: &str) -> Option<Total> {
        let (count, rest) = text.split_once('笔')?;
        let count = count.trim().parse().ok()?;
        let sum = rest.split('元').next()?.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '-');
        Some(Total { count, sum: amount::decimal(sum)? })
    }

    /// Notes a total that is another than the rows come to.
    pub fn check(self, said: Option<Total>, what: &str, warnings: &mut Vec<Note>) {
        if let Some(said) = said.filter(|said| *said != self) {
            let told = |count, sum| format!("{count} ({sum})");
            let note = Note::of("total_differs").with("of", what).with("said", told(said.count, said.sum));
            warnings.push(note.with("came", told(self.count, self.sum)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_as_files_say_them() {
        for (text, said) in [
            ("3笔 120.00元", Some((3, "120.00"))),
            ("1笔，商家实收共-100.50元，商家优惠共0.00元", Some((1, "-100.50"))),
            ("0笔 0.00元", Some((0, "0.00"))),
            ("120.00元", None),
            ("x笔 1元", None),
        ] {
            let said = said.map(|(count, sum): (u64, &str)| Total { count, sum: sum.parse().unwrap() });
            assert_eq!(Total::said(text), said, "{text}");
        }
    }
}
