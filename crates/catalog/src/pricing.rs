//! From written lines to a document's totals.

use crate::rules::price::{Dated, on_day, price_on};
use crate::rules::totals::{
    Discount, LINES_MAX, Line, LineKind, TaxGroup, TaxRounding, TaxTreatment, TotalsError, totals,
};
use crate::store::{self, ItemRow, TaxCodeRow};
use ::store::{Conn, Error};
use kernel::id::{ItemId, OrganisationId};
use kernel::{Arg, Currency, Date, Decimal, Fields, Locale, Localized, Money, Percent, Quantity, Refusal, UnitPrice};
use schema::types::JsonText;
use std::collections::HashMap;

/// What somebody wrote on one line, unchecked. What is left out comes from the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineInput {
    pub kind: LineKind,
    /// `itm_…`, or the item's code.
    pub item: Option<String>,
    /// Needed without an item.
    pub description: Option<String>,
    pub unit: Option<String>,
    pub quantity: String,
    /// Currency and amount; needed where the item has no price in the document's currency.
    pub unit_price: Option<(String, String)>,
    pub tax_code: Option<String>,
    pub discount: Option<DiscountInput>,
}

/// A discount as it was written: one of percent and amount.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiscountInput {
    pub percent: Option<String>,
    /// Currency and amount.
    pub amount: Option<(String, String)>,
}

impl DiscountInput {
    pub fn percent(percent: impl Into<String>) -> DiscountInput {
        DiscountInput { percent: Some(percent.into()), amount: None }
    }

    pub fn amount(currency: impl Into<String>, amount: impl Into<String>) -> DiscountInput {
        DiscountInput { percent: None, amount: Some((currency.into(), amount.into())) }
    }

    /// As it would be written to be what a line has; none where nothing was taken off.
    pub fn of(percent: Option<Percent>, amount: Money) -> Option<DiscountInput> {
        match percent {
            Some(percent) => Some(DiscountInput::percent(percent.to_string())),
            None if amount.is_zero() => None,
            None => Some(DiscountInput::amount(amount.currency().code(), amount.amount())),
        }
    }
}

/// A document's lines with all that they come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    pub currency: Currency,
    pub rounding: TaxRounding,
    /// Lines, then fees.
    pub lines: Vec<PricedLine>,
    /// By code and rate. What bears no tax stands under the empty code with a rate of nought.
    pub taxes: Vec<TaxGroup>,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
}

/// One line as the document keeps it: `gross = net + tax_amount`, after `discount`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    pub kind: LineKind,
    pub item: Option<ItemId>,
    pub description: String,
    pub unit: String,
    pub quantity: Quantity,
    pub unit_price: UnitPrice,
    /// Set where the discount was written as a percentage.
    pub discount_percent: Option<Percent>,
    pub discount: Money,
    /// `None` where no tax code applies.
    pub tax: Option<TaxTreatment>,
    pub net: Money,
    pub tax_amount: Money,
    pub gross: Money,
}

/// What a document's lines are priced by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pricing {
    pub organisation: OrganisationId,
    /// The language of descriptions.
    pub locale: Locale,
    pub currency: Currency,
    /// The day on which prices and rates hold.
    pub on: Date,
    pub rounding: TaxRounding,
    /// The lines were agreed before: that an item or a tax code was archived since takes nothing back.
    pub agreed: bool,
}

/// Resolves and adds up a document.
///
/// Refuses with every fault named by its pointer (`/lines/0/quantity`, `/fees/1/amount`), where an item, price, tax code or
/// rate is missing, a line is out of its limits, or the document comes to less than nothing.
pub fn price(conn: &mut Conn, by: Pricing, lines: &[LineInput], fees: &[LineInput]) -> Result<Priced, Error> {
    if lines.len() + fees.len() > LINES_MAX {
        return Err(Refusal::field("/lines", "document_too_many_lines").into());
    }
    if lines.is_empty() && fees.is_empty() {
        return Err(Refusal::field("/lines", "required").into());
    }
    let Pricing { organisation, currency, rounding, .. } = by;
    let shelf = Shelf::load(conn, organisation, lines.iter().chain(fees), currency, by.on)?;
    let reader = Reader { shelf, locale: by.locale, currency, agreed: by.agreed };
    let mut fields = Fields::new();
    let mut read = Vec::with_capacity(lines.len() + fees.len());
    let mut pointers = Vec::with_capacity(read.capacity());
    for (list, price_name, inputs) in [("lines", "/unit_price", lines), ("fees", "/amount", fees)] {
        for (index, input) in inputs.iter().enumerate() {
            let pointer = format!("/{list}/{index}");
            read.push(fields.within(&pointer, |fields| reader.line(fields, price_name, input)));
            pointers.push((pointer, price_name));
        }
    }
    fields.finish()?;
    let read: Vec<Read> = read.into_iter().flatten().collect();
    let sums: Vec<Line> = read.iter().map(Read::as_line).collect();
    let sums = totals(currency, &sums, rounding).map_err(|error| fault(error, &pointers))?;
    if sums.total.is_negative() {
        return Err(Refusal::field("/lines", "total_negative").into());
    }
    let lines = read.into_iter().zip(sums.lines).map(|(read, sum)| PricedLine {
        kind: read.kind,
        item: read.item,
        description: read.description,
        unit: read.unit,
        quantity: read.quantity,
        unit_price: read.unit_price,
        discount_percent: match read.discount {
            Discount::Percent(percent) => Some(percent),
            Discount::None | Discount::Amount(_) => None,
        },
        discount: sum.discount,
        tax: read.tax,
        net: sum.net,
        tax_amount: sum.tax,
        gross: sum.gross,
    });
    Ok(Priced {
        currency,
        rounding,
        lines: lines.collect(),
        taxes: sums.taxes,
        net: sums.net,
        tax: sums.tax,
        total: sums.total,
    })
}

/// A line that was understood.
struct Read {
    kind: LineKind,
    item: Option<ItemId>,
    description: String,
    unit: String,
    quantity: Quantity,
    unit_price: UnitPrice,
    discount: Discount,
    tax: Option<TaxTreatment>,
}

impl Read {
    fn as_line(&self) -> Line {
        let untaxed = || TaxTreatment { code: String::new(), rate: Percent::ZERO, inclusive: false };
        Line {
            kind: self.kind,
            quantity: self.quantity,
            unit_price: self.unit_price,
            discount: self.discount,
            tax: self.tax.clone().unwrap_or_else(untaxed),
        }
    }
}

/// Everything that the lines of one document name, read at once.
struct Shelf {
    items: HashMap<ItemId, ItemRow>,
    by_code: HashMap<String, ItemId>,
    prices: HashMap<ItemId, UnitPrice>,
    taxes: HashMap<String, (TaxCodeRow, Option<Percent>)>,
}

impl Shelf {
    fn load<'a>(
        conn: &mut Conn,
        organisation: OrganisationId,
        lines: impl Iterator<Item = &'a LineInput> + Clone,
        currency: Currency,
        on: Date,
    ) -> Result<Shelf, Error> {
        let (mut ids, mut codes): (Vec<ItemId>, Vec<String>) = (Vec::new(), Vec::new());
        for named in lines.clone().filter_map(|line| given(&line.item)) {
            match named.parse() {
                Ok(id) => ids.push(id),
                Err(_) => codes.push(named.to_owned()),
            }
        }
        let rows = if ids.is_empty() && codes.is_empty() {
            Vec::new()
        } else {
            store::items_named(conn, organisation, &ids, &codes)?
        };
        let items: HashMap<ItemId, ItemRow> = rows.into_iter().map(|row| (row.item_id, row)).collect();
        let mut shelf = Shelf {
            by_code: items.values().map(|row| (row.code.clone(), row.item_id)).collect(),
            prices: prices_on(conn, organisation, &items.keys().copied().collect::<Vec<_>>(), currency, on)?,
            items,
            taxes: HashMap::new(),
        };
        let mut codes: Vec<String> = lines.filter_map(|line| given(&line.tax_code)).map(ToOwned::to_owned).collect();
        codes.extend(shelf.items.values().filter_map(|row| row.tax_code.clone()));
        codes.sort_unstable();
        codes.dedup();
        if !codes.is_empty() {
            shelf.taxes = taxes_on(conn, organisation, &codes, on)?;
        }
        Ok(shelf)
    }

    fn item(&self, named: &str) -> Option<&ItemRow> {
        let id = named.parse().ok().or_else(|| self.by_code.get(named).copied())?;
        self.items.get(&id)
    }
}

/// The price of each item that has one in this currency on this day.
pub(crate) fn prices_on(
    conn: &mut Conn,
    organisation: OrganisationId,
    items: &[ItemId],
    currency: Currency,
    on: Date,
) -> Result<HashMap<ItemId, UnitPrice>, Error> {
    if items.is_empty() {
        return Ok(HashMap::new());
    }
    let mut by_item: HashMap<ItemId, Vec<Dated<UnitPrice>>> = HashMap::new();
    for row in store::prices_of(conn, organisation, items)? {
        let value = UnitPrice::new(row.amount.0, row.currency).map_err(|e| broken(&e))?;
        by_item.entry(row.item_id).or_default().push(Dated { from: row.valid_from.0, until: None, value });
    }
    Ok(by_item.into_iter().filter_map(|(item, prices)| Some((item, price_on(&prices, currency, on)?))).collect())
}

fn taxes_on(
    conn: &mut Conn,
    organisation: OrganisationId,
    codes: &[String],
    on: Date,
) -> Result<HashMap<String, (TaxCodeRow, Option<Percent>)>, Error> {
    let mut by_code: HashMap<String, Vec<Dated<Decimal>>> = HashMap::new();
    for row in store::rates_of(conn, organisation, codes)? {
        let dated = Dated { from: row.valid_from.0, until: None, value: row.rate.0 };
        by_code.entry(row.code).or_default().push(dated);
    }
    store::tax_codes_named(conn, organisation, codes)?
        .into_iter()
        .map(|row| {
            let rate = by_code.get(&row.code).and_then(|rates| on_day(rates, on));
            let rate = rate.map(|rate| Percent::new(*rate)).transpose().map_err(|e| broken(&e))?;
            Ok((row.code.clone(), (row, rate)))
        })
        .collect()
}

fn broken(error: &impl std::fmt::Display) -> Error {
    Error::Broken(format!("a price or rate: {error}"))
}

/// Reads lines against what is on the shelf.
struct Reader {
    shelf: Shelf,
    locale: Locale,
    currency: Currency,
    agreed: bool,
}

impl Reader {
    /// One line; `None` where a fault was noted that leaves nothing to go on with.
    fn line(&self, fields: &mut Fields, price_name: &str, input: &LineInput) -> Option<Read> {
        let item = self.item(fields, input);
        let description = match (given(&input.description), item) {
            (Some(text), _) => fields.text("/description", text, 1, 500),
            (None, Some(item)) => name_of(item, self.locale),
            (None, None) if given(&input.item).is_some() => String::new(),
            (None, None) => fields.text("/description", "", 1, 500),
        };
        let unit = match given(&input.unit) {
            Some(text) => fields.text("/unit", text, 1, 20),
            None => item.map(|item| item.unit.clone()).unwrap_or_default(),
        };
        let quantity = fields.quantity("/quantity", input.quantity.trim());
        if quantity.is_zero() {
            fields.note("/quantity", "not_positive");
        }
        let unit_price = self.unit_price(fields, price_name, input, item);
        let discount = self.discount(fields, input);
        let tax = self.tax(fields, input, item);
        let item = item.map(|item| item.item_id);
        Some(Read { kind: input.kind, item, description, unit, quantity, unit_price: unit_price?, discount, tax })
    }

    fn item(&self, fields: &mut Fields, input: &LineInput) -> Option<&ItemRow> {
        let named = given(&input.item)?;
        let item = self.shelf.item(named);
        match item {
            None => fields.note("/item", "not_found"),
            Some(item) if item.archived && !self.agreed => fields.note("/item", "item_archived"),
            Some(_) => {}
        }
        item
    }

    fn unit_price(
        &self,
        fields: &mut Fields,
        name: &str,
        input: &LineInput,
        item: Option<&ItemRow>,
    ) -> Option<UnitPrice> {
        if let Some((code, amount)) = &input.unit_price {
            return fields.within(name, |fields| {
                if fields.currency("/currency", code)? != self.currency {
                    fields.note("/currency", "currency_mismatch");
                    return None;
                }
                match input.kind {
                    LineKind::Item => fields.unit_price("/amount", amount.trim(), self.currency),
                    LineKind::Fee => self.fee(fields, amount.trim()),
                }
            });
        }
        match item {
            Some(item) => {
                let price = self.shelf.prices.get(&item.item_id).copied();
                if price.is_none() {
                    let currency = Arg::from(self.currency.code());
                    fields.note_with(name, "item_not_priced", vec![("currency", currency)]);
                }
                price
            }
            None => {
                // An item that is not there was noted already.
                if given(&input.item).is_none() {
                    fields.note(name, "required");
                }
                None
            }
        }
    }

    /// A fee is money, not the price of a unit: it has the currency's digits, and what is taken off is a discount.
    fn fee(&self, fields: &mut Fields, amount: &str) -> Option<UnitPrice> {
        let fee = fields.money("/amount", amount, self.currency);
        if fee.is_negative() {
            fields.note("/amount", "negative");
        }
        let price = UnitPrice::new(fee.to_decimal(), self.currency);
        if price.is_err() {
            fields.note("/amount", "out_of_range");
        }
        price.ok()
    }

    fn discount(&self, fields: &mut Fields, input: &LineInput) -> Discount {
        let Some(discount) = &input.discount else { return Discount::None };
        match (&discount.percent, &discount.amount) {
            (Some(percent), None) => Discount::Percent(fields.percent("/discount/percent", percent.trim())),
            (None, Some((code, amount))) => fields.within("/discount/amount", |fields| {
                if fields.currency("/currency", code).is_some_and(|currency| currency != self.currency) {
                    fields.note("/currency", "currency_mismatch");
                }
                Discount::Amount(fields.money("/amount", amount.trim(), self.currency))
            }),
            (None, None) | (Some(_), Some(_)) => {
                fields.note("/discount", "percent_or_amount");
                Discount::None
            }
        }
    }

    fn tax(&self, fields: &mut Fields, input: &LineInput, item: Option<&ItemRow>) -> Option<TaxTreatment> {
        let code = given(&input.tax_code).or_else(|| item?.tax_code.as_deref())?;
        let Some((row, rate)) = self.shelf.taxes.get(code) else {
            fields.note("/tax_code", "not_found");
            return None;
        };
        if row.archived && !self.agreed {
            fields.note("/tax_code", "tax_code_archived");
        }
        if rate.is_none() {
            fields.note("/tax_code", "tax_rate_missing");
        }
        Some(TaxTreatment { code: row.code.clone(), rate: (*rate)?, inclusive: row.inclusive })
    }
}

/// An item's name in a language, or in whatever there is.
pub(crate) fn name_of(item: &ItemRow, locale: Locale) -> String {
    names_of(&item.names).get(locale).to_owned()
}

pub(crate) fn names_of(names: &JsonText) -> Localized {
    serde_json::from_str(&names.0).unwrap_or_default()
}

/// A fault of the sum as a fault of a field.
fn fault(error: TotalsError, pointers: &[(String, &str)]) -> Refusal {
    let at = |line: usize, field: &str| pointers.get(line).map_or("/lines".to_owned(), |(p, _)| format!("{p}{field}"));
    match error {
        TotalsError::TooManyLines => Refusal::field("/lines", "document_too_many_lines"),
        TotalsError::CurrencyMismatch { line, .. } => {
            let name = pointers.get(line).map_or("", |(_, name)| name);
            Refusal::field(at(line, name), "currency_mismatch")
        }
        TotalsError::DiscountNegative { line } => Refusal::field(at(line, "/discount"), "discount_negative"),
        TotalsError::DiscountTooLarge { line } => Refusal::field(at(line, "/discount"), "discount_too_large"),
        TotalsError::RateNegative { line } => Refusal::field(at(line, "/tax_code"), "out_of_range"),
        TotalsError::Overflow => Refusal::field("/lines", "amount_too_large"),
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}
