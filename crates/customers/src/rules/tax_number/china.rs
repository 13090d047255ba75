//! The unified social credit code of China (统一社会信用代码).

use super::{Fault, TaxNumber};

/// Digits and letters without I, O, S, V, Z; the place is the value. GB 32100-2015.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Powers of 3 modulo 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// GB 11714.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Eighteen characters: registering authority, kind, six digits of the place, organisation code of nine, check.
pub(super) fn unified_social_credit_code(code: String) -> TaxNumber {
    let values: Option<Vec<usize>> = code.chars().map(|c| ALPHABET.find(c)).collect();
    let Some(values) = values.filter(|v| v.len() == 18 && v[2..8].iter().all(|d| *d < 10)) else {
        return TaxNumber::Wrong(Fault::Shape);
    };
    let sum: usize = values.iter().zip(WEIGHTS).map(|(v, w)| v * w).sum();
    if !(sum + values[17]).is_multiple_of(31) {
        return TaxNumber::Wrong(Fault::CheckDigit);
    }
    if !organisation_code_fits(&code[8..17]) {
        return TaxNumber::Wrong(Fault::OrganisationCheckDigit);
    }
    TaxNumber::Valid(code)
}

/// Eight digits or letters (A = 10) and a check: 11 less the sum modulo 11, X for ten.
fn organisation_code_fits(code: &str) -> bool {
    let sum: u32 = code.chars().zip(ORGANISATION_WEIGHTS).map(|(c, w)| c.to_digit(36).unwrap_or(0) * w).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('?'),
    };
    code.ends_with(check)
}
