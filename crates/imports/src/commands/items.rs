//! Items, each with its prices.

use super::Taken;
use crate::faults::Faults;
use crate::rules::cell;
use crate::rules::sheet::{Row, Sheet};
use ::store::{Command, Error, Tx};
use catalog::rules::item::{self, ItemInput, PriceInput};
use kernel::{Arg, Locale, Permission};
use std::collections::HashMap;

/// Takes up the items of a file. Rows of one code are one item with several prices: in other currencies, from other days. A
/// code that is in use is a fault of its first row.
#[derive(Debug, Clone)]
pub struct ImportItems(pub Sheet);

impl Command for ImportItems {
    const NAME: &'static str = "import.items";
    const PERMISSION: Permission = Permission::ImportRun;
    type Output = Taken;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Taken, Error> {
        let organisation = tx.organisation();
        let currency = tx.books()?.currency;
        let (mut faults, mut made) = (Faults::of(&self.0), 0);
        for (first, later) in by_code(&self.0.rows) {
            agree(first, &later, &mut faults);
            let input = input(first, &later, currency.code());
            let place_of = |pointer: &str| place_of(first.number, pointer);
            let checked = faults.take(item::check(&input), place_of)?;
            let free = catalog::commands::check_new(tx, &input.code, input.tax_code.as_deref());
            if let (Some((data, prices)), Some(())) = (checked, faults.take(free, place_of)?) {
                catalog::commands::take_up(tx, &data, &prices)?;
                made += 1;
            }
        }
        faults.finish()?;
        tx.audit(organisation, &serde_json::json!({ "items": made }))?;
        Ok(Taken { rows: self.0.rows.len(), made })
    }
}

/// The first row of each code, and the later ones. Without a code a row stands alone.
fn by_code(rows: &[Row]) -> Vec<(&Row, Vec<&Row>)> {
    let mut items: Vec<(&Row, Vec<&Row>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        let code = row.cell("code");
        match places.get(code).filter(|_| !code.is_empty()) {
            Some(place) => items[*place].1.push(row),
            None => {
                places.insert(code, items.len());
                items.push((row, Vec::new()));
            }
        }
    }
    items
}

/// A later row of a code brings a price, and says nothing else of the item than the first; blank is the same.
fn agree(first: &Row, later: &[&Row], faults: &mut Faults) {
    for row in later {
        if row.given("price").is_none() {
            faults.note(row.number, "code", "already_exists");
        }
        for column in ["name_zh", "name_en", "unit", "tax_code"] {
            if row.given(column).is_some_and(|text| text != first.cell(column)) {
                let at = Arg::Number(i64::try_from(first.number).unwrap_or(i64::MAX));
                faults.note_with(row.number, column, "differs_from_row", vec![("row", at)]);
            }
        }
    }
}

fn input(first: &Row, later: &[&Row], currency: &str) -> ItemInput {
    let names = [(Locale::ZhCn, "name_zh"), (Locale::En, "name_en")];
    let names = names.into_iter().filter_map(|(locale, column)| Some((locale.tag().to_owned(), first.given(column)?)));
    let price = |row: &Row| {
        Some(PriceInput {
            pointer: format!("/prices/{}", row.number),
            amount: cell::amount(&row.given("price")?),
            currency: row.given("currency").map_or_else(|| currency.to_owned(), |code| code.to_uppercase()),
            valid_from: row.given("valid_from").map(|day| cell::day(&day)),
        })
    };
    ItemInput {
        code: first.cell("code").to_owned(),
        names: names.collect(),
        unit: first.given("unit"),
        tax_code: first.given("tax_code"),
        prices: std::iter::once(first).chain(later.iter().copied()).filter_map(price).collect(),
    }
}

/// Row and column in which a field of the item stands: a price's pointer names its row, all else is in the `first`.
fn place_of(first: usize, pointer: &str) -> (usize, &'static str) {
    if let Some((row, field)) =
        pointer.strip_prefix("/prices/").map(|price| price.split_once('/').unwrap_or((price, "")))
    {
        let column = match field {
            "currency" => "currency",
            "valid_from" => "valid_from",
            _ => "price",
        };
        return (row.parse().unwrap_or(first), column);
    }
    let column = match pointer {
        "/unit" => "unit",
        "/tax_code" => "tax_code",
        "/name" | "/name/zh-CN" => "name_zh",
        "/name/en" => "name_en",
        "/prices" => "price",
        _ => "code",
    };
    (first, column)
}
