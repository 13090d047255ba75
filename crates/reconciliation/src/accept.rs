//! All lines of a tier are accepted at once: those that a person would not have to look at, line by line, so that one that is refused
//! stops no other.

use crate::desk::{self, LeftOut, Taken};
use crate::queries::{self, Filter, Line, Statement};
use ::store::{App, Conn, Error, Once, Part, Tx};
use kernel::id::{MatchId, StatementId, StatementLineId};
use kernel::{Context, Refusal, Scope};
use matching::Tier;

/// Lines at once. What is left is accepted the next time.
pub(crate) const LINES_MAX: usize = 200;

/// Which lines of a statement.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub tier: Tier,
    /// In thousandths; what is less sure is left out.
    pub least: u16,
    /// None but these, where it says so.
    pub lines: Option<Vec<StatementLineId>>,
}

/// Lines of a tier, apart by what becomes of them.
#[derive(Debug)]
pub(crate) struct Looked {
    pub statement: Statement,
    /// Those whose first candidates are accepted.
    pub lines: Vec<Line>,
    /// Those that a person decides, and why.
    pub left_out: Vec<(StatementLineId, LeftOut)>,
    /// Those that were named and say something else meanwhile.
    pub gone: Vec<StatementLineId>,
    /// Whether there are more lines of the tier than were looked at.
    pub has_more: bool,
}

/// What becomes of the lines of a tier, of all that are open or of those that are named.
///
/// Refuses `statement_not_found`, and `not_found` at `/lines/…` for a line of another statement.
pub(crate) fn look(conn: &mut Conn, scope: &Scope, id: StatementId, chosen: &Chosen) -> Result<Looked, Error> {
    let statement = queries::statement(conn, scope, id)?;
    let (mut gone, mut has_more) = (Vec::new(), false);
    let mut lines = match &chosen.lines {
        None => {
            let open = open_lines(conn, scope, &statement, chosen.tier)?;
            has_more = open.len() > LINES_MAX;
            open
        }
        Some(named) => {
            let named = named_lines(conn, scope, id, named)?;
            let (lines, others): (Vec<Line>, Vec<Line>) =
                named.into_iter().partition(|line| says_still(line, chosen.tier));
            gone.extend(others.iter().map(|line| line.id));
            lines
        }
    };
    lines.truncate(LINES_MAX);
    let left_out: Vec<(StatementLineId, LeftOut)> =
        lines.iter().filter_map(|line| Some((line.id, LeftOut::of(line, chosen.least)?))).collect();
    lines.retain(|line| LeftOut::of(line, chosen.least).is_none());
    Ok(Looked { statement, lines, left_out, gone, has_more })
}

/// Which of these tiers have an open line that can be accepted with others, however sure one asks it to be.
pub(crate) fn acceptable(
    conn: &mut Conn,
    scope: &Scope,
    statement: &Statement,
    tiers: impl Iterator<Item = Tier>,
) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for tier in tiers {
        let lines = open_lines(conn, scope, statement, tier)?;
        if lines.iter().any(|line| LeftOut::of(line, 0).is_none()) {
            found.push(tier.name().to_owned());
        }
    }
    Ok(found)
}

/// The open lines of a tier in the order of the file, and one more than are taken at once where there are more.
fn open_lines(conn: &mut Conn, scope: &Scope, statement: &Statement, tier: Tier) -> Result<Vec<Line>, Error> {
    let filter = Filter { state: Some("open".to_owned()), tier: Some(tier.name().to_owned()), ..Filter::default() };
    let limit = i64::try_from(LINES_MAX + 1).unwrap_or(i64::MAX);
    queries::lines(conn, scope, statement, &filter, &Part { by: None, rising: true, from: None, back: false, limit })
}

fn named_lines(
    conn: &mut Conn,
    scope: &Scope,
    statement: StatementId,
    named: &[StatementLineId],
) -> Result<Vec<Line>, Error> {
    let mut lines: Vec<Line> = Vec::with_capacity(named.len());
    for (index, id) in named.iter().enumerate() {
        let found = queries::line(conn, scope, *id).map(|line| Some(line).filter(|line| line.statement == statement));
        let not_found = || Refusal::field(format!("/lines/{index}"), "not_found");
        match found {
            Ok(Some(line)) if lines.iter().all(|other| other.id != line.id) => lines.push(line),
            Ok(Some(_)) => {}
            Ok(None) => return Err(not_found().into()),
            Err(Error::Refused(_)) => return Err(not_found().into()),
            Err(error) => return Err(error),
        }
    }
    Ok(lines)
}

/// Whether what stands first for a line is of a tier still. One that is matched by now is left to the command to refuse: it may have been
/// matched under the same key.
fn says_still(line: &Line, tier: Tier) -> bool {
    line.state != "ignored" && line.proposed.candidates.first().is_some_and(|best| &*best.tier == tier.name())
}

/// Does what the first candidate of a line says, under the request's key and the line's own id: what is asked again does nothing twice.
/// Answers the match; none where a rule set the line aside.
pub(crate) async fn accept(app: &App, context: &Context, once: &Once, line: &Line) -> Result<Option<MatchId>, Error> {
    // Ids are drawn from the seed: each line needs one of its own.
    let context = Context { seed: ::store::seed()?, ..context.clone() };
    let once = Once { key: once.key.as_ref().map(|key| format!("{key}:{}", line.id)), ..once.clone() };
    match desk::taken(line, 0, false)? {
        Taken::Match(command) => {
            let told = |_: &mut Tx<'_>, id: MatchId| Ok((200, id.to_string().into_bytes()));
            let answer = app.write_once(&context, once, command, told).await?;
            let id = std::str::from_utf8(&answer.body).ok().and_then(|id| id.parse().ok());
            id.map(Some).ok_or_else(|| Error::Broken(format!("no match was told of {}", line.id)))
        }
        Taken::Aside(command) => {
            app.write_once(&context, once, command, |_, ()| Ok((200, Vec::new()))).await?;
            Ok(None)
        }
    }
}
