//! Lines of a document on the wire, as orders and invoices take them.

use crate::{DiscountInput, LineInput, LineKind};
use serde::Deserialize;
use utoipa::ToSchema;
use web::wire::Money;

/// A line. What is left out comes from the item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    /// `itm_…`, or its code.
    pub item: Option<String>,
    /// Needed without an item.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    #[schema(max_length = 20)]
    pub unit: Option<String>,
    /// More than nought, up to six digits after the point.
    #[schema(example = "3", max_length = 20)]
    pub quantity: String,
    /// Needed without an item that has a price in the currency; up to 13 digits after the point.
    pub unit_price: Option<Money>,
    #[schema(example = "VAT13")]
    pub tax_code: Option<String>,
    pub discount: Option<NewDiscount>,
}

/// One of percent and amount.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDiscount {
    /// 0 to 100.
    #[schema(example = "5")]
    pub percent: Option<String>,
    pub amount: Option<Money>,
}

/// An amount that is no item: freight, packing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFee {
    #[schema(min_length = 1, max_length = 500)]
    pub description: String,
    pub amount: Money,
    pub tax_code: Option<String>,
}

impl From<NewLine> for LineInput {
    fn from(new: NewLine) -> Self {
        let pair = |money: Money| (money.currency, money.amount);
        LineInput {
            kind: LineKind::Item,
            item: new.item,
            description: new.description,
            unit: new.unit,
            quantity: new.quantity,
            unit_price: new.unit_price.map(pair),
            tax_code: new.tax_code,
            discount: new.discount.map(|of| DiscountInput { percent: of.percent, amount: of.amount.map(pair) }),
        }
    }
}

impl From<NewFee> for LineInput {
    fn from(new: NewFee) -> Self {
        LineInput {
            kind: LineKind::Fee,
            item: None,
            description: Some(new.description),
            unit: None,
            quantity: "1".to_owned(),
            unit_price: Some((new.amount.currency, new.amount.amount)),
            tax_code: new.tax_code,
            discount: None,
        }
    }
}
