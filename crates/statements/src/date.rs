//! Dates as banks write them.

use crate::note::Note;
use kernel::Date;

/// A date of digits, `YYMMDD` or `YYYYMMDD`. A two-digit year above 79 is of the last century (SWIFT's rule for MT messages).
///
/// A day that its month has not, as banks that count thirty days write (30 February), is the last of the month, with a warning.
pub(crate) fn digits(text: &str, warnings: &mut Vec<Note>) -> Option<Date> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match text.len() {
        6 => {
            let year: i16 = text[..2].parse().ok()?;
            (if year > 79 { 1900 + year } else { 2000 + year }, &text[2..])
        }
        8 => (text[..4].parse().ok()?, &text[4..]),
        _ => return None,
    };
    day(year, rest[..2].parse().ok()?, rest[2..].parse().ok()?, warnings)
}

/// A day of a month; see [`digits`].
pub(crate) fn day(year: i16, month: i8, day: i8, warnings: &mut Vec<Note>) -> Option<Date> {
    if !(1..=31).contains(&day) {
        return None;
    }
    let date = Date::new(year, month, day).ok();
    date.or_else(|| {
        let last = Date::new(year, month, 1).ok()?.last_of_month();
        let said = format!("{year:04}-{month:02}-{day:02}");
        warnings.push(Note::of("date_clamped").with("text", said).with("taken", last));
        Some(last)
    })
}

/// `MMDD` in the year in which it is nearest to another day: an entry of January may stand beside a value date of December.
pub(crate) fn near(text: &str, to: Date, warnings: &mut Vec<Note>) -> Option<Date> {
    let (month, day_of_month): (i8, i8) = (text.get(..2)?.parse().ok()?, text.get(2..4)?.parse().ok()?);
    (1..=12).contains(&month).then_some(())?;
    // Within five months the same year is the nearest.
    if (month - to.month()).abs() < 6 {
        return day(to.year(), month, day_of_month, warnings);
    }
    let mut nearest: Option<(i32, Date, Vec<Note>)> = None;
    for year in [to.year() - 1, to.year(), to.year() + 1] {
        let mut own = Vec::new();
        let Some(date) = day(year, month, day_of_month, &mut own) else { continue };
        let apart = to.until(date).map_or(i32::MAX, |span| span.get_days().abs());
        if nearest.as_ref().is_none_or(|(least, ..)| apart < *least) {
            nearest = Some((apart, date, own));
        }
    }
    let (_, date, own) = nearest?;
    warnings.extend(own);
    Some(date)
}

/// The day of `YYYY-MM-DD`, with or without a time behind it; see [`digits`].
pub(crate) fn iso(text: &str, warnings: &mut Vec<Note>) -> Option<Date> {
    let text = text.trim().get(..10)?;
    let mut parts = text.split('-').map(|part| part.parse().ok());
    let (year, month, day_of_month) = (parts.next()??, parts.next()??, parts.next()??);
    let is_month = (1..=12).contains(&month);
    is_month.then(|| day(year, i8::try_from(month).ok()?, i8::try_from(day_of_month).ok()?, warnings)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_digits() {
        for (text, date, warned) in [
            ("160230", Some("2016-02-29"), 1),
            ("170230", Some("2017-02-28"), 1),
            ("991231", Some("1999-12-31"), 0),
            ("20261128", Some("2026-11-28"), 0),
            ("261131", Some("2026-11-30"), 1),
            ("261301", None, 0),
            ("261100", None, 0),
            ("2611", None, 0),
            ("26-1-1", None, 0),
        ] {
            let mut warnings = Vec::new();
            let read = digits(text, &mut warnings).map(|date| date.to_string());
            assert_eq!((read.as_deref(), warnings.len()), (date, warned), "{text}");
        }
    }

    #[test]
    fn an_entry_lies_near_its_value() {
        for (text, to, date) in [
            ("0102", "2025-12-31", Some("2026-01-02")),
            ("1231", "2026-01-02", Some("2025-12-31")),
            ("0229", "2024-03-01", Some("2024-02-29")),
            ("0630", "2026-06-29", Some("2026-06-30")),
            ("1340", "2026-06-29", None),
        ] {
            let read = near(text, to.parse().unwrap(), &mut Vec::new()).map(|date| date.to_string());
            assert_eq!(read.as_deref(), date, "{text} {to}");
        }
    }
}
