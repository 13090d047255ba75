//! Tax numbers of China: the unified social credit code (统一社会信用代码), and what natural persons have.

use super::digits::digits;
use super::{Fault, TaxNumber, persons};
use crate::rules::customer::Kind;

/// Digits and letters without I, O, S, V, Z; the place is the value. GB 32100-2015.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Powers of 3 modulo 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// A company's number is its credit code. A person's is the resident identity number, or the credit code of a sole trader.
pub(super) fn check(kind: Kind, number: String) -> TaxNumber {
    let fault = match credit_code_fault(&number) {
        None => return TaxNumber::Valid(number),
        Some(fault) => fault,
    };
    match identity_digits(&number).filter(|_| kind == Kind::Person) {
        Some(d) if persons::is_chinese(&d) => TaxNumber::Valid(number),
        Some(_) => TaxNumber::Wrong(Fault::IdentityNumber),
        None => TaxNumber::Wrong(fault),
    }
}

/// Eighteen characters: registering authority, kind, six digits of the place, organisation code of nine, check. That check
/// alone decides: the organisation code had a check digit of its own (GB 11714), which codes given since need not have.
fn credit_code_fault(code: &str) -> Option<Fault> {
    let values: Option<Vec<usize>> = code.chars().map(|c| ALPHABET.find(c)).collect();
    let Some(values) = values.filter(|v| v.len() == 18 && v[2..8].iter().all(|d| *d < 10)) else {
        return Some(Fault::Shape);
    };
    let sum: usize = values.iter().zip(WEIGHTS).map(|(v, w)| v * w).sum();
    (!(sum + values[17]).is_multiple_of(31)).then_some(Fault::LastCharacter)
}

/// The digits of what has the form of a resident identity number; X at the end counts ten.
fn identity_digits(number: &str) -> Option<Vec<u32>> {
    if number.len() != 18 {
        return None;
    }
    match number.strip_suffix('X') {
        Some(body) => digits(body).map(|mut d| {
            d.push(10);
            d
        }),
        None => digits(number),
    }
}
