//! German banks' parts by number, and the same parts in the field `:NS:`.
//!
//! `166?00…?20…`: a business code, then parts that each begin with a mark and two digits. Polish and French banks take other marks.

use super::{joined, push, tagged};
use crate::piece::{Line, number, some};

/// Whether a part of a purpose or a name was broken because it was full.
fn is_full(_: usize, length: usize) -> bool {
    length >= 27
}

/// Parts that go on without a blank.
fn always(_: usize, _: usize) -> bool {
    true
}

/// Parts that are each of its own.
fn never(_: usize, _: usize) -> bool {
    false
}

/// What may stand before a number.
const MARKS: &str = "?<>^~@§$#!%&*|";

/// Reads a text that is written so; false where it is not.
pub(super) fn read(text: &str, line: &mut Line) -> bool {
    let Some(code) = text.get(..3).filter(|code| code.bytes().all(|b| b.is_ascii_digit())) else { return false };
    let mut flat = String::with_capacity(text.len());
    text[3..].lines().for_each(|line| flat.push_str(line));
    let Some(parts) = parts(&flat) else { return false };
    german(code, &parts, line);
    true
}

/// The numbers that have a meaning; another behind a mark is text.
fn is_part(tag: u8) -> bool {
    matches!(tag, 0 | 10 | 20..=38 | 60..=65)
}

/// The numbered parts, in order; nothing where the text is not written so.
fn parts(flat: &str) -> Option<Vec<(u8, &str)>> {
    let mark = flat.chars().next().filter(|c| MARKS.contains(*c))?;
    let mut parts: Vec<(u8, &str)> = Vec::with_capacity(16);
    let mut start = 0;
    for part in flat.split(mark) {
        let end = start + part.len();
        let digits = part.get(..2).filter(|digits| start > 0 && digits.bytes().all(|b| b.is_ascii_digit()));
        let tag = digits.and_then(|digits| digits.parse().ok()).filter(|tag| is_part(*tag));
        match (tag, parts.last_mut()) {
            (Some(tag), _) => parts.push((tag, &part[2..])),
            // The mark is a character of the text.
            (None, Some((_, last))) => *last = &flat[end - part.len() - mark.len_utf8() - last.len()..end],
            (None, None) if start > 0 => return None,
            (None, None) => {}
        }
        start = end + mark.len_utf8();
    }
    (!parts.is_empty()).then_some(parts)
}

fn german(code: &str, parts: &[(u8, &str)], line: &mut Line) {
    let all = |is_in: fn(u8) -> bool, is_full: fn(usize, usize) -> bool| {
        joined(parts.iter().filter(|(tag, _)| is_in(*tag)).map(|(_, text)| *text), is_full)
    };
    let purpose = all(|tag| matches!(tag, 20..=29 | 60..=63), is_full);
    line.code = Some(code.to_owned());
    let party = &mut line.counterparty;
    party.bank = some(&all(|tag| tag == 30, always)).or(party.bank.take());
    // An IBAN beside an old number tells more.
    let account = number(&all(|tag| tag == 38, always)).or_else(|| number(&all(|tag| tag == 31, always)));
    party.account = account.or(party.account.take());
    party.name = some(&all(|tag| matches!(tag, 32 | 33), is_full)).or(party.name.take());
    let rest = tagged(&purpose, line);
    push(&mut line.text, &all(|tag| tag == 0, always));
    push(&mut line.text, &rest);
}

/// The field `:NS:`: a part a line, each with its number; of the purpose 1 to 14, of the other side's name 15 and 16, of its bank 33
/// and account 34.
pub(in crate::mt940) fn unnamed<'a>(text: &'a str, line: &mut Line) {
    let part = |part: &'a str| {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        Some((digits.parse::<u8>().ok()?, part[2..].trim()))
    };
    let parts: Vec<(u8, &str)> = text.lines().filter_map(part).collect();
    let all = |is_in: fn(u8) -> bool, is_full: fn(usize, usize) -> bool| {
        joined(parts.iter().filter(|(tag, _)| is_in(*tag)).map(|(_, text)| *text), is_full)
    };
    let party = &mut line.counterparty;
    party.name = party.name.take().or_else(|| some(&all(|tag| matches!(tag, 15 | 16), is_full)));
    party.bank = party.bank.take().or_else(|| some(&all(|tag| tag == 33, always)));
    party.account = party.account.take().or_else(|| number(&all(|tag| tag == 34, always)));
    let purpose = tagged(&all(|tag| matches!(tag, 1..=14 | 17), never), line);
    push(&mut line.text, &purpose);
}
