//! What pages, the API and other slices read of the catalog.

use crate::pricing::{name_of, names_of, prices_on};
use crate::rules::price::{Dated, on_day, price_on};
use crate::store::{self, ItemRow, TaxCodeRow};
pub use crate::store::{EVER, Filter};
use ::store::{Conn, Error, Part};
use kernel::id::{ItemId, OrganisationId};
use kernel::{Currency, Date, Locale, Localized, Percent, Refusal, Timestamp, UnitPrice};
use std::collections::HashMap;

/// An item with all its prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: ItemId,
    pub code: String,
    pub names: Localized,
    pub unit: String,
    pub tax_code: Option<String>,
    /// By currency, then by first day.
    pub prices: Vec<Dated<UnitPrice>>,
    pub archived: bool,
    pub created_at: Timestamp,
    /// Counts changes; a form that was loaded at another version is stale.
    pub version: i64,
}

impl Item {
    /// The prices that hold on a day, one a currency.
    pub fn prices_on(&self, day: Date) -> Vec<UnitPrice> {
        let mut currencies: Vec<Currency> = self.prices.iter().map(|p| p.value.currency()).collect();
        currencies.dedup();
        currencies.into_iter().filter_map(|currency| price_on(&self.prices, currency, day)).collect()
    }
}

/// A tax code with all its rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxCode {
    pub code: String,
    pub names: Localized,
    /// Whether prices contain the tax.
    pub inclusive: bool,
    /// By first day.
    pub rates: Vec<Dated<Percent>>,
    pub archived: bool,
    pub created_at: Timestamp,
    pub version: i64,
}

impl TaxCode {
    /// The rate that holds on a day.
    pub fn rate_on(&self, day: Date) -> Option<Percent> {
        on_day(&self.rates, day).copied()
    }
}

/// One item, or a refusal.
pub fn item(conn: &mut Conn, organisation: OrganisationId, id: ItemId) -> Result<Item, Error> {
    let row = store::find_item(conn, organisation, id)?.ok_or_else(|| Refusal::not_found("item_not_found"))?;
    let mut items = with_prices(conn, organisation, vec![row])?;
    items.pop().ok_or_else(|| Refusal::not_found("item_not_found").into())
}

/// A part of the items, newest first.
pub fn items(conn: &mut Conn, organisation: OrganisationId, filter: &Filter, part: &Part) -> Result<Vec<Item>, Error> {
    let rows = store::list_items(conn, organisation, filter, part)?;
    with_prices(conn, organisation, rows)
}

fn with_prices(conn: &mut Conn, organisation: OrganisationId, rows: Vec<ItemRow>) -> Result<Vec<Item>, Error> {
    let ids: Vec<ItemId> = rows.iter().map(|row| row.item_id).collect();
    let mut prices: HashMap<ItemId, Vec<Dated<UnitPrice>>> = HashMap::new();
    for row in store::prices_of(conn, organisation, &ids)? {
        let value = UnitPrice::new(row.amount.0, row.currency).map_err(|e| Error::Broken(e.to_string()))?;
        prices.entry(row.item_id).or_default().push(Dated { from: row.valid_from.0, until: None, value });
    }
    Ok(rows
        .into_iter()
        .map(|row| Item {
            id: row.item_id,
            names: names_of(&row.names),
            prices: prices.remove(&row.item_id).unwrap_or_default(),
            code: row.code,
            unit: row.unit,
            tax_code: row.tax_code,
            archived: row.archived,
            created_at: row.created_at.0,
            version: row.version,
        })
        .collect())
}

/// One tax code, or a refusal.
pub fn tax_code(conn: &mut Conn, organisation: OrganisationId, code: &str) -> Result<TaxCode, Error> {
    let row = store::find_tax_code(conn, organisation, code)?;
    let row = row.ok_or_else(|| Refusal::not_found("tax_code_not_found"))?;
    let mut codes = with_rates(conn, organisation, vec![row])?;
    codes.pop().ok_or_else(|| Refusal::not_found("tax_code_not_found").into())
}

/// Up to `limit` tax codes, in the order of codes.
pub fn tax_codes(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<TaxCode>, Error> {
    let rows = store::list_tax_codes(conn, organisation, filter, limit)?;
    with_rates(conn, organisation, rows)
}

fn with_rates(conn: &mut Conn, organisation: OrganisationId, rows: Vec<TaxCodeRow>) -> Result<Vec<TaxCode>, Error> {
    let codes: Vec<String> = rows.iter().map(|row| row.code.clone()).collect();
    let mut rates: HashMap<String, Vec<Dated<Percent>>> = HashMap::new();
    for row in store::rates_of(conn, organisation, &codes)? {
        let value = Percent::new(row.rate.0).map_err(|e| Error::Broken(e.to_string()))?;
        rates.entry(row.code).or_default().push(Dated { from: row.valid_from.0, until: None, value });
    }
    Ok(rows
        .into_iter()
        .map(|row| TaxCode {
            rates: rates.remove(&row.code).unwrap_or_default(),
            code: row.code,
            names: names_of(&row.names),
            inclusive: row.inclusive,
            archived: row.archived,
            created_at: row.created_at.0,
            version: row.version,
        })
        .collect())
}

/// What may be ordered in a currency on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub item: ItemId,
    pub code: String,
    /// In the language asked for.
    pub name: String,
    pub unit: String,
    /// `None` where the item has no price in the currency.
    pub price: Option<UnitPrice>,
}

/// Up to `limit` items that are not archived, by code: those that `words` find, or where there are none the newest.
pub fn offers(
    conn: &mut Conn,
    organisation: OrganisationId,
    locale: Locale,
    currency: Currency,
    on: Date,
    words: &str,
    limit: i64,
) -> Result<Vec<Offer>, Error> {
    let filter = Filter { search: Some(words.to_owned()), archived: Some(false) };
    let rows = store::list_items(conn, organisation, &filter, &Part::newest::<Item>(None, limit))?;
    let ids: Vec<ItemId> = rows.iter().map(|row| row.item_id).collect();
    let prices = prices_on(conn, organisation, &ids, currency, on)?;
    let offer = |row: ItemRow| Offer {
        item: row.item_id,
        name: name_of(&row, locale),
        price: prices.get(&row.item_id).copied(),
        code: row.code,
        unit: row.unit,
    };
    let mut offers: Vec<Offer> = rows.into_iter().map(offer).collect();
    offers.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(offers)
}
