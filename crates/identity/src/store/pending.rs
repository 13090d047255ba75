//! Rows of `pending_sign_ins`: whoever gave the right password and still owes a code.

use ::store::{Conn, Error};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Timestamp;
use kernel::id::{OrganisationId, UserId};
use schema::pending_sign_ins;
use schema::types::At;

/// A row of `pending_sign_ins`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = pending_sign_ins, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub token_hash: Vec<u8>,
    pub user_id: UserId,
    pub expires_at: At,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(pending_sign_ins::table).values(row).execute(conn)?;
    Ok(())
}

/// One that has not run out.
pub(crate) fn find(
    conn: &mut Conn,
    organisation: OrganisationId,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Row>, Error> {
    Ok(pending_sign_ins::table
        .filter(pending_sign_ins::organisation_id.eq(organisation))
        .filter(pending_sign_ins::token_hash.eq(token_hash))
        .filter(pending_sign_ins::expires_at.gt(At(now)))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

/// Uses one up; false where somebody was faster.
pub(crate) fn use_up(conn: &mut Conn, organisation: OrganisationId, token_hash: &[u8]) -> Result<bool, Error> {
    let rows = diesel::delete(pending_sign_ins::table)
        .filter(pending_sign_ins::organisation_id.eq(organisation))
        .filter(pending_sign_ins::token_hash.eq(token_hash))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Clears away those of a user that have run out.
pub(crate) fn clear_expired(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::delete(pending_sign_ins::table)
        .filter(pending_sign_ins::organisation_id.eq(organisation))
        .filter(pending_sign_ins::user_id.eq(user))
        .filter(pending_sign_ins::expires_at.le(At(now)))
        .execute(conn)?;
    Ok(())
}

/// Ends all of a user.
pub(crate) fn end_all(conn: &mut Conn, organisation: OrganisationId, user: UserId) -> Result<(), Error> {
    diesel::delete(pending_sign_ins::table)
        .filter(pending_sign_ins::organisation_id.eq(organisation))
        .filter(pending_sign_ins::user_id.eq(user))
        .execute(conn)?;
    Ok(())
}
