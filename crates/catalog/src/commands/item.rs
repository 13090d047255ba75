//! New and changed items, and their prices.

use crate::rules::item::{ItemData, PriceData};
use crate::store::{self, EVER, ItemRow, PriceRow};
use ::store::{Command, Error, Tx, search};
use kernel::id::ItemId;
use kernel::{Date, Permission, Refusal};
use schema::types::{At, Day, Exact, JsonText};

/// Takes up an item. Prices without a day hold from the beginning.
#[derive(Debug, Clone)]
pub struct CreateItem {
    pub data: ItemData,
    pub prices: Vec<PriceData>,
}

impl Command for CreateItem {
    const NAME: &'static str = "item.create";
    const PERMISSION: Permission = Permission::CatalogWrite;
    type Output = ItemId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<ItemId, Error> {
        take_up(tx, &self.data, &self.prices)
    }
}

/// Writes an item with its prices, and tells of it. Refuses by `/code` and `/tax_code`.
pub fn take_up(tx: &mut Tx<'_>, data: &ItemData, prices: &[PriceData]) -> Result<ItemId, Error> {
    check_references(tx, data, None)?;
    let id: ItemId = tx.new_id();
    let row = ItemRow {
        organisation_id: tx.organisation(),
        item_id: id,
        code: data.code.clone(),
        names: JsonText(serde_json::to_string(&data.names)?),
        unit: data.unit.clone(),
        tax_code: data.tax_code.clone(),
        archived: false,
        created_at: At(tx.now()),
        version: 1,
    };
    store::insert_item(tx.conn, &row)?;
    for price in prices {
        put_price(tx, id, price, EVER)?;
    }
    index(tx, id, data)?;
    tx.audit(id, &serde_json::json!({ "code": row.code, "tax_code": row.tax_code }))?;
    tx.emit("item.created", id, &serde_json::json!({}))?;
    Ok(id)
}

/// Replaces an item's data, or archives it; sets prices in addition. Prices without a day hold from today.
#[derive(Debug, Clone)]
pub struct UpdateItem {
    pub id: ItemId,
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    pub data: ItemData,
    pub prices: Vec<PriceData>,
    pub archived: bool,
}

impl Command for UpdateItem {
    const NAME: &'static str = "item.update";
    const PERMISSION: Permission = Permission::CatalogWrite;
    type Output = ItemId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<ItemId, Error> {
        let mut row = held(tx, self.id)?;
        if self.version.is_some_and(|version| version != row.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        check_references(tx, &self.data, Some(&row))?;
        row.code.clone_from(&self.data.code);
        row.names = JsonText(serde_json::to_string(&self.data.names)?);
        row.unit.clone_from(&self.data.unit);
        row.tax_code.clone_from(&self.data.tax_code);
        row.archived = self.archived;
        if !store::update_item(tx.conn, &row)? {
            return Err(Refusal::conflict("stale_form").into());
        }
        index(tx, self.id, &self.data)?;
        let today = tx.today()?;
        for price in &self.prices {
            put_price(tx, self.id, price, today)?;
        }
        let details = serde_json::json!({ "version": row.version + 1, "code": row.code, "tax_code": row.tax_code, "archived": row.archived });
        tx.audit(self.id, &details)?;
        tx.emit("item.updated", self.id, &serde_json::json!({}))?;
        Ok(self.id)
    }
}

/// Sets the price of an item from a day on; without a day from today. A price of the same currency and day is replaced.
#[derive(Debug, Clone)]
pub struct SetPrice {
    pub item: ItemId,
    pub price: PriceData,
}

impl Command for SetPrice {
    const NAME: &'static str = "item.price";
    const PERMISSION: Permission = Permission::CatalogWrite;
    type Output = ItemId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<ItemId, Error> {
        held(tx, self.item)?;
        let today = tx.today()?;
        put_price(tx, self.item, &self.price, today)?;
        tx.emit("item.updated", self.item, &serde_json::json!({}))?;
        Ok(self.item)
    }
}

fn held(tx: &mut Tx<'_>, id: ItemId) -> Result<ItemRow, Error> {
    let organisation = tx.organisation();
    Ok(store::lock_item(tx.conn, organisation, id)?.ok_or_else(|| Refusal::not_found("item_not_found"))?)
}

/// Lets the item be found by code and name.
fn index(tx: &mut Tx<'_>, id: ItemId, data: &ItemData) -> Result<(), Error> {
    let names: Vec<&str> = data.names.0.values().map(String::as_str).collect();
    let (organisation, now) = (tx.organisation(), tx.now());
    search::put(tx.conn, organisation, &search::Entry::new(id, None, &data.code, &names.join(" · ")), now)
}

/// Writes a price and its trace.
fn put_price(tx: &mut Tx<'_>, item: ItemId, data: &PriceData, otherwise: Date) -> Result<(), Error> {
    let valid_from = data.valid_from.unwrap_or(otherwise);
    let row = PriceRow {
        organisation_id: tx.organisation(),
        price_id: tx.new_id(),
        item_id: item,
        currency: data.price.currency(),
        amount: Exact(data.price.amount()),
        valid_from: Day(valid_from),
    };
    store::put_price(tx.conn, &row)?;
    let details = serde_json::json!({ "currency": row.currency, "price": data.price.text(), "valid_from": valid_from.to_string() });
    tx.audit(item, &details)
}

/// The code is free, and the tax code exists; one that was archived may stay where it was.
fn check_references(tx: &mut Tx<'_>, data: &ItemData, old: Option<&ItemRow>) -> Result<(), Error> {
    let organisation = tx.organisation();
    if store::item_of_code(tx.conn, organisation, &data.code)?.is_some_and(|id| Some(id) != old.map(|o| o.item_id)) {
        return Err(Refusal::field("/code", "already_exists").into());
    }
    let Some(code) = &data.tax_code else { return Ok(()) };
    let kept = old.is_some_and(|old| old.tax_code.as_ref() == Some(code));
    match store::find_tax_code(tx.conn, organisation, code)? {
        None => Err(Refusal::field("/tax_code", "not_found").into()),
        Some(row) if row.archived && !kept => Err(Refusal::field("/tax_code", "tax_code_archived").into()),
        Some(_) => Ok(()),
    }
}
