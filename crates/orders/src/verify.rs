//! Compares orders with their lines and their invoices.

use crate::store;
use ::store::{Conn, Error, Finding};
use kernel::Money;
use kernel::id::OrganisationId;

/// Where orders do not agree: sums with their lines, confirmed ones with their invoices, numbers with their series.
///
/// Codes: `order_differs`, `document_missing` (an invoice names it), `numbers_differ`. At most 200 findings of a kind.
pub fn verify(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for row in store::unlike_lines(conn, organisation)? {
        let money = |minor| Money::new(minor, row.currency);
        let detail = format!("its total is {}, its lines come to {}", money(row.minor), money(row.other_minor));
        findings.push(Finding::new("order_differs", row.name, detail));
    }
    for row in store::unlike_invoices(conn, organisation)? {
        let money = |minor| Money::new(minor, row.currency);
        let detail = if row.is_alike {
            format!("its total is {}, its invoice's {}", money(row.minor), money(row.other_minor))
        } else {
            "its invoice is missing, or is another order's, customer's or currency's".to_owned()
        };
        findings.push(Finding::new("order_differs", row.name, detail));
    }
    for invoice in store::invoices_without_order(conn, organisation)? {
        let detail = "the order that it names is missing, or has another invoice";
        findings.push(Finding::new("document_missing", invoice, detail));
    }
    let numbers = store::numbers(conn, organisation)?;
    let pattern = identity::profile(conn, organisation)?.order_pattern;
    findings.extend(invoicing::queries::numbering(conn, organisation, "order", &pattern, &numbers)?);
    Ok(findings)
}
