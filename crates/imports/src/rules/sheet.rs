//! Reading a file of rows: its bytes, its separator, its head.

use super::kind::Kind;
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
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    let (mut record, mut head, mut rows, mut inner_lines) = (csv::StringRecord::new(), None, Vec::new(), 0);
    while reader.read_record(&mut record).map_err(|_| Refusal::invalid("import_unreadable"))? {
        inner_lines += record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        let number = last_line(reader.position(), &text).saturating_sub(inner_lines);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(Columns { places, .. }) = &head else {
            head = Some(columns(&record, kind)?);
            continue;
        };
        if rows.len() == ROWS_MAX {
            return Err(Refusal::invalid("import_too_many_rows").with("max", number_of(ROWS_MAX)));
        }
        let cells = places.iter().filter_map(|(place, name)| {
            let text = record.get(*place)?;
            Some((*name, text.chars().take(CELL_MAX).collect()))
        });
        rows.push(Row { number, cells: cells.collect() });
    }
    let Columns { places, ignored } =
        head.filter(|_| !rows.is_empty()).ok_or_else(|| Refusal::invalid("import_empty"))?;
    Ok(Sheet { columns: places.into_iter().map(|(_, name)| name).collect(), ignored, rows })
}

/// The line on which the record that was read last ends. Blank lines are passed over without a record, so records do not tell.
fn last_line(next: &csv::Position, text: &str) -> usize {
    let line = usize::try_from(next.line()).unwrap_or(usize::MAX);
    let byte = usize::try_from(next.byte()).unwrap_or(usize::MAX);
    let is_over = byte > 0 && text.as_bytes().get(byte - 1) == Some(&b'\n');
    line - usize::from(is_over)
}

/// The head of a file.
struct Columns {
    /// Where a known column stands.
    places: Vec<(usize, &'static str)>,
    ignored: Vec<String>,
}

/// Which known column stands where.
fn columns(head: &csv::StringRecord, kind: Kind) -> Result<Columns, Refusal> {
    let (mut places, mut ignored): (Vec<(usize, &'static str)>, Vec<String>) = (Vec::new(), Vec::new());
    for (place, cell) in head.iter().enumerate() {
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
    Ok(Columns { places, ignored })
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
fn separator(text: &str) -> u8 {
    let line = text.trim_start().lines().next().unwrap_or("");
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in line.bytes() {
        is_quoted ^= byte == b'"';
        for (separator, count) in &mut counts {
            *count += usize::from(!is_quoted && byte == *separator);
        }
    }
    // Of several with the same count the first wins: a comma.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

fn number_of(n: usize) -> Arg {
    Arg::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
