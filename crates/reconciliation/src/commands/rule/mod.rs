//! What changes rules.

mod record_replay;
mod remove;
mod switch;
mod write;

pub(crate) use record_replay::RecordReplay;
pub use remove::RemoveRule;
pub use switch::SwitchRule;
pub use write::WriteRule;

use crate::store::{self, RuleRow};
use ::store::{Error, Tx};
use kernel::Refusal;
use kernel::id::MatchRuleId;

/// The rules that stand, held, and the place of this one among them. Refuses `match_rule_not_found`, and `stale_form` where another
/// version stands than the one that was seen.
fn held(tx: &mut Tx<'_>, id: MatchRuleId, version: Option<i64>) -> Result<(Vec<RuleRow>, usize), Error> {
    let organisation = tx.organisation();
    let rules = store::lock_rules(tx.conn, organisation)?;
    let found = rules.iter().position(|rule| rule.rule_id == id);
    let at = found.ok_or_else(|| Refusal::not_found("match_rule_not_found"))?;
    let stands = rules.get(at).map(|rule| rule.version);
    if version.is_some() && version != stands {
        return Err(Refusal::conflict("stale_form").into());
    }
    Ok((rules, at))
}

/// One rule, held. Refuses as [`held`].
fn one(tx: &mut Tx<'_>, id: MatchRuleId, version: Option<i64>) -> Result<RuleRow, Error> {
    let (rules, at) = held(tx, id, version)?;
    let found = rules.into_iter().nth(at);
    Ok(found.ok_or_else(|| Refusal::not_found("match_rule_not_found"))?)
}

/// Numbers rules from one, in this order.
fn number(tx: &mut Tx<'_>, rules: Vec<RuleRow>) -> Result<(), Error> {
    for (position, mut row) in (1..).zip(rules) {
        if row.position != position {
            row.position = position;
            store::update_rule(tx.conn, &row)?;
        }
    }
    Ok(())
}
