//! All SQL of imports.

use diesel::dsl::{exists, not};
use diesel::{ExpressionMethods, NullableExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::OrganisationId;
use schema::journal_entries;
use store::{Conn, Error};

/// Whether opening balances of accounts stand in the books: an opening entry that belongs to no document and was not taken
/// back.
pub(crate) fn has_opening_balances(conn: &mut Conn, organisation: OrganisationId) -> Result<bool, Error> {
    let undoing = diesel::alias!(journal_entries as undoing);
    let undone = undoing
        .filter(undoing.field(journal_entries::organisation_id).eq(organisation))
        .filter(undoing.field(journal_entries::reverses).eq(journal_entries::entry_id.nullable()));
    Ok(diesel::select(exists(
        journal_entries::table
            .filter(journal_entries::organisation_id.eq(organisation))
            .filter(journal_entries::kind.eq("opening"))
            .filter(journal_entries::document_id.is_null())
            .filter(not(exists(undone))),
    ))
    .get_result(conn)?)
}
