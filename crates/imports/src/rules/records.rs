//! Text into rows of cells, quoted as RFC 4180 has them. A quote that is not closed, or has text behind it, is told and not
//! guessed at: it would swallow the rows that follow.

/// The cells of one row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub cells: Vec<String>,
    /// The line, counted from 1, of a quote that opens a cell and does not close it; the cells from there on are not known.
    pub open_quote: Option<usize>,
}

/// The rows of a text, one after the other; an empty line is a row of one empty cell, so that rows are counted as
/// spreadsheets count them.
pub(super) struct Records<'a> {
    rest: &'a str,
    separator: char,
    /// The line on which `rest` begins.
    line: usize,
}

/// How a cell ends.
#[derive(PartialEq, Eq)]
enum End {
    OfCell,
    OfRow,
}

/// A cell's quote does not close it.
struct OpenQuote;

impl<'a> Records<'a> {
    pub fn of(text: &'a str, separator: char) -> Records<'a> {
        Records { rest: text, separator, line: 1 }
    }

    /// Takes the next cell.
    fn cell(&mut self) -> Result<(String, End), OpenQuote> {
        let (cell, behind) = match self.rest.strip_prefix('"') {
            Some(quoted) => self.quoted(quoted)?,
            None => {
                let end = self.rest.find([self.separator, '\r', '\n']).unwrap_or(self.rest.len());
                (self.rest[..end].to_owned(), &self.rest[end..])
            }
        };
        self.line += cell.matches('\n').count();
        if let Some(rest) = behind.strip_prefix(self.separator) {
            self.rest = rest;
            return Ok((cell, End::OfCell));
        }
        self.rest = behind_line(behind);
        self.line += 1;
        Ok((cell, End::OfRow))
    }

    /// The text inside quotes, two of which stand for one, and what follows: a separator, the end of the line or of the text.
    fn quoted(&self, mut rest: &'a str) -> Result<(String, &'a str), OpenQuote> {
        let mut cell = String::new();
        loop {
            let (text, behind) = rest.split_once('"').ok_or(OpenQuote)?;
            cell.push_str(text);
            match behind.strip_prefix('"') {
                Some(more) => {
                    cell.push('"');
                    rest = more;
                }
                None => {
                    let behind = behind.trim_start_matches(' ');
                    let is_closed = behind.is_empty() || behind.starts_with([self.separator, '\r', '\n']);
                    return if is_closed { Ok((cell, behind)) } else { Err(OpenQuote) };
                }
            }
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if self.rest.is_empty() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            match self.cell() {
                Ok((cell, end)) => {
                    cells.push(cell);
                    if end == End::OfRow {
                        return Some(Record { cells, open_quote: None });
                    }
                }
                Err(OpenQuote) => {
                    let open_quote = Some(self.line);
                    // Behind the line of the quote there may be good rows.
                    let end = self.rest.find(['\r', '\n']).unwrap_or(self.rest.len());
                    self.rest = behind_line(&self.rest[end..]);
                    self.line += 1;
                    return Some(Record { cells, open_quote });
                }
            }
        }
    }
}

/// A text without the end of a line that it begins with.
fn behind_line(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix(['\r', '\n'])).unwrap_or(text)
}
