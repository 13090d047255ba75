//! What is done with many lines at once, on the wire.

use super::share;
use crate::POST_FROM;
use crate::accept::{Chosen, LINES_MAX, Looked};
use crate::queries::Line;
use crate::renew::Renewed;
use ::store::Error;
use kernel::id::StatementLineId;
use kernel::{Arg, Fields, Refusal};
use matching::Tier;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::i18n::L;
use web::wire::Money;

/// Nothing is needed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = NothingAboutStatements)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What came of comparing lines again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedView {
    /// Lines that were compared.
    #[schema(example = 24)]
    pub lines: usize,
    /// Lines for which something else is proposed now.
    #[schema(example = 3)]
    pub changed: usize,
}

impl From<Renewed> for ComparedView {
    fn from(Renewed { lines, changed }: Renewed) -> Self {
        ComparedView { lines, changed }
    }
}

/// Which lines are accepted with their first candidates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAcceptance {
    /// `reference`, `payer`, `sum`, `own` or `rule`.
    #[schema(example = "reference")]
    pub tier: String,
    /// How sure a line must be, from 0 to 1; `0.980` where nothing is said.
    #[schema(example = "0.980")]
    pub score: Option<String>,
    /// None but these, as a preview told them; all that are open where nothing is said.
    #[schema(max_items = 200, example = json!(["stl_01h455vb4pex5vsknk084sn02q"]))]
    pub lines: Option<Vec<String>>,
    /// What would be posted is told, and nothing is.
    #[serde(default)]
    #[schema(example = true)]
    pub preview: bool,
}

impl NewAcceptance {
    pub fn read(&self) -> Result<Chosen, Refusal> {
        let mut fields = Fields::new();
        let tier = Tier::by_name(&self.tier);
        if tier.is_none() {
            fields.note("/tier", "not_a_choice");
        }
        let least = self.score.as_deref().map_or(Some(POST_FROM), thousandths);
        if least.is_none() {
            let range = vec![("min", Arg::Number(0)), ("max", Arg::Number(1))];
            fields.note_with("/score", "not_in_range", range);
        }
        let lines = self.lines.as_deref().map(|all| named(&mut fields, all));
        fields.finish()?;
        let tier = tier.ok_or_else(|| Refusal::field("/tier", "not_a_choice"))?;
        Ok(Chosen { tier, least: least.unwrap_or(POST_FROM), lines })
    }
}

fn named(fields: &mut Fields, all: &[String]) -> Vec<StatementLineId> {
    if all.len() > LINES_MAX {
        let most = i64::try_from(LINES_MAX).unwrap_or(i64::MAX);
        fields.note_with("/lines", "too_many_at_once", vec![("max", Arg::Number(most))]);
    }
    let mut lines = Vec::with_capacity(all.len().min(LINES_MAX));
    for (index, id) in all.iter().enumerate().take(LINES_MAX) {
        match id.parse() {
            Ok(id) => lines.push(id),
            Err(_) => fields.note(&format!("/lines/{index}"), "not_found"),
        }
    }
    lines
}

/// A share of one with three digits at most, as [`share`] writes it.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_plain = part.len() <= 3 && [whole, part].iter().all(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let whole = whole.parse::<u16>().ok().filter(|whole| is_plain && *whole <= 1)?;
    let part: u16 = format!("{part:0<3}").parse().ok()?;
    Some(whole * 1000 + part).filter(|share| *share <= 1000)
}

/// A line that was not accepted, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotAccepted {
    #[schema(example = "stl_01h455vb4pex5vsknk084sn02q")]
    pub line: String,
    /// Of what is left out `again`, `tied`, `unsure`, `gives_up` or `together`; of what is refused the code of the refusal.
    #[schema(example = "tied")]
    pub code: String,
    /// A sentence in the caller's language.
    #[schema(example = "1 line is left out: another proposal is as good as the first.")]
    pub detail: String,
}

/// What was posted of a tier, or would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedView {
    /// Nothing was posted: this is what would be.
    #[schema(example = false)]
    pub preview: bool,
    #[schema(example = "reference")]
    pub tier: String,
    /// How sure a line had to be, from 0 to 1.
    #[schema(example = "0.980")]
    pub score: String,
    /// Lines that are matched now.
    #[schema(example = json!(["stl_01h455vb4pex5vsknk084sn02q"]))]
    pub posted: Vec<String>,
    /// What they come to, money in above zero.
    pub sum: Money,
    /// Lines that a rule set aside.
    #[schema(example = json!([]))]
    pub set_aside: Vec<String>,
    /// Lines that the books refused, or that were dealt with otherwise meanwhile.
    #[schema(example = json!([]))]
    pub refused: Vec<NotAccepted>,
    /// Lines that a person decides one by one.
    pub left_out: Vec<NotAccepted>,
    /// There are more lines of the tier than are looked at at once.
    #[schema(example = false)]
    pub has_more: bool,
}

impl AcceptedView {
    /// Of what was looked at, each line that was to be accepted with what it was refused for.
    pub fn new(
        looked: &Looked,
        outcomes: Vec<(Line, Option<Refusal>)>,
        (chosen, preview): (&Chosen, bool),
        l: &L,
    ) -> Result<AcceptedView, Error> {
        let refusal = |line: StatementLineId, refusal: &Refusal| NotAccepted {
            line: line.to_string(),
            code: refusal.code.to_owned(),
            detail: l.refusal(refusal),
        };
        let gone = Refusal::conflict("candidate_gone");
        let left_out = looked.left_out.iter().map(|(line, why)| NotAccepted {
            line: line.to_string(),
            code: why.name().replace('-', "_"),
            detail: l.ta(&format!("accept-{}", why.name()), &[("n", 1.into())]),
        });
        let mut view = AcceptedView {
            preview,
            tier: chosen.tier.name().to_owned(),
            score: share(chosen.least.into()),
            posted: Vec::new(),
            sum: kernel::Money::zero(looked.statement.currency).into(),
            set_aside: Vec::new(),
            refused: looked.gone.iter().map(|line| refusal(*line, &gone)).collect(),
            left_out: left_out.collect(),
            has_more: looked.has_more,
        };
        let mut sum = kernel::Money::zero(looked.statement.currency);
        for (line, refused) in outcomes {
            match refused {
                Some(why) => view.refused.push(refusal(line.id, &why)),
                None if line.proposed.sets_aside() => view.set_aside.push(line.id.to_string()),
                None => {
                    sum = sum.plus(line.amount)?;
                    view.posted.push(line.id.to_string());
                }
            }
        }
        view.sum = sum.into();
        Ok(view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_as_it_is_written() {
        for (text, wanted) in [
            ("0", Some(0)),
            ("1", Some(1000)),
            ("1.000", Some(1000)),
            ("0.98", Some(980)),
            ("0.985", Some(985)),
            ("", None),
            (".9", None),
            ("1.001", None),
            ("0.9801", None),
            ("98", None),
            ("-0.5", None),
            ("0.+5", None),
            ("+0.5", None),
        ] {
            assert_eq!(thousandths(text), wanted, "{text}");
        }
        assert_eq!(thousandths(&share(979)), Some(979));
    }
}
