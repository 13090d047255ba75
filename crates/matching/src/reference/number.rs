//! The ways in which a document's number may be written.
//!
//! Of `INV-2026-000123` a payer writes the letters or not, the year with four digits, with two or not at all, the zeros or not. The
//! combinations are few, so each is a key of the document, and a text has to be read in one way only.

use super::key::{Hash, Keys, Strength};
use super::runs::{Run, runs};
use super::text::{LEN_MIN, has_weight};

/// All keys under which a document of this number is to be found, strongest first: at most [`Keys::MAX`].
///
/// Only Latin letters and digits count: `发票20260012` is found as `20260012`. A number without a digit, or of a single character, has
/// no keys, and one of more than forty characters only those of its last run.
pub fn keys_of_number(number: &str) -> Keys {
    let runs = runs(number);
    let mut keys = Keys::new();
    let Some(letters) = runs.iter().position(|run| run.is_digits) else { return keys };
    let year = Year::of(&runs, letters);
    for zeros in [Zeros::Kept, Zeros::Dropped] {
        for skipped in [0, letters] {
            let shape = Shape { runs: &runs, skipped, zeros };
            shape.push(Part::Run, &mut keys);
            if let Some(year) = &year {
                shape.push(Part::Other(year), &mut keys);
                shape.push(Part::Without(year), &mut keys);
            }
        }
        let last = runs.iter().rposition(|run| run.is_digits).unwrap_or(letters);
        if last > letters {
            let shape = Shape { runs: runs.get(..=last).unwrap_or_default(), skipped: last, zeros };
            shape.push_as(Strength::LastRun, Part::Run, &mut keys);
        }
    }
    keys.sort();
    keys
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zeros {
    Kept,
    Dropped,
}

/// The run that holds the year.
#[derive(Debug, Clone, Copy)]
struct Year {
    at: usize,
    /// The run with a year of the other length: `26` for `2026`, `260012` for `20260012`, `2026` for `26`.
    other: Hash,
    /// What the run has behind the year.
    rest: Hash,
    rest_bare: Hash,
}

/// What becomes of the year.
#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Run,
    Other(&'a Year),
    Without(&'a Year),
}

/// Runs with a number of them left out at the front, and the zeros kept or not.
#[derive(Debug, Clone, Copy)]
struct Shape<'a> {
    runs: &'a [Run],
    skipped: usize,
    zeros: Zeros,
}

impl Year {
    fn of(runs: &[Run], letters: usize) -> Option<Year> {
        Year::long(runs).or_else(|| Year::short(runs, letters))
    }

    /// The first run that is a year of four digits, or begins with one: `20260012`.
    fn long(runs: &[Run]) -> Option<Year> {
        runs.iter().enumerate().find_map(|(at, run)| {
            let behind = run.len().checked_sub(4).filter(|behind| *behind == 0 || (2..=8).contains(behind))?;
            let unit = 10_u64.checked_pow(u32::try_from(behind).ok()?)?;
            let (year, rest) = (run.value / unit, run.value % unit);
            (1990..2100).contains(&year).then(|| Year {
                at,
                other: Hash::of_number(run.value % (unit * 100), behind + 2),
                rest: Hash::of_number(rest, behind),
                rest_bare: if behind == 0 { Hash::default() } else { Hash::of_value(rest) },
            })
        })
    }

    /// Two digits behind the letters that can be a year, where more digits follow: `SO26-77/3`.
    fn short(runs: &[Run], letters: usize) -> Option<Year> {
        let run = runs.get(letters).filter(|run| run.len() == 2 && (20..50).contains(&run.value))?;
        let goes_on = runs.iter().skip(letters + 1).any(|run| run.is_digits);
        let (other, nothing) = (Hash::of_number(2000 + run.value, 4), Hash::default());
        goes_on.then_some(Year { at: letters, other, rest: nothing, rest_bare: nothing })
    }
}

impl Shape<'_> {
    fn push(self, part: Part<'_>, keys: &mut Keys) {
        let prefix = if self.skipped == 0 { Strength::Full } else { Strength::WithoutPrefix };
        let zeros = if self.zeros == Zeros::Kept { Strength::Full } else { Strength::WithoutZeros };
        let year = match part {
            Part::Run => Strength::Full,
            Part::Other(_) => Strength::ShortYear,
            Part::Without(_) => Strength::LastRun,
        };
        self.push_as(prefix.min(zeros).min(year), part, keys);
    }

    fn push_as(self, strength: Strength, part: Part<'_>, keys: &mut Keys) {
        let (mut hash, mut digits) = (Hash::default(), 0);
        for (at, run) in self.runs.iter().enumerate().skip(self.skipped) {
            let piece = self.piece(at, run, part);
            let Some(longer) = hash.join(piece) else { return };
            hash = longer;
            digits += if run.is_digits { piece.len } else { 0 };
        }
        // Without the year, letters say no more about which document it is.
        let has_weight = match strength {
            Strength::LastRun => has_weight(digits, false),
            _ => has_weight(hash.len, digits < hash.len),
        };
        if hash.len >= LEN_MIN && digits > 0 {
            keys.push(hash.key(), if has_weight { strength } else { Strength::Weak });
        }
    }

    fn piece(self, at: usize, run: &Run, part: Part<'_>) -> Hash {
        match (part, self.zeros) {
            (Part::Other(year), _) if year.at == at => year.other,
            (Part::Without(year), Zeros::Kept) if year.at == at => year.rest,
            (Part::Without(year), Zeros::Dropped) if year.at == at => year.rest_bare,
            (_, Zeros::Kept) => run.hash,
            (_, Zeros::Dropped) => run.bare(),
        }
    }
}
