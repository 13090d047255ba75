//! Field 61: one movement.
//!
//! `VVVVVV[EEEE]M[F]AMOUNT TYPEREFERENCE[//BANK REFERENCE]` and a line of the bank's own below. V is the value date, E the day of the
//! entry; the mark M is `C` or `D`, with an `R` before it where it takes another back, so that `RC` is money out; F is the third letter
//! of the currency, which makes a credit in euro look like `CR`.

use super::short;
use crate::piece::{Fault, Line, ReferenceKind, Warning, some};
use crate::{amount, date};
use kernel::{Currency, Money};

pub(super) fn read(place: u64, text: &str, currency: Currency, warnings: &mut Vec<Warning>) -> Result<Line, Fault> {
    let wrong = |what: &str| Fault::at(place, format!("{what} cannot be read in :61:{}", short(text)));
    let mut rest = Rest(text.trim_start());
    let value = rest.digits(6).ok_or_else(|| wrong("The value date"))?;
    let value_on = date::digits(value, warnings).ok_or_else(|| wrong("The value date"))?;
    let booked_on = rest.digits(4).and_then(|entry| date::near(entry, value_on, warnings));
    let (is_credit, is_reversal) = rest.mark().ok_or_else(|| wrong("The mark of credit or debit"))?;
    rest.blanks();
    // The funds code: any letter between the mark and the amount.
    rest.letter();
    rest.blanks();
    let written = rest.amount();
    let read = amount::decimal(written).and_then(|_| amount::read(written, currency, warnings));
    let read = read.filter(|read| !read.is_negative()).ok_or_else(|| wrong("The amount"))?;
    let mut line = Line::of(place, if is_credit { read } else { Money::new(-read.minor(), currency) });
    line.value_on = Some(value_on);
    line.booked_on = booked_on.or(Some(value_on));
    line.is_reversal = is_reversal;
    line.raw = format!(":61:{text}");
    let (first, below) = rest.0.split_once('\n').unwrap_or((rest.0, ""));
    let (code, references) = first.split_at(first.char_indices().nth(4).map_or(first.len(), |(at, _)| at));
    line.code = some(code);
    let (own, bank) = references.split_once("//").unwrap_or((references, ""));
    line.refer(ReferenceKind::Own, own);
    line.refer(ReferenceKind::Bank, bank);
    line.text = below.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(line)
}

struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// So many digits, where they are all there.
    fn digits(&mut self, count: usize) -> Option<&'a str> {
        let digits = self.0.get(..count).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
        self.0 = &self.0[count..];
        Some(digits)
    }

    /// Credit or debit, and whether it takes another back. `EC` and `ED` are expected (MT942).
    fn mark(&mut self) -> Option<(bool, bool)> {
        self.blanks();
        for (mark, is_credit, is_reversal) in [
            ("RC", false, true),
            ("RD", true, true),
            ("EC", true, false),
            ("ED", false, false),
            ("C", true, false),
            ("D", false, false),
        ] {
            if let Some(rest) = self.0.strip_prefix(mark) {
                self.0 = rest;
                return Some((is_credit, is_reversal));
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
            ("260131CR50990,05N196EREF//77\nAuftrag", "2026-01-31 2026-01-31 50990.05 N196 own=EREF bank=77 Auftrag"),
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
                "2026-01-31 2026-01-31 25.00 N102 NL91ABNA0417164300",
            ),
            ("260131D1,N544NL08ASNB0708433428AB", "2026-01-31 2026-01-31 -1.00 N544 own=NL08ASNB0708433428AB"),
        ] {
            let line = read(1, text, Currency::EUR, &mut Vec::new()).unwrap();
            let day = |day: Option<kernel::Date>| day.map(|day| day.to_string()).unwrap_or_default();
            let back = if line.is_reversal { "!" } else { "" };
            let mut told = format!("{} {} {}{back}", day(line.booked_on), day(line.value_on), line.amount.amount());
            let references = line.references.iter().map(|r| format!("{}={}", r.kind.name(), r.value));
            for part in line.code.iter().cloned().chain(references).chain([line.text.clone()]) {
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
