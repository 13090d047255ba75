//! How far back is looked for what was left behind.

use jiff::SignedDuration;
use kernel::Id;

/// Where a look for rows begins that something was not done with yet, as a seal or a number. Ids ascend with time, but a row
/// that waited long for its commit shows up after younger ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// From the newest row on that it was done with: what a moment brought.
    New,
    /// From ten seconds before that: what waited long for its commit.
    Recent,
    /// All of them: what a clock that jumped left behind.
    All,
}

const RECENT: SignedDuration = SignedDuration::from_secs(10);

impl Reach {
    /// The first id to look at. `newest`: the newest that it was done with.
    pub fn begin<K>(self, newest: Option<Id<K>>) -> Id<K> {
        match (self, newest) {
            (Reach::New, Some(id)) => id,
            (Reach::Recent, Some(id)) => id.earlier(RECENT),
            _ => Id::NIL,
        }
    }
}
