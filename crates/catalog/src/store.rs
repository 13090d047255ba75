//! All SQL of the catalog.

use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use kernel::id::{ItemId, OrganisationId, PriceId};
use kernel::{Currency, Date};
use schema::types::{At, Day, Exact, JsonText};
use schema::{item_prices, items, tax_codes, tax_rates};
use store::{Conn, Each, Error, Part, by_id, each, for_update, search};

/// What words are looked for in: one text of code and names in every language, so that a language's tag is not found.
const SOUGHT: &str =
    "LOWER(code || ' ' || COALESCE(names ->> 'zh-CN', '') || ' ' || COALESCE(names ->> 'en', '')) LIKE ";

/// A row of `items`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = items, treat_none_as_default_value = false)]
pub(crate) struct ItemRow {
    pub organisation_id: OrganisationId,
    pub item_id: ItemId,
    pub code: String,
    pub names: JsonText,
    pub unit: String,
    pub tax_code: Option<String>,
    pub archived: bool,
    pub created_at: At,
    pub version: i64,
}

/// A row of `item_prices`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = item_prices)]
pub(crate) struct PriceRow {
    pub organisation_id: OrganisationId,
    pub price_id: PriceId,
    pub item_id: ItemId,
    pub currency: Currency,
    pub amount: Exact,
    pub valid_from: Day,
}

/// A row of `tax_codes`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = tax_codes)]
pub(crate) struct TaxCodeRow {
    pub organisation_id: OrganisationId,
    pub code: String,
    pub names: JsonText,
    pub inclusive: bool,
    pub archived: bool,
    pub created_at: At,
    pub version: i64,
}

/// A row of `tax_rates`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = tax_rates)]
pub(crate) struct TaxRateRow {
    pub organisation_id: OrganisationId,
    pub code: String,
    pub valid_from: Day,
    pub rate: Exact,
}

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of a code or name.
    pub search: Option<String>,
    /// Archived ones only, or none of them; `None` is both.
    pub archived: Option<bool>,
}

impl Filter {
    fn pattern(&self) -> Option<String> {
        self.search.as_deref().and_then(search::pattern)
    }
}

pub(crate) fn insert_item(conn: &mut Conn, row: &ItemRow) -> Result<(), Error> {
    diesel::insert_into(items::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn find_item(conn: &mut Conn, organisation: OrganisationId, id: ItemId) -> Result<Option<ItemRow>, Error> {
    Ok(items::table
        .filter(items::organisation_id.eq(organisation))
        .filter(items::item_id.eq(id))
        .select(ItemRow::as_select())
        .get_result(conn)
        .optional()?)
}

pub(crate) fn lock_item(conn: &mut Conn, organisation: OrganisationId, id: ItemId) -> Result<Option<ItemRow>, Error> {
    let rows: Vec<ItemRow> = for_update!(
        conn,
        items::table
            .filter(items::organisation_id.eq(organisation))
            .filter(items::item_id.eq(id))
            .select(ItemRow::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// The item that has this code.
pub(crate) fn item_of_code(conn: &mut Conn, organisation: OrganisationId, code: &str) -> Result<Option<ItemId>, Error> {
    Ok(items::table
        .filter(items::organisation_id.eq(organisation))
        .filter(items::code.eq(code))
        .select(items::item_id)
        .get_result(conn)
        .optional()?)
}

/// Items by id or by code.
pub(crate) fn items_named(
    conn: &mut Conn,
    organisation: OrganisationId,
    ids: &[ItemId],
    codes: &[String],
) -> Result<Vec<ItemRow>, Error> {
    let rows: Vec<ItemRow> = each!(conn, |c| items::table
        .filter(items::organisation_id.eq(organisation))
        .filter(items::item_id.eq_any(ids).or(items::code.eq_any(codes)))
        .select(ItemRow::as_select())
        .load(c))?;
    Ok(rows)
}

/// Saves a changed item if nobody changed it since `row.version`; false when somebody did.
pub(crate) fn update_item(conn: &mut Conn, row: &ItemRow) -> Result<bool, Error> {
    let rows = diesel::update(items::table)
        .filter(items::organisation_id.eq(row.organisation_id))
        .filter(items::item_id.eq(row.item_id))
        .filter(items::version.eq(row.version))
        .set((
            items::code.eq(&row.code),
            items::names.eq(&row.names),
            items::unit.eq(&row.unit),
            items::tax_code.eq(&row.tax_code),
            items::archived.eq(row.archived),
            items::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// A part of the items, newest first.
pub(crate) fn list_items(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &Filter,
    part: &Part,
) -> Result<Vec<ItemRow>, Error> {
    let mut query = items::table
        .filter(items::organisation_id.eq(organisation))
        .select(ItemRow::as_select())
        .limit(part.limit)
        .into_boxed();
    if let Some(archived) = filter.archived {
        query = query.filter(items::archived.eq(archived));
    }
    if let Some(pattern) = filter.pattern() {
        query = query.filter(sql::<Bool>(SOUGHT).bind::<Text, _>(pattern).sql(" ESCAPE '\\'"));
    }
    Ok(part.in_order(by_id!(query, part, items::item_id).load(conn)?))
}

/// Every price of these items, oldest first.
pub(crate) fn prices_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    items: &[ItemId],
) -> Result<Vec<PriceRow>, Error> {
    let rows: Vec<PriceRow> = each!(conn, |c| item_prices::table
        .filter(item_prices::organisation_id.eq(organisation))
        .filter(item_prices::item_id.eq_any(items))
        .order((item_prices::item_id.asc(), item_prices::currency.asc(), item_prices::valid_from.asc()))
        .select(PriceRow::as_select())
        .load(c))?;
    Ok(rows)
}

/// Writes a price; one of the same item, currency and day is replaced.
pub(crate) fn put_price(conn: &mut Conn, row: &PriceRow) -> Result<(), Error> {
    let upsert = diesel::insert_into(item_prices::table)
        .values(row)
        .on_conflict((
            item_prices::organisation_id,
            item_prices::item_id,
            item_prices::currency,
            item_prices::valid_from,
        ))
        .do_update()
        .set(item_prices::amount.eq(row.amount));
    Each(upsert).execute(conn)?;
    Ok(())
}

pub(crate) fn insert_tax_code(conn: &mut Conn, row: &TaxCodeRow) -> Result<(), Error> {
    diesel::insert_into(tax_codes::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn find_tax_code(
    conn: &mut Conn,
    organisation: OrganisationId,
    code: &str,
) -> Result<Option<TaxCodeRow>, Error> {
    Ok(tax_codes::table
        .filter(tax_codes::organisation_id.eq(organisation))
        .filter(tax_codes::code.eq(code))
        .select(TaxCodeRow::as_select())
        .get_result(conn)
        .optional()?)
}

pub(crate) fn lock_tax_code(
    conn: &mut Conn,
    organisation: OrganisationId,
    code: &str,
) -> Result<Option<TaxCodeRow>, Error> {
    let rows: Vec<TaxCodeRow> = for_update!(
        conn,
        tax_codes::table
            .filter(tax_codes::organisation_id.eq(organisation))
            .filter(tax_codes::code.eq(code))
            .select(TaxCodeRow::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Saves a changed tax code if nobody changed it since `row.version`; false when somebody did.
pub(crate) fn update_tax_code(conn: &mut Conn, row: &TaxCodeRow) -> Result<bool, Error> {
    let rows = diesel::update(tax_codes::table)
        .filter(tax_codes::organisation_id.eq(row.organisation_id))
        .filter(tax_codes::code.eq(&row.code))
        .filter(tax_codes::version.eq(row.version))
        .set((
            tax_codes::names.eq(&row.names),
            tax_codes::inclusive.eq(row.inclusive),
            tax_codes::archived.eq(row.archived),
            tax_codes::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Tax codes in the order of codes.
pub(crate) fn list_tax_codes(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<TaxCodeRow>, Error> {
    let mut query = tax_codes::table
        .filter(tax_codes::organisation_id.eq(organisation))
        .select(TaxCodeRow::as_select())
        .order(tax_codes::code.asc())
        .limit(limit)
        .into_boxed();
    if let Some(archived) = filter.archived {
        query = query.filter(tax_codes::archived.eq(archived));
    }
    if let Some(pattern) = filter.pattern() {
        query = query.filter(sql::<Bool>(SOUGHT).bind::<Text, _>(pattern).sql(" ESCAPE '\\'"));
    }
    Ok(query.load(conn)?)
}

/// Tax codes by their codes.
pub(crate) fn tax_codes_named(
    conn: &mut Conn,
    organisation: OrganisationId,
    codes: &[String],
) -> Result<Vec<TaxCodeRow>, Error> {
    let rows: Vec<TaxCodeRow> = each!(conn, |c| tax_codes::table
        .filter(tax_codes::organisation_id.eq(organisation))
        .filter(tax_codes::code.eq_any(codes))
        .select(TaxCodeRow::as_select())
        .load(c))?;
    Ok(rows)
}

/// Every rate of these codes, oldest first.
pub(crate) fn rates_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    codes: &[String],
) -> Result<Vec<TaxRateRow>, Error> {
    let rows: Vec<TaxRateRow> = each!(conn, |c| tax_rates::table
        .filter(tax_rates::organisation_id.eq(organisation))
        .filter(tax_rates::code.eq_any(codes))
        .order((tax_rates::code.asc(), tax_rates::valid_from.asc()))
        .select(TaxRateRow::as_select())
        .load(c))?;
    Ok(rows)
}

/// Writes a rate; one of the same code and day is replaced.
pub(crate) fn put_rate(conn: &mut Conn, row: &TaxRateRow) -> Result<(), Error> {
    let upsert = diesel::insert_into(tax_rates::table)
        .values(row)
        .on_conflict((tax_rates::organisation_id, tax_rates::code, tax_rates::valid_from))
        .do_update()
        .set(tax_rates::rate.eq(row.rate));
    Each(upsert).execute(conn)?;
    Ok(())
}

/// The first day of what was always so: prices and rates that are written without a day when their item or code is new.
pub const EVER: Date = Date::constant(1900, 1, 1);
