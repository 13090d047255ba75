//! Which part of a list is read: from a row on, forwards or back, in an order that an index has.

use kernel::Id;
use kernel::id::EventId;

/// The row beside which a part begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub id: [u8; 16],
    /// What the list is sorted by, as text; empty where that is the id.
    pub key: String,
    /// Where it stood in the list when it was shown, from 1; 0 where nobody counted.
    pub nth: i64,
}

/// A part of a list. Lists come newest first, in the order of ids, where nothing else is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The column that it is sorted by; `None` for the ids.
    pub by: Option<&'static str>,
    /// Small values first.
    pub rising: bool,
    pub from: Option<Place>,
    /// What stands before `from` instead of behind it.
    pub back: bool,
    /// Rows to read; one more than is shown tells whether there is more.
    pub limit: i64,
}

impl Part {
    /// Up to `limit` rows before `before`, newest first.
    pub fn newest<K>(before: Option<Id<K>>, limit: i64) -> Part {
        let from = before.map(|id| Place { id: *id.bytes(), key: String::new(), nth: 0 });
        Part { by: None, rising: false, from, back: false, limit }
    }

    /// Whether rows are read from small to large.
    pub fn reads_up(&self) -> bool {
        self.rising != self.back
    }

    /// The id that reading begins beside, of whatever kind.
    pub fn id(&self) -> Option<EventId> {
        self.from.as_ref().map(|place| EventId::from_bytes(place.id))
    }

    /// The value that reading begins beside, where the list is sorted by one.
    pub fn key(&self) -> Option<&str> {
        self.from.as_ref().map(|place| place.key.as_str())
    }

    /// What was read, in the order of the list.
    pub fn in_order<R>(&self, mut read: Vec<R>) -> Vec<R> {
        if self.back {
            read.reverse();
        }
        read
    }
}

/// Sorts a boxed statement by an id, and begins it beside the part's place.
#[macro_export]
macro_rules! by_id {
    ($query:expr, $part:expr, $id:expr) => {
        match ($part.reads_up(), $part.id()) {
            (true, None) => $query.order($id.asc()),
            (true, Some(id)) => $query.order($id.asc()).filter($id.gt(id)),
            (false, None) => $query.order($id.desc()),
            (false, Some(id)) => $query.order($id.desc()).filter($id.lt(id)),
        }
    };
}

/// Sorts a boxed statement by a column that several rows may share, then by their ids, and begins it beside `$place`: the value
/// and the id there. The first condition is the index's, the second keeps the place among equals.
#[macro_export]
macro_rules! by_key {
    ($query:expr, $part:expr, $key:expr, $id:expr, $place:expr) => {
        match ($part.reads_up(), $place) {
            (true, None) => $query.order(($key.asc(), $id.asc())),
            (true, Some((key, id))) => {
                $query.order(($key.asc(), $id.asc())).filter($key.ge(key.clone())).filter($key.gt(key).or($id.gt(id)))
            }
            (false, None) => $query.order(($key.desc(), $id.desc())),
            (false, Some((key, id))) => {
                $query.order(($key.desc(), $id.desc())).filter($key.le(key.clone())).filter($key.lt(key).or($id.lt(id)))
            }
        }
    };
}

/// Sorts a boxed statement by a number that no two rows share and some have not, which are left out, and begins it beside the
/// part's place.
#[macro_export]
macro_rules! by_number {
    ($query:expr, $part:expr, $number:expr) => {{
        let query = $query.filter($number.is_not_null());
        match ($part.reads_up(), $part.key().map(ToOwned::to_owned)) {
            (true, None) => query.order($number.asc()),
            (true, Some(number)) => query.order($number.asc()).filter($number.gt(number)),
            (false, None) => query.order($number.desc()),
            (false, Some(number)) => query.order($number.desc()).filter($number.lt(number)),
        }
    }};
}

/// How many rows a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    Exactly(i64),
    /// More than so many, which is where counting ends.
    MoreThan(i64),
    /// No index tells.
    Unknown,
}

impl Total {
    /// Rows that are counted at most.
    pub const COUNTED_MAX: i64 = 5_000;

    /// From the number of rows that a statement limited to one more than [`Total::COUNTED_MAX`] gave.
    pub fn counted(rows: usize) -> Total {
        match i64::try_from(rows) {
            Ok(rows) if rows <= Total::COUNTED_MAX => Total::Exactly(rows),
            _ => Total::MoreThan(Total::COUNTED_MAX),
        }
    }
}
