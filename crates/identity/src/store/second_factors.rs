//! Rows of `second_factors` and `recovery_codes`.

use ::store::{Conn, Error};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{OrganisationId, UserId};
use schema::types::At;
use schema::{recovery_codes, second_factors};

/// A row of `second_factors`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = second_factors, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub user_id: UserId,
    pub secret_sealed: Vec<u8>,
    /// The step whose code counted last.
    pub last_step: i64,
    pub enrolled_at: At,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = recovery_codes, treat_none_as_default_value = false)]
struct CodeRow<'a> {
    organisation_id: OrganisationId,
    user_id: UserId,
    code_hash: &'a [u8],
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(second_factors::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, organisation: OrganisationId, user: UserId) -> Result<Option<Row>, Error> {
    Ok(second_factors::table
        .filter(second_factors::organisation_id.eq(organisation))
        .filter(second_factors::user_id.eq(user))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

/// Notes that the code of a step counted; false where one of that step or a later one has, and this one does not. Of two at
/// once the database lets one through.
pub(crate) fn advance(conn: &mut Conn, organisation: OrganisationId, user: UserId, step: i64) -> Result<bool, Error> {
    let rows = diesel::update(second_factors::table)
        .filter(second_factors::organisation_id.eq(organisation))
        .filter(second_factors::user_id.eq(user))
        .filter(second_factors::last_step.lt(step))
        .set(second_factors::last_step.eq(step))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Takes away the factor of a user with its recovery codes; false where there was none.
pub(crate) fn remove(conn: &mut Conn, organisation: OrganisationId, user: UserId) -> Result<bool, Error> {
    remove_codes(conn, organisation, user)?;
    let rows = diesel::delete(second_factors::table)
        .filter(second_factors::organisation_id.eq(organisation))
        .filter(second_factors::user_id.eq(user))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Everybody's sealed secret.
pub(crate) fn sealed(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(UserId, Vec<u8>)>, Error> {
    Ok(second_factors::table
        .filter(second_factors::organisation_id.eq(organisation))
        .order(second_factors::user_id.asc())
        .select((second_factors::user_id, second_factors::secret_sealed))
        .load(conn)?)
}

/// Keeps these hashes of recovery codes, and no others of the user's.
pub(crate) fn replace_codes(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    hashes: &[[u8; 32]],
) -> Result<(), Error> {
    remove_codes(conn, organisation, user)?;
    for hash in hashes {
        let row = CodeRow { organisation_id: organisation, user_id: user, code_hash: hash };
        diesel::insert_into(recovery_codes::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// Uses a recovery code up; false where there is none such (any more).
pub(crate) fn use_code(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    hash: &[u8; 32],
) -> Result<bool, Error> {
    let rows = diesel::delete(recovery_codes::table)
        .filter(recovery_codes::organisation_id.eq(organisation))
        .filter(recovery_codes::user_id.eq(user))
        .filter(recovery_codes::code_hash.eq(hash.as_slice()))
        .execute(conn)?;
    Ok(rows == 1)
}

/// How many recovery codes a user has left.
pub(crate) fn codes_left(conn: &mut Conn, organisation: OrganisationId, user: UserId) -> Result<i64, Error> {
    Ok(recovery_codes::table
        .filter(recovery_codes::organisation_id.eq(organisation))
        .filter(recovery_codes::user_id.eq(user))
        .count()
        .get_result(conn)?)
}

fn remove_codes(conn: &mut Conn, organisation: OrganisationId, user: UserId) -> Result<(), Error> {
    diesel::delete(recovery_codes::table)
        .filter(recovery_codes::organisation_id.eq(organisation))
        .filter(recovery_codes::user_id.eq(user))
        .execute(conn)?;
    Ok(())
}
