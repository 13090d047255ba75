//! New and changed items, and their prices.

use crate::queries::{self, Item};
use crate::rules::item::{ItemData, PriceData};
use crate::store::{self, EVER, ItemRow, PriceRow};
use ::store::{Command, Error, Tx, search};
use kernel::id::ItemId;
use kernel::{Date, Fields, Permission, Refusal};
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
        check_new(tx, &self.data.code, self.data.tax_code.as_deref())?;
        take_up(tx, &self.data, &self.prices)
    }
}

/// Refuses an item whose code is taken (`/code`) or whose tax code is not to be had (`/tax_code`), naming both at once.
pub fn check_new(tx: &mut Tx<'_>, code: &str, tax_code: Option<&str>) -> Result<(), Error> {
    check_references(tx, code, tax_code, None)
}

/// Writes an item that passed [`check_new`] with its prices, and tells of it.
pub fn take_up(tx: &mut Tx<'_>, data: &ItemData, prices: &[PriceData]) -> Result<ItemId, Error> {
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

/// Changes an item's data, or archives it; sets prices in addition. Prices without a day hold from today.
#[derive(Debug, Clone)]
pub struct UpdateItem<C = fn(Item) -> Result<(ItemData, Vec<PriceData>, bool), Refusal>> {
    pub id: ItemId,
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    /// What becomes of the item as this transaction finds it: its data, prices to set, and whether it is archived.
    pub change: C,
}

impl<C> Command for UpdateItem<C>
where
    C: Fn(Item) -> Result<(ItemData, Vec<PriceData>, bool), Refusal> + Send + 'static,
{
    const NAME: &'static str = "item.update";
    const PERMISSION: Permission = Permission::CatalogWrite;
    type Output = ItemId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<ItemId, Error> {
        let mut row = held(tx, self.id)?;
        if self.version.is_some_and(|version| version != row.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        let organisation = tx.organisation();
        let (data, prices, archived) = (self.change)(queries::item(tx.conn, organisation, self.id)?)?;
        check_references(tx, &data.code, data.tax_code.as_deref(), Some(&row))?;
        row.code.clone_from(&data.code);
        row.names = JsonText(serde_json::to_string(&data.names)?);
        row.unit.clone_from(&data.unit);
        row.tax_code.clone_from(&data.tax_code);
        row.archived = archived;
        if !store::update_item(tx.conn, &row)? {
            return Err(Refusal::conflict("stale_form").into());
        }
        index(tx, self.id, &data)?;
        let today = tx.today()?;
        for price in &prices {
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
fn check_references(tx: &mut Tx<'_>, code: &str, tax_code: Option<&str>, old: Option<&ItemRow>) -> Result<(), Error> {
    let organisation = tx.organisation();
    let mut fields = Fields::new();
    if store::item_of_code(tx.conn, organisation, code)?.is_some_and(|id| Some(id) != old.map(|o| o.item_id)) {
        fields.note("/code", "already_exists");
    }
    if let Some(tax_code) = tax_code {
        let is_kept = old.is_some_and(|old| old.tax_code.as_deref() == Some(tax_code));
        match store::find_tax_code(tx.conn, organisation, tax_code)? {
            None => fields.note("/tax_code", "not_found"),
            Some(row) if row.archived && !is_kept => fields.note("/tax_code", "tax_code_archived"),
            Some(_) => {}
        }
    }
    Ok(fields.finish()?)
}
