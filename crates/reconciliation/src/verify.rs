//! Whether statements, lines, matches and the journal agree.

use crate::store;
use ::store::{Conn, Error, Finding};
use kernel::id::OrganisationId;

/// Where they do not: `statement_differs` (lines), `statement_line_differs` (state), `match_differs` (what it brings together, or the
/// journal), `statement_report_differs` (what a closed one keeps). At most 200 findings of a kind.
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
    for (statement, detail) in crate::report::changed(conn, organisation)? {
        findings.push(Finding::new("statement_report_differs", statement.to_string(), detail));
    }
    Ok(findings)
}
