//! What is proposed for lines that wait, after they were compared again.

use crate::store;
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::StatementLineId;
use std::sync::Arc;

/// A proposal as its line's row keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Tier and score of the best candidate, in thousandths.
    pub best: Option<(String, u16)>,
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
            let best = kept.as_ref().and_then(|kept| kept.best.as_ref()).map(|(tier, score)| (tier.as_str(), *score));
            let proposal = kept.as_ref().map(|kept| kept.proposal.as_slice());
            changed += store::set_proposal(tx.conn, organisation, *line, best, proposal)?;
        }
        Ok(changed)
    }
}
