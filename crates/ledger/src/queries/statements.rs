//! Balance sheet and profit and loss, drawn up from balances.

use crate::posting::chart_of;
use crate::rules::chart::Chart;
use crate::rules::statements::{self, Balance, Statement, StatementError};
use crate::store::balances;
use ::store::{Conn, Error, books};
use kernel::id::{CustomerId, OrganisationId};
use kernel::{Currency, Date, Scope};

/// The balance sheet at the end of a day, beside that at the beginning of the fiscal year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceSheet {
    pub currency: Currency,
    pub as_of: Date,
    pub now: Statement,
    /// The day before the fiscal year began.
    pub year_began: Date,
    pub then: Statement,
}

/// Profit and loss of a time, beside that of the fiscal year up to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfitAndLoss {
    pub currency: Currency,
    pub from: Date,
    pub to: Date,
    pub period: Statement,
    pub year_from: Date,
    pub year: Statement,
}

struct Frame {
    organisation: OrganisationId,
    currency: Currency,
    chart: Chart,
    /// First day of the fiscal year.
    year_from: Date,
}

fn frame(conn: &mut Conn, scope: &Scope, day: Date) -> Result<Frame, Error> {
    let organisation = super::organisation(scope)?;
    let books = books::load(conn, organisation)?;
    let year_from = books::year_begins(conn, organisation, day)?;
    Ok(Frame { organisation, currency: books.currency, chart: chart_of(&books)?, year_from })
}

/// The balance sheet at the end of a day.
pub fn balance_sheet(conn: &mut Conn, scope: &Scope, as_of: Date) -> Result<BalanceSheet, Error> {
    let Frame { organisation, currency, chart, year_from } = frame(conn, scope, as_of)?;
    let year_began = year_from.yesterday().unwrap_or(year_from);
    let mut at = |day| {
        let rows = balances::by_party(conn, organisation, day)?;
        let balances: Vec<Balance> = rows
            .into_iter()
            .map(|row| Balance {
                account: row.account,
                party: (row.party_id != CustomerId::NIL).then_some(row.party_id),
                debit_minor: row.debit_minor - row.credit_minor,
            })
            .collect();
        statements::balance_sheet(chart, &balances).map_err(broken)
    };
    Ok(BalanceSheet { currency, as_of, now: at(as_of)?, year_began, then: at(year_began)? })
}

/// Profit and loss between two days, both included; `from` is the first of the month of `to` where none is named, as the form
/// has it: 本月金额 beside 本年累计金额.
pub fn profit_and_loss(conn: &mut Conn, scope: &Scope, from: Option<Date>, to: Date) -> Result<ProfitAndLoss, Error> {
    let Frame { organisation, currency, chart, year_from } = frame(conn, scope, to)?;
    let from = from.unwrap_or_else(|| to.first_of_month());
    let mut since = |from| {
        let rows = balances::by_account(conn, organisation, Some(from), to)?;
        let movements: Vec<Balance> = rows
            .into_iter()
            .map(|row| Balance { account: row.account, party: None, debit_minor: row.debit_minor - row.credit_minor })
            .collect();
        statements::profit_and_loss(chart, &movements).map_err(broken)
    };
    Ok(ProfitAndLoss { currency, from, to, period: since(from)?, year_from, year: since(year_from)? })
}

fn broken(error: StatementError) -> Error {
    Error::Broken(error.to_string())
}
