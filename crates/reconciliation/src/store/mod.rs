//! All SQL of reconciliation.

mod accounts;
mod books;
mod closing;
mod lines;
mod matches;
mod notes;
mod proof;
mod rules;
mod settlements;
mod statements;

pub(crate) use accounts::*;
pub(crate) use books::*;
pub(crate) use closing::*;
pub use lines::Filter;
pub(crate) use lines::*;
pub(crate) use matches::*;
pub(crate) use notes::*;
pub(crate) use proof::*;
pub(crate) use rules::*;
pub(crate) use settlements::*;
pub(crate) use statements::*;
