//! What an XLS says of its size, measured before it is read.
//!
//! The reader of workbooks makes room for the table that the outermost cells span, and writes every shared text out as often as a cell
//! points to it; a few kilobytes can ask for more than there is. Source: [MS-XLS] 2.4.

use crate::note::Fault;
use std::io::{Cursor, Read};

/// The most cells that sheets may span, and bytes that texts may come to.
const CELLS_MAX: u64 = 4_000_000;
const TEXT_BYTES_MAX: u64 = 64 * 1024 * 1024;
const SHEETS_MAX: usize = 256;

const BOUND_SHEET: u16 = 0x0085;
const CONTINUE: u16 = 0x003c;
const DIMENSIONS: u16 = 0x0200;
const EOF: u16 = 0x000a;
const LABEL_SST: u16 = 0x00fd;
const SST: u16 = 0x00fc;
/// Records of one cell or of several in a row: formula, blank, number, label, truth or error, RK, many RKs, rich text, label of a shared
/// text.
const CELLS: [u16; 8] = [0x0006, 0x0203, 0x0204, 0x0205, 0x027e, 0x00bd, 0x00d6, LABEL_SST];

/// Refuses a file whose cells span or say too much, or whose records are torn.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Fault> {
    let stream = stream(bytes)?;
    let (mut sheets, mut lengths) = (Vec::new(), Vec::new());
    let mut records = Records { stream: &stream, at: 0 }.peekable();
    while let Some((kind, data)) = records.next() {
        match kind {
            BOUND_SHEET => sheets.push(number(data, 0, 4).ok_or_else(torn)?),
            SST => {
                let mut parts = vec![data];
                while let Some((_, data)) = records.next_if(|(kind, _)| *kind == CONTINUE) {
                    parts.push(data);
                }
                lengths = texts(&parts);
            }
            EOF => break,
            _ => {}
        }
    }
    if sheets.len() > SHEETS_MAX {
        return Err(torn());
    }
    let mut size = Size::default();
    for at in sheets {
        let at = usize::try_from(at).ok().filter(|at| *at < stream.len()).ok_or_else(torn)?;
        size.add(Records { stream: &stream, at }, &lengths)?;
    }
    Ok(())
}

fn torn() -> Fault {
    Fault::whole("workbook_torn")
}

/// The part of the file that is the workbook.
fn stream(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| torn())?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name));
    let name = name.ok_or_else(|| Fault::whole("no_workbook"))?;
    let mut stream = Vec::new();
    file.open_stream(name).and_then(|mut part| part.read_to_end(&mut stream)).map_err(|_| torn())?;
    Ok(stream)
}

/// What the sheets come to.
#[derive(Default)]
struct Size {
    cells: u64,
    text_bytes: u64,
}

impl Size {
    fn add(&mut self, records: Records, lengths: &[u64]) -> Result<(), Fault> {
        let (mut rows, mut columns) = ((u64::MAX, 0), (u64::MAX, 0));
        for (kind, data) in records {
            if kind == DIMENSIONS {
                self.span(said(data).ok_or_else(torn)?)?;
            }
            if CELLS.contains(&kind) {
                let (row, column) = number(data, 0, 2).zip(number(data, 2, 2)).ok_or_else(torn)?;
                rows = (rows.0.min(row), rows.1.max(row));
                // Many in one record end where the record says at its end.
                let last = number(data, data.len().saturating_sub(2), 2).filter(|_| kind == 0x00bd);
                columns = (columns.0.min(column), columns.1.max(column).max(last.unwrap_or(0)));
            }
            if kind == LABEL_SST {
                let text = number(data, 6, 4).and_then(|at| usize::try_from(at).ok()).and_then(|at| lengths.get(at));
                self.text_bytes += 32 + text.copied().unwrap_or(0);
            }
            if self.text_bytes > TEXT_BYTES_MAX {
                return Err(Fault::whole("workbook_too_much"));
            }
        }
        let is_empty = rows.0 > rows.1;
        self.span(if is_empty { 0 } else { (rows.1 - rows.0 + 1) * (columns.1 - columns.0 + 1) })
    }

    fn span(&mut self, cells: u64) -> Result<(), Fault> {
        self.cells = self.cells.saturating_add(cells);
        if self.cells > 2 * CELLS_MAX {
            return Err(Fault::whole("workbook_too_much"));
        }
        Ok(())
    }
}

/// How many cells a sheet says that it spans.
fn said(data: &[u8]) -> Option<u64> {
    let (top, bottom, left, right) = match data.len() {
        10 => (number(data, 0, 2)?, number(data, 2, 2)?, number(data, 4, 2)?, number(data, 6, 2)?),
        14 | 16 => (number(data, 0, 4)?, number(data, 4, 4)?, number(data, 8, 2)?, number(data, 10, 2)?),
        _ => return None,
    };
    let left = if left > 0xff || right < left { 0 } else { left };
    if bottom == 0 || right == 0 {
        return Some(1);
    }
    Some(bottom.checked_sub(top)?.saturating_mul(right.saturating_sub(left)))
}

/// How many bytes each shared text comes to at most.
///
/// A text is its number of characters, flags, the numbers of its runs and of what is added, its characters, and those. Where it goes on
/// in the next record, flags say anew how wide its characters are.
fn texts(parts: &[&[u8]]) -> Vec<u64> {
    let mut reader = Parts { parts, part: 0, at: 8 };
    let mut lengths = Vec::new();
    while let Some(length) = reader.text() {
        lengths.push(length * 3);
    }
    lengths
}

struct Parts<'a> {
    parts: &'a [&'a [u8]],
    part: usize,
    at: usize,
}

impl Parts<'_> {
    fn text(&mut self) -> Option<u64> {
        if self.at >= self.parts.get(self.part)?.len() {
            (self.part, self.at) = (self.part + 1, 0);
        }
        let head = self.parts.get(self.part)?.get(self.at..)?;
        let (characters, flags) = (number(head, 0, 2)?, number(head, 2, 1)?);
        let mut behind = 3;
        let mut extra = 0;
        if flags & 0x08 != 0 {
            extra += number(head, behind, 2)? * 4;
            behind += 2;
        }
        if flags & 0x04 != 0 {
            extra += number(head, behind, 4)?;
            behind += 4;
        }
        self.at += behind;
        let (mut left, mut width) = (usize::try_from(characters).ok()?, if flags & 1 == 0 { 1 } else { 2 });
        loop {
            let here = self.parts.get(self.part)?.len().saturating_sub(self.at) / width;
            let taken = left.min(here);
            left -= taken;
            self.at += taken * width;
            if left == 0 {
                break;
            }
            self.part += 1;
            width = if self.parts.get(self.part)?.first()? & 1 == 0 { 1 } else { 2 };
            self.at = 1;
        }
        self.skip(usize::try_from(extra).ok()?);
        Some(characters)
    }

    fn skip(&mut self, mut bytes: usize) {
        while let Some(part) = self.parts.get(self.part) {
            let here = part.len().saturating_sub(self.at).min(bytes);
            self.at += here;
            bytes -= here;
            if bytes == 0 {
                return;
            }
            (self.part, self.at) = (self.part + 1, 0);
        }
    }
}

/// The records of a stream: a kind, a length, and as many bytes.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let head = self.stream.get(self.at..self.at + 4)?;
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let data = self.stream.get(self.at + 4..self.at + 4 + length)?;
        self.at += 4 + length;
        Some((u16::from_le_bytes([head[0], head[1]]), data))
    }
}

fn number(data: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let found = data.get(at..at + bytes)?;
    Some(found.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_texts_are_measured_across_records() {
        // Eight bytes of counts; `ab` in one byte each; `汇款` in two, torn after the first; `x` with a run and something added.
        let first = [&[0; 8][..], &[2, 0, 0, b'a', b'b', 2, 0, 1, 0x47, 0x6c]].concat();
        let second = [
            &[1, 0x3e, 0x6b][..],
            &[1, 0, 0x0c, 1, 0, 2, 0, 0, 0, b'x', 0, 0, 0, 0, 9, 9],
            &[3, 0, 0, b'e', b'n', b'd'],
        ]
        .concat();
        assert_eq!(texts(&[&first, &second]), [6, 6, 3, 9]);
    }

    #[test]
    fn what_a_sheet_says_of_its_span_is_counted() {
        let dimensions = |top: u32, bottom: u32, left: u16, right: u16| {
            [&top.to_le_bytes()[..], &bottom.to_le_bytes(), &left.to_le_bytes(), &right.to_le_bytes(), &[0; 2]].concat()
        };
        assert_eq!(said(&dimensions(0, 10, 0, 5)), Some(50));
        assert_eq!(said(&dimensions(5, 0, 0, 5)), Some(1));
        assert_eq!(said(&dimensions(9, 3, 0, 5)), None);
        assert!(said(&dimensions(0, u32::MAX, 0, u16::MAX)).is_some_and(|cells| cells > 2 * CELLS_MAX));
        let mut size = Size::default();
        let cell = |row: u16, column: u16| {
            [&[0x03, 0x02, 14, 0][..], &row.to_le_bytes(), &column.to_le_bytes(), &[0; 10]].concat()
        };
        let far = [cell(0, 0), cell(65_535, 65_535)].concat();
        assert!(size.add(Records { stream: &far, at: 0 }, &[]).is_err());
        let near = [cell(0, 0), cell(9, 9)].concat();
        let mut size = Size::default();
        assert!(size.add(Records { stream: &near, at: 0 }, &[]).is_ok() && size.cells == 100);
    }
}
