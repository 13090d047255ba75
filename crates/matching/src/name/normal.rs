//! A name as it is compared: its words, each with what it says about a company, without legal form and titles.

use super::fold::{Piece, pieces};
use super::table::{CHINESE_MAX, Form, Kind, look_up};
use pinyin::ToPinyin;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// A name as it is compared: without case, width, accents, punctuation, titles and legal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The words without blanks between them.
    pub(super) flat: String,
    /// The same without the letters that stand for umlauts; only where there are any.
    pub(super) flat_short: Option<String>,
    /// How the words sound: Chinese as pinyin, general words and places in one language.
    pub(super) sound: String,
    /// Everything with its form, for a name that was cut.
    pub(super) full: String,
    pub(super) words: Vec<Word>,
    pub(super) form: Option<Form>,
    /// The form as it is spelled.
    pub(super) form_text: String,
    /// Characters of the text it was read from.
    pub(super) chars: usize,
    /// Of the words in alphabetical order; with umlauts long and short.
    pub(super) sorted: [u64; 2],
    /// Of the sound without the words that companies of one house differ in; 0 when nothing is left.
    pub(super) stem: u64,
    /// Of those words: marks, and places.
    pub(super) marks: u64,
    pub(super) places: u64,
    /// Characters of plain words.
    pub(super) plain: usize,
    pub(super) is_chinese: bool,
}

/// Where a word ends, in bytes, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub kind: Kind,
    pub flat_end: usize,
    pub sound_end: usize,
}

/// A word while a name is read.
struct Read {
    kind: Kind,
    piece: Piece,
    sound: String,
}

impl Name {
    /// Reads what stands on a statement or a customer's card. Never fails; a name without a letter or digit is like no other.
    pub fn of(text: &str) -> Name {
        let pieces = pieces(text);
        let mut full = String::with_capacity(text.len());
        pieces.iter().for_each(|piece| full.push_str(&piece.text));
        let (mut form, mut form_text) = (None, String::new());
        let mut read = read(&pieces, &mut form, &mut form_text);
        if read.is_empty() {
            // A company that is called `The Company` has its words for a name.
            (form, form_text) = (None, String::new());
            read = pieces.iter().map(|piece| Read::plain(piece.clone())).collect();
        }
        Name { chars: text.trim().chars().count(), full, form, form_text, ..Name::of_words(&read) }
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.flat.is_empty()
    }

    /// Whether no place is in it.
    pub(super) fn is_without_place(&self) -> bool {
        self.words.iter().all(|word| word.kind != Kind::Place)
    }

    fn of_words(read: &[Read]) -> Name {
        let room = || String::with_capacity(read.iter().map(|word| word.piece.text.len() + 1).sum());
        let (mut flat, mut short, mut sound) = (room(), room(), room());
        let mut words = Vec::with_capacity(read.len());
        for word in read {
            flat.push_str(&word.piece.text);
            short.push_str(&word.piece.short);
            sound.push_str(&word.sound);
            words.push(Word { kind: word.kind, flat_end: flat.len(), sound_end: sound.len() });
        }
        let of_kind = |kind: Kind| read.iter().filter(move |word| word.kind == kind);
        let stem: String = read
            .iter()
            .filter(|word| matches!(word.kind, Kind::Plain | Kind::General))
            .map(|word| word.sound.as_str())
            .collect();
        Name {
            flat_short: (short != flat).then_some(short),
            flat,
            sound,
            full: String::new(),
            words,
            form: None,
            form_text: String::new(),
            chars: 0,
            sorted: [
                sorted(read.iter().map(|w| w.piece.text.as_str())),
                sorted(read.iter().map(|w| w.piece.short.as_str())),
            ],
            stem: if stem.is_empty() { 0 } else { hash_of(&stem) },
            marks: sorted(of_kind(Kind::Mark).map(|word| word.sound.as_str())),
            places: sorted(of_kind(Kind::Place).map(|word| word.sound.as_str())),
            plain: of_kind(Kind::Plain).map(|word| word.piece.text.chars().count()).sum(),
            is_chinese: read.iter().any(|word| word.piece.is_chinese),
        }
    }
}

impl Read {
    /// A word that no table knows.
    fn plain(piece: Piece) -> Read {
        let is_number = piece.text.chars().all(|c| c.is_ascii_digit());
        let sound = if piece.is_chinese { pinyin(&piece.text) } else { piece.text.clone() };
        Read { kind: if is_number { Kind::Mark } else { Kind::Plain }, piece, sound }
    }
}

pub(super) fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

fn sorted<'w>(words: impl Iterator<Item = &'w str>) -> u64 {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    hash_of(words)
}

fn pinyin(text: &str) -> String {
    let mut sound = String::new();
    for (c, spoken) in text.chars().zip(text.to_pinyin()) {
        match spoken {
            Some(spoken) => sound.extend(spoken.plain().chars().map(|c| if c == 'ü' { 'v' } else { c })),
            None => sound.push(c),
        }
    }
    sound
}

/// The words of the pieces; the legal form is taken off.
fn read(pieces: &[Piece], form: &mut Option<Form>, form_text: &mut String) -> Vec<Read> {
    let (form_at, form_len) = latin_form(pieces, form, form_text);
    let mut words = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        if at == form_at && form_len > 0 {
            at += form_len;
        } else if piece.is_chinese {
            read_chinese(&piece.text, form, form_text, &mut words);
            at += 1;
        } else {
            let (word, count) = read_latin(pieces, at, form_at);
            words.extend(word);
            at += count;
        }
    }
    words
}

/// Where the legal form stands in Latin letters, and of how many pieces it is: at the end, or before places and marks alone.
fn latin_form(pieces: &[Piece], form: &mut Option<Form>, form_text: &mut String) -> (usize, usize) {
    let is_behind = |piece: &Piece| {
        let number = piece.text.chars().all(|c| c.is_ascii_digit());
        number
            || look_up(&piece.text).is_some_and(|entry| matches!(entry.kind, Kind::Place | Kind::Mark | Kind::Nothing))
    };
    let end = pieces.len() - pieces.iter().rev().take_while(|piece| is_behind(piece)).count();
    for start in 1..pieces.len() {
        for count in (1..=4.min(pieces.len() - start)).rev().take_while(|count| start + count >= end) {
            let spelling = joined(pieces, start, count);
            let entry = spelling.as_deref().and_then(look_up);
            let Some(Kind::Form(known)) = entry.map(|entry| entry.kind) else { continue };
            (*form, *form_text) = (Some(known), spelling.unwrap_or_default());
            return (start, count);
        }
    }
    (pieces.len(), 0)
}

/// Pieces in Latin letters as one spelling; `None` when there are not as many, or one is Chinese.
fn joined(pieces: &[Piece], start: usize, count: usize) -> Option<String> {
    let part = pieces.get(start..start + count)?;
    part.iter().all(|piece| !piece.is_chinese).then(|| part.iter().map(|piece| piece.text.as_str()).collect())
}

/// The longest word of the table that begins here, or the piece itself; with the number of pieces it takes.
fn read_latin(pieces: &[Piece], at: usize, end: usize) -> (Option<Read>, usize) {
    for count in (1..=3.min(end.max(at + 1) - at)).rev() {
        let Some(spelling) = joined(pieces, at, count) else { continue };
        let Some(entry) = look_up(&spelling) else { continue };
        match entry.kind {
            Kind::Form(_) => {}
            Kind::Nothing => return (None, count),
            kind => {
                let piece = Piece { short: spelling.clone(), text: spelling, is_chinese: false };
                return (Some(Read { kind, piece, sound: entry.sound.to_owned() }), count);
            }
        }
    }
    (pieces.get(at).map(|piece| Read::plain(piece.clone())), 1)
}

/// Chinese is written without blanks: the longest words of the table are taken out, and what stands between them is the name.
fn read_chinese(text: &str, form: &mut Option<Form>, form_text: &mut String, words: &mut Vec<Read>) {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let known = prefixes(rest).find_map(|word| look_up(word).map(|entry| (word, entry)));
        let ordinal = ordinal(rest);
        let (len, word) = match (known, ordinal) {
            (Some((word, entry)), _) => (word.len(), Some((word, entry.kind, entry.sound))),
            (None, Some(digit)) => (first.len_utf8(), Some((&rest[..first.len_utf8()], Kind::Mark, digit))),
            (None, None) => (first.len_utf8(), None),
        };
        match word {
            None => plain.push(first),
            Some((word, kind, sound)) => {
                flush(&mut plain, words);
                if let Kind::Form(known) = kind {
                    (*form, *form_text) = (Some(known), word.to_owned());
                } else if kind != Kind::Nothing {
                    words.push(Read { kind, piece: chinese(word.to_owned()), sound: sound.to_owned() });
                }
            }
        }
        rest = rest.get(len..).unwrap_or_default();
        if word.is_some_and(|(_, kind, _)| kind == Kind::Place) {
            rest = rest.strip_prefix(['市', '省']).unwrap_or(rest);
        }
    }
    flush(&mut plain, words);
}

fn flush(plain: &mut String, words: &mut Vec<Read>) {
    if !plain.is_empty() {
        words.push(Read::plain(chinese(std::mem::take(plain))));
    }
}

fn chinese(text: String) -> Piece {
    Piece { short: text.clone(), text, is_chinese: true }
}

/// The beginnings of a text that may be words of the table, longest first: two characters at least.
fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    (2..=CHINESE_MAX).rev().filter_map(move |count| match text.char_indices().nth(count) {
        Some((end, _)) => text.get(..end),
        None => (text.chars().count() == count).then_some(text),
    })
}

/// A number that tells works and shops apart: `二厂`, `第一`, `三部`.
fn ordinal(text: &str) -> Option<&'static str> {
    let mut chars = text.chars();
    let (first, second) = (chars.next()?, chars.next()?);
    let digit = match first {
        '一' => "1",
        '二' => "2",
        '三' => "3",
        '四' => "4",
        '五' => "5",
        '六' => "6",
        '七' => "7",
        '八' => "8",
        '九' => "9",
        '十' => "10",
        _ => return None,
    };
    "厂店部号分院局建".contains(second).then_some(digit)
}
