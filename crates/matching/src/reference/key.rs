//! What a document's number is looked up by.

use super::runs::{VALUE_DIGITS_MAX, folded};

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
    /// All of another number that belongs with it, as that of its order.
    Further,
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
        let letters = text.chars().map(folded).filter(char::is_ascii_alphanumeric);
        let bytes = letters.filter_map(|c| u8::try_from(c.to_ascii_uppercase()).ok());
        bytes.fold(Hash::default(), Hash::then).key()
    }
}

/// The hash of a piece of writing, which can be put together from the hashes of its pieces: `hash(ab) = hash(a) · Bⁿ + hash(b)` modulo
/// 2⁶⁴, where `n` is the length of `b`. So every join of neighbouring runs costs one multiplication, however long they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hash {
    pub sum: u64,
    /// How many characters it is of.
    pub len: usize,
}

/// An odd number without a pattern; ours.
const BASE: u64 = 0x9d8f_35a7_6c1b_e24d;

/// No piece of writing that is longer has a key: no document's number is.
pub(super) const LEN_MAX: usize = 40;

const POWERS: [u64; LEN_MAX + 1] = {
    let mut powers = [1_u64; LEN_MAX + 1];
    let mut n = 1;
    while n <= LEN_MAX {
        powers[n] = powers[n - 1].wrapping_mul(BASE);
        n += 1;
    }
    powers
};

/// What so many zeros come to.
const ZEROS: [u64; LEN_MAX + 1] = {
    let mut sums = [0_u64; LEN_MAX + 1];
    let mut n = 1;
    while n <= LEN_MAX {
        sums[n] = Hash { sum: sums[n - 1], len: 0 }.then(b'0').sum;
        n += 1;
    }
    sums
};

impl Hash {
    /// With one more character behind it.
    pub const fn then(self, byte: u8) -> Hash {
        // Widening a byte loses nothing, and `u64::from` is not to be had in a constant.
        let code = byte as u64;
        Hash { sum: self.sum.wrapping_mul(BASE).wrapping_add(code), len: self.len + 1 }
    }

    /// With another piece behind it; `None` when both are longer than [`LEN_MAX`].
    pub fn join(self, tail: Hash) -> Option<Hash> {
        let power = POWERS.get(tail.len).filter(|_| self.len + tail.len <= LEN_MAX)?;
        Some(Hash { sum: self.sum.wrapping_mul(*power).wrapping_add(tail.sum), len: self.len + tail.len })
    }

    /// Without so many zeros at its front; as it is when it is longer than [`LEN_MAX`].
    pub fn without_zeros(self, zeros: usize) -> Hash {
        let power = POWERS.get(self.len.saturating_sub(zeros)).filter(|_| zeros > 0 && zeros <= self.len);
        let (Some(front), Some(power)) = (ZEROS.get(zeros), power) else { return self };
        Hash { sum: self.sum.wrapping_sub(front.wrapping_mul(*power)), len: self.len - zeros }
    }

    /// Of digits that are counted rather than read: `of_number(13, 4)` is of `0013`.
    pub fn of_number(value: u64, len: usize) -> Hash {
        let mut digits = [b'0'; VALUE_DIGITS_MAX];
        let len = len.min(VALUE_DIGITS_MAX);
        let mut rest = value;
        for digit in digits.iter_mut().take(len).rev() {
            *digit += u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        digits.iter().take(len).fold(Hash::default(), |hash, digit| hash.then(*digit))
    }

    /// Of a number without leading zeros.
    pub fn of_value(value: u64) -> Hash {
        let digits = value.checked_ilog10().and_then(|log| usize::try_from(log).ok()).unwrap_or(0) + 1;
        Hash::of_number(value, digits)
    }

    /// Of a word known when this is compiled.
    pub const fn of_word(word: &[u8]) -> Hash {
        let mut hash = Hash { sum: 0, len: 0 };
        let mut n = 0;
        while n < word.len() {
            hash = hash.then(word[n]);
            n += 1;
        }
        hash
    }

    /// The bits stirred, so that a map may take them as they are.
    pub fn key(self) -> Key {
        let stirred = (self.sum ^ (self.sum >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        Key(stirred ^ (stirred >> 32))
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

    pub(super) fn new() -> Keys {
        Keys { keys: [(Key(0), Strength::Weak); Keys::MAX], count: 0 }
    }

    /// Adds a key, or raises one that is there already.
    pub(super) fn push(&mut self, key: Key, strength: Strength) {
        if let Some(known) = self.keys.iter_mut().take(self.count).find(|known| known.0 == key) {
            known.1 = known.1.max(strength);
        } else if let Some(place) = self.keys.get_mut(self.count) {
            *place = (key, strength);
            self.count += 1;
        }
    }

    pub(super) fn sort(&mut self) {
        if let Some(keys) = self.keys.get_mut(..self.count) {
            keys.sort_by_key(|(_, strength)| std::cmp::Reverse(*strength));
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Key, Strength)> + '_ {
        self.keys.iter().take(self.count).copied()
    }
}

impl IntoIterator for Keys {
    type Item = (Key, Strength);
    type IntoIter = std::iter::Take<std::array::IntoIter<(Key, Strength), { Keys::MAX }>>;

    fn into_iter(self) -> Self::IntoIter {
        self.keys.into_iter().take(self.count)
    }
}
