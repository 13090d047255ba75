//! Whether statements, lines, matches and the journal agree.

use crate::commands::{Settle, Settled};
use crate::store;
use ::store::{Conn, Error, Finding};
use kernel::id::{InvoiceId, OrganisationId};
use std::collections::{BTreeMap, BTreeSet};

/// Where they do not: `statement_differs` (lines), `statement_line_differs` (state), `match_differs` (what it brings together, or the
/// journal), `charges_differ` (what banks kept of an invoice's payments), `statement_report_differs` (what a closed one keeps). At most 200 findings of a kind.
pub fn verify(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for wrong in store::miscounted(conn, organisation)? {
        let detail = format!("it says it has {} lines, there are {}", wrong.told, wrong.there);
        findings.push(Finding::new("statement_differs", wrong.statement_id.to_string(), detail));
    }
    for wrong in store::wrong_lines(conn, organisation)? {
        let detail = "its state or amount is not what its match says".to_owned();
        findings.push(Finding::new("statement_line_differs", wrong.line_id.to_string(), detail));
    }
    for wrong in store::unbalanced(conn, organisation)? {
        let detail = format!("its lines come to {}, its entries to {}", wrong.lines_minor, wrong.entries_minor);
        findings.push(Finding::new("match_differs", wrong.match_id.to_string(), detail));
    }
    for wrong in store::misread(conn, organisation)? {
        let detail = format!("it says {} of an entry, the journal has {}", wrong.lines_minor, wrong.entries_minor);
        findings.push(Finding::new("match_differs", wrong.match_id.to_string(), detail));
    }
    let (borne, charged) = (borne(conn, organisation)?, store::charged(conn, organisation)?);
    let of = |sums: &BTreeMap<InvoiceId, i64>, invoice: &InvoiceId| sums.get(invoice).copied().unwrap_or(0);
    let invoices: BTreeSet<&InvoiceId> = borne.keys().chain(charged.keys()).collect();
    for invoice in invoices.into_iter().filter(|id| of(&borne, id) != of(&charged, id)).take(200) {
        let (says, matches) = (of(&charged, invoice), of(&borne, invoice));
        let detail = format!("it says that banks kept {says} of what was paid, its matches {matches}");
        findings.push(Finding::new("charges_differ", invoice.to_string(), detail));
    }
    for (statement, detail) in crate::report::changed(conn, organisation)? {
        findings.push(Finding::new("statement_report_differs", statement.to_string(), detail));
    }
    Ok(findings)
}

/// What matches say that banks kept and we bore, by invoice, in minor units.
fn borne(conn: &mut Conn, organisation: OrganisationId) -> Result<BTreeMap<InvoiceId, i64>, Error> {
    let mut sums = BTreeMap::new();
    for kept in store::settled_beside(conn, organisation)? {
        let settled: Vec<Settled> = serde_json::from_str(&kept.0)?;
        for one in settled.into_iter().filter(|one| one.as_what == Settle::Fee) {
            *sums.entry(one.invoice).or_insert(0) += one.minor;
        }
    }
    Ok(sums)
}
