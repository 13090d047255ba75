//! Invoices that no order made.

use super::deposits;
use super::issue::{self, NewInvoice, Parts};
use crate::rules::delivery::can_be_delivered_on;
use crate::rules::deposits::Purpose;
use crate::rules::instalments::{Due, Instalment, InstalmentError, Portion, carry, split};
use crate::store::invoices;
use ::store::{Command, Error, Tx};
use catalog::{LineInput, LineKind, Priced, PricedLine, Pricing, TaxRounding};
use kernel::id::{CustomerId, InvoiceId};
use kernel::{Date, Fields, Money, Percent, Permission, Refusal};

/// What somebody wrote about an invoice, unchecked.
#[derive(Debug, Clone, Default)]
pub struct InvoiceInput {
    /// `cus_…`
    pub customer: String,
    /// The customer's where not given.
    pub currency: Option<String>,
    pub lines: Vec<LineInput>,
    pub fees: Vec<LineInput>,
    pub instalments: Vec<InstalmentInput>,
    pub deliver_on: Option<String>,
    /// The day that prices, rates and dates count from; today where not given.
    pub issued_on: Option<String>,
    /// The customer's where not given.
    pub payment_terms_days: Option<String>,
    pub reference: Option<String>,
    pub note: Option<String>,
    /// `sale` where not given, or `deposit`.
    pub purpose: Option<String>,
    /// Deposit invoices to take off: `inv_…`.
    pub deducts: Vec<String>,
}

/// An instalment as it was written: one of percent and amount.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstalmentInput {
    pub percent: Option<String>,
    /// Currency and amount.
    pub amount: Option<(String, String)>,
    pub due_on: String,
}

/// Writes a draft, or issues at once.
#[derive(Debug, Clone)]
pub struct CreateInvoice {
    pub input: InvoiceInput,
    pub issue: bool,
}

impl Command for CreateInvoice {
    const NAME: &'static str = "invoice.create";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = InvoiceId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<InvoiceId, Error> {
        let new = priced(tx, &self.input)?;
        if self.issue {
            return Ok(issue::issue(tx, new)?.id);
        }
        let id = tx.new_id();
        let parts = undated(tx, id, &new);
        invoices::insert(tx.conn, &parts.invoice, &parts.lines, &parts.taxes, &parts.instalments)?;
        tx.audit(id, &serde_json::json!({ "customer": new.customer, "total": parts.invoice.total().to_string() }))?;
        Ok(id)
    }
}

/// Replaces what is written on a draft.
#[derive(Debug, Clone)]
pub struct UpdateInvoice {
    pub id: InvoiceId,
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    pub input: InvoiceInput,
}

impl Command for UpdateInvoice {
    const NAME: &'static str = "invoice.update";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = InvoiceId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<InvoiceId, Error> {
        let before = super::hold_draft(tx, self.id)?;
        if self.version.is_some_and(|version| version != before.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        let new = priced(tx, &self.input)?;
        let mut parts = undated(tx, self.id, &new);
        parts.invoice.version = before.version + 1;
        invoices::rewrite(tx.conn, &parts.invoice, &parts.lines, &parts.taxes, &parts.instalments)?;
        let facts = serde_json::json!({
            "version": parts.invoice.version, "customer": new.customer, "total": parts.invoice.total().to_string(),
        });
        tx.audit(self.id, &facts)?;
        Ok(self.id)
    }
}

/// Removes a draft: it has no number, and nothing rests on it. What was written on it is in the trail no more than its total.
#[derive(Debug, Clone)]
pub struct RemoveInvoice {
    pub id: InvoiceId,
}

impl Command for RemoveInvoice {
    const NAME: &'static str = "invoice.delete";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let row = super::hold_draft(tx, self.id)?;
        invoices::remove(tx.conn, row.organisation_id, self.id)?;
        tx.audit(self.id, &serde_json::json!({ "customer": row.customer_id, "total": row.total().to_string() }))
    }
}

/// Rows of a draft, which is dated when it is issued.
fn undated(tx: &Tx<'_>, id: InvoiceId, new: &NewInvoice) -> Parts {
    let mut parts = issue::rows(tx, id, new);
    parts.invoice.issued_on = None;
    parts
}

/// Checks and prices an input on its day, with the customer's row held.
fn priced(tx: &mut Tx<'_>, input: &InvoiceInput) -> Result<NewInvoice, Error> {
    let customer: CustomerId = input.customer.trim().parse().map_err(|_| Refusal::field("/customer", "not_found"))?;
    let terms = match customers::queries::lock(tx, customer) {
        Err(Error::Refused(refusal)) if refusal.code == "customer_not_found" => {
            return Err(Refusal::field("/customer", "not_found").into());
        }
        other => other?,
    };
    let (organisation, today) = (tx.organisation(), tx.today()?);
    let mut fields = Fields::new();
    let currency = match given(&input.currency) {
        None => terms.currency,
        Some(code) => fields.currency("/currency", code).unwrap_or(terms.currency),
    };
    let issue_on = given(&input.issued_on).and_then(|text| fields.date("/issued_on", text)).unwrap_or(today);
    if issue_on > today {
        fields.note("/issued_on", "in_the_future");
    }
    let payment_terms_days = given(&input.payment_terms_days).map_or(terms.payment_terms_days, |text| {
        let days: Option<i32> = text.parse().ok().filter(|days| (0..=365).contains(days));
        days.unwrap_or_else(|| {
            fields.note("/payment_terms_days", "out_of_range");
            terms.payment_terms_days
        })
    });
    let deliver_on = deliver_on(&mut fields, &input.deliver_on, today);
    let purpose = purpose(&mut fields, input);
    let reference = fields.optional_text("/reference", input.reference.as_deref(), 200);
    let note = fields.optional_text("/note", input.note.as_deref(), 2000);
    fields.finish()?;
    let rounding = rounding(&identity::settings(tx.conn, organisation)?);
    let by = Pricing { organisation, locale: terms.locale, currency, on: issue_on, rounding, agreed: false };
    let priced = catalog::price(tx.conn, by, &input.lines, &input.fees)?;
    refuse_no_deposit(purpose, &priced)?;
    let mut new = NewInvoice {
        purpose,
        customer,
        order: None,
        deductions: deposits::of_sale(tx, customer, &priced, &input.deducts)?,
        priced,
        instalments: Vec::new(),
        deliver_on,
        reference,
        note,
        issue_on,
        payment_terms_days,
        issued_by: None,
    };
    new.instalments = instalments(new.total()?, issue_on, &input.instalments)?;
    Ok(new)
}

/// What the invoice is for. A deposit takes nothing off: what is left of another stays with that one.
fn purpose(fields: &mut Fields, input: &InvoiceInput) -> Purpose {
    let purpose = given(&input.purpose).map_or(Some(Purpose::Sale), Purpose::by_name);
    if purpose.is_none() {
        fields.note("/purpose", "not_a_choice");
    }
    if purpose == Some(Purpose::Deposit) && !input.deducts.is_empty() {
        fields.note("/deducts", "deposit_deducts_nothing");
    }
    purpose.unwrap_or_default()
}

/// A deposit is money asked for: no rebate stands in it, and it is not over nothing.
fn refuse_no_deposit(purpose: Purpose, priced: &Priced) -> Result<(), Refusal> {
    if purpose == Purpose::Sale {
        return Ok(());
    }
    let mut fields = Fields::new();
    let (lines, fees): (Vec<&PricedLine>, Vec<&PricedLine>) =
        priced.lines.iter().partition(|line| line.kind == LineKind::Item);
    for (list, name, lines) in [("lines", "unit_price", lines), ("fees", "amount", fees)] {
        for (index, _) in lines.iter().enumerate().filter(|(_, line)| !line.net.is_positive()) {
            fields.note(&format!("/{list}/{index}/{name}"), "not_positive");
        }
    }
    fields.finish()
}

/// The day of delivery as it was written, if it can be one.
pub fn deliver_on(fields: &mut Fields, text: &Option<String>, today: Date) -> Option<Date> {
    let day = fields.date("/deliver_on", given(text)?)?;
    if !can_be_delivered_on(day, today) {
        fields.note("/deliver_on", "delivery_out_of_range");
    }
    Some(day)
}

/// Splits the total as it was written, naming faults by pointer.
pub fn instalments(total: Money, issue_on: Date, inputs: &[InstalmentInput]) -> Result<Vec<(Date, Money)>, Refusal> {
    let mut fields = Fields::new();
    let mut plan = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        fields.within(format!("/instalments/{index}"), |fields| {
            let due_on = fields.date("/due_on", input.due_on.trim());
            let portion = portion(fields, input, total);
            if let (Some(due_on), Some(portion)) = (due_on, portion) {
                plan.push(Instalment { portion, due_on });
            }
        });
    }
    fields.finish()?;
    let split = split(total, issue_on, &plan).map_err(fault)?;
    Ok(split.into_iter().map(|due| (due.due_on, due.amount)).collect())
}

/// What was agreed to be due, for an invoice that is issued later than was thought.
pub fn carried(agreed: &[(Date, Money)], total: Money, issue_on: Date) -> Result<Vec<(Date, Money)>, Refusal> {
    let agreed: Vec<Due> = agreed.iter().map(|(due_on, amount)| Due { amount: *amount, due_on: *due_on }).collect();
    let dues = carry(&agreed, total, issue_on).map_err(fault)?;
    Ok(dues.into_iter().map(|due| (due.due_on, due.amount)).collect())
}

/// Which part of a total an instalment or a deposit is, naming faults by pointer.
pub fn portion(fields: &mut Fields, input: &InstalmentInput, total: Money) -> Option<Portion> {
    match (given(&input.percent), &input.amount) {
        (Some(percent), None) => {
            let percent: Percent = fields.percent("/percent", percent);
            Some(Portion::Percent(percent))
        }
        (None, Some((code, amount))) => fields.within("/amount", |fields| {
            let currency = fields.currency("/currency", code)?;
            if currency != total.currency() {
                fields.note("/currency", "currency_mismatch");
                return None;
            }
            Some(Portion::Amount(fields.money("/amount", amount.trim(), currency)))
        }),
        _ => {
            fields.note("", "percent_or_amount");
            None
        }
    }
}

fn fault(error: InstalmentError) -> Refusal {
    let at = |index: usize, code| Refusal::field(format!("/instalments/{index}"), code);
    match error {
        InstalmentError::TooMany => Refusal::field("/instalments", "instalments_too_many"),
        InstalmentError::DatesNotAscending { index } => {
            Refusal::field(format!("/instalments/{index}/due_on"), "instalments_not_ascending")
        }
        InstalmentError::Mixed { index } => at(index, "instalments_mixed"),
        InstalmentError::CurrencyMismatch { index } => at(index, "currency_mismatch"),
        InstalmentError::NotPositive { index } => at(index, "not_positive"),
        InstalmentError::PercentagesNotHundred { .. } => Refusal::field("/instalments", "instalments_not_hundred"),
        InstalmentError::AmountsNotTotal { .. } => Refusal::field("/instalments", "instalments_not_total"),
        InstalmentError::Overflow => Refusal::field("/instalments", "amount_too_large"),
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// Where an organisation rounds its tax.
pub fn rounding(settings: &identity::Settings) -> TaxRounding {
    match settings.tax_rounding {
        identity::TaxRounding::Line => TaxRounding::PerLine,
        identity::TaxRounding::Document => TaxRounding::PerDocument,
    }
}
