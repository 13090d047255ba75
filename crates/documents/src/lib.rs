//! Printed and exported documents: data in, bytes out.
//!
//! A [`Bill`], a [`Receipt`], a [`Statement`] or a [`Report`] goes in; PDF, XLSX, CSV or a page to print comes out. The crate
//! knows no database, no web server, no network and no clock, so the same data gives the same bytes on any day.
//!
//! On the way to paper and page a document becomes a sheet (`sheet/`): every text in the reader's language, every
//! number as it is read. One Typst template and one page template draw any sheet, so both always say the same.
//! Spreadsheets and CSV take the [`model`] itself, because there numbers stay numbers.
//!
//! Invariants: amounts are printed as given, never computed; nothing is titled 发票; a character that no font has
//! is an error and never a box.

mod csv;
mod error;
mod export;
mod figures;
mod html;
mod labels;
pub mod model;
mod pdf;
mod qr;
mod report;
mod sheet;
mod table;
mod xlsx;

pub use crate::csv::{Bom, csv, disarmed, table_csv};
pub use error::DocumentError;
pub use html::html;
pub use model::{Bill, Document, Receipt, Statement};
pub use pdf::{FontError, FontFace, Typesetter, typesetter};
pub use qr::svg as qr_code;
pub use report::{Report, ReportRow};
pub use table::{Cell, Column, ColumnKind, Table};
pub use xlsx::{table_xlsx, xlsx};

#[cfg(test)]
mod samples;
