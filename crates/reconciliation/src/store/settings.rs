//! The row of `statement_settings`: an organisation that never chose has none.

use ::store::{Conn, Error, each, for_update};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::id::OrganisationId;
use schema::statement_settings;
use schema::types::At;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = statement_settings, treat_none_as_default_value = false)]
pub(crate) struct SettingsRow {
    pub organisation_id: OrganisationId,
    /// In thousandths.
    pub post_from: i32,
    pub written_by: String,
    pub written_at: At,
    pub version: i64,
}

pub(crate) fn settings(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<SettingsRow>, Error> {
    let own = statement_settings::table.filter(statement_settings::organisation_id.eq(organisation));
    Ok(own.select(SettingsRow::as_select()).load(conn)?.into_iter().next())
}

/// The row, held until the transaction ends.
pub(crate) fn lock_settings(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<SettingsRow>, Error> {
    let rows: Vec<SettingsRow> = for_update!(
        conn,
        statement_settings::table
            .filter(statement_settings::organisation_id.eq(organisation))
            .select(SettingsRow::as_select())
    )?;
    Ok(rows.into_iter().next())
}

pub(crate) fn insert_settings(conn: &mut Conn, row: &SettingsRow) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(statement_settings::table).values(row).execute(c))?;
    Ok(())
}

pub(crate) fn update_settings(conn: &mut Conn, row: &SettingsRow) -> Result<(), Error> {
    diesel::update(statement_settings::table.filter(statement_settings::organisation_id.eq(row.organisation_id)))
        .set((
            statement_settings::post_from.eq(row.post_from),
            statement_settings::written_by.eq(&row.written_by),
            statement_settings::written_at.eq(row.written_at),
            statement_settings::version.eq(row.version),
        ))
        .execute(conn)?;
    Ok(())
}
