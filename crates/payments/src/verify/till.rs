//! Counts of tills and deposits against the journal: each count's entry is its difference, each deposit moved what it says.

use crate::store::{self, CountRow, DepositRow, proof};
use ::store::{Conn, Error, Finding};
use kernel::Money;
use kernel::id::{self, Kind, OpenItemId, OrganisationId, TillCountId, TillDepositId};
use ledger::{AccountRole, Chart};
use std::collections::{BTreeMap, HashMap};

/// What the journal has of a document, by account, debit positive.
type Sums = BTreeMap<String, i64>;

/// Where counts, deposits and the journal do not agree: `till_count_differs`, `till_deposit_differs`. At most 200 findings of a kind.
pub(super) fn walk(conn: &mut Conn, organisation: OrganisationId, chart: Chart) -> Result<Vec<Finding>, Error> {
    let mut findings = counts(conn, organisation, chart)?;
    findings.extend(deposits(conn, organisation)?);
    Ok(findings)
}

fn counts(conn: &mut Conn, organisation: OrganisationId, chart: Chart) -> Result<Vec<Finding>, Error> {
    let (mut findings, mut after) = (Vec::new(), TillCountId::NIL);
    loop {
        let rows = store::counts_after(conn, organisation, after)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
        after = last.count_id;
        let page = (first.count_id.retyped(), last.count_id.retyped());
        let mut journal = journal(conn, organisation, id::TillCount::PREFIX, page)?;
        for row in rows {
            let mut of = super::Judged::of(row.count_id.to_string(), "till_count_differs", &mut findings);
            let told = journal.remove(&row.count_id.retyped()).unwrap_or_default();
            judge_count(&mut of, &row, told, chart)?;
        }
    }
    Ok(findings)
}

fn judge_count(of: &mut super::Judged<'_>, row: &CountRow, told: Sums, chart: Chart) -> Result<(), Error> {
    let difference = row.counted_minor - row.expected_minor;
    let wanted = [(row.account.as_str(), difference), (chart.code(AccountRole::CashOverShort), -difference)];
    judge(of, &wanted, told, |minor| row.money(minor));
    let piles = row.piles()?;
    let sum: i128 = piles.iter().map(|(face, number)| i128::from(*face) * i128::from(*number)).sum();
    if !piles.is_empty() && sum != i128::from(row.counted_minor) {
        of.note(format!("its denominations do not add up to {}", row.money(row.counted_minor)));
    }
    Ok(())
}

fn deposits(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let (mut findings, mut after) = (Vec::new(), TillDepositId::NIL);
    loop {
        let rows = store::deposits_after(conn, organisation, after)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
        after = last.deposit_id;
        let page = (first.deposit_id.retyped(), last.deposit_id.retyped());
        let mut journal = journal(conn, organisation, id::TillDeposit::PREFIX, page)?;
        for row in rows {
            let mut of = super::Judged::of(row.deposit_id.to_string(), "till_deposit_differs", &mut findings);
            let told = journal.remove(&row.deposit_id.retyped()).unwrap_or_default();
            judge_deposit(&mut of, &row, told);
        }
    }
    Ok(findings)
}

fn judge_deposit(of: &mut super::Judged<'_>, row: &DepositRow, told: Sums) {
    let wanted = [(row.account.as_str(), -row.amount_minor), (row.bank_account.as_str(), row.amount_minor)];
    judge(of, &wanted, told, |minor| Money::new(minor, row.currency));
}

fn journal(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: &str,
    page: (OpenItemId, OpenItemId),
) -> Result<HashMap<OpenItemId, Sums>, Error> {
    let mut journal: HashMap<OpenItemId, Sums> = HashMap::new();
    for line in proof::sums_of(conn, organisation, kind, page)? {
        journal.entry(line.document_id).or_default().insert(line.account, line.minor);
    }
    Ok(journal)
}

/// The journal has what is wanted on each account, and nothing elsewhere.
fn judge(of: &mut super::Judged<'_>, wanted: &[(&str, i64)], mut told: Sums, money: impl Fn(i64) -> Money) {
    for (account, minor) in wanted {
        let posted = told.remove(*account).unwrap_or(0);
        if posted != *minor {
            of.note(format!("{account} should have {}, the journal has {}", money(*minor), money(posted)));
        }
    }
    for (account, minor) in told.into_iter().filter(|(_, minor)| *minor != 0) {
        of.note(format!("the journal has {} on {account}, where nothing of it belongs", money(minor)));
    }
}
