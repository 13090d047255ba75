//! By what a line is known again when it comes in another file.

use kernel::Date;
use rustc_hash::{FxHashMap, FxHashSet};

/// Tells lines apart. Those that say the very same on the same day are counted, so that the second of two equal lines is the second in
/// every file that has the day.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: FxHashSet<u64>,
    /// How often, of the few that came again.
    again: FxHashMap<u64, i64>,
}

/// What a line is known by: the bank's own number of it where there is one, else all that it says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub bank_reference: Option<&'a str>,
    pub words: &'a [&'a str],
}

/// By what a line is known, and how often its like came before it in the file.
#[derive(Debug, Clone, Copy)]
pub struct Print {
    pub fingerprint: i64,
    nth: i64,
}

impl Print {
    /// The fingerprint of the line with this number of the bank's, had it come on a day.
    pub fn of_number(self, on: Date, amount_minor: i64, reference: &str) -> i64 {
        marked(numbered(on, amount_minor, reference).number(self.nth), true)
    }
}

impl Fingerprints {
    /// The fingerprint of the next line of an account.
    pub fn next(&mut self, on: Date, amount_minor: i64, said: Said<'_>) -> Print {
        let hash = match said.bank_reference {
            Some(reference) => numbered(on, amount_minor, reference),
            None => said.words.iter().fold(moved(on, amount_minor), |hash, word| hash.text(word)),
        };
        let nth = if self.seen.insert(hash.0) { 1 } else { self.once_more(hash.0) };
        Print { fingerprint: marked(hash.number(nth), said.bank_reference.is_some()), nth }
    }

    fn once_more(&mut self, hash: u64) -> i64 {
        let count = self.again.entry(hash).or_insert(1);
        *count += 1;
        *count
    }
}

/// Whether the bank's own number is what a line is known by.
pub const fn has_number(fingerprint: i64) -> bool {
    fingerprint & 1 == 1
}

fn moved(on: Date, amount_minor: i64) -> Fnv {
    Fnv::default().number(amount_minor).number(days(on))
}

fn numbered(on: Date, amount_minor: i64, reference: &str) -> Fnv {
    moved(on, amount_minor).text("bank").text(reference)
}

/// The last bit says by what.
fn marked(hash: Fnv, by_number: bool) -> i64 {
    i64::from_ne_bytes((hash.0 & !1 | u64::from(by_number)).to_ne_bytes())
}

/// A key by which an account's number or a name is found again; the same on every machine.
pub fn key(text: &str) -> i64 {
    i64::from_ne_bytes(Fnv::default().text(text).0.to_ne_bytes())
}

fn days(on: Date) -> i64 {
    i64::from(on.year()) * 512 + i64::from(on.month()) * 32 + i64::from(on.day())
}

/// FNV-1a of 64 bits. Two lines that fall together by chance are taken for equal ones, which are counted: nothing is lost.
#[derive(Debug, Clone, Copy)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn bytes(self, bytes: &[u8]) -> Fnv {
        Fnv(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)))
    }

    fn number(self, number: i64) -> Fnv {
        self.bytes(&number.to_le_bytes())
    }

    /// With its end, so that two words are not one.
    fn text(self, text: &str) -> Fnv {
        self.bytes(text.as_bytes()).bytes(&[0xff])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(prints: &mut Fingerprints, on: &str, minor: i64, bank: Option<&str>, words: &[&str]) -> i64 {
        prints.next(on.parse().unwrap(), minor, Said { bank_reference: bank, words }).fingerprint
    }

    #[test]
    fn a_line_is_the_same_in_every_file() {
        let (mut first, mut second) = (Fingerprints::default(), Fingerprints::default());
        let coffee = |prints: &mut Fingerprints| of(prints, "2026-11-02", -350, None, &["Café", "coffee"]);
        let (one, two) = (coffee(&mut first), coffee(&mut first));
        assert_ne!(one, two);
        // Another file begins a day earlier.
        of(&mut second, "2026-11-01", -350, None, &["Café", "coffee"]);
        assert_eq!([coffee(&mut second), coffee(&mut second)], [one, two]);
    }

    #[test]
    fn whatever_differs_makes_another() {
        let mut all = Vec::new();
        for (on, minor, bank, words) in [
            ("2026-11-02", 100, None, &["a", "b"][..]),
            ("2026-11-03", 100, None, &["a", "b"]),
            ("2026-11-02", 101, None, &["a", "b"]),
            ("2026-11-02", -100, None, &["a", "b"]),
            ("2026-11-02", 100, None, &["ab"]),
            ("2026-11-02", 100, None, &["a", "", "b"]),
            ("2026-11-02", 100, Some("a"), &[]),
            ("2026-11-02", 100, Some("B1"), &["a", "b"]),
        ] {
            all.push(of(&mut Fingerprints::default(), on, minor, bank, words));
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        // The bank's number is enough: another file of the same bank may say more beside it.
        let by_number = |words: &[&str]| of(&mut Fingerprints::default(), "2026-11-02", 100, Some("B1"), words);
        assert_eq!(by_number(&["a"]), by_number(&["a", "b"]));
        let later = Said { bank_reference: Some("B1"), words: &[] };
        let later = Fingerprints::default().next("2026-11-05".parse().unwrap(), 100, later);
        assert_eq!(later.of_number("2026-11-02".parse().unwrap(), 100, "B1"), by_number(&["a"]));
        let by_words = of(&mut Fingerprints::default(), "2026-11-02", 100, None, &["B1"]);
        assert!(has_number(by_number(&[])) && !has_number(by_words));
    }
}
