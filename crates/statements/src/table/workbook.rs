//! The rows of a workbook, XLSX or the older XLS, which are held whole and so are bounded.
//!
//! Whoever makes a file may lie about what is in it: how far it unpacks is measured, and how much its cells come to is counted, before
//! the reader of workbooks sees it.

use crate::note::{Fault, Note};
use crate::source::{Input, unread};
use crate::table::biff;
use crate::table::rows::{Cells, Row};
use calamine::{Data, DataRef, ExcelDateTime, Reader, Xls, Xlsx};
use std::io::{self, Cursor, Read, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zip::ZipArchive;

/// The largest workbook, packed and unpacked, and the text that its cells may come to.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;
const TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;
const PARTS_MAX: usize = 10_000;
/// The most rows, of a sheet and of all that are read; and the columns that are looked at.
const ROWS_MAX: usize = 250_000;
const COLUMNS_MAX: u32 = 512;

/// Which kind of workbook a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Xlsx,
    Xls,
}

impl Kind {
    /// By how the file begins; an archive is a workbook where it has a part of one.
    pub fn of(head: &[u8]) -> Option<Kind> {
        let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
        if head.starts_with(b"PK\x03\x04") && (has(b"[Content_Types].xml") || has(b"xl/") || has(b"docProps/")) {
            Some(Kind::Xlsx)
        } else if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            Some(Kind::Xls)
        } else {
            None
        }
    }
}

/// The rows of the first sheet that is a table, as `header` finds one, and of all others with the same header; of the first sheet that
/// has any where none is a table.
pub(crate) fn cells(mut input: impl Input, kind: Kind, header: impl Fn(&[Row]) -> Header) -> Result<Cells, Fault> {
    input.seek(SeekFrom::Start(0)).map_err(unread)?;
    let mut bytes = Vec::new();
    input.by_ref().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Fault::whole("workbook_too_much"));
    }
    match kind {
        Kind::Xlsx => unpacks(&bytes)?,
        Kind::Xls => biff::check(&bytes)?,
    }
    // The reader of workbooks has been found to panic on broken ones.
    let read = catch_unwind(AssertUnwindSafe(|| match kind {
        Kind::Xlsx => xlsx(bytes, header),
        Kind::Xls => xls(bytes, header),
    }));
    read.unwrap_or_else(|_| Err(Fault::whole("workbook_torn")))
}

fn broken(error: impl std::fmt::Display) -> Fault {
    Fault::whole(Note::of("workbook_broken").with("error", error))
}

/// Unpacks all of an archive into nowhere.
fn unpacks(bytes: &[u8]) -> Result<(), Fault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > PARTS_MAX {
        return Err(Fault::whole("workbook_too_much"));
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(broken)?;
        let size = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(broken)?;
        left = left.checked_sub(size).ok_or_else(|| Fault::whole("workbook_too_much"))?;
    }
    Ok(())
}

fn xlsx(bytes: Vec<u8>, header: impl Fn(&[Row]) -> Header) -> Result<Cells, Fault> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut sheets = Sheets::default();
    for name in book.sheet_names() {
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        let mut sheet = Sheet::default();
        while let Some(cell) = cells.next_cell().map_err(broken)? {
            let (row, column) = cell.get_position();
            match cell.get_value() {
                DataRef::Empty | DataRef::Error(_) => {}
                DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                    sheet.put(row, column, text)?;
                }
                DataRef::SharedString(text) => sheet.put(row, column, text)?,
                DataRef::Float(value) => sheet.put(row, column, &digits(*value))?,
                DataRef::Int(value) => sheet.put(row, column, &value.to_string())?,
                DataRef::Bool(value) => sheet.put(row, column, &value.to_string())?,
                DataRef::DateTime(at) => sheet.put(row, column, &moment(at))?,
            }
        }
        sheets.take(name, sheet, &header)?;
    }
    sheets.done()
}

fn xls(bytes: Vec<u8>, header: impl Fn(&[Row]) -> Header) -> Result<Cells, Fault> {
    let mut book = Xls::new(Cursor::new(bytes)).map_err(broken)?;
    let mut sheets = Sheets::default();
    for name in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&name) else { continue };
        let (top, left) = range.start().unwrap_or_default();
        let mut sheet = Sheet::default();
        for (row, column, value) in range.used_cells() {
            let at =
                |from: u32, steps: usize| u32::try_from(steps).map_or(u32::MAX, |steps| from.saturating_add(steps));
            let (row, column) = (at(top, row), at(left, column));
            match value {
                Data::Empty | Data::Error(_) => {}
                Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                    sheet.put(row, column, text)?
                }
                Data::Float(value) => sheet.put(row, column, &digits(*value))?,
                Data::Int(value) => sheet.put(row, column, &value.to_string())?,
                Data::Bool(value) => sheet.put(row, column, &value.to_string())?,
                Data::DateTime(at) => sheet.put(row, column, &moment(at))?,
            }
        }
        sheets.take(name, sheet, &header)?;
    }
    sheets.done()
}

/// The cells of a table's header; nothing where rows are no table.
type Header = Option<Vec<String>>;

/// The sheets of a workbook that were read so far.
#[derive(Default)]
struct Sheets {
    cells: Cells,
    /// Of the sheets that are read; nothing until one is a table.
    header: Header,
    bytes: usize,
    /// The first that is none.
    other: Option<Vec<Row>>,
}

impl Sheets {
    fn take(&mut self, name: String, sheet: Sheet, header: impl Fn(&[Row]) -> Header) -> Result<(), Fault> {
        let (bytes, mut rows) = (sheet.bytes, sheet.rows());
        let own = header(&rows);
        let is_same = own.is_some() && self.header.as_ref().is_none_or(|known| is_same(known, own.as_deref()));
        if is_same {
            self.bytes += bytes;
            if self.cells.rows.len() + rows.len() > ROWS_MAX || self.bytes > TEXT_BYTES_MAX {
                return Err(Fault::whole("workbook_too_much"));
            }
            if let Some(first) = rows.first_mut() {
                first.begins_sheet = self.header.is_some();
            }
            self.header = self.header.take().or(own);
            self.cells.rows.append(&mut rows);
        } else if own.is_some() {
            self.cells.left_out.push(name);
        } else if self.other.is_none() && !rows.is_empty() {
            self.other = Some(rows);
        }
        Ok(())
    }

    fn done(self) -> Result<Cells, Fault> {
        if self.header.is_some() {
            return Ok(self.cells);
        }
        let rows = self.other.ok_or_else(|| Fault::whole("workbook_empty"))?;
        Ok(Cells { rows, ..Cells::default() })
    }
}

/// Whether two sheets name their columns alike; without a name nobody knows.
fn is_same(known: &[String], own: Option<&[String]>) -> bool {
    let named = |header: &[String]| header.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    let (end, own) = (named(known), own.unwrap_or_default());
    end > 0 && known[..end] == own[..named(own)]
}

/// The cells of a sheet on their way into rows; they come row by row, and gaps are empty cells.
#[derive(Default)]
struct Sheet {
    rows: Vec<Row>,
    bytes: usize,
}

impl Sheet {
    fn put(&mut self, row: u32, column: u32, text: &str) -> Result<(), Fault> {
        if column >= COLUMNS_MAX || text.is_empty() {
            return Ok(());
        }
        let place = u64::from(row) + 1;
        if self.rows.last().is_none_or(|last| last.place != place) {
            if self.rows.len() == ROWS_MAX {
                return Err(Fault::at(place, "workbook_too_much"));
            }
            self.rows.push(Row { place, ..Row::default() });
        }
        self.bytes += text.len();
        if self.bytes > TEXT_BYTES_MAX {
            return Err(Fault::at(place, "workbook_too_much"));
        }
        let Some(last) = self.rows.last_mut() else { return Ok(()) };
        while last.cells.len() < usize::try_from(column).unwrap_or(0) {
            last.cells.push_field("");
        }
        last.cells.push_field(text);
        Ok(())
    }

    fn rows(mut self) -> Vec<Row> {
        for row in &mut self.rows {
            row.raw = row.cells.iter().collect::<Vec<_>>().join("\t");
        }
        self.rows
    }
}

/// A number as it is shown, in digits: fifteen are what a spreadsheet keeps of one, the rest is noise of binary fractions.
fn digits(value: f64) -> String {
    let written = format!("{value:.14e}");
    let shifted =
        written.split_once('e').and_then(|(mantissa, exponent)| Some((mantissa, exponent.parse::<i32>().ok()?)));
    let Some((mantissa, exponent @ -20..=20)) = shifted else { return written };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let Ok(whole) = usize::try_from(exponent + 1) else {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0));
        return format!("{sign}0.{zeros}{digits}");
    };
    match digits {
        "" => "0".to_owned(),
        _ if whole == 0 => format!("{sign}0.{digits}"),
        _ if digits.len() <= whole => format!("{sign}{digits:0<whole$}"),
        _ => format!("{sign}{}.{}", &digits[..whole], &digits[whole..]),
    }
}

/// A day, with its time where it has one; the time alone where it is no day.
fn moment(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if at.is_duration() || year < 1901 {
        time
    } else if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {time}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn numbers_are_digits() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (12.5, "12.5"),
            (-3.9, "-3.9"),
            (0.1, "0.1"),
            (1_234.560_000_000_000_2, "1234.56"),
            (8_000.1, "8000.1"),
            (0.001, "0.001"),
            (1e6, "1000000"),
            (20_240_101.0, "20240101"),
            (4.35, "4.35"),
            (99_999_999.99, "99999999.99"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(digits(value), text);
        }
    }

    fn archive(name: &str, bytes: usize) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file::<&str, ()>(name, zip::write::FileOptions::default()).unwrap();
        let block = vec![b' '; 1024 * 1024];
        for _ in 0..bytes / block.len() {
            writer.write_all(&block).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn what_unpacks_too_far_is_refused() {
        let bomb = archive("xl/worksheets/sheet1.xml", 66 * 1024 * 1024);
        assert!(bomb.len() < 200_000);
        let fault = cells(Cursor::new(bomb), Kind::Xlsx, |_| None).unwrap_err();
        assert_eq!(fault.reason.code, "workbook_too_much", "{fault}");
        assert!(cells(Cursor::new(archive("xl/a", 1024)), Kind::Xlsx, |_| None).is_err());
    }
}
