//! One statement for each account and currency of a table.
//!
//! A file of several is read once for each of them, so that their rows may stand in any order and none is held: the first reading is
//! of the account and currency that come first, and notes the others.

use crate::note::{Fault, Note};
use crate::piece::{Balance, Closing, Line, Opening, Piece};
use crate::reader::Reader;
use crate::table::rows::{Content, Row, Rows};
use kernel::{Currency, Date, Money};
use std::collections::VecDeque;
use std::sync::Arc;

/// More accounts and currencies than a file is read for.
const STATEMENTS_MAX: usize = 64;

/// Makes lines of rows.
pub(crate) trait Dialect: Send {
    /// Forgets what was read, for the next reading of the file.
    fn restart(&mut self);

    /// What a row says.
    fn take(&mut self, row: &mut Row, found: &mut Found) -> Result<(), Fault>;

    /// What the file as a whole says, behind its last row.
    fn end(&mut self, found: &mut Found) -> Result<(), Fault>;
}

/// What was found in a row: lines of one account.
#[derive(Default)]
pub(crate) struct Found {
    pub account: Option<Arc<str>>,
    pub lines: Vec<Line>,
    /// What stood on the account behind the row.
    pub balance: Option<Money>,
    pub warnings: Vec<Note>,
    /// Of a file without a line: in which currency it is.
    pub currency: Option<Currency>,
}

type Key = (Option<Arc<str>>, Currency);

pub(crate) struct Split<D> {
    content: Content,
    delimiter: u8,
    rows: Rows,
    row: Row,
    dialect: D,
    found: Found,
    /// In the order in which they were met; the statement that is read now.
    keys: Vec<Key>,
    current: usize,
    is_open: bool,
    chain: Chain,
    notes: Notes,
    ready: VecDeque<Piece>,
}

impl<D: Dialect> Split<D> {
    pub fn read(content: Content, delimiter: u8, dialect: D) -> Result<Split<D>, Fault> {
        let rows = content.rows(delimiter)?;
        let mut notes = Notes::default();
        if let Content::Cells(cells) = &content {
            let left_out = cells.left_out.iter().map(|name| Note::of("sheet_left_out").with("sheet", name));
            notes.take(&mut left_out.collect(), 0);
        }
        Ok(Split {
            content,
            delimiter,
            rows,
            row: Row::default(),
            dialect,
            found: Found::default(),
            keys: Vec::new(),
            current: 0,
            is_open: false,
            chain: Chain::default(),
            notes,
            ready: VecDeque::new(),
        })
    }

    /// Gives out what a row said, where it is of the statement that is read now.
    fn sort(&mut self) -> Result<(), Fault> {
        let Some(line) = self.found.lines.first() else {
            if self.current == 0 {
                self.notes.take(&mut self.found.warnings, self.row.place);
            }
            self.found.warnings.clear();
            return Ok(());
        };
        let currency = line.amount.currency();
        let is_of = |(account, known): &Key| *known == currency && *account == self.found.account;
        if !self.keys.get(self.current).is_some_and(is_of) {
            if !self.keys.iter().any(is_of) {
                if self.keys.len() == STATEMENTS_MAX {
                    return Err(Fault::at(line.place, Note::of("too_many").with("what", "accounts")));
                }
                self.keys.push((self.found.account.clone(), currency));
            }
            if !self.keys.get(self.current).is_some_and(is_of) {
                self.found.lines.clear();
                self.found.warnings.clear();
                return Ok(());
            }
        }
        self.open(Some(currency));
        self.notes.take(&mut self.found.warnings, self.row.place);
        self.chain.take(&self.found.lines, self.found.balance);
        self.ready.extend(self.found.lines.drain(..).map(|line| Piece::Line(Box::new(line))));
        Ok(())
    }

    fn open(&mut self, currency: Option<Currency>) {
        if !std::mem::replace(&mut self.is_open, true) {
            let account = self.found.account.as_deref().map(str::to_owned);
            self.ready.push_back(Piece::Opens(Opening { account, currency, ..Opening::default() }));
        }
    }

    /// What a sheet, or a file, says as a whole.
    fn end(&mut self) -> Result<(), Fault> {
        self.dialect.end(&mut self.found)?;
        if self.current == 0 {
            self.notes.take(&mut self.found.warnings, self.row.place);
        }
        self.found.warnings.clear();
        Ok(())
    }

    /// Closes a statement; false where it was the last.
    fn close(&mut self) -> Result<bool, Fault> {
        self.end()?;
        // A file without a movement is a statement too.
        self.open(self.found.currency);
        let mut closing = std::mem::take(&mut self.chain).closing();
        closing.warnings.extend(std::mem::take(&mut self.notes).warnings());
        self.ready.push_back(Piece::Closes(closing));
        self.current += 1;
        self.is_open = false;
        if self.current >= self.keys.len() {
            return Ok(false);
        }
        self.found = Found::default();
        self.dialect.restart();
        self.rows = self.content.rows(self.delimiter)?;
        Ok(true)
    }
}

impl<D: Dialect> Reader for Split<D> {
    fn step(&mut self) -> Result<bool, Fault> {
        if !self.rows.next(&mut self.row)? {
            return self.close();
        }
        if self.row.begins_sheet {
            self.end()?;
            self.dialect.restart();
        }
        self.found.balance = None;
        self.dialect.take(&mut self.row, &mut self.found)?;
        self.sort()?;
        Ok(true)
    }

    fn at_hand(&mut self) -> &mut VecDeque<Piece> {
        &mut self.ready
    }
}

/// The running balance of a statement, checked in both directions since files begin with the oldest row or with the newest.
#[derive(Default)]
struct Chain {
    currency: Option<Currency>,
    first_day: Option<Date>,
    last_day: Option<Date>,
    newest: Option<Date>,
    /// The first balance; the lines before it, without those of its row; and with them.
    first: Option<(i128, i128, i128)>,
    /// The last balance, and the lines behind it: without those of its row, and with them.
    last: Option<(i128, i128, i128)>,
    moved: i128,
    /// Where the balance does not follow, going down from the oldest row, and from the newest: how often, and where first.
    oldest_first: Breaks,
    newest_first: Breaks,
}

#[derive(Default)]
struct Breaks {
    count: u64,
    place: u64,
}

impl Breaks {
    fn note(&mut self, is_break: bool, place: u64) {
        if is_break {
            self.count += 1;
            if self.count == 1 {
                self.place = place;
            }
        }
    }
}

impl Chain {
    /// Takes the lines of a row and what stood on the account behind them.
    fn take(&mut self, lines: &[Line], balance: Option<Money>) {
        let Some(line) = lines.first() else { return };
        let day = line.booked_on.or(line.value_on);
        self.currency = Some(line.amount.currency());
        self.first_day = self.first_day.or(day);
        self.last_day = day.or(self.last_day);
        self.newest = self.newest.max(day);
        let moved: i128 = lines.iter().map(|line| i128::from(line.amount.minor())).sum();
        if let Some(balance) = balance.map(|balance| i128::from(balance.minor())) {
            if let Some((before, behind, with)) = self.last {
                self.oldest_first.note(before + behind + moved != balance, line.place);
                self.newest_first.note(before - with != balance, line.place);
            } else {
                self.first = Some((balance, self.moved, self.moved + moved));
            }
            self.last = Some((balance, 0, moved));
        } else if let Some((_, behind, with)) = &mut self.last {
            *behind += moved;
            *with += moved;
        }
        self.moved += moved;
    }

    fn closing(self) -> Closing {
        let mut closing = Closing::default();
        let (Some(currency), Some(first), Some(last)) = (self.currency, self.first, self.last) else { return closing };
        let is_newest_first = match self.oldest_first.count.cmp(&self.newest_first.count) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => self.first_day > self.last_day,
        };
        let (from, to, breaks) = if is_newest_first {
            (last.0 - last.2, first.0 + first.1, self.newest_first)
        } else {
            (first.0 - first.2, last.0 + last.1, self.oldest_first)
        };
        let balance = |minor: i128, date| {
            i64::try_from(minor).ok().map(|minor| Balance { amount: Money::new(minor, currency), date })
        };
        closing.opening = balance(from, None);
        closing.closing = balance(to, self.newest);
        if breaks.count > 0 {
            closing.warnings.push(
                Note::of("balance_breaks").with("line", breaks.place).with("more", breaks.count.saturating_sub(1)),
            );
        }
        closing
    }
}

/// Warnings of rows, each kind once, with the first and a count: a file may have a million of them.
#[derive(Default)]
struct Notes(Vec<Counted>);

struct Counted {
    first: Note,
    place: u64,
    count: u64,
}

impl Notes {
    fn take(&mut self, warnings: &mut Vec<Note>, place: u64) {
        for note in warnings.drain(..) {
            match self.0.iter_mut().find(|known| known.first.code == note.code) {
                Some(known) => known.count += 1,
                None => self.0.push(Counted { first: note, place, count: 1 }),
            }
        }
    }

    fn warnings(self) -> impl Iterator<Item = Note> {
        self.0.into_iter().map(|Counted { first, place, count }| first.with("line", place).with("more", count - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of (amount, balance); what the statement opens and closes with, and its warnings.
    fn closed(days: &[&str], rows: &[(i64, Option<i64>)]) -> (Option<i64>, Option<i64>, usize) {
        let mut chain = Chain::default();
        for (at, (moved, balance)) in rows.iter().enumerate() {
            let mut line = Line::of(at as u64 + 1, Money::new(*moved, Currency::CNY));
            line.booked_on = days.get(at).map(|day| day.parse().unwrap());
            chain.take(&[line], balance.map(|minor| Money::new(minor, Currency::CNY)));
        }
        let closing = chain.closing();
        let minor = |balance: Option<Balance>| balance.map(|balance| balance.amount.minor());
        (minor(closing.opening), minor(closing.closing), closing.warnings.len())
    }

    #[test]
    fn balances_run_either_way() {
        let (up, down) = (["2026-01-01", "2026-01-02", "2026-01-03"], ["2026-01-03", "2026-01-02", "2026-01-01"]);
        for (days, rows, told) in [
            (up, vec![(10, Some(110)), (-5, Some(105)), (20, Some(125))], (Some(100), Some(125), 0)),
            (down, vec![(20, Some(125)), (-5, Some(105)), (10, Some(110))], (Some(100), Some(125), 0)),
            // Rows without a balance.
            (up, vec![(10, None), (-5, Some(105)), (20, None)], (Some(100), Some(125), 0)),
            (down, vec![(20, None), (-5, Some(105)), (10, None)], (Some(100), Some(125), 0)),
            (up, vec![(10, Some(110)), (-5, None), (20, Some(125))], (Some(100), Some(125), 0)),
            (down, vec![(20, Some(125)), (-5, None), (10, Some(110))], (Some(100), Some(125), 0)),
            (up, vec![(10, Some(110)), (-5, Some(104)), (20, Some(124))], (Some(100), Some(124), 1)),
            (up, vec![(10, None), (-5, None), (20, None)], (None, None, 0)),
        ] {
            assert_eq!(closed(&days, &rows), told, "{rows:?}");
        }
        assert_eq!(closed(&[], &[]), (None, None, 0));
    }
}
