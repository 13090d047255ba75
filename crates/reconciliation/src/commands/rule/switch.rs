//! A rule is switched on or off.

use super::one;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::MatchRuleId;
use kernel::{Permission, Refusal};

/// Switches a rule on: the next files are compared with it; or off. What it did stands.
///
/// Refuses `match_rule_not_found`, `stale_form`, and `rule_not_replayed` for a version of which nobody asked what it would have done.
#[derive(Debug, Clone, Copy)]
pub struct SwitchRule {
    pub id: MatchRuleId,
    /// The version that was looked at; `None` takes whatever stands.
    pub version: Option<i64>,
    pub active: bool,
}

impl Command for SwitchRule {
    const NAME: &'static str = "match_rule.switch";
    const PERMISSION: Permission = Permission::StatementRules;
    type Output = MatchRuleId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MatchRuleId, Error> {
        let mut row = one(tx, self.id, self.version)?;
        if self.active && row.replay.is_none() {
            return Err(Refusal::conflict("rule_not_replayed").with("name", row.name).into());
        }
        row.active = self.active;
        store::update_rule(tx.conn, &row)?;
        let facts = serde_json::json!({ "name": row.name, "version": row.version, "active": self.active });
        tx.audit(self.id, &facts)?;
        Ok(self.id)
    }
}
