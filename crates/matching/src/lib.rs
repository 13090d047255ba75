//! What a line of a bank statement means: values in, proposals out.
//!
//! Vocabulary: a *reference* is a number that was meant to be found again; a *name* is who paid, as the bank has it; an *item* is an
//! invoice with something open; an *entry* is what the books have on the account that no line was matched with yet; a *candidate* is
//! one answer to what a line is, with its *reasons* and a *score*: how often such a candidate was right, in thousandths. Invariants:
//! candidates never take more than is open; two that are as good as each other are *tied*, and a tied proposal is never sure. No
//! database, no clock, no SQL: the tables of cases, the generated months and the measure of speed drive the very code that decides.

mod books;
mod candidate;
mod evidence;
mod lookup;
mod matcher;
pub mod name;
pub mod reference;
mod rule;
mod score;
mod sums;
mod together;

pub use books::{Books, Entry, Item, Line, Parties, Party};
pub use candidate::{Candidate, Difference, DifferenceKind, Proposal, Reason, Tier};
pub use matcher::{Heard, Listener, Matcher, SEEN_FROM, TIE};
pub use rule::{Action, Condition, Direction, Rule};
pub use score::confidence;
pub use together::{Together, Waiting, Whole};
