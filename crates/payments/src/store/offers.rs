//! Rows of `gateway_offers`.

use ::store::{Conn, Each, Error};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::Currency;
use kernel::id::{GatewayConnectionId, OrganisationId};
use schema::gateway_offers as offers;
use schema::types::Exact;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = offers)]
pub(crate) struct OfferRow {
    pub organisation_id: OrganisationId,
    pub connection_id: GatewayConnectionId,
    pub method: String,
    pub currency: Currency,
    pub offered: bool,
    pub least_minor: Option<i64>,
    pub most_minor: Option<i64>,
    pub fee_percent: Exact,
    pub fee_fixed_minor: i64,
    pub priority: i32,
}

/// Puts an offer in the place of what was said before.
pub(crate) fn put_offer(conn: &mut Conn, row: &OfferRow) -> Result<(), Error> {
    let upsert = diesel::insert_into(offers::table)
        .values(row)
        .on_conflict((offers::organisation_id, offers::connection_id, offers::method, offers::currency))
        .do_update()
        .set((
            offers::offered.eq(row.offered),
            offers::least_minor.eq(row.least_minor),
            offers::most_minor.eq(row.most_minor),
            offers::fee_percent.eq(&row.fee_percent),
            offers::fee_fixed_minor.eq(row.fee_fixed_minor),
            offers::priority.eq(row.priority),
        ));
    Each(upsert).execute(conn)?;
    Ok(())
}

/// All that an organisation says of its offers.
pub(crate) fn offers_of(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<OfferRow>, Error> {
    Ok(offers::table
        .filter(offers::organisation_id.eq(organisation))
        .order((offers::connection_id, offers::method, offers::currency))
        .select(OfferRow::as_select())
        .load(conn)?)
}
