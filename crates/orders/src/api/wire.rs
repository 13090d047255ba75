//! Orders on the wire.

use crate::draft::{Draft, OrderInput};
use crate::queries::{Line, Order, Summary};
use crate::rules::status::OrderStatus;
use catalog::api::lines::{NewFee, NewLine};
use catalog::{LineKind, PricedLine, TaxGroup};
use invoicing::api::NewInstalment;
use invoicing::commands::InstalmentInput;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::{Money, Patch};

/// An empty object.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// An order to write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// `cus_…`
    pub customer: String,
    /// The customer's when left out.
    #[schema(example = "CNY")]
    pub currency: Option<String>,
    #[serde(default)]
    pub lines: Vec<NewLine>,
    #[serde(default)]
    pub fees: Vec<NewFee>,
    #[schema(example = "2026-12-01")]
    pub deliver_on: Option<String>,
    /// All by percent, which come to 100, or all by amount, which come to the total; days ascend.
    #[serde(default)]
    pub instalments: Vec<NewInstalment>,
    /// A part to be invoiced when the order is confirmed, in the place of all of it; not beside instalments.
    pub deposit: Option<NewDeposit>,
    /// The buyer's own reference.
    #[schema(max_length = 200)]
    pub reference: Option<String>,
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// A deposit: one of percent and amount, tax included.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeposit {
    /// Of the total.
    #[schema(example = "30")]
    pub percent: Option<String>,
    pub amount: Option<Money>,
    /// By the customer's terms when not given.
    #[schema(example = "2026-12-01")]
    pub due_on: Option<String>,
}

impl From<NewDeposit> for InstalmentInput {
    fn from(new: NewDeposit) -> Self {
        InstalmentInput {
            percent: new.percent,
            amount: new.amount.map(|of| (of.currency, of.amount)),
            due_on: new.due_on.unwrap_or_default(),
        }
    }
}

fn inputs<N, I: From<N>>(list: Vec<N>) -> Vec<I> {
    list.into_iter().map(I::from).collect()
}

impl From<NewOrder> for OrderInput {
    fn from(new: NewOrder) -> Self {
        OrderInput {
            customer: new.customer,
            currency: new.currency,
            lines: inputs(new.lines),
            fees: inputs(new.fees),
            deliver_on: new.deliver_on,
            instalments: inputs(new.instalments),
            deposit: new.deposit.map(InstalmentInput::from),
            reference: new.reference,
            note: new.note,
        }
    }
}

/// Changes of a draft; what is left out stays, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderChanges {
    pub customer: Option<String>,
    pub currency: Option<String>,
    pub lines: Option<Vec<NewLine>>,
    pub fees: Option<Vec<NewFee>>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub deliver_on: Patch<String>,
    pub instalments: Option<Vec<NewInstalment>>,
    #[serde(default)]
    #[schema(value_type = Option<NewDeposit>)]
    pub deposit: Patch<NewDeposit>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub reference: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub note: Patch<String>,
}

impl OrderChanges {
    /// The order with these changes, to be checked as a whole.
    pub fn onto(self, old: OrderInput) -> OrderInput {
        OrderInput {
            customer: self.customer.unwrap_or(old.customer),
            currency: self.currency.or(old.currency),
            lines: self.lines.map_or(old.lines, inputs),
            fees: self.fees.map_or(old.fees, inputs),
            deliver_on: self.deliver_on.onto(old.deliver_on),
            instalments: self.instalments.map_or(old.instalments, inputs),
            deposit: self.deposit.map(InstalmentInput::from).onto(old.deposit),
            reference: self.reference.onto(old.reference),
            note: self.note.onto(old.note),
        }
    }
}

/// A line with what it comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    /// `itm_…`
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

/// Base and tax of all lines of one code and rate.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxView {
    /// Null for what bears no tax.
    pub tax_code: Option<String>,
    /// In percent.
    pub rate: String,
    pub base: Money,
    pub tax: Money,
}

/// What an order would come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    pub customer: String,
    pub currency: String,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    pub taxes: Vec<TaxView>,
    pub lines: Vec<LineView>,
    pub fees: Vec<LineView>,
    pub instalments: Vec<DueView>,
}

/// A part of the total and when it is due.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueView {
    pub amount: Money,
    pub due_on: String,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    #[schema(example = "ord_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Given when it is first submitted.
    pub number: Option<String>,
    /// `draft`, `pending_approval`, `on_hold`, `confirmed`, `cancelled`.
    pub status: &'static str,
    pub customer: String,
    pub currency: String,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    pub taxes: Vec<TaxView>,
    pub lines: Vec<LineView>,
    pub fees: Vec<LineView>,
    pub instalments: Vec<InstalmentView>,
    /// The part that is invoiced first, as it was agreed.
    pub deposit: Option<AgreedDeposit>,
    pub ordered_on: String,
    pub deliver_on: Option<String>,
    pub reference: Option<String>,
    pub note: Option<String>,
    /// `inv_…`, once confirmed; with a deposit, once the rest is invoiced.
    pub invoice: Option<String>,
    /// `inv_…`, the invoice of the deposit.
    pub deposit_invoice: Option<String>,
    /// Why it is on hold.
    pub hold: Option<HoldView>,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// An instalment as it was agreed.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstalmentView {
    pub percent: Option<String>,
    pub amount: Option<Money>,
    pub due_on: String,
}

/// A deposit as it was agreed.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreedDeposit {
    pub percent: Option<String>,
    pub amount: Option<Money>,
    pub due_on: Option<String>,
}

/// Why an order is on hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldView {
    /// `credit_limit_exceeded`, or `other_currency`: the limit is in another currency than the order.
    pub reason: &'static str,
    /// Null where that cannot be said.
    pub exceeded_by: Option<Money>,
}

/// An order in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderSummary {
    pub id: String,
    pub number: Option<String>,
    pub status: &'static str,
    pub customer: String,
    pub total: Money,
    pub ordered_on: String,
    pub deliver_on: Option<String>,
    pub reference: Option<String>,
    pub invoice: Option<String>,
}

impl From<&TaxGroup> for TaxView {
    fn from(group: &TaxGroup) -> Self {
        TaxView {
            tax_code: Some(group.code.clone()).filter(|code| !code.is_empty()),
            rate: group.rate.to_string(),
            base: group.base.into(),
            tax: group.tax.into(),
        }
    }
}

impl From<&PricedLine> for LineView {
    fn from(line: &PricedLine) -> Self {
        LineView {
            item: line.item.map(|item| item.to_string()),
            description: line.description.clone(),
            unit: line.unit.clone(),
            quantity: line.quantity.to_string(),
            unit_price: line.unit_price.into(),
            discount_percent: line.discount_percent.map(|percent| percent.to_string()),
            discount: line.discount.into(),
            tax_code: line.tax.as_ref().map(|tax| tax.code.clone()),
            tax_rate: line.tax.as_ref().map_or_else(|| "0".to_owned(), |tax| tax.rate.to_string()),
            net: line.net.into(),
            tax: line.tax_amount.into(),
            total: line.gross.into(),
        }
    }
}

impl From<&Line> for LineView {
    fn from(line: &Line) -> Self {
        LineView {
            item: line.item.map(|item| item.to_string()),
            description: line.description.clone(),
            unit: line.unit.clone(),
            quantity: line.quantity.to_string(),
            unit_price: line.unit_price.into(),
            discount_percent: line.discount_percent.map(|percent| percent.to_string()),
            discount: line.discount.into(),
            tax_code: line.tax_code.clone(),
            tax_rate: line.rate.to_string(),
            net: line.net.into(),
            tax: line.tax.into(),
            total: line.gross.into(),
        }
    }
}

impl From<Draft> for Preview {
    fn from(draft: Draft) -> Self {
        let priced = draft.priced;
        let of = |kind| priced.lines.iter().filter(move |line| line.kind == kind).map(LineView::from).collect();
        Preview {
            customer: draft.customer.id.to_string(),
            currency: priced.currency.code().to_owned(),
            net: priced.net.into(),
            tax: priced.tax.into(),
            total: priced.total.into(),
            taxes: priced.taxes.iter().map(TaxView::from).collect(),
            lines: of(LineKind::Item),
            fees: of(LineKind::Fee),
            instalments: draft
                .instalments
                .into_iter()
                .map(|(due_on, amount)| DueView { amount: amount.into(), due_on: due_on.to_string() })
                .collect(),
        }
    }
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        let of = |kind| order.lines.iter().filter(move |line| line.kind == kind).map(LineView::from).collect();
        let hold = match order.status {
            OrderStatus::OnHold(reason) => {
                Some(HoldView { reason: reason.name(), exceeded_by: reason.exceeded_by().map(Money::from) })
            }
            _ => None,
        };
        OrderView {
            id: order.id.to_string(),
            status: order.status.name(),
            customer: order.customer.to_string(),
            currency: order.currency.code().to_owned(),
            net: order.net.into(),
            tax: order.tax.into(),
            total: order.total.into(),
            taxes: order.taxes.iter().map(TaxView::from).collect(),
            lines: of(LineKind::Item),
            fees: of(LineKind::Fee),
            instalments: order
                .instalments
                .into_iter()
                .map(|i| InstalmentView {
                    percent: i.percent,
                    amount: i.amount.map(|(currency, amount)| Money { currency, amount }),
                    due_on: i.due_on,
                })
                .collect(),
            deposit: order.deposit.map(|of| AgreedDeposit {
                percent: of.percent,
                amount: of.amount.map(|(currency, amount)| Money { currency, amount }),
                due_on: Some(of.due_on).filter(|day| !day.is_empty()),
            }),
            deposit_invoice: order.deposit_invoice.map(|invoice| invoice.to_string()),
            ordered_on: order.ordered_on.to_string(),
            deliver_on: order.deliver_on.map(|day| day.to_string()),
            number: order.number,
            reference: order.reference,
            note: order.note,
            invoice: order.invoice.map(|invoice| invoice.to_string()),
            hold,
            created_at: order.created_at.to_string(),
        }
    }
}

impl From<Summary> for OrderSummary {
    fn from(order: Summary) -> Self {
        OrderSummary {
            id: order.id.to_string(),
            status: order.status.name(),
            customer: order.customer.to_string(),
            total: order.total.into(),
            ordered_on: order.ordered_on.to_string(),
            deliver_on: order.deliver_on.map(|day| day.to_string()),
            number: order.number,
            reference: order.reference,
            invoice: order.invoice.map(|invoice| invoice.to_string()),
        }
    }
}
