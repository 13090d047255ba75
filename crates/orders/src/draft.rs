//! What is written on an order, checked and added up.

use crate::rules::limits::{SizeDecision, size};
use ::store::{Conn, Error, Vault};
use catalog::{LineInput, LineKind, Priced, Pricing};
use customers::queries::Customer;
use invoicing::commands::draft::{deliver_on, instalments, rounding};
use invoicing::commands::{InstalmentInput, InvoiceInput};
use invoicing::pages::form::Form;
use kernel::id::CustomerId;
use kernel::{Date, Fields, Money, Refusal, Scope};

/// What somebody wrote about an order, unchecked.
#[derive(Debug, Clone, Default)]
pub struct OrderInput {
    /// `cus_…`; may be left out in the portal.
    pub customer: String,
    /// The customer's where not given.
    pub currency: Option<String>,
    pub lines: Vec<LineInput>,
    pub fees: Vec<LineInput>,
    pub deliver_on: Option<String>,
    pub instalments: Vec<InstalmentInput>,
    /// The part that is invoiced when it is confirmed; its day may be left empty.
    pub deposit: Option<InstalmentInput>,
    /// The buyer's own reference.
    pub reference: Option<String>,
    pub note: Option<String>,
}

impl From<&Form> for OrderInput {
    fn from(form: &Form) -> Self {
        let InvoiceInput { customer, currency, lines, fees, instalments, deliver_on, reference, note, .. } =
            form.input();
        let deposit = form.deposit();
        OrderInput { customer, currency, lines, fees, deliver_on, instalments, deposit, reference, note }
    }
}

/// An order that could be kept.
#[derive(Debug, Clone)]
pub struct Draft {
    pub customer: Customer,
    pub priced: Priced,
    /// When which part of the total is due; empty = by the customer's terms.
    pub instalments: Vec<(Date, Money)>,
    pub deliver_on: Option<Date>,
    pub reference: Option<String>,
    pub note: Option<String>,
}

/// Checks an order and prices it on `today`, in the language of its customer.
///
/// In a customer's scope the order is that customer's, and its lines are items at the catalog's price: prices, discounts, tax codes,
/// texts and fees are refused there.
pub fn prepare(conn: &mut Conn, vault: &Vault, scope: &Scope, today: Date, input: &OrderInput) -> Result<Draft, Error> {
    let customer = customer(conn, vault, scope, &input.customer)?;
    let mut fields = Fields::new();
    if customer.archived {
        fields.note("/customer", "customer_is_archived");
    }
    let currency = match given(&input.currency) {
        None => customer.currency,
        Some(code) => fields.currency("/currency", code).unwrap_or(customer.currency),
    };
    match size(input.lines.len(), input.fees.len()) {
        SizeDecision::Fits => {}
        SizeDecision::Empty => fields.note("/lines", "required"),
        SizeDecision::TooManyLines => fields.note("/lines", "document_too_many_lines"),
        SizeDecision::TooManyFees => fields.note("/fees", "order_too_many_fees"),
    }
    let deliver_on = deliver_on(&mut fields, &input.deliver_on, today);
    let reference = fields.optional_text("/reference", input.reference.as_deref(), 200);
    let note = fields.optional_text("/note", input.note.as_deref(), 2000);
    if scope.customer().is_some() {
        only_from_the_catalog(&mut fields, input);
    }
    fields.finish()?;
    let organisation = scope.organisation();
    let rounding = rounding(&identity::settings(conn, organisation)?);
    let by = Pricing { organisation, locale: customer.locale, currency, on: today, rounding, agreed: false };
    let priced = catalog::price(conn, by, &input.lines, &input.fees)?;
    let instalments = instalments(priced.total, today, &input.instalments)?;
    let mut fields = Fields::new();
    if let Some(deposit) = &input.deposit {
        crate::commands::deposit_amount(&mut fields, deposit, priced.total);
        if !instalments.is_empty() {
            fields.note("/deposit", "deposit_or_instalments");
        }
    }
    fields.finish()?;
    Ok(Draft { customer, priced, instalments, deliver_on, reference, note })
}

fn customer(conn: &mut Conn, vault: &Vault, scope: &Scope, named: &str) -> Result<Customer, Error> {
    let missing = |code| Error::from(Refusal::field("/customer", code));
    let id: CustomerId = match (named.trim(), scope.customer()) {
        ("", Some(own)) => own,
        ("", None) => return Err(missing("required")),
        (text, _) => text.parse().map_err(|_| missing("not_found"))?,
    };
    customers::queries::find(conn, vault, scope, id)?.ok_or_else(|| missing("not_found"))
}

fn only_from_the_catalog(fields: &mut Fields, input: &OrderInput) {
    for (index, line) in input.lines.iter().enumerate() {
        fields.within(format!("/lines/{index}"), |fields| {
            if given(&line.item).is_none() {
                fields.note("/item", "required");
            }
            let own_words = given(&line.description).is_some() || given(&line.unit).is_some();
            let own_price = line.unit_price.is_some() || line.discount.is_some() || given(&line.tax_code).is_some();
            if own_words || own_price || line.kind != LineKind::Item {
                fields.note("/unit_price", "order_at_list_price");
            }
        });
    }
    if !input.fees.is_empty() {
        fields.note("/fees", "order_at_list_price");
    }
    if input.deposit.is_some() {
        fields.note("/deposit", "order_at_list_price");
    }
    if !input.instalments.is_empty() {
        fields.note("/instalments", "order_at_list_price");
    }
}

pub(crate) fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}
