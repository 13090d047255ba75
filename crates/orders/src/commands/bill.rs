//! The invoices of a confirmed order: all of it at once, or a deposit and later the rest.

use super::submit::{announce, priced, refuse_archived};
use super::{hold, status_of};
use crate::queries;
use crate::rules::deposit::split;
use crate::rules::status::OrderStatus;
use crate::store::{self, Row};
use ::store::{Command, Error, Tx};
use catalog::{LineKind, Priced, PricedLine, TaxTreatment};
use customers::Terms;
use invoicing::NewInvoice;
use invoicing::commands::InstalmentInput;
use invoicing::commands::deposits;
use invoicing::commands::draft::portion;
use invoicing::rules::deposits::Purpose;
use invoicing::rules::instalments::Portion;
use kernel::id::OrderId;
use kernel::{Date, Decimal, Fields, Money, Permission, Quantity, Refusal, UnitPrice};

/// The longest text of a line.
const DESCRIPTION_MAX: usize = 500;

/// Issues what a confirmed order asks for at once: its deposit where one was agreed, else all of it.
pub(super) fn bill(
    tx: &mut Tx<'_>,
    row: &mut Row,
    terms: &Terms,
    priced: Priced,
    instalments: Vec<(Date, Money)>,
    today: Date,
) -> Result<(), Error> {
    let Some(deposit) = queries::deposit_of(row)? else {
        let issued = invoicing::issue(tx, new(row, terms, priced, instalments, today))?;
        row.invoice_id = Some(issued.id);
        return Ok(());
    };
    let mut fields = Fields::new();
    let amount = amount(&mut fields, &deposit, priced.total);
    fields.finish()?;
    let amount = amount.ok_or_else(|| Refusal::field("/deposit", "not_positive"))?;
    let due_on: Option<Date> = deposit.due_on.parse().ok();
    let part = part_of(&priced, amount)?;
    let instalments = due_on.map(|day| (day.max(today), amount)).into_iter().collect();
    let new = NewInvoice { purpose: Purpose::Deposit, ..new(row, terms, part, instalments, today) };
    row.deposit_invoice_id = Some(invoicing::issue(tx, new)?.id);
    Ok(())
}

fn new(row: &Row, terms: &Terms, priced: Priced, instalments: Vec<(Date, Money)>, today: Date) -> NewInvoice {
    NewInvoice {
        purpose: Purpose::Sale,
        customer: row.customer_id,
        order: Some(row.order_id),
        instalments,
        priced,
        deductions: Vec::new(),
        deliver_on: row.deliver_on.map(|day| day.0),
        reference: row.reference.clone(),
        note: row.note.clone(),
        issue_on: today,
        payment_terms_days: terms.payment_terms_days,
        issued_by: row.submitted_by.clone(),
    }
}

/// What a deposit as it was written comes to, of a total; noted as faults of `/deposit` is what is nothing, or more than all.
pub(crate) fn amount(fields: &mut Fields, deposit: &InstalmentInput, total: Money) -> Option<Money> {
    fields.within("/deposit", |fields| {
        if !deposit.due_on.is_empty() {
            fields.date("/due_on", deposit.due_on.trim());
        }
        let amount = match portion(fields, deposit, total)? {
            Portion::Percent(percent) => percent.of(total).ok(),
            Portion::Amount(amount) => Some(amount),
        };
        let amount = amount.filter(|amount| amount.is_positive() && amount.minor() <= total.minor());
        if amount.is_none() {
            fields.note("", "deposit_out_of_range");
        }
        amount
    })
}

/// A line for each tax code of an order with its part of the deposit, named like what it is for.
fn part_of(order: &Priced, deposit: Money) -> Result<Priced, Error> {
    let codes: Vec<(Money, Money)> = order.taxes.iter().map(|group| (group.base, group.tax)).collect();
    let mut part = Priced { lines: Vec::new(), taxes: Vec::new(), ..order.clone() };
    (part.net, part.tax, part.total) = (Money::zero(order.currency), Money::zero(order.currency), deposit);
    for (group, (net, tax)) in order.taxes.iter().zip(split(&codes, deposit)?) {
        let gross = net.plus(tax)?;
        if !net.is_positive() {
            // A cent that is tax alone would be no line; it stays with the rest.
            part.total = part.total.minus(gross)?;
            continue;
        }
        let is_of = |line: &&PricedLine| match &line.tax {
            Some(tax) => tax.code == group.code && tax.rate == group.rate,
            None => group.code.is_empty(),
        };
        let names: Vec<&str> = order.lines.iter().filter(is_of).map(|line| line.description.as_str()).collect();
        let tax_treatment = TaxTreatment { code: group.code.clone(), rate: group.rate, inclusive: false };
        part.lines.push(PricedLine {
            kind: LineKind::Item,
            item: None,
            description: names.join(", ").chars().take(DESCRIPTION_MAX).collect(),
            unit: String::new(),
            quantity: Quantity::new(Decimal::ONE).map_err(|e| Error::Broken(e.to_string()))?,
            unit_price: UnitPrice::new(net.to_decimal(), order.currency).map_err(|e| Error::Broken(e.to_string()))?,
            discount_percent: None,
            discount: Money::zero(order.currency),
            tax: (!group.code.is_empty()).then_some(tax_treatment),
            net,
            tax_amount: tax,
            gross,
        });
        part.taxes.push(catalog::TaxGroup { base: net, tax, ..group.clone() });
        (part.net, part.tax) = (part.net.plus(net)?, part.tax.plus(tax)?);
    }
    Ok(part)
}

/// Issues the final invoice of an order of which a deposit was invoiced: all of it, as it was agreed, less what is left of the
/// deposit.
#[derive(Debug, Clone)]
pub struct BillRest(pub OrderId);

impl Command for BillRest {
    const NAME: &'static str = "order.bill_rest";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = OrderId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<OrderId, Error> {
        let (mut row, terms) = hold(tx, self.0)?;
        let deposit = match (status_of(&row)?, row.deposit_invoice_id, row.invoice_id) {
            (OrderStatus::Confirmed, Some(deposit), None) => deposit,
            (OrderStatus::Confirmed, _, _) => return Err(Refusal::conflict("order_is_invoiced").into()),
            _ => return Err(Refusal::conflict("order_not_confirmed").into()),
        };
        refuse_archived(&terms)?;
        let today = tx.today()?;
        let priced = priced(tx, &mut row, &terms, today, true)?;
        let deductions = deposits::of_order(tx, row.customer_id, &priced, deposit)?;
        let new = NewInvoice { deductions, ..new(&row, &terms, priced, Vec::new(), today) };
        row.invoice_id = Some(invoicing::issue(tx, new)?.id);
        store::save(tx.conn, &row)?;
        announce(tx, &row, "order.billed")?;
        Ok(self.0)
    }
}
