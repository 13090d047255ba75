//! Amounts as banks write them.

use crate::note::Note;
use kernel::{Currency, Decimal, Money, Rounding};
use std::borrow::Cow;

/// Reads an amount: digits with a comma or a point before the decimals, signs before or behind, and separators between groups of three
/// digits. `None` where it is none.
///
/// Where only one separator stands and three digits follow, it parts groups if it stands more than once, else the decimals: banks that
/// group write decimals as well. Digits beyond those of the currency are rounded half up, with a warning where they were not nought.
pub(crate) fn read(text: &str, currency: Currency, warnings: &mut Vec<Note>) -> Option<Money> {
    rounded(text, decimal(text)?, currency, warnings)
}

/// Reads an amount whose decimals stand behind a known mark; see [`read`].
pub(crate) fn read_marked(text: &str, mark: char, currency: Currency, warnings: &mut Vec<Note>) -> Option<Money> {
    // The plain amount, which most are, needs no rounding.
    let is_plain = mark == '.' || !text.contains('.');
    if let Some(money) = is_plain.then(|| Money::parse(text, currency).ok()).flatten() {
        return Some(money);
    }
    rounded(text, decimal_marked(text, Some(mark))?, currency, warnings)
}

fn rounded(text: &str, exact: Decimal, currency: Currency, warnings: &mut Vec<Note>) -> Option<Money> {
    let money = Money::from_decimal(exact, currency, Rounding::HalfUp).ok()?;
    if money.to_decimal() != exact {
        warnings.push(Note::of("amount_rounded").with("text", text).with("taken", money));
    }
    Some(money)
}

/// An amount of any currency; see [`read`].
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    decimal_marked(text, None)
}

/// An amount of any currency, whose decimals stand behind a known mark.
pub(crate) fn decimal_marked(text: &str, mark: Option<char>) -> Option<Decimal> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b",.+-".contains(&b));
    let text: Cow<'_, str> = if is_plain {
        text.into()
    } else {
        text.chars().filter(|c| !c.is_whitespace() && !"'’¥￥$€£\u{a0}".contains(*c)).collect()
    };
    let (negative, digits) = match (text.strip_prefix(['-', '−']), text.strip_suffix('-')) {
        (Some(rest), None) => (true, rest),
        (None, Some(rest)) => (true, rest),
        (None, None) => (false, text.strip_prefix('+').unwrap_or(text.as_ref())),
        (Some(_), Some(_)) => return None,
    };
    if digits.len() > Money::TEXT_MAX || !digits.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let plain = match mark {
        Some(mark) => plain_marked(digits, mark)?,
        None => plain(digits)?,
    };
    let value: Decimal = plain.parse().ok()?;
    Some(if negative { -value } else { value })
}

/// Digits with a point before the decimals alone.
fn plain(digits: &str) -> Option<String> {
    if !digits.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.') {
        return None;
    }
    let last = digits.rfind([',', '.']);
    let Some(last) = last else { return Some(digits.to_owned()) };
    let mark = digits.as_bytes()[last];
    let (whole, decimals) = (&digits[..last], &digits[last + 1..]);
    let repeats = whole.bytes().any(|b| b == mark);
    let groups = |text: &str| {
        let mut parts = text.split([',', '.']);
        let first = parts.next().is_some_and(|first| (1..=3).contains(&first.len()));
        first && parts.all(|part| part.len() == 3)
    };
    // The same mark twice parts groups; another mark before the last parts groups too, and the last the decimals.
    if repeats {
        let is_grouped = groups(digits) && !digits.bytes().any(|b| b != mark && !b.is_ascii_digit());
        return is_grouped.then(|| digits.replace([',', '.'], ""));
    }
    if whole.contains([',', '.']) && !groups(whole) {
        return None;
    }
    let whole = whole.replace([',', '.'], "");
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") })
}

/// As [`plain`], where the mark before the decimals is known: the other one parts groups of three.
fn plain_marked(digits: &str, mark: char) -> Option<String> {
    let (whole, decimals) = digits.split_once(mark).unwrap_or((digits, ""));
    let mut groups = whole.split(if mark == ',' { '.' } else { ',' });
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().filter(|first| is_number(first))?;
    let mut plain = if first.is_empty() { "0".to_owned() } else { first.to_owned() };
    for group in groups {
        (first.len() <= 3 && group.len() == 3 && is_number(group)).then(|| plain.push_str(group))?;
    }
    if !decimals.is_empty() {
        plain.push('.');
        is_number(decimals).then(|| plain.push_str(decimals))?;
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_banks_write_them() {
        for (text, minor, warned) in [
            ("500,", Some(50_000), 0),
            ("C500", None, 0),
            ("0,", Some(0), 0),
            ("79,7", Some(7_970), 0),
            ("000000000025,00", Some(2_500), 0),
            ("1.234,56", Some(123_456), 0),
            ("1,234.56", Some(123_456), 0),
            ("1,234,567", Some(123_456_700), 0),
            ("-1,000.00", Some(-100_000), 0),
            ("1000.00-", Some(-100_000), 0),
            ("+10000.00", Some(1_000_000), 0),
            ("¥0.10", Some(10), 0),
            (" 12 345,6 ", Some(1_234_560), 0),
            (",5", Some(50), 0),
            ("1'234.50", Some(123_450), 0),
            ("0.12345", Some(12), 1),
            ("2.50000", Some(250), 0),
            ("1,23,456.00", None, 0),
            ("", None, 0),
            ("-", None, 0),
            ("--1", None, 0),
            ("1e5", None, 0),
            ("NaN", None, 0),
            ("1.2.3", None, 0),
            ("1.234.567,89", Some(123_456_789), 0),
        ] {
            let mut warnings = Vec::new();
            let read = read(text, Currency::EUR, &mut warnings).map(Money::minor);
            assert_eq!((read, warnings.len()), (minor, warned), "{text:?}");
        }
    }
}
