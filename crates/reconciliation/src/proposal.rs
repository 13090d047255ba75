//! What is proposed for a line, as its row keeps it.

use crate::books::Open;
use crate::match_rule::{ActiveRule, MatchRule};
use crate::word::Word;
use ::store::Error;
use kernel::id::{CustomerId, EntryId, InvoiceId, MatchRuleId, StatementLineId};
use matching::name::Likeness;
use matching::reference::Strength;
use matching::{Candidate, Proposal, Reason, Rule, TIE, Tier, Together, Whole, confidence};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use web::i18n::L;

/// Bytes that most proposals take in a row.
const KEPT_ABOUT: usize = 128;

/// Answers to what a line is, best first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Proposed {
    /// Another is as good as the first: a person decides.
    pub tied: bool,
    /// A line of another file that may be the same movement: a person decides.
    pub again: Option<StatementLineId>,
    pub candidates: Vec<ProposedCandidate>,
}

/// One answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProposedCandidate {
    pub tier: Word,
    /// In thousandths.
    pub score: u16,
    pub customer: Option<CustomerId>,
    /// Invoices, and what of each is paid, in minor units.
    pub invoices: Vec<(InvoiceId, i64)>,
    pub entries: Vec<EntryId>,
    pub account: Option<String>,
    /// Lines that it takes together with the line's own.
    pub others: Vec<StatementLineId>,
    /// The rule that says so. One that names no account sets the line aside.
    pub rule: Option<MatchRuleId>,
    /// Its kind (`fee`, `discount`, `short`, `over`), and how much.
    pub difference: Option<(Word, i64)>,
    pub reasons: Vec<Told>,
}

/// A reason: its name, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// `number`, `account`, `name`, `other_name`, `amount`, `sum`, `together`, `parts`, `short`, `over`, `days`, `later`, `own`, `rule`.
    pub code: Word,
    pub about: Option<String>,
    /// How well: a strength of numbers, a likeness of names.
    pub how: Option<Word>,
}

/// As a list of three: a match keeps its reasons for as long as the books, and says no name of a field a million times.
impl Serialize for Told {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        (self.code, &self.about, self.how).serialize(s)
    }
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Told, D::Error> {
        let (code, about, how) = Deserialize::deserialize(d)?;
        Ok(Told { code, about, how })
    }
}

impl Told {
    /// A rule says so, by its name.
    pub(crate) fn rule(name: &str) -> Told {
        Told { code: "rule".into(), about: Some(name.to_owned()), how: None }
    }

    fn of(reason: &Reason, rules: &[ActiveRule]) -> Told {
        let told = |code: &'static str, about: Option<String>, how: Option<&'static str>| Told {
            code: code.into(),
            about,
            how: how.map(Word::from),
        };
        match reason {
            Reason::Number(number, strength) => {
                told("number", Some(number.to_string()), Some(strength_name(*strength)))
            }
            Reason::Account => told("account", None, None),
            Reason::Name(likeness) => told("name", None, Some(likeness_name(*likeness))),
            Reason::OtherName => told("other_name", None, None),
            Reason::Amount => told("amount", None, None),
            Reason::Sum(count) => told("sum", Some(count.to_string()), None),
            Reason::Short => told("short", None, None),
            Reason::Over => told("over", None, None),
            Reason::Days(days) => told("days", Some(days.to_string()), None),
            Reason::Later => told("later", None, None),
            Reason::Own => told("own", None, None),
            Reason::Rule(place) => Told::rule(rules.get(*place).map_or("", |rule| rule.name.as_str())),
        }
    }
}

const fn strength_name(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "weak",
        Strength::LastRun => "last_run",
        Strength::Continued => "continued",
        Strength::WithoutZeros => "without_zeros",
        Strength::ShortYear => "short_year",
        Strength::Further => "further",
        Strength::WithoutPrefix => "without_prefix",
        Strength::Full => "full",
    }
}

const fn likeness_name(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Different => "different",
        Likeness::Sister => "sister",
        Likeness::Close => "close",
        Likeness::Truncated => "truncated",
        Likeness::Abbreviated => "abbreviated",
        Likeness::Transliterated => "transliterated",
        Likeness::Reordered => "reordered",
        Likeness::SameWithoutForm => "same_without_form",
        Likeness::Same => "same",
    }
}

impl Proposed {
    /// As a row keeps it: an import writes one for each line, and a compact one halves what it writes.
    pub(crate) fn kept(&self) -> Result<Vec<u8>, Error> {
        let room = Vec::with_capacity(KEPT_ABOUT);
        postcard::to_extend(self, room).map_err(|error| Error::Broken(error.to_string()))
    }

    /// What a row kept; nothing, where it keeps nothing.
    pub(crate) fn of_kept(kept: Option<&[u8]>) -> Result<Proposed, Error> {
        let proposed = kept.map(postcard::from_bytes).transpose();
        Ok(proposed.map_err(|error| Error::Broken(format!("a line's proposal: {error}")))?.unwrap_or_default())
    }

    pub(crate) fn of(proposal: &Proposal, open: &Open) -> Proposed {
        let candidates = proposal.candidates.iter().map(|candidate| ProposedCandidate::of(candidate, open)).collect();
        Proposed { tied: proposal.tied, again: None, candidates }
    }

    /// Whether what stands first sets the line aside.
    pub(crate) fn sets_aside(&self) -> bool {
        self.candidates.first().is_some_and(ProposedCandidate::sets_aside)
    }

    /// Whether there is anything to keep.
    pub(crate) fn says_something(&self) -> bool {
        self.again.is_some() || !self.candidates.is_empty()
    }

    /// How sure the candidate of this place is, in thousandths. Its score says how much speaks for it; where others are as good it is
    /// one of them, and behind one that stands alone it is what is left.
    pub fn confidence(&self, nth: usize) -> u16 {
        let (Some(best), Some(candidate)) = (self.candidates.first(), self.candidates.get(nth)) else { return 0 };
        // What was said by a number stands first whatever else fits.
        let is_named = &*best.tier == Tier::Reference.name();
        if !self.tied || is_named {
            let first = confidence(best.score, 1);
            return if nth == 0 { first } else { confidence(candidate.score, 1).min(1000_u16.saturating_sub(first)) };
        }
        let as_good = self.candidates.iter().filter(|one| best.score.saturating_sub(one.score) <= TIE).count();
        confidence(candidate.score, as_good.max(2))
    }

    /// What a line is together with others, put where its score says. It stands alone only where nothing is as good.
    pub(crate) fn add_together(&mut self, sum: &Together, others: Vec<StatementLineId>, open: &Open) {
        let lines = (others.len() + 1).to_string();
        let (invoice, entry, code) = match sum.whole {
            Whole::Item(item) => (open.whole(item), None, "together"),
            Whole::Entry(at) => (None, open.entry(at), "parts"),
        };
        let candidate = ProposedCandidate {
            tier: Tier::Sum.name().into(),
            score: sum.score,
            customer: sum.party.and_then(|party| open.customer(party)),
            invoices: invoice.into_iter().collect(),
            entries: entry.into_iter().collect(),
            account: None,
            others,
            rule: None,
            difference: None,
            reasons: vec![Told { code: code.into(), about: Some(lines), how: None }],
        };
        let at = self.candidates.partition_point(|one| one.score >= candidate.score);
        self.tied |= self.candidates.iter().any(|one| one.score.abs_diff(candidate.score) <= TIE) && at <= 1;
        self.candidates.insert(at, candidate);
    }
}

impl ProposedCandidate {
    /// Whether it sets the line aside.
    pub(crate) fn sets_aside(&self) -> bool {
        self.rule.is_some() && self.account.is_none()
    }

    /// What a rule says of a line.
    pub(crate) fn by_rule(rule: &MatchRule) -> ProposedCandidate {
        ProposedCandidate {
            tier: Tier::Rule.name().into(),
            score: Rule::SCORE,
            customer: None,
            invoices: Vec::new(),
            entries: Vec::new(),
            account: rule.data.account.clone(),
            others: Vec::new(),
            rule: Some(rule.id),
            difference: None,
            reasons: vec![Told::rule(&rule.data.name)],
        }
    }

    fn of(candidate: &Candidate, open: &Open) -> ProposedCandidate {
        let rule = candidate.reasons.iter().find_map(|reason| match reason {
            Reason::Rule(place) => open.rules.get(*place),
            _ => None,
        });
        ProposedCandidate {
            tier: candidate.tier.name().into(),
            score: candidate.score,
            customer: candidate.party.and_then(|place| open.customer(place)),
            invoices: open.invoices_of(candidate).collect(),
            entries: open.entries_of(candidate).collect(),
            account: candidate.account.as_deref().map(str::to_owned),
            others: Vec::new(),
            rule: rule.map(|rule| rule.id),
            difference: candidate.difference.map(|one| (one.kind.name().into(), one.minor)),
            reasons: candidate.reasons.iter().map(|reason| Told::of(reason, &open.rules)).collect(),
        }
    }
}

impl Told {
    /// What it says, in the language of whoever reads it.
    pub fn sentence(&self, l: &L) -> String {
        let about = self.about.clone().unwrap_or_default();
        let how =
            self.how.as_deref().map(|how| l.t(&format!("match-how-{}", how.replace('_', "-")))).unwrap_or_default();
        let id = format!("match-reason-{}", self.code.replace('_', "-"));
        l.ta(&id, &[("about", about.into()), ("how", how.into())])
    }
}
