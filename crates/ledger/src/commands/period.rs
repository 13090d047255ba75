//! Periods are closed and opened again.

use crate::behind::number_vouchers;
use crate::rules::period::{PeriodDecision, may_close, may_reopen};
use crate::store::periods::{self, PeriodRow};
use ::store::{Command, Error, Tx};
use kernel::id::PeriodId;
use kernel::{Permission, Refusal};

/// Closes a period that is over: its vouchers are numbered, and nothing enters it any more. Refuses while an earlier one is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosePeriod(pub PeriodId);

/// Opens a closed period again. Refuses while a later one is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReopenPeriod(pub PeriodId);

impl Command for ClosePeriod {
    const NAME: &'static str = "period.close";
    const PERMISSION: Permission = Permission::PeriodClose;
    type Output = PeriodId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<PeriodId, Error> {
        let (organisation, all) = (tx.organisation(), locked(tx)?);
        let row = find(&all, self.0)?;
        let rules: Vec<_> = all.iter().map(PeriodRow::as_rule).collect();
        decided(may_close(&rules, row.starts_on.0, tx.today()?), "period_already_closed")?;
        periods::lock_month(tx.conn, organisation, row.starts_on.0)?;
        let numbered = number_vouchers(tx.conn, organisation, row.starts_on.0)?;
        periods::set_closed(tx.conn, row, true)?;
        tx.audit(self.0, &serde_json::json!({ "month": row.starts_on.0.to_string(), "numbered": numbered }))?;
        tx.emit("period.closed", self.0, &serde_json::json!({ "month": row.starts_on.0.to_string() }))?;
        Ok(self.0)
    }
}

impl Command for ReopenPeriod {
    const NAME: &'static str = "period.reopen";
    const PERMISSION: Permission = Permission::PeriodClose;
    type Output = PeriodId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<PeriodId, Error> {
        let all = locked(tx)?;
        let row = find(&all, self.0)?;
        let rules: Vec<_> = all.iter().map(PeriodRow::as_rule).collect();
        decided(may_reopen(&rules, row.starts_on.0), "period_already_open")?;
        periods::set_closed(tx.conn, row, false)?;
        tx.audit(self.0, &serde_json::json!({ "month": row.starts_on.0.to_string() }))?;
        tx.emit("period.reopened", self.0, &serde_json::json!({ "month": row.starts_on.0.to_string() }))?;
        Ok(self.0)
    }
}

fn locked(tx: &mut Tx<'_>) -> Result<Vec<PeriodRow>, Error> {
    let organisation = tx.organisation();
    periods::lock_list(tx.conn, organisation)?;
    periods::all(tx.conn, organisation)
}

fn find(all: &[PeriodRow], id: PeriodId) -> Result<&PeriodRow, Refusal> {
    all.iter().find(|row| row.period_id == id).ok_or_else(|| Refusal::not_found("period_not_found"))
}

fn decided(decision: PeriodDecision, already: &'static str) -> Result<(), Refusal> {
    match decision {
        PeriodDecision::Allowed => Ok(()),
        PeriodDecision::Already => Err(Refusal::conflict(already)),
        PeriodDecision::EarlierOpen(month) => Err(Refusal::conflict("period_earlier_open").with("month", month)),
        PeriodDecision::LaterClosed(month) => Err(Refusal::conflict("period_later_closed").with("month", month)),
        PeriodDecision::StillRuns(until) => Err(Refusal::conflict("period_still_runs").with("until", until)),
        PeriodDecision::Unknown => Err(Refusal::not_found("period_not_found")),
    }
}
