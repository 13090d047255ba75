//! The trial balance.

use crate::store::balances;
use ::store::{Conn, Error, books};
use kernel::{Currency, Date, Localized, Money, Scope};

/// An account that was posted to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRow {
    pub account: String,
    pub names: Localized,
    /// All debits so far; red-letter amounts count against them.
    pub debit: Money,
    /// All credits so far.
    pub credit: Money,
    /// Debit less credit.
    pub balance: Money,
}

/// Every account that was posted to, by code, at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalance {
    pub as_of: Date,
    pub currency: Currency,
    pub rows: Vec<TrialRow>,
    pub total_debit: Money,
    /// Equals the debits.
    pub total_credit: Money,
}

/// The trial balance at the end of a day.
pub fn trial_balance(conn: &mut Conn, scope: &Scope, as_of: Date) -> Result<TrialBalance, Error> {
    let organisation = super::organisation(scope)?;
    let currency = books::load(conn, organisation)?.currency;
    let names = super::accounts::by_code(conn, scope)?;
    let sums = balances::by_account(conn, organisation, None, as_of)?;
    let rows = sums
        .into_iter()
        .map(|sum| {
            let (debit, credit) = (Money::new(sum.debit_minor, currency), Money::new(sum.credit_minor, currency));
            let names = names.get(&sum.account).map(|a| a.names.clone()).unwrap_or_default();
            Ok(TrialRow { account: sum.account, names, debit, credit, balance: debit.minus(credit)? })
        })
        .collect::<Result<Vec<TrialRow>, Error>>()?;
    let total_debit = Money::sum(currency, rows.iter().map(|row| row.debit))?;
    let total_credit = Money::sum(currency, rows.iter().map(|row| row.credit))?;
    Ok(TrialBalance { as_of, currency, rows, total_debit, total_credit })
}
