//! Imports on the wire.

use crate::run::{File, Report, place};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::i18n::L;

/// What is asked of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub preview: Option<bool>,
    pub on: String,
}

/// What came of a file, or would.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReport {
    /// `customers`, `items`, `balances` or `invoices`.
    pub kind: &'static str,
    /// False in a preview: nothing was stored.
    pub applied: bool,
    /// Rows of the file, the head and blank ones not counted.
    pub rows: usize,
    /// Customers, items, lines of the opening entry, or invoices that were made, or would be.
    pub made: usize,
    /// The columns that were read.
    pub columns: Vec<&'static str>,
    /// Heads that name no known column; what stands under them was left out.
    pub ignored_columns: Vec<String>,
    /// What is wrong, row by row, at most 200; empty when the file can be taken in.
    pub errors: Vec<ImportFault>,
    /// How many more things are wrong than `errors` names.
    pub more_errors: usize,
}

/// What is wrong with one cell.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportFault {
    /// As a spreadsheet counts: the head is row 1.
    pub row: usize,
    /// Empty where the row as a whole is at fault: too few or too many cells, a quote that is not closed.
    pub column: String,
    #[schema(example = "/rows/3/email")]
    pub pointer: String,
    /// A sentence in the caller's language.
    pub detail: String,
}

impl ImportReport {
    pub fn applied(file: &File, made: usize) -> ImportReport {
        ImportReport {
            kind: file.kind.name(),
            applied: true,
            rows: file.sheet.rows.len(),
            made,
            columns: file.sheet.columns.clone(),
            ignored_columns: file.sheet.ignored.clone(),
            errors: Vec::new(),
            more_errors: 0,
        }
    }

    pub fn preview(file: &File, report: &Report, l: &L) -> ImportReport {
        let fault = |fault: &kernel::FieldError| {
            let (row, column) = place(&fault.pointer);
            ImportFault {
                row: row.parse().unwrap_or(0),
                column: column.to_owned(),
                pointer: fault.pointer.clone(),
                detail: l.field(fault),
            }
        };
        ImportReport {
            applied: false,
            errors: report.faults.iter().map(fault).collect(),
            more_errors: report.more,
            ..ImportReport::applied(file, report.made)
        }
    }
}
