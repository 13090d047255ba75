//! Items that are due in parts; the parts themselves stand with the document.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{ExpressionMethods, QueryDsl, Queryable, QueryableByName, RunQueryDsl, Selectable, SelectableHelper};
use kernel::id::{CustomerId, InvoiceId, OpenItemId, OrganisationId};
use kernel::{Currency, Date};
use schema::types::{CurrencySql, DateSql, Day, IdSql};
use schema::{invoice_instalments, is_in_parts, is_open, open_items};
use std::collections::BTreeMap;
use store::{Conn, Error};

/// What is open of an item that is due in parts, or was on a day.
#[derive(Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = open_items)]
pub(crate) struct InParts {
    #[diesel(sql_type = IdSql)]
    pub item_id: OpenItemId,
    #[diesel(sql_type = IdSql)]
    pub customer_id: CustomerId,
    #[diesel(sql_type = CurrencySql)]
    pub currency: Currency,
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Where the sums count it.
    #[diesel(sql_type = Nullable<DateSql>)]
    pub due_on: Option<Day>,
    #[diesel(sql_type = BigInt)]
    pub amount_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub open_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub functional_open_minor: i64,
}

/// What is open and due in parts, of one customer or of all.
pub(crate) fn in_parts(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: Option<CustomerId>,
) -> Result<Vec<InParts>, Error> {
    let mut query = open_items::table
        .filter(open_items::organisation_id.eq(organisation))
        .filter(is_open())
        .filter(is_in_parts())
        .select(InParts::as_select())
        .into_boxed();
    if let Some(customer) = customer {
        query = query.filter(open_items::customer_id.eq(customer));
    }
    Ok(query.load(conn)?)
}

/// What was open at the end of a day and is due in parts; without book values.
pub(crate) fn in_parts_at(conn: &mut Conn, organisation: OrganisationId, day: Date) -> Result<Vec<InParts>, Error> {
    const SQL: &str = "SELECT * FROM (SELECT i.item_id, i.customer_id, i.currency, i.kind, i.due_on, i.amount_minor, \
            CAST(i.amount_minor - COALESCE((SELECT SUM(a.amount_minor) FROM allocations a \
                WHERE a.organisation_id = i.organisation_id AND a.date <= $1 AND a.debit_id = i.item_id), 0) AS BIGINT) \
                AS open_minor, CAST(0 AS BIGINT) AS functional_open_minor \
        FROM open_items i WHERE i.organisation_id = $2 AND i.final_due_on IS NOT NULL AND i.date <= $1) o \
        WHERE o.open_minor <> 0";
    Ok(diesel::sql_query(SQL).bind::<DateSql, _>(Day(day)).bind::<IdSql, _>(organisation).load(conn)?)
}

/// The parts of these items, each item's in the order of their days: day, minor units.
pub(crate) fn parts_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[OpenItemId],
) -> Result<BTreeMap<OpenItemId, Vec<(Date, i64)>>, Error> {
    let invoices: Vec<InvoiceId> = ids.iter().map(|id| id.retyped()).collect();
    let rows: Vec<(InvoiceId, Day, i64)> = store::in_parts(&invoices, |some| {
        invoice_instalments::table
            .filter(invoice_instalments::organisation_id.eq(organisation))
            .filter(invoice_instalments::invoice_id.eq_any(some))
            .order((invoice_instalments::invoice_id, invoice_instalments::instalment))
            .select((invoice_instalments::invoice_id, invoice_instalments::due_on, invoice_instalments::amount_minor))
            .load(conn)
    })?;
    let mut parts: BTreeMap<OpenItemId, Vec<(Date, i64)>> = BTreeMap::new();
    for (id, day, minor) in rows {
        parts.entry(id.retyped()).or_default().push((day.0, minor));
    }
    Ok(parts)
}

/// Notes when the next part of a locked item is due.
pub(crate) fn set_due(conn: &mut Conn, organisation: OrganisationId, id: OpenItemId, on: Date) -> Result<(), Error> {
    diesel::update(open_items::table)
        .filter(open_items::organisation_id.eq(organisation))
        .filter(open_items::item_id.eq(id))
        .set(open_items::due_on.eq(Day(on)))
        .execute(conn)?;
    Ok(())
}
