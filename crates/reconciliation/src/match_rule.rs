//! A rule as its row keeps it, and as people and programs write it.

use crate::store::{RuleRow, SaidLine};
use ::store::Error;
use kernel::id::{MatchRuleId, StatementLineId};
use kernel::{Currency, Date, Money, Timestamp};
use matching::{Action, Condition, Direction, Line, Rule};
use serde::{Deserialize, Serialize};

/// What a line must say, all of it together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// Whether money came in; both ways where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incoming: Option<bool>,
    /// Words of the text, or of a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Words of the other side's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// The bank's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Bounds>,
}

/// Between which amounts a line lies, without its sign, both included; in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    pub currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<i64>,
}

impl Bounds {
    pub fn least(&self) -> Option<Money> {
        self.least.map(|minor| Money::new(minor, self.currency))
    }

    pub fn most(&self) -> Option<Money> {
        self.most.map(|minor| Money::new(minor, self.currency))
    }
}

impl Conditions {
    pub fn is_empty(&self) -> bool {
        *self == Conditions::default()
    }

    /// As the matcher compares them, what is compared quickly first.
    fn compared(&self) -> Vec<Condition> {
        let way = |incoming| Condition::Direction(if incoming { Direction::In } else { Direction::Out });
        let between = |bounds: &Bounds| {
            Condition::Amount(bounds.currency, bounds.least.unwrap_or_default(), bounds.most.unwrap_or(i64::MAX))
        };
        let all = [
            self.incoming.map(way),
            self.amount.as_ref().map(between),
            self.code.clone().map(Condition::Code),
            self.payer.clone().map(Condition::PayerHas),
            self.text.clone().map(Condition::TextHas),
        ];
        all.into_iter().flatten().collect()
    }
}

/// What somebody wrote: a name, what a line must say, and the account that its other side is posted to then. Without an account, the
/// line is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleData {
    pub name: String,
    pub conditions: Conditions,
    pub account: Option<String>,
}

impl RuleData {
    pub(crate) fn compared(&self) -> Rule {
        let action = self.account.clone().map_or(Action::Ignore, Action::Post);
        Rule { conditions: self.conditions.compared(), action }
    }
}

/// A rule in the version that stands.
#[derive(Debug, Clone)]
pub struct MatchRule {
    pub id: MatchRuleId,
    pub version: i64,
    /// Counted from one: earlier rules are tried first.
    pub position: i32,
    pub data: RuleData,
    pub active: bool,
    pub written_by: String,
    pub written_at: Timestamp,
    /// What this very version would have done, the last time that it was asked.
    pub replay: Option<Replay>,
}

/// What a row keeps of an action.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptAction {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

impl MatchRule {
    pub(crate) fn of(row: RuleRow) -> Result<MatchRule, Error> {
        let action: KeptAction = serde_json::from_str(&row.action.0)?;
        Ok(MatchRule {
            id: row.rule_id,
            version: row.version,
            position: row.position,
            data: RuleData {
                name: row.name,
                conditions: serde_json::from_str(&row.conditions.0)?,
                account: action.account,
            },
            active: row.active,
            written_by: row.written_by,
            written_at: row.created_at.0,
            replay: row.replay.map(|kept| serde_json::from_str(&kept.0)).transpose()?,
        })
    }
}

/// What a rule would have done with lines of the past. Counts only, and which lines to look at: whose they are stands with the lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    #[serde(with = "as_text")]
    pub at: Timestamp,
    pub by: String,
    #[serde(with = "as_text")]
    pub from: Date,
    #[serde(with = "as_text")]
    pub until: Date,
    /// Lines that were looked at.
    pub lines: i64,
    /// There were more than are looked at in one go: the oldest were left out.
    pub is_cut: bool,
    /// Lines that fit, by currency.
    pub fits: Vec<Fits>,
    /// Of those that fit: open still, dealt with as the rule says, and dealt with in another way.
    pub open: i64,
    pub same: i64,
    pub other: i64,
    /// Some of those that were dealt with in another way.
    pub examples: Vec<StatementLineId>,
    /// Of those that fit: how many an earlier rule that is switched on takes first, by its name.
    pub taken_first: Vec<(String, i64)>,
}

/// Lines of a currency that fit, what came in with them, and what went out; in minor units, both above zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fits {
    pub currency: Currency,
    pub lines: i64,
    pub in_minor: i64,
    pub out_minor: i64,
}

impl Replay {
    pub fn fitting(&self) -> i64 {
        self.fits.iter().map(|fits| fits.lines).sum()
    }
}

/// An active rule, as the matcher compares it and as its matches name it.
#[derive(Debug, Clone)]
pub(crate) struct ActiveRule {
    pub id: MatchRuleId,
    pub name: String,
    pub rule: Rule,
}

impl From<MatchRule> for ActiveRule {
    fn from(rule: MatchRule) -> Self {
        ActiveRule { id: rule.id, rule: rule.data.compared(), name: rule.data.name }
    }
}

impl ActiveRule {
    /// Whether a kept line says what the rule asks for. Of its references the row has the most telling alone.
    pub fn fits(&self, line: &SaidLine, currency: Currency) -> bool {
        let references: Vec<&str> = line.reference.as_deref().into_iter().collect();
        self.rule.fits(&Line {
            amount: Money::new(line.amount_minor, currency),
            on: line.booked_on.0,
            references: &references,
            text: &line.text,
            payer: line.payer.as_deref(),
            account: None,
            code: line.code.as_deref(),
        })
    }
}

/// Days and instants as they are written.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::fmt::Display;
    use std::str::FromStr;

    pub(super) fn serialize<T: Display, S: Serializer>(value: &T, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(reader: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(reader)?.parse().map_err(D::Error::custom)
    }
}
