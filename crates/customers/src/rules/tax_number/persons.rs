//! Numbers of natural persons, most of which hold a date of birth beside a check digit.

use super::digits::{value, weighted};
use kernel::Date;

/// The resident identity number of China (公民身份号码) in digits: six of the place, the date of birth, three in order, and a
/// check, 10 for X, by ISO 7064 MOD 11-2. GB 11643-1999.
pub(super) fn is_chinese(d: &[u32]) -> bool {
    const WEIGHTS: [u32; 18] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    let year = d[6] * 1000 + d[7] * 100 + two(d, 8);
    year >= 1800 && is_day(year, two(d, 10), two(d, 12)) && weighted(d, &WEIGHTS) % 11 == 1
}

/// Ten digits: a citizen's (ЕГН), whose month tells the century of birth, a foreigner's, or one that the revenue agency gave.
pub(super) fn is_bulgarian(d: &[u32]) -> bool {
    let (century, month) = match two(d, 2) {
        month @ 21..=32 => (1800, month - 20),
        month @ 41..=52 => (2000, month - 40),
        month => (1900, month),
    };
    let is_citizens =
        is_day(century + two(d, 0), month, two(d, 4)) && weighted(d, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == d[9];
    let is_foreigners = weighted(d, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == d[9];
    is_citizens || is_foreigners || weighted(d, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Ten digits (rodné číslo): the date of birth, 50 more in a woman's month and 20 more where the day's numbers had run out,
/// and a number that eleven divides. Until 1985 a rest of ten was written as nought.
pub(super) fn is_czech(d: &[u32]) -> bool {
    let year = if d[0] * 10 + d[1] < 54 { 2000 } else { 1900 } + two(d, 0);
    let rest = value(&d[..9]) % 11;
    is_day(year, two(d, 2) % 50 % 20, two(d, 4)) && (rest == u64::from(d[9]) || rest == 10 && d[9] == 0 && year < 1985)
}

/// Eleven digits: the date of birth, its century, three in order, and a check.
pub(super) fn is_latvian(d: &[u32]) -> bool {
    let year = 1800 + d[6] * 100 + two(d, 4);
    let check = (1 + weighted(d, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10;
    d[6] <= 2 && is_day(year, two(d, 2), two(d, 0)) && check == d[10]
}

/// The number that two digits write.
fn two(d: &[u32], place: usize) -> u32 {
    d[place] * 10 + d[place + 1]
}

/// Whether there was such a day.
fn is_day(year: u32, month: u32, day: u32) -> bool {
    let small = |n: u32| i8::try_from(n).ok();
    match (i16::try_from(year).ok(), small(month), small(day)) {
        (Some(year), Some(month), Some(day)) => Date::new(year, month, day).is_ok(),
        _ => false,
    }
}
