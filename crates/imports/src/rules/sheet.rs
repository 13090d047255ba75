//! Reading a file of rows: its bytes, its separator, its head.

use super::kind::Kind;
use super::records::{Record, Records};
use encoding_rs::{Encoding, GB18030};
use kernel::{Arg, Refusal};

/// Rows of one file, the head not counted.
pub const ROWS_MAX: usize = 10_000;
/// Bytes of one file.
pub const BYTES_MAX: usize = 5 << 20;
/// Characters of one cell; no field of any slice takes more.
const CELL_MAX: usize = 2_000;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The columns that are known, in the file's order.
    pub columns: Vec<&'static str>,
    /// Heads that name no column; what stands under them is left out.
    pub ignored: Vec<String>,
    pub rows: Vec<Row>,
    /// Rows whose cells cannot be told from each other; the file is not taken in.
    pub torn: Vec<Torn>,
}

/// A row that was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Torn {
    /// As a spreadsheet counts: the head is row 1.
    pub number: usize,
    pub tear: Tear,
}

/// Why the cells of a row cannot be told from each other. To go by their places would read other money: `1,000.00` without
/// quotes in a file of commas is two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tear {
    /// Fewer cells than the head has names.
    TooFew { found: usize, wanted: usize },
    /// Something stands in a cell that the head has no name for.
    TooMany { found: usize, wanted: usize },
    /// A quote on this line, counted from 1, opens a cell and does not close it.
    OpenQuote { line: usize },
}

/// One row that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As a spreadsheet counts: the head is row 1.
    pub number: usize,
    cells: Vec<(&'static str, String)>,
}

impl Row {
    /// What stands in a column, without blanks around it; empty where there is no such column.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.iter().find(|(name, _)| *name == column).map_or("", |(_, text)| text.trim())
    }

    /// [`Row::cell`], where nothing means not given.
    pub fn given(&self, column: &str) -> Option<String> {
        Some(self.cell(column)).filter(|text| !text.is_empty()).map(str::to_owned)
    }
}

/// Reads a file: UTF-8 with or without a mark, UTF-16 with one, else GB18030; separated by commas, semicolons or tabs; quotes
/// as RFC 4180 has them. Blank rows are left out.
///
/// Refuses what is no text, has no rows or too many, lacks a column that is needed or has one twice.
pub fn read(bytes: &[u8], kind: Kind) -> Result<Sheet, Refusal> {
    let text = decode(bytes)?;
    let (mut head, mut rows, mut torn) = (None, Vec::new(), Vec::new());
    for (number, record) in (1..).zip(Records::of(&text, separator(&text))) {
        if record.open_quote.is_none() && is_blank(&record.cells) {
            continue;
        }
        let Some(columns) = &head else {
            head = Some(columns(&record, kind)?);
            continue;
        };
        if rows.len() + torn.len() == ROWS_MAX {
            return Err(Refusal::invalid("import_too_many_rows").with("max", number_of(ROWS_MAX)));
        }
        match tear(columns, &record) {
            Some(tear) => torn.push(Torn { number, tear }),
            None => rows.push(row(columns, number, &record.cells)),
        }
    }
    let is_empty = rows.is_empty() && torn.is_empty();
    let Columns { places, ignored, .. } = head.filter(|_| !is_empty).ok_or_else(|| Refusal::invalid("import_empty"))?;
    Ok(Sheet { columns: places.into_iter().map(|(_, name)| name).collect(), ignored, rows, torn })
}

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}

/// Why a row does not fit under its head. Blank cells behind the last name are no fault where the head has them too, as some
/// programs write; others are what is left of a row that was torn: `1,000.00,`.
fn tear(head: &Columns, record: &Record) -> Option<Tear> {
    let (found, wanted) = (record.cells.len(), head.width);
    match record.open_quote {
        Some(line) => Some(Tear::OpenQuote { line }),
        None if found < wanted => Some(Tear::TooFew { found, wanted }),
        None if found > head.cells || !is_blank(&record.cells[wanted..]) => Some(Tear::TooMany { found, wanted }),
        None => None,
    }
}

fn row(head: &Columns, number: usize, cells: &[String]) -> Row {
    let cell = |place: usize| cells.get(place).map_or_else(String::new, |text| text.chars().take(CELL_MAX).collect());
    Row { number, cells: head.places.iter().map(|(place, name)| (*name, cell(*place))).collect() }
}

/// The head of a file.
struct Columns {
    /// Where a known column stands.
    places: Vec<(usize, &'static str)>,
    ignored: Vec<String>,
    /// Cells up to the last that has a name, known or not.
    width: usize,
    /// All cells, blank ones too.
    cells: usize,
}

/// Which known column stands where.
fn columns(head: &Record, kind: Kind) -> Result<Columns, Refusal> {
    if head.open_quote.is_some() {
        return Err(Refusal::invalid("import_unreadable"));
    }
    let (mut places, mut ignored): (Vec<(usize, &'static str)>, Vec<String>) = (Vec::new(), Vec::new());
    for (place, cell) in head.cells.iter().enumerate() {
        match kind.columns().iter().find(|column| column.is_called(cell)) {
            None if cell.trim().is_empty() => {}
            None => ignored.push(cell.trim().chars().take(60).collect()),
            Some(column) if places.iter().any(|(_, name)| *name == column.name) => {
                return Err(Refusal::invalid("import_column_twice").with("column", column.name));
            }
            Some(column) => places.push((place, column.name)),
        }
    }
    let missing = kind.columns().iter().find(|c| c.is_required && !places.iter().any(|(_, name)| *name == c.name));
    if let Some(column) = missing {
        return Err(Refusal::invalid("import_column_missing").with("column", column.name));
    }
    let width = head.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
    Ok(Columns { places, ignored, width, cells: head.cells.len() })
}

/// The text of a file, whatever program wrote it; refuses what is none, and what is too large.
pub fn decode(bytes: &[u8]) -> Result<String, Refusal> {
    if bytes.len() > BYTES_MAX {
        return Err(Refusal::new(kernel::RefusalKind::TooLarge, "import_too_large"));
    }
    let decoded = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.into()),
            Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(bytes),
        },
    };
    let text = decoded.filter(|text| !text.contains('\0'));
    Ok(text.ok_or_else(|| Refusal::invalid("import_not_text"))?.into_owned())
}

/// The separator that the first line has most of, outside of quotes.
fn separator(text: &str) -> char {
    let line = text.trim_start().lines().next().unwrap_or("");
    let mut counts = [(',', 0_usize), (';', 0), ('\t', 0)];
    let mut is_quoted = false;
    for c in line.chars() {
        is_quoted ^= c == '"';
        for (separator, count) in &mut counts {
            *count += usize::from(!is_quoted && c == *separator);
        }
    }
    // Of several with the same count the first wins: a comma.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(separator, _)| separator)
}

fn number_of(n: usize) -> Arg {
    Arg::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
