//! Rules on the wire.

use crate::apply::{Applicable, Applied};
use crate::match_rule::{Conditions, Fits, MatchRule, Replay, RuleData};
use crate::rulebook::{self, Example};
use crate::rules::rule_input::{AmountInput, RuleInput};
use ::store::{Conn, Error, Tx};
use kernel::Scope;
use kernel::id::MatchRuleId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::json_body;
use web::wire::{Change, Money, Patch};

/// What a line must say, all of it together; at least one thing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleConditions {
    /// `in` or `out`; both ways where it is left out.
    #[serde(default)]
    #[schema(example = "out")]
    pub direction: Option<String>,
    /// Words of the text, or of a reference, in this order; upper and lower case are the same.
    #[serde(default)]
    #[schema(max_length = 100, example = "maintenance fee")]
    pub text: Option<String>,
    /// Words of the other side's name.
    #[serde(default)]
    #[schema(max_length = 100, example = "示例银行")]
    pub payer: Option<String>,
    /// The bank's code of the kind of movement.
    #[serde(default)]
    #[schema(max_length = 40, example = "NCHG")]
    pub code: Option<String>,
    /// The least amount, without its sign; with it, lines in this currency alone.
    #[serde(default)]
    pub least: Option<Money>,
    /// The greatest amount, in the same currency.
    #[serde(default)]
    pub most: Option<Money>,
}

impl From<&Conditions> for RuleConditions {
    fn from(kept: &Conditions) -> Self {
        let bound = |bound: Option<kernel::Money>| bound.map(Money::from);
        RuleConditions {
            direction: kept.incoming.map(|incoming| if incoming { "in" } else { "out" }.to_owned()),
            text: kept.text.clone(),
            payer: kept.payer.clone(),
            code: kept.code.clone(),
            least: kept.amount.as_ref().and_then(|bounds| bound(bounds.least())),
            most: kept.amount.as_ref().and_then(|bounds| bound(bounds.most())),
        }
    }
}

/// A rule that is written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMatchRule {
    /// What its matches call it.
    #[schema(min_length = 1, max_length = 100, example = "Bank fees")]
    pub name: String,
    #[serde(default)]
    pub conditions: RuleConditions,
    /// `post`: the other side is posted to `account`; `ignore`: the line is set aside.
    #[schema(example = "post")]
    pub action: String,
    /// Code of the account.
    #[schema(max_length = 40, example = "5603")]
    pub account: Option<String>,
}

fn input(name: String, conditions: RuleConditions, action: String, account: Option<String>) -> RuleInput {
    let amount = |money: Money| AmountInput { currency: money.currency, amount: money.amount };
    RuleInput {
        name,
        direction: conditions.direction,
        text: conditions.text,
        payer: conditions.payer,
        code: conditions.code,
        least: conditions.least.map(amount),
        most: conditions.most.map(amount),
        action,
        account,
    }
}

impl From<NewMatchRule> for RuleInput {
    fn from(new: NewMatchRule) -> Self {
        input(new.name, new.conditions, new.action, new.account)
    }
}

/// Changes of a rule; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchRuleChanges {
    /// The version that the change was made on; where another stands, it is refused.
    #[schema(example = 1)]
    pub version: Option<i64>,
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Bank fees")]
    pub name: Change<String>,
    /// All conditions; replaces those there are.
    #[serde(default)]
    #[schema(value_type = Option<RuleConditions>)]
    pub conditions: Change<RuleConditions>,
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "post")]
    pub action: Change<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "5603")]
    pub account: Patch<String>,
    /// Its place among the rules, counted from one.
    #[schema(minimum = 1, example = 1)]
    pub position: Option<i64>,
}

fn action(data: &RuleData) -> String {
    if data.account.is_some() { "post" } else { "ignore" }.to_owned()
}

impl MatchRuleChanges {
    /// The rule with these changes, to be checked as a whole. Who sets lines aside from now on need not take the account away.
    pub fn onto(self, old: RuleData) -> RuleInput {
        let action = self.action.onto(action(&old));
        let kept = old.account.filter(|_| action == "post");
        let conditions = self.conditions.onto(RuleConditions::from(&old.conditions));
        input(self.name.onto(old.name), conditions, action, self.account.onto(kept))
    }
}

/// Which version is meant.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfVersion {
    /// The version that was looked at; where another stands, it is refused.
    #[serde(default)]
    #[schema(example = 1)]
    pub version: Option<i64>,
}

/// Over which days, both included; the last three months where nothing is said, a year at most.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Days {
    #[serde(default)]
    #[schema(example = "2026-08-23")]
    pub from: Option<String>,
    #[serde(default)]
    #[schema(example = "2026-11-23")]
    pub until: Option<String>,
}

/// Which open lines a rule is applied to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Apply {
    /// The version that was looked at; where another stands, it is refused.
    #[serde(default)]
    #[schema(example = 1)]
    pub version: Option<i64>,
    #[serde(default)]
    #[schema(example = "2026-08-23")]
    pub from: Option<String>,
    #[serde(default)]
    #[schema(example = "2026-11-23")]
    pub until: Option<String>,
    /// Says how many lines it would be; nothing is done.
    #[serde(default)]
    #[schema(example = true)]
    pub dry_run: bool,
}

/// What came of applying a rule, or would.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppliedView {
    /// Lines that were posted or set aside, or would be.
    #[schema(example = 12)]
    pub lines: i64,
    /// Lines that the books refused, or that somebody dealt with meanwhile.
    #[schema(example = 0)]
    pub refused: i64,
    /// Lines for which another answer is as good, in a dry run.
    #[schema(example = 1)]
    pub tied: Option<i64>,
    /// There are more than are taken at once, in a dry run.
    #[schema(example = false)]
    pub more: Option<bool>,
}

impl AppliedView {
    pub fn would(found: Applicable) -> AppliedView {
        let lines = i64::try_from(found.lines.len()).unwrap_or(i64::MAX);
        AppliedView { lines, refused: 0, tied: Some(found.tied), more: Some(found.has_more) }
    }

    pub fn did(applied: Applied) -> AppliedView {
        AppliedView { lines: applied.done, refused: applied.refused, tied: None, more: None }
    }
}

/// Lines of a currency that fit.
#[derive(Debug, Serialize, ToSchema)]
pub struct FittingLines {
    #[schema(example = "CNY")]
    pub currency: String,
    #[schema(example = 12)]
    pub lines: i64,
    /// What came in with them.
    pub incoming: Money,
    /// What went out, above zero.
    pub outgoing: Money,
}

impl From<Fits> for FittingLines {
    fn from(fits: Fits) -> Self {
        let money = |minor| Money::from(kernel::Money::new(minor, fits.currency));
        FittingLines {
            currency: fits.currency.code().to_owned(),
            lines: fits.lines,
            incoming: money(fits.in_minor),
            outgoing: money(fits.out_minor),
        }
    }
}

/// How many of the lines another rule takes first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenFirst {
    #[schema(example = "Interest")]
    pub rule: String,
    #[schema(example = 2)]
    pub lines: i64,
}

/// A line that was dealt with in another way than the rule would.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleConflict {
    #[schema(example = "stl_01h455vb4pex5vsknk084sn02q")]
    pub line: String,
    #[schema(example = "2026-11-02")]
    pub booking_date: String,
    pub amount: Money,
    #[schema(example = "示例银行")]
    pub counterparty: Option<String>,
    #[schema(example = "Account maintenance fee November")]
    pub text: String,
    /// `matched` or `ignored`; `open` where it was taken back since.
    #[schema(example = "matched")]
    pub state: String,
    /// Whose payment it was taken for.
    #[schema(example = "上海远航贸易有限公司")]
    pub customer: Option<String>,
    /// The accounts that its other side was posted to.
    #[schema(example = json!(["5711"]))]
    pub accounts: Vec<String>,
}

impl From<Example> for RuleConflict {
    fn from(example: Example) -> Self {
        let line = example.line;
        RuleConflict {
            line: line.id.to_string(),
            booking_date: line.booked_on.to_string(),
            amount: line.amount.into(),
            counterparty: line.payer,
            text: line.text,
            state: line.state,
            customer: example.customer,
            accounts: example.accounts,
        }
    }
}

/// What a version of a rule would have done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayView {
    #[schema(example = "2026-11-23T08:30:00Z")]
    pub at: String,
    #[schema(example = "usr_01h455vb4pex5vsknk084sn02q")]
    pub by: String,
    #[schema(example = "2026-08-23")]
    pub from: String,
    #[schema(example = "2026-11-23")]
    pub until: String,
    /// Lines that were looked at.
    #[schema(example = 1200)]
    pub lines: i64,
    /// There were more than are looked at in one go: the oldest were left out.
    #[schema(example = false)]
    pub cut: bool,
    pub fits: Vec<FittingLines>,
    /// Of those that fit: open still.
    #[schema(example = 3)]
    pub open: i64,
    /// Of those that fit: dealt with as the rule says.
    #[schema(example = 8)]
    pub same: i64,
    /// Of those that fit: dealt with in another way.
    #[schema(example = 1)]
    pub conflicts: i64,
    /// Up to 20 of them; in the list of rules none.
    pub examples: Vec<RuleConflict>,
    /// Rules that are switched on and would have taken lines first.
    pub taken_first: Vec<TakenFirst>,
}

impl ReplayView {
    fn new(replay: Replay, examples: Vec<Example>) -> ReplayView {
        ReplayView {
            at: replay.at.to_string(),
            by: replay.by,
            from: replay.from.to_string(),
            until: replay.until.to_string(),
            lines: replay.lines,
            cut: replay.is_cut,
            fits: replay.fits.into_iter().map(FittingLines::from).collect(),
            open: replay.open,
            same: replay.same,
            conflicts: replay.other,
            examples: examples.into_iter().map(RuleConflict::from).collect(),
            taken_first: replay.taken_first.into_iter().map(|(rule, lines)| TakenFirst { rule, lines }).collect(),
        }
    }
}

/// A rule in the version that stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchRuleView {
    #[schema(example = "mrl_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Counts what changed its meaning.
    #[schema(example = 1)]
    pub version: i64,
    #[schema(example = "Bank fees")]
    pub name: String,
    /// Counted from one: earlier rules are tried first.
    #[schema(example = 1)]
    pub position: i32,
    pub conditions: RuleConditions,
    /// `post` or `ignore`.
    #[schema(example = "post")]
    pub action: String,
    #[schema(example = "5603")]
    pub account: Option<String>,
    #[schema(example = false)]
    pub active: bool,
    #[schema(example = "usr_01h455vb4pex5vsknk084sn02q")]
    pub written_by: String,
    #[schema(example = "2026-11-23T08:30:00Z")]
    pub written_at: String,
    /// What this version would have done; null until somebody asked.
    pub replay: Option<ReplayView>,
}

impl MatchRuleView {
    pub fn new(rule: MatchRule, examples: Vec<Example>) -> MatchRuleView {
        MatchRuleView {
            id: rule.id.to_string(),
            version: rule.version,
            position: rule.position,
            conditions: RuleConditions::from(&rule.data.conditions),
            action: action(&rule.data),
            name: rule.data.name,
            account: rule.data.account,
            active: rule.active,
            written_by: rule.written_by,
            written_at: rule.written_at.to_string(),
            replay: rule.replay.map(|replay| ReplayView::new(replay, examples)),
        }
    }

    pub fn read(conn: &mut Conn, scope: &Scope, id: MatchRuleId) -> Result<MatchRuleView, Error> {
        let rule = rulebook::one(conn, scope, id)?;
        let examples = rule.replay.as_ref().map(|replay| rulebook::examples(conn, scope, replay)).transpose()?;
        Ok(MatchRuleView::new(rule, examples.unwrap_or_default()))
    }
}

/// The rule as it is now, in bytes.
pub fn shown(tx: &mut Tx<'_>, status: u16, id: MatchRuleId) -> Result<(u16, Vec<u8>), Error> {
    let scope = tx.context().scope();
    json_body(status, &MatchRuleView::read(tx.conn, &scope, id)?)
}
