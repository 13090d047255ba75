//! Bank statements as banks send them: bytes in, statements out.
//!
//! Vocabulary: a *statement* is what a bank says of one account over some days; its *lines* are what moved the account; a *piece* is
//! the next thing that a file says (a statement opens, a line, it closes); a *warning* is something doubtful of a statement that was
//! read all the same; a *fault* is why a file cannot be read, with its place. Both are *notes*: a name and facts, of which whoever shows
//! them makes a sentence. Invariants: money in is above zero, money out below;
//! what a line was read from is kept beside it, word for word; no file makes a reader panic, and none is held in memory as a whole.

mod amount;
mod camt;
mod date;
mod mt940;
mod note;
mod ofx;
mod piece;
mod qif;
mod reader;
mod source;
mod table;
mod text;

pub use note::{FAULTS, Fault, Note, WARNINGS};
pub use piece::{Balance, Closing, Counterparty, Line, Opening, Piece, Reference, ReferenceKind};
pub use source::{Encoding, Format, Options, Source, read};
pub use table::{Amount, Column, ColumnMap, DateOrder, DecimalMark, Doubt, Guess, ReferenceColumn, guess};
