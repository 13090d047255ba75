//! The lines of a text.

use crate::note::Fault;
use crate::source::unread;
use std::io::{BufRead, Read};

/// Most lines are no longer.
const LINE_BYTES: usize = 96;
/// No line of a statement is longer.
const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// Lines with their numbers, counted from one, without what ends them.
pub(crate) struct Lines<R> {
    input: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub fn new(input: R) -> Lines<R> {
        Lines { input, number: 0 }
    }

    pub fn next(&mut self) -> Result<Option<(u64, String)>, Fault> {
        let mut bytes = Vec::with_capacity(LINE_BYTES);
        let read = self.input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut bytes).map_err(unread)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        } else if bytes.len() as u64 >= LINE_BYTES_MAX {
            return Err(Fault::too_long(self.number, "line"));
        }
        while bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        Ok(Some((self.number, text(bytes))))
    }
}

/// What was decoded is UTF-8; half a character at a bound is shown as what it is.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|wrong| String::from_utf8_lossy(wrong.as_bytes()).into_owned())
}

/// A tag in its brackets, with the text that stands before it.
pub(crate) struct Tag {
    pub place: u64,
    pub before: String,
    /// Without the brackets; nothing at the end of the file.
    pub tag: Option<String>,
}

/// The tags of a file one after another: it may be one line from end to end.
pub(crate) struct Tags<R> {
    input: R,
    line: u64,
}

const SECTION: &str = "<![CDATA[";
/// Longer is no tag and no value.
const TAG_BYTES_MAX: u64 = 256 * 1024;

impl<R: BufRead> Tags<R> {
    pub fn new(input: R) -> Tags<R> {
        Tags { input, line: 1 }
    }

    /// The line that is read.
    pub fn line(&self) -> u64 {
        self.line
    }

    fn read(&mut self, bytes: &mut Vec<u8>) -> Result<usize, Fault> {
        let read = self.input.by_ref().take(TAG_BYTES_MAX).read_until(b'>', bytes).map_err(unread)?;
        let too_long = || Fault::too_long(self.line, "value");
        if bytes.len() as u64 >= TAG_BYTES_MAX { Err(too_long()) } else { Ok(read) }
    }

    /// The next tag; nothing behind the end of the file.
    pub fn next(&mut self) -> Result<Option<Tag>, Fault> {
        let mut bytes = Vec::with_capacity(LINE_BYTES);
        let mut read = self.read(&mut bytes)?;
        // A section of characters has brackets of its own.
        let is_section = bytes.windows(SECTION.len()).any(|part| part == SECTION.as_bytes());
        while is_section && read > 0 && !bytes.ends_with(b"]]>") {
            read = self.read(&mut bytes)?;
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let text =
            String::from_utf8(bytes).unwrap_or_else(|wrong| String::from_utf8_lossy(wrong.as_bytes()).into_owned());
        let start = text.find(SECTION).or_else(|| text.rfind('<')).filter(|_| text.ends_with('>'));
        let (before, tag) =
            start.map_or((text.as_str(), None), |at| (&text[..at], Some(&text[at + 1..text.len() - 1])));
        let lines = |text: &str| text.bytes().map(|byte| u64::from(byte == b'\n')).sum::<u64>();
        let place = self.line + lines(before);
        let told = Tag { place, before: before.to_owned(), tag: tag.map(str::to_owned) };
        self.line += lines(&text);
        Ok(Some(told))
    }
}
