//! Runs that look like something else than a document's number: dates, times, amounts, telephone numbers.
//!
//! They give keys all the same, since `12.03.26` may be an invoice after all; but weak ones. Letters in front of them
//! (`INV-2026.12`) make a number of them again.

use super::key::Hash;
use super::runs::{Gap, Run, sign};

const CURRENCIES: [Hash; 8] = [
    Hash::of_word(b"EUR"),
    Hash::of_word(b"USD"),
    Hash::of_word(b"CNY"),
    Hash::of_word(b"RMB"),
    Hash::of_word(b"CHF"),
    Hash::of_word(b"GBP"),
    Hash::of_word(b"HKD"),
    Hash::of_word(b"JPY"),
];

const TELEPHONES: [Hash; 6] = [
    Hash::of_word(b"TEL"),
    Hash::of_word(b"PHONE"),
    Hash::of_word(b"MOBILE"),
    Hash::of_word(b"MOBIL"),
    Hash::of_word(b"TELEFON"),
    Hash::of_word(b"FAX"),
];

/// Marks what looks like something else.
pub(super) fn mark(runs: &mut [Run]) {
    for at in 0..runs.len() {
        let count = match runs.get(at..).filter(|rest| rest.first().is_some_and(|run| run.is_digits)) {
            Some(rest) if is_date(rest) || is_time(rest) => 3,
            Some(rest) if is_amount(rest) => 2,
            Some(rest) if is_day(rest) || is_mobile(rest) || is_money(rest) => 1,
            Some(rest) => telephone(runs.get(..at).unwrap_or_default(), rest),
            None => 0,
        };
        for run in runs.iter_mut().skip(at).take(count) {
            run.is_doubtful = true;
        }
    }
}

fn digits(run: &Run, lens: &[usize]) -> bool {
    run.is_digits && lens.contains(&run.len())
}

fn is_calendar(year: &Run, month: u64, day: u64) -> bool {
    (year.is_year() || year.len() == 2) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// `2026-01-12`, `12.01.2026`, `1/12/26`, `2026年1月12日`.
fn is_date(rest: &[Run]) -> bool {
    let [a, b, c, ..] = rest else { return false };
    let same = [sign::DOT, sign::HYPHEN, sign::SLASH, sign::DATE].iter().any(|s| b.gap.is_one(*s) && c.gap.is_one(*s));
    if !same || !digits(a, &[1, 2, 4]) || !digits(b, &[1, 2]) || !digits(c, &[1, 2, 4]) {
        return false;
    }
    match (a.len(), c.len()) {
        (4, 1 | 2) => is_calendar(a, b.value, c.value),
        (1 | 2, 2 | 4) => is_calendar(c, b.value, a.value) || is_calendar(c, a.value, b.value),
        _ => false,
    }
}

/// `12:30:45`.
fn is_time(rest: &[Run]) -> bool {
    let [a, b, c, ..] = rest else { return false };
    let pairs = [a, b, c].iter().all(|run| digits(run, &[2]) && run.value < 60);
    pairs && b.gap.is_one(sign::BOND) && c.gap.is_one(sign::BOND)
}

/// `20260112`.
fn is_day(rest: &[Run]) -> bool {
    let Some(run) = rest.first() else { return false };
    let (year, month, day) = (run.value / 10_000, run.value / 100 % 100, run.value % 100);
    digits(run, &[8]) && (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// `1234,56`: two digits behind one comma or point, and no further piece.
fn is_amount(rest: &[Run]) -> bool {
    let [a, b, behind @ ..] = rest else { return false };
    let ends = behind.first().is_none_or(|next| !next.is_digits || !next.gap.is_tight() || next.gap.has(sign::OTHER));
    a.is_digits && digits(b, &[2]) && (b.gap.is_one(sign::COMMA) || b.gap.is_one(sign::DOT)) && ends
}

/// `¥1234`, `1234元`, `1234 EUR`.
fn is_money(rest: &[Run]) -> bool {
    let [run, behind @ ..] = rest else { return false };
    let next = behind.first();
    let is_said = |next: &Run| next.gap.count <= 1 && CURRENCIES.contains(&next.hash);
    run.is_digits && (run.gap.has(sign::MONEY) || next.is_some_and(is_said))
}

/// A Chinese mobile number: eleven digits from 13 on.
fn is_mobile(rest: &[Run]) -> bool {
    let Some(run) = rest.first() else { return false };
    digits(run, &[11]) && (13..=19).contains(&(run.value / 1_000_000_000))
}

/// How many runs from here on are a telephone number: `+49 171 1234567`, `Tel. 021-5555 1234`. Also `EUR 1234`, said in front.
fn telephone(before: &[Run], rest: &[Run]) -> usize {
    let Some(first) = rest.first().filter(|run| run.is_digits) else { return 0 };
    let word = before.last().filter(|run| !run.is_digits && first.gap.count <= 2).map(|run| run.hash);
    if word.is_some_and(|word| CURRENCIES.contains(&word)) {
        return 1;
    }
    // `SVWZ+0012` and `0012+13` are none.
    let stands_apart = before.is_empty() || first.gap.has(sign::BLANK | sign::BOND);
    let is_plus = stands_apart
        && first.gap.has(sign::PLUS)
        && first.gap.count <= 2
        && (digits(first, &[1, 2, 3]) || first.len() >= 10);
    if !is_plus && !word.is_some_and(|word| TELEPHONES.contains(&word)) {
        return 0;
    }
    let goes_on = |gap: Gap| gap.count == 1 && gap.is_only(sign::BLANK | sign::HYPHEN | sign::SLASH);
    1 + rest.iter().skip(1).take(3).take_while(|run| run.is_digits && goes_on(run.gap)).count()
}

#[cfg(test)]
mod tests {
    use super::super::runs::runs;
    use super::*;

    #[test]
    fn what_is_doubtful() {
        for (text, expected) in [
            ("12.01.2026", "12 01 2026"),
            ("2026-01-12", "2026 01 12"),
            ("1/12/26", "1 12 26"),
            ("2026年1月12日", "2026 1 12"),
            ("2026-01-0012", ""),
            ("45.13.2026", ""),
            ("20260112", "20260112"),
            ("20261312", ""),
            ("20260012", ""),
            ("EUR 1234,56", "1234 56"),
            ("1.234,56", "234 56"),
            ("1234 EUR", "1234"),
            ("1234 EURO", ""),
            ("EUR1234", "1234"),
            ("¥1234", "1234"),
            ("1234元", ""),
            ("0012, 0013", ""),
            ("13812345678", "13812345678"),
            ("23812345678", ""),
            ("+49 171 1234567", "49 171 1234567"),
            ("Tel. 021-5555 1234", "021 5555 1234"),
            ("+++123/4567/89012+++", ""),
            ("0012+0013", ""),
            ("SVWZ+2020000001", ""),
            ("ruf +2020000001", "2020000001"),
            ("12:30:45", "12 30 45"),
        ] {
            let mut runs = runs(text);
            mark(&mut runs);
            let doubtful: Vec<&str> = runs.iter().filter(|r| r.is_doubtful).map(|r| r.span.of(text)).collect();
            assert_eq!(doubtful.join(" "), expected, "{text}");
        }
    }
}
