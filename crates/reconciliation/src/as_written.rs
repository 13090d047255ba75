//! Rows as the bank wrote them: packed page by page, sealed, and found again for one line.

use crate::store;
use ::store::{Conn, Error, Vault};
use kernel::id::StatementLineId;
use kernel::{Refusal, Scope};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What pages are sealed for, under the organisation's own key.
pub(crate) const PURPOSE: &str = "statement_rows";

/// Bytes that a page has for what stands beside a row: its fingerprint, and the account of the other side.
const BESIDE_A_ROW: usize = 48;

/// What a line was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The line's own: by it a page knows which row is whose.
    pub fingerprint: i64,
    /// The row, or the part of a message, as it stood in the file.
    pub row: String,
    /// The account of the other side.
    pub account: Option<String>,
}

/// The rows of a page, compressed: banks say much again in each.
pub(crate) fn packed(rows: &[Written]) -> Result<Arc<[u8]>, Error> {
    let room = Vec::with_capacity(rows.iter().map(|one| one.row.len() + BESIDE_A_ROW).sum());
    let plain = postcard::to_extend(rows, room).map_err(|error| Error::Broken(error.to_string()))?;
    Ok(lz4_flex::compress_prepend_size(&plain).into())
}

fn unpacked(packed: &[u8]) -> Result<Vec<Written>, Error> {
    let broken = |error: &dyn std::fmt::Display| Error::Broken(format!("a page of rows: {error}"));
    let plain = lz4_flex::decompress_size_prepended(packed).map_err(|error| broken(&error))?;
    postcard::from_bytes(&plain).map_err(|error| broken(&error))
}

/// What a line was read from. Nothing, where the key that it was sealed with is gone.
///
/// Refuses `statement_line_not_found`.
pub fn as_written(
    conn: &mut Conn,
    vault: &Vault,
    scope: &Scope,
    id: StatementLineId,
) -> Result<Option<Written>, Error> {
    let organisation = scope.organisation();
    let line = store::line(conn, organisation, id)?;
    let line = line.ok_or_else(|| Refusal::not_found("statement_line_not_found"))?;
    // The last page that begins before it has it, unless two were kept within one millisecond, which is as far as ids tell.
    for first in store::pages_before(conn, organisation, (line.statement_id, id))? {
        let sealed = store::page(conn, organisation, (line.statement_id, first))?;
        let Some(page) = vault.open_bytes(conn, organisation, organisation, PURPOSE, &sealed)? else { break };
        let mut rows = unpacked(&page)?.into_iter();
        if let Some(row) = rows.find(|row| row.fingerprint == line.fingerprint) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_come_back_as_they_were(said in proptest::collection::vec((any::<i64>(), ".{0,80}", proptest::option::of(".{0,30}")), 0..40)) {
            let rows: Vec<Written> =
                said.into_iter().map(|(fingerprint, row, account)| Written { fingerprint, row, account }).collect();
            prop_assert_eq!(unpacked(&packed(&rows).unwrap()).unwrap(), rows);
        }
    }
}
