//! Submitting an order, and letting one on hold through: the ways to an invoice.

use super::write::{line_rows, put_totals};
use super::{hold, put_status, refused, status_of};
use crate::queries;
use crate::rules::credit::{self, CreditDecision, Exposure};
use crate::rules::status::{OrderEvent, OrderStatus};
use crate::store::{self, Row};
use ::store::{Command, Error, Tx, search};
use catalog::Priced;
use customers::Terms;
use identity::{Giving, need_second_person};
use invoicing::NewInvoice;
use invoicing::commands::draft::{instalments, rounding};
use invoicing::rules::numbering::{Pattern, fiscal_year};
use kernel::id::OrderId;
use kernel::{Date, Money, Permission, Refusal, Scope};
use schema::types::Day;

/// Submits a draft: it becomes confirmed, with an invoice, or is put on hold where credit does not suffice.
#[derive(Debug, Clone)]
pub struct SubmitOrder(pub OrderId);

impl Command for SubmitOrder {
    const NAME: &'static str = "order.submit";
    const PERMISSION: Permission = Permission::OrderSubmit;
    type Output = OrderId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<OrderId, Error> {
        let (mut row, terms) = hold(tx, self.0)?;
        // Whether it may be submitted is asked before credit is counted.
        let status = status_of(&row)?;
        status.clone().after(OrderEvent::Submitted(CreditDecision::Confirmed)).map_err(|e| refused(&e, "submit"))?;
        refuse_archived(&terms)?;
        let today = tx.today()?;
        let priced = priced(tx, &mut row, &terms, today)?;
        let decision = credit_of(tx, &row, &terms, today)?;
        let status = status.after(OrderEvent::Submitted(decision)).map_err(|e| refused(&e, "submit"))?;
        put_status(&mut row, &status);
        row.submitted_by = Some(tx.context().actor.name());
        if status == OrderStatus::Confirmed {
            invoice(tx, &mut row, &terms, priced, today)?;
        }
        // Numbers come last in the order of locks.
        let number = next_number(tx, today)?;
        let entry = search::Entry::new(self.0, Some(row.customer_id), &number, &terms.name);
        search::put(tx.conn, row.organisation_id, &entry, tx.now())?;
        row.number = Some(number);
        store::save(tx.conn, &row)?;
        let event = if status == OrderStatus::Confirmed { "order.confirmed" } else { "order.on_hold" };
        announce(tx, &row, event)?;
        Ok(self.0)
    }
}

/// Lets an order on hold through in spite of credit.
#[derive(Debug, Clone)]
pub struct ReleaseOrder(pub OrderId);

impl Command for ReleaseOrder {
    const NAME: &'static str = "order.release";
    const PERMISSION: Permission = Permission::OrderRelease;
    type Output = OrderId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<OrderId, Error> {
        let (mut row, terms) = hold(tx, self.0)?;
        let status = status_of(&row)?.after(OrderEvent::Released).map_err(|e| refused(&e, "release"))?;
        refuse_archived(&terms)?;
        let today = tx.today()?;
        let priced = priced(tx, &mut row, &terms, today)?;
        let giving = Giving {
            act: "release",
            about: self.0,
            amount: priced.total,
            rate: invoicing::rate(tx, row.currency, today)?,
            maker: row.submitted_by.as_deref(),
        };
        need_second_person(tx, &giving)?;
        put_status(&mut row, &status);
        invoice(tx, &mut row, &terms, priced, today)?;
        store::save(tx.conn, &row)?;
        announce(tx, &row, "order.confirmed")?;
        Ok(self.0)
    }
}

fn refuse_archived(terms: &Terms) -> Result<(), Error> {
    if terms.archived { Err(Refusal::conflict("order_customer_archived").into()) } else { Ok(()) }
}

/// The order at its agreed prices and the tax rates of today; the row and its lines take over what that comes to.
fn priced(tx: &mut Tx<'_>, row: &mut Row, terms: &Terms, today: Date) -> Result<Priced, Error> {
    let (organisation, id) = (row.organisation_id, row.order_id);
    let (lines, fees) = queries::as_written(row.currency, store::lines(tx.conn, organisation, id)?)?;
    let rounding = rounding(&identity::settings(tx.conn, organisation)?);
    let priced = catalog::price(tx.conn, organisation, terms.locale, row.currency, today, rounding, &lines, &fees)?;
    put_totals(row, &priced);
    store::replace_lines(tx.conn, organisation, id, &line_rows(organisation, id, &priced))?;
    Ok(priced)
}

/// Counts what the customer owes under its lock. An order in another currency than the limit's is always looked at by a
/// person: exchange rates would make a limit of their own.
fn credit_of(tx: &mut Tx<'_>, row: &Row, terms: &Terms, today: Date) -> Result<CreditDecision, Error> {
    let total = Money::new(row.total_minor, row.currency);
    let Some(limit) = terms.credit_limit else { return Ok(CreditDecision::Confirmed) };
    if limit.currency() != row.currency {
        return Ok(CreditDecision::OnHold { exceeded_by: total });
    }
    let (organisation, currency) = (row.organisation_id, row.currency);
    let scope = Scope::Organisation(organisation);
    let balances = receivables::balance(tx.conn, &scope, terms.id, today)?;
    let balance = balances.into_iter().find(|(of, _)| *of == currency).map(|(_, balance)| balance);
    let zero = Money::zero(currency);
    let open_orders = Money::new(store::open_minor(tx.conn, organisation, terms.id, currency)?, currency);
    let exposure = Exposure {
        open_orders,
        open_invoices: balance.as_ref().map_or(zero, |b| b.owed),
        uncleared: zero,
        unapplied_credit: balance.as_ref().map_or(zero, |b| b.credit),
    };
    Ok(credit::check(Some(limit), &exposure, total)?)
}

/// Issues the invoice of a confirmed order.
fn invoice(tx: &mut Tx<'_>, row: &mut Row, terms: &Terms, priced: Priced, today: Date) -> Result<(), Error> {
    let plan = queries::instalments_of(row)?;
    let new = NewInvoice {
        customer: row.customer_id,
        order: Some(row.order_id),
        instalments: instalments(priced.total, today, &plan)?,
        priced,
        reference: row.reference.clone(),
        note: row.note.clone(),
        issue_on: today,
        payment_terms_days: terms.payment_terms_days,
        issued_by: row.submitted_by.clone(),
    };
    let issued = invoicing::issue(tx, new)?;
    row.invoice_id = Some(issued.id);
    row.ordered_on = Day(today);
    Ok(())
}

fn next_number(tx: &mut Tx<'_>, today: Date) -> Result<String, Error> {
    let organisation = tx.organisation();
    let pattern = identity::profile(tx.conn, organisation)?.order_pattern;
    let pattern = Pattern::parse(&pattern).map_err(|e| Error::Broken(format!("pattern of orders: {e}")))?;
    let month = identity::settings(tx.conn, organisation)?.fiscal_year_month;
    let year = fiscal_year(today, i8::try_from(month).unwrap_or(1));
    let number = ::store::counters::next(tx.conn, organisation, "order", year)?;
    Ok(pattern.format(year, number.unsigned_abs()))
}

fn announce(tx: &mut Tx<'_>, row: &Row, event: &'static str) -> Result<(), Error> {
    let exceeded = row.exceeded_minor.map(|minor| Money::new(minor, row.currency).to_string());
    let details = serde_json::json!({
        "number": row.number,
        "status": row.status,
        "total": Money::new(row.total_minor, row.currency).to_string(),
        "exceeded_by": exceeded,
        "invoice": row.invoice_id,
    });
    tx.audit(row.order_id, &details)?;
    tx.emit(event, row.order_id, &serde_json::json!({ "number": row.number, "invoice": row.invoice_id }))
}
