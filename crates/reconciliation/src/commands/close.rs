//! A statement is closed with its reconciliation report, and opened again.

use crate::report;
use crate::store::{self, Beside, StatementRow};
use ::store::{Command, Error, Tx};
use identity::{Giving, need_second_person};
use kernel::id::StatementId;
use kernel::{Date, Decimal, Money, Permission, Refusal};
use schema::types::{At, JsonText};

/// Closes a statement: its report is kept as it stands, and its lines are neither matched, nor unmatched, nor set aside any more.
///
/// Every line is matched or set aside before; what was set aside stands in the report as what the books do not have. Refuses
/// `statement_not_found`, `statement_already_closed`, `earlier_statement_open`, `statement_lines_open`, and `closing_needs_reason`
/// where the adjusted balances differ, where the bank told no balance, or where the one before ended with another than this begins with.
/// A difference above the organisation's limit is let go by somebody who neither brought the statement in nor matched its lines; refuses
/// what [`need_second_person`] does.
#[derive(Debug, Clone)]
pub struct CloseStatement {
    pub statement: StatementId,
    /// Why it may be closed with what is left; up to 500 characters.
    pub reason: Option<String>,
}

/// Opens a closed statement again; its report is taken back.
///
/// Refuses `statement_not_found`, `statement_not_closed`, `later_statement_closed`, and `statement_period_closed` where one of its
/// days is in a period that is closed.
#[derive(Debug, Clone)]
pub struct ReopenStatement {
    pub statement: StatementId,
    /// 1 to 500 characters.
    pub reason: String,
}

impl Command for CloseStatement {
    const NAME: &'static str = "statement.close";
    const PERMISSION: Permission = Permission::StatementClose;
    type Output = StatementId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<StatementId, Error> {
        let mut row = locked(tx, self.statement)?;
        if row.status == "closed" {
            return Err(Refusal::conflict("statement_already_closed").into());
        }
        let until = last_day(&row)?;
        still(tx, &row, until)?;
        if let Some(earlier) = store::beside(tx.conn, &row, Beside::OpenBefore)? {
            return Err(Refusal::conflict("earlier_statement_open").with("until", last_day(&earlier)?).into());
        }
        let open = store::count_open(tx.conn, tx.organisation(), &[self.statement])?;
        if let Some((_, lines)) = open.first() {
            return Err(Refusal::conflict("statement_lines_open").with("n", *lines).into());
        }
        let scope = tx.context().scope();
        let mut kept = report::work_out(tx.conn, &scope, &row)?;
        if kept.needs_reason() && self.reason.is_none() {
            return Err(Refusal::conflict("closing_needs_reason").with("difference", kept.figures.difference).into());
        }
        self.second_person(tx, &row, kept.figures.difference)?;
        kept.reason.clone_from(&self.reason);
        row.report = Some(JsonText(report::as_kept(&kept)?));
        "closed".clone_into(&mut row.status);
        row.closed_by = Some(tx.context().actor.name());
        row.closed_at = Some(At(tx.now()));
        row.version += 1;
        store::update_statement(tx.conn, &row)?;
        let facts = serde_json::json!({
            "account": row.account, "until": until.to_string(), "bank": kept.figures.told.bank.to_string(),
            "book": kept.figures.told.book.to_string(), "difference": kept.figures.difference.to_string(),
            "reason": self.reason,
        });
        tx.emit("statement.closed", self.statement, &facts)?;
        tx.audit(self.statement, &facts)?;
        Ok(self.statement)
    }
}

impl CloseStatement {
    fn second_person(&self, tx: &mut Tx<'_>, row: &StatementRow, difference: Money) -> Result<(), Error> {
        if difference.is_zero() {
            return Ok(());
        }
        let actor = tx.context().actor.name();
        let had_part = row.imported_by == actor || store::has_matched(tx.conn, row, &actor)?;
        let minor = ledger::value(tx, difference, last_day(row)?)?.functional_minor;
        let amount = Money::new(minor.saturating_abs(), tx.books()?.currency);
        let maker = had_part.then_some(actor.as_str());
        let giving = Giving { act: "close_statement", about: self.statement, amount, rate: Decimal::ONE, maker };
        need_second_person(tx, &giving)
    }
}

impl Command for ReopenStatement {
    const NAME: &'static str = "statement.reopen";
    const PERMISSION: Permission = Permission::StatementClose;
    type Output = StatementId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<StatementId, Error> {
        let mut row = locked(tx, self.statement)?;
        if row.status != "closed" {
            return Err(Refusal::conflict("statement_not_closed").into());
        }
        if let Some(later) = store::beside(tx.conn, &row, Beside::ClosedBehind)? {
            return Err(Refusal::conflict("later_statement_closed").with("until", last_day(&later)?).into());
        }
        let scope = tx.context().scope();
        let periods = ledger::queries::periods(tx.conn, &scope)?;
        // Months close in their order: what is before the last closed one is closed, whether or not anything was posted there.
        let from = row.from_on.map_or_else(|| last_day(&row), |day| Ok(day.0))?;
        let last_closed = periods.iter().filter(|period| period.closed).map(|period| period.ends_on).max();
        if let Some(closed) = last_closed.filter(|ends_on| *ends_on >= from) {
            return Err(Refusal::conflict("statement_period_closed").with("until", closed).into());
        }
        row.report = None;
        "open".clone_into(&mut row.status);
        row.closed_by = None;
        row.closed_at = None;
        row.version += 1;
        store::update_statement(tx.conn, &row)?;
        let facts = serde_json::json!({ "account": row.account, "reason": self.reason });
        tx.emit("statement.reopened", self.statement, &facts)?;
        tx.audit(self.statement, &facts)?;
        Ok(self.statement)
    }
}

/// The statement, held; one that is being read is not there yet.
fn locked(tx: &mut Tx<'_>, id: StatementId) -> Result<StatementRow, Error> {
    let organisation = tx.organisation();
    let row = store::lock_statement(tx.conn, organisation, id)?.filter(|row| row.status != store::READING);
    Ok(row.ok_or_else(|| Refusal::not_found("statement_not_found"))?)
}

fn last_day(row: &StatementRow) -> Result<Date, Error> {
    Ok(row.until_on.ok_or_else(|| Error::Broken(format!("{} has no days", row.statement_id)))?.0)
}

/// Nobody posts to the account or matches its lines until the transaction ends, so that the figures are of one moment. In a closed
/// period nobody posts anyway.
fn still(tx: &mut Tx<'_>, row: &StatementRow, until: Date) -> Result<(), Error> {
    let organisation = tx.organisation();
    store::lock_days(tx.conn, organisation, (&row.account, row.currency), until)?;
    match ledger::hold(tx, &row.account, row.currency, until) {
        Err(Error::Refused(refusal)) if refusal.code == "period_closed" => Ok(()),
        held => held.map(|_| ()),
    }
}
