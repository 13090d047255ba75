//! What a document's number is looked up by.

/// A way of writing a number, as 64 bits: equal writings have equal keys, and an index of a million documents is a sorted column or a
/// map of integers. Two different writings share a key about once in 10¹⁹ pairs; who posts money compares the number itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u64);

/// How much of a number a key stands for, weakest first. A number meets a text with the weaker of the two strengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Could be anything: a short number, a date, an amount, a telephone number, a piece out of a longer word. Never identifies alone.
    Weak,
    /// The last run of digits alone, or with the prefix but without the year: `000123`, `INV000123`.
    LastRun,
    /// Worked out from a list or a range: `0013` in `0012/13` and `0012-0015`.
    Continued,
    /// Leading zeros of the runs are dropped: `INV-2026-123`.
    WithoutZeros,
    /// The year is written with two digits instead of four, or with four instead of two: `INV-26-000123`.
    ShortYear,
    /// The letters at the front are dropped: `2026-000123`.
    WithoutPrefix,
    /// Every letter and digit of the number.
    Full,
}

/// Where something stands in a text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// The piece of the text; empty when the span is of another text.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// A key that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Found {
    pub key: Key,
    pub strength: Strength,
    /// The writing that gave the key; for a number out of a list or range, from the number that it continues to where it is said.
    pub span: Span,
}

impl Key {
    /// The key of the Latin letters and digits of a text, whatever their case and width.
    pub fn of(text: &str) -> Key {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for c in text.chars().filter(char::is_ascii_alphanumeric) {
            hash = (hash ^ u64::from(u32::from(c.to_ascii_uppercase()))).wrapping_mul(0x100_0000_01b3);
        }
        Key(hash)
    }
}

/// The keys of one number, strongest first and each once; held in place, at most [`Keys::MAX`].
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    keys: [(Key, Strength); Keys::MAX],
    count: usize,
}

impl Keys {
    pub const MAX: usize = 16;

    pub(crate) fn new() -> Keys {
        Keys { keys: [(Key(0), Strength::Weak); Keys::MAX], count: 0 }
    }

    pub(crate) fn push(&mut self, key: Key, strength: Strength) {
        if self.iter().any(|(known, _)| known == key) {
            return;
        }
        if let Some(place) = self.keys.get_mut(self.count) {
            *place = (key, strength);
            self.count += 1;
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Key, Strength)> + '_ {
        self.keys.iter().take(self.count).copied()
    }
}
