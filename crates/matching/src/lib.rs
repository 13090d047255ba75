//! What a line of a bank statement means: values in, proposals out.
//!
//! Vocabulary: a *reference* is a number that was meant to be found again; a *name* is who paid, as the bank has it. No database, no
//! clock, no SQL: the tables of cases, the generated months and the measure of speed drive the very code that decides.

pub mod name;
pub mod reference;
