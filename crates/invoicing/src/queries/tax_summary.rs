//! Output tax of a time, by code and rate.

use crate::store::{lists, taxes};
use ::store::{Conn, Error, books};
use kernel::{Currency, Date, Decimal, Localized, Money, Refusal, Scope};
use ledger::{AccountRole, Chart};

/// Base and tax of one code and rate, in the currency of the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRow {
    pub code: String,
    /// As the catalog calls it today, by language.
    pub names: Localized,
    /// Percent; none where no document names one.
    pub rate: Option<Decimal>,
    pub base: Money,
    pub tax: Money,
}

/// What invoices and credit notes came to, beside what the account of output tax says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxSummary {
    pub from: Date,
    pub to: Date,
    pub currency: Currency,
    pub rows: Vec<TaxRow>,
    pub total_base: Money,
    pub total_tax: Money,
    /// The account of output tax.
    pub account: &'static str,
    /// What it grew by.
    pub on_account: Money,
    /// What it grew by besides: entries written by hand.
    pub other: Money,
}

/// The tax summary between two days, both included, by the day of the entries.
pub fn tax_summary(conn: &mut Conn, scope: &Scope, from: Date, to: Date) -> Result<TaxSummary, Error> {
    let Scope::Organisation(organisation) = *scope else { return Err(Refusal::forbidden("forbidden").into()) };
    let books = books::load(conn, organisation)?;
    let chart = Chart::by_name(&books.chart).ok_or_else(|| Error::Broken(format!("no chart {}", books.chart)))?;
    let (currency, account) = (books.currency, chart.code(AccountRole::OutputTax));
    let sums = taxes::by_rate(conn, organisation, chart, (from, to))?;
    let codes: Vec<String> = sums.iter().map(|sum| sum.code.clone()).collect();
    let names = lists::tax_names(conn, scope, &codes)?;
    let row = |sum: taxes::Summed| TaxRow {
        names: names.get(&sum.code).cloned().unwrap_or_default(),
        rate: sum.rate.parse().ok(),
        base: Money::new(sum.base_minor, currency),
        tax: Money::new(sum.tax_minor, currency),
        code: sum.code,
    };
    let mut rows: Vec<TaxRow> = sums.into_iter().map(row).collect();
    rows.sort_by(|a, b| (&a.code, a.rate).cmp(&(&b.code, b.rate)));
    let total_base = Money::sum(currency, rows.iter().map(|row| row.base))?;
    let total_tax = Money::sum(currency, rows.iter().map(|row| row.tax))?;
    let on_account = Money::new(taxes::on_account(conn, organisation, account, (from, to))?, currency);
    let other = on_account.minus(total_tax)?;
    Ok(TaxSummary { from, to, currency, rows, total_base, total_tax, account, on_account, other })
}
