//! All lines of a tier are accepted at once: what would be posted is shown, then it is done line by line, and can be undone again.

use super::offer;
use crate::accept::{Chosen, LINES_MAX, Looked, accept, look};
use crate::commands::{SetAside, Unmatch};
use crate::desk::LeftOut;
use crate::proposal::ProposedCandidate;
use crate::queries::{self, Line, Names, Statement};
use ::store::{Command, Conn, Error, Once, Tx};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::id::{MatchId, StatementId, StatementLineId};
use kernel::{Context, Fields, Money, Permission, Refusal, Scope};
use matching::Tier;
use std::collections::HashMap;
use web::session::{Desk, Visit};
use web::wire::path_id;
use web::{Fail, KeyedForm, Page, View, Web};

/// What the page tells of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// What would be posted.
    Before,
    /// What was.
    Posted,
    /// What of it was undone again.
    Undone,
}

/// A line that would be posted, or that was, or why not.
struct Outcome {
    line: Line,
    /// What its first candidate is.
    title: String,
    score: String,
    /// What becomes of what came too little or too much.
    difference: Option<String>,
    /// The match that was made; none where the line was set aside.
    made: Option<MatchId>,
    refused: Option<String>,
}

impl Outcome {
    fn of(v: &View, line: Line, names: &Names) -> Outcome {
        let best = line.proposed.candidates.first();
        Outcome {
            title: best.map_or_else(String::new, |best| title(v, best, names)),
            score: offer::score(line.proposed.confidence(0).into()),
            difference: best.and_then(|best| offer::difference(v, best, line.amount.currency())),
            made: None,
            refused: None,
            line,
        }
    }

    /// The line with its match, as the form that undoes it names them.
    fn named(&self) -> String {
        let made = self.made.map(|made| made.to_string()).unwrap_or_default();
        format!("{} {made}", self.line.id)
    }
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
    stage: Stage,
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

    /// What would be done, or was.
    fn told(&self) -> String {
        let message = match self.stage {
            Stage::Before => "accept-preview",
            Stage::Posted => "accept-done",
            Stage::Undone => "accept-undone",
        };
        let (good, bad) = (self.good().into(), self.bad().into());
        self.v.ta(message, &[("good", good), ("bad", bad), ("sum", self.sum().into())])
    }

    fn name(&self, one: &Outcome) -> String {
        super::bench::name(&self.v, &one.line)
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

/// How many lines are left out, by the reason.
fn counted(left_out: &[(StatementLineId, LeftOut)]) -> Vec<(LeftOut, i64)> {
    let of = |why| (why, count(left_out.iter().filter(|(_, own)| *own == why).count()));
    LeftOut::ALL.map(of).into_iter().filter(|(_, lines)| *lines > 0).collect()
}

/// What a candidate is: whose, and which invoices.
fn title(v: &View, best: &ProposedCandidate, names: &Names) -> String {
    let invoices: Vec<String> = best.invoices.iter().map(|(id, _)| names.invoice(*id)).collect();
    let whose = match (best.customer, &best.account) {
        _ if best.sets_aside() => v.t("rule-sets-aside"),
        (Some(customer), _) => names.customer(customer),
        (None, Some(code)) => v.tw("bench-offer-account", "account", code),
        (None, None) => v.t("bench-offer-link"),
    };
    format!("{whose} {}", invoices.join(", ")).trim_end().to_owned()
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
    let chosen = Chosen { tier, least, lines: None };
    let read = move |conn: &mut Conn, scope: &Scope| {
        let looked = look(conn, scope, id, &chosen)?;
        let names = queries::names(conn, scope, looked.lines.iter().map(|line| &line.proposed), [])?;
        Ok((looked, names))
    };
    let (looked, names) = web.app.read(&visit.context, Permission::StatementMatch, read).await?;
    let Looked { statement, lines, left_out, has_more, .. } = looked;
    let (v, left_out) = (visit.view, counted(&left_out));
    let outcomes = lines.into_iter().map(|line| Outcome::of(&v, line, &names)).collect();
    Ok(Page::new(Accept { v, statement, tier, least: percent, outcomes, left_out, has_more, stage: Stage::Before }))
}

/// What a form about lines of a statement says, before anything is done.
struct Batch {
    visit: Visit,
    once: Once,
    statement: Statement,
    tier: Tier,
    least: u16,
    outcomes: Vec<Outcome>,
}

impl Batch {
    /// The lines that the form names, as far as they are of the statement, each with the match that it is said to be in.
    async fn of(web: &Web, id: &str, form: KeyedForm<HashMap<String, String>>) -> Result<Batch, Fail> {
        let KeyedForm { visit, once, value, pairs } = form;
        web.app.authorise(&visit.context.actor, Permission::StatementMatch)?;
        let id: StatementId = path_id(id)?;
        let tier = value.get("tier").and_then(|tier| Tier::by_name(tier));
        let tier = tier.ok_or_else(|| Refusal::field("/tier", "not_a_choice"))?;
        let (least, _) = least(value.get("score").map_or("", String::as_str));
        let said =
            pairs.iter().filter(|(name, _)| name == "id").map(|(_, said)| said.split_once(' ').unwrap_or((said, "")));
        let named = said.filter_map(|(line, made)| Some((line.parse::<StatementLineId>().ok()?, made.parse().ok())));
        let named: Vec<(StatementLineId, Option<MatchId>)> = named.take(LINES_MAX).collect();
        let read = move |conn: &mut Conn, scope: &Scope| {
            let statement = queries::statement(conn, scope, id)?;
            let mut lines = Vec::with_capacity(named.len());
            for (line, made) in named {
                lines.push((queries::line(conn, scope, line)?, made));
            }
            lines.retain(|(line, _)| line.statement == id);
            let names = queries::names(conn, scope, lines.iter().map(|(line, _)| &line.proposed), [])?;
            Ok((statement, lines, names))
        };
        let (statement, lines, names) = web.app.read(&visit.context, Permission::StatementMatch, read).await?;
        let outcome = |(line, made)| Outcome { made, ..Outcome::of(&visit.view, line, &names) };
        let outcomes = lines.into_iter().map(outcome).collect();
        Ok(Batch { visit, once, statement, tier, least, outcomes })
    }

    /// One command of the batch, under the form's key and the line's own id: a second press does nothing twice.
    async fn run<C: Command>(
        &self,
        web: &Web,
        line: StatementLineId,
        command: C,
        told: impl Fn(&mut Tx<'_>, C::Output) -> Result<(u16, Vec<u8>), Error> + Send + 'static,
    ) -> Result<Vec<u8>, Error> {
        // Ids are drawn from the seed: each line needs one of its own.
        let context = Context { seed: ::store::seed()?, ..self.visit.context.clone() };
        let key = self.once.key.as_ref().map(|key| format!("{key}:{line}"));
        let once = Once { key, ..self.once.clone() };
        Ok(web.app.write_once(&context, once, command, told).await?.body)
    }

    /// What was made of a line is taken back, unless somebody has dealt with the line otherwise since.
    async fn undo(&self, web: &Web, one: &Outcome, reason: &str) -> Result<(), Error> {
        let line = one.line.id;
        match (&one.line.matched, one.made) {
            (Some(found), Some(made)) if found.id == made => {
                let command = Unmatch { line, reason: reason.to_owned() };
                self.run(web, line, command, |_, _| Ok((200, Vec::new()))).await?;
            }
            (None, None) if one.line.state == "ignored" => {
                let command = SetAside { lines: vec![line], aside: false, reason: reason.to_owned(), by_rule: None };
                self.run(web, line, command, |_, ()| Ok((200, Vec::new()))).await?;
            }
            (Some(_), _) => return Err(Refusal::conflict("line_matched").into()),
            (None, _) => return Err(Refusal::conflict("line_not_matched").into()),
        }
        Ok(())
    }

    fn page(self, stage: Stage) -> Page<Accept> {
        let Batch { visit, statement, tier, least, outcomes, .. } = self;
        Page::new(Accept {
            v: visit.view,
            statement,
            tier,
            least,
            outcomes,
            left_out: Vec::new(),
            has_more: false,
            stage,
        })
    }
}

/// Posts what is ticked of what was shown, line by line: one that is refused stops no other.
pub async fn run(
    State(web): State<Web>,
    Path(id): Path<String>,
    form: KeyedForm<HashMap<String, String>>,
) -> Result<impl IntoResponse, Fail> {
    let mut batch = Batch::of(&web, &id, form).await?;
    let mut outcomes = std::mem::take(&mut batch.outcomes);
    for one in &mut outcomes {
        match accept(&web.app, &batch.visit.context, &batch.once, &one.line).await {
            Ok(made) => one.made = made,
            Err(error) => one.refused = Some(batch.visit.view.l.refusal(&error.refusal())),
        }
    }
    batch.outcomes = outcomes;
    Ok(batch.page(Stage::Posted))
}

/// Takes back what was posted at once, for one reason, line by line.
pub async fn undo(
    State(web): State<Web>,
    Path(id): Path<String>,
    form: KeyedForm<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", form.value.get("/reason").map_or("", String::as_str), 1, 200);
    let mut batch = Batch::of(&web, &id, form).await?;
    if let Err(refusal) = fields.finish() {
        batch.visit.view.refused(&refusal);
        return Ok(batch.page(Stage::Posted).with_status(refusal.status()).into_response());
    }
    let mut outcomes = std::mem::take(&mut batch.outcomes);
    for one in &mut outcomes {
        if let Err(error) = batch.undo(&web, one, &reason).await {
            one.refused = Some(batch.visit.view.l.refusal(&error.refusal()));
        }
    }
    batch.outcomes = outcomes;
    Ok(batch.page(Stage::Undone).into_response())
}
