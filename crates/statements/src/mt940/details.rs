//! Field 86: what the bank says about a movement.
//!
//! Three ways of writing: German banks' business code with numbered parts (`166?00…?20…`), Dutch and others' words between strokes
//! (`/EREF/…/NAME/…`), and plain text. A line that is full is broken anywhere, so that the next goes on without a blank.

use crate::piece::{Line, ReferenceKind, number, some};

/// A line as long as this was broken because it was full.
const FULL_LINE: usize = 65;
/// The same for the numbered parts of a purpose.
const FULL_PART: usize = 27;

pub(super) fn read(text: &str, line: &mut Line) {
    if let Some((code, parts)) = numbered(text) {
        german(&code, &parts, line);
    } else if let Some(words) = stroked(text) {
        dutch(&words, line);
    } else {
        push(&mut line.text, &joined(text.lines(), FULL_LINE));
    }
}

/// Puts a text behind another.
fn push(text: &mut String, more: &str) {
    let more = more.split_whitespace().collect::<Vec<_>>().join(" ");
    if !text.is_empty() && !more.is_empty() {
        text.push(' ');
    }
    text.push_str(&more);
}

/// Lines in one, with a blank between where the first was not full.
fn joined<'a>(lines: impl Iterator<Item = &'a str>, full: usize) -> String {
    let mut joined = String::new();
    let mut was_full = true;
    for line in lines {
        if !was_full {
            joined.push(' ');
        }
        joined.push_str(line);
        was_full = line.chars().count() >= full;
    }
    // Soft hyphens and tabs are the marks of a line that somebody else broke.
    joined.replace('\u{ad}', "").replace('\t', " ")
}

/// The business code and the numbered parts, in order; nothing where the text is not written so.
fn numbered(text: &str) -> Option<(String, Vec<(u8, String)>)> {
    let flat: String = text.lines().collect();
    let code = flat.get(..3).filter(|code| code.bytes().all(|b| b.is_ascii_digit()))?.to_owned();
    let rest = &flat[3..];
    let mark = rest.chars().next().filter(|c| !c.is_alphanumeric() && !c.is_whitespace())?;
    let mut parts: Vec<(u8, String)> = Vec::new();
    for part in rest.split(mark).skip(1) {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        match (digits.and_then(|digits| digits.parse().ok()), parts.last_mut()) {
            (Some(tag), _) => parts.push((tag, part[2..].to_owned())),
            // The mark is a character of the text.
            (None, Some((_, last))) => {
                last.push(mark);
                last.push_str(part);
            }
            (None, None) => return None,
        }
    }
    (!parts.is_empty()).then_some((code, parts))
}

fn german(code: &str, parts: &[(u8, String)], line: &mut Line) {
    let all = |tags: &[u8], full: usize| {
        joined(parts.iter().filter(|(tag, _)| tags.contains(tag)).map(|(_, text)| text.as_str()), full)
    };
    let purpose = all(&[20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 60, 61, 62, 63], FULL_PART);
    line.code = Some(code.to_owned());
    line.counterparty.bank = some(&all(&[30], 1));
    line.counterparty.account = number(&all(&[31], 1));
    line.counterparty.name = some(&all(&[32, 33], FULL_PART));
    let rest = tagged(&purpose, line);
    push(&mut line.text, &all(&[0], 1));
    push(&mut line.text, &rest);
}

/// Words of SEPA within a purpose.
const SEPA: [&str; 13] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+", "PURP+", "COAM+", "OAMT+",
];

/// Takes the words of SEPA out of a purpose; gives what is written for people.
fn tagged(purpose: &str, line: &mut Line) -> String {
    let mut marks: Vec<(usize, &str)> = SEPA.iter().flat_map(|word| purpose.match_indices(word)).collect();
    marks.sort_unstable();
    let Some((first, _)) = marks.first() else { return purpose.to_owned() };
    let mut people = purpose[..*first].to_owned();
    for (index, (at, word)) in marks.iter().enumerate() {
        let end = marks.get(index + 1).map_or(purpose.len(), |(next, _)| *next);
        let value = purpose[at + word.len()..end].trim();
        match *word {
            "EREF+" => line.refer(ReferenceKind::EndToEnd, value),
            "KREF+" => line.refer(ReferenceKind::Own, value),
            "MREF+" => line.refer(ReferenceKind::Mandate, value),
            "IBAN+" => line.counterparty.account = line.counterparty.account.take().or_else(|| number(value)),
            "BIC+" => line.counterparty.bank = line.counterparty.bank.take().or_else(|| some(value)),
            "SVWZ+" | "ABWA+" | "ABWE+" => push(&mut people, value),
            _ => {}
        }
    }
    people
}

/// Words that stand between strokes.
const WORDS: [&str; 26] = [
    "TRCD", "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "PREF", "MARF", "CSID", "CNTP", "ORDP", "BENM", "ULTD",
    "ULTC", "ISDT", "PURP", "RTRN", "CPRP", "ADDR", "ACCW", "BUSP", "KREF", "OCMT", "CHGS", "ID",
];

/// The words with what follows each, in order; nothing where the text does not begin with one.
fn stroked(text: &str) -> Option<Vec<(&'static str, String)>> {
    let flat = joined(text.lines(), FULL_LINE);
    let mut marks: Vec<(usize, &'static str)> = Vec::new();
    for word in WORDS {
        marks.extend(flat.match_indices(&format!("/{word}/")).map(|(at, _)| (at, word)));
    }
    marks.sort_unstable();
    if marks.first().is_none_or(|(at, _)| !flat[..*at].trim().is_empty()) {
        return None;
    }
    let mut words: Vec<(&'static str, String)> = Vec::new();
    let mut last = 0;
    for (index, (at, word)) in marks.iter().enumerate() {
        // Two words may share a stroke.
        let start = at + word.len() + 2;
        if *at + 1 < last {
            continue;
        }
        let end = marks[index + 1..].iter().map(|(next, _)| *next).find(|next| *next + 1 >= start);
        words.push((word, flat[start..end.unwrap_or(flat.len()).max(start)].trim_end_matches('/').to_owned()));
        last = start;
    }
    Some(words)
}

fn dutch(words: &[(&str, String)], line: &mut Line) {
    for (word, value) in words {
        match *word {
            "EREF" => line.refer(ReferenceKind::EndToEnd, value),
            "KREF" | "PREF" => line.refer(ReferenceKind::Own, value),
            "MARF" => line.refer(ReferenceKind::Mandate, value),
            "IBAN" => line.counterparty.account = number(value),
            "BIC" => line.counterparty.bank = some(value),
            "NAME" | "ORDP" | "BENM" => {
                let name = value.trim_start_matches('/').trim_start_matches("NAME/");
                line.counterparty.name = line.counterparty.name.take().or_else(|| some(name));
            }
            // Account, bank, name, place.
            "CNTP" => {
                let mut parts = value.split('/');
                line.counterparty.account = parts.next().and_then(number);
                line.counterparty.bank = parts.next().and_then(some);
                line.counterparty.name = parts.next().and_then(some);
            }
            "REMI" => remittance(value, line),
            "TRTP" | "TRCD" => line.code = line.code.take().or_else(|| some(value)),
            _ => {}
        }
    }
}

/// `USTD//text` or `STRD/CUR/reference`.
fn remittance(value: &str, line: &mut Line) {
    if let Some(free) = value.strip_prefix("USTD/") {
        return push(&mut line.text, free.trim_start_matches('/'));
    }
    if let Some(structured) = value.strip_prefix("STRD/") {
        let reference = structured.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
        line.refer(ReferenceKind::Creditor, reference);
        return push(&mut line.text, reference);
    }
    push(&mut line.text, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, Money};

    fn told(text: &str) -> String {
        let mut line = Line::of(1, Money::new(100, Currency::EUR));
        read(text, &mut line);
        let party = &line.counterparty;
        let known = [("code", &line.code), ("name", &party.name), ("account", &party.account), ("bank", &party.bank)];
        let mut told: Vec<String> =
            known.iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?))).collect();
        told.extend(line.references.iter().map(|r| format!("{}={}", r.kind.name(), r.value)));
        told.push(line.text);
        told.join("; ")
    }

    #[test]
    fn three_ways_of_writing() {
        for (text, expected) in [
            (
                "166?00GUTSCHRIFT?109310?20EREF+INV-2026-00017?21SVWZ+Rechnung vom 31. Ok?22tober?30DEUTDEFF?31DE02 1203 \
                 0000 0000 2020 51?32Muster?33mann GmbH",
                "code=166; name=Muster mann GmbH; account=DE02120300000000202051; bank=DEUTDEFF; \
                 end_to_end=INV-2026-00017; GUTSCHRIFT Rechnung vom 31. Ok tober",
            ),
            ("005?00Lohn?20Frage ?ja?21nein", "code=005; Lohn Frage ?ja nein"),
            (
                "/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/J JANSEN/REMI/FACTUUR 1234\n/EREF/NOTPROVIDED",
                "code=SEPA OVERBOEKING; name=J JANSEN; account=NL91ABNA0417164300; bank=ABNANL2A; FACTUUR 1234",
            ),
            (
                "/EREF/E-1//CNTP/NL1/INGBNL2A/BV Twee/Amsterdam//REMI/USTD//Factuur 7/",
                "name=BV Twee; account=NL1; bank=INGBNL2A; end_to_end=E-1; Factuur 7",
            ),
            ("/REMI/STRD/CUR/9001200100127812//PURP/OTHR", "creditor=9001200100127812; 9001200100127812"),
            ("plain words\nof two lines", "plain words of two lines"),
            ("", ""),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        let broken = format!("{}\nbetrag", "x".repeat(65));
        assert_eq!(told(&broken), format!("{}betrag", "x".repeat(65)), "a full line goes on");
    }
}
