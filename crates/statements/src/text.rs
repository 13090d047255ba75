//! The lines of a text.

use crate::piece::Fault;
use crate::source::unread;
use std::io::{BufRead, Read};

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
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut bytes).map_err(unread)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        } else if bytes.len() as u64 >= LINE_BYTES_MAX {
            return Err(Fault::at(self.number, "The line is longer than a megabyte; this is no statement."));
        }
        while bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        Ok(Some((self.number, String::from_utf8_lossy(&bytes).into_owned())))
    }
}
