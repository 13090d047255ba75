//! All SQL of reconciliation.

mod accounts;
mod books;
mod closing;
mod lines;
mod match_rules;
mod matches;
mod notes;
mod proof;
mod settings;
mod settlements;
mod statements;

pub(crate) use accounts::*;
pub(crate) use books::*;
pub(crate) use closing::*;
pub use lines::Filter;
pub(crate) use lines::*;
pub(crate) use match_rules::*;
pub(crate) use matches::*;
pub(crate) use notes::*;
pub(crate) use proof::*;
pub(crate) use settings::*;
pub(crate) use settlements::*;
pub use statements::Which;
pub(crate) use statements::*;
