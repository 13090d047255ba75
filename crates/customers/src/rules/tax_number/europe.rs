//! VAT ids of the European Union, Northern Ireland, the United Kingdom, Switzerland and Norway.

use super::digits::{digits, luhn, mod_11_10, mod_97_10, value, weighted};
use super::{Fault, TaxNumber, persons};

/// What a country's rule says of a number without its prefix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fits,
    /// The shape fits; numbers of this shape have no check digit, or none we are sure of.
    ShapeFits,
    Shape,
    CheckDigit,
}

impl From<bool> for Verdict {
    fn from(fits: bool) -> Verdict {
        if fits { Verdict::Fits } else { Verdict::CheckDigit }
    }
}

/// Checks the number of a European country; numbers of countries that are not here remain unchecked.
pub(super) fn check(country: &str, number: String) -> TaxNumber {
    let (prefix, suffixes): (&str, &[&str]) = match country {
        "GR" | "EL" => ("EL", &[]),
        "GB" if number.starts_with("XI") => ("XI", &[]),
        "CH" => ("CHE", &["MWST", "TVA", "IVA", "TPV", "VAT"]),
        "NO" => ("NO", &["MVA"]),
        "AT" | "BE" | "BG" | "CY" | "CZ" | "DE" | "DK" | "EE" | "ES" | "FI" | "FR" | "GB" | "HR" | "HU" | "IE"
        | "IT" | "LT" | "LU" | "LV" | "MT" | "NL" | "PL" | "PT" | "RO" | "SE" | "SI" | "SK" | "XI" => (country, &[]),
        _ => return TaxNumber::Unchecked(number),
    };
    // Greece has a prefix of its own, and people write its country's.
    let written = if prefix == "EL" && number.starts_with("GR") { "GR" } else { prefix };
    let body = number.strip_prefix(written).unwrap_or(&number);
    let body = suffixes.iter().find_map(|s| body.strip_suffix(s)).unwrap_or(body);
    // A Spanish or Irish number may itself begin with its country's letters; then the prefix was not there.
    let (body, verdict) = match judge(prefix, body) {
        Verdict::Shape => (number.as_str(), judge(prefix, &number)),
        verdict => (body, verdict),
    };
    let kept = if prefix == "NO" { format!("NO{body}MVA") } else { format!("{prefix}{body}") };
    match verdict {
        Verdict::Fits => TaxNumber::Valid(kept),
        Verdict::ShapeFits => TaxNumber::Unchecked(kept),
        Verdict::Shape => TaxNumber::Wrong(Fault::Shape),
        Verdict::CheckDigit => TaxNumber::Wrong(Fault::CheckDigit),
    }
}

fn judge(prefix: &str, body: &str) -> Verdict {
    match prefix {
        "AT" => body.strip_prefix('U').map_or(Verdict::Shape, austria),
        "CY" => cyprus(body),
        "ES" => spain(body),
        "FR" => france(body),
        "GB" | "XI" => united_kingdom(body),
        "IE" => ireland(body),
        "NL" => netherlands(body),
        _ => digits(body).map_or(Verdict::Shape, |d| digits_only(prefix, &d)),
    }
}

/// Countries whose numbers are nothing but digits.
fn digits_only(prefix: &str, d: &[u32]) -> Verdict {
    match (prefix, d.len()) {
        ("BE", 10) if d[0] <= 1 => (97 - value(&d[..8]) % 97 == value(&d[8..])).into(),
        ("BG", 9) => bulgaria(d),
        ("BG", 10) => persons::is_bulgarian(d).into(),
        ("CHE", 9) => ((weighted(d, &[5, 4, 3, 2, 7, 6, 5, 4]) + d[8]).is_multiple_of(11)).into(),
        ("CZ", 8) if d[0] != 9 => {
            let check = (11 - weighted(d, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
            ((if check == 0 { 1 } else { check % 10 }) == d[7]).into()
        }
        ("CZ", 9) => Verdict::ShapeFits,
        ("CZ", 10) => persons::is_czech(d).into(),
        ("DE", 9) if d[0] != 0 => mod_11_10(d).into(),
        ("DK", 8) if d[0] != 0 => (weighted(d, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)).into(),
        ("EE", 9) => (weighted(d, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)).into(),
        ("EL", 9) => (weighted(d, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == d[8]).into(),
        ("FI", 8) => (weighted(d, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11)).into(),
        ("HR", 11) => mod_11_10(d).into(),
        ("HU", 8) => (weighted(d, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10)).into(),
        ("IT", 11) => luhn(d).into(),
        ("LT", 9) if d[7] == 1 => lithuania(d),
        ("LT", 12) if d[10] == 1 => lithuania(d),
        ("LU", 8) => (value(&d[..6]) % 89 == value(&d[6..])).into(),
        ("LV", 11) if d[0] > 3 => (weighted(d, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3).into(),
        // Since 2017 persons get numbers without a date of birth, about whose check nothing is published.
        ("LV", 11) if d[..2] == [3, 2] => Verdict::ShapeFits,
        ("LV", 11) => persons::is_latvian(d).into(),
        ("MT", 8) if d[0] != 0 => (weighted(d, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37)).into(),
        ("NO", 9) => ((weighted(d, &[3, 2, 7, 6, 5, 4, 3, 2]) + d[8]).is_multiple_of(11)).into(),
        ("PL", 10) => (weighted(d, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == d[9]).into(),
        ("PT", 9) if d[0] != 0 => {
            let rest = weighted(d, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            ((if rest < 2 { 0 } else { 11 - rest }) == d[8]).into()
        }
        ("RO", 2..=10) if d[0] != 0 => romania(d),
        ("SE", 12) => luhn(&d[..10]).into(),
        ("SI", 8) if d[0] != 0 => {
            let check = 11 - weighted(d, &[8, 7, 6, 5, 4, 3, 2]) % 11;
            (check != 11 && check % 10 == d[7]).into()
        }
        ("SK", 10) if d[0] != 0 && matches!(d[2], 2..=4 | 7..=9) => (value(d).is_multiple_of(11)).into(),
        _ => Verdict::Shape,
    }
}

/// U and eight digits: digits of the second, fourth and sixth doubled, all summed and 4 added.
fn austria(rest: &str) -> Verdict {
    let Some(d) = digits(rest).filter(|d| d.len() == 8) else { return Verdict::Shape };
    let sum: u32 = d[..7].iter().enumerate().map(|(i, d)| if i % 2 == 0 { *d } else { d * 2 / 10 + d * 2 % 10 }).sum();
    ((sum + 4 + d[7]).is_multiple_of(10)).into()
}

/// Legal persons: weights 1 to 8, and 3 to 10 where that leaves ten.
fn bulgaria(d: &[u32]) -> Verdict {
    let first = weighted(d, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
    let check = if first == 10 { weighted(d, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10 } else { first };
    (check == d[8]).into()
}

/// Eight digits, those in odd places translated, and a letter modulo 26.
fn cyprus(body: &str) -> Verdict {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    if body.len() != 9 || !body.ends_with(|c: char| c.is_ascii_uppercase()) {
        return Verdict::Shape;
    }
    let Some(d) = digits(&body[..8]) else { return Verdict::Shape };
    let translated = |d: u32| usize::try_from(d).ok().and_then(|i| ODD.get(i)).copied().unwrap_or(0);
    let sum: u32 = d.iter().enumerate().map(|(i, d)| if i % 2 == 0 { translated(*d) } else { *d }).sum();
    (char::from_digit(10 + sum % 26, 36).is_some_and(|c| body.ends_with(c.to_ascii_uppercase()))).into()
}

/// Persons: eight digits, or X, Y, Z (0, 1, 2) or K, L, M and seven, and a letter modulo 23. Entities: a letter, seven
/// digits, and a digit or letter by Luhn; which of the two depends on the kind, and both are taken.
fn spain(body: &str) -> Verdict {
    const PERSON: &str = "TRWAGMYFPDXBNJZSQVHLCKE";
    const ENTITY: &str = "JABCDEFGHI";
    let mut chars = body.chars();
    let (Some(first), Some(last), true) = (chars.next(), chars.next_back(), body.len() == 9) else {
        return Verdict::Shape;
    };
    let Some(middle) = digits(chars.as_str()) else { return Verdict::Shape };
    let person = |leading: u32| {
        let rest = (u64::from(leading) * 10_000_000 + value(&middle)) % 23;
        let letter = usize::try_from(rest).ok().and_then(|i| PERSON.chars().nth(i));
        if last.is_ascii_uppercase() { Verdict::from(letter == Some(last)) } else { Verdict::Shape }
    };
    match first {
        '0'..='9' => first.to_digit(10).map_or(Verdict::Shape, person),
        'X' | 'K' | 'L' | 'M' => person(0),
        'Y' => person(1),
        'Z' => person(2),
        'A'..='J' | 'N' | 'P'..='S' | 'U' | 'V' | 'W' if first != 'I' => {
            let check = last.to_digit(10).or_else(|| ENTITY.find(last).and_then(|i| u32::try_from(i).ok()));
            check.map_or(Verdict::Shape, |check| {
                let mut all = middle.clone();
                all.push(check);
                luhn(&all).into()
            })
        }
        _ => Verdict::Shape,
    }
}

/// A key of two and the SIREN, which has its own check by Luhn except in Monaco (000…). Keys with letters are not
/// recomputed.
fn france(body: &str) -> Verdict {
    if body.len() != 11 || body[..2].contains(['I', 'O']) {
        return Verdict::Shape;
    }
    let Some(siren) = digits(&body[2..]) else { return Verdict::Shape };
    if value(&siren[..3]) != 0 && !luhn(&siren) {
        return Verdict::CheckDigit;
    }
    match digits(&body[..2]) {
        Some(key) => ((12 + 3 * (value(&siren) % 97)) % 97 == value(&key)).into(),
        None => Verdict::ShapeFits,
    }
}

/// Nine digits, or twelve with a branch, modulo 97 in the old or the new (+ 55) way; GD and HA for offices.
fn united_kingdom(body: &str) -> Verdict {
    if let Some(office) = body.strip_prefix("GD").or_else(|| body.strip_prefix("HA")) {
        return if digits(office).is_some_and(|d| d.len() == 3) { Verdict::ShapeFits } else { Verdict::Shape };
    }
    let Some(d) = digits(body).filter(|d| matches!(d.len(), 9 | 12)) else { return Verdict::Shape };
    let sum = u64::from(weighted(&d[..7], &[8, 7, 6, 5, 4, 3, 2])) + value(&d[7..9]);
    (sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)).into()
}

/// Seven digits, a letter modulo 23 and perhaps a second letter that counts nine times; or, before 2013, a digit, a
/// letter or sign, five digits and a letter.
fn ireland(body: &str) -> Verdict {
    const LETTERS: &str = "WABCDEFGHIJKLMNOPQRSTUV";
    if !matches!(body.len(), 8 | 9) {
        return Verdict::Shape;
    }
    let letter = |c: &str| LETTERS.find(c).and_then(|i| u32::try_from(i).ok());
    let (rearranged, second) = match (digits(&body[..7]), body.len()) {
        (Some(d), 8) => (d, Some(0)),
        (Some(d), _) => (d, letter(&body[8..]).filter(|v| *v <= 9)),
        (None, 8) if !body.as_bytes()[1].is_ascii_digit() => match digits(&format!("0{}{}", &body[2..7], &body[..1])) {
            Some(d) => (d, Some(0)),
            None => return Verdict::Shape,
        },
        (None, _) => return Verdict::Shape,
    };
    let (Some(check), Some(second)) = (letter(&body[7..8]), second) else { return Verdict::Shape };
    ((weighted(&rearranged, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23 == check).into()
}

/// Nine or twelve digits: weights running 1 to 9 again and again, and from 3 where that leaves ten.
fn lithuania(d: &[u32]) -> Verdict {
    let Some((check, body)) = d.split_last() else { return Verdict::Shape };
    let sum = |start: u32| -> u32 { body.iter().zip(start..).map(|(d, i)| d * (1 + i % 9)).sum::<u32>() % 11 };
    let first = sum(0);
    ((if first == 10 { sum(2) % 10 } else { first }) == *check).into()
}

/// Nine digits, B and two: the nine by the eleven-test of citizen numbers, or since 2020 all of it by ISO 7064.
fn netherlands(body: &str) -> Verdict {
    if body.len() != 12 || &body[9..10] != "B" || digits(&body[10..]).is_none_or(|d| value(&d) == 0) {
        return Verdict::Shape;
    }
    let Some(d) = digits(&body[..9]) else { return Verdict::Shape };
    let eleven = weighted(&d, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == d[8];
    (eleven || mod_97_10(&format!("NL{body}"))).into()
}

/// Two to ten digits, right-aligned to weights 7 5 3 2 1 7 5 3 2.
fn romania(d: &[u32]) -> Verdict {
    let Some((check, body)) = d.split_last() else { return Verdict::Shape };
    let sum: u32 = body.iter().rev().zip([2, 3, 5, 7, 1, 2, 3, 5, 7]).map(|(d, w)| d * w).sum();
    (sum * 10 % 11 % 10 == *check).into()
}
