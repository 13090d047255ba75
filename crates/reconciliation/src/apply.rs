//! A rule that is switched on is applied to the lines that wait: what would be done is shown, then it is done line by line.

use crate::desk;
use crate::handed_in::InTurn;
use crate::match_rule::MatchRule;
use crate::proposal::ProposedCandidate;
use crate::rulebook::{self, Searched, Tried};
use crate::store::{self, SaidLine};
use ::store::{App, Conn, Error};
use kernel::id::{MatchRuleId, OrganisationId, StatementLineId};
use kernel::{Context, Currency, Date, Money, Permission, Refusal};
use matching::Rule;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Lines at once. What is left is taken the next time.
const LINES_MAX: usize = 200;

/// An open line that the rule would take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    pub line: StatementLineId,
    pub amount: Money,
}

/// What a rule would do with the lines that are open.
#[derive(Debug)]
pub(crate) struct Applicable {
    pub rule: MatchRule,
    pub lines: Vec<Waiting>,
    /// Lines that fit, and for which another answer is as good: a person decides.
    pub tied: i64,
    /// There are more than are taken at once.
    pub has_more: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    pub done: i64,
    /// Lines that the books refused, or that somebody dealt with meanwhile.
    pub refused: i64,
}

impl Applied {
    fn count(&mut self, done: &Result<(), Refusal>) {
        *(if done.is_ok() { &mut self.done } else { &mut self.refused }) += 1;
    }
}

/// The open lines that a rule would take. Blocks: call it off the async threads.
///
/// Refuses `match_rule_not_found`.
pub(crate) fn applicable(
    app: &App,
    context: &Context,
    id: MatchRuleId,
    days: (Date, Date),
) -> Result<Applicable, Error> {
    app.authorise(&context.actor, Permission::StatementRules)?;
    let organisation = context.organisation;
    let tried = app.db().read_now(move |conn| Tried::read(conn, organisation, id))?;
    let mut found = Applicable { rule: tried.rule.clone(), lines: Vec::new(), tied: 0, has_more: false };
    let tried = Arc::new(tried);
    let read = move |conn: &mut Conn, of: &Searched, lines| Page::read(conn, organisation, of.currency, lines, &tried);
    rulebook::walk(app, organisation, (days, true), read, |_, page| {
        found.tied += page.tied;
        found.lines.extend(page.lines);
        if found.lines.len() <= LINES_MAX {
            return Ok(ControlFlow::Continue(()));
        }
        found.lines.truncate(LINES_MAX);
        found.has_more = true;
        Ok(ControlFlow::Break(()))
    })?;
    Ok(found)
}

/// Open lines that were read together.
struct Page {
    lines: Vec<Waiting>,
    tied: i64,
}

impl Page {
    fn read(
        conn: &mut Conn,
        organisation: OrganisationId,
        currency: Currency,
        lines: Vec<SaidLine>,
        tried: &Tried,
    ) -> Result<Page, Error> {
        let mut page = Page { lines: Vec::new(), tied: 0 };
        for line in lines {
            if !tried.fits(&line, currency) || tried.taken_by(&line, currency).is_some() {
                continue;
            }
            if stands_alone(conn, organisation, line.line_id)? {
                page.lines.push(Waiting { line: line.line_id, amount: Money::new(line.amount_minor, currency) });
            } else {
                page.tied += 1;
            }
        }
        Ok(page)
    }
}

/// Whether nothing that was proposed for a line is as good as a rule, and it is in no other file.
fn stands_alone(conn: &mut Conn, organisation: OrganisationId, line: StatementLineId) -> Result<bool, Error> {
    let row = store::line(conn, organisation, line)?;
    let proposed = row.map(|row| row.proposed()).transpose()?.unwrap_or_default();
    let is_outweighed = |other: &ProposedCandidate| other.rule.is_some() || Rule::outweighs(other.score);
    Ok(proposed.again.is_none() && proposed.candidates.iter().all(is_outweighed))
}

/// Does with the open lines what a rule says, one command for each: one that is refused stops no other. Blocks: call it off the async
/// threads.
///
/// Refuses `match_rule_not_found`, `rule_not_active`, and `stale_form` where another version stands than the one that was seen.
pub(crate) fn apply(
    app: &App,
    context: &Context,
    id: MatchRuleId,
    (version, days): (Option<i64>, (Date, Date)),
) -> Result<Applied, Error> {
    app.authorise(&context.actor, Permission::StatementMatch)?;
    let found = applicable(app, context, id, days)?;
    if !found.rule.active {
        return Err(Refusal::conflict("rule_not_active").with("name", found.rule.data.name).into());
    }
    if version.is_some_and(|version| version != found.rule.version) {
        return Err(Refusal::conflict("stale_form").into());
    }
    let answer = ProposedCandidate::by_rule(&found.rule);
    let (mut applied, mut in_turn) = (Applied::default(), InTurn::new(app, context));
    for Waiting { line, amount } in found.lines {
        if let Some(taken) = desk::by_candidate(line, &answer, amount.currency(), Some(answer.score))
            && let Some(((), done)) = in_turn.hand_in(taken, ())?
        {
            applied.count(&done);
        }
    }
    while let Some(((), done)) = in_turn.wait()? {
        applied.count(&done);
    }
    Ok(applied)
}
