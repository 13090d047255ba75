//! Many names, to be asked who a payer is.

use super::glance::Glance;
use super::likeness::{Likeness, likeness, may_be_cut};
use super::normal::{Name, hash_of};
use super::table::Kind;
use crate::lookup::usize_of;
use rustc_hash::FxHashMap;
use std::cmp::{Ordering, Reverse};
use std::ops::Range;

/// Many parties' names, built once and asked often.
///
/// Every name stands under a few hashes: of its letters, of its words in order of the alphabet, of its sound, of its initials, of its rare
/// words. What is surely the same is found by them alone; what is short or was cut, in the names sorted by their letters; and a slip of
/// the pen among the names that share a rare word or the beginning or end of the rest. No question walks through all names, and none
/// compares with more than some hundred.
#[derive(Debug, Default)]
pub struct Index {
    names: Vec<(u32, Name)>,
    glances: Vec<Glance>,
    /// Where the places of a hash stand in `places`.
    ranges: FxHashMap<u64, Range<u32>>,
    /// Most of what is asked for is not there, and that is seen without a walk through memory.
    is_there: Sieve,
    places: Vec<u32>,
    /// Names by their letters with the form: the first eight bytes, and where it stands.
    by_full: Vec<(u64, u32)>,
    has_cut: bool,
}

/// What a hash is of.
#[derive(Debug, Clone, Copy, Hash)]
enum By {
    Letters,
    Sorted,
    Sound,
    Stem,
    Initials,
    /// The sound of a name without the general words behind it.
    Short,
    /// A name that may have been cut.
    Cut,
    Word,
    Begin,
    End,
}

/// What more names share is no help: it is not looked through.
const SHARED_MAX: usize = 128;

/// A cut name is not shorter, in bytes.
const CUT_MIN: usize = 12;

/// Characters of the plain words by whose beginning or end a slip of the pen is sought.
const EDGE: usize = 5;

impl Index {
    /// Built from parties and their names; a party may have several.
    pub fn new(names: impl IntoIterator<Item = (u32, Name)>) -> Index {
        let mut names: Vec<(u32, Name)> = names.into_iter().collect();
        names.retain(|(_, name)| !name.is_empty());
        let mut pairs: Vec<(u64, u32)> = Vec::with_capacity(names.len() * 8);
        let mut hashes = Vec::new();
        for (place, (_, name)) in (0..).zip(&names) {
            hashes.clear();
            sure_hashes(name, &mut hashes);
            short_hashes(name, &mut hashes);
            loose_hashes(name, &mut hashes);
            pairs.extend(hashes.iter().map(|hash| (*hash, place)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut ranges: FxHashMap<u64, Range<u32>> = FxHashMap::default();
        let mut is_there = Sieve::for_keys(pairs.len());
        for (at, (hash, _)) in (0..).zip(&pairs) {
            ranges.entry(*hash).or_insert(at..at).end = at + 1;
            is_there.add(*hash);
        }
        let places = pairs.into_iter().map(|(_, place)| place).collect();
        let mut by_full: Vec<(u64, u32)> =
            (0..).zip(&names).map(|(place, (_, name))| (front(&name.full), place)).collect();
        by_full.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| full(&names, a.1).cmp(full(&names, b.1))));
        let has_cut = names.iter().any(|(_, name)| may_be_cut(name));
        let glances = names.iter().map(|(_, name)| Glance::of(name)).collect();
        Index { names, glances, ranges, is_there, places, by_full, has_cut }
    }

    /// Who may be meant, most alike first, each party once; parties that are equally alike are all there.
    ///
    /// What is less sure is sought only when nothing surer is there: first the same name (also reordered or transliterated), then
    /// abbreviated and cut ones, then slips of the pen and sister companies.
    pub fn find(&self, name: &Name) -> Vec<(u32, Likeness)> {
        let mut found = Found::default();
        if name.is_empty() {
            return Vec::new();
        }
        let mut hashes = Vec::with_capacity(16);
        sure_hashes(name, &mut hashes);
        self.compare(name, None, &hashes, usize::MAX, &mut found);
        if found.best() < Likeness::Transliterated {
            self.compare_short(name, &mut found);
        }
        if found.best() < Likeness::Close {
            hashes.clear();
            loose_hashes(name, &mut hashes);
            self.compare(name, Some(Glance::of(name)), &hashes, SHARED_MAX, &mut found);
        }
        found.sorted()
    }

    /// Compares with the names under these hashes; with a glance, only with those that may be like it.
    fn compare(&self, name: &Name, glance: Option<Glance>, hashes: &[u64], shared_max: usize, found: &mut Found) {
        let mut some: Vec<u32> = Vec::new();
        for hash in hashes {
            let Some(range) = self.is_there.may_have(*hash).then(|| self.ranges.get(hash)).flatten() else { continue };
            let places = self.places.get(usize_of(range.start)..usize_of(range.end)).unwrap_or_default();
            if places.len() > shared_max {
                continue;
            }
            some.extend(places.iter().copied().filter(|place| {
                let known = self.glances.get(usize_of(*place));
                glance.zip(known).is_none_or(|(own, known)| own.may_be_like(known))
            }));
        }
        // Whoever is alike in one way mostly is in others, and is compared once.
        some.sort_unstable();
        some.dedup();
        some.into_iter().for_each(|place| self.compare_with(name, place, found));
    }

    fn compare_with(&self, name: &Name, place: u32, found: &mut Found) {
        if let Some((party, known)) = self.names.get(usize_of(place)) {
            found.add(*party, likeness(name, known));
        }
    }

    /// Names that begin with this one, names that this one begins with, and initials.
    fn compare_short(&self, name: &Name, found: &mut Found) {
        if name.form.is_none() || may_be_cut(name) {
            let own = front(&name.full);
            let start = self.by_full.partition_point(|(front, place)| match front.cmp(&own) {
                Ordering::Equal => full(&self.names, *place) < name.full.as_str(),
                order => order == Ordering::Less,
            });
            let rest = self.by_full.get(start..).unwrap_or_default();
            let longer = rest.iter().take_while(|(_, place)| full(&self.names, *place).starts_with(&name.full));
            for (_, place) in longer.take(SHARED_MAX) {
                self.compare_with(name, *place, found);
            }
        }
        let mut hashes = vec![hash_of((By::Short, name.sound.as_str()))];
        for word in &name.words {
            hashes.extend(name.flat.get(..word.flat_end).map(|front| hash_of((By::Letters, front))));
            hashes.extend(name.sound.get(..word.sound_end).map(|front| hash_of((By::Sound, front))));
        }
        if self.has_cut {
            let ends = name.full.char_indices().map(|(end, _)| end).filter(|end| *end >= CUT_MIN);
            hashes.extend(ends.filter_map(|end| name.full.get(..end)).map(|front| hash_of((By::Cut, front))));
        }
        if name.stem != 0 && name.form.is_none() && name.is_chinese && name.is_without_place() {
            hashes.push(hash_of((By::Stem, name.stem)));
        }
        let initials = initials(name);
        if initials.len() >= 3 {
            hashes.push(hash_of((By::Letters, initials.as_str())));
        }
        hashes.push(hash_of((By::Initials, initials.as_str())));
        hashes.push(hash_of((By::Initials, name.flat.as_str())));
        self.compare(name, None, &hashes, SHARED_MAX, found);
    }
}

/// The first eight bytes of a text, in the order of texts.
fn front(text: &str) -> u64 {
    text.bytes().chain(std::iter::repeat(0)).take(8).fold(0, |front, byte| (front << 8) | u64::from(byte))
}

fn full(names: &[(u32, Name)], place: u32) -> &str {
    names.get(usize_of(place)).map_or("", |(_, name)| name.full.as_str())
}

/// By what the same name is found.
fn sure_hashes(name: &Name, hashes: &mut Vec<u64>) {
    hashes.push(hash_of((By::Letters, name.flat.as_str())));
    hashes.extend(name.flat_short.as_deref().map(|short| hash_of((By::Letters, short))));
    hashes.push(hash_of((By::Sound, name.sound.as_str())));
    if name.words.len() > 1 {
        hashes.extend(name.sorted.map(|words| hash_of((By::Sorted, words))));
    }
}

/// By what an abbreviated or cut name is found, beside its letters.
fn short_hashes(name: &Name, hashes: &mut Vec<u64>) {
    if may_be_cut(name) {
        hashes.push(hash_of((By::Cut, name.full.as_str())));
    }
    hashes.push(hash_of((By::Initials, initials(name).as_str())));
    for pair in name.words.windows(2).rev().take_while(|pair| matches!(pair, [_, last] if last.kind == Kind::General)) {
        let front = pair.first().and_then(|word| name.sound.get(..word.sound_end));
        hashes.extend(front.map(|front| hash_of((By::Short, front))));
    }
}

/// By what a slip of the pen or a sister is found.
fn loose_hashes(name: &Name, hashes: &mut Vec<u64>) {
    if name.stem != 0 {
        hashes.push(hash_of((By::Stem, name.stem)));
    }
    let mut start = 0;
    let mut plain = String::new();
    for word in &name.words {
        let text = name.flat.get(start..word.flat_end).unwrap_or_default();
        start = word.flat_end;
        if word.kind == Kind::Plain {
            plain.push_str(text);
            hashes.push(hash_of((By::Word, text)));
        }
    }
    // Shorter ones cannot be close to anything.
    if name.plain >= 8 {
        let front: String = plain.chars().take(EDGE).collect();
        let back: String = plain.chars().rev().take(EDGE).collect();
        hashes.push(hash_of((By::Begin, front)));
        hashes.push(hash_of((By::End, back)));
    }
}

/// The first letters of all words; words of up to three letters that no table knows may be initials themselves, so `sy trading` has those
/// of `shanghai yuanhang trading`.
fn initials(name: &Name) -> String {
    let mut start = 0;
    let mut initials = String::new();
    for word in &name.words {
        let text = name.flat.get(start..word.flat_end).unwrap_or_default();
        start = word.flat_end;
        let count = if word.kind == Kind::Plain && text.len() <= 3 { 3 } else { 1 };
        initials.extend(text.chars().take(count));
    }
    initials
}

/// Says of a key that it is not there, or that it may be: one bit for each of many drawers.
#[derive(Debug, Default)]
struct Sieve {
    words: Vec<u64>,
    /// How far a key is shifted for its bit.
    shift: u32,
}

impl Sieve {
    /// With sixteen bits for each key, so that one in sixteen that are not there passes.
    fn for_keys(count: usize) -> Sieve {
        let bits = (count * 16).next_power_of_two().max(64);
        Sieve { words: vec![0; bits / 64], shift: u64::BITS - bits.ilog2() }
    }

    /// The word and the bit of a key, by the leading bits of its product with an odd number without a pattern.
    fn place(&self, key: u64) -> (usize, u64) {
        let at = key.wrapping_mul(0x9e37_79b9_7f4a_7c15).checked_shr(self.shift).unwrap_or(0);
        (usize::try_from(at / 64).unwrap_or(usize::MAX), 1 << (at % 64))
    }

    fn add(&mut self, key: u64) {
        let (word, bit) = self.place(key);
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    fn may_have(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// Parties and the best likeness of their names.
#[derive(Default)]
struct Found {
    parties: Vec<(u32, Likeness)>,
}

impl Found {
    fn add(&mut self, party: u32, likeness: Likeness) {
        if likeness > Likeness::Different {
            self.parties.push((party, likeness));
        }
    }

    fn best(&self) -> Likeness {
        self.parties.iter().map(|(_, likeness)| *likeness).max().unwrap_or(Likeness::Different)
    }

    fn sorted(mut self) -> Vec<(u32, Likeness)> {
        self.parties.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        self.parties.dedup_by_key(|(party, _)| *party);
        self.parties.sort_by_key(|(_, likeness)| Reverse(*likeness));
        self.parties
    }
}
