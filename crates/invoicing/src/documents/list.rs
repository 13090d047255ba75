//! A list as a file: what a page shows, from its first row on.

use super::{File, Format, failed};
use ::documents::{Bom, Cell, Column, ColumnKind, Table, table_csv, table_xlsx};
use ::store::Error;
use web::View;
use web::view::Columns;

/// Rows of a file at most; a longer list is narrowed by its filters first.
pub const ROWS_MAX: i64 = 10_000;

/// A list as a table: of the columns (name, message of the head, kind) those that `shown` has in files. Each row has a cell
/// for every column.
pub fn list_table(
    v: &View,
    title: &str,
    shown: &Columns,
    columns: &[(&str, &str, ColumnKind)],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Table<Vec<Vec<Cell>>> {
    let stays: Vec<bool> = columns.iter().map(|(name, ..)| shown.in_file(name)).collect();
    let narrowed =
        |row: Vec<Cell>| row.into_iter().zip(&stays).filter(|(_, stays)| **stays).map(|(cell, _)| cell).collect();
    let heads = columns.iter().zip(&stays).filter(|(_, stays)| **stays);
    Table {
        title: v.t(title),
        day: v.today,
        columns: heads.map(|((_, id, kind), _)| Column::new(v.t(id), *kind)).collect(),
        rows: rows.map(narrowed).collect(),
    }
}

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
