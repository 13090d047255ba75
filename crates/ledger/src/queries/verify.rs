//! Recomputes what is kept as totals, and names what does not hold.

use crate::store::{balances, entries, revaluations};
use ::store::{Conn, Error, Finding};
use kernel::id::OrganisationId;

/// Findings of a kind, at most: enough to see what is wrong.
const FINDINGS_MAX: usize = 200;

/// Every entry balances and has its row in the trail, roll-ups and tail equal a recount of all lines, and voucher numbers have
/// no gap, and every revaluation is taken back on the next day, so that nothing of it is left when something is settled. At most
/// 200 findings of a kind.
///
/// Codes: `entry_unbalanced`, `entry_too_few_lines`, `balance_differs`, `account_day_differs`, `voucher_gap`,
/// `trail_row_missing`, `revaluation_not_reversed`; amounts in minor units.
pub fn verify(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for bad in balances::bad_entries(conn, organisation)? {
        let code = if bad.lines < 2 { "entry_too_few_lines" } else { "entry_unbalanced" };
        let detail = format!("{} lines, debits exceed credits by {}", bad.lines, bad.minor);
        findings.push(Finding { code, subject: bad.entry_id.to_string(), detail });
    }
    for d in balances::party_differences(conn, organisation)? {
        findings.push(Finding {
            code: "balance_differs",
            subject: d.account,
            detail: format!(
                "{}: balances exceed the lines by {} debit, {} credit (original {} and {})",
                d.day.0, d.debit_minor, d.credit_minor, d.original_debit_minor, d.original_credit_minor
            ),
        });
    }
    for d in balances::account_differences(conn, organisation)? {
        findings.push(Finding {
            code: "account_day_differs",
            subject: d.account,
            detail: format!(
                "{}: the account exceeds its parties by {} debit, {} credit",
                d.day.0, d.debit_minor, d.credit_minor
            ),
        });
    }
    for gap in balances::voucher_gaps(conn, organisation)? {
        let detail = format!("the highest of {} numbers is {}", gap.numbers, gap.highest);
        findings.push(Finding { code: "voucher_gap", subject: gap.month.0.to_string(), detail });
    }
    for (entry, at) in entries::unaudited(conn, organisation)? {
        let detail = format!("posted at {at}, but the trail has no row of it");
        findings.push(Finding::new("trail_row_missing", entry.to_string(), detail));
    }
    let left = revaluations::all(conn, organisation)?.into_iter().filter(|(_, on, back)| on.tomorrow().ok() != *back);
    for (entry, on, back) in left.take(FINDINGS_MAX) {
        let detail = match back {
            Some(back) => format!("of {on}, taken back on {back}, not on the next day"),
            None => format!("of {on}, never taken back"),
        };
        findings.push(Finding::new("revaluation_not_reversed", entry.to_string(), detail));
    }
    Ok(findings)
}
