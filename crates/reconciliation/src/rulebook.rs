//! Rules as imports, pages and the API read them.

use crate::match_rule::{ActiveRule, MatchRule, Replay};
use crate::queries::{self, Line};
use crate::store::{self, SaidLine};
use ::store::{App, Conn, Error};
use kernel::id::{CustomerId, MatchId, MatchRuleId, OrganisationId, StatementId, StatementLineId};
use kernel::{Currency, Date, Refusal, Scope};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Lines that are read at once.
const TOGETHER: i64 = 1000;

/// The rules that stand, in the order in which they are tried. People of customers see none.
pub fn all(conn: &mut Conn, scope: &Scope) -> Result<Vec<MatchRule>, Error> {
    if scope.customer().is_some() {
        return Ok(Vec::new());
    }
    store::standing_rules(conn, scope.organisation())?.into_iter().map(MatchRule::of).collect()
}

/// One rule in the version that stands. Refuses `match_rule_not_found`.
pub fn one(conn: &mut Conn, scope: &Scope, id: MatchRuleId) -> Result<MatchRule, Error> {
    let row = store::rule(conn, scope.organisation(), id)?.filter(|_| scope.customer().is_none());
    MatchRule::of(row.ok_or_else(|| Refusal::not_found("match_rule_not_found"))?)
}

/// The rules that are switched on, in the order in which they are tried.
pub(crate) fn active(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<ActiveRule>, Error> {
    let rows = store::standing_rules(conn, organisation)?.into_iter().filter(|row| row.active);
    rows.map(|row| Ok(ActiveRule::from(MatchRule::of(row)?))).collect()
}

/// A rule among the others: what is needed to try it on lines that are kept.
#[derive(Debug, Clone)]
pub(crate) struct Tried {
    pub rule: MatchRule,
    own: ActiveRule,
    /// Rules that are switched on and come first.
    earlier: Vec<ActiveRule>,
}

impl Tried {
    pub fn read(conn: &mut Conn, organisation: OrganisationId, id: MatchRuleId) -> Result<Tried, Error> {
        let mut earlier = Vec::new();
        for row in store::standing_rules(conn, organisation)? {
            let rule = MatchRule::of(row)?;
            if rule.id == id {
                return Ok(Tried { own: rule.clone().into(), rule, earlier });
            }
            if rule.active {
                earlier.push(rule.into());
            }
        }
        Err(Refusal::not_found("match_rule_not_found").into())
    }

    pub fn fits(&self, line: &SaidLine, currency: Currency) -> bool {
        self.own.fits(line, currency)
    }

    /// The name of the rule that takes a line before this one does.
    pub fn taken_by(&self, line: &SaidLine, currency: Currency) -> Option<&str> {
        self.earlier.iter().find(|rule| rule.fits(line, currency)).map(|rule| rule.name.as_str())
    }
}

/// A statement whose lines are tried.
#[derive(Debug, Clone)]
pub(crate) struct Searched {
    pub statement: StatementId,
    pub account: String,
    pub currency: Currency,
}

/// Statements of all accounts that have a day of these, the newest brought in first.
fn searched(conn: &mut Conn, organisation: OrganisationId, days: (Date, Date)) -> Result<Vec<Searched>, Error> {
    let mut accounts: Vec<(String, Currency)> =
        store::bank_accounts(conn, organisation)?.into_iter().map(|row| (row.account, row.currency)).collect();
    accounts.sort();
    accounts.dedup();
    let mut found = Vec::new();
    for (account, currency) in accounts {
        let ids = store::overlapping(conn, organisation, (&account, currency), days)?;
        found.extend(ids.into_iter().map(|(statement, ..)| Searched { statement, account: account.clone(), currency }));
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.statement));
    Ok(found)
}

/// Goes through the lines of all statements that have a day of these, a thousand at a time, each at a moment of its own, so that nobody
/// waits for it: `read` sees them there, `take` hears what was made of them and says whether to go on. Blocks.
pub(crate) fn walk<T: Send + 'static>(
    app: &App,
    organisation: OrganisationId,
    (days, is_open): ((Date, Date), bool),
    read: impl Fn(&mut Conn, &Searched, Vec<SaidLine>) -> Result<T, Error> + Clone + Send + 'static,
    mut take: impl FnMut(&Searched, T) -> Result<ControlFlow<()>, Error>,
) -> Result<(), Error> {
    for searched in app.db().read_now(move |conn| searched(conn, organisation, days))? {
        let mut after = Some(StatementLineId::NIL);
        while let Some(place) = after {
            let (of, read) = (searched.clone(), read.clone());
            let (last, made) = app.db().snapshot_now(move |conn| {
                let lines = store::said_lines(conn, organisation, of.statement, (place, days), is_open, TOGETHER)?;
                let is_full = i64::try_from(lines.len()).unwrap_or(i64::MAX) >= TOGETHER;
                let last = lines.last().map(|line| line.line_id).filter(|_| is_full);
                Ok::<_, Error>((last, read(conn, &of, lines)?))
            })?;
            if take(&searched, made)?.is_break() {
                return Ok(());
            }
            after = last;
        }
    }
    Ok(())
}

/// What lines are matched with: the match, and the accounts on which its entries have their other sides.
pub(crate) fn other_sides(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: &str,
    lines: &[StatementLineId],
) -> Result<HashMap<StatementLineId, Vec<String>>, Error> {
    let of_line: Vec<(StatementLineId, MatchId)> =
        store::matches_of(conn, organisation, lines)?.into_iter().map(|(line, found)| (line, found.match_id)).collect();
    let mut ids: Vec<MatchId> = of_line.iter().map(|(_, id)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut sides: HashMap<MatchId, Vec<String>> = HashMap::new();
    for (id, account) in store::other_sides(conn, organisation, account, &ids)? {
        let known = sides.entry(id).or_default();
        if !known.contains(&account) {
            known.push(account);
        }
    }
    let with_sides = |(line, id): (StatementLineId, MatchId)| (line, sides.get(&id).cloned().unwrap_or_default());
    Ok(of_line.into_iter().map(with_sides).collect())
}

/// A line that was dealt with in another way than a rule would, and how.
#[derive(Debug, Clone)]
pub struct Example {
    pub line: Line,
    pub customer: Option<String>,
    /// The accounts that it was posted to.
    pub accounts: Vec<String>,
}

/// The examples of a replay, as their lines stand now.
pub fn examples(conn: &mut Conn, scope: &Scope, replay: &Replay) -> Result<Vec<Example>, Error> {
    let mut lines = Vec::with_capacity(replay.examples.len());
    for id in &replay.examples {
        match queries::line(conn, scope, *id) {
            Ok(line) => lines.push(line),
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let customers: Vec<CustomerId> = lines.iter().filter_map(|line| line.matched.as_ref()?.customer).collect();
    let names = queries::names(conn, scope, [], customers)?;
    let mut examples = Vec::with_capacity(lines.len());
    for line in lines {
        let account = queries::statement(conn, scope, line.statement)?.account;
        let mut sides = other_sides(conn, scope.organisation(), &account, &[line.id])?;
        examples.push(Example {
            customer: line.matched.as_ref().and_then(|found| found.customer).map(|id| names.customer(id)),
            accounts: sides.remove(&line.id).unwrap_or_default(),
            line,
        });
    }
    Ok(examples)
}
