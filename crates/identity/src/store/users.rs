//! Rows of `users` and `user_roles`.

use ::store::{Conn, Error, Part, by_id, each, for_update, in_parts};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Role;
use kernel::id::{CustomerId, OrganisationId, UserId};
use schema::types::At;
use schema::{customers, user_roles, users};

/// A row of `users`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub user_id: UserId,
    pub customer_id: Option<CustomerId>,
    pub name: String,
    pub email_hash: Vec<u8>,
    pub email_sealed: Vec<u8>,
    pub password_hash: Option<String>,
    pub locale: String,
    pub active: bool,
    pub created_at: At,
    pub version: i64,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = user_roles, treat_none_as_default_value = false)]
struct RoleRow {
    organisation_id: OrganisationId,
    user_id: UserId,
    role: &'static str,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row, roles: &[Role]) -> Result<(), Error> {
    diesel::insert_into(users::table).values(row).execute(conn)?;
    insert_roles(conn, row.organisation_id, row.user_id, roles)
}

fn insert_roles(conn: &mut Conn, organisation: OrganisationId, user: UserId, roles: &[Role]) -> Result<(), Error> {
    let rows: Vec<RoleRow> =
        roles.iter().map(|role| RoleRow { organisation_id: organisation, user_id: user, role: role.name() }).collect();
    each!(conn, |c| diesel::insert_into(user_roles::table).values(&rows).execute(c))?;
    Ok(())
}

pub(crate) fn replace_roles(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    roles: &[Role],
) -> Result<(), Error> {
    diesel::delete(user_roles::table)
        .filter(user_roles::organisation_id.eq(organisation))
        .filter(user_roles::user_id.eq(user))
        .execute(conn)?;
    insert_roles(conn, organisation, user, roles)
}

pub(crate) fn find(conn: &mut Conn, organisation: OrganisationId, id: UserId) -> Result<Option<Row>, Error> {
    Ok(users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::user_id.eq(id))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

/// Finds a user and holds the row until the transaction ends.
pub(crate) fn lock(conn: &mut Conn, organisation: OrganisationId, id: UserId) -> Result<Option<Row>, Error> {
    let rows: Vec<Row> = for_update!(
        conn,
        users::table
            .filter(users::organisation_id.eq(organisation))
            .filter(users::user_id.eq(id))
            .select(Row::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Everybody with this mail, in every organisation: who signs in says a mail, not a company. At most eight.
pub(crate) fn by_mail(conn: &mut Conn, email_hash: &[u8]) -> Result<Vec<Row>, Error> {
    Ok(users::table
        .filter(users::email_hash.eq(email_hash))
        .order(users::user_id.asc())
        .select(Row::as_select())
        .limit(8)
        .load(conn)?)
}

/// Whether somebody else in the organisation has this mail.
pub(crate) fn mail_is_taken(
    conn: &mut Conn,
    organisation: OrganisationId,
    email_hash: &[u8],
    but: UserId,
) -> Result<bool, Error> {
    let others: i64 = users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::email_hash.eq(email_hash))
        .filter(users::user_id.ne(but))
        .count()
        .get_result(conn)?;
    Ok(others > 0)
}

/// Saves a changed row if nobody changed it since version `row.version`; false when somebody did.
pub(crate) fn update(conn: &mut Conn, row: &Row) -> Result<bool, Error> {
    let rows = diesel::update(users::table)
        .filter(users::organisation_id.eq(row.organisation_id))
        .filter(users::user_id.eq(row.user_id))
        .filter(users::version.eq(row.version))
        .set((
            users::name.eq(&row.name),
            users::email_hash.eq(&row.email_hash),
            users::email_sealed.eq(&row.email_sealed),
            users::password_hash.eq(&row.password_hash),
            users::locale.eq(&row.locale),
            users::active.eq(row.active),
            users::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// A part of the rows, newest first.
pub(crate) fn list(conn: &mut Conn, organisation: OrganisationId, part: &Part) -> Result<Vec<Row>, Error> {
    let query = users::table
        .filter(users::organisation_id.eq(organisation))
        .select(Row::as_select())
        .limit(part.limit)
        .into_boxed();
    Ok(part.in_order(by_id!(query, part, users::user_id).load(conn)?))
}

/// Roles of one user.
pub(crate) fn roles(conn: &mut Conn, organisation: OrganisationId, id: UserId) -> Result<Vec<Role>, Error> {
    Ok(roles_between(conn, organisation, id, id)?.into_iter().map(|(_, role)| role).collect())
}

/// Roles of all users from the first id to the last, in the order of [`Role::ALL`].
pub(crate) fn roles_between(
    conn: &mut Conn,
    organisation: OrganisationId,
    first: UserId,
    last: UserId,
) -> Result<Vec<(UserId, Role)>, Error> {
    let rows: Vec<(UserId, String)> = user_roles::table
        .filter(user_roles::organisation_id.eq(organisation))
        .filter(user_roles::user_id.ge(first))
        .filter(user_roles::user_id.le(last))
        .select((user_roles::user_id, user_roles::role))
        .load(conn)?;
    let mut roles = Vec::with_capacity(rows.len());
    for (id, name) in rows {
        roles.push((id, name.parse().map_err(|_| Error::Broken(format!("role of user {id}")))?));
    }
    roles.sort();
    Ok(roles)
}

/// Everybody active who owns the organisation.
pub(crate) fn active_owners(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<UserId>, Error> {
    let owners: Vec<UserId> = user_roles::table
        .filter(user_roles::organisation_id.eq(organisation))
        .filter(user_roles::role.eq(Role::Owner.name()))
        .select(user_roles::user_id)
        .load(conn)?;
    let active: Vec<UserId> = users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::active.eq(true))
        .filter(users::customer_id.is_null())
        .select(users::user_id)
        .load(conn)?;
    Ok(owners.into_iter().filter(|owner| active.contains(owner)).collect())
}

/// Names of people.
pub(crate) fn names(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[UserId],
) -> Result<Vec<(UserId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        users::table
            .filter(users::organisation_id.eq(organisation))
            .filter(users::user_id.eq_any(some))
            .select((users::user_id, users::name))
            .load(conn)
    })?)
}

/// The people who may have done something, by name.
pub(crate) fn by_name(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(UserId, String)>, Error> {
    Ok(users::table
        .filter(users::organisation_id.eq(organisation))
        .select((users::user_id, users::name))
        .order(users::name.asc())
        .load(conn)?)
}

/// Who belongs to no customer and may sign in, by name.
pub(crate) fn at_the_desk(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(UserId, String)>, Error> {
    Ok(users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::customer_id.is_null())
        .filter(users::active.eq(true))
        .select((users::user_id, users::name))
        .order(users::name.asc())
        .load(conn)?)
}

/// The name of the customer whom people of the portal belong to.
pub(crate) fn customer_name(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: CustomerId,
) -> Result<Option<String>, Error> {
    Ok(customers::table
        .filter(customers::organisation_id.eq(organisation))
        .filter(customers::customer_id.eq(id))
        .select(customers::name)
        .get_result(conn)
        .optional()?)
}

/// User and sealed mail of everybody.
pub(crate) fn sealed(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<(UserId, Vec<u8>)>, Error> {
    Ok(users::table
        .filter(users::organisation_id.eq(organisation))
        .order(users::user_id.asc())
        .select((users::user_id, users::email_sealed))
        .load(conn)?)
}
