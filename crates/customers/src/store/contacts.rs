//! Contacts in the database.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Scope;
use kernel::id::{ContactId, CustomerId, OrganisationId};
use schema::contacts;
use schema::types::At;
use store::{Conn, Error};

/// A row of `contacts`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub contact_id: ContactId,
    pub customer_id: CustomerId,
    pub name: String,
    pub position: Option<String>,
    pub email_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
    pub created_at: At,
    pub version: i64,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(contacts::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, scope: &Scope, customer: CustomerId, id: ContactId) -> Result<Option<Row>, Error> {
    if !scope.admits(customer) {
        return Ok(None);
    }
    Ok(contacts::table
        .filter(contacts::organisation_id.eq(scope.organisation()))
        .filter(contacts::contact_id.eq(id))
        .filter(contacts::customer_id.eq(customer))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

/// Up to `limit` contacts of a customer before `before`, newest first.
pub(crate) fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
    before: Option<ContactId>,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let mut query = contacts::table
        .filter(contacts::organisation_id.eq(organisation))
        .filter(contacts::customer_id.eq(customer))
        .select(Row::as_select())
        .order(contacts::contact_id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(contacts::contact_id.lt(before));
    }
    Ok(query.load(conn)?)
}

pub(crate) fn count(conn: &mut Conn, organisation: OrganisationId, customer: CustomerId) -> Result<i64, Error> {
    Ok(contacts::table
        .filter(contacts::organisation_id.eq(organisation))
        .filter(contacts::customer_id.eq(customer))
        .count()
        .get_result(conn)?)
}

/// Saves a changed row if nobody changed it since version `row.version`; false when somebody did.
pub(crate) fn update(conn: &mut Conn, row: &Row) -> Result<bool, Error> {
    let rows = diesel::update(contacts::table)
        .filter(contacts::organisation_id.eq(row.organisation_id))
        .filter(contacts::contact_id.eq(row.contact_id))
        .filter(contacts::version.eq(row.version))
        .set((
            contacts::name.eq(&row.name),
            contacts::position.eq(&row.position),
            contacts::email_sealed.eq(&row.email_sealed),
            contacts::phone_sealed.eq(&row.phone_sealed),
            contacts::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(crate) fn delete(conn: &mut Conn, organisation: OrganisationId, id: ContactId) -> Result<(), Error> {
    diesel::delete(contacts::table)
        .filter(contacts::organisation_id.eq(organisation))
        .filter(contacts::contact_id.eq(id))
        .execute(conn)?;
    Ok(())
}

/// Contact, customer, and sealed mail and phone.
pub(crate) type SealedFields = (ContactId, CustomerId, Option<Vec<u8>>, Option<Vec<u8>>);

/// What is sealed of the next thousand contacts after an id.
pub(crate) fn sealed_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: ContactId,
) -> Result<Vec<SealedFields>, Error> {
    Ok(contacts::table
        .filter(contacts::organisation_id.eq(organisation))
        .filter(contacts::contact_id.gt(after))
        .order(contacts::contact_id.asc())
        .select((contacts::contact_id, contacts::customer_id, contacts::email_sealed, contacts::phone_sealed))
        .limit(1000)
        .load(conn)?)
}
