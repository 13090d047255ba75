//! Who paid, as the bank has it.
//!
//! A [`Name`] is read once into words, and every word into what it says: the name itself (`远航`), a general word (`贸易`, *trading*), a
//! place, a mark by which companies of one house differ (`分公司`, *Nord*, `2`), a legal form, or nothing. Chinese has no blanks, so its
//! words are found in the table; what stands between them is the name. Accents, case, width and traditional characters are folded
//! away, and `ü` is both `ue` and `u`.
//!
//! [`likeness`] compares two names and answers with a reason rather than a number, since a person has to be told why. The order of the
//! reasons is the order of trust. What tells sister companies apart is looked at before anything loose is: names that differ in a mark, a
//! place or a legal form are [`Likeness::Sister`] at best, however alike the rest.
//!
//! Across scripts names meet by sound: characters as pinyin, general words and places in one language, so that
//! *Shanghai Yuanhang Trading Co., Ltd.*, *SHANGHAI YUAN HANG MAOYI* and `上海远航贸易有限公司` are one. Two names in Chinese never meet by sound: `远航`
//! and `源航` are two companies.
//!
//! An [`Index`] holds the names of all parties under hashes, and gives every party that is equally alike: a tie is an answer too.

mod fold;
mod glance;
mod index;
mod likeness;
mod normal;
mod table;

pub(crate) use fold::folded;
pub use index::Index;
pub use likeness::{Likeness, likeness};
pub use normal::Name;
