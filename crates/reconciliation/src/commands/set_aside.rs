//! Lines that are nothing of the company's, or are dealt with elsewhere.

use super::held;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::StatementLineId;
use kernel::{Permission, Refusal};

/// Sets lines aside, or takes them up again.
///
/// Refuses `statement_line_not_found`, `statement_closed`, `line_matched`.
#[derive(Debug, Clone)]
pub struct SetAside {
    pub lines: Vec<StatementLineId>,
    pub aside: bool,
    pub reason: String,
}

impl Command for SetAside {
    const NAME: &'static str = "statement.set_aside";
    const PERMISSION: Permission = Permission::StatementMatch;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut ids = self.lines.clone();
        ids.sort_unstable();
        ids.dedup();
        let (statement, lines) = held(tx, &ids)?;
        if lines.iter().any(|line| line.state == "matched") {
            return Err(Refusal::conflict("line_matched").into());
        }
        let organisation = tx.organisation();
        store::set_state(tx.conn, organisation, &ids, if self.aside { "ignored" } else { "open" })?;
        tx.emit("statement.matched", statement.statement_id, &serde_json::json!({ "lines": ids }))?;
        let facts = serde_json::json!({ "lines": ids, "aside": self.aside, "reason": self.reason });
        tx.audit(statement.statement_id, &facts)
    }
}
