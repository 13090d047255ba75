//! What a rule would have done is kept with the version that was asked.

use super::one;
use crate::match_rule::Replay;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::MatchRuleId;
use schema::types::JsonText;

/// Keeps a replay with the version of the rule that was replayed. Made by [`crate::replay`] alone.
///
/// Refuses `match_rule_not_found`, and `stale_form` where the rule was written anew meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct RecordReplay {
    pub id: MatchRuleId,
    pub version: i64,
    pub replay: Replay,
}

impl Command for RecordReplay {
    const NAME: &'static str = "match_rule.replay";
    const PERMISSION: Permission = Permission::StatementRules;
    type Output = MatchRuleId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MatchRuleId, Error> {
        let mut row = one(tx, self.id, Some(self.version))?;
        row.replay = Some(JsonText(serde_json::to_string(&self.replay)?));
        store::update_rule(tx.conn, &row)?;
        let facts = serde_json::json!({ "name": row.name, "version": row.version, "replay": self.replay });
        tx.audit(self.id, &facts)?;
        Ok(self.id)
    }
}
