//! Dutch and others' words between strokes: `/EREF/…/NAME/…`.

use super::{instructed, joined, push};
use crate::piece::{Line, ReferenceKind, number, some};

const WORDS: [&str; 28] = [
    "TRCD",
    "TRTP",
    "IBAN",
    "BIC",
    "NAME",
    "REMI",
    "EREF",
    "PREF",
    "MARF",
    "CSID",
    "CNTP",
    "ORDP",
    "BENM",
    "ULTD",
    "ULTC",
    "ISDT",
    "PURP",
    "RTRN",
    "CPRP",
    "ADDR",
    "ACCW",
    "BUSP",
    "KREF",
    "OCMT",
    "CHGS",
    "ID",
    "CDTRREFTP",
    "CDTRREF",
];

/// Whether a line was broken because it was full. Such texts are broken at a width, never at a word: at 64 or 65, and some banks count
/// the tag of the field.
fn is_full(index: usize, length: usize) -> bool {
    length >= if index == 0 { 61 } else { 64 }
}

/// Reads a text that begins with such a word; false where it does not.
pub(super) fn read(text: &str, line: &mut Line) -> bool {
    if !text.trim_start().starts_with('/') {
        return false;
    }
    let flat = joined(text.lines(), is_full);
    let marks = marks(&flat);
    if marks.first().is_none_or(|mark| !flat[..mark.at].trim().is_empty()) {
        return false;
    }
    for (index, mark) in marks.iter().enumerate() {
        // Two words may share a stroke.
        let end = marks.get(index + 1).map_or(flat.len(), |next| next.at).max(mark.start);
        say(mark.word, flat[mark.start..end].trim_end_matches('/'), line);
    }
    true
}

/// A word with its strokes: where it begins, and what follows it.
struct Mark {
    at: usize,
    word: &'static str,
    start: usize,
}

fn marks(flat: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut strokes = flat.match_indices('/').map(|(at, _)| at).peekable();
    while let Some(at) = strokes.next() {
        let Some(end) = strokes.peek() else { break };
        let word = WORDS.into_iter().find(|word| *word == &flat[at + 1..*end]);
        marks.extend(word.map(|word| Mark { at, word, start: end + 1 }));
    }
    marks
}

fn say(word: &str, value: &str, line: &mut Line) {
    let party = &mut line.counterparty;
    match word {
        "EREF" => line.refer(ReferenceKind::EndToEnd, value),
        "KREF" | "PREF" => line.refer(ReferenceKind::Own, value),
        "MARF" => line.refer(ReferenceKind::Mandate, value),
        "IBAN" => party.account = number(value).or(party.account.take()),
        "BIC" => party.bank = some(value).or(party.bank.take()),
        "NAME" | "ORDP" | "BENM" => {
            let name = value.trim_start_matches('/').trim_start_matches("NAME/");
            party.name = party.name.take().or_else(|| some(name));
        }
        // Account, bank, name, place.
        "CNTP" => {
            let mut parts = value.split('/');
            party.account = parts.next().and_then(number).or(party.account.take());
            party.bank = parts.next().and_then(some).or(party.bank.take());
            party.name = parts.next().and_then(some).or(party.name.take());
        }
        "REMI" => remittance(value, line),
        "CDTRREF" => {
            line.refer(ReferenceKind::Creditor, value);
            push(&mut line.text, value);
        }
        "OCMT" => line.instructed = line.instructed.or_else(|| instructed(value)),
        "CHGS" => line.charges = line.charges.or_else(|| instructed(value)),
        "TRTP" | "TRCD" => line.code = line.code.take().or_else(|| some(value)),
        _ => {}
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
