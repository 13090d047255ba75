//! Words of a proposal: names that a row keeps as numbers.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// All of them. A row keeps a word as its place here, so that none may ever move: what is new goes to the end.
#[rustfmt::skip]
const WORDS: [&str; 35] = [
    // Tiers.
    "reference", "payer", "sum", "own", "rule",
    // Differences.
    "fee", "discount", "short", "over",
    // Reasons that are not among those above.
    "number", "account", "name", "other_name", "amount", "together", "days", "later",
    // How well a number stands in a line.
    "weak", "last_run", "continued", "without_zeros", "short_year", "without_prefix", "full",
    // How alike two names are.
    "different", "sister", "close", "truncated", "abbreviated", "transliterated", "reordered", "same_without_form", "same",
    // What came later: a reason, and how well a number stands.
    "parts", "further",
];

/// A name that proposals are made of: a tier, a reason, how well it holds. In JSON it is itself, in a row its place among all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Word(&'static str);

impl From<&'static str> for Word {
    fn from(word: &'static str) -> Word {
        Word(word)
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            return s.serialize_str(self.0);
        }
        let place = WORDS.iter().position(|word| *word == self.0).and_then(|place| u8::try_from(place).ok());
        s.serialize_u8(place.ok_or_else(|| S::Error::custom(format!("{} is not among the words", self.0)))?)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Word, D::Error> {
        if !d.is_human_readable() {
            let place = u8::deserialize(d)?;
            let word = WORDS.get(usize::from(place));
            return word.map(|word| Word(word)).ok_or_else(|| D::Error::custom(format!("there is no word {place}")));
        }
        let said = <Cow<'de, str>>::deserialize(d)?;
        let word = WORDS.into_iter().find(|word| *word == said);
        word.map(Word).ok_or_else(|| D::Error::custom(format!("{said} is not among the words")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_itself_in_json_and_a_number_in_a_row() {
        for word in WORDS.map(Word) {
            let (json, row) = (serde_json::to_string(&word).unwrap(), postcard::to_allocvec(&word).unwrap());
            assert_eq!((json, row.len()), (format!("\"{word}\""), 1));
            assert_eq!(postcard::from_bytes::<Word>(&row).unwrap(), word);
        }
        assert!(postcard::to_allocvec(&Word("unheard of")).is_err());
        assert!(postcard::from_bytes::<Word>(&[200]).is_err());
    }

    #[test]
    fn no_word_stands_twice() {
        let all: std::collections::HashSet<&str> = WORDS.into_iter().collect();
        assert_eq!(all.len(), WORDS.len());
    }
}
