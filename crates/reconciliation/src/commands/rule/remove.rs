//! A rule is used no longer.

use super::{held, number};
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::MatchRuleId;
use schema::types::At;

/// Takes a rule out of use. Its versions are kept, for the matches that name it.
///
/// Refuses `match_rule_not_found`, `stale_form`.
#[derive(Debug, Clone, Copy)]
pub struct RemoveRule {
    pub id: MatchRuleId,
    /// The version that was looked at; `None` takes whatever stands.
    pub version: Option<i64>,
}

impl Command for RemoveRule {
    const NAME: &'static str = "match_rule.remove";
    const PERMISSION: Permission = Permission::StatementRules;
    type Output = MatchRuleId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MatchRuleId, Error> {
        let (mut rules, at) = held(tx, self.id, self.version)?;
        let mut row = rules.remove(at);
        row.active = false;
        row.replaced_at = Some(At(tx.now()));
        store::update_rule(tx.conn, &row)?;
        number(tx, rules)?;
        tx.audit(self.id, &serde_json::json!({ "name": row.name, "version": row.version }))?;
        Ok(self.id)
    }
}
