//! A list as a file: what a page shows, from its first row on.

use super::{File, Format, failed};
use ::documents::{Bom, Cell, Table, table_csv, table_xlsx};
use ::store::Error;

/// Rows of a file at most; a longer list is narrowed by its filters first.
pub const ROWS_MAX: i64 = 10_000;

/// Writes a table as a file called `name` and the table's day: CSV, or else a workbook.
pub fn list_file(table: Table<Vec<Vec<Cell>>>, format: Format, name: &str) -> Result<File, Error> {
    let name = format!("{name}-{}", table.day);
    let bytes = match format {
        Format::Csv => {
            let mut bytes = Vec::new();
            table_csv(table, Bom::With, &mut bytes).map(|()| bytes)
        }
        _ => table_xlsx(table),
    };
    Ok(File { format, name, bytes: bytes.map_err(failed)? })
}
