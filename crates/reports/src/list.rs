//! A list as a file: what a page shows, from its first row on.

use crate::send::failed;
use documents::{Bom, Cell, Column, ColumnKind, Table, table_csv, table_xlsx};
use kernel::{Id, Refusal};
use store::Error;
use web::View;
use web::file::{File, Format};
use web::view::Columns;

/// Rows of a file at most; a longer list is narrowed by its filters first.
const ROWS_MAX: usize = 50_000;
/// Rows that are read at a time.
const CHUNK: usize = 1000;

/// Every row of a list, asked for page by page: `page` gets the id that its rows come behind and how many are wanted. Refuses
/// `list_too_long` more than a file has.
pub fn whole_list<R, K>(
    mut page: impl FnMut(Option<Id<K>>, i64) -> Result<Vec<R>, Error>,
    id: impl Fn(&R) -> Id<K>,
) -> Result<Vec<R>, Error> {
    let mut rows: Vec<R> = Vec::new();
    loop {
        let more = page(rows.last().map(&id), i64::try_from(CHUNK).unwrap_or(i64::MAX))?;
        let ends = more.len() < CHUNK;
        rows.extend(more);
        if rows.len() > ROWS_MAX {
            return Err(Refusal::invalid("list_too_long")
                .with("rows", i64::try_from(ROWS_MAX).unwrap_or(i64::MAX))
                .into());
        }
        if ends {
            return Ok(rows);
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::InvoiceId;

    /// A list of so many rows, newest first, and the pages it was asked for.
    fn list(rows: usize) -> (Result<Vec<u128>, Error>, usize) {
        let id = |n: &u128| InvoiceId::from_bytes(n.to_be_bytes());
        let mut asked = 0;
        let page = |before: Option<InvoiceId>, limit: i64| {
            asked += 1;
            let from = before.map_or(rows as u128, |id| u128::from_be_bytes(*id.bytes()));
            Ok((0..from).rev().take(usize::try_from(limit).unwrap()).collect())
        };
        let whole = whole_list(page, id);
        (whole, asked)
    }

    #[test]
    fn a_list_is_read_whole_or_refused() {
        for (rows, pages) in [(0, 1), (999, 1), (1000, 2), (2500, 3), (ROWS_MAX, ROWS_MAX / CHUNK + 1)] {
            let (whole, asked) = list(rows);
            let whole = whole.unwrap();
            assert_eq!((whole.len(), asked), (rows, pages));
            assert!(whole.is_sorted_by(|a, b| a > b));
        }
        assert!(matches!(list(ROWS_MAX + 1).0, Err(Error::Refused(refusal)) if refusal.code == "list_too_long"));
    }
}
