//! Balance sheet, profit and loss, and cash-flow statement from balances, with their cross-checks.
//!
//! Source of the Chinese lines and formulas: 小企业会计准则, tables 会小企01, 02 and 03.

mod forms;

use super::chart::{Chart, Place, Side};
use forms::Form;
use kernel::id::CustomerId;
use kernel::{Currency, Money};
use std::collections::BTreeMap;

/// The balance of an account, of one customer where it is kept per customer; minor units of the organisation's
/// currency, debit positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    pub account: String,
    pub party: Option<CustomerId>,
    pub debit_minor: i64,
}

/// A line of a form, in the order of print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormLine {
    pub number: u8,
    pub zh: &'static str,
    pub en: &'static str,
    /// The side on which it counts positive.
    pub side: Side,
}

/// A filled form: amounts by line number, minor units, positive on the line's own side. Every line is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    amounts: BTreeMap<u8, i128>,
    form: &'static Form,
}

/// Why a statement cannot be drawn up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    #[error("account {0} belongs to no line")]
    UnknownAccount(String),
    #[error("there is no line {0}")]
    UnknownLine(u8),
}

/// A cross-check that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The line is not the sum its form prescribes.
    NotTheSum { line: u8 },
    /// Two lines that must be equal are not: assets, and liabilities with equity.
    NotEqual { left: u8, right: u8 },
    /// The lines shown "of which" come to more than their line.
    PartsExceed { line: u8 },
}

impl Statement {
    /// The amount of a line in minor units; zero for one the form does not have.
    pub fn amount(&self, line: u8) -> i128 {
        self.amounts.get(&line).copied().unwrap_or(0)
    }

    /// Whether a line adds up others.
    pub fn is_sum(&self, line: u8) -> bool {
        self.form.sums.iter().any(|sum| sum.line == line)
    }

    /// Whether a line is shown as a part of the one above it ("of which"), and so stands further in.
    pub fn is_part(&self, line: u8) -> bool {
        self.form.at_least.iter().any(|(_, parts)| parts.contains(&line))
    }

    /// The amount of a line as money; what is beyond any amount of money stands at its bound.
    pub fn money(&self, line: u8, currency: Currency) -> Money {
        let amount = self.amount(line);
        let bound = if amount < 0 { i64::MIN } else { i64::MAX };
        Money::new(i64::try_from(amount).unwrap_or(bound), currency)
    }

    pub fn lines(&self) -> &'static [FormLine] {
        self.form.lines
    }

    /// Every cross-check of the form that fails; none for books in balance.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for sum in self.form.sums {
            if self.amount(sum.line) != self.sum(sum.plus) - self.sum(sum.minus) {
                faults.push(Fault::NotTheSum { line: sum.line });
            }
        }
        for (left, right) in self.form.equal {
            if self.amount(*left) != self.amount(*right) {
                faults.push(Fault::NotEqual { left: *left, right: *right });
            }
        }
        for (line, parts) in self.form.at_least {
            if self.amount(*line) < self.sum(parts) {
                faults.push(Fault::PartsExceed { line: *line });
            }
        }
        faults
    }

    fn new(form: &'static Form) -> Statement {
        Statement { amounts: form.lines.iter().map(|l| (l.number, 0)).collect(), form }
    }

    fn sum(&self, lines: &[u8]) -> i128 {
        lines.iter().map(|l| self.amount(*l)).sum()
    }

    /// Adds a debit-positive amount to a line, positive on the line's own side.
    fn add(&mut self, line: u8, debit: i128) -> Result<(), StatementError> {
        let known = self.form.lines.iter().find(|l| l.number == line).ok_or(StatementError::UnknownLine(line))?;
        *self.amounts.entry(line).or_default() += if known.side == Side::Debit { debit } else { -debit };
        Ok(())
    }

    /// Fills the sums, which stand in the form after what they add up.
    fn filled(mut self) -> Statement {
        for sum in self.form.sums {
            let amount = self.sum(sum.plus) - self.sum(sum.minus);
            self.amounts.insert(sum.line, amount);
        }
        self
    }
}

/// The balance sheet from the balances at the end of a day.
///
/// Accounts of income and expense that are not yet closed count as undistributed profit. Receivables and advances are
/// placed customer by customer: a receivable in credit is an advance, an advance in debit a receivable.
pub fn balance_sheet(chart: Chart, balances: &[Balance]) -> Result<Statement, StatementError> {
    let form = forms::balance_sheet(chart);
    let mut statement = Statement::new(form);
    for (account, debit) in by_account_and_party(balances) {
        let standard = chart.nearest(account).ok_or_else(|| StatementError::UnknownAccount(account.to_owned()))?;
        match standard.place {
            Place::Balance { line, of_which } => {
                for line in [Some(line), of_which].into_iter().flatten() {
                    statement.add(line, debit)?;
                }
            }
            Place::BalanceBySide { line, opposite } => {
                let normal = (debit >= 0) == (standard.normal == Side::Debit);
                statement.add(if normal { line } else { opposite }, debit)?;
            }
            Place::Profit { .. } => statement.add(form.undistributed, debit)?,
        }
    }
    Ok(statement.filled())
}

/// Profit and loss from the movements of a time; accounts of the balance sheet are passed over. The entries that close
/// a year must be left out.
pub fn profit_and_loss(chart: Chart, movements: &[Balance]) -> Result<Statement, StatementError> {
    let mut statement = Statement::new(forms::profit_and_loss(chart));
    for (account, debit) in by_account_and_party(movements) {
        let standard = chart.nearest(account).ok_or_else(|| StatementError::UnknownAccount(account.to_owned()))?;
        if let Place::Profit { line, of_which } = standard.place {
            for line in [Some(line), of_which].into_iter().flatten() {
                statement.add(line, debit)?;
            }
        }
    }
    Ok(statement.filled())
}

/// The direct cash-flow statement: `flows` are the lines on cash accounts with their cash-flow line, debit positive;
/// `opening_minor` is the cash at the beginning.
pub fn cash_flow(flows: &[(u8, i64)], opening_minor: i64) -> Result<Statement, StatementError> {
    let mut statement = Statement::new(&forms::CASH_FLOW);
    for (line, debit) in flows {
        statement.add(*line, i128::from(*debit))?;
    }
    statement.add(forms::CASH_AT_BEGINNING, i128::from(opening_minor))?;
    Ok(statement.filled())
}

fn by_account_and_party(balances: &[Balance]) -> impl Iterator<Item = (&str, i128)> {
    let mut sums: BTreeMap<(&str, Option<CustomerId>), i128> = BTreeMap::new();
    for balance in balances {
        *sums.entry((balance.account.as_str(), balance.party)).or_default() += i128::from(balance.debit_minor);
    }
    sums.into_iter().map(|((account, _), debit)| (account, debit))
}

#[cfg(test)]
#[path = "statements_tests.rs"]
mod tests;
