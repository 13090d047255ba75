//! Rows of `organisations`.

use ::store::{Conn, Error, for_update};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Currency;
use kernel::id::OrganisationId;
use schema::organisations;
use schema::types::{At, JsonText};

/// A row of `organisations`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organisations, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub name: String,
    pub country: String,
    pub currency: Currency,
    pub time_zone: String,
    pub locale: String,
    pub chart: String,
    pub fiscal_year_month: i32,
    pub tax_rounding: String,
    pub revenue_at: String,
    pub single_person: bool,
    pub alone_up_to_minor: i64,
    pub second_factor_required: bool,
    pub profile: JsonText,
    pub created_at: At,
    pub version: i64,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(organisations::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, id: OrganisationId) -> Result<Option<Row>, Error> {
    Ok(organisations::table
        .filter(organisations::organisation_id.eq(id))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?)
}

/// Holds the organisation's row until the transaction ends: two owners cannot leave at once.
pub(crate) fn lock(conn: &mut Conn, id: OrganisationId) -> Result<Option<Row>, Error> {
    let rows: Vec<Row> =
        for_update!(conn, organisations::table.filter(organisations::organisation_id.eq(id)).select(Row::as_select()))?;
    Ok(rows.into_iter().next())
}

/// Saves what may change of a row if nobody changed it since version `row.version`; false when somebody did.
pub(crate) fn update(conn: &mut Conn, row: &Row) -> Result<bool, Error> {
    let rows = diesel::update(organisations::table)
        .filter(organisations::organisation_id.eq(row.organisation_id))
        .filter(organisations::version.eq(row.version))
        .set((
            organisations::name.eq(&row.name),
            organisations::locale.eq(&row.locale),
            organisations::fiscal_year_month.eq(row.fiscal_year_month),
            organisations::tax_rounding.eq(&row.tax_rounding),
            organisations::revenue_at.eq(&row.revenue_at),
            organisations::single_person.eq(row.single_person),
            organisations::alone_up_to_minor.eq(row.alone_up_to_minor),
            organisations::second_factor_required.eq(row.second_factor_required),
            organisations::profile.eq(&row.profile),
            organisations::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}
