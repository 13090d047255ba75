//! Lines that are nothing of the company's, or are dealt with elsewhere.

use super::held;
use crate::proposal::ProposedCandidate;
use crate::store::{self, LineRow};
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
    /// The rule's answer, where a rule says so: it is kept with the lines, so that one sees why.
    pub by_rule: Option<ProposedCandidate>,
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
        for line in lines.iter().filter(|_| self.aside) {
            if let Some(answer) = &self.by_rule {
                note_rule(tx, line, answer)?;
            }
        }
        tx.emit("statement.matched", statement.statement_id, &serde_json::json!({ "lines": ids }))?;
        let rule = self.by_rule.as_ref().and_then(|answer| answer.rule);
        let facts = serde_json::json!({ "lines": ids, "aside": self.aside, "reason": self.reason, "rule": rule });
        tx.audit(statement.statement_id, &facts)
    }
}

/// The rule's answer becomes the first of those that are kept with a line.
fn note_rule(tx: &mut Tx<'_>, line: &LineRow, answer: &ProposedCandidate) -> Result<(), Error> {
    let mut kept = line.proposed()?;
    kept.tied = false;
    kept.candidates.retain(|candidate| candidate.rule.is_none());
    kept.candidates.insert(0, answer.clone());
    let best = Some((&*answer.tier, answer.score));
    store::set_proposal(tx.conn, line.organisation_id, line.line_id, best, Some(&kept.kept()?))?;
    Ok(())
}
