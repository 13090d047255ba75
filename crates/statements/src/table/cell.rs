//! What stands in a cell, without what programs put about it.

use crate::note::Note;
use crate::table::map::{DateOrder, DecimalMark};
use crate::{amount, date};
use kernel::{Currency, Date, Money};

/// A cell without blanks, TABs and full-width blanks about it, out of `="…"`, without the apostrophes and back-ticks that keep a
/// spreadsheet from taking a number for one; nothing where it is a row of dashes or a stroke.
pub(crate) fn clean(cell: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if is_plain(cell.as_bytes().first()) && is_plain(cell.as_bytes().last()) {
        return cell;
    }
    let is_blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    let mut text = cell.trim_matches(is_blank);
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        text = inner;
    }
    let text = text.trim_matches(|c: char| is_blank(c) || c == '\'' || c == '`');
    let is_nothing = text == "/" || text.chars().all(|c| "-–—".contains(c));
    if is_nothing { "" } else { text }
}

/// The month that a file is of, for dates that name no year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Month {
    pub year: i16,
    pub month: i8,
}

impl Month {
    /// The first month that a title names: `2026年01月`, `2026-01`, `2026/1/31`, `202601`.
    pub fn of(title: &str) -> Option<Month> {
        for (at, _) in title.match_indices("20") {
            // Within a number of an account a year is none.
            let is_within = title[..at].ends_with(|c: char| c.is_ascii_digit());
            let Some(year) = title.get(at..at + 4).and_then(|year| year.parse().ok()) else { continue };
            let rest = title[at + 4..].trim_start_matches([' ', '年', '-', '/', '.']);
            let run = rest.bytes().take_while(u8::is_ascii_digit).count();
            match rest[..run.min(2)].parse() {
                Ok(month) if (1..=12).contains(&month) && run <= 4 && !is_within => return Some(Month { year, month }),
                _ => {}
            }
        }
        None
    }
}

/// A day as tables write it, alone or with a time behind it.
pub(crate) fn day(text: &str, order: DateOrder, month: Option<Month>, warnings: &mut Vec<Note>) -> Option<Date> {
    let (first, rest) = part(text)?;
    if let Part::Number(_, digits @ (8 | 14)) = first {
        let all = &text[..digits];
        return match order {
            DateOrder::YearMonthDay => date::digits(&all[..8], warnings),
            DateOrder::DayMonthYear if digits == 8 => of(&all[4..], &all[2..4], &all[..2], warnings),
            DateOrder::MonthDayYear if digits == 8 => of(&all[4..], &all[..2], &all[2..4], warnings),
            _ => None,
        };
    }
    let (second, rest) = part(rest)?;
    if order == DateOrder::MonthDay {
        let (Part::Number(m, 1..=2), Part::Number(d, 1..=2)) = (first, second) else { return None };
        // With a point it may be an amount.
        let month = month.filter(|_| text.contains(['/', '-', '月']))?;
        let to = Date::new(month.year, month.month, 1).ok()?.last_of_month();
        return ends(rest).then(|| date::near(&format!("{m:02}{d:02}"), to, warnings)).flatten();
    }
    let (third, rest) = part(rest)?;
    if !ends(rest) {
        return None;
    }
    let (y, m, d) = match (first, second, third, order) {
        // A month by its name stands where it likes.
        (
            Part::Name(m),
            Part::Number(d, 1..=2),
            Part::Number(y, n),
            DateOrder::DayMonthYear | DateOrder::MonthDayYear,
        )
        | (
            Part::Number(d, 1..=2),
            Part::Name(m),
            Part::Number(y, n),
            DateOrder::DayMonthYear | DateOrder::MonthDayYear,
        ) => (year(y, n)?, m, d),
        (Part::Number(y, 4), Part::Number(m, 1..=2), Part::Number(d, 1..=2), DateOrder::YearMonthDay) => (y, m, d),
        (Part::Number(d, 1..=2), Part::Number(m, 1..=2), Part::Number(y, n), DateOrder::DayMonthYear)
        | (Part::Number(m, 1..=2), Part::Number(d, 1..=2), Part::Number(y, n), DateOrder::MonthDayYear) => {
            (year(y, n)?, m, d)
        }
        _ => return None,
    };
    date::day(
        i16::try_from(y).ok()?,
        i8::try_from(m).ok().filter(|m| (1..=12).contains(m))?,
        i8::try_from(d).ok()?,
        warnings,
    )
}

fn of(year: &str, month: &str, day: &str, warnings: &mut Vec<Note>) -> Option<Date> {
    let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    date::day(year.parse().ok()?, month, day.parse().ok()?, warnings)
}

/// A year of two digits is of this century.
fn year(number: u32, digits: usize) -> Option<u32> {
    match digits {
        2 => Some(2000 + number),
        4 => Some(number),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy)]
enum Part {
    /// A number and how many digits it has.
    Number(u32, usize),
    /// The name of a month.
    Name(u32),
}

/// The next part of a date, and what comes behind the mark that ends it.
fn part(text: &str) -> Option<(Part, &str)> {
    let marks = ['-', '/', '.', ' ', '\'', ',', '年', '月', '日', '_'];
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        // A time may be glued to the day: `2026-01-0209:30:00`.
        let taken = if digits == 4 && text[4..].starts_with(':') { 2 } else { digits };
        let number = if taken <= 8 { text[..taken].parse().ok()? } else { 0 };
        let rest = &text[taken..];
        let behind = rest.strip_prefix(marks).unwrap_or(rest);
        let behind = if taken == digits && behind.len() < rest.len() { behind.trim_start() } else { rest };
        return Some((Part::Number(number, taken), behind));
    }
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let name = text.get(..3.min(letters))?.to_ascii_lowercase();
    let month = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let german = [("mai", 5), ("okt", 10), ("dez", 12)];
    let number = month.iter().zip(1..).find(|(known, _)| **known == name).map(|(_, number)| number);
    let number = number.or_else(|| german.iter().find(|(known, _)| *known == name).map(|(_, number)| *number))?;
    Some((Part::Name(number), text[letters..].trim_start_matches(marks)))
}

/// Nothing more, or a time.
fn ends(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['T', ' ', '\t', ',']);
    let time = rest.bytes().all(|b| b.is_ascii_digit() || b":.+-Z ".contains(&b)) && rest.contains(':');
    let zone = rest.split_once(' ').is_some_and(|(time, zone)| time.contains(':') && zone.len() < 8);
    rest.is_empty() || time || zone || rest.len() <= 2 && rest.bytes().all(|b| b.is_ascii_alphabetic())
}

/// An amount as tables write it: also `-3.90(CN)`, `(12.50)`, `CAD 1,000.00`, `1,000.00CR`, `12元`.
pub(crate) fn money(text: &str, currency: Currency, mark: DecimalMark, warnings: &mut Vec<Note>) -> Option<Money> {
    if let Some(money) = amount::read_marked(text, mark.character(), currency, warnings) {
        return Some(money);
    }
    let (text, is_out) = bare(text)?;
    let money = amount::read_marked(text, mark.character(), currency, warnings)?;
    if is_out { money.negated().ok() } else { Some(money) }
}

/// The digits of an amount without what is written about them, and whether that says money out.
pub(crate) fn bare(text: &str) -> Option<(&str, bool)> {
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return Some((inner.trim(), true));
    }
    let text = match text.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((before, country)) if country.bytes().all(|b| b.is_ascii_alphabetic()) => before,
        _ => text,
    };
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '元' || c == ' ' || c == '\t';
    let tail = text.trim_end_matches(is_letter);
    let is_out = text[tail.len()..].trim().eq_ignore_ascii_case("dr");
    let digits = tail.trim_start_matches(is_letter);
    (digits.len() <= Money::TEXT_MAX && digits.bytes().any(|b| b.is_ascii_digit())).then_some((digits, is_out))
}

/// Which way money went, as a column of its own says it: true is in.
pub(crate) fn is_in(text: &str) -> Option<bool> {
    let text = text.to_ascii_lowercase();
    let is = |words: &[&str]| words.contains(&text.as_str());
    if is(&["c", "cr", "credit", "h", "haben", "+", "in", "deposit"]) {
        return Some(true);
    }
    if is(&["d", "dr", "debit", "s", "soll", "-", "out", "withdrawal"]) {
        return Some(false);
    }
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word)) && text.chars().count() <= 6;
    if starts(&["贷", "收", "存入", "转入", "入账", "已收入"]) {
        Some(true)
    } else if starts(&["借", "支", "付", "支取", "转出", "出账", "已支出"]) {
        Some(false)
    } else {
        None
    }
}

/// A currency by its code or its Chinese name.
pub(crate) fn currency(text: &str) -> Option<Currency> {
    if let Ok(currency) = Currency::parse(text) {
        return Some(currency);
    }
    let names = [
        ("人民币", "CNY"),
        ("RMB", "CNY"),
        ("美元", "USD"),
        ("欧元", "EUR"),
        ("港", "HKD"),
        ("日元", "JPY"),
        ("日圆", "JPY"),
        ("英镑", "GBP"),
        ("澳大利亚元", "AUD"),
        ("澳元", "AUD"),
        ("加拿大元", "CAD"),
        ("加元", "CAD"),
        ("新加坡元", "SGD"),
        ("瑞士法郎", "CHF"),
        ("元", "CNY"),
    ];
    let upper = text.to_ascii_uppercase();
    let known = names.iter().find(|(name, _)| upper.starts_with(name)).map(|(_, code)| *code);
    Currency::parse(known.unwrap_or(&upper)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_as_programs_write_them() {
        for (cell, cleaned) in [
            ("  6222 0001\t", "6222 0001"),
            ("\u{3000}货款\u{3000}", "货款"),
            ("=\"600000\"", "600000"),
            ("'5000123456789'", "5000123456789"),
            ("`4200001\t", "4200001"),
            ("-", ""),
            ("-------------------", ""),
            ("/", ""),
            ("-5.00", "-5.00"),
            ("", ""),
            ("a", "a"),
        ] {
            assert_eq!(clean(cell), cleaned, "{cell:?}");
        }
    }

    #[test]
    fn days_as_tables_write_them() {
        use DateOrder::{DayMonthYear as D, MonthDay, MonthDayYear as M, YearMonthDay as Y};
        let january = Some(Month { year: 2026, month: 1 });
        for (text, order, day) in [
            ("2026-01-02", Y, Some("2026-01-02")),
            ("2026/1/2 9:30", Y, Some("2026-01-02")),
            ("2026年01月02日 09:30:00", Y, Some("2026-01-02")),
            ("2026-01-0209:30:00", Y, Some("2026-01-02")),
            ("2026-01-02T09:30:00Z", Y, Some("2026-01-02")),
            ("2026-01-02 09:30:00 UTC", Y, Some("2026-01-02")),
            ("20260102", Y, Some("2026-01-02")),
            ("20260102093000", Y, Some("2026-01-02")),
            ("20260102 09:30:00", Y, Some("2026-01-02")),
            ("02/01/2026", D, Some("2026-01-02")),
            ("02.01.26", D, Some("2026-01-02")),
            ("02/01/2026", M, Some("2026-02-01")),
            ("13/01/2026", M, None),
            ("28 Nov 2026", D, Some("2026-11-28")),
            ("28-Nov-26", M, Some("2026-11-28")),
            ("Nov 28, 2026", D, Some("2026-11-28")),
            ("01/05", MonthDay, Some("2026-01-05")),
            ("12/31", MonthDay, Some("2025-12-31")),
            ("12.31", MonthDay, None),
            ("02/01/2026", Y, None),
            ("12.50", D, None),
            ("101112", Y, None),
            ("2026-01-02 bis", Y, None),
            ("合计", Y, None),
            ("", Y, None),
        ] {
            let read = super::day(text, order, january, &mut Vec::new()).map(|day| day.to_string());
            assert_eq!(read.as_deref(), day, "{text} {order:?}");
        }
    }

    #[test]
    fn amounts_as_tables_write_them() {
        for (text, mark, minor) in [
            ("-3.90(CN)", DecimalMark::Point, Some(-390)),
            ("(12.50)", DecimalMark::Point, Some(-1_250)),
            ("CAD 1,000.00", DecimalMark::Point, Some(100_000)),
            ("1,000.00CR", DecimalMark::Point, Some(100_000)),
            ("1,000.00 DR", DecimalMark::Point, Some(-100_000)),
            ("12元", DecimalMark::Point, Some(1_200)),
            ("1.234", DecimalMark::Comma, Some(123_400)),
            ("1.234,5", DecimalMark::Comma, Some(123_450)),
            ("1,234", DecimalMark::Point, Some(123_400)),
            ("1.23", DecimalMark::Comma, None),
            ("A", DecimalMark::Point, None),
        ] {
            let read = money(text, Currency::CNY, mark, &mut Vec::new()).map(Money::minor);
            assert_eq!(read, minor, "{text} {mark:?}");
        }
    }

    #[test]
    fn a_title_names_its_month() {
        let month = |year, month| Some(Month { year, month });
        for (title, found) in [
            ("招商银行信用卡对账单 2026年01月", month(2026, 1)),
            ("2026/12/31-2027/01/31", month(2026, 12)),
            ("卡号 6220012001", month(1200, 1).filter(|_| false)),
            ("202601", month(2026, 1)),
            ("账号：6222020200112233445 2026年02月", month(2026, 2)),
            ("账号：20200112233445", None),
            ("20260131-20260228", month(2026, 1)),
            ("", None),
        ] {
            assert_eq!(Month::of(title), found, "{title}");
        }
    }
}
