//! How invoice numbers are written.
//!
//! Source of the demands: Directive 2006/112/EC, article 226(2): a sequential number, based on one or more series,
//! which uniquely identifies the invoice. The number itself is taken when the invoice is issued, never for a draft.

use std::collections::BTreeSet;

/// The longest number a pattern may come to with nine digits of number.
pub const LENGTH_MAX: usize = 40;

/// A pattern such as `INV-{year}-{number:05}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Year,
    ShortYear,
    /// At least so many digits.
    Number {
        width: usize,
    },
}

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error("a brace is not closed, or what is in it is unknown")]
    UnknownPart,
    #[error("only letters, digits and - / . _ may stand between the parts")]
    Character,
    #[error("the number must stand in it exactly once")]
    NumberOnce,
    #[error("numbers begin anew every year, so the year must stand in it")]
    YearMissing,
    #[error("year and number must be apart, or one could be taken for the other")]
    Ambiguous,
    #[error("longer than {LENGTH_MAX} characters")]
    TooLong,
}

impl Pattern {
    /// Reads a pattern: text, `{year}` (2026), `{yy}` (26), `{number}` or `{number:05}` (at least five digits, 1..=9).
    ///
    /// Order of checks: parts, characters, the number once, a year, year and number apart, length. Two different years
    /// and numbers never give the same text; `{yy}` repeats after a century.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            push_text(&mut parts, before);
            let (inside, after) = after.split_once('}').ok_or(PatternError::UnknownPart)?;
            parts.push(part(inside)?);
            rest = after;
        }
        push_text(&mut parts, rest);
        let pattern = Pattern(parts);
        pattern.check()?;
        Ok(pattern)
    }

    /// The number of an invoice: `INV-2026-00042`. A number wider than the pattern is written in full.
    pub fn format(&self, year: i16, number: u64) -> String {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Year => format!("{year:04}"),
                Part::ShortYear => format!("{:02}", year.rem_euclid(100)),
                Part::Number { width } => format!("{number:0width$}"),
            })
            .collect()
    }

    /// Whether a number of this series could read so, in any year.
    pub fn may_write(&self, text: &str) -> bool {
        self.number_in(text).is_some()
    }

    /// Which number of a year reads so; `None` where none does.
    fn number_in(&self, text: &str) -> Option<u64> {
        let (mut rest, mut number) = (text, None);
        for part in &self.0 {
            let left = match part {
                Part::Text(text) => rest.strip_prefix(text.as_str()),
                Part::Year => after_digits(rest, 4, 4),
                Part::ShortYear => after_digits(rest, 2, 2),
                Part::Number { width } => after_digits(rest, *width, usize::MAX),
            }?;
            if let Part::Number { .. } = part {
                // Longer than any counter comes to: still a number that reads like one of ours.
                number = Some(rest[..rest.len() - left.len()].parse().unwrap_or(u64::MAX));
            }
            rest = left;
        }
        number.filter(|_| rest.is_empty())
    }

    fn check(&self) -> Result<(), PatternError> {
        let is_text = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_');
        if self.0.iter().any(|p| matches!(p, Part::Text(text) if !text.chars().all(is_text))) {
            return Err(PatternError::Character);
        }
        if self.0.iter().filter(|p| matches!(p, Part::Number { .. })).count() != 1 {
            return Err(PatternError::NumberOnce);
        }
        let year = |p: &Part| matches!(p, Part::Year | Part::ShortYear);
        if !self.0.iter().any(year) {
            return Err(PatternError::YearMissing);
        }
        let digit_at = |p: &Part, end: bool| match p {
            Part::Text(text) if end => text.ends_with(|c: char| c.is_ascii_digit()),
            Part::Text(text) => text.starts_with(|c: char| c.is_ascii_digit()),
            _ => true,
        };
        let number = |p: &Part| matches!(p, Part::Number { .. });
        let touches = |w: &[Part]| (number(&w[0]) || number(&w[1])) && digit_at(&w[0], true) && digit_at(&w[1], false);
        if self.0.windows(2).any(touches) {
            return Err(PatternError::Ambiguous);
        }
        if self.format(2000, 999_999_999).len() > LENGTH_MAX {
            return Err(PatternError::TooLong);
        }
        Ok(())
    }
}

/// Where the numbers of documents are not those that a series gave out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gaps {
    /// Given out, but no document has them.
    pub missing: Vec<String>,
    /// Documents have them, but they were never given out.
    pub unknown: Vec<String>,
}

/// Compares the numbers of documents with what a series has taken: the last number of each year, from 1 without a gap.
///
/// A number that the pattern does not write, or writes with other digits, may be of an earlier pattern of the same series: there
/// must be as many of these as are missing otherwise.
pub fn gaps(pattern: &Pattern, taken: &[(i16, i64)], numbers: &[String]) -> Gaps {
    let mut left: BTreeSet<&str> = numbers.iter().map(String::as_str).collect();
    let (mut missing, mut places) = (Vec::new(), BTreeSet::new());
    for (year, last) in taken {
        for number in 1..=last.unsigned_abs() {
            let given = pattern.format(*year, number);
            if !left.remove(given.as_str()) {
                missing.push(given);
                places.insert(number);
            }
        }
    }
    let is_earlier = |text: &&str| pattern.number_in(text).is_none_or(|number| places.contains(&number));
    let (earlier, unknown): (Vec<&str>, Vec<&str>) = left.into_iter().partition(is_earlier);
    if earlier.len() == missing.len() {
        missing.clear();
    }
    Gaps { missing, unknown: unknown.into_iter().map(str::to_owned).collect() }
}

/// What follows `min` to `max` digits, as many as there are.
fn after_digits(text: &str, min: usize, max: usize) -> Option<&str> {
    let digits = text.bytes().take(max).take_while(u8::is_ascii_digit).count();
    (digits >= min).then(|| &text[digits..])
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

fn part(inside: &str) -> Result<Part, PatternError> {
    match inside {
        "year" => Ok(Part::Year),
        "yy" => Ok(Part::ShortYear),
        "number" => Ok(Part::Number { width: 1 }),
        _ => match inside.strip_prefix("number:0").map(str::parse) {
            Some(Ok(width @ 1..=9)) => Ok(Part::Number { width }),
            _ => Err(PatternError::UnknownPart),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns() {
        for (text, expected) in [
            ("INV-{year}-{number:05}", Ok("INV-2026-00042")),
            ("{yy}/{number}", Ok("26/42")),
            ("RE{number:03}.{year}", Ok("RE042.2026")),
            ("{number:01}-{year}", Ok("42-2026")),
            ("INV-{year}-{number:010}", Err(PatternError::UnknownPart)),
            ("INV-{year}-{number:5}", Err(PatternError::UnknownPart)),
            ("INV-{year}-{number:00}", Err(PatternError::UnknownPart)),
            ("INV-{year-{number}", Err(PatternError::UnknownPart)),
            ("INV-{Year}-{number}", Err(PatternError::UnknownPart)),
            ("INV {year}-{number}", Err(PatternError::Character)),
            ("INV}-{year}-{number}", Err(PatternError::Character)),
            ("发票{year}-{number}", Err(PatternError::Character)),
            ("INV-{year}", Err(PatternError::NumberOnce)),
            ("", Err(PatternError::NumberOnce)),
            ("{number}-{year}-{number}", Err(PatternError::NumberOnce)),
            ("INV-{number}", Err(PatternError::YearMissing)),
            ("{year}{number}", Err(PatternError::Ambiguous)),
            ("{number}{yy}", Err(PatternError::Ambiguous)),
            ("{year}-7{number}", Err(PatternError::Ambiguous)),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZ{year}-{number}", Ok("ABCDEFGHIJKLMNOPQRSTUVWXYZ2026-42")),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZA{year}-{number}", Err(PatternError::TooLong)),
        ] {
            let written = Pattern::parse(text).map(|p| p.format(2026, 42));
            assert_eq!(written.as_deref(), expected.as_deref(), "{text}");
        }
    }

    #[test]
    fn numbers_of_the_series_are_told_from_others() {
        for (pattern, text, own) in [
            ("INV-{year}-{number:05}", "INV-2026-00042", true),
            ("INV-{year}-{number:05}", "INV-2031-123456", true),
            ("INV-{year}-{number:05}", "INV-2026-0042", false),
            ("INV-{year}-{number:05}", "INV-26-00042", false),
            ("INV-{year}-{number:05}", "2026-00042", false),
            ("INV-{year}-{number:05}", "INV-2026-00042-A", false),
            ("{number}-{yy}A1", "7-26A1", true),
            ("{number}-{yy}A1", "7-2026A1", false),
            ("RE{number:03}.{year}", "RE042.2026", true),
            ("{yy}/{number}", "", false),
            ("{yy}/{number}", "旧-1", false),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().may_write(text), own, "{pattern} {text}");
        }
    }

    #[test]
    fn a_number_outgrows_its_width() {
        assert_eq!(Pattern::parse("{year}-{number:03}").unwrap().format(2026, 1000), "2026-1000");
    }

    #[test]
    fn gaps_are_named() {
        let pattern = Pattern::parse("INV-{year}-{number:05}").unwrap();
        let taken = [(2025, 1), (2026, 3)];
        let whole = ["INV-2025-00001", "INV-2026-00001", "INV-2026-00002", "INV-2026-00003"];
        for (index, instead, missing, unknown) in [
            (2, "INV-2026-00002", None, None),
            (2, "INV-2026-09999", Some("INV-2026-00002"), Some("INV-2026-09999")),
            (3, "INV-2026-00004", Some("INV-2026-00003"), Some("INV-2026-00004")),
            (3, "INV-2027-00007", Some("INV-2026-00003"), Some("INV-2027-00007")),
            // An earlier pattern, and one with more digits.
            (1, "R001/26", None, None),
            (1, "INV-2026-000001", None, None),
        ] {
            let mut numbers = whole.map(str::to_owned);
            numbers[index] = instead.to_owned();
            let found = gaps(&pattern, &taken, &numbers);
            let named = |one: Option<&str>| one.map(str::to_owned).into_iter().collect::<Vec<_>>();
            assert_eq!(found, Gaps { missing: named(missing), unknown: named(unknown) }, "{instead}");
        }
        let lost = gaps(&pattern, &taken, &whole[..3].iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(lost, Gaps { missing: vec!["INV-2026-00003".to_owned()], unknown: Vec::new() });
    }

    proptest! {
        #[test]
        fn different_invoices_have_different_numbers(
            a in (2000_i16..2099, 0_u64..1_000_000), b in (2000_i16..2099, 0_u64..1_000_000),
            pattern in prop::sample::select(vec!["INV-{year}-{number:05}", "{yy}/{number}", "R{number:03}.{year}", "{number}-{yy}A1"]),
        ) {
            let pattern = Pattern::parse(pattern).unwrap();
            prop_assert_eq!(pattern.format(a.0, a.1) == pattern.format(b.0, b.1), a == b);
        }

        #[test]
        fn no_text_makes_it_stumble(text in "[{}a-z0-9:{-]{0,30}") {
            if let Ok(pattern) = Pattern::parse(&text) {
                prop_assert!(pattern.format(2026, 1).len() <= LENGTH_MAX);
            }
        }
    }
}
