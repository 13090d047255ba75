//! What is decided about a file without a database: how it is read, what its columns are called, how cells are written.

pub mod cell;
pub mod kind;
mod records;
pub mod sheet;
