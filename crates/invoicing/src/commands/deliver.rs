//! Recording that what was invoiced was delivered.

use super::deposits::{self, Moved};
use super::issue::booked;
use crate::store::{InvoiceRow, invoices};
use ::store::{Command, Error, Tx};
use identity::rules::settings::RevenueAt;
use kernel::id::InvoiceId;
use kernel::{Date, Permission, Refusal};
use ledger::rules::postings::{self, Event};
use ledger::{AccountRole, Document};
use schema::types::Day;

/// Turns what an invoice deferred into revenue (IFRS 15.31; 小企业会计准则第五十九条: when the goods are handed over).
///
/// Once, and only where revenue was set to wait for the delivery when the invoice was issued. What was credited before does
/// not become revenue; what the invoice deducts of deposits does with it.
#[derive(Debug, Clone)]
pub struct RecordDelivery {
    pub id: InvoiceId,
    /// Today where not given.
    pub on: Option<Date>,
}

impl Command for RecordDelivery {
    const NAME: &'static str = "invoice.deliver";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = InvoiceId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<InvoiceId, Error> {
        let mut row = super::hold_issued(tx, self.id)?;
        let on = super::day(tx, self.on, "/on")?;
        if row.is_deposit() {
            return Err(Refusal::conflict("deposit_is_not_delivered").into());
        }
        if row.revenue_at != RevenueAt::Delivery.name() {
            return Err(Refusal::conflict("revenue_at_invoice").into());
        }
        if row.delivered_on.is_some() {
            return Err(Refusal::conflict("already_delivered").into());
        }
        let (chart, lines) = (ledger::chart(tx)?, super::sale(tx, self.id)?);
        let deferred = postings::standing(chart, AccountRole::CustomerAdvances, &lines).map_err(booked)?;
        row.delivered_on = Some(Day(on));
        let date = recognised_on(&row).unwrap_or(on);
        let event = Event { chart, date, document: Document::Invoice(self.id), customer: row.customer_id };
        let entry = postings::delivery(event, &deferred);
        if !entry.lines.is_empty() {
            ledger::post(tx, entry, row.number.as_deref().unwrap_or(""))?;
        }
        let lines = invoices::lines(tx.conn, row.organisation_id, self.id)?;
        let deducted = deposits::deducted_by(tx, &row, &lines)?;
        deposits::book_with(tx, &row, Moved::Earned, date, &deducted)?;
        invoices::save(tx.conn, &row)?;
        let facts = serde_json::json!({ "number": row.number, "delivered_on": on.to_string() });
        tx.audit(self.id, &facts)?;
        tx.emit("invoice.delivered", self.id, &facts)?;
        Ok(self.id)
    }
}

/// The day the revenue of a delivered invoice counts for: that of the delivery, but not before the invoice's, whose entry
/// deferred it.
pub(super) fn recognised_on(row: &InvoiceRow) -> Option<Date> {
    let delivered = row.delivered_on?.0;
    Some(row.issued_on.map_or(delivered, |issued| delivered.max(issued.0)))
}
