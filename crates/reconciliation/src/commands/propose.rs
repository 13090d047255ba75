//! What is proposed for lines that wait, after they were compared again.

use crate::store;
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::StatementLineId;
use std::sync::Arc;

/// A proposal as its line's row keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub tier: String,
    /// In thousandths.
    pub score: u16,
    /// [`crate::Proposed::kept`].
    pub proposal: Vec<u8>,
}

/// Keeps what is proposed for lines, or that nothing is; says of how many. A line that was dealt with in the meantime stays as it is.
#[derive(Debug, Clone)]
pub(crate) struct KeepProposals {
    pub lines: Arc<Vec<(StatementLineId, Option<Kept>)>>,
}

impl Command for KeepProposals {
    const NAME: &'static str = "statement.propose";
    const PERMISSION: Permission = Permission::StatementMatch;
    type Output = usize;

    fn run(&self, tx: &mut Tx<'_>) -> Result<usize, Error> {
        let organisation = tx.organisation();
        let mut changed = 0;
        for (line, kept) in self.lines.iter() {
            let kept = kept.as_ref().map(|kept| (kept.tier.as_str(), i32::from(kept.score), kept.proposal.clone()));
            changed += store::set_proposal(tx.conn, organisation, *line, kept)?;
        }
        Ok(changed)
    }
}
