//! What is proposed for a line.

use crate::name::Likeness;
use crate::reference::Strength;

/// Why a line is taken for something, surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// A number that was meant to be found again.
    Reference,
    /// The amount, and who paid.
    Payer,
    /// Several to one.
    Sum,
    /// Between accounts of our own.
    Own,
    /// A rule that somebody wrote.
    Rule,
}

impl Tier {
    pub const ALL: [Tier; 5] = [Tier::Reference, Tier::Payer, Tier::Sum, Tier::Own, Tier::Rule];

    pub const fn name(self) -> &'static str {
        match self {
            Tier::Reference => "reference",
            Tier::Payer => "payer",
            Tier::Sum => "sum",
            Tier::Own => "own",
            Tier::Rule => "rule",
        }
    }

    pub fn by_name(name: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| tier.name() == name)
    }
}

/// What speaks for a candidate, or against it; for people to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A number of the document stands in what was written, so well.
    Number(Box<str>, Strength),
    /// The payer pays from an account that it was seen to pay from.
    Account,
    /// The payer is called so.
    Name(Likeness),
    /// The payer is called like somebody else.
    OtherName,
    /// The amount is what is open.
    Amount,
    /// So many together are the amount.
    Sum(usize),
    /// Less came than is open.
    Short,
    /// More came than is open.
    Over,
    /// So many days lie between the two.
    Days(i32),
    /// It was dated after the line.
    Later,
    /// The account of the other side is our own.
    Own,
    /// A rule of this place says so.
    Rule(usize),
}

/// What explains that a line is not what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    pub kind: DifferenceKind,
    /// Above zero, in minor units of the line's currency.
    pub minor: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// A bank between kept it.
    Fee,
    /// Taken for paying early.
    Discount,
    /// The rest stays open.
    Short,
    /// The rest is the customer's credit.
    Over,
}

impl DifferenceKind {
    pub const fn name(self) -> &'static str {
        match self {
            DifferenceKind::Fee => "fee",
            DifferenceKind::Discount => "discount",
            DifferenceKind::Short => "short",
            DifferenceKind::Over => "over",
        }
    }
}

/// One answer to what a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub tier: Tier,
    /// How often such a candidate was right, in thousandths.
    pub score: u16,
    pub party: Option<u32>,
    /// Items by their places, and what of each is paid.
    pub items: Vec<(u32, i64)>,
    /// Entries by their places: they are there, and are linked.
    pub entries: Vec<u32>,
    /// Code of the account that the other side is posted to, where neither is there.
    pub account: Option<Box<str>>,
    pub difference: Option<Difference>,
    pub reasons: Vec<Reason>,
}

impl Candidate {
    /// Whether the number of something in it was said, and more than its last digits.
    pub fn is_named(&self) -> bool {
        self.reasons.iter().any(|reason| matches!(reason, Reason::Number(_, strength) if *strength > Strength::LastRun))
    }

    /// Whether neither a number nor the amount speaks for it: a part of what its payer owes, or more than that.
    pub fn is_guess(&self) -> bool {
        let is_open = |one: Difference| matches!(one.kind, DifferenceKind::Short | DifferenceKind::Over);
        self.difference.is_some_and(is_open) && !self.reasons.iter().any(|reason| matches!(reason, Reason::Number(..)))
    }

    /// Whether two candidates are the same answer.
    pub(crate) fn is_same(&self, other: &Candidate) -> bool {
        self.items == other.items
            && self.entries == other.entries
            && self.account == other.account
            && (self.party == other.party || !self.items.is_empty())
    }
}

/// The answers to what a line is, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    pub candidates: Vec<Candidate>,
    /// Another is as good as the first.
    pub tied: bool,
}

impl Proposal {
    pub fn best(&self) -> Option<&Candidate> {
        self.candidates.first()
    }

    /// The one that may be posted by itself: above the score that was asked for, not tied, and no guess.
    pub fn sure(&self, least: u16) -> Option<&Candidate> {
        self.best().filter(|best| !self.tied && best.score >= least && !best.is_guess())
    }
}
