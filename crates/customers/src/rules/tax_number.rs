//! Whether a tax number can be right: its shape, and its check digits where the scheme has any.
//!
//! A number that passes may still belong to nobody; only the authority knows. Sources: GB 32100-2015 and GB 11643-1999
//! (China), the structures the European Commission publishes for VIES, ISO 7064, and the members' own rules.

mod china;
mod digits;
mod europe;
mod persons;

use super::customer::Kind;

/// What can be said of a tax number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaxNumber {
    /// Shape and check digits are right; the number as it is kept and printed.
    Valid(String),
    /// The shape is right, or nothing is known of the country's numbers; there is no check digit we know.
    Unchecked(String),
    Wrong(Fault),
}

/// Which check failed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nothing but blanks and separators.
    Empty,
    /// Something other than letters and digits, or more than 40 of them.
    Characters,
    /// Not of the length and pattern of the country's numbers.
    Shape,
    /// A check digit does not fit: most often a slip of the pen.
    CheckDigit,
    /// The last character of a unified social credit code, which checks the others, does not fit them.
    LastCharacter,
    /// A resident identity number whose date of birth was no day, or whose last character does not fit the others.
    IdentityNumber,
}

/// Checks the tax number of a country (ISO 3166 alpha-2, upper case; `XI` for Northern Ireland): in China the unified
/// social credit code, for persons also the resident identity number; in Europe the VAT id with or without its prefix.
///
/// Blanks, dots, hyphens, slashes and full-width forms do not matter, nor does case. Order of checks: empty,
/// characters, shape, check digits.
pub fn check(country: &str, kind: Kind, text: &str) -> TaxNumber {
    let number = normalised(text);
    if number.is_empty() {
        return TaxNumber::Wrong(Fault::Empty);
    }
    if number.len() > 40 || !number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'*') {
        return TaxNumber::Wrong(Fault::Characters);
    }
    match country {
        "CN" => china::check(kind, number),
        _ => europe::check(country, number),
    }
}

/// Upper-case ASCII without separators.
fn normalised(text: &str) -> String {
    text.chars()
        .map(|c| match u32::from(c) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '/' | '–' | '·'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
#[path = "tax_number_tests.rs"]
mod tests;
