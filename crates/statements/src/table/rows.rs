//! The rows of a table: of a text as it streams by, or of a workbook that is held.

use crate::note::Fault;
use crate::source::{Encoding, Input, unread};
use crate::table::cell::clean;
use csv::StringRecord;
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// No row of a text is longer; a quote that nothing closes would swallow the file.
const ROW_BYTES_MAX: usize = 1024 * 1024;

const BUFFER_BYTES: usize = 64 * 1024;

/// A row as it stands in the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// The line of a text or the row of a sheet, counted from one.
    pub place: u64,
    /// Word for word; of a workbook its cells with TABs between.
    pub raw: String,
    pub cells: StringRecord,
    /// A further sheet of a workbook begins with it: what stands above its rows is of that sheet.
    pub begins_sheet: bool,
}

impl Row {
    /// What stands in a cell; nothing where the row is shorter.
    pub fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", clean)
    }

    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| clean(cell).is_empty())
    }
}

/// The rows of a workbook.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub rows: Vec<Row>,
    /// The names of sheets that look like tables too, and are not among them.
    pub left_out: Vec<String>,
}

/// A file whose rows can be read from the beginning as often as it takes.
#[derive(Clone)]
pub(crate) enum Content {
    Text { input: Arc<Mutex<Box<dyn Input>>>, encoding: Encoding },
    Cells(Arc<Cells>),
}

impl Content {
    pub fn of(input: Box<dyn Input>, encoding: Encoding) -> Content {
        Content::Text { input: Arc::new(Mutex::new(input)), encoding }
    }

    /// Its rows from the beginning; nobody else may be reading it.
    pub fn rows(&self, delimiter: u8) -> Result<Rows, Fault> {
        match self {
            Content::Cells(cells) => Ok(Rows::Cells { cells: Arc::clone(cells), next: 0 }),
            Content::Text { input, encoding } => {
                input.lock().unwrap_or_else(PoisonError::into_inner).seek(SeekFrom::Start(0)).map_err(unread)?;
                Ok(Rows::Text(Box::new(Text::read(Shared(Arc::clone(input)), encoding, delimiter))))
            }
        }
    }
}

/// A file that is given back to be read again.
pub(crate) struct Shared(Arc<Mutex<Box<dyn Input>>>);

impl Shared {
    pub fn of(input: Arc<Mutex<Box<dyn Input>>>) -> Shared {
        Shared(input)
    }
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read(buffer)
    }
}

pub(crate) enum Rows {
    Text(Box<Text>),
    Cells { cells: Arc<Cells>, next: usize },
}

impl Rows {
    /// Reads the next row into one that is at hand; false at the end.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, Fault> {
        match self {
            Rows::Text(text) => text.next(row),
            Rows::Cells { cells, next } => {
                let Some(found) = cells.rows.get(*next) else { return Ok(false) };
                row.clone_from(found);
                *next += 1;
                Ok(true)
            }
        }
    }
}

/// The rows of a text with cells between delimiters.
pub(crate) struct Text {
    reader: csv::Reader<Kept<Box<dyn Read + Send>>>,
    delimiter: u8,
}

impl Text {
    fn read(input: impl Read + Send + 'static, encoding: Encoding, delimiter: u8) -> Text {
        let mut builder = DecodeReaderBytesBuilder::new();
        let text: Box<dyn Read + Send> = Box::new(builder.encoding(Some(encoding)).bom_override(true).build(input));
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(Kept { input: text, bytes: Vec::new(), from: 0, done: 0, is_over: false });
        Text { reader, delimiter }
    }

    fn next(&mut self, row: &mut Row) -> Result<bool, Fault> {
        let (from, line) = (self.reader.position().byte(), self.reader.position().line());
        let read = self.reader.read_record(&mut row.cells);
        if !read.map_err(|error| torn(line, &error))? {
            return Ok(false);
        }
        let to = self.reader.position().byte();
        let kept = self.reader.get_mut();
        let bytes = kept.between(from, to);
        // The end of the line before may stand at the front, and lines of nothing.
        let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let lines = bytes[..blank].iter().filter(|byte| **byte == b'\n').count();
        let text = bytes[blank..].strip_suffix(b"\n").unwrap_or(&bytes[blank..]);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        row.raw.clear();
        row.raw.push_str(std::str::from_utf8(text).map_err(|_| Fault::unread(line, "row"))?);
        row.place = line + lines as u64;
        kept.done = to;
        // Only the row that the file ends with may be open, and it may have swallowed any number of others.
        if kept.is_over
            && let Some(below) = open_quote(row.raw.as_bytes(), self.delimiter)
        {
            return Err(Fault::at(row.place + below, "quote_not_closed"));
        }
        Ok(true)
    }
}

/// How far below its first line a quotation mark opens in a row that nothing closes.
fn open_quote(row: &[u8], delimiter: u8) -> Option<u64> {
    let (mut line, mut opened, mut is_cell_begun) = (0, None, false);
    let mut closed = None;
    for byte in row {
        let just_closed = closed.take();
        match byte {
            b'"' if opened.is_some() => closed = opened.take(),
            // Twice it stands for itself.
            b'"' if just_closed.is_some() => opened = just_closed,
            b'"' if !is_cell_begun => opened = Some(line),
            b'\n' => line += 1,
            _ => {}
        }
        is_cell_begun = opened.is_some() || *byte != delimiter;
    }
    opened
}

fn torn(line: u64, error: &csv::Error) -> Fault {
    match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => Fault::too_long(line, "row"),
        csv::ErrorKind::Io(error) => Fault::torn(error),
        _ => Fault::unread(line, "row"),
    }
}

/// Keeps what was read of a text until its row is done, so that rows can be shown as they stand in the file.
struct Kept<R> {
    input: R,
    bytes: Vec<u8>,
    /// Where in the text the bytes begin, and up to where rows are done.
    from: u64,
    done: u64,
    /// Nothing was left to read.
    is_over: bool,
}

impl<R> Kept<R> {
    fn between(&self, from: u64, to: u64) -> &[u8] {
        let at =
            |place: u64| usize::try_from(place.saturating_sub(self.from)).unwrap_or(usize::MAX).min(self.bytes.len());
        &self.bytes[at(from)..at(to)]
    }
}

impl<R: Read> Read for Kept<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let done = usize::try_from(self.done - self.from).unwrap_or(usize::MAX).min(self.bytes.len());
        self.bytes.drain(..done);
        self.from = self.done;
        if self.bytes.len() > ROW_BYTES_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let read = self.input.read(buffer)?;
        self.is_over = read == 0;
        self.bytes.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::UTF_8;
    use std::io::Cursor;

    fn all(bytes: &[u8]) -> Result<Vec<(u64, String, usize)>, Fault> {
        let content = Content::of(Box::new(Cursor::new(bytes.to_vec())), UTF_8);
        let (mut rows, mut row, mut found) = (content.rows(b',')?, Row::default(), Vec::new());
        while rows.next(&mut row)? {
            found.push((row.place, row.raw.clone(), row.cells.len()));
        }
        Ok(found)
    }

    #[test]
    fn rows_are_kept_as_they_stand() {
        let read = all("\u{feff}a,b\r\n\r\n\"c\n\"\"d\",e,\"f\"\r\ng\n\nh,i".as_bytes()).unwrap();
        let read: Vec<(u64, &str, usize)> =
            read.iter().map(|(place, raw, cells)| (*place, raw.as_str(), *cells)).collect();
        assert_eq!(read, [(1, "a,b", 2), (3, "\"c\n\"\"d\",e,\"f\"", 3), (5, "g", 1), (7, "h,i", 2)]);
    }

    #[test]
    fn a_file_longer_than_every_buffer_is_kept_in_step() {
        let text: String = (0..40_000).map(|n| format!("{n},\"é {n}\",x\r\n")).collect();
        let read = all(text.as_bytes()).unwrap();
        for (n, (place, raw, cells)) in read.iter().enumerate() {
            assert_eq!((*place, raw.as_str(), *cells), (n as u64 + 1, format!("{n},\"é {n}\",x").as_str(), 3));
        }
        assert_eq!(read.len(), 40_000);
    }

    #[test]
    fn a_quotation_mark_that_nothing_closes_until_the_end_is_told_where_it_opens() {
        for (text, place) in [
            ("a,b\n1,\"2\n3,4\n5,6\n", Some(2)),
            ("a,b\n\n1,\"two\nlines\",\"3\n4", Some(4)),
            ("a,b\n1,\"2", Some(2)),
            ("a,b\n1,\"2\"\"\n", Some(2)),
            ("a,b\n1,\"\"\"2\"\n", None),
            ("a,b\n1,\"two\nlines\"", None),
            ("a,b\n1,2\" wide\n", None),
            ("a,b\n1,\"A\" \"B\n", None),
        ] {
            let fault = all(text.as_bytes()).err();
            assert_eq!(
                fault.map(|fault| (fault.reason.code, fault.place)),
                place.map(|at| ("quote_not_closed", Some(at))),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_quotation_mark_that_nothing_closes_is_told_where_it_opens() {
        let mut text = b"a,b\n1,\"2\n".to_vec();
        text.extend(std::iter::repeat_n(b"3,4\n", 290_000).flatten());
        assert_eq!(all(&text).unwrap_err().place, Some(2));
    }
}
