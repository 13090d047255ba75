//! Pay-outs against the journal: clearing, bank and fees have what the pay-out says, or nothing where it came back.

use crate::rules::payment::clearing;
use crate::store::{self, PayoutRow, proof};
use ::store::{Conn, Error, Finding};
use kernel::Money;
use kernel::id::{self, GatewayConnectionId, Kind, OrganisationId, PayoutId};
use ledger::{AccountRole, Chart};
use std::collections::{BTreeMap, HashMap};

pub(super) fn walk(conn: &mut Conn, organisation: OrganisationId, chart: Chart) -> Result<Vec<Finding>, Error> {
    let connections = store::connections_of(conn, organisation)?;
    let providers: HashMap<GatewayConnectionId, String> =
        connections.into_iter().map(|row| (row.connection_id, row.provider)).collect();
    let (mut findings, mut after) = (Vec::new(), PayoutId::NIL);
    loop {
        let rows = store::payouts_after(conn, organisation, after)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
        after = last.payout_id;
        let mut journal: HashMap<PayoutId, BTreeMap<String, i64>> = HashMap::new();
        let page = (first.payout_id.retyped(), last.payout_id.retyped());
        for line in proof::sums_of(conn, organisation, id::Payout::PREFIX, page)? {
            journal.entry(line.document_id.retyped()).or_default().insert(line.account, line.minor);
        }
        for row in &rows {
            let provider = providers.get(&row.connection_id).map_or("", String::as_str);
            let wanted = wanted(row, chart.code(clearing(provider)), chart);
            let mut told = journal.remove(&row.payout_id).unwrap_or_default();
            told.retain(|_, minor| *minor != 0);
            for account in wanted.keys().chain(told.keys()).collect::<std::collections::BTreeSet<_>>() {
                let [ours, books] = [&wanted, &told].map(|sums| sums.get(account).copied().unwrap_or(0));
                if ours != books && findings.len() < super::FINDINGS_MAX {
                    let money = |minor| Money::new(minor, row.currency);
                    let detail = format!("{account} should have {}, the journal has {}", money(ours), money(books));
                    findings.push(Finding::new("payout_differs", row.payout_id.to_string(), detail));
                }
            }
        }
    }
    Ok(findings)
}

/// What the journal has to have of a pay-out, debit positive. A fee stays with the provider when the money comes back.
fn wanted(row: &PayoutRow, clearing: &str, chart: Chart) -> BTreeMap<String, i64> {
    let fee = row.fee_minor.unwrap_or(0);
    let net = if row.status == "arrived" { row.net_minor } else { 0 };
    let sums = [(clearing, -net - fee), (row.account.as_str(), net), (chart.code(AccountRole::Fees), fee)];
    let sums = sums.into_iter().filter(|(_, minor)| *minor != 0);
    sums.map(|(account, minor)| (account.to_owned(), minor)).collect()
}
