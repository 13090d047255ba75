//! Invoices and credit notes on the wire: what goes out.

use crate::queries::{self, CreditNoteView, InvoiceRowView, InvoiceView, OfficialStatus, pay_path};
use catalog::LineKind;
use kernel::Date;
use receivables::ItemKind;
use serde::Serialize;
use utoipa::ToSchema;
use web::wire::{Money, Warning};

/// An invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invoice {
    #[schema(example = "inv_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Null for drafts.
    pub number: Option<String>,
    /// `draft`, `open`, `partially_paid`, `paid`, `void`, `credited`, `written_off`.
    pub status: &'static str,
    /// `sale`, or `deposit`: money before anything is delivered.
    #[schema(example = "sale")]
    pub purpose: &'static str,
    pub customer: String,
    pub order: Option<String>,
    pub currency: String,
    pub issued_on: Option<String>,
    /// The last day to pay all of it in time.
    pub due_on: Option<String>,
    /// When the next part of what is open is due; of an invoice without instalments the same day.
    pub next_due_on: Option<String>,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// What is still to be paid.
    pub balance: Money,
    pub overdue: bool,
    /// An online payment of it has an unknown outcome.
    pub in_doubt: bool,
    pub disputed: bool,
    pub official_invoice: Official,
    /// Where its customer can pay it; null for drafts.
    pub pay_url: Option<String>,
    pub taxes: Vec<Tax>,
    pub lines: Vec<Line>,
    /// The deposit invoices that it takes off, net and tax as they were charged; amounts above zero.
    pub deducts: Vec<Deduction>,
    /// Of an issued deposit invoice: what is left of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Deposit>,
    pub instalments: Vec<Instalment>,
    pub allocations: Vec<Allocation>,
    pub written_off: Money,
    pub reference: Option<String>,
    pub note: Option<String>,
    pub sent_at: Option<String>,
    /// `invoice` or `delivery`: when its net becomes revenue.
    pub revenue_at: &'static str,
    pub delivered_on: Option<String>,
    /// When the customer was promised it.
    pub deliver_on: Option<String>,
    /// What needs attention but did not stop the call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// An invoice in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceSummary {
    pub id: String,
    pub number: Option<String>,
    pub status: &'static str,
    /// `sale` or `deposit`.
    #[schema(example = "sale")]
    pub purpose: &'static str,
    pub customer: String,
    pub order: Option<String>,
    pub currency: String,
    pub issued_on: Option<String>,
    /// The last day to pay all of it in time.
    pub due_on: Option<String>,
    /// When the next part of what is open is due; of an invoice without instalments the same day.
    pub next_due_on: Option<String>,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    pub balance: Money,
    pub overdue: bool,
    pub in_doubt: bool,
    pub disputed: bool,
    pub official_invoice: Official,
    pub pay_url: Option<String>,
}

/// A deposit invoice that is taken off.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceDeduction)]
pub struct Deduction {
    pub invoice: String,
    pub number: String,
    pub net: Money,
    pub tax: Money,
    /// Net and tax.
    pub total: Money,
}

/// What is left of a deposit, tax included.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceDeposit)]
pub struct Deposit {
    /// What later invoices may deduct.
    pub remaining: Money,
    /// What issued invoices deduct.
    pub deducted: Money,
}

/// Where the official invoice (发票) stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Official {
    /// `none`, `requested`, `issued`.
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// Base and tax of one code and rate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceTax)]
pub struct Tax {
    /// Null for what bears no tax.
    pub tax_code: Option<String>,
    /// In percent.
    pub rate: String,
    pub base: Money,
    pub tax: Money,
}

/// A line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceLine)]
pub struct Line {
    /// From 1.
    pub line: i32,
    /// `item`, `fee`, or `deposit` for what is taken off, whose description is the deposit's number.
    pub kind: &'static str,
    pub item: Option<String>,
    pub description: String,
    pub unit: String,
    pub quantity: String,
    pub unit_price: Money,
    pub discount_percent: Option<String>,
    /// What was taken off.
    pub discount: Money,
    pub tax_code: Option<String>,
    /// In percent.
    pub tax_rate: String,
    pub net: Money,
    pub tax: Money,
    /// Net and tax.
    pub total: Money,
}

/// A part of the total with its own day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceInstalment)]
pub struct Instalment {
    pub due_on: String,
    pub amount: Money,
    pub open: Money,
}

/// A credit set against the invoice: one of `payment` and `credit_note` is given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceAllocation)]
pub struct Allocation {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_note: Option<String>,
    pub amount: Money,
    /// What it took of a credit in another currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid: Option<Money>,
    pub date: String,
    /// Taken back since.
    pub reversed: bool,
}

/// A credit note.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreditNote {
    pub id: String,
    pub number: String,
    pub invoice: String,
    pub customer: String,
    pub currency: String,
    pub issued_on: String,
    pub reason: String,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// What of it is still the customer's credit.
    pub unapplied: Money,
    /// Empty in lists.
    pub allocations: Vec<CreditNoteAllocation>,
    /// Empty in lists.
    pub lines: Vec<CreditNoteLine>,
}

/// What of a credit note was set against an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreditNoteAllocation {
    pub invoice: String,
    /// What left the invoice, in its currency.
    pub amount: Money,
    /// What left the credit note, in its own.
    pub paid: Money,
    pub date: String,
    /// Taken back since.
    pub reversed: bool,
}

/// A line that was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreditNoteLine {
    pub line: i32,
    /// Its place on the invoice.
    pub invoice_line: Option<i32>,
    pub description: String,
    pub quantity: String,
    pub tax_code: Option<String>,
    /// In percent.
    pub tax_rate: String,
    pub net: Money,
    pub tax: Money,
    /// Net and tax.
    pub total: Money,
}

impl From<queries::Official> for Official {
    fn from(official: queries::Official) -> Self {
        debug_assert!(OfficialStatus::ALL.contains(&official.status));
        Official { status: official.status.name(), number: official.number }
    }
}

fn text(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

fn url(public_url: &str, token: Option<&str>) -> Option<String> {
    token.map(|token| format!("{public_url}{}", pay_path(token)))
}

impl Invoice {
    /// As it stands on `today`, reached at `public_url`.
    pub fn of(view: InvoiceView, today: Date, public_url: &str) -> Invoice {
        Invoice {
            overdue: view.is_overdue(today),
            next_due_on: text(view.next_due()),
            id: view.id.to_string(),
            number: view.number,
            status: view.status.name(),
            purpose: view.purpose.name(),
            customer: view.customer.to_string(),
            order: view.order.map(|order| order.to_string()),
            currency: view.currency.code().to_owned(),
            issued_on: text(view.issued_on),
            due_on: text(view.due_on),
            net: view.net.into(),
            tax: view.tax.into(),
            total: view.total.into(),
            balance: view.balance.into(),
            in_doubt: view.in_doubt,
            disputed: view.disputed,
            official_invoice: view.official.into(),
            pay_url: url(public_url, view.pay_token.as_deref()),
            taxes: view.taxes.into_iter().map(Tax::from).collect(),
            lines: view.lines.into_iter().map(Line::from).collect(),
            deducts: view.deducts.into_iter().map(Deduction::from).collect(),
            deposit: view.deposit.map(|of| Deposit { remaining: of.remaining.into(), deducted: of.deducted.into() }),
            instalments: view
                .instalments
                .into_iter()
                .map(|i| Instalment { due_on: i.due_on.to_string(), amount: i.amount.into(), open: i.open.into() })
                .collect(),
            allocations: view.allocations.into_iter().map(Allocation::from).collect(),
            written_off: view.written_off.into(),
            reference: view.reference,
            note: view.note,
            sent_at: view.sent_at.map(|at| at.to_string()),
            revenue_at: if view.revenue_at_delivery { "delivery" } else { "invoice" },
            delivered_on: text(view.delivered_on),
            deliver_on: text(view.deliver_on),
            warnings: Vec::new(),
        }
    }
}

impl InvoiceSummary {
    pub fn of(row: InvoiceRowView, public_url: &str) -> InvoiceSummary {
        InvoiceSummary {
            id: row.id.to_string(),
            number: row.number,
            status: row.status.name(),
            purpose: row.purpose.name(),
            customer: row.customer.to_string(),
            order: row.order.map(|order| order.to_string()),
            currency: row.currency.code().to_owned(),
            issued_on: text(row.issued_on),
            due_on: text(row.due_on),
            next_due_on: text(row.next_due),
            net: row.net.into(),
            tax: row.tax.into(),
            total: row.total.into(),
            balance: row.balance.into(),
            overdue: row.overdue,
            in_doubt: row.in_doubt,
            disputed: row.disputed,
            official_invoice: row.official.into(),
            pay_url: url(public_url, row.pay_token.as_deref()),
        }
    }
}

impl From<queries::TaxView> for Tax {
    fn from(tax: queries::TaxView) -> Self {
        Tax {
            tax_code: Some(tax.code).filter(|code| !code.is_empty()),
            rate: tax.rate.to_string(),
            base: tax.base.into(),
            tax: tax.tax.into(),
        }
    }
}

impl From<queries::LineView> for Line {
    fn from(line: queries::LineView) -> Self {
        Line {
            line: line.line,
            kind: match line.kind {
                _ if line.deducts.is_some() => "deposit",
                LineKind::Item => "item",
                LineKind::Fee => "fee",
            },
            item: line.item.map(|item| item.to_string()),
            description: line.description,
            unit: line.unit,
            quantity: line.quantity.to_string(),
            unit_price: line.unit_price.into(),
            discount_percent: line.discount_percent.map(|percent| percent.to_string()),
            discount: line.discount.into(),
            tax_code: line.tax_code,
            tax_rate: line.rate.to_string(),
            net: line.net.into(),
            tax: line.tax.into(),
            total: line.gross.into(),
        }
    }
}

impl From<queries::Deducted> for Deduction {
    fn from(of: queries::Deducted) -> Self {
        Deduction {
            invoice: of.invoice.to_string(),
            number: of.number,
            net: of.net.into(),
            tax: of.tax.into(),
            total: of.total.into(),
        }
    }
}

impl From<queries::Applied> for Allocation {
    fn from(applied: queries::Applied) -> Self {
        let is_note = applied.kind == ItemKind::CreditNote;
        let note = applied.credit.retyped::<kernel::id::CreditNote>().to_string();
        let payment = applied.credit.retyped::<kernel::id::Payment>().to_string();
        Allocation {
            id: applied.id.to_string(),
            payment: (!is_note).then_some(payment),
            credit_note: is_note.then_some(note),
            amount: applied.amount.into(),
            paid: applied.paid.map(Money::from),
            date: applied.on.to_string(),
            reversed: applied.reversed,
        }
    }
}

impl From<CreditNoteView> for CreditNote {
    fn from(view: CreditNoteView) -> Self {
        CreditNote {
            id: view.id.to_string(),
            number: view.number,
            invoice: view.invoice.to_string(),
            customer: view.customer.to_string(),
            currency: view.currency.code().to_owned(),
            issued_on: view.issued_on.to_string(),
            reason: view.reason,
            net: view.net.into(),
            tax: view.tax.into(),
            total: view.total.into(),
            unapplied: view.unapplied.into(),
            allocations: view
                .applied
                .into_iter()
                .map(|part| CreditNoteAllocation {
                    invoice: part.invoice.to_string(),
                    amount: part.amount.into(),
                    paid: part.paid.into(),
                    date: part.on.to_string(),
                    reversed: part.reversed,
                })
                .collect(),
            lines: view
                .lines
                .into_iter()
                .map(|line| CreditNoteLine {
                    line: line.line,
                    invoice_line: line.invoice_line,
                    description: line.description,
                    quantity: line.quantity.to_string(),
                    tax_code: line.tax_code,
                    tax_rate: line.rate.to_string(),
                    net: line.net.into(),
                    tax: line.tax.into(),
                    total: line.gross.into(),
                })
                .collect(),
        }
    }
}
