//! Rows of `saved_views`.

use ::store::{Conn, Error};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::id::{OrganisationId, UserId};
use schema::saved_views;
use schema::types::At;

/// A row of `saved_views`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = saved_views)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub user_id: UserId,
    pub list: String,
    pub name: String,
    pub query: String,
    pub created_at: At,
}

/// What somebody keeps of a list, oldest first.
pub(crate) fn of(conn: &mut Conn, organisation: OrganisationId, user: UserId, list: &str) -> Result<Vec<Row>, Error> {
    Ok(saved_views::table
        .filter(saved_views::organisation_id.eq(organisation))
        .filter(saved_views::user_id.eq(user))
        .filter(saved_views::list.eq(list))
        .order((saved_views::created_at.asc(), saved_views::name.asc()))
        .select(Row::as_select())
        .load(conn)?)
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(saved_views::table).values(row).execute(conn)?;
    Ok(())
}

/// Gives the view of this name the row's query.
pub(crate) fn replace(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::update(saved_views::table)
        .filter(saved_views::organisation_id.eq(row.organisation_id))
        .filter(saved_views::user_id.eq(row.user_id))
        .filter(saved_views::list.eq(&row.list))
        .filter(saved_views::name.eq(&row.name))
        .set(saved_views::query.eq(&row.query))
        .execute(conn)?;
    Ok(())
}

/// Removes a view; false when there is none of this name.
pub(crate) fn remove(
    conn: &mut Conn,
    organisation: OrganisationId,
    user: UserId,
    list: &str,
    name: &str,
) -> Result<bool, Error> {
    let rows = diesel::delete(saved_views::table)
        .filter(saved_views::organisation_id.eq(organisation))
        .filter(saved_views::user_id.eq(user))
        .filter(saved_views::list.eq(list))
        .filter(saved_views::name.eq(name))
        .execute(conn)?;
    Ok(rows > 0)
}
