//! Check digits. Each function takes digits (or letters and digits) as ASCII and gives the check that belongs behind them.

/// The remainder modulo 97 of digits and capital letters, where `A` is 10 and `Z` is 35 (ISO 7064).
pub(super) fn mod97(signs: impl Iterator<Item = u8>) -> u32 {
    signs.fold(0, |rest, sign| match sign {
        b'A'..=b'Z' => (rest * 100 + u32::from(sign - b'A') + 10) % 97,
        _ => (rest * 10 + digit(sign)) % 97,
    })
}

/// ISO 11649: the two digits behind `RF`, from 02 to 98.
pub(super) fn rf(reference: &[u8]) -> u32 {
    98 - mod97(reference.iter().chain(b"RF00").copied())
}

/// Belgium: the number modulo 97, where 97 stands for 0.
pub(super) fn belgian(number: &[u8]) -> u32 {
    match mod97(number.iter().copied()) {
        0 => 97,
        rest => rest,
    }
}

/// Switzerland: modulo 10, recursive.
pub(super) fn recursive(number: &[u8]) -> u32 {
    const CARRIES: [u32; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let carry = number.iter().fold(0_u32, |carry, sign| {
        let place = usize::try_from((carry + digit(*sign)) % 10).unwrap_or_default();
        CARRIES.get(place).copied().unwrap_or_default()
    });
    (10 - carry) % 10
}

/// Finland: weights 7, 3, 1 from the right, up to the next ten.
pub(super) fn finnish(number: &[u8]) -> u32 {
    (10 - weighted(number, [7, 3, 1].into_iter().cycle()) % 10) % 10
}

/// Norway, modulo 10: every second digit from the right is doubled and its own digits added (Luhn).
pub(super) fn luhn(number: &[u8]) -> u32 {
    let sum: u32 = number
        .iter()
        .rev()
        .zip([2, 1].into_iter().cycle())
        .map(|(sign, weight)| digit(*sign) * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    (10 - sum % 10) % 10
}

/// Norway, modulo 11: weights 2 to 7 from the right; 10 is printed as a hyphen.
pub(super) fn mod11(number: &[u8]) -> u32 {
    (11 - weighted(number, [2, 3, 4, 5, 6, 7].into_iter().cycle()) % 11) % 11
}

/// Slovenia: modulo 11 with weights from 2 upwards; what would be 10 or 11 is 0, so a few slips are not seen.
pub(super) fn slovenian(number: &[u8]) -> u32 {
    match 11 - weighted(number, 2..) % 11 {
        10 | 11 => 0,
        check => check,
    }
}

fn weighted(number: &[u8], weights: impl Iterator<Item = u32>) -> u32 {
    number.iter().rev().zip(weights).map(|(sign, weight)| digit(*sign) * weight).sum()
}

fn digit(sign: u8) -> u32 {
    u32::from(sign.saturating_sub(b'0').min(9))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples that the owners of the schemes publish, and some worked out by hand.
    #[test]
    fn known_checks() {
        assert_eq!(rf(b"539007547034"), 18);
        assert_eq!(recursive(b"21000000000313947143000901"), 7);
        assert_eq!(belgian(b"0000000097"), 97);
        assert_eq!(belgian(b"1234567890"), 1_234_567_890 % 97);
        assert_eq!(finnish(b"123456"), 1);
        assert_eq!(luhn(b"234567"), 6);
        assert_eq!(mod11(b"1234567890"), 3);
        assert_eq!(mod11(b"6"), 10);
        assert_eq!(slovenian(b"1"), 9);
        assert_eq!(slovenian(b"6"), 0);
    }
}
