//! Whether a text can be the pattern of a series of numbers, such as `INV-{year}-{number:05}`, and which year numbers count in.
//!
//! Numbers are written by the slices that issue documents; settings only keep what these can read.

use kernel::Date;

/// The longest number, with nine digits of number.
const LENGTH_MAX: usize = 40;

/// What a fiscal year is called: the calendar year in which it begins, for years that begin on the first of `first_month`.
///
/// Both ways are in use (FY 2026/27 is 2026 in Germany and 2027 in the United States). Where it begins is never in the
/// future, so that no number looks post-dated to whoever gets it, and it is the year that is on the paper for most of it.
pub fn fiscal_year(day: Date, first_month: i32) -> i16 {
    if i32::from(day.month()) < first_month { day.year() - 1 } else { day.year() }
}

/// ASCII letters, digits and `- / . _` around exactly one `{number}` (or `{number:05}`) and at least one `{year}` or `{yy}`;
/// no digit and no year touches the number, or one could be taken for the other.
pub fn is_pattern(text: &str) -> bool {
    // `%` and `#` cannot stand in a pattern, so they may stand for its parts.
    if text.contains(['%', '#']) {
        return false;
    }
    let mut marks = text.replace("{year}", "%").replace("{yy}", "%").replace("{number}", "#");
    for width in 1..=9 {
        marks = marks.replace(&format!("{{number:0{width}}}"), "#");
    }
    let years = marks.matches('%').count();
    let Some((before, after)) = marks.split_once('#') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-/._%".contains(c);
    let touches = |c: char| c.is_ascii_digit() || c == '%';
    let length = marks.len() + 3 * years + 8;
    before.chars().chain(after.chars()).all(plain)
        && !before.ends_with(touches)
        && !after.starts_with(touches)
        && years > 0
        && length <= LENGTH_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_called_after_the_one_in_which_they_begin() {
        for (day, first_month, year) in [
            ("2026-11-23", 1, 2026),
            ("2026-03-31", 4, 2025),
            ("2026-04-01", 4, 2026),
            ("2026-12-31", 1, 2026),
            ("2027-01-01", 1, 2027),
            ("2027-11-30", 12, 2026),
        ] {
            assert_eq!(fiscal_year(day.parse().unwrap(), first_month), year, "{day}");
        }
    }

    #[test]
    fn patterns() {
        for (text, good) in [
            ("INV-{year}-{number:05}", true),
            ("{year}/{number}", true),
            ("2{yy}.{number:9}", false),
            ("ZD{yy}-{number:04}", true),
            ("账{yy}-{number:04}", false),
            ("{year}{number}", false),
            ("{year}0{number}", false),
            ("{year}-A1{number}", false),
            ("{year}-{number}1", false),
            ("INV-{number}", false),
            ("INV-{year}", false),
            ("{year}-{number}-{number}", false),
            ("{year}-{number", false),
            ("{year}-{nummer}", false),
            ("{year} {number}", false),
            ("%-#", false),
            ("{year}-{number:00}", false),
            ("{year}-{number}-abcdefghijklmnopqrstuvwxy", true),
            ("{year}-{number}-abcdefghijklmnopqrstuvwxyz", false),
            ("", false),
        ] {
            assert_eq!(is_pattern(text), good, "{text}");
        }
    }
}
