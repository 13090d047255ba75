//! Lines that wait are compared again, once the books have changed: an invoice was issued, another line was matched, somebody decided.
//!
//! Nothing is posted: what is surer now than it was is for a person to accept. Here alone several lines are compared together, so an
//! import ends with it.

use crate::books::Open;
use crate::commands::{KeepProposals, Kept};
use crate::proposal::Proposed;
use crate::rulebook;
use crate::store::{self, LineRow};
use ::store::{App, Error};
use kernel::id::{StatementId, StatementLineId};
use kernel::{Context, Currency, Money, Permission, Refusal};
use matching::{Proposal, Waiting};
use std::sync::Arc;

/// Lines of an account that are compared again, those of the newest statements first.
pub(crate) const LINES_MAX: usize = 20_000;
/// Proposals that are kept in one transaction.
const TOGETHER: usize = 200;
/// What a line's numbers are kept apart by.
pub(crate) const BETWEEN_NUMBERS: &str = " / ";

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Renewed {
    /// Lines that were compared.
    pub lines: usize,
    /// Lines for which something else is proposed now.
    pub changed: usize,
}

/// Compares the open lines of a statement's account with the books as they are. Blocks: call it off the async threads.
///
/// Refuses `statement_not_found`.
pub fn renew(app: &App, context: &Context, statement: StatementId) -> Result<Renewed, Error> {
    app.authorise(&context.actor, Permission::StatementMatch)?;
    let organisation = context.organisation;
    let found = app.db().read_now(move |conn| store::statement(conn, organisation, statement))?;
    let found = found.ok_or_else(|| Refusal::not_found("statement_not_found"))?;
    renew_account(app, context, (&found.account, found.currency))
}

/// Compares the open lines of an account in a currency with the books as they are.
pub(crate) fn renew_account(
    app: &App,
    context: &Context,
    (account, currency): (&str, Currency),
) -> Result<Renewed, Error> {
    let (organisation, code) = (context.organisation, account.to_owned());
    let (mut lines, rules) = app.db().read_now(move |conn| {
        let lines = store::lines_left(conn, organisation, (&code, currency), LINES_MAX)?;
        Ok::<_, Error>((lines, rulebook::active(conn, organisation)?))
    })?;
    let days = lines.iter().map(|line| line.booked_on.0);
    let (Some(from), Some(until)) = (days.clone().min(), days.max()) else { return Ok(Renewed::default()) };
    let (mut open, code) = (Open::read(app.db(), organisation, rules)?, account.to_owned());
    let mut open = app.db().read_now(move |conn| {
        open.reach(conn, organisation, (&code, currency), (from, until))?;
        Ok::<_, Error>(open)
    })?;
    lines.sort_by_key(|line| (line.booked_on.0, line.line_id));
    let proposed = proposals(&mut open, currency, &lines);
    let mut renewed = Renewed { lines: lines.len(), changed: 0 };
    let mut kept = Vec::new();
    for (line, proposed) in lines.iter().zip(proposed) {
        kept.extend(changed(line, proposed)?);
    }
    while !kept.is_empty() {
        let later = kept.split_off(kept.len().min(TOGETHER));
        let context = Context { seed: app.seed()?, now: app.now(), ..context.clone() };
        renewed.changed += app.write_now(&context, KeepProposals { lines: Arc::new(kept) })?;
        kept = later;
    }
    Ok(renewed)
}

/// What is proposed for each line, in the order of their days; then what several of them come to.
fn proposals(open: &mut Open, currency: Currency, lines: &[LineRow]) -> Vec<Proposed> {
    let (mut proposed, mut waiting, mut places) = (Vec::with_capacity(lines.len()), Vec::new(), Vec::new());
    for (place, row) in lines.iter().enumerate() {
        let references: Vec<&str> = row.reference.iter().flat_map(|all| all.split(BETWEEN_NUMBERS)).collect();
        let line = matching::Line {
            amount: Money::new(row.amount_minor, currency),
            on: row.booked_on.0,
            references: &references,
            text: &row.text,
            payer: row.payer.as_deref(),
            account: row.payer_key,
            code: row.code.as_deref(),
        };
        let proposal = open.matcher.propose(&line);
        open.matcher.leave(&proposal);
        if may_be_a_piece(&proposal) {
            waiting.push(Waiting { party: open.matcher.payer_of(&line), amount: line.amount, on: line.on });
            places.push(place);
        }
        proposed.push(Proposed::of(&proposal, open));
    }
    for sum in open.matcher.together(&waiting) {
        let all: Vec<(usize, StatementLineId)> = sum
            .lines
            .iter()
            .filter_map(|at| places.get(*at).copied())
            .filter_map(|place| Some((place, lines.get(place)?.line_id)))
            .collect();
        for (place, own) in &all {
            let others = all.iter().map(|(_, id)| *id).filter(|id| id != own).collect();
            if let Some(proposed) = proposed.get_mut(*place) {
                proposed.add_together(&sum, others, open);
            }
        }
    }
    proposed
}

/// Whether a line may be a piece of something: no number says what it is, and no entry is all of it.
fn may_be_a_piece(proposal: &Proposal) -> bool {
    proposal.best().is_none_or(|best| !best.is_named() && best.entries.is_empty())
}

/// What is to be kept of a line, where that is not what is kept of it.
fn changed(line: &LineRow, mut proposed: Proposed) -> Result<Option<(StatementLineId, Option<Kept>)>, Error> {
    // What it may be in another file was seen when it came in.
    proposed.again = line.proposed()?.again;
    let best = proposed.candidates.first().map(|best| (best.tier.to_string(), best.score));
    let kept =
        proposed.says_something().then(|| Ok::<_, Error>(Kept { best, proposal: proposed.kept()? })).transpose()?;
    let is_same = line.proposal == kept.as_ref().map(|kept| kept.proposal.clone());
    Ok((!is_same).then_some((line.line_id, kept)))
}
