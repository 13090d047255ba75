//! Words before a colon: `Z RACH.: …; OD: …; TYT.: …` of Polish banks, `REK: …/NAAM: …` of a Dutch one.

use super::{is_full, joined, push};
use crate::piece::{Line, ReferenceKind, number, some};

/// What stands behind a label.
#[derive(Clone, Copy)]
enum Part {
    Account,
    /// A name, and behind two blanks an address.
    Name,
    Text,
    BankReference,
}

/// Labels with what ends their part, without the blank behind the colon.
const LABELS: [(&str, Part, char); 12] = [
    ("Z RACH.:", Part::Account, ';'),
    ("NA RACH.:", Part::Account, ';'),
    ("OD:", Part::Name, ';'),
    ("DLA:", Part::Name, ';'),
    ("TYT.:", Part::Text, ';'),
    ("TNR:", Part::BankReference, ';'),
    ("Nr rach. przeciwst.:", Part::Account, ';'),
    ("dane adr. rach. przeciwst.:", Part::Name, ';'),
    ("tytułem:", Part::Text, ';'),
    ("tytulem:", Part::Text, ';'),
    ("REK:", Part::Account, '/'),
    ("NAAM:", Part::Name, '/'),
];

/// Reads a text that has such labels; false where it has none.
pub(super) fn read(text: &str, line: &mut Line) -> bool {
    if !text.contains(':') {
        return false;
    }
    let flat = joined(text.lines(), is_full);
    let mut rest = flat.as_str();
    let mut was_one = false;
    // No more often than there are labels, so that a text of nothing else is read in good time.
    for _ in LABELS {
        let Some((at, label, part, end)) = first(rest) else { break };
        was_one = true;
        push(&mut line.text, rest[..at].trim_end_matches(|c: char| c == ';' || c.is_whitespace()));
        let value = &rest[at + label.len()..];
        let length = value.find(end).unwrap_or(value.len());
        say(part, value[..length].trim(), line);
        rest = value[length..].trim_start_matches(end);
    }
    if was_one {
        push(&mut line.text, rest.trim_start_matches(|c: char| c == ';' || c.is_whitespace()));
    }
    was_one
}

/// The first label of a text: at its beginning, or behind what ends another part.
fn first(text: &str) -> Option<(usize, &'static str, Part, char)> {
    let begins = |at: usize| {
        let before = text[..at].trim_end();
        before.is_empty() || before.ends_with([';', '/']) || text[..at].ends_with(' ')
    };
    let of = |(label, part, end): (&'static str, Part, char)| {
        let at = text.match_indices(label).map(|(at, _)| at).find(|at| begins(*at))?;
        Some((at, label, part, end))
    };
    // Where one label ends another, the longer is meant.
    LABELS.into_iter().filter_map(of).min_by_key(|(at, label, ..)| (*at, usize::MAX - label.len()))
}

fn say(part: Part, value: &str, line: &mut Line) {
    let party = &mut line.counterparty;
    match part {
        Part::Account => party.account = number(value).or(party.account.take()),
        Part::Name => {
            let name = value.split("  ").next().unwrap_or_default();
            party.name = some(name).or(party.name.take());
        }
        Part::Text => push(&mut line.text, value),
        Part::BankReference => line.refer(ReferenceKind::Bank, &value.split_whitespace().collect::<String>()),
    }
}
