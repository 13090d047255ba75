//! Addresses in the database.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Scope;
use kernel::id::{AddressId, CustomerId, OrganisationId};
use schema::addresses;
use schema::types::At;
use store::{Conn, Error};

/// A row of `addresses`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = addresses, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub address_id: AddressId,
    pub customer_id: CustomerId,
    pub purpose: String,
    /// Line breaks between the lines.
    pub lines: String,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: String,
    pub created_at: At,
    pub version: i64,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(addresses::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, scope: &Scope, customer: CustomerId, id: AddressId) -> Result<Option<Row>, Error> {
    if !scope.admits(customer) {
        return Ok(None);
    }
    Ok(addresses::table
        .filter(addresses::organisation_id.eq(scope.organisation()))
        .filter(addresses::address_id.eq(id))
        .filter(addresses::customer_id.eq(customer))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

/// Up to `limit` addresses of a customer before `before`, newest first.
pub(crate) fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
    before: Option<AddressId>,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let mut query = addresses::table
        .filter(addresses::organisation_id.eq(organisation))
        .filter(addresses::customer_id.eq(customer))
        .select(Row::as_select())
        .order(addresses::address_id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(addresses::address_id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// The address for this purpose, where there is one; the newest of several.
pub(crate) fn first(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
    purpose: &str,
) -> Result<Option<Row>, Error> {
    Ok(addresses::table
        .filter(addresses::organisation_id.eq(organisation))
        .filter(addresses::customer_id.eq(customer))
        .filter(addresses::purpose.eq(purpose))
        .select(Row::as_select())
        .order(addresses::address_id.desc())
        .first(conn)
        .optional()?)
}

pub(crate) fn count(conn: &mut Conn, organisation: OrganisationId, customer: CustomerId) -> Result<i64, Error> {
    Ok(addresses::table
        .filter(addresses::organisation_id.eq(organisation))
        .filter(addresses::customer_id.eq(customer))
        .count()
        .get_result(conn)?)
}

/// Saves a changed row if nobody changed it since version `row.version`; false when somebody did.
pub(crate) fn update(conn: &mut Conn, row: &Row) -> Result<bool, Error> {
    let rows = diesel::update(addresses::table)
        .filter(addresses::organisation_id.eq(row.organisation_id))
        .filter(addresses::address_id.eq(row.address_id))
        .filter(addresses::version.eq(row.version))
        .set((
            addresses::purpose.eq(&row.purpose),
            addresses::lines.eq(&row.lines),
            addresses::city.eq(&row.city),
            addresses::region.eq(&row.region),
            addresses::postal_code.eq(&row.postal_code),
            addresses::country.eq(&row.country),
            addresses::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(crate) fn delete(conn: &mut Conn, organisation: OrganisationId, id: AddressId) -> Result<(), Error> {
    diesel::delete(addresses::table)
        .filter(addresses::organisation_id.eq(organisation))
        .filter(addresses::address_id.eq(id))
        .execute(conn)?;
    Ok(())
}
