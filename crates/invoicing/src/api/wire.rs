//! Invoices and credit notes on the wire: what comes in.

use crate::commands::{CreditPart, InstalmentInput, InvoiceInput};
use catalog::api::lines::{NewFee, NewLine};
use kernel::{Fields, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;
use web::wire::{Money, Patch};

/// An invoice to draft or to issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvoice {
    #[schema(example = "cus_01h455vb4pex5vsknk084sn02q")]
    pub customer: String,
    /// The customer's when not given.
    #[schema(example = "CNY")]
    pub currency: Option<String>,
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<NewLine>,
    #[serde(default)]
    pub fees: Vec<NewFee>,
    /// When which part is due; without, all of it by the terms.
    #[serde(default)]
    #[schema(max_items = 60)]
    pub instalments: Vec<NewInstalment>,
    /// The business date; today when not given.
    #[schema(example = "2026-11-23")]
    pub issued_on: Option<String>,
    /// The customer's when not given.
    #[schema(minimum = 0, maximum = 365)]
    pub payment_terms_days: Option<i32>,
    /// When the customer gets it, printed on the document.
    #[schema(example = "2026-12-01")]
    pub deliver_on: Option<String>,
    /// The buyer's own reference, printed on the document.
    #[schema(max_length = 200)]
    pub reference: Option<String>,
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// `sale` when not given; `deposit` asks for money before anything is delivered: its net becomes revenue only with the
    /// invoices that deduct it.
    #[schema(pattern = "^(sale|deposit)$", example = "sale")]
    pub purpose: Option<String>,
    /// Deposit invoices of the same customer and currency to take off: what is left of them with its tax, up to what this
    /// invoice comes to under each tax code.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub deducts: Vec<String>,
    /// Issue at once; otherwise it stays a draft.
    #[serde(default)]
    pub issue: bool,
}

/// A part of the total with its own due date: one of percent and amount, all of a document in one way.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInstalment {
    pub percent: Option<String>,
    pub amount: Option<Money>,
    #[schema(example = "2026-12-31")]
    pub due_on: String,
}

/// The day an invoice is issued on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Issue {
    /// Today when not given.
    pub issued_on: Option<String>,
}

/// Why an invoice is made void.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Void {
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// What a credit note takes back: `amount` with tax, or `lines`; with neither all that is left.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCreditNote {
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// Tax included; shared out over the lines in proportion.
    pub amount: Option<Money>,
    pub lines: Option<Vec<CreditLine>>,
    /// Today when not given.
    pub issued_on: Option<String>,
}

/// A line of the invoice to take back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreditLine {
    /// Its place on the invoice, from 1.
    pub line: u32,
    /// Net; all that is left of the line when not given.
    pub amount: Option<Money>,
}

/// What is given up, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWriteOff {
    /// All that is open when not given.
    pub amount: Option<Money>,
    /// `bad_debt`, `small_difference` or `discount`.
    #[schema(pattern = "^(bad_debt|small_difference|discount)$")]
    pub reason: String,
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Today when not given.
    pub on: Option<String>,
}

/// Why what was given up is claimed again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteOffReversal {
    /// `recovered` or `mistake`.
    #[schema(pattern = "^(recovered|mistake)$")]
    pub reason: String,
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Today when not given; not before the write-off.
    pub on: Option<String>,
}

/// When the customer got what was invoiced.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Delivery {
    /// Today when not given; not in the future.
    #[schema(format = Date)]
    pub on: Option<String>,
}

/// Nothing is needed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Nothing {}

/// Changes of a draft; what is left out stays, `null` clears. Of an issued invoice `official_invoice`, alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceChanges {
    pub customer: Option<String>,
    pub currency: Option<String>,
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Option<Vec<NewLine>>,
    pub fees: Option<Vec<NewFee>>,
    #[schema(max_items = 60)]
    pub instalments: Option<Vec<NewInstalment>>,
    /// The day that prices and tax rates count from; today when not given.
    pub issued_on: Option<String>,
    #[schema(minimum = 0, maximum = 365)]
    pub payment_terms_days: Option<i32>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub deliver_on: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub reference: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub note: Patch<String>,
    #[schema(pattern = "^(sale|deposit)$", example = "sale")]
    pub purpose: Option<String>,
    #[schema(max_items = 50)]
    pub deducts: Option<Vec<String>>,
    pub official_invoice: Option<NewOfficial>,
}

/// Where the official invoice (发票) stands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOfficial {
    /// `none`, `requested` or `issued`.
    pub status: String,
    /// Given with `issued`.
    pub number: Option<String>,
}

impl From<NewInvoice> for InvoiceInput {
    fn from(new: NewInvoice) -> Self {
        InvoiceInput {
            customer: new.customer,
            currency: new.currency,
            lines: inputs(new.lines),
            fees: inputs(new.fees),
            instalments: inputs(new.instalments),
            deliver_on: new.deliver_on,
            issued_on: new.issued_on,
            payment_terms_days: new.payment_terms_days.map(|days| days.to_string()),
            reference: new.reference,
            note: new.note,
            purpose: new.purpose,
            deducts: new.deducts,
        }
    }
}

impl InvoiceChanges {
    /// Where the official invoice stands; refuses to be told beside changes of a draft, which has none.
    pub fn official(&self) -> Result<Option<&NewOfficial>, Refusal> {
        let lists = self.lines.is_some() || self.fees.is_some() || self.instalments.is_some() || self.deducts.is_some();
        let terms = self.purpose.is_some()
            || self.currency.is_some()
            || self.payment_terms_days.is_some()
            || self.issued_on.is_some();
        let words = [&self.deliver_on, &self.reference, &self.note].iter().any(|text| !matches!(text, Patch::Keep));
        match &self.official_invoice {
            Some(_) if self.customer.is_some() || lists || terms || words => {
                Err(Refusal::field("/official_invoice", "official_invoice_alone"))
            }
            official => Ok(official.as_ref()),
        }
    }

    /// The draft with these changes, to be checked as a whole.
    pub fn onto(self, old: InvoiceInput) -> InvoiceInput {
        InvoiceInput {
            customer: self.customer.unwrap_or(old.customer),
            currency: self.currency.or(old.currency),
            lines: self.lines.map_or(old.lines, inputs),
            fees: self.fees.map_or(old.fees, inputs),
            instalments: self.instalments.map_or(old.instalments, inputs),
            issued_on: self.issued_on,
            payment_terms_days: self.payment_terms_days.map(|days| days.to_string()).or(old.payment_terms_days),
            deliver_on: self.deliver_on.onto(old.deliver_on),
            reference: self.reference.onto(old.reference),
            note: self.note.onto(old.note),
            purpose: self.purpose.or(old.purpose),
            deducts: self.deducts.unwrap_or(old.deducts),
        }
    }
}

fn inputs<N, I: From<N>>(list: Vec<N>) -> Vec<I> {
    list.into_iter().map(I::from).collect()
}

impl From<NewInstalment> for InstalmentInput {
    fn from(new: NewInstalment) -> Self {
        InstalmentInput {
            percent: new.percent,
            amount: new.amount.map(|of| (of.currency, of.amount)),
            due_on: new.due_on,
        }
    }
}

impl NewCreditNote {
    /// What is to be taken back.
    pub fn part(&self, fields: &mut Fields) -> CreditPart {
        match (&self.amount, &self.lines) {
            (None, None) => CreditPart::All,
            (None, Some(lines)) if lines.is_empty() => {
                fields.note("/lines", "required");
                CreditPart::All
            }
            (Some(amount), None) => amount.read(fields, "/amount").map_or(CreditPart::All, CreditPart::Amount),
            (None, Some(lines)) => CreditPart::Lines(
                lines
                    .iter()
                    .enumerate()
                    .map(|(index, line)| {
                        let pointer = format!("/lines/{index}/amount");
                        let amount = line.amount.as_ref().and_then(|amount| amount.read(fields, &pointer));
                        (usize::try_from(line.line).unwrap_or(0), amount)
                    })
                    .collect(),
            ),
            (Some(_), Some(_)) => {
                fields.note("/lines", "amount_or_lines");
                CreditPart::All
            }
        }
    }
}

/// Reads a day that may be left out.
pub fn day(fields: &mut Fields, pointer: &str, text: Option<&str>) -> Option<kernel::Date> {
    text.map(str::trim).filter(|text| !text.is_empty()).and_then(|text| fields.date(pointer, text))
}

/// Filters of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    pub status: String,
    pub customer: String,
    pub order: String,
    /// The number begins so.
    pub q: String,
}

impl ListQuery {
    /// The filter of invoices.
    pub fn filter(&self) -> Result<crate::queries::Filter, Refusal> {
        let wanted = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let mut fields = Fields::new();
        let customer =
            wanted(&self.customer).and_then(|id| id.parse().map_err(|_| fields.note("/customer", "not_found")).ok());
        let order = wanted(&self.order).and_then(|id| id.parse().map_err(|_| fields.note("/order", "not_found")).ok());
        let number = fields.optional_text("/q", Some(&self.q), 40);
        fields.finish()?;
        crate::queries::Filter { customer, order, number, ..Default::default() }.named(&self.status)
    }
}
