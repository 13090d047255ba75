//! How alike two names are.

use super::normal::{Name, Word};
use super::table::Kind;
use std::ops::RangeInclusive;

/// How alike two names are, least first; each can be told to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// Nothing speaks for one party.
    Different,
    /// Alike but for a word that tells companies apart: branch, place, number, direction, group, legal form. Never to be taken for the same.
    Sister,
    /// A slip of the pen in a long name: one character in eight of its own words.
    Close,
    /// One is the other, cut off where banks cut: at 27, 35 or 70 characters, Chinese at 10 to 20 or 30.
    Truncated,
    /// One is short for the other: initials, or the general words left out.
    Abbreviated,
    /// One is the other in Latin letters or in translation.
    Transliterated,
    /// The same words in another order, as with persons.
    Reordered,
    /// The same, and at least one has no legal form or both forms mean the same.
    SameWithoutForm,
    /// The same but for case, accents, punctuation and blanks.
    Same,
}

/// How alike two names are; the order of the two does not matter.
pub fn likeness(a: &Name, b: &Name) -> Likeness {
    if a.is_empty() || b.is_empty() {
        return Likeness::Different;
    }
    let forms_agree = match (a.form, b.form) {
        (Some(a), Some(b)) => a.agrees(b),
        _ => true,
    };
    let or_sister = |likeness| if forms_agree { likeness } else { Likeness::Sister };
    if same_letters(a, b) {
        return if a.form_text == b.form_text { Likeness::Same } else { or_sister(Likeness::SameWithoutForm) };
    }
    if a.words.len() > 1 && a.words.len() == b.words.len() && a.sorted.iter().any(|hash| b.sorted.contains(hash)) {
        return or_sister(Likeness::Reordered);
    }
    // Two Chinese names that sound alike are two names.
    if a.sound == b.sound && !(a.is_chinese && b.is_chinese) {
        return or_sister(Likeness::Transliterated);
    }
    if is_cut(a, b) || is_cut(b, a) {
        return Likeness::Truncated;
    }
    if a.marks != b.marks || a.places != b.places {
        let is_initials = a.marks == b.marks && (is_initials(a, b) || is_initials(b, a));
        return match a.stem == b.stem && a.stem != 0 {
            _ if is_initials => or_sister(Likeness::Abbreviated),
            true if is_without_place(a, b) || is_without_place(b, a) => Likeness::Abbreviated,
            true if !(a.is_chinese && b.is_chinese) || plain_letters_agree(a, b) => Likeness::Sister,
            _ => Likeness::Different,
        };
    }
    match is_short(a, b).max(is_short(b, a)) {
        Likeness::Different if is_initials(a, b) || is_initials(b, a) => or_sister(Likeness::Abbreviated),
        Likeness::Different if is_cut_chinese(a, b) || is_cut_chinese(b, a) => Likeness::Truncated,
        Likeness::Different if is_close(a, b) => or_sister(Likeness::Close),
        short => short,
    }
}

fn same_letters(a: &Name, b: &Name) -> bool {
    let (short_a, short_b) = (a.flat_short.as_deref(), b.flat_short.as_deref());
    a.flat == b.flat || short_a == Some(&b.flat) || short_b == Some(&a.flat) || short_a.is_some() && short_a == short_b
}

/// Two Chinese names whose plain and general words are the same characters, not the same sound alone.
fn plain_letters_agree(a: &Name, b: &Name) -> bool {
    let letters = |name: &Name| -> String {
        let kept = |kind| matches!(kind, Kind::Plain | Kind::General);
        words(name).filter(|(kind, _)| kept(*kind)).map(|(_, text)| text).collect()
    };
    letters(a) == letters(b)
}

fn words(name: &Name) -> impl Iterator<Item = (Kind, &str)> {
    let starts = std::iter::once(0).chain(name.words.iter().map(|word| word.flat_end));
    starts.zip(&name.words).map(|(start, word)| (word.kind, name.flat.get(start..word.flat_end).unwrap_or_default()))
}

/// Where banks cut names off, in characters; a blank at the cut is lost.
const CUTS: [usize; 3] = [27, 35, 70];

/// Where they cut Chinese names, two bytes a character: each bank elsewhere.
const CHINESE_CUTS: RangeInclusive<usize> = 10..=20;
const CHINESE_CUT: usize = 30;

/// Whether a text of this length may have been cut.
pub(super) fn may_be_cut(name: &Name) -> bool {
    is_latin_cut(name) || is_chinese_cut(name)
}

fn is_latin_cut(name: &Name) -> bool {
    CUTS.iter().any(|cut| name.chars == *cut || name.chars + 1 == *cut)
}

/// What ends with its legal form was not cut: `上海远航贸易有限公司` is no piece of its branch's name.
fn is_chinese_cut(name: &Name) -> bool {
    name.is_chinese && name.form.is_none() && (CHINESE_CUTS.contains(&name.chars) || name.chars == CHINESE_CUT)
}

fn is_cut(short: &Name, long: &Name) -> bool {
    is_latin_cut(short) && is_front(short, long)
}

fn is_cut_chinese(short: &Name, long: &Name) -> bool {
    is_chinese_cut(short) && is_front(short, long)
}

fn is_front(short: &Name, long: &Name) -> bool {
    short.full.len() < long.full.len() && long.full.starts_with(&short.full)
}

/// Whether one is the other's own words without the place and the form around them: `华强电子` for `深圳市华强电子股份有限公司`. With a form of
/// its own it is another company.
fn is_without_place(short: &Name, long: &Name) -> bool {
    let is_bare = short.form.is_none() && short.is_without_place() && short.plain >= 2;
    is_bare && short.marks == long.marks && short.is_chinese && long.is_chinese && plain_letters_agree(short, long)
}

/// Whether one is the other without the general words behind it: `上海远航` for `上海远航贸易有限公司`. With a legal form of its own it is another
/// company.
fn is_short(short: &Name, long: &Name) -> Likeness {
    let has_own = short.words.iter().any(|word| word.kind == Kind::Plain) && short.plain >= 2;
    let rest_after = |end: usize, of: fn(&Word) -> usize| {
        let at = long.words.iter().position(|word| of(word) == end)? + 1;
        long.words.get(at..).filter(|rest| !rest.is_empty())
    };
    let by_letters = long.flat.starts_with(&short.flat).then(|| rest_after(short.flat.len(), |word| word.flat_end));
    let is_foreign = !(short.is_chinese && long.is_chinese);
    let by_sound =
        (is_foreign && long.sound.starts_with(&short.sound)).then(|| rest_after(short.sound.len(), |w| w.sound_end));
    let rest = by_letters.flatten().or(by_sound.flatten());
    match rest {
        Some(rest) if has_own && rest.iter().all(|word| word.kind == Kind::General) => match short.form {
            None => Likeness::Abbreviated,
            Some(_) => Likeness::Sister,
        },
        _ => Likeness::Different,
    }
}

/// Whether the words of one are initials of the other's, or the same words: `IBM`, `S.Y. Trading`. A name of initials alone stands for three
/// words at least; beside initials one word of four letters must be the same.
fn is_initials(short: &Name, long: &Name) -> bool {
    if short.is_chinese || long.is_chinese || short.words.len() > long.words.len() {
        return false;
    }
    let mut rest = words(long).peekable();
    let (mut initials, mut same) = (0, 0);
    for (_, word) in words(short) {
        if rest.peek().is_some_and(|(_, other)| *other == word) {
            rest.next();
            same = same.max(word.len());
            continue;
        }
        if word.len() > 6 {
            return false;
        }
        for letter in word.chars() {
            if !rest.next().is_some_and(|(_, other)| other.starts_with(letter)) {
                return false;
            }
            initials += 1;
        }
    }
    rest.next().is_none() && (initials >= 3 && same == 0 || initials >= 1 && same >= 4)
}

/// Whether a slip of the pen lies between them: of eight characters of plain words one may differ, of long names three at most.
fn is_close(a: &Name, b: &Name) -> bool {
    let allowed = close_by(a.plain, b.plain);
    allowed > 0 && a.is_chinese == b.is_chinese && is_within(&a.flat, &b.flat, allowed)
}

/// How many characters may differ in names of so many characters of plain words.
pub(super) fn close_by(a: usize, b: usize) -> usize {
    (a.min(b) / 8).min(3)
}

/// Whether one text becomes the other by at most so many insertions, deletions and changes of a character.
fn is_within(a: &str, b: &str, allowed: usize) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return are_within(a.as_bytes(), b.as_bytes(), allowed);
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    are_within(&a, &b, allowed)
}

fn are_within<C: PartialEq>(a: &[C], b: &[C], allowed: usize) -> bool {
    if a.len().abs_diff(b.len()) > allowed {
        return false;
    }
    // What both begin or end with changes nothing.
    let front = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(front..).unwrap_or_default(), b.get(front..).unwrap_or_default());
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(..a.len() - back).unwrap_or_default(), b.get(..b.len() - back).unwrap_or_default());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut best = i + 1;
        let mut before = i + 1;
        for (right, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let cost = diagonal + usize::from(left != right);
            diagonal = *cell;
            *cell = cost.min(*cell + 1).min(before + 1);
            before = *cell;
            best = best.min(before);
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        if best > allowed {
            return false;
        }
    }
    row.last().is_some_and(|distance| *distance <= allowed)
}
