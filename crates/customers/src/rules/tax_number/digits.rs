//! The arithmetic that check digits are made of.

/// The values of decimal digits; `None` if anything else is among them.
pub(super) fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

/// Σ digit · weight, over the shorter of both.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// The number the digits write; for at most 19 of them.
pub(super) fn value(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |n, d| n * 10 + u64::from(*d))
}

/// Luhn: every second digit from the right but one doubled, digits summed, divisible by ten. ISO/IEC 7812-1, annex B.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { *d } else { d * 2 / 10 + d * 2 % 10 }).sum();
    sum.is_multiple_of(10)
}

/// ISO 7064 MOD 11,10.
pub(super) fn mod_11_10(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, d| {
        let sum = (product + d) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + check) % 10 == 1
}

/// ISO 7064 MOD 97-10 with letters as two digits (A = 10).
pub(super) fn mod_97_10(text: &str) -> bool {
    let rest = text.chars().try_fold(0_u32, |rest, c| {
        let v = c.to_digit(36)?;
        Some((rest * if v < 10 { 10 } else { 100 } + v) % 97)
    });
    rest == Some(1)
}
