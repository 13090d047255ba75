//! A statement while it is read: its lines until there are enough to be compared.

use crate::said::day_of;
use kernel::id::StatementId;
use kernel::{Currency, Date};
use matching::Heard;
use statements::{Line, Opening};

/// Lines that are kept in one transaction.
pub(crate) const TOGETHER: usize = 1000;
/// Lines that are put in the order of their days before they are compared, where the file does not have them in it.
const ORDERED: usize = 50_000;

/// A statement that is being read.
pub(crate) struct Current {
    pub opening: Opening,
    pub currency: Option<Currency>,
    pub id: Option<StatementId>,
    lines: Vec<(Box<Line>, Heard)>,
    /// The day of the line that came last, while each came no earlier than the one before: a file that is in order needs no putting.
    last: Option<Date>,
    pub days: Option<(Date, Date)>,
    pub new: i64,
    pub known: i64,
}

impl Current {
    pub fn of(opening: Opening) -> Current {
        let currency = opening.currency;
        let (lines, last) = (Vec::new(), Some(Date::MIN));
        Current { opening, currency, id: None, lines, last, days: None, new: 0, known: 0 }
    }

    /// Takes a line; says whether there are enough to be compared.
    pub fn take(&mut self, line: Box<Line>, heard: Heard) -> bool {
        self.currency.get_or_insert(line.amount.currency());
        self.last = self.last.zip(day_of(&line)).filter(|(last, on)| last <= on).map(|(_, on)| on);
        self.lines.push((line, heard));
        self.lines.len() >= if self.last.is_some() { TOGETHER } else { ORDERED }
    }

    /// The lines that were taken, in the order of their days.
    pub fn in_order(&mut self) -> Vec<(Box<Line>, Heard)> {
        let mut lines = std::mem::take(&mut self.lines);
        if self.last.is_none() {
            lines.sort_by_key(|(line, _)| day_of(line));
        }
        lines
    }
}
