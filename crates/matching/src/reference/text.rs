//! The keys that stand in a text: every join of neighbouring runs that could be a document's number.
//!
//! A join ends in a run of digits (or a short suffix of letters) and reaches back over hyphens, slashes, points, one sign of another
//! script, up to three blanks and the breaks of lines; so a number is found however it is parted, and also when a bank broke a line in
//! its middle. Letters in front belong to it; so does what stands behind the letters, on its own.
//!
//! Bounds: a join has at most [`RUNS_MAX`] runs and [`LEN_MAX`](super::key::LEN_MAX) characters, and a text gives at most [`KEYS_MAX`] keys.
//! A line of sixty characters gives a dozen or two, a remittance slip of forty invoices some three hundred.

use super::doubt;
use super::key::{Found, Hash, Span, Strength};
use super::runs::{Run, may_have_digits, runs, sign};
use super::series;

/// No text gives more keys, lists and ranges included; what stands behind is not read.
pub const KEYS_MAX: usize = 512;

/// No join has more runs: a number of four, and a break in some of them.
const RUNS_MAX: usize = 8;

/// No join reaches over more blanks and breaks of lines.
const BLANKS_MAX: usize = 3;

/// Longer words are no prefix of a number, beside it or a blank away.
const PREFIX_MAX: usize = 10;

/// Longer letters inside a number or behind it are words.
const INFIX_MAX: usize = 4;

/// Fewer characters give no key.
pub(super) const LEN_MIN: usize = 2;

/// Adds all keys that stand in a text, in no order; the same key may come more than once, from several places.
pub fn keys_in_text(text: &str, out: &mut Vec<Found>) {
    if !may_have_digits(text) {
        return;
    }
    let mut runs = runs(text);
    doubt::mark(&mut runs);
    let mut keys = Gathered { out, left: KEYS_MAX };
    for end in 0..runs.len() {
        if let Some(tail) = Tail::standing(&runs, end) {
            joins(&runs, end, &tail, &mut |join| keys.add(join));
        }
    }
    series::continuations(&runs, &mut |join| keys.add(join));
}

/// Whether something stands in a text that can be told from days, amounts and a few digits.
pub fn has_number(text: &str) -> bool {
    let mut found = Vec::new();
    keys_in_text(text, &mut found);
    found.iter().any(|found| found.strength > Strength::Weak)
}

/// Where the keys go, until the bound.
struct Gathered<'a> {
    out: &'a mut Vec<Found>,
    left: usize,
}

impl Gathered<'_> {
    fn add(&mut self, join: &Join) {
        self.push(join.hash, join.strength, join);
        if join.bare != join.hash {
            self.push(join.bare, join.strength.min(Strength::WithoutZeros), join);
        }
    }

    fn push(&mut self, hash: Hash, strength: Strength, join: &Join) {
        if hash.len >= LEN_MIN && self.left > 0 {
            let strength = if has_weight(hash.len, join.has_letters) { strength } else { Strength::Weak };
            self.out.push(Found { key: hash.key(), strength, span: join.span });
            self.left -= 1;
        }
    }
}

/// Whether so many characters can stand for one document among many: five digits, or four characters with letters.
pub(super) fn has_weight(len: usize, has_letters: bool) -> bool {
    len >= if has_letters { 4 } else { 5 }
}

/// The last run of a join, as it stands or as it is meant.
pub(super) struct Tail {
    pub hash: Hash,
    pub bare: Hash,
    pub strength: Strength,
    pub end: usize,
}

/// Neighbouring runs, read as one number.
pub(super) struct Join {
    pub hash: Hash,
    /// Without the leading zeros of its runs.
    pub bare: Hash,
    pub strength: Strength,
    pub span: Span,
    pub has_letters: bool,
    /// How many runs it has.
    pub count: usize,
}

impl Tail {
    /// A run as it stands; `None` when no number ends here.
    fn standing(runs: &[Run], end: usize) -> Option<Tail> {
        let run = runs.get(end)?;
        let next = runs.get(end + 1).filter(|next| next.gap.is_glued());
        if !run.is_digits && (run.len() > INFIX_MAX || !run.gap.is_tight() || !run.gap.joins() || next.is_some()) {
            return None;
        }
        // One or two letters stuck to the end are a piece of something longer; three and more are the next word, which a bank's line
        // break has brought here.
        let is_piece = next.is_some_and(|next| next.len() < 3 || runs.get(end + 2).is_some_and(|r| r.gap.is_glued()));
        let strength = if is_piece { Strength::Weak } else { Strength::Full };
        Some(Tail { hash: run.hash, bare: run.bare(), strength, end: run.span.end })
    }
}

/// Tells every join that ends in a run: the run alone, and with what stands before it.
pub(super) fn joins(runs: &[Run], end: usize, tail: &Tail, tell: &mut impl FnMut(&Join)) {
    let Some(last) = runs.get(end) else { return };
    let (mut hash, mut bare, mut has_letters, mut blanks) = (tail.hash, tail.bare, !last.is_digits, 0);
    let (mut has_digits, mut is_doubtful) = (last.is_digits, last.is_doubtful);
    let mut start = end;
    loop {
        let Some(first) = runs.get(start) else { return };
        if has_digits {
            let doubt = if is_doubtful && !has_letters { Strength::Weak } else { Strength::Full };
            let strength = tail.strength.min(doubt).min(beginning(runs, start));
            let span = Span { start: first.span.start, end: tail.end };
            tell(&Join { hash, bare, strength, span, has_letters, count: end - start + 1 });
        }
        let Some(before) = start.checked_sub(1).and_then(|at| runs.get(at)) else { return };
        blanks += usize::from(first.gap.has(sign::BLANK | sign::NEWLINE));
        if !first.gap.joins() || blanks > BLANKS_MAX || end - start + 1 >= RUNS_MAX || !goes_back(before, first) {
            return;
        }
        let (Some(longer), Some(barer)) = (before.hash.join(hash), before.bare().join(bare)) else { return };
        (hash, bare, start) = (longer, barer, start - 1);
        has_letters |= !before.is_digits;
        has_digits |= before.is_digits;
        is_doubtful |= before.is_doubtful;
    }
}

/// Whether a number that has begun with `first` may have begun with `before` it.
fn goes_back(before: &Run, first: &Run) -> bool {
    let fits = before.is_digits || before.len() <= PREFIX_MAX;
    // In front of letters a number goes on only when they are few and written as one with it: `SO26-A-77`, not `26 paid by 77`.
    fits && (first.is_digits || first.len() <= INFIX_MAX && first.gap.is_tight())
}

/// A join that leaves out the letters in front of it is one without prefix; one that begins later in a word is a piece.
fn beginning(runs: &[Run], start: usize) -> Strength {
    let is_glued = |at: usize| at > 0 && runs.get(at).is_some_and(|run| run.gap.is_glued());
    let is_digits = runs.get(start).is_some_and(|run| run.is_digits);
    match start {
        _ if !is_glued(start) => Strength::Full,
        _ if is_digits && !is_glued(start - 1) => Strength::WithoutPrefix,
        _ => Strength::Weak,
    }
}
