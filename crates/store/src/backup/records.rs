//! What the sealed stream says: a list of records, each a tag, a length and its bytes.
//!
//! SQLite: `Database`, then the file in `Piece`s. PostgreSQL: `Statement`s that make the tables, for each table its name and its
//! `Row`s, then the `Statement`s for keys and indexes. Both: every blob as its name and its `Piece`s, and `End`.

use super::files;
use crate::error::Error;
use kernel::Refusal;
use std::io::{Read, Write};

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// The database file of SQLite follows in pieces.
    Database,
    /// SQL to run.
    Statement,
    /// Name of the table whose rows follow.
    Table,
    /// A row as PostgreSQL writes composite values.
    Row,
    /// Name of a blob that follows in pieces.
    Blob,
    /// Bytes of what was begun before.
    Piece,
    /// Nothing follows.
    End,
}

const TAGS: [(Tag, u8); 7] = [
    (Tag::Database, b'D'),
    (Tag::Statement, b'S'),
    (Tag::Table, b'T'),
    (Tag::Row, b'R'),
    (Tag::Blob, b'B'),
    (Tag::Piece, b'P'),
    (Tag::End, b'Z'),
];

/// Bytes of a piece at most.
pub(super) const PIECE: usize = 64 * 1024;

pub(super) fn put(out: &mut impl Write, tag: Tag, bytes: &[u8]) -> Result<(), Error> {
    let letter = TAGS.iter().find(|(t, _)| *t == tag).map_or(0, |(_, letter)| *letter);
    let length = u32::try_from(bytes.len()).map_err(|_| Error::Broken("a row is too long for a backup".into()))?;
    let mut head = [letter, 0, 0, 0, 0];
    head[1..].copy_from_slice(&length.to_be_bytes());
    out.write_all(&head).and_then(|()| out.write_all(bytes)).map_err(|e| files::failed("write", &e))
}

/// Copies all of `from` in pieces, showing each to `seen`; returns how many bytes.
pub(super) fn put_pieces(out: &mut impl Write, mut from: impl Read, mut seen: impl FnMut(&[u8])) -> Result<u64, Error> {
    let mut piece = vec![0_u8; PIECE];
    let mut total = 0_u64;
    loop {
        let read = from.read(&mut piece).map_err(|e| files::failed("read", &e))?;
        if read == 0 {
            return Ok(total);
        }
        seen(&piece[..read]);
        put(out, Tag::Piece, &piece[..read])?;
        total += u64::try_from(read).unwrap_or(0);
    }
}

/// The records of a stream, one after the other, with one to look ahead to.
pub(super) struct Records<R: Read> {
    from: R,
    tag: Tag,
    bytes: Vec<u8>,
}

impl<R: Read> Records<R> {
    pub(super) fn new(from: R) -> Result<Records<R>, Error> {
        let mut records = Records { from, tag: Tag::End, bytes: Vec::new() };
        records.step()?;
        Ok(records)
    }

    /// The record at hand.
    pub(super) fn current(&self) -> (Tag, &[u8]) {
        (self.tag, &self.bytes)
    }

    /// The record at hand as text.
    pub(super) fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.bytes).map_err(|_| damaged())
    }

    /// Goes on to the next record.
    pub(super) fn step(&mut self) -> Result<(), Error> {
        let mut head = [0_u8; 5];
        self.fill(&mut head)?;
        let [letter, length @ ..] = head;
        self.tag = TAGS.iter().find(|(_, l)| *l == letter).map(|(tag, _)| *tag).ok_or_else(damaged)?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| damaged())?;
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.resize(length, 0);
        self.fill(&mut bytes)?;
        self.bytes = bytes;
        Ok(())
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.from.read_exact(bytes).map_err(|e| match e.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => damaged(),
            _ => files::failed("read", &e),
        })
    }

    /// Hands over the pieces that follow; returns how many bytes.
    pub(super) fn pieces(&mut self, mut taken: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<u64, Error> {
        let mut total = 0_u64;
        while self.tag == Tag::Piece {
            taken(&self.bytes)?;
            total += u64::try_from(self.bytes.len()).unwrap_or(0);
            self.step()?;
        }
        Ok(total)
    }

    /// The stream must end here, which proves that nothing was cut off.
    pub(super) fn end(mut self) -> Result<(), Error> {
        if self.tag != Tag::End {
            return Err(damaged());
        }
        match self.from.read(&mut [0_u8]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(damaged()),
            Err(e) if e.kind() == std::io::ErrorKind::InvalidData => Err(damaged()),
            Err(e) => Err(files::failed("read", &e)),
        }
    }
}

/// The file is not what was written.
pub(super) fn damaged() -> Error {
    Refusal::invalid("backup_damaged").into()
}
