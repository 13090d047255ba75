//! Rows of `api_keys`.

use ::store::{Conn, Error, Part, by_id, in_parts};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Timestamp;
use kernel::id::{ApiKeyId, OrganisationId};
use schema::api_keys;
use schema::types::{At, JsonText};

/// A row of `api_keys`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub key_id: ApiKeyId,
    pub name: String,
    pub token_hash: Vec<u8>,
    /// JSON list of names.
    pub roles: JsonText,
    /// JSON list of names.
    pub scopes: Option<JsonText>,
    pub requests_per_minute: Option<i32>,
    pub created_by: String,
    pub created_at: At,
    pub expires_at: Option<At>,
    pub revoked_at: Option<At>,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(api_keys::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn by_token(conn: &mut Conn, organisation: OrganisationId, token_hash: &[u8]) -> Result<Option<Row>, Error> {
    Ok(api_keys::table
        .filter(api_keys::organisation_id.eq(organisation))
        .filter(api_keys::token_hash.eq(token_hash))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

pub(crate) fn find(conn: &mut Conn, organisation: OrganisationId, id: ApiKeyId) -> Result<Option<Row>, Error> {
    Ok(api_keys::table
        .filter(api_keys::organisation_id.eq(organisation))
        .filter(api_keys::key_id.eq(id))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

/// Rows before `before` in the order of time, newest first.
pub(crate) fn list(conn: &mut Conn, organisation: OrganisationId, part: &Part) -> Result<Vec<Row>, Error> {
    let query = api_keys::table
        .filter(api_keys::organisation_id.eq(organisation))
        .select(Row::as_select())
        .limit(part.limit)
        .into_boxed();
    Ok(part.in_order(by_id!(query, part, api_keys::key_id).load(conn)?))
}

/// Sets how often a key may ask; nothing lifts the limit.
pub(crate) fn limit(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: ApiKeyId,
    requests_per_minute: Option<i32>,
) -> Result<(), Error> {
    diesel::update(api_keys::table)
        .filter(api_keys::organisation_id.eq(organisation))
        .filter(api_keys::key_id.eq(id))
        .set(api_keys::requests_per_minute.eq(requests_per_minute))
        .execute(conn)?;
    Ok(())
}

/// Names of keys, also of those that were revoked.
pub(crate) fn names(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[ApiKeyId],
) -> Result<Vec<(ApiKeyId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        api_keys::table
            .filter(api_keys::organisation_id.eq(organisation))
            .filter(api_keys::key_id.eq_any(some))
            .select((api_keys::key_id, api_keys::name))
            .load(conn)
    })?)
}

/// Revokes a key; false when it is revoked already.
pub(crate) fn revoke(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: ApiKeyId,
    now: Timestamp,
) -> Result<bool, Error> {
    let rows = diesel::update(api_keys::table)
        .filter(api_keys::organisation_id.eq(organisation))
        .filter(api_keys::key_id.eq(id))
        .filter(api_keys::revoked_at.is_null())
        .set(api_keys::revoked_at.eq(Some(At(now))))
        .execute(conn)?;
    Ok(rows == 1)
}
