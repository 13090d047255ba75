//! The form of a document that is written by hand, an order or an invoice: rows as they come, and as they are shown again.

use crate::commands::{InstalmentInput, InvoiceInput};
use ::store::{Conn, Error};
use catalog::{DiscountInput, LineInput, LineKind};
use kernel::Refusal;
use kernel::id::{ItemId, OrganisationId};
use std::collections::{BTreeMap, BTreeSet};

/// Empty rows that the form offers for fees and instalments, which need no script.
const SPARE_ROWS: usize = 2;

/// What the form sends, and what it shows when it comes back.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub customer: String,
    /// What a customer was searched for by.
    pub find: String,
    /// What items were searched for by.
    pub find_item: String,
    pub currency: String,
    pub lines: Vec<LineForm>,
    pub fees: Vec<FeeForm>,
    pub instalments: Vec<InstalmentForm>,
    pub deliver_on: String,
    /// Of invoices.
    pub payment_terms_days: String,
    pub reference: String,
    pub note: String,
    /// Of invoices: `deposit`, else what is sold.
    pub purpose: String,
    /// Of invoices: the deposits that are taken off.
    pub deducts: Vec<String>,
    /// Of orders: the part that is invoiced first.
    pub deposit: InstalmentForm,
    pub version: Option<i64>,
    /// Which button was pressed; empty for the one that saves, of invoices `draft` or `issue`.
    pub action: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineForm {
    /// The number in the names of its fields.
    pub row: String,
    /// The item's code.
    pub item: String,
    pub description: String,
    pub quantity: String,
    /// The item's where it is left empty.
    pub unit: String,
    pub unit_price: String,
    pub tax_code: String,
    /// `10%` or an amount.
    pub discount: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeeForm {
    pub description: String,
    pub amount: String,
    pub tax_code: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstalmentForm {
    /// `30%` or an amount.
    pub share: String,
    pub due_on: String,
}

impl InstalmentForm {
    /// What was written, unchecked.
    fn input(&self, currency: &str) -> InstalmentInput {
        let percent = self.share.strip_suffix(['%', '％']).map(|p| p.trim().to_owned());
        let amount = (percent.is_none() && !self.share.is_empty()).then(|| (currency.to_owned(), self.share.clone()));
        InstalmentInput { percent, amount, due_on: self.due_on.clone() }
    }
}

impl From<InstalmentInput> for InstalmentForm {
    fn from(of: InstalmentInput) -> Self {
        let share = of.percent.map(|percent| format!("{percent}%")).or(of.amount.map(|(_, amount)| amount));
        InstalmentForm { share: share.unwrap_or_default(), due_on: of.due_on }
    }
}

impl LineForm {
    /// A new row.
    pub fn blank() -> LineForm {
        LineForm { quantity: "1".to_owned(), ..LineForm::default() }
    }
}

impl Form {
    /// Reads the pairs of a form. Rows may have gaps in their numbers; empty ones are dropped.
    pub fn read(pairs: &[(String, String)]) -> Form {
        let one = |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim()).to_owned();
        let cell = |list: &str, row: &str, name: &str| one(&format!("/{list}/{row}/{name}"));
        let action = one("action");
        let removed = action.strip_prefix("remove-").unwrap_or("");
        let lines = rows(pairs, "lines").into_iter().filter(|n| *n != removed).map(|n| LineForm {
            row: n.to_owned(),
            item: cell("lines", n, "item"),
            description: cell("lines", n, "description"),
            quantity: cell("lines", n, "quantity"),
            unit: cell("lines", n, "unit"),
            unit_price: cell("lines", n, "unit_price"),
            tax_code: cell("lines", n, "tax_code"),
            discount: cell("lines", n, "discount"),
        });
        let empty = |line: &LineForm| line.item.is_empty() && line.description.is_empty() && line.unit_price.is_empty();
        let fees = rows(pairs, "fees").into_iter().map(|n| FeeForm {
            description: cell("fees", n, "description"),
            amount: cell("fees", n, "amount"),
            tax_code: cell("fees", n, "tax_code"),
        });
        let instalments = rows(pairs, "instalments").into_iter().map(|n| InstalmentForm {
            share: cell("instalments", n, "share"),
            due_on: cell("instalments", n, "due_on"),
        });
        Form {
            customer: one("/customer"),
            find: one("find"),
            find_item: one("find-item"),
            currency: one("/currency"),
            lines: lines.filter(|line| !empty(line)).collect(),
            fees: fees.filter(|fee| !fee.description.is_empty() || !fee.amount.is_empty()).collect(),
            instalments: instalments.filter(|i| !i.share.is_empty() || !i.due_on.is_empty()).collect(),
            deliver_on: one("/deliver_on"),
            payment_terms_days: one("/payment_terms_days"),
            reference: one("/reference"),
            note: one("/note"),
            purpose: one("/purpose"),
            deposit: InstalmentForm { share: one("/deposit/share"), due_on: one("/deposit/due_on") },
            deducts: pairs.iter().filter(|(name, _)| name == "/deducts").map(|(_, id)| id.clone()).collect(),
            version: one("version").parse().ok(),
            action,
        }
    }

    /// The form of a document as it would be written, of this version; people know items by their codes.
    pub fn of(conn: &mut Conn, organisation: OrganisationId, input: InvoiceInput, version: i64) -> Result<Form, Error> {
        let codes = codes(conn, organisation, &input.lines)?;
        let code = |item: &String| codes.get(item).unwrap_or(item).clone();
        let line = |line: &LineInput| LineForm {
            row: String::new(),
            item: line.item.as_ref().map(code).unwrap_or_default(),
            description: line.description.clone().unwrap_or_default(),
            quantity: line.quantity.clone(),
            unit: line.unit.clone().unwrap_or_default(),
            unit_price: line.unit_price.as_ref().map(|(_, amount)| amount.clone()).unwrap_or_default(),
            tax_code: line.tax_code.clone().unwrap_or_default(),
            discount: match &line.discount {
                None => String::new(),
                Some(DiscountInput { percent: Some(percent), .. }) => format!("{percent}%"),
                Some(DiscountInput { amount, .. }) => amount.clone().map(|(_, amount)| amount).unwrap_or_default(),
            },
        };
        Ok(Form {
            customer: input.customer,
            find: String::new(),
            find_item: String::new(),
            currency: input.currency.unwrap_or_default(),
            lines: input.lines.iter().map(line).collect(),
            fees: input
                .fees
                .iter()
                .map(line)
                .map(|line| FeeForm { description: line.description, amount: line.unit_price, tax_code: line.tax_code })
                .collect(),
            instalments: input.instalments.into_iter().map(InstalmentForm::from).collect(),
            deliver_on: input.deliver_on.unwrap_or_default(),
            payment_terms_days: input.payment_terms_days.unwrap_or_default(),
            reference: input.reference.unwrap_or_default(),
            note: input.note.unwrap_or_default(),
            purpose: input.purpose.unwrap_or_default(),
            deducts: input.deducts,
            deposit: InstalmentForm::default(),
            version: Some(version),
            action: String::new(),
        })
    }

    /// As the portal shows it: the catalog says what lines are called and cost.
    pub fn at_list_price(self) -> Form {
        let line = |line: LineForm| LineForm { item: line.item, quantity: line.quantity, ..LineForm::default() };
        Form { lines: self.lines.into_iter().map(line).collect(), ..self }
    }

    /// What was written, unchecked.
    pub fn input(&self) -> InvoiceInput {
        let money = |amount: &str| (!amount.is_empty()).then(|| (self.currency.clone(), amount.to_owned()));
        let text = |text: &str| Some(text.to_owned());
        let lines = self.lines.iter().map(|line| LineInput {
            kind: LineKind::Item,
            item: text(&line.item),
            description: text(&line.description),
            unit: text(&line.unit),
            quantity: line.quantity.clone(),
            unit_price: money(&line.unit_price),
            tax_code: text(&line.tax_code),
            discount: match line.discount.strip_suffix(['%', '％']) {
                _ if line.discount.is_empty() => None,
                Some(percent) => Some(DiscountInput::percent(percent.trim())),
                None => Some(DiscountInput::amount(self.currency.clone(), line.discount.clone())),
            },
        });
        let fees = self.fees.iter().map(|fee| LineInput {
            kind: LineKind::Fee,
            item: None,
            description: text(&fee.description),
            unit: None,
            quantity: "1".to_owned(),
            unit_price: money(&fee.amount),
            tax_code: text(&fee.tax_code),
            discount: None,
        });
        let instalments = self.instalments.iter().map(|part| part.input(&self.currency));
        InvoiceInput {
            customer: self.customer.clone(),
            currency: text(&self.currency),
            lines: lines.collect(),
            fees: fees.collect(),
            instalments: instalments.collect(),
            deliver_on: text(&self.deliver_on),
            issued_on: None,
            payment_terms_days: text(&self.payment_terms_days),
            reference: text(&self.reference),
            note: text(&self.note),
            purpose: text(&self.purpose),
            deducts: self.deducts.clone(),
        }
    }

    /// The deposit of an order, unchecked.
    pub fn deposit(&self) -> Option<InstalmentInput> {
        (self.deposit != InstalmentForm::default()).then(|| self.deposit.input(&self.currency))
    }

    /// Adds the empty rows that somebody may fill in.
    pub fn with_rows(mut self) -> Form {
        if self.lines.is_empty() || self.action == "add-line" {
            self.lines.push(LineForm::blank());
        }
        let (fees, instalments) = (self.fees.len() + SPARE_ROWS, self.instalments.len() + SPARE_ROWS);
        self.fees.resize(fees, FeeForm::default());
        self.instalments.resize(instalments, InstalmentForm::default());
        self
    }

    /// Whether the form is only to be shown again: a row more or less, the totals, or customers that were searched.
    pub fn stays(&self) -> bool {
        let saves = matches!(self.action.as_str(), "" | "draft" | "issue");
        !saves || (self.customer.is_empty() && !self.find.is_empty())
    }

    /// The words to search a customer by; none where one is chosen and nobody searches.
    pub fn words(&self) -> &str {
        if self.action == "find" || self.customer.is_empty() { &self.find } else { "" }
    }

    /// Whether any of these rows is filled in, so that they lie open.
    pub fn has_fees(&self) -> bool {
        self.fees.iter().any(|fee| *fee != FeeForm::default())
    }

    pub fn has_instalments(&self) -> bool {
        self.instalments.iter().any(|part| *part != InstalmentForm::default())
    }
}

/// Codes of the items of these lines, by id.
fn codes(
    conn: &mut Conn,
    organisation: OrganisationId,
    lines: &[LineInput],
) -> Result<BTreeMap<String, String>, Error> {
    let items: BTreeSet<ItemId> = lines.iter().filter_map(|line| line.item.as_deref()?.parse().ok()).collect();
    let code = |item: ItemId| Ok((item.to_string(), catalog::queries::item(conn, organisation, item)?.code));
    items.into_iter().map(code).collect()
}

/// The numbers of a list's rows, in the order they came.
fn rows<'a>(pairs: &'a [(String, String)], list: &str) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for (name, _) in pairs {
        let row = name.strip_prefix('/').and_then(|n| n.strip_prefix(list)).and_then(|n| n.strip_prefix('/'));
        if let Some((n, _)) = row.and_then(|rest| rest.split_once('/'))
            && !found.contains(&n)
            && found.len() < 1100
        {
            found.push(n);
        }
    }
    found
}

/// Turns the pointers of the API into those of the form's fields: `/lines/0/discount/percent` → `/lines/0/discount`.
pub fn to_fields(mut refusal: Refusal) -> Refusal {
    for field in &mut refusal.fields {
        let parts: Vec<&str> = field.pointer.split('/').collect();
        field.pointer = match parts.as_slice() {
            ["", "instalments", n] | ["", "instalments", n, "percent" | "amount", ..] => {
                format!("/instalments/{n}/share")
            }
            ["", "deducts", _] => "/deducts".to_owned(),
            ["", "deposit"] | ["", "deposit", "percent" | "amount", ..] => "/deposit/share".to_owned(),
            ["", list @ ("lines" | "fees" | "instalments"), n, name, ..] => format!("/{list}/{n}/{name}"),
            _ => continue,
        };
    }
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        text.split('&').filter_map(|p| p.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
    }

    #[test]
    fn rows_keep_their_order_and_empty_ones_go() {
        let form = Form::read(&pairs(
            "/lines/7/item=B&/lines/7/quantity=2&/lines/2/item=&/lines/2/quantity=1&/lines/9/item=A&/lines/9/discount=10%&/currency=CNY",
        ));
        assert_eq!(form.lines.iter().map(|l| l.item.as_str()).collect::<Vec<_>>(), ["B", "A"]);
        let input = form.input();
        assert_eq!(input.lines[1].discount, Some(DiscountInput::percent("10")));
        assert_eq!((input.lines[0].discount.clone(), input.lines[0].unit_price.clone()), (None, None));
        let again = Form::read(&pairs("/lines/7/item=B&/lines/9/item=A&action=remove-7&/customer=x&find=y"));
        assert!(again.stays() && again.words().is_empty());
        let again = again.with_rows();
        assert_eq!((again.lines.len(), again.lines[0].item.as_str(), again.lines[0].row.as_str()), (1, "A", "9"));
        assert_eq!((again.fees.len(), again.has_fees()), (2, false));
        let searched = Form::read(&pairs("/customer=&find=y"));
        assert_eq!((searched.stays(), searched.words()), (true, "y"));
    }

    #[test]
    fn faults_are_shown_beside_their_fields() {
        for (pointer, field) in [
            ("/lines/0/discount/amount/amount", "/lines/0/discount"),
            ("/lines/3/unit_price/currency", "/lines/3/unit_price"),
            ("/instalments/1", "/instalments/1/share"),
            ("/instalments/1/amount/amount", "/instalments/1/share"),
            ("/instalments/1/due_on", "/instalments/1/due_on"),
            ("/deducts/1", "/deducts"),
            ("/lines", "/lines"),
            ("/customer", "/customer"),
        ] {
            assert_eq!(to_fields(Refusal::field(pointer, "required")).fields[0].pointer, field);
        }
    }
}
