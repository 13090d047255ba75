//! Submitting an order, and letting one on hold through: the ways to an invoice.

use super::bill::bill;
use super::write::{line_rows, put_totals};
use super::{hold, put_status, refused, status_of};
use crate::queries;
use crate::rules::credit::{self, CreditDecision};
use crate::rules::status::{OrderEvent, OrderStatus};
use crate::store::{self, Row};
use ::store::{Command, Error, Tx, search};
use catalog::{Priced, Pricing};
use customers::Terms;
use identity::{Giving, need_second_person};
use invoicing::commands::draft::{carried, instalments, rounding};
use invoicing::rules::numbering::Pattern;
use kernel::id::OrderId;
use kernel::{Date, Money, Permission, Refusal, Scope};
use receivables::rules::exposure::Exposure;
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
        let priced = priced(tx, &mut row, &terms, today, false)?;
        row.ordered_on = Day(today);
        let dues = dues(&row)?;
        let decision = credit_of(tx, &row, &terms)?;
        let status = status.after(OrderEvent::Submitted(decision)).map_err(|e| refused(&e, "submit"))?;
        put_status(&mut row, &status);
        row.submitted_by = Some(tx.context().actor.name());
        if status == OrderStatus::Confirmed {
            bill(tx, &mut row, &terms, priced, dues, today)?;
        }
        if row.number.is_none() {
            // Numbers come last in the order of locks.
            let number = next_number(tx, today)?;
            let entry = search::Entry::new(self.0, Some(row.customer_id), &number, &terms.name);
            search::put(tx.conn, row.organisation_id, &entry, tx.now())?;
            row.number = Some(number);
        }
        store::save(tx.conn, &row)?;
        let event = if status == OrderStatus::Confirmed { "order.confirmed" } else { "order.on_hold" };
        announce(tx, &row, event)?;
        Ok(self.0)
    }
}

/// Lets an order on hold through in spite of credit, as it was agreed when it was submitted: items and tax codes may be
/// archived since, and what fell due since is due today.
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
        let agreed = dues(&row)?;
        let priced = priced(tx, &mut row, &terms, today, true)?;
        let dues = carried(&agreed, priced.total, today)?;
        let giving = Giving {
            act: "release",
            about: self.0,
            amount: priced.total,
            rate: invoicing::rate(tx, row.currency, today)?,
            maker: row.submitted_by.as_deref(),
        };
        need_second_person(tx, &giving)?;
        put_status(&mut row, &status);
        bill(tx, &mut row, &terms, priced, dues, today)?;
        store::save(tx.conn, &row)?;
        announce(tx, &row, "order.confirmed")?;
        Ok(self.0)
    }
}

pub(super) fn refuse_archived(terms: &Terms) -> Result<(), Error> {
    if terms.archived { Err(Refusal::conflict("order_customer_archived").into()) } else { Ok(()) }
}

/// The order at its agreed prices and the tax rates of today; the row and its lines take over what that comes to.
pub(super) fn priced(
    tx: &mut Tx<'_>,
    row: &mut Row,
    terms: &Terms,
    today: Date,
    agreed: bool,
) -> Result<Priced, Error> {
    let (organisation, id) = (row.organisation_id, row.order_id);
    let (lines, fees) = queries::as_written(row.currency, store::lines(tx.conn, organisation, id)?)?;
    let rounding = rounding(&identity::settings(tx.conn, organisation)?);
    let (locale, currency) = (terms.locale, row.currency);
    let by = Pricing { organisation, locale, currency, on: today, rounding, agreed };
    let priced = catalog::price(tx.conn, by, &lines, &fees)?;
    put_totals(row, &priced);
    store::replace_lines(tx.conn, organisation, id, &line_rows(organisation, id, &priced))?;
    Ok(priced)
}

/// Counts what the customer owes under its lock.
fn credit_of(tx: &mut Tx<'_>, row: &Row, terms: &Terms) -> Result<CreditDecision, Error> {
    let total = Money::new(row.total_minor, row.currency);
    let scope = Scope::Organisation(row.organisation_id);
    let exposures = receivables::exposure(tx.conn, &scope, terms.id)?;
    let exposure = exposures.into_iter().find(|(currency, _)| *currency == row.currency);
    let exposure = exposure.map_or(Exposure::none(row.currency), |(_, exposure)| exposure);
    Ok(credit::check(terms.credit_limit, &exposure, total)?)
}

/// What is due when, as it was agreed on the day of the order.
fn dues(row: &Row) -> Result<Vec<(Date, Money)>, Error> {
    let total = Money::new(row.total_minor, row.currency);
    Ok(instalments(total, row.ordered_on.0, &queries::instalments_of(row)?)?)
}

fn next_number(tx: &mut Tx<'_>, today: Date) -> Result<String, Error> {
    let organisation = tx.organisation();
    let pattern = identity::profile(tx.conn, organisation)?.order_pattern;
    let pattern = Pattern::parse(&pattern).map_err(|e| Error::Broken(format!("pattern of orders: {e}")))?;
    let year = identity::settings(tx.conn, organisation)?.fiscal_year(today);
    let number = ::store::counters::next(tx.conn, organisation, "order", year)?;
    Ok(pattern.format(year, number.unsigned_abs()))
}

pub(super) fn announce(tx: &mut Tx<'_>, row: &Row, event: &'static str) -> Result<(), Error> {
    let exceeded = row.exceeded_minor.map(|minor| Money::new(minor, row.currency).to_string());
    let details = serde_json::json!({
        "number": row.number,
        "status": row.status,
        "total": Money::new(row.total_minor, row.currency).to_string(),
        "exceeded_by": exceeded,
        "invoice": row.invoice_id,
        "deposit_invoice": row.deposit_invoice_id,
    });
    tx.audit(row.order_id, &details)?;
    tx.emit(event, row.order_id, &serde_json::json!({ "number": row.number, "invoice": row.invoice_id }))
}
