//! What the reports and lists of every slice share: the days they are asked for, and the forms they come in.
//!
//! Vocabulary: a *sheet* is a report as a table, before it has words; it *is sent* as JSON, CSV, workbook or PDF. Invariants:
//! programs get a CSV whose heads are stable in every language, people get one in theirs; a sheet computes nothing.

mod asked;
mod list;
mod send;
mod sheet;

pub use asked::{Asked, Days, Form};
pub use documents::{Cell, ColumnKind, Table, disarmed};
pub use list::{list_file, list_table, whole_list};
pub use send::{company, file, send};
pub use sheet::{Column, Row, Sheet, Weight};
pub use web::file::{File, Format};

/// Sentences of the crate.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];
