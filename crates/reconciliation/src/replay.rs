//! What a rule would have done with lines of the past. Nothing is changed but what is kept with the rule: that it was asked.

use crate::match_rule::{Fits, Replay};
use crate::rulebook::{self, Searched, Tried};
use crate::store::SaidLine;
use ::store::{App, Conn, Error};
use jiff::Span;
use kernel::id::{MatchRuleId, OrganisationId, StatementLineId};
use kernel::{Context, Currency, Date, Fields, Money, Permission, Refusal};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Months that are looked at where nobody says otherwise.
const MONTHS: i32 = 3;
/// A year and its leap day.
const DAYS_MAX: i32 = 366;
/// Lines that are looked at in one go.
const LINES_MAX: i64 = 500_000;
/// Lines that were dealt with in another way, to be looked at.
const EXAMPLES_MAX: usize = 20;

/// The days that are looked at, both included; where nothing is said, the last three months.
///
/// Refuses `not_a_date` and `out_of_range` at their places, `before_from` at `/until`, `more_than_a_year` at `/from`.
pub(crate) fn days(from: Option<&str>, until: Option<&str>, today: Date) -> Result<(Date, Date), Refusal> {
    let mut fields = Fields::new();
    let until = until.map_or(Some(today), |text| fields.date("/until", text)).unwrap_or(today);
    let usual = until.saturating_sub(Span::new().months(MONTHS));
    let from = from.map_or(Some(usual), |text| fields.date("/from", text)).unwrap_or(usual);
    if from > until {
        fields.note("/until", "before_from");
    } else if from.saturating_add(Span::new().days(DAYS_MAX)) < until {
        fields.note("/from", "more_than_a_year");
    }
    fields.finish()?;
    Ok((from, until))
}

/// Today, where the organisation is.
pub(crate) async fn today(app: &App, context: &Context) -> Result<Date, Error> {
    let (organisation, now) = (context.organisation, context.now);
    app.db().read(move |conn| Ok(::store::books::load(conn, organisation)?.date_of(now))).await
}

/// Asks what a rule, in the version that stands, would have done; with the version. Blocks: call it off the async threads.
///
/// Refuses `match_rule_not_found`.
pub(crate) fn replay(
    app: &App,
    context: &Context,
    id: MatchRuleId,
    days: (Date, Date),
) -> Result<(i64, Replay), Error> {
    app.authorise(&context.actor, Permission::StatementRules)?;
    let organisation = context.organisation;
    let tried = Arc::new(app.db().read_now(move |conn| Tried::read(conn, organisation, id))?);
    let (rule, mut tally) = (Arc::clone(&tried), Tally::default());
    let read = move |conn: &mut Conn, of: &Searched, lines| Page::read(conn, organisation, of, lines, &rule);
    rulebook::walk(app, organisation, (days, false), read, |of, page| {
        tally.is_cut = tally.lines >= LINES_MAX && page.lines > 0;
        if tally.is_cut {
            return Ok(ControlFlow::Break(()));
        }
        tally.lines += page.lines;
        for (line, sides) in &page.fitting {
            tally.note(&tried, of.currency, line, sides.as_deref())?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok((tried.rule.version, tally.told(context, days)))
}

/// Lines that were read together.
struct Page {
    lines: i64,
    /// Lines that fit; with the other sides of what each is matched with.
    fitting: Vec<(SaidLine, Option<Vec<String>>)>,
}

impl Page {
    fn read(
        conn: &mut Conn,
        organisation: OrganisationId,
        of: &Searched,
        lines: Vec<SaidLine>,
        tried: &Tried,
    ) -> Result<Page, Error> {
        let read = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let fitting: Vec<SaidLine> = lines.into_iter().filter(|line| tried.fits(line, of.currency)).collect();
        let matched: Vec<StatementLineId> =
            fitting.iter().filter(|line| line.state == "matched").map(|line| line.line_id).collect();
        let mut sides = rulebook::other_sides(conn, organisation, &of.account, &matched)?;
        let with_sides = |line: SaidLine| {
            let sides = sides.remove(&line.line_id);
            (line, sides)
        };
        Ok(Page { lines: read, fitting: fitting.into_iter().map(with_sides).collect() })
    }
}

/// What came of it so far.
#[derive(Default)]
struct Tally {
    lines: i64,
    is_cut: bool,
    fits: BTreeMap<Currency, (i64, Money, Money)>,
    open: i64,
    same: i64,
    other: i64,
    examples: Vec<StatementLineId>,
    taken_first: BTreeMap<String, i64>,
}

impl Tally {
    fn note(
        &mut self,
        tried: &Tried,
        currency: Currency,
        line: &SaidLine,
        sides: Option<&[String]>,
    ) -> Result<(), Error> {
        let (zero, amount) = (Money::zero(currency), Money::new(line.amount_minor, currency));
        let (count, incoming, outgoing) = self.fits.entry(currency).or_insert((0, zero, zero));
        *count += 1;
        if amount.is_positive() {
            *incoming = incoming.plus(amount)?;
        } else {
            *outgoing = outgoing.minus(amount)?;
        }
        if let Some(first) = tried.taken_by(line, currency) {
            *self.taken_first.entry(first.to_owned()).or_default() += 1;
        }
        let is_same = match (line.state.as_str(), &tried.rule.data.account) {
            ("open", _) => {
                self.open += 1;
                return Ok(());
            }
            ("ignored", account) => account.is_none(),
            (_, None) => false,
            (_, Some(account)) => sides.is_some_and(|sides| sides == std::slice::from_ref(account)),
        };
        if is_same {
            self.same += 1;
            return Ok(());
        }
        self.other += 1;
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(line.line_id);
        }
        Ok(())
    }

    fn told(self, context: &Context, (from, until): (Date, Date)) -> Replay {
        let fits = |(currency, (lines, incoming, outgoing)): (Currency, (i64, Money, Money))| Fits {
            currency,
            lines,
            in_minor: incoming.minor(),
            out_minor: outgoing.minor(),
        };
        Replay {
            at: context.now,
            by: context.actor.name(),
            from,
            until,
            lines: self.lines,
            is_cut: self.is_cut,
            fits: self.fits.into_iter().map(fits).collect(),
            open: self.open,
            same: self.same,
            other: self.other,
            examples: self.examples,
            taken_first: self.taken_first.into_iter().collect(),
        }
    }
}
