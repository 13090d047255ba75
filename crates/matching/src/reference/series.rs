//! Numbers that a list or a range abbreviates: `INV-2026-0012/13/15`, `0012, 0013 und 0015`, `INV0012-INV0015`.
//!
//! What follows a number and is no longer than its last run takes the place of that run's last digits, and inherits what stood before
//! it. A range of more than [`RANGE_MAX`] numbers has only its ends.

use super::key::{Hash, Strength};
use super::runs::{Run, VALUE_DIGITS_MAX, sign};
use super::text::{Join, Tail, joins};

/// No range has more numbers.
pub const RANGE_MAX: u64 = 50;

const LIST_WORDS: [Hash; 8] = [
    Hash::of_word(b"AND"),
    Hash::of_word(b"UND"),
    Hash::of_word(b"SOWIE"),
    Hash::of_word(b"U"),
    Hash::of_word(b"ET"),
    Hash::of_word(b"E"),
    Hash::of_word(b"Y"),
    Hash::of_word(b"OG"),
];

const RANGE_WORDS: [Hash; 5] = [
    Hash::of_word(b"BIS"),
    Hash::of_word(b"TO"),
    Hash::of_word(b"TILL"),
    Hash::of_word(b"THRU"),
    Hash::of_word(b"THROUGH"),
];

/// How a run goes on from the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    List,
    Range,
}

/// The number that is being continued.
struct Base {
    /// Its last run, whose front is inherited.
    at: usize,
    /// The last run that said something: the base itself, or the latest of its continuations.
    said: usize,
    /// The last run's digits, as they are meant by now.
    value: u64,
    len: usize,
}

/// Tells every number that is only said by a list or a range.
pub(super) fn continuations(runs: &[Run], tell: &mut impl FnMut(&Join)) {
    let mut base: Option<Base> = None;
    for at in 0..runs.len() {
        let Some(run) = runs.get(at).filter(|run| run.is_digits && run.len() <= VALUE_DIGITS_MAX) else { continue };
        let continued = base.as_ref().filter(|_| !run.is_doubtful).and_then(|base| continue_from(runs, base, at, tell));
        // The year of the second number does not end a range: `INV-2026-0012 to INV-2026-0015`.
        if continued.is_some() || base.is_none() || !run.is_year() {
            base = Some(continued.unwrap_or(Base { at, said: at, value: run.value, len: run.len() }));
        }
    }
}

/// Tells what the run at `at` adds to a base, and gives the base as it is then; `None` when the run begins a number of its own.
fn continue_from(runs: &[Run], base: &Base, at: usize, tell: &mut impl FnMut(&Join)) -> Option<Base> {
    let run = runs.get(at)?;
    let link = link(runs, base, at)?;
    if base.len < 2 || run.len() > base.len {
        return None;
    }
    let unit = 10_u64.checked_pow(u32::try_from(run.len()).ok()?)?;
    let value = if run.len() == base.len { run.value } else { base.value - base.value % unit + run.value };
    let is_range = link == Link::Range && value > base.value && value - base.value <= RANGE_MAX;
    if link == Link::Range && !is_range && run.gap.is_tight() {
        // `2026-0012` is one number.
        return None;
    }
    let first = if is_range { base.value + 1 } else { value };
    for value in first..=value {
        let (hash, bare) = (Hash::of_number(value, base.len), Hash::of_value(value));
        let tail = Tail { hash, bare, strength: Strength::Continued, end: run.span.end };
        // The last of a list or range that is as long as the run itself has told its own keys already, where it inherits nothing.
        let is_told = run.hash == hash;
        joins(runs, base.at, &tail, &mut |join| {
            if !(is_told && join.count == 1) {
                tell(join);
            }
        });
    }
    Some(Base { at: base.at, said: at, value, len: base.len })
}

/// How the digits at `at` follow what a base has said; `None` when they do not.
fn link(runs: &[Run], base: &Base, at: usize) -> Option<Link> {
    let between = runs.get(base.said + 1..at)?;
    let base_run = runs.get(base.said)?;
    let gap = runs.get(base.said + 1)?.gap;
    match between {
        [] if base_run.is_year() && base.said == base.at && gap.is_tight() && !gap.has(sign::COMMA | sign::LIST) => {
            None
        }
        [] => of_gap(runs, at),
        [word] if LIST_WORDS.contains(&word.hash) && stands_apart(runs, at) => Some(Link::List),
        [word] if RANGE_WORDS.contains(&word.hash) && stands_apart(runs, at) => Some(Link::Range),
        [word, front @ ..] if RANGE_WORDS.contains(&word.hash) && repeats(runs, base, front) => Some(Link::Range),
        front => repeats(runs, base, front).then(|| of_range(runs, base.said + 1)).flatten(),
    }
}

/// A word between blanks.
fn stands_apart(runs: &[Run], at: usize) -> bool {
    let is_blank = |at: usize| runs.get(at).is_some_and(|run| run.gap.has(sign::BLANK | sign::NEWLINE));
    is_blank(at) && is_blank(at - 1)
}

fn of_gap(runs: &[Run], at: usize) -> Option<Link> {
    let gap = runs.get(at)?.gap;
    let listed = sign::BLANK | sign::NEWLINE | sign::COMMA | sign::LIST | sign::SLASH | sign::PLUS;
    if gap.count <= 3 && gap.is_only(listed) && gap.has(sign::COMMA | sign::LIST | sign::SLASH | sign::PLUS) {
        return Some(Link::List);
    }
    of_range(runs, at)
}

fn of_range(runs: &[Run], at: usize) -> Option<Link> {
    let gap = runs.get(at)?.gap;
    let ranged = sign::BLANK | sign::HYPHEN | sign::RANGE;
    (gap.count <= 4 && gap.is_only(ranged) && gap.has(sign::HYPHEN | sign::RANGE)).then_some(Link::Range)
}

/// Whether what stands in front of the second number is what stands in front of the base: `INV0012-INV0015`.
fn repeats(runs: &[Run], base: &Base, front: &[Run]) -> bool {
    let own = base.at.checked_sub(front.len()).and_then(|start| runs.get(start..base.at)).unwrap_or_default();
    !front.is_empty() && front.len() <= 3 && own.iter().map(|run| run.hash).eq(front.iter().map(|run| run.hash))
}
