//! Numbers in what a payer writes.
//!
//! A *structured* reference carries its own check digits; it is found by the rules of its scheme, and the number in it is looked up. Everything
//! else is free text, where a document's number stands as the payer likes: with other signs between its pieces, without its letters,
//! its year or its zeros, broken by the end of a line, in a list or a range.
//!
//! So both sides are turned into [`Key`]s of 64 bits: a number into the few ways in which it may be written
//! ([`keys_of_number`]), a text into every join of neighbouring runs of letters and digits ([`keys_in_text`]). A number stands in a text when
//! they have a key in common, and the weaker of the two strengths says how surely. An index is a sorted column or a map of integers; no
//! text is compared with a million numbers, and nothing is allocated for a look-up.
//!
//! What could be anything (a date, an amount, a telephone number, four digits) gives keys of [`Strength::Weak`]: they help a match that
//! amount and payer speak for, and never make one. So do digits behind letters that are another series' ([`is_foreign`]).

mod checks;
mod doubt;
mod foreign;
mod key;
mod number;
mod runs;
mod series;
mod structured;
mod text;

pub use foreign::{is_foreign, is_said_of_another, letters_before};
pub use key::{Found, Key, Keys, Span, Strength};
pub use number::keys_of_number;
pub use series::RANGE_MAX;
pub use structured::{Scheme, Structured, carried_numbers, of_number, structured};
pub use text::{KEYS_MAX, has_number, keys_in_text};
