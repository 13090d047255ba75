//! The ways in which a document's number may be written.

use super::key::{Key, Keys, Strength};

/// All keys under which a document of this number is to be found.
pub fn keys_of_number(number: &str) -> Keys {
    let mut keys = Keys::new();
    keys.push(Key::of(number), Strength::Full);
    keys
}
