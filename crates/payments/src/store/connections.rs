//! Rows of `gateway_connections`.

use ::store::{Conn, Error, in_parts};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{CheckoutId, GatewayConnectionId, OrganisationId};
use schema::checkouts;
use schema::gateway_connections as connections;
use schema::types::{At, JsonText};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = connections)]
pub(crate) struct ConnectionRow {
    pub organisation_id: OrganisationId,
    pub connection_id: GatewayConnectionId,
    pub provider: String,
    pub name: String,
    /// What may be shown: address, merchant number.
    pub settings: JsonText,
    pub secrets_sealed: Vec<u8>,
    pub active: bool,
    pub created_at: At,
    pub version: i64,
}

pub(crate) fn insert_connection(conn: &mut Conn, row: &ConnectionRow) -> Result<(), Error> {
    diesel::insert_into(connections::table).values(row).execute(conn)?;
    Ok(())
}

/// Saves a changed connection if nobody changed it since version `row.version`.
pub(crate) fn update_connection(conn: &mut Conn, row: &ConnectionRow) -> Result<bool, Error> {
    let rows = diesel::update(connections::table)
        .filter(connections::organisation_id.eq(row.organisation_id))
        .filter(connections::connection_id.eq(row.connection_id))
        .filter(connections::version.eq(row.version))
        .set((
            connections::name.eq(&row.name),
            connections::settings.eq(&row.settings),
            connections::secrets_sealed.eq(&row.secrets_sealed),
            connections::active.eq(row.active),
            connections::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// A connection by its id alone: the address of a notification names nothing else.
pub(crate) fn connection(conn: &mut Conn, id: GatewayConnectionId) -> Result<Option<ConnectionRow>, Error> {
    Ok(connections::table
        .filter(connections::connection_id.eq(id))
        .select(ConnectionRow::as_select())
        .get_result(conn)
        .optional()?)
}

/// The connections of an organisation, oldest first.
pub(crate) fn connections_of(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<ConnectionRow>, Error> {
    Ok(connections::table
        .filter(connections::organisation_id.eq(organisation))
        .order(connections::connection_id.asc())
        .select(ConnectionRow::as_select())
        .load(conn)?)
}

/// The names of the connections through which these checkouts are paid.
pub(crate) fn connection_names(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[CheckoutId],
) -> Result<Vec<(CheckoutId, String)>, Error> {
    Ok(in_parts(ids, |some| {
        checkouts::table
            .inner_join(
                connections::table.on(connections::organisation_id
                    .eq(checkouts::organisation_id)
                    .and(connections::connection_id.eq(checkouts::connection_id))),
            )
            .filter(checkouts::organisation_id.eq(organisation))
            .filter(checkouts::checkout_id.eq_any(some))
            .select((checkouts::checkout_id, connections::name))
            .load(conn)
    })?)
}

/// Every connection in use, of all organisations.
pub(crate) fn active_connections(conn: &mut Conn) -> Result<Vec<ConnectionRow>, Error> {
    Ok(connections::table.filter(connections::active.eq(true)).select(ConnectionRow::as_select()).load(conn)?)
}
