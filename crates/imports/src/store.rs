//! All SQL of imports.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::{EntryId, OrganisationId};
use schema::journal_entries;
use store::{Conn, Error};

/// Whether opening balances of accounts stand in the books: an opening entry that belongs to no document and was not taken
/// back.
pub(crate) fn has_opening_balances(conn: &mut Conn, organisation: OrganisationId) -> Result<bool, Error> {
    let openings: Vec<EntryId> = journal_entries::table
        .filter(journal_entries::organisation_id.eq(organisation))
        .filter(journal_entries::kind.eq("opening"))
        .filter(journal_entries::document_id.is_null())
        .select(journal_entries::entry_id)
        .load(conn)?;
    let taken_back: i64 = journal_entries::table
        .filter(journal_entries::organisation_id.eq(organisation))
        .filter(journal_entries::reverses.eq_any(&openings))
        .count()
        .get_result(conn)?;
    Ok(i64::try_from(openings.len()).unwrap_or(i64::MAX) > taken_back)
}
