//! How every reader that streams is drawn from.

use crate::note::Fault;
use crate::piece::Piece;
use std::collections::VecDeque;

/// Reads a file a step at a time.
pub(crate) trait Reader: Send {
    /// Reads on, and puts what came of it at hand; false at the end of the file.
    fn step(&mut self) -> Result<bool, Fault>;

    /// What was read and not given out yet.
    fn at_hand(&mut self) -> &mut VecDeque<Piece>;
}

/// The pieces of a reader; nothing comes behind a fault.
pub(crate) struct Drawn<T> {
    reader: T,
    is_over: bool,
}

impl<T: Reader> Drawn<T> {
    pub fn from(reader: T) -> Drawn<T> {
        Drawn { reader, is_over: false }
    }
}

impl<T: Reader> Iterator for Drawn<T> {
    type Item = Result<Piece, Fault>;

    fn next(&mut self) -> Option<Result<Piece, Fault>> {
        loop {
            if let Some(piece) = self.reader.at_hand().pop_front() {
                return Some(Ok(piece));
            }
            if self.is_over {
                return None;
            }
            match self.reader.step() {
                Ok(more) => self.is_over = !more,
                Err(fault) => {
                    self.is_over = true;
                    self.reader.at_hand().clear();
                    return Some(Err(fault));
                }
            }
        }
    }
}
