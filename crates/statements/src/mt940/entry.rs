//! Field 61: one movement.
//!
//! `VVVVVV[EEEE]M[F]AMOUNT TYPEREFERENCE[//BANK REFERENCE]` and a line of the bank's own below. V is the value date, E the day of the
//! entry; the mark M is `C` or `D`, with an `R` before it where it takes another back, so that `RC` is money out; F is the third letter
//! of the currency, which makes a credit in euro look like `CR`.

use super::details::{self, is_iban};
use super::short;
use crate::note::{Fault, Note};
use crate::piece::{Line, ReferenceKind, number, some};
use crate::{amount, date};
use kernel::{Currency, Money};

/// A movement, and whether the bank has booked it: an MT942 tells of expected ones too.
pub(super) struct Entry {
    pub line: Line,
    pub is_booked: bool,
    /// The type stands behind the amount, so the amount stands there to its end. Banks leave it out, so this says something of the
    /// end of a file alone.
    pub has_type: bool,
}

/// `N`, `F` or `S`, and three characters more.
const TYPE_CHARACTERS: usize = 4;

pub(super) fn read(place: u64, text: &str, currency: Currency, warnings: &mut Vec<Note>) -> Result<Entry, Fault> {
    let wrong = |what: &str| Fault::unread_in(place, what, &format!(":61:{}", short(text)));
    let mut rest = Rest(text.trim_start());
    let value = rest.digits(6).ok_or_else(|| wrong("value_date"))?;
    let value_on = date::digits(value, warnings).ok_or_else(|| wrong("value_date"))?;
    let booked_on = rest.digits(4).and_then(|entry| date::near(entry, value_on, warnings));
    let mark = rest.mark().ok_or_else(|| wrong("mark"))?;
    rest.blanks();
    // The funds code: any letter between the mark and the amount.
    rest.letter();
    rest.blanks();
    let written = rest.amount();
    let read = amount::read(written, currency, warnings).filter(|read| !read.is_negative());
    let read = read.ok_or_else(|| wrong("amount"))?;
    let mut line = Line::of(place, if mark.is_credit { read } else { Money::new(-read.minor(), currency) });
    line.value_on = Some(value_on);
    line.booked_on = booked_on.or(Some(value_on));
    line.is_reversal = mark.is_reversal;
    let (first, below) = rest.0.split_once('\n').unwrap_or((rest.0, ""));
    let first = first.trim_start();
    let (code, references) =
        first.split_at(first.char_indices().nth(TYPE_CHARACTERS).map_or(first.len(), |(at, _)| at));
    let has_type = code.chars().count() == TYPE_CHARACTERS;
    line.code = some(code);
    let (own, bank) = references.split_once("//").unwrap_or((references, ""));
    owner(own.trim(), &mut line);
    line.refer(ReferenceKind::Bank, bank);
    supplement(below, &mut line);
    Ok(Entry { line, is_booked: mark.is_booked, has_type })
}

/// The account owner's reference. Some banks have the other side's account there, with its name behind blanks or without, and some
/// name the word of field 86 that has the reference.
fn owner(own: &str, line: &mut Line) {
    let (word, name) = own.split_once("  ").unwrap_or((own, ""));
    line.counterparty.name = some(name);
    if is_iban(word) || line.counterparty.name.is_some() && is_old_number(word) {
        line.counterparty.account = number(word);
    } else if !["EREF", "KREF", "PREF", "MARF"].contains(&word) {
        line.refer(ReferenceKind::Own, word);
    }
}

/// The bank's own line: an account of the other side, amounts between strokes, or words.
fn supplement(below: &str, line: &mut Line) {
    let below = below.trim();
    if is_iban(below) || is_old_number(below) {
        line.counterparty.account = number(below);
    } else if !below.is_empty() {
        details::below(below, line);
    }
}

/// A Dutch number of an account, of a bank or with a `P` of the post office.
fn is_old_number(word: &str) -> bool {
    let digits = word.strip_prefix('P').unwrap_or(word);
    (7..=10).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// What the letters before an amount say.
struct Mark {
    is_credit: bool,
    is_reversal: bool,
    is_booked: bool,
}

struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// So many digits, where they are all there.
    fn digits(&mut self, count: usize) -> Option<&'a str> {
        let digits = self.0.get(..count).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
        self.0 = &self.0[count..];
        Some(digits)
    }

    /// Credit or debit; `RC` and `RD` take one back, `EC` and `ED` are expected (MT942).
    fn mark(&mut self) -> Option<Mark> {
        self.blanks();
        for (letters, is_credit, is_reversal, is_booked) in [
            ("RC", false, true, true),
            ("RD", true, true, true),
            ("EC", true, false, false),
            ("ED", false, false, false),
            ("C", true, false, true),
            ("D", false, false, true),
        ] {
            if let Some(rest) = self.0.strip_prefix(letters) {
                self.0 = rest;
                return Some(Mark { is_credit, is_reversal, is_booked });
            }
        }
        None
    }

    fn letter(&mut self) {
        if let Some(rest) = self.0.strip_prefix(|c: char| c.is_ascii_alphabetic()) {
            self.0 = rest;
        }
    }

    /// Blanks, and a line that was broken before the amount.
    fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }

    fn amount(&mut self) -> &'a str {
        let end = self.0.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(self.0.len());
        let (amount, rest) = self.0.split_at(end);
        self.0 = rest;
        amount
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn movements_in_the_dialects_of_banks() {
        for (text, shown) in [
            ("2601310131C500,NTRFNONREF//B1", "2026-01-31 2026-01-31 500.00 NTRF bank=B1"),
            ("260131CR50990,05N196EREF//77\nAuftrag", "2026-01-31 2026-01-31 50990.05 N196 bank=77 Auftrag"),
            ("2601310201DR1,5NMSC", "2026-02-01 2026-01-31 -1.50 NMSC"),
            ("260131RC10,00NTRF12", "2026-01-31 2026-01-31 -10.00! NTRF own=12"),
            ("260131RD10,00NTRF12", "2026-01-31 2026-01-31 10.00! NTRF own=12"),
            ("260131RCR10,00NTRF12", "2026-01-31 2026-01-31 -10.00! NTRF own=12"),
            ("2512310102D79,7NCHK", "2026-01-02 2025-12-31 -79.70 NCHK"),
            ("260131CN0,01S073", "2026-01-31 2026-01-31 0.01 S073"),
            ("260131C500NTRF", "2026-01-31 2026-01-31 500.00 NTRF"),
            ("160230CR\n30,00NMSC", "2016-02-29 2016-02-29 30.00 NMSC"),
            (
                "260131C000000000025,00N102 \n  NL91ABNA0417164300",
                "2026-01-31 2026-01-31 25.00 N102 account=NL91ABNA0417164300",
            ),
            ("260131D1,N544NL08ASNB0708433428", "2026-01-31 2026-01-31 -1.00 N544 account=NL08ASNB0708433428"),
            (
                "260131D000000044,95N0600733959555      BV DRIE         ",
                "2026-01-31 2026-01-31 -44.95 N060 name=BV DRIE account=0733959555",
            ),
            (
                "260131C9,N060P000029225\nP001234567",
                "2026-01-31 2026-01-31 9.00 N060 own=P000029225 account=P001234567",
            ),
            (
                "260131C79,7FMSC01916//NONREF\n20251209007602198765432000000012",
                "2026-01-31 2026-01-31 79.70 FMSC own=01916 20251209007602198765432000000012",
            ),
            ("260131D25,03NOV NONREF", "2026-01-31 2026-01-31 -25.03 NOV"),
            (
                "260131DR5,NTRFREF 1//B-2\n/OCMT/USD4,5//CHGS/EUR0,5/",
                "2026-01-31 2026-01-31 -5.00 NTRF own=REF 1 bank=B-2 instructed=USD 4.50 charges=EUR 0.50",
            ),
            ("260131EC7,NTRF", "2026-01-31 2026-01-31 7.00 NTRF"),
        ] {
            let line = read(1, text, Currency::EUR, &mut Vec::new()).unwrap().line;
            let day = |day: Option<kernel::Date>| day.map(|day| day.to_string()).unwrap_or_default();
            let back = if line.is_reversal { "!" } else { "" };
            let mut told = format!("{} {} {}{back}", day(line.booked_on), day(line.value_on), line.amount.amount());
            let references = line.references.iter().map(|r| format!("{}={}", r.kind.name(), r.value));
            let party = &line.counterparty;
            let named = [("name", &party.name), ("account", &party.account)].into_iter();
            let named = named.filter_map(|(what, value)| Some(format!("{what}={}", value.as_ref()?)));
            let beside = [("instructed", line.instructed), ("charges", line.charges)].into_iter();
            let beside = beside.filter_map(|(what, money)| Some(format!("{what}={}", money?)));
            let said = references.chain(named).chain(beside).chain([line.text.clone()]);
            for part in line.code.iter().cloned().chain(said) {
                if !part.is_empty() {
                    told = format!("{told} {part}");
                }
            }
            assert_eq!(told, shown, "{text}");
        }
        for text in ["", "26013", "261331C1,", "260131X1,", "260131C", "260131CNTRF", "260131C,NTRF"] {
            assert!(read(7, text, Currency::EUR, &mut Vec::new()).is_err_and(|fault| fault.place == Some(7)), "{text}");
        }
    }
}
