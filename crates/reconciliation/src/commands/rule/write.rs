//! A rule is written, written anew, or put in another place.

use super::{held, number};
use crate::match_rule::{KeptAction, MatchRule, RuleData};
use crate::store::{self, RuleRow};
use ::store::{Command, Error, Tx};
use kernel::id::MatchRuleId;
use kernel::{Fields, Permission, Refusal};
use schema::types::{At, JsonText};

/// So many rules are compared with every line.
const RULES_MAX: usize = 200;

/// Writes a rule, which is born off and behind the others; or writes a version of one anew, which is off until it was replayed too; or
/// puts one in another place, where it stays what it was. Old versions are kept.
///
/// Refuses `match_rule_not_found`, `stale_form`, `too_many_rules`, `account_takes_no_lines` at `/account`, `already_exists` at `/name`,
/// `out_of_range` at `/position`.
#[derive(Debug, Clone)]
pub struct WriteRule<C = fn(Option<MatchRule>) -> Result<RuleData, Refusal>> {
    /// `None` for a new one.
    pub id: Option<MatchRuleId>,
    /// The version that the change was made on; `None` takes whatever stands.
    pub version: Option<i64>,
    /// What becomes of the rule as this transaction finds it.
    pub change: C,
    /// Its place among the rules, counted from one.
    pub position: Option<i64>,
}

impl<C> Command for WriteRule<C>
where
    C: Fn(Option<MatchRule>) -> Result<RuleData, Refusal> + Send + 'static,
{
    const NAME: &'static str = "match_rule.write";
    const PERMISSION: Permission = Permission::StatementRules;
    type Output = MatchRuleId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MatchRuleId, Error> {
        let (mut others, old) = match self.id {
            Some(id) => {
                let (mut rules, at) = held(tx, id, self.version)?;
                let old = rules.remove(at);
                (rules, Some((at, old)))
            }
            None => {
                let organisation = tx.organisation();
                (store::lock_rules(tx.conn, organisation)?, None)
            }
        };
        if old.is_none() && others.len() >= RULES_MAX {
            return Err(Refusal::conflict("too_many_rules").into());
        }
        let before = old.as_ref().map(|(_, row)| MatchRule::of(row.clone())).transpose()?;
        let kept = before.as_ref().map(|rule| rule.data.clone());
        let data = (self.change)(before)?;
        let place = self.check(tx, &data, kept.as_ref(), &others)?;
        let place = place.unwrap_or_else(|| old.as_ref().map_or(others.len(), |(at, _)| *at));
        let row = match old {
            Some((_, old)) if kept.as_ref() == Some(&data) => old,
            old => written(tx, &data, old.map(|(_, old)| old))?,
        };
        let (id, version) = (row.rule_id, row.version);
        others.insert(place, row);
        number(tx, others)?;
        let facts = serde_json::json!({
            "name": data.name, "version": version, "position": place + 1, "conditions": data.conditions,
            "account": data.account,
        });
        tx.audit(id, &facts)?;
        Ok(id)
    }
}

impl<C> WriteRule<C> {
    /// What only the books know of it; and its place, counted from nought.
    fn check(
        &self,
        tx: &mut Tx<'_>,
        data: &RuleData,
        kept: Option<&RuleData>,
        others: &[RuleRow],
    ) -> Result<Option<usize>, Error> {
        let mut fields = Fields::new();
        if others.iter().any(|other| other.name == data.name) {
            fields.note("/name", "already_exists");
        }
        if let Some(code) = data.account.as_deref().filter(|_| kept != Some(data))
            && !ledger::takes_lines(tx, code)?
        {
            fields.note("/account", "account_takes_no_lines");
        }
        let counted = |position: i64| usize::try_from(position.checked_sub(1)?).ok().filter(|at| *at <= others.len());
        let place = self.position.map(counted);
        if place == Some(None) {
            fields.note("/position", "out_of_range");
        }
        fields.finish()?;
        Ok(place.flatten())
    }
}

/// A version as it was written now, behind the one that stood.
fn written(tx: &mut Tx<'_>, data: &RuleData, old: Option<RuleRow>) -> Result<RuleRow, Error> {
    let now = At(tx.now());
    let (id, version, position) = match old {
        None => (tx.new_id(), 1, 0),
        Some(mut old) => {
            old.active = false;
            old.replaced_at = Some(now);
            store::update_rule(tx.conn, &old)?;
            (old.rule_id, old.version + 1, old.position)
        }
    };
    let row = RuleRow {
        organisation_id: tx.organisation(),
        rule_id: id,
        version,
        name: data.name.clone(),
        position,
        conditions: JsonText(serde_json::to_string(&data.conditions)?),
        action: JsonText(serde_json::to_string(&KeptAction { account: data.account.clone() })?),
        active: false,
        written_by: tx.context().actor.name(),
        created_at: now,
        replaced_at: None,
        replay: None,
    };
    store::insert_rule(tx.conn, &row)?;
    Ok(row)
}
