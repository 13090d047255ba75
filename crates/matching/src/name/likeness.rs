//! How alike two names are.

use super::normal::Name;

/// How alike two names are, least first; each can be told to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// Nothing speaks for one party.
    Different,
    /// Alike but for a word that tells companies apart: branch, place, number, direction, group, legal form. Never to be taken for the same.
    Sister,
    /// A slip of the pen in a long name.
    Close,
    /// One is the other, cut off where banks cut: at 27, 35 or 70 characters.
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
    if !a.is_empty() && a.flat() == b.flat() { Likeness::Same } else { Likeness::Different }
}
