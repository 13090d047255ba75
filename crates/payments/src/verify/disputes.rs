//! Compares every dispute with what the provider told of its money and with the journal.
//!
//! A walk in pages of 500, three statements each.

use super::{Judged, by_document};
use crate::rules::dispute::{DisputeStatus, Funds};
use crate::rules::payment::clearing;
use crate::store::proof;
use crate::store::{self, DisputeRow, MovementRow};
use ::store::{Conn, Error, Finding};
use kernel::Money;
use kernel::id::{self, DisputeId, GatewayConnectionId, Kind, OrganisationId};
use ledger::queries::PostedLine;
use ledger::{AccountRole, Chart};
use std::collections::{BTreeMap, HashMap};

/// Where disputes, what moved of them and the journal do not agree: `dispute_differs`. At most 200 findings.
pub(super) fn walk(conn: &mut Conn, organisation: OrganisationId, chart: Chart) -> Result<Vec<Finding>, Error> {
    let (mut findings, mut after) = (Vec::new(), DisputeId::NIL);
    let mut accounts: BTreeMap<GatewayConnectionId, &'static str> = BTreeMap::new();
    loop {
        let rows = proof::disputes_after(conn, organisation, after)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
        let page = (first.dispute_id, last.dispute_id);
        after = last.dispute_id;
        let documents = (page.0.retyped(), page.1.retyped());
        let lines = by_document(ledger::queries::posted(conn, organisation, id::Dispute::PREFIX, documents)?);
        let mut moved: HashMap<DisputeId, Vec<MovementRow>> = HashMap::new();
        for movement in proof::movements_between(conn, organisation, page)? {
            moved.entry(movement.dispute_id).or_default().push(movement);
        }
        for row in rows {
            let account = match accounts.get(&row.connection_id) {
                Some(account) => account,
                None => {
                    let connection = store::connection(conn, row.connection_id)?;
                    let code = connection.map_or("", |connection| chart.code(clearing(&connection.provider)));
                    accounts.entry(row.connection_id).or_insert(code)
                }
            };
            let mut of = Judged::of(row.dispute_id.to_string(), "dispute_differs", &mut findings);
            let lines = lines.get(&row.dispute_id.retyped()).map_or(&[][..], Vec::as_slice);
            judge_funds(&mut of, &row, moved.get(&row.dispute_id).map_or(&[], Vec::as_slice))?;
            judge_entries(&mut of, &row, lines, chart, account);
        }
    }
    Ok(findings)
}

/// What is booked is what follows from the status and the money that moved.
fn judge_funds(of: &mut Judged<'_>, row: &DisputeRow, moved: &[MovementRow]) -> Result<(), Error> {
    let Some(status) = DisputeStatus::by_name(&row.status) else {
        of.note(format!("nobody knows the status {}", row.status));
        return Ok(());
    };
    let told = moved.iter().map(|one| (one.direction(), row.money(one.amount_minor)));
    let there = Funds::of(status, told, row.money(0))?;
    for (what, booked, told) in [
        ("withdrawn", row.withdrawn_minor, there.withdrawn),
        ("reinstated", row.reinstated_minor, there.reinstated),
        ("lost", row.lost_minor, there.lost),
        ("kept as a fee", row.fee_minor, row.money(moved.iter().map(|one| one.fee_minor).sum())),
    ] {
        if booked != told.minor() {
            of.note(format!("{} is booked as {what}, the provider's words come to {told}", row.money(booked)));
        }
    }
    Ok(())
}

/// The journal has on each account what is booked of the dispute.
fn judge_entries(of: &mut Judged<'_>, row: &DisputeRow, lines: &[PostedLine], chart: Chart, account: &str) {
    let money = |minor| Money::new(minor, row.currency);
    let on = |codes: &[&str]| lines.iter().filter(|line| codes.contains(&&*line.account)).map(|line| line.minor).sum();
    let code = |role| chart.code(role);
    let away = row.withdrawn_minor - row.reinstated_minor;
    let customers = [code(AccountRole::Receivable), code(AccountRole::CustomerAdvances)];
    for (what, codes, wanted) in [
        ("disputed funds", &[code(AccountRole::Disputed)][..], away - row.off_payment_minor),
        ("the customer's accounts", &customers[..], row.off_payment_minor),
        ("the provider's account", &[account][..], -away - row.fee_minor),
        ("fees", &[code(AccountRole::Fees)][..], row.fee_minor),
    ] {
        // A rounded value can stand on the account of fees as a difference of exchange, but no amount does.
        let posted: i64 = on(codes);
        if posted != wanted {
            of.note(format!("the journal has {} on {what}, it should be {}", money(posted), money(wanted)));
        }
    }
    let of_others = lines.iter().filter(|line| customers.contains(&&*line.account));
    if of_others.into_iter().any(|line| line.party_id != Some(row.customer_id)) {
        of.note("the journal has it on the account of another customer");
    }
}
