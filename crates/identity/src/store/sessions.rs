//! Rows of `sessions`.

use ::store::{Conn, Error};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Timestamp;
use kernel::id::{OrganisationId, UserId};
use schema::sessions;
use schema::types::At;

/// A row of `sessions`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub token_hash: Vec<u8>,
    pub user_id: UserId,
    pub created_at: At,
    pub seen_at: At,
    pub confirmed_at: At,
    pub expires_at: At,
    pub address: String,
    pub agent: String,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(sessions::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, organisation: OrganisationId, token_hash: &[u8]) -> Result<Option<Row>, Error> {
    Ok(sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::token_hash.eq(token_hash))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

/// Everything a user is signed in with, seen last first; at most 100.
pub(crate) fn of_user(conn: &mut Conn, organisation: OrganisationId, user: UserId) -> Result<Vec<Row>, Error> {
    Ok(sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::user_id.eq(user))
        .order(sessions::seen_at.desc())
        .select(Row::as_select())
        .limit(100)
        .load(conn)?)
}

/// Notes when somebody was seen, unless another request has.
pub(crate) fn note_seen(
    conn: &mut Conn,
    organisation: OrganisationId,
    token_hash: &[u8],
    before: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::update(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::seen_at.eq(At(before)))
        .set(sessions::seen_at.eq(At(now)))
        .execute(conn)?;
    Ok(())
}

/// Notes that the person proved again who they are; false when there is no such session of theirs.
pub(crate) fn confirm(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    let rows = diesel::update(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::user_id.eq(user))
        .set(sessions::confirmed_at.eq(At(now)))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Ends one session of a user; how many ended.
pub(crate) fn end(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    token_hash: &[u8],
) -> Result<usize, Error> {
    Ok(diesel::delete(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::user_id.eq(user))
        .filter(sessions::token_hash.eq(token_hash))
        .execute(conn)?)
}

/// Ends every session of a user, and every sign-in that still waits for a code; how many sessions ended.
pub(crate) fn end_all(conn: &mut Conn, organisation: OrganisationId, user: UserId) -> Result<usize, Error> {
    super::pending::end_all(conn, organisation, user)?;
    Ok(diesel::delete(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::user_id.eq(user))
        .execute(conn)?)
}

/// Ends every session of a user but this one, and every sign-in that still waits for a code; how many sessions ended.
pub(crate) fn end_others(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    token_hash: &[u8],
) -> Result<usize, Error> {
    super::pending::end_all(conn, organisation, user)?;
    Ok(diesel::delete(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::user_id.eq(user))
        .filter(sessions::token_hash.ne(token_hash))
        .execute(conn)?)
}

/// Clears away a user's sessions that no longer count.
pub(crate) fn clear_expired(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::delete(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::user_id.eq(user))
        .filter(sessions::expires_at.le(At(now)))
        .execute(conn)?;
    Ok(())
}
