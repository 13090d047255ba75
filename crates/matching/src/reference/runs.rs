//! A text as runs of digits and of Latin letters, with what stands between them.
//!
//! Everything else is a gap: punctuation, blanks, and the characters of other scripts, so that `发票号：20260012，货款` is one run.
//! Letters are read in capitals, full-width signs as their narrow ones; soft hyphens and zero-width signs are not there at all, since
//! banks put them wherever they break a line.

use super::key::{Hash, Span};

/// What may stand in a gap, as bits.
pub(super) mod sign {
    pub const BLANK: u16 = 1;
    pub const NEWLINE: u16 = 1 << 1;
    pub const HYPHEN: u16 = 1 << 2;
    pub const SLASH: u16 = 1 << 3;
    pub const DOT: u16 = 1 << 4;
    /// Binds like a hyphen: `:`, `#`, `_`, `*`, an apostrophe.
    pub const BOND: u16 = 1 << 5;
    pub const COMMA: u16 = 1 << 6;
    /// Between the members of a list: `;`, `、`, `&`, `和`.
    pub const LIST: u16 = 1 << 7;
    /// Between the ends of a range: `~`, `至`.
    pub const RANGE: u16 = 1 << 8;
    pub const PLUS: u16 = 1 << 9;
    /// `年` and `月`.
    pub const DATE: u16 = 1 << 10;
    /// `¥`, `€`, `元`.
    pub const MONEY: u16 = 1 << 11;
    /// A letter or character of another script.
    pub const WORD: u16 = 1 << 12;
    pub const OTHER: u16 = 1 << 13;
}

/// What stands between two runs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gap {
    pub signs: u16,
    pub count: u8,
}

impl Gap {
    pub fn has(self, signs: u16) -> bool {
        self.signs & signs != 0
    }

    pub fn is_only(self, signs: u16) -> bool {
        self.count > 0 && self.signs & !signs == 0
    }

    /// No gap at all: a letter beside a digit.
    pub fn is_glued(self) -> bool {
        self.count == 0
    }

    /// Exactly one sign, of this kind.
    pub fn is_one(self, sign: u16) -> bool {
        self.count == 1 && self.signs == sign
    }

    /// Whether a number may go on behind it.
    pub fn joins(self) -> bool {
        use sign::{BLANK, BOND, DATE, DOT, HYPHEN, NEWLINE, SLASH, WORD};
        self.count <= 3 && self.signs & !(BLANK | NEWLINE | HYPHEN | SLASH | DOT | BOND) == 0
            || self.count == 1 && self.has(WORD | DATE)
    }

    /// Whether the two sides are written as one, without a blank.
    pub fn is_tight(self) -> bool {
        !self.has(sign::BLANK | sign::NEWLINE | sign::WORD | sign::DATE)
    }
}

/// A run of digits, or of Latin letters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub hash: Hash,
    /// Zeros at the front of digits.
    zeros: usize,
    /// Of up to 18 digits; 0 for letters and for longer runs.
    pub value: u64,
    pub span: Span,
    pub is_digits: bool,
    /// What stands before it.
    pub gap: Gap,
    /// Looks like a piece of a date, an amount or a telephone number.
    pub is_doubtful: bool,
}

impl Run {
    pub fn len(&self) -> usize {
        self.hash.len
    }

    /// The digits without leading zeros; a run of zeros alone keeps its last one: `000` is `0`.
    pub fn bare(&self) -> Hash {
        self.hash.without_zeros(self.zeros.min(self.len().saturating_sub(1)))
    }

    /// A year on its own: four digits from 1990 to 2099.
    pub fn is_year(&self) -> bool {
        self.is_digits && self.len() == 4 && (1990..2100).contains(&self.value)
    }
}

/// Longer runs of digits have no value: `u64` holds any 18 digits.
pub(super) const VALUE_DIGITS_MAX: usize = 18;

enum Sign {
    Digit(u8),
    /// In capitals.
    Letter(u8),
    Gap(u16),
    /// Not there at all.
    Nothing,
}

fn read(c: char) -> Sign {
    match u8::try_from(c) {
        Ok(digit @ b'0'..=b'9') => Sign::Digit(digit),
        Ok(letter @ b'A'..=b'Z') => Sign::Letter(letter),
        Ok(letter @ b'a'..=b'z') => Sign::Letter(letter - 32),
        Ok(byte) if byte.is_ascii() => Sign::Gap(of_ascii(byte)),
        _ => read_wide(c),
    }
}

fn read_wide(c: char) -> Sign {
    match u8::try_from(folded(c)) {
        Ok(digit @ b'0'..=b'9') => Sign::Digit(digit),
        Ok(letter @ (b'A'..=b'Z' | b'a'..=b'z')) => Sign::Letter(letter.to_ascii_uppercase()),
        Ok(byte) if byte.is_ascii() => Sign::Gap(of_ascii(byte)),
        _ => of_other(c),
    }
}

/// The narrow sign of a full-width one.
pub(super) fn folded(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn of_ascii(byte: u8) -> u16 {
    match byte {
        b' ' | b'\t' => sign::BLANK,
        b'\n' | b'\r' => sign::NEWLINE,
        b'-' => sign::HYPHEN,
        b'/' | b'\\' => sign::SLASH,
        b'.' => sign::DOT,
        b':' | b'#' | b'_' | b'*' | b'\'' => sign::BOND,
        b',' => sign::COMMA,
        b';' | b'&' | b'|' => sign::LIST,
        b'~' => sign::RANGE,
        b'+' => sign::PLUS,
        b'$' => sign::MONEY,
        _ => sign::OTHER,
    }
}

fn of_other(c: char) -> Sign {
    Sign::Gap(match c {
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => return Sign::Nothing,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => sign::BLANK,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => sign::HYPHEN,
        '、' | '和' | '及' | '与' | '與' => sign::LIST,
        '至' | '到' | '…' => sign::RANGE,
        '年' | '月' => sign::DATE,
        '¥' | '€' | '£' | '元' | '圆' => sign::MONEY,
        _ if c.is_alphabetic() => sign::WORD,
        _ => sign::OTHER,
    })
}

/// Most texts without a digit are told apart here, without being read: full-width digits begin with the byte `EF`.
pub(super) fn may_have_digits(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit() || byte == 0xef)
}

/// All runs of a text, in order.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(16);
    let mut gap = Gap { signs: 0, count: 0 };
    let mut open = false;
    for (at, c) in text.char_indices() {
        let (byte, is_digits) = match read(c) {
            Sign::Nothing => continue,
            Sign::Gap(signs) => {
                gap = Gap { signs: gap.signs | signs, count: gap.count.saturating_add(1) };
                open = false;
                continue;
            }
            Sign::Digit(byte) => (byte, true),
            Sign::Letter(byte) => (byte, false),
        };
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(run) if open && run.is_digits == is_digits => run.extend(byte, end),
            _ => {
                let mut run = Run::begin(is_digits, gap, at);
                run.extend(byte, end);
                runs.push(run);
                (gap, open) = (Gap::default(), true);
            }
        }
    }
    runs
}

impl Run {
    fn begin(is_digits: bool, gap: Gap, start: usize) -> Run {
        let span = Span { start, end: start };
        Run { hash: Hash::default(), zeros: 0, value: 0, span, is_digits, gap, is_doubtful: false }
    }

    fn extend(&mut self, byte: u8, end: usize) {
        self.hash = self.hash.then(byte);
        if self.is_digits {
            self.zeros += usize::from(byte == b'0' && self.zeros + 1 == self.len());
            let longer = self.value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            self.value = if self.len() <= VALUE_DIGITS_MAX { longer } else { 0 };
        }
        self.span.end = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runs of a text, a bar between them, with the signs of a gap that is not a blank.
    fn shown(text: &str) -> String {
        let shown: Vec<String> =
            runs(text).iter().map(|r| format!("{}{}", if r.is_digits { "" } else { "'" }, r.span.of(text))).collect();
        shown.join("|")
    }

    #[test]
    fn letters_and_digits_part() {
        for (text, expected) in [
            ("", ""),
            ("，。", ""),
            ("INV-2026-000123", "'INV|2026|000123"),
            ("SO26-77/3", "'SO|26|77|3"),
            ("发票号：２０２６００１２，货款", "２０２６００１２"),
            ("rf18x9", "'rf|18|'x|9"),
            ("20\u{ad}26", "20\u{ad}26"),
            ("Überweisung 7", "'berweisung|7"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn leading_zeros_and_values() {
        for (text, bare, value) in [("0012", "12", 12), ("000", "0", 0), ("7", "7", 7), ("1000", "1000", 1000)] {
            let run = runs(text)[0];
            assert_eq!((run.bare(), run.value), (runs(bare)[0].hash, value), "{text}");
        }
        assert_eq!(runs("999999999999999999")[0].value, 999_999_999_999_999_999);
        assert_eq!(runs("9999999999999999999")[0].value, 0);
        assert_eq!(runs("00000000000000000000000012")[0].bare(), runs("12")[0].hash);
    }

    #[test]
    fn full_width_is_narrow() {
        assert_eq!(runs("ＩＮＶ２０２６")[1].hash, runs("inv2026")[1].hash);
        assert_eq!(runs("ＩＮＶ－２０２６")[1].gap.signs, sign::HYPHEN);
    }
}
