//! The keys that stand in a text.

use super::key::{Found, Key, Span, Strength};

/// Adds all keys that stand in a text.
pub fn keys_in_text(text: &str, out: &mut Vec<Found>) {
    let mut start = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let span = Span { start, end: start + word.len() };
        if word.bytes().any(|b| b.is_ascii_digit()) {
            out.push(Found { key: Key::of(word), strength: Strength::Full, span });
        }
        start = span.end;
    }
}
