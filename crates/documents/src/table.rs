//! A table of values to hand over: what is shown on a list, or the lines of a document.

use kernel::{Date, Decimal, Money};

/// Columns and rows. `rows` may be an iterator, so that a long export never stands in memory as a whole.
#[derive(Debug, Clone)]
pub struct Table<R> {
    /// Name of the worksheet.
    pub title: String,
    /// The day the data is of; the file carries it as its date of creation.
    pub day: Date,
    pub columns: Vec<Column>,
    /// Each row has as many cells as there are columns; missing ones stay empty.
    pub rows: R,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub label: String,
    pub kind: ColumnKind,
}

/// Decides width and alignment; each cell says itself what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    Text,
    Number,
    Money,
    Date,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(Decimal),
    Money(Money),
    Date(Date),
}

impl Column {
    pub fn new(label: impl Into<String>, kind: ColumnKind) -> Column {
        Column { label: label.into(), kind }
    }
}

impl Cell {
    /// A text, or nothing.
    pub fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }
}

impl From<Money> for Cell {
    fn from(amount: Money) -> Cell {
        Cell::Money(amount)
    }
}

impl From<Date> for Cell {
    fn from(date: Date) -> Cell {
        Cell::Date(date)
    }
}

impl From<Decimal> for Cell {
    fn from(number: Decimal) -> Cell {
        Cell::Number(number)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// A document as values: what it says as a whole, and its lines.
pub(crate) struct Export {
    pub(crate) title: String,
    /// A word and its value, one below the other.
    pub(crate) summary: Vec<(String, Cell)>,
    pub(crate) lines: Table<Vec<Vec<Cell>>>,
}
