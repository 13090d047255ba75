//! All SQL of receivables.

mod control;
mod days;
mod parts;
mod sums;

pub(crate) use control::{Standing, advances_differ, receivables_differ};
pub(crate) use days::{DayRow, day_sums, insert_days, loose_days, raise_day, take_days};
pub(crate) use parts::{InParts, in_parts, in_parts_at, parts_of, set_due};
pub use sums::in_place_of_others;
pub(crate) use sums::{
    Group, Moved, allocations_across, bad_items, deposits_of_orders, due_days, moves, names, open_groups,
    open_groups_at, orders_without_invoice, uncleared,
};

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, PgConnection, QueryDsl, QueryResult,
    Queryable, RunQueryDsl, Selectable, SelectableHelper, SqliteConnection,
};
use kernel::id::{AllocationId, CustomerId, OpenItemId, OrganisationId};
use kernel::{Currency, Scope};
use schema::types::{At, Day, IdSql};
use schema::{allocations, is_open, open_items};
use store::{Conn, Error, each, for_update, insert_rows};

/// A row of `open_items`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = open_items, treat_none_as_default_value = false)]
pub(crate) struct ItemRow {
    pub organisation_id: OrganisationId,
    pub item_id: OpenItemId,
    pub kind: String,
    pub customer_id: CustomerId,
    pub currency: Currency,
    pub amount_minor: i64,
    pub open_minor: i64,
    pub functional_minor: i64,
    pub functional_open_minor: i64,
    pub date: Day,
    /// When the next part of what is open is due.
    pub due_on: Option<Day>,
    /// The last day, where it is due in parts.
    pub final_due_on: Option<Day>,
}

/// What whoever compares a document with its open item looks at: the item as its row has it, not yet believed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = open_items)]
pub struct ItemFacts {
    pub item_id: OpenItemId,
    pub kind: String,
    pub customer_id: CustomerId,
    pub currency: Currency,
    pub amount_minor: i64,
    pub open_minor: i64,
    /// Value in the books' currency.
    pub functional_minor: i64,
    pub due_on: Option<Day>,
    pub final_due_on: Option<Day>,
}

/// The open items from an id to another.
pub fn facts_between(
    conn: &mut Conn,
    organisation: OrganisationId,
    (first, last): (OpenItemId, OpenItemId),
) -> Result<Vec<ItemFacts>, Error> {
    Ok(open_items::table
        .filter(open_items::organisation_id.eq(organisation))
        .filter(open_items::item_id.between(first, last))
        .select(ItemFacts::as_select())
        .load(conn)?)
}

/// A row of `allocations`; of a reduction only one side is set, and the amount is in its currency.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = allocations, treat_none_as_default_value = false)]
pub(crate) struct AllocationRow {
    pub organisation_id: OrganisationId,
    pub allocation_id: AllocationId,
    pub debit_id: Option<OpenItemId>,
    pub credit_id: Option<OpenItemId>,
    /// In the currency of the debit.
    pub amount_minor: i64,
    /// What leaves the credit, where that is in another currency.
    pub paid_minor: Option<i64>,
    pub debit_functional_minor: i64,
    pub credit_functional_minor: i64,
    pub date: Day,
    pub reverses: Option<AllocationId>,
    /// The credit that stood there before; see [`crate::replace`].
    pub in_place_of: Option<OpenItemId>,
    pub created_at: At,
}

impl AllocationRow {
    /// What leaves the credit, in minor units of its currency.
    pub fn off_credit(&self) -> i64 {
        self.paid_minor.unwrap_or(self.amount_minor)
    }
}

/// So much leaves an item. A static statement: Diesel caches no plain UPDATE, and this one runs on every payment.
#[derive(Debug, QueryId)]
pub(crate) struct Change {
    pub organisation: OrganisationId,
    pub item: OpenItemId,
    pub minor: i64,
    pub functional_minor: i64,
}

impl<DB> QueryFragment<DB> for Change
where
    DB: Backend + HasSqlType<IdSql>,
    i64: ToSql<BigInt, DB>,
    OrganisationId: ToSql<IdSql, DB>,
    OpenItemId: ToSql<IdSql, DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("UPDATE open_items SET open_minor = open_minor - ");
        pass.push_bind_param::<BigInt, _>(&self.minor)?;
        pass.push_sql(", functional_open_minor = functional_open_minor - ");
        pass.push_bind_param::<BigInt, _>(&self.functional_minor)?;
        pass.push_sql(" WHERE organisation_id = ");
        pass.push_bind_param::<IdSql, _>(&self.organisation)?;
        pass.push_sql(" AND item_id = ");
        pass.push_bind_param::<IdSql, _>(&self.item)?;
        Ok(())
    }
}
impl RunQueryDsl<SqliteConnection> for Change {}
impl RunQueryDsl<PgConnection> for Change {}
impl RunQueryDsl<SqliteConnection> for &Change {}
impl RunQueryDsl<PgConnection> for &Change {}

/// Lowers what is open of a locked item.
pub(crate) fn lower(conn: &mut Conn, change: &Change) -> Result<(), Error> {
    let rows = each!(conn, |c| change.execute(c))?;
    if rows == 1 { Ok(()) } else { Err(Error::Broken(format!("open item {} is gone", change.item))) }
}

pub(crate) fn insert_item(conn: &mut Conn, row: &ItemRow) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(open_items::table).values(row).execute(c))?;
    Ok(())
}

pub(crate) fn insert_allocations(conn: &mut Conn, rows: &[AllocationRow]) -> Result<(), Error> {
    insert_rows!(conn, allocations::table, rows)?;
    Ok(())
}

pub(crate) fn find_item(conn: &mut Conn, scope: &Scope, id: OpenItemId) -> Result<Option<ItemRow>, Error> {
    let row: Option<ItemRow> = open_items::table
        .filter(open_items::organisation_id.eq(scope.organisation()).and(open_items::item_id.eq(id)))
        .select(ItemRow::as_select())
        .get_result(conn)
        .optional()?;
    Ok(row.filter(|row| scope.admits(row.customer_id)))
}

/// Loads items and holds them until the transaction ends, in the order of their ids.
pub(crate) fn lock_items(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: Vec<OpenItemId>,
) -> Result<Vec<ItemRow>, Error> {
    if let [id] = ids[..] {
        // Most payments settle one invoice. SQLite's list of ids is written anew for each length and never prepared for good.
        return Ok(for_update!(
            conn,
            open_items::table
                .filter(open_items::organisation_id.eq(organisation))
                .filter(open_items::item_id.eq(id))
                .select(ItemRow::as_select())
        )?);
    }
    Ok(for_update!(
        conn,
        open_items::table
            .filter(open_items::organisation_id.eq(organisation))
            .filter(open_items::item_id.eq_any(ids))
            .order(open_items::item_id.asc())
            .select(ItemRow::as_select())
    )?)
}

pub(crate) fn items_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    customer: CustomerId,
    only_open: bool,
) -> Result<Vec<ItemRow>, Error> {
    let mut query = open_items::table
        .filter(open_items::organisation_id.eq(organisation))
        .filter(open_items::customer_id.eq(customer))
        .order((open_items::date.asc(), open_items::item_id.asc()))
        .select(ItemRow::as_select())
        .into_boxed();
    if only_open {
        query = query.filter(is_open());
    }
    Ok(query.load(conn)?)
}

/// These items, as far as they may be seen, by id.
pub(crate) fn find_items(conn: &mut Conn, scope: &Scope, ids: &[OpenItemId]) -> Result<Vec<ItemRow>, Error> {
    let mut rows: Vec<ItemRow> = store::in_parts(ids, |some| {
        open_items::table
            .filter(open_items::organisation_id.eq(scope.organisation()))
            .filter(open_items::item_id.eq_any(some))
            .select(ItemRow::as_select())
            .load(conn)
    })?;
    rows.retain(|row| scope.admits(row.customer_id));
    rows.sort_by_key(|row| row.item_id);
    Ok(rows)
}

/// Every row that names one of the items, oldest first.
pub(crate) fn allocations_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[OpenItemId],
) -> Result<Vec<AllocationRow>, Error> {
    // Each side by its own index: for one condition with OR, in order of the key, SQLite reads every allocation there is.
    let mut rows: Vec<AllocationRow> = store::in_parts(ids, |some| {
        allocations::table
            .filter(allocations::organisation_id.eq(organisation))
            .filter(allocations::debit_id.eq_any(some))
            .select(AllocationRow::as_select())
            .load(conn)
    })?;
    rows.extend(store::in_parts(ids, |some| {
        allocations::table
            .filter(allocations::organisation_id.eq(organisation))
            .filter(allocations::credit_id.eq_any(some))
            .select(AllocationRow::as_select())
            .load::<AllocationRow>(conn)
    })?);
    rows.sort_by_key(|row| row.allocation_id);
    rows.dedup_by_key(|row| row.allocation_id);
    Ok(rows)
}

/// The allocations of a credit that were not taken back, oldest first.
pub(crate) fn live_of_credit(
    conn: &mut Conn,
    organisation: OrganisationId,
    credit: OpenItemId,
) -> Result<Vec<AllocationRow>, Error> {
    let rows: Vec<AllocationRow> = allocations::table
        .filter(allocations::organisation_id.eq(organisation))
        .filter(allocations::credit_id.eq(credit))
        .filter(allocations::debit_id.is_not_null())
        .order(allocations::allocation_id.asc())
        .select(AllocationRow::as_select())
        .load(conn)?;
    let taken_back: Vec<AllocationId> = rows.iter().filter_map(|row| row.reverses).collect();
    let stands = |row: &AllocationRow| row.reverses.is_none() && !taken_back.contains(&row.allocation_id);
    Ok(rows.into_iter().filter(stands).collect())
}
