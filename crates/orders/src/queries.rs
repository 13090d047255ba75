//! What pages, the API and other slices read of orders.

use crate::draft::OrderInput;
use crate::rules::status::OrderStatus;
pub use crate::store::Filter;
use crate::store::{self, LineRow, Row};
use ::store::audit::{self, AuditRow};
use ::store::{Conn, Error, Part, Total};
use catalog::{DiscountInput, LineInput, LineKind, TaxGroup};
use invoicing::commands::InstalmentInput;
use kernel::id::{CustomerId, InvoiceId, ItemId, OrderId};
use kernel::{Currency, Date, Money, Percent, Quantity, Refusal, Scope, Timestamp, UnitPrice};
use schema::types::JsonText;
use serde::{Deserialize, Serialize};

/// An order without its lines, as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub id: OrderId,
    /// None until it is first submitted.
    pub number: Option<String>,
    pub customer: CustomerId,
    pub customer_name: String,
    pub status: OrderStatus,
    pub total: Money,
    pub ordered_on: Date,
    pub deliver_on: Option<Date>,
    pub reference: Option<String>,
    pub invoice: Option<InvoiceId>,
}

/// An order with all that is written on it.
#[derive(Debug, Clone)]
pub struct Order {
    pub id: OrderId,
    /// None until it is first submitted.
    pub number: Option<String>,
    pub customer: CustomerId,
    pub customer_name: String,
    pub status: OrderStatus,
    pub currency: Currency,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// Lines, then fees.
    pub lines: Vec<Line>,
    pub taxes: Vec<TaxGroup>,
    pub ordered_on: Date,
    pub deliver_on: Option<Date>,
    /// As they were agreed.
    pub instalments: Vec<InstalmentInput>,
    /// The part that is invoiced first, as it was agreed.
    pub deposit: Option<InstalmentInput>,
    pub reference: Option<String>,
    pub note: Option<String>,
    /// Of all of it, or of the rest beside its deposit.
    pub invoice: Option<InvoiceId>,
    pub deposit_invoice: Option<InvoiceId>,
    pub created_at: Timestamp,
    /// Counts changes; a form that was loaded at another version is stale.
    pub version: i64,
}

/// A line of an order.
#[derive(Debug, Clone)]
pub struct Line {
    pub kind: LineKind,
    pub item: Option<ItemId>,
    pub description: String,
    pub unit: String,
    pub quantity: Quantity,
    pub unit_price: UnitPrice,
    pub discount_percent: Option<Percent>,
    pub discount: Money,
    pub tax_code: Option<String>,
    pub rate: Percent,
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
}

/// One order in this scope, or a refusal.
pub fn get(conn: &mut Conn, scope: &Scope, id: OrderId) -> Result<Order, Error> {
    let row = store::find(conn, scope, id)?.ok_or_else(|| Refusal::not_found("order_not_found"))?;
    let name = identity::queries::customer_name(conn, scope.organisation(), row.customer_id)?;
    let rows = store::lines(conn, scope.organisation(), id)?;
    let lines: Vec<Line> = rows.into_iter().map(|line| Line::of(row.currency, line)).collect::<Result<_, _>>()?;
    let money = |minor| Money::new(minor, row.currency);
    Ok(Order {
        id,
        customer: row.customer_id,
        customer_name: name.unwrap_or_default(),
        status: crate::commands::status_of(&row)?,
        currency: row.currency,
        net: money(row.net_minor),
        tax: money(row.tax_minor),
        total: money(row.total_minor),
        taxes: taxes(row.currency, &lines)?,
        lines,
        ordered_on: row.ordered_on.0,
        deliver_on: row.deliver_on.map(|day| day.0),
        instalments: instalments_of(&row)?,
        deposit: deposit_of(&row)?,
        number: row.number,
        reference: row.reference,
        note: row.note,
        invoice: row.invoice_id,
        deposit_invoice: row.deposit_invoice_id,
        created_at: row.created_at.0,
        version: row.version,
    })
}

/// Up to `limit` orders before `before`, newest first.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    before: Option<OrderId>,
    limit: i64,
) -> Result<Vec<Summary>, Error> {
    page(conn, scope, filter, &Part::newest(before, limit))
}

/// How many orders a list has.
pub fn total(conn: &mut Conn, scope: &Scope, filter: &Filter) -> Result<Total, Error> {
    store::total(conn, scope, filter)
}

/// A part of the orders: newest first, or by `number`.
pub fn page(conn: &mut Conn, scope: &Scope, filter: &Filter, part: &Part) -> Result<Vec<Summary>, Error> {
    let rows = store::list(conn, scope, filter, part)?;
    rows.into_iter()
        .map(|(row, customer_name)| {
            Ok(Summary {
                id: row.order_id,
                status: crate::commands::status_of(&row)?,
                customer: row.customer_id,
                customer_name,
                total: Money::new(row.total_minor, row.currency),
                ordered_on: row.ordered_on.0,
                deliver_on: row.deliver_on.map(|day| day.0),
                number: row.number,
                reference: row.reference,
                invoice: row.invoice_id,
            })
        })
        .collect()
}

/// How many orders there are of each status in which an order waits for somebody, by its name.
pub fn counts(conn: &mut Conn, scope: &Scope) -> Result<Vec<(String, i64)>, Error> {
    store::counts(conn, scope)
}

impl Line {
    fn of(currency: Currency, row: LineRow) -> Result<Line, Error> {
        let broken =
            |e: kernel::decimal::DecimalError| Error::Broken(format!("line {} of {}: {e}", row.line, row.order_id));
        let money = |minor| Money::new(minor, currency);
        Ok(Line {
            kind: if row.kind == "fee" { LineKind::Fee } else { LineKind::Item },
            item: row.item_id,
            quantity: Quantity::new(row.quantity.0).map_err(broken)?,
            unit_price: UnitPrice::new(row.unit_price.0, currency).map_err(broken)?,
            discount_percent: row.discount_percent.map(|p| Percent::new(p.0)).transpose().map_err(broken)?,
            rate: Percent::new(row.tax_rate.0).map_err(broken)?,
            discount: money(row.discount_minor),
            net: money(row.net_minor),
            tax: money(row.tax_minor),
            gross: money(row.gross_minor),
            description: row.description,
            unit: row.unit,
            tax_code: row.tax_code,
        })
    }

    /// The line as it would be written to be what it is.
    fn as_written(&self) -> LineInput {
        let code = self.unit_price.currency().to_string();
        LineInput {
            kind: self.kind,
            item: self.item.map(|item| item.to_string()),
            description: Some(self.description.clone()),
            unit: Some(self.unit.clone()),
            quantity: self.quantity.to_string(),
            unit_price: Some((code, self.unit_price.text())),
            tax_code: self.tax_code.clone(),
            discount: DiscountInput::of(self.discount_percent, self.discount),
        }
    }
}

/// Base and tax by code and rate, in the order of their first line.
fn taxes(currency: Currency, lines: &[Line]) -> Result<Vec<TaxGroup>, Error> {
    let mut groups: Vec<TaxGroup> = Vec::new();
    for line in lines {
        let code = line.tax_code.clone().unwrap_or_default();
        let zero = Money::zero(currency);
        let found = groups.iter().position(|group| group.code == code && group.rate == line.rate);
        let index = found.unwrap_or_else(|| {
            groups.push(TaxGroup { code, rate: line.rate, base: zero, tax: zero });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(index) {
            group.base = group.base.plus(line.net)?;
            group.tax = group.tax.plus(line.tax)?;
        }
    }
    Ok(groups)
}

/// Lines and fees of an order as they would be written to be what they are.
pub(crate) fn as_written(currency: Currency, rows: Vec<LineRow>) -> Result<(Vec<LineInput>, Vec<LineInput>), Error> {
    let lines: Vec<Line> = rows.into_iter().map(|row| Line::of(currency, row)).collect::<Result<_, _>>()?;
    Ok(lines.iter().map(Line::as_written).partition(|line| line.kind == LineKind::Item))
}

impl Order {
    /// Whether more is agreed than what the catalog offers: such an order is not changed from the portal, where all of that
    /// would be lost.
    pub fn has_own_terms(&self) -> bool {
        let own = |line: &Line| line.item.is_none() || !line.discount.is_zero() || line.kind == LineKind::Fee;
        !self.instalments.is_empty() || self.deposit.is_some() || self.lines.iter().any(own)
    }

    /// Its invoice, that of the deposit as long as there is no other.
    pub fn newest_invoice(&self) -> Option<InvoiceId> {
        self.invoice.or(self.deposit_invoice)
    }

    /// Whether its deposit is invoiced and the rest is not.
    pub fn awaits_final_invoice(&self) -> bool {
        self.status == OrderStatus::Confirmed && self.invoice.is_none() && self.deposit_invoice.is_some()
    }

    /// The order as it would be written to be what it is.
    pub fn as_written(&self) -> OrderInput {
        let (lines, fees) = self.lines.iter().map(Line::as_written).partition(|line| line.kind == LineKind::Item);
        OrderInput {
            customer: self.customer.to_string(),
            currency: Some(self.currency.code().to_owned()),
            lines,
            fees,
            deliver_on: self.deliver_on.map(|day| day.to_string()),
            instalments: self.instalments.clone(),
            deposit: self.deposit.clone(),
            reference: self.reference.clone(),
            note: self.note.clone(),
        }
    }
}

/// An agreed instalment in its row.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptInstalment {
    percent: Option<String>,
    amount: Option<(String, String)>,
    due_on: String,
}

impl From<&InstalmentInput> for KeptInstalment {
    fn from(i: &InstalmentInput) -> Self {
        KeptInstalment { percent: i.percent.clone(), amount: i.amount.clone(), due_on: i.due_on.clone() }
    }
}

impl From<KeptInstalment> for InstalmentInput {
    fn from(i: KeptInstalment) -> Self {
        InstalmentInput { percent: i.percent, amount: i.amount, due_on: i.due_on }
    }
}

pub(crate) fn kept(instalments: &[InstalmentInput]) -> Vec<KeptInstalment> {
    instalments.iter().map(KeptInstalment::from).collect()
}

pub(crate) fn instalments_of(row: &Row) -> Result<Vec<InstalmentInput>, Error> {
    let kept: Vec<KeptInstalment> = serde_json::from_str(&row.instalments.0)?;
    Ok(kept.into_iter().map(InstalmentInput::from).collect())
}

pub(crate) fn kept_deposit(deposit: &InstalmentInput) -> Result<JsonText, Error> {
    Ok(JsonText(serde_json::to_string(&KeptInstalment::from(deposit))?))
}

pub(crate) fn deposit_of(row: &Row) -> Result<Option<InstalmentInput>, Error> {
    let Some(text) = &row.deposit else { return Ok(None) };
    let kept: KeptInstalment = serde_json::from_str(&text.0)?;
    Ok(Some(kept.into()))
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    pub at: Timestamp,
    /// The command: `order.submit`.
    pub command: String,
    /// `user`, `api_key`, `system`.
    pub actor_kind: String,
    /// The name of the person or the key; none for the house.
    pub who: Option<String>,
}

/// The history of an order, oldest first. The order was found in the reader's scope before.
pub fn timeline(conn: &mut Conn, scope: &Scope, id: OrderId) -> Result<Vec<Happening>, Error> {
    let rows = audit::of_subject(conn, scope.organisation(), id)?;
    let names = identity::queries::actor_names(conn, scope.organisation(), rows.iter().map(|row| row.actor.as_str()))?;
    let happened = |row: AuditRow| Happening {
        at: row.created_at.0,
        who: names.get(&row.actor).cloned(),
        actor_kind: row.actor_kind,
        command: row.command,
    };
    Ok(rows.into_iter().map(happened).collect())
}
