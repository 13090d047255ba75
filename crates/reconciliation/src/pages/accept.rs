//! All lines of a tier are accepted at once: what would be posted is shown, then it is done line by line.

use super::offer;
use crate::desk::{self, LeftOut, Taken};
use crate::queries::{self, Filter, Line, Names, Statement};
use ::store::{Conn, Error, Once, Part, Tx};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use kernel::id::{MatchId, StatementId, StatementLineId};
use kernel::{Context, Money, Permission, Refusal, Scope};
use matching::Tier;
use std::collections::HashMap;
use web::session::{Desk, Visit};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web};

/// Lines at once. What is left is accepted the next time.
const LINES_MAX: i64 = 200;

/// A line that would be posted, or that was, or why not.
struct Outcome {
    line: Line,
    /// What its first candidate is.
    title: String,
    score: String,
    refused: Option<String>,
}

#[derive(Template)]
#[template(path = "reconciliation/accept.html")]
struct Accept {
    v: View,
    statement: Statement,
    tier: Tier,
    /// In percent, as the person set it.
    least: u16,
    outcomes: Vec<Outcome>,
    left_out: Vec<(LeftOut, i64)>,
    /// Whether there are more lines of the tier than were looked at.
    has_more: bool,
    is_done: bool,
}

impl Accept {
    fn tier_name(&self) -> String {
        self.v.t(&format!("tier-{}", self.tier.name()))
    }

    fn good(&self) -> i64 {
        count(self.outcomes.iter().filter(|one| one.refused.is_none()).count())
    }

    fn bad(&self) -> i64 {
        count(self.outcomes.iter().filter(|one| one.refused.is_some()).count())
    }

    fn sum(&self) -> Money {
        let good = self.outcomes.iter().filter(|one| one.refused.is_none()).map(|one| one.line.amount);
        Money::sum(self.statement.currency, good).unwrap_or_else(|_| Money::zero(self.statement.currency))
    }

    fn bench(&self) -> String {
        format!("/statements/{}", self.statement.id)
    }
}

fn count(lines: usize) -> i64 {
    i64::try_from(lines).unwrap_or(i64::MAX)
}

/// The least score in percent, and in thousandths. What is no number between 0 and 100 is what posts by itself.
fn least(text: &str) -> (u16, u16) {
    let percent = text.parse::<u16>().ok().filter(|percent| *percent <= 100).unwrap_or(crate::POST_FROM / 10);
    (percent, percent * 10)
}

/// The lines of a tier with what is left out of them.
struct Looked {
    statement: Statement,
    lines: Vec<Line>,
    names: Names,
    left_out: Vec<(LeftOut, i64)>,
    has_more: bool,
}

fn look(conn: &mut Conn, scope: &Scope, id: StatementId, tier: Tier, least: u16) -> Result<Looked, Error> {
    let statement = queries::statement(conn, scope, id)?;
    let filter = Filter { state: Some("open".to_owned()), tier: Some(tier.name().to_owned()), ..Filter::default() };
    let part = Part { by: None, rising: true, from: None, back: false, limit: LINES_MAX + 1 };
    let mut lines = queries::lines(conn, scope, &statement, &filter, &part)?;
    let has_more = count(lines.len()) > LINES_MAX;
    lines.truncate(usize::try_from(LINES_MAX).unwrap_or_default());
    let counted = LeftOut::ALL.map(|why| {
        let left = lines.iter().filter(|line| LeftOut::of(line, least) == Some(why));
        (why, count(left.count()))
    });
    lines.retain(|line| LeftOut::of(line, least).is_none() && !line.proposed.candidates.is_empty());
    let names = queries::names(conn, scope, lines.iter().map(|line| &line.proposed), [])?;
    let left_out = counted.into_iter().filter(|(_, lines)| *lines > 0).collect();
    Ok(Looked { statement, lines, names, left_out, has_more })
}

/// What a line's first candidate is: whose, and which invoices.
fn title(v: &View, line: &Line, names: &Names) -> (String, String) {
    let Some(best) = line.proposed.candidates.first() else { return (String::new(), String::new()) };
    let invoices: Vec<String> = best.invoices.iter().map(|(id, _)| names.invoice(*id)).collect();
    let whose = match (best.customer, &best.account) {
        _ if best.sets_aside() => v.t("rule-sets-aside"),
        (Some(customer), _) => names.customer(customer),
        (None, Some(code)) => v.tw("bench-offer-account", "account", code),
        (None, None) => v.t("bench-offer-link"),
    };
    (format!("{whose} {}", invoices.join(", ")).trim_end().to_owned(), offer::score(line.proposed.confidence(0).into()))
}

pub async fn preview(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::StatementMatch)?;
    let id: StatementId = path_id(&id)?;
    let tier = match visit.view.asked("tier").as_str() {
        "" => Tier::Reference,
        name => Tier::by_name(name).ok_or_else(|| Refusal::field("/tier", "not_a_choice"))?,
    };
    let (percent, least) = least(&visit.view.asked("score"));
    let read = move |conn: &mut Conn, scope: &Scope| look(conn, scope, id, tier, least);
    let looked = web.app.read(&visit.context, Permission::StatementMatch, read).await?;
    let Looked { statement, lines, names, left_out, has_more } = looked;
    let v = visit.view;
    let outcome = |line: Line| {
        let (title, score) = title(&v, &line, &names);
        Outcome { line, title, score, refused: None }
    };
    let outcomes = lines.into_iter().map(outcome).collect();
    Ok(Page::new(Accept { v, statement, tier, least: percent, outcomes, left_out, has_more, is_done: false }))
}

/// Posts what was shown, line by line: one that is refused stops no other.
pub async fn run(
    State(web): State<Web>,
    Path(id): Path<String>,
    form: KeyedForm<HashMap<String, String>>,
) -> Result<impl IntoResponse, Fail> {
    let KeyedForm { visit, once, value, pairs } = form;
    web.app.authorise(&visit.context.actor, Permission::StatementMatch)?;
    let id: StatementId = path_id(&id)?;
    let tier = value.get("tier").and_then(|tier| Tier::by_name(tier));
    let tier = tier.ok_or_else(|| Refusal::field("/tier", "not_a_choice"))?;
    let (percent, _) = least(value.get("score").map_or("", String::as_str));
    let named = pairs.iter().filter(|(name, _)| name == "id").filter_map(|(_, id)| id.parse().ok());
    let ids: Vec<StatementLineId> = named.take(usize::try_from(LINES_MAX).unwrap_or_default()).collect();
    let read = move |conn: &mut Conn, scope: &Scope| {
        let statement = queries::statement(conn, scope, id)?;
        let mut lines = Vec::with_capacity(ids.len());
        for line in ids {
            lines.push(queries::line(conn, scope, line)?);
        }
        lines.retain(|line| line.statement == id);
        let names = queries::names(conn, scope, lines.iter().map(|line| &line.proposed), [])?;
        Ok((statement, lines, names))
    };
    let (statement, lines, names) = web.app.read(&visit.context, Permission::StatementMatch, read).await?;
    let mut outcomes = Vec::with_capacity(lines.len());
    for line in lines {
        let refused = match accept(&web, &visit, &once, &line).await {
            Ok(()) => None,
            Err(error) => Some(visit.view.l.refusal(&error.refusal())),
        };
        let (title, score) = title(&visit.view, &line, &names);
        outcomes.push(Outcome { line, title, score, refused });
    }
    let page = Accept {
        v: visit.view,
        statement,
        tier,
        least: percent,
        outcomes,
        left_out: Vec::new(),
        has_more: false,
        is_done: true,
    };
    Ok(Page::new(page))
}

/// One line under the page's key and its own id: a second press does nothing twice.
async fn accept(web: &Web, visit: &Visit, once: &Once, line: &Line) -> Result<(), Error> {
    let taken = desk::taken(line, 0, false)?;
    // Ids are drawn from the seed: each line needs one of its own.
    let context = Context { seed: ::store::seed()?, ..visit.context.clone() };
    let key = once.key.as_ref().map(|key| format!("{key}:{}", line.id));
    let once = Once { key, ..once.clone() };
    match taken {
        Taken::Match(command) => {
            let told = |_: &mut Tx<'_>, id: MatchId| Ok((200, id.to_string().into_bytes()));
            web.app.write_once(&context, once, command, told).await?;
        }
        Taken::Aside(command) => {
            web.app.write_once(&context, once, command, |_, ()| Ok((200, Vec::new()))).await?;
        }
    }
    Ok(())
}
