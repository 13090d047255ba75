//! What makes an item's data acceptable.

use kernel::{Date, Fields, Locale, Localized, Refusal, UnitPrice};
use std::collections::BTreeMap;

/// The most prices that one request sets.
const PRICES_MAX: usize = 50;

/// What somebody wrote about an item, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemInput {
    pub code: String,
    /// By BCP 47 tag; blank ones mean not given.
    pub names: BTreeMap<String, String>,
    pub unit: Option<String>,
    pub tax_code: Option<String>,
    pub prices: Vec<PriceInput>,
}

/// A price as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PriceInput {
    /// Where it stood: `/price`, `/prices/0`.
    pub pointer: String,
    pub currency: String,
    pub amount: String,
    pub valid_from: Option<String>,
}

/// An item's data as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemData {
    /// Unique in the organisation.
    pub code: String,
    pub names: Localized,
    /// Empty where none is customary.
    pub unit: String,
    /// Whether there is such a code, and it is not archived, is checked when it is saved.
    pub tax_code: Option<String>,
}

/// A price from a day on; without one from the beginning for a new item, else from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceData {
    pub price: UnitPrice,
    pub valid_from: Option<Date>,
}

/// Checks every field and names all that is wrong.
pub fn check(input: &ItemInput) -> Result<(ItemData, Vec<PriceData>), Refusal> {
    let mut fields = Fields::new();
    let code = fields.code("/code", &input.code);
    let names = names(&mut fields, &input.names, 200);
    let unit = fields.optional_text("/unit", input.unit.as_deref(), 20).unwrap_or_default();
    let tax_code = fields.optional_text("/tax_code", input.tax_code.as_deref(), 40);
    if input.prices.len() > PRICES_MAX {
        fields.note("/prices", "out_of_range");
    }
    let mut prices: Vec<PriceData> = Vec::with_capacity(input.prices.len().min(PRICES_MAX));
    for written in input.prices.iter().take(PRICES_MAX) {
        let Some(new) = price(&mut fields, written) else { continue };
        let same =
            |other: &PriceData| other.valid_from == new.valid_from && other.price.currency() == new.price.currency();
        if prices.iter().any(same) {
            fields.note(&written.pointer, "already_exists");
        }
        prices.push(new);
    }
    fields.finish()?;
    Ok((ItemData { code, names, unit, tax_code }, prices))
}

/// Checks one price.
pub fn check_price(input: &PriceInput) -> Result<PriceData, Refusal> {
    let mut fields = Fields::new();
    let price = price(&mut fields, input);
    fields.finish()?;
    price.ok_or_else(|| Refusal::field(format!("{}/amount", input.pointer), "not_a_number"))
}

fn price(fields: &mut Fields, input: &PriceInput) -> Option<PriceData> {
    fields.within(&input.pointer, |fields| {
        let valid_from = match input.valid_from.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => fields.date("/valid_from", text),
        };
        let currency = fields.currency("/currency", &input.currency)?;
        let price = fields.unit_price("/amount", input.amount.trim(), currency)?;
        if price.amount().is_sign_negative() && !price.amount().is_zero() {
            fields.note("/amount", "out_of_range");
        }
        Some(PriceData { price, valid_from })
    })
}

/// Names by language, at least one, each of up to `max` characters.
pub(super) fn names(fields: &mut Fields, names: &BTreeMap<String, String>, max: usize) -> Localized {
    let mut kept = Localized::default();
    for (tag, name) in names {
        let pointer = format!("/name/{}", tag.replace('~', "~0").replace('/', "~1"));
        let Ok(locale) = tag.parse::<Locale>() else {
            fields.note(&pointer, "not_a_choice");
            continue;
        };
        if let Some(name) = fields.optional_text(&pointer, Some(name), max) {
            kept.0.insert(locale.tag().to_owned(), name);
        }
    }
    if kept.0.is_empty() && fields.is_clean() {
        fields.note("/name", "required");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(names: &[(&str, &str)], price: Option<(&str, &str)>) -> ItemInput {
        ItemInput {
            code: "A-100".into(),
            names: names.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())).collect(),
            prices: price
                .map(|(currency, amount)| PriceInput {
                    pointer: "/price".into(),
                    currency: currency.into(),
                    amount: amount.into(),
                    valid_from: None,
                })
                .into_iter()
                .collect(),
            ..ItemInput::default()
        }
    }

    #[test]
    fn names_and_prices() {
        let zh = [("zh-CN", "传感器")];
        for (names, price, fault) in [
            (&zh[..], Some(("CNY", "199.90")), None),
            (&[("en-GB", "Sensor"), ("zh", "")], None, None),
            (&zh, Some(("JPY", "0.0000000000001")), None),
            (&[], None, Some("/name required")),
            (&[("en", " ")], None, Some("/name required")),
            (&[("fr", "Capteur")], None, Some("/name/fr not_a_choice")),
            (&zh, Some(("CNH", "1")), Some("/price/currency unknown_currency")),
            (&zh, Some(("CNY", "-1")), Some("/price/amount out_of_range")),
            (&zh, Some(("CNY", "1e3")), Some("/price/amount not_a_number")),
        ] {
            let seen = check(&input(names, price)).err();
            let seen = seen.map(|r| format!("{} {}", r.fields[0].pointer, r.fields[0].code));
            assert_eq!(seen.as_deref(), fault, "{names:?} {price:?}");
        }
    }

    #[test]
    fn one_price_a_day_and_currency() {
        let mut twice = input(&[("en", "Sensor")], Some(("CNY", "1")));
        twice.prices.push(twice.prices[0].clone());
        assert_eq!(check(&twice).unwrap_err().fields[0].code, "already_exists");
        twice.prices[1].valid_from = Some("2026-01-01".into());
        assert_eq!(check(&twice).unwrap().1.len(), 2);
    }
}
