//! Field 86: what the bank says about a movement.
//!
//! Four ways of writing: German banks' business code with numbered parts (`166?00…?20…`), Dutch and others' words between strokes
//! (`/EREF/…/NAME/…`), words before a colon (`OD: …; TYT.: …`), and plain text. A line that is full is broken anywhere, so that the
//! next goes on without a blank.

mod labelled;
mod numbered;
mod stroked;

use crate::amount;
use crate::piece::{Line, ReferenceKind, number, some};
use kernel::{Currency, Money};

pub(super) use numbered::unnamed;

/// Whether a line was broken because it was full, by its number and length. The tag of the field counts with some banks.
fn is_full(index: usize, length: usize) -> bool {
    length >= 65 || index == 0 && length == 61
}

pub(super) fn read(text: &str, line: &mut Line) {
    if !(numbered::read(text, line) || stroked::read(text, line) || labelled::read(text, line)) {
        let rest = tagged(&joined(text.lines(), is_full), line);
        push(&mut line.text, &rest);
    }
}

/// The line of the bank's own below field 61: amounts between strokes, or words.
pub(super) fn below(text: &str, line: &mut Line) {
    if !stroked::read(text, line) {
        push(&mut line.text, text);
    }
}

/// Puts a text behind another, with one blank wherever there were some.
fn push(text: &mut String, more: &str) {
    text.reserve(more.len() + 1);
    for word in more.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

/// The first byte of a soft hyphen, and of some letters.
const SOFT_HYPHEN: u8 = 0xc2;

/// Lines in one, with a blank between where the first was not full.
fn joined<'a>(lines: impl Iterator<Item = &'a str>, is_full: fn(usize, usize) -> bool) -> String {
    let mut joined = String::new();
    let mut was_full = true;
    for (index, line) in lines.enumerate() {
        if !was_full {
            joined.push(' ');
        }
        joined.push_str(line);
        was_full = is_full(index, line.chars().count());
    }
    // Soft hyphens and tabs are the marks of a line that somebody else broke.
    if joined.bytes().any(|b| matches!(b, b'\t' | SOFT_HYPHEN)) {
        joined.replace('\u{ad}', "").replace('\t', " ")
    } else {
        joined
    }
}

/// Words of SEPA within a text.
const SEPA: [&str; 13] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+", "PURP+", "COAM+", "OAMT+",
];

/// Takes the words of SEPA out of a text; gives what is written for people.
fn tagged(text: &str, line: &mut Line) -> String {
    let mut marks: Vec<(usize, &str)> = Vec::new();
    for (plus, _) in text.match_indices('+') {
        let word = SEPA.iter().find(|word| text[..=plus].ends_with(*word));
        marks.extend(word.map(|word| (plus + 1 - word.len(), *word)));
    }
    let Some((first, _)) = marks.first() else { return text.to_owned() };
    let mut people = text[..*first].to_owned();
    for (index, (at, word)) in marks.iter().enumerate() {
        let end = marks.get(index + 1).map_or(text.len(), |(next, _)| *next);
        let value = text[at + word.len()..end].trim();
        match *word {
            "EREF+" => line.refer(ReferenceKind::EndToEnd, value),
            "KREF+" => line.refer(ReferenceKind::Own, value),
            "MREF+" => line.refer(ReferenceKind::Mandate, value),
            "IBAN+" => line.counterparty.account = line.counterparty.account.take().or_else(|| number(value)),
            "BIC+" => line.counterparty.bank = line.counterparty.bank.take().or_else(|| some(value)),
            "SVWZ+" | "ABWA+" | "ABWE+" => push(&mut people, value),
            "OAMT+" => line.instructed = line.instructed.or_else(|| instructed(value)),
            "COAM+" => line.charges = line.charges.or_else(|| instructed(value)),
            _ => {}
        }
    }
    people
}

/// `USD1000,00`, with or without a blank, and perhaps more behind it.
fn instructed(value: &str) -> Option<Money> {
    let value = value.trim_start_matches('/');
    let currency = Currency::parse(value.get(..3)?).ok()?;
    let rest = value.get(3..)?.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(rest.len());
    amount::read(&rest[..end], currency, &mut Vec::new())
}

/// Whether a word has the shape of an IBAN: the check digits are the bank's affair.
pub(super) fn is_iban(word: &str) -> bool {
    let bytes = word.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let mut line = Line::of(1, Money::new(100, Currency::EUR));
        read(text, &mut line);
        let party = &line.counterparty;
        let known = [("code", &line.code), ("name", &party.name), ("account", &party.account), ("bank", &party.bank)];
        let mut told: Vec<String> =
            known.iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?))).collect();
        told.extend(line.references.iter().map(|r| format!("{}={}", r.kind.name(), r.value)));
        told.extend(line.instructed.map(|money| format!("instructed={money}")));
        told.extend(line.charges.map(|money| format!("charges={money}")));
        told.push(line.text);
        told.join("; ")
    }

    #[test]
    fn four_ways_of_writing() {
        for (text, expected) in [
            (
                "166?00GUTSCHRIFT?109310?20EREF+INV-2026-00017?21SVWZ+Rechnung vom 31. Ok?22tober?30DEUTDEFF?31DE02 1203 \
                 0000 0000 2020 51?32Muster?33mann GmbH",
                "code=166; name=Muster mann GmbH; account=DE02120300000000202051; bank=DEUTDEFF; \
                 end_to_end=INV-2026-00017; GUTSCHRIFT Rechnung vom 31. Ok tober",
            ),
            ("005?00Lohn?20Frage ?ja?21nein", "code=005; Lohn Frage ?ja nein"),
            ("005?00Lohn?20Seite ?99 von 100", "code=005; Lohn Seite ?99 von 100"),
            (
                "201?00AUSLAND?20OAMT+USD 1000,00COAM+EUR 5,50SVWZ+INV 7",
                "code=201; instructed=USD 1000.00; charges=EUR 5.50; AUSLAND INV 7",
            ),
            (
                "020^00PRZELEW^20FV 17^32Firma^38PL61109010140000071219812874",
                "code=020; name=Firma; account=PL61109010140000071219812874; PRZELEW FV 17",
            ),
            ("123/45 Gartenweg", "123/45 Gartenweg"),
            ("SVWZ+Rechnung 9 EREF+E-9", "end_to_end=E-9; Rechnung 9"),
            (
                "/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/J JANSEN/REMI/FACTUUR 1234\n/EREF/NOTPROVIDED",
                "code=SEPA OVERBOEKING; name=J JANSEN; account=NL91ABNA0417164300; bank=ABNANL2A; FACTUUR 1234",
            ),
            (
                "/EREF/E-1//CNTP/NL1/INGBNL2A/BV Twee/Amsterdam//REMI/USTD//Factuur 7/",
                "name=BV Twee; account=NL1; bank=INGBNL2A; end_to_end=E-1; Factuur 7",
            ),
            ("/REMI/STRD/CUR/9001200100127812//PURP/OTHR", "creditor=9001200100127812; 9001200100127812"),
            (
                "/CDTRREFTP//CD/SCOR/ISSUER/CUR/CDTRREF/9001200100127812/ORDP//NAME/BV Drie",
                "name=BV Drie; creditor=9001200100127812; 9001200100127812",
            ),
            ("/OCMT/USD1000,/CHGS/EUR5,5/NAME/Acme", "name=Acme; instructed=USD 1000.00; charges=EUR 5.50; "),
            (
                "911 PRZELEW; Z RACH.: \n56114010810000267002001001; OD: FIRMA ALFA  UL. PROSTA 1 \nM. 2; TYT.: FV 17/2026  ; \
                 TNR: \n179171073864111.010001",
                "name=FIRMA ALFA; account=56114010810000267002001001; bank=179171073864111.010001; 911 PRZELEW FV 17/2026",
            ),
            ("FACTUUR 7\nREK: NL65INGB0123456789/NAAM: BV VIER", "name=BV VIER; account=NL65INGB0123456789; FACTUUR 7"),
            ("plain words\nof two lines", "plain words of two lines"),
            ("", ""),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        let broken = format!("{}\nbetrag", "x".repeat(65));
        assert_eq!(told(&broken), format!("{}betrag", "x".repeat(65)), "a full line goes on");
    }
}
