//! Items, each with a price.

use super::Taken;
use crate::faults::Faults;
use crate::rules::cell;
use crate::rules::sheet::Row;
use ::store::{Command, Error, Tx};
use catalog::rules::item::{self, ItemInput, PriceInput};
use kernel::{Locale, Permission};

/// Takes up the items of a file. A code that is in use is a fault of its row.
#[derive(Debug, Clone)]
pub struct ImportItems(pub Vec<Row>);

impl Command for ImportItems {
    const NAME: &'static str = "import.items";
    const PERMISSION: Permission = Permission::ImportRun;
    type Output = Taken;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Taken, Error> {
        let organisation = tx.organisation();
        let currency = tx.books()?.currency;
        let (mut faults, mut made) = (Faults::default(), 0);
        for row in &self.0 {
            if faults.is_full() {
                break;
            }
            let checked = item::check(&input(row, currency.code()));
            let Some((data, prices)) = faults.take(row.number, checked, column_of)? else { continue };
            // What stands earlier in the file is taken up by now, so that a code that stands twice is found too.
            if faults.take(row.number, catalog::commands::take_up(tx, &data, &prices), column_of)?.is_some() {
                made += 1;
            }
        }
        faults.finish()?;
        tx.audit(organisation, &serde_json::json!({ "items": made }))?;
        Ok(Taken { rows: self.0.len(), made })
    }
}

fn input(row: &Row, currency: &str) -> ItemInput {
    let names = [(Locale::ZhCn, "name_zh"), (Locale::En, "name_en")];
    let names = names.into_iter().filter_map(|(locale, column)| Some((locale.tag().to_owned(), row.given(column)?)));
    let price = row.given("price").map(|price| PriceInput {
        pointer: "/price".to_owned(),
        currency: row.given("currency").map_or_else(|| currency.to_owned(), |code| code.to_uppercase()),
        amount: cell::amount(&price),
        valid_from: None,
    });
    ItemInput {
        code: row.cell("code").to_owned(),
        names: names.collect(),
        unit: row.given("unit"),
        tax_code: row.given("tax_code"),
        prices: price.into_iter().collect(),
    }
}

/// The column in which a field of the item stands.
fn column_of(pointer: &str) -> &'static str {
    match pointer {
        "/unit" => "unit",
        "/tax_code" => "tax_code",
        "/price/currency" => "currency",
        "/name" | "/name/zh-CN" => "name_zh",
        "/name/en" => "name_en",
        _ if pointer.starts_with("/price") => "price",
        _ => "code",
    }
}
