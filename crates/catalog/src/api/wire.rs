//! Items and tax codes on the wire.

use crate::queries::{Filter, Item, TaxCode};
use crate::rules::item::{ItemInput, PriceInput};
use crate::rules::tax_code::{RateInput, TaxCodeInput};
use kernel::{Currency, Date, Fields, Locale, Localized, Refusal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::wire::{Change, Money, Patch, flag};

/// The filters of a list, as they come.
#[derive(Debug, Default, Deserialize)]
pub struct ListQuery {
    q: Option<String>,
    archived: Option<String>,
}

impl ListQuery {
    pub fn filter(&self) -> Result<Filter, Refusal> {
        let mut fields = Fields::new();
        let search = fields.optional_text("/q", self.q.as_deref(), 100);
        let archived = flag(&mut fields, "/archived", self.archived.as_deref());
        fields.finish()?;
        Ok(Filter { search, archived })
    }
}

/// An item to take up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    /// Unique; letters, digits and `- _ . /`.
    #[schema(min_length = 1, max_length = 40, example = "A-100")]
    pub code: String,
    /// By language; at least one.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub name: BTreeMap<String, String>,
    #[schema(max_length = 20, example = "pcs")]
    pub unit: Option<String>,
    /// A price that holds from the beginning; up to 13 digits after the point.
    pub price: Option<Money>,
    /// More prices: in other currencies, from other days.
    #[serde(default)]
    pub prices: Vec<NewPrice>,
    #[schema(max_length = 40, example = "VAT13")]
    pub tax_code: Option<String>,
}

/// A price from a day on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPrice {
    #[schema(example = "CNY", min_length = 3, max_length = 3)]
    pub currency: String,
    #[schema(example = "199.90", max_length = 40)]
    pub amount: String,
    /// The first day; left out for a new item from the beginning, later from today.
    #[schema(example = "2026-12-01")]
    pub valid_from: Option<String>,
}

fn price_inputs(price: Option<Money>, valid_from: Option<String>, prices: Vec<NewPrice>) -> Vec<PriceInput> {
    let one = price.map(|price| PriceInput {
        pointer: "/price".into(),
        currency: price.currency,
        amount: price.amount,
        valid_from,
    });
    let more = prices.into_iter().enumerate().map(|(index, price)| PriceInput {
        pointer: format!("/prices/{index}"),
        currency: price.currency,
        amount: price.amount,
        valid_from: price.valid_from,
    });
    one.into_iter().chain(more).collect()
}

impl From<NewItem> for ItemInput {
    fn from(new: NewItem) -> Self {
        ItemInput {
            code: new.code,
            names: new.name,
            unit: new.unit,
            tax_code: new.tax_code,
            prices: price_inputs(new.price, None, new.prices),
        }
    }
}

/// Changes of an item; what is left out stays, `null` clears what an item can be without.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemChanges {
    #[serde(default)]
    #[schema(value_type = String)]
    pub code: Change<String>,
    /// All names; replaces those there are.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub name: Change<BTreeMap<String, String>>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub unit: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub tax_code: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Money)]
    pub price: Change<Money>,
    /// The first day of `price`; today when left out.
    pub valid_from: Option<String>,
    #[serde(default)]
    pub prices: Vec<NewPrice>,
    /// An archived item is offered no more.
    #[serde(default)]
    #[schema(value_type = bool)]
    pub archived: Change<bool>,
}

impl ItemChanges {
    /// The item's data with these changes, to be checked as a whole.
    pub fn onto(self, old: Item) -> ItemInput {
        ItemInput {
            code: self.code.onto(old.code),
            names: self.name.onto(old.names.0),
            unit: self.unit.onto(Some(old.unit)),
            tax_code: self.tax_code.onto(old.tax_code),
            prices: price_inputs(self.price.given(), self.valid_from, self.prices),
        }
    }
}

/// An item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemView {
    #[schema(example = "itm_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub code: String,
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub name: BTreeMap<String, String>,
    pub unit: String,
    /// Today's price in the currency of the books; in another where there is none.
    pub price: Option<Money>,
    /// Every price, by currency and first day.
    pub prices: Vec<PriceView>,
    pub tax_code: Option<String>,
    pub archived: bool,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// A price from a day on, until the next one of its currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceView {
    pub currency: String,
    pub amount: String,
    pub valid_from: String,
}

impl ItemView {
    pub fn of(item: Item, home: Currency, today: Date) -> ItemView {
        let current = item.prices_on(today);
        let price = current.iter().find(|price| price.currency() == home).or(current.first()).copied();
        ItemView {
            id: item.id.to_string(),
            code: item.code,
            name: item.names.0,
            unit: item.unit,
            price: price.map(Money::from),
            prices: item
                .prices
                .iter()
                .map(|price| PriceView {
                    currency: price.value.currency().code().to_owned(),
                    amount: price.value.text(),
                    valid_from: price.from.to_string(),
                })
                .collect(),
            tax_code: item.tax_code,
            archived: item.archived,
            created_at: item.created_at.to_string(),
        }
    }
}

/// A name by language, at least one; a text alone is the name in every language.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Names {
    Same(String),
    ByLanguage(BTreeMap<String, String>),
}

impl From<Names> for BTreeMap<String, String> {
    fn from(names: Names) -> Self {
        match names {
            Names::Same(name) => Localized::same(&name).0,
            Names::ByLanguage(names) => names,
        }
    }
}

/// A tax code to take up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTaxCode {
    /// Unique; letters, digits and `- _ .`.
    #[schema(min_length = 1, max_length = 40, example = "VAT13")]
    pub code: String,
    pub name: Names,
    /// In percent, 0 to 100.
    #[schema(example = "13", max_length = 20)]
    pub rate: String,
    /// Whether prices contain the tax.
    #[serde(default)]
    pub inclusive: bool,
    /// The first day of the rate; left out from the beginning.
    pub valid_from: Option<String>,
}

impl From<NewTaxCode> for TaxCodeInput {
    fn from(new: NewTaxCode) -> Self {
        TaxCodeInput {
            code: new.code,
            names: new.name.into(),
            inclusive: new.inclusive,
            rate: Some(RateInput { rate: new.rate, valid_from: new.valid_from }),
        }
    }
}

/// Changes of a tax code; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxCodeChanges {
    /// All names; replaces those there are.
    #[serde(default)]
    #[schema(value_type = Names)]
    pub name: Change<Names>,
    #[serde(default)]
    #[schema(value_type = bool)]
    pub inclusive: Change<bool>,
    #[serde(default)]
    #[schema(value_type = String)]
    pub rate: Change<String>,
    /// The first day of `rate`; today when left out.
    pub valid_from: Option<String>,
    /// An archived code is offered no more.
    #[serde(default)]
    #[schema(value_type = bool)]
    pub archived: Change<bool>,
}

impl TaxCodeChanges {
    /// The code's data with these changes, to be checked as a whole.
    pub fn onto(self, old: TaxCode) -> TaxCodeInput {
        let valid_from = self.valid_from;
        TaxCodeInput {
            code: old.code,
            names: self.name.given().map_or(old.names.0, BTreeMap::from),
            inclusive: self.inclusive.onto(old.inclusive),
            rate: self.rate.given().map(|rate| RateInput { rate, valid_from }),
        }
    }
}

/// A tax code.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxCodeView {
    pub code: String,
    /// In the caller's language.
    pub name: String,
    /// By language.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub names: BTreeMap<String, String>,
    /// Today's, in percent; null before the first one holds.
    pub rate: Option<String>,
    pub inclusive: bool,
    /// Every rate, by first day.
    pub rates: Vec<RateView>,
    pub archived: bool,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// A rate from a day on, until the next one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TaxRateView)]
pub struct RateView {
    pub rate: String,
    pub valid_from: String,
}

impl TaxCodeView {
    pub fn of(tax: TaxCode, today: Date, locale: Locale) -> TaxCodeView {
        TaxCodeView {
            rate: tax.rate_on(today).map(|rate| rate.to_string()),
            code: tax.code,
            name: tax.names.get(locale).to_owned(),
            names: tax.names.0,
            inclusive: tax.inclusive,
            rates: tax
                .rates
                .iter()
                .map(|rate| RateView { rate: rate.value.to_string(), valid_from: rate.from.to_string() })
                .collect(),
            archived: tax.archived,
            created_at: tax.created_at.to_string(),
        }
    }
}
