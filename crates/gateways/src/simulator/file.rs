//! The book's file, so that a simulator that is started again knows its payments: a line of JSON for each entry, added as it
//! changes. With the first change, when it has grown long, and after a line that could not be written (the disk was full), it is
//! begun anew with what the book holds.

use super::book::{Book, Entry};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Lines that are added before it is begun anew.
const ADDED_MAX: usize = 20_000;

pub(super) struct BookFile {
    path: PathBuf,
    /// Where lines are added; none while it has to be begun anew.
    file: Option<File>,
    added: usize,
}

impl BookFile {
    /// Reads what is there into the book.
    pub(super) fn open(path: &Path, book: &mut Book) -> io::Result<BookFile> {
        let lines = match File::open(path) {
            Ok(file) => Some(BufReader::new(file).lines()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        for line in lines.into_iter().flatten() {
            match serde_json::from_str(&line?) {
                Ok(entry) => book.enter(entry),
                // Cut off when the machine went down, and nobody was told of it.
                Err(error) => tracing::warn!(%error, "a line of the book cannot be read and is left out"),
            }
        }
        Ok(BookFile { path: path.to_owned(), file: None, added: 0 })
    }

    /// Adds what changed; `book` has it already. A process that is killed afterwards loses none of it.
    pub(super) fn add(&mut self, news: &[Entry], book: &Book) -> io::Result<()> {
        if news.is_empty() {
            return Ok(());
        }
        self.added += news.len();
        let in_place = self.file.as_mut().filter(|_| self.added < ADDED_MAX);
        if in_place.is_some_and(|file| write(file, news.iter().cloned()).is_ok()) {
            return Ok(());
        }
        self.file = None;
        self.file = Some(begin(&self.path, book)?);
        self.added = 0;
        Ok(())
    }
}

/// Writes all that the book holds beside its place and puts it there.
fn begin(path: &Path, book: &Book) -> io::Result<File> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    let placed = write(&mut file, book.entries()).and_then(|()| std::fs::rename(&beside, path));
    if placed.is_err() {
        // What was written of it takes room that others need.
        drop(std::fs::remove_file(&beside));
    }
    placed.map(|()| file)
}

fn write(file: &mut File, entries: impl Iterator<Item = Entry>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    for entry in entries {
        serde_json::to_writer(&mut out, &entry)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
