//! What a bad debt takes back of a deferral.

use super::deposits;
use super::issue::booked;
use crate::rules::deferral;
use crate::rules::deposits::GivingUp;
use crate::store::{InvoiceRow, credit_notes, invoices};
use ::store::{Error, Tx};
use identity::rules::settings::RevenueAt;
use kernel::{Date, Money};
use ledger::Document;
use ledger::rules::postings::{self, Event, Net, Valued};
use std::collections::BTreeMap;

/// What stands of an invoice's net beyond what may, by tax code, where a part of it was given up before it was delivered; of
/// all other invoices nothing. Counts what was credited and given up so far: the row has it, saved or not.
pub(super) fn beyond(tx: &mut Tx<'_>, row: &InvoiceRow) -> Result<Vec<(String, Valued)>, Error> {
    if row.written_off_minor == 0 || row.revenue_at != RevenueAt::Delivery.name() {
        return Ok(Vec::new());
    }
    apart(tx, row)
}

/// What stands of a net that waits for its delivery beyond what may; below zero is what waits again.
pub(super) fn apart(tx: &mut Tx<'_>, row: &InvoiceRow) -> Result<Vec<(String, Valued)>, Error> {
    if row.is_deposit() && deposits::giving_up_of(tx, row)? != GivingUp::Waiting {
        // What final invoices deduct is a sale that goes on.
        return Ok(Vec::new());
    }
    let functional = tx.books()?.currency;
    let (chart, posted) = (ledger::chart(tx)?, super::sale(tx, row.invoice_id)?);
    let standing = postings::standing(chart, row.net().role(), &posted).map_err(booked)?;
    let (left, gross) = left_by_code(tx, row)?;
    let mut beyond = Vec::new();
    for (code, left) in left {
        let none = Valued { money: Money::zero(row.currency), functional_minor: 0 };
        let stands = standing.iter().find(|(of, _)| *of == code).map_or(none, |(_, value)| *value);
        let may = match row.net() {
            Net::Deferred => deferral::waiting(row.money(left), gross, row.money(row.written_off_minor))?,
            Net::Earned | Net::BroughtForward => deferral::earned(row.money(left), stands.money),
        };
        let excess = stands.money.minus(may)?;
        let valued = if stands.money.is_zero() && !excess.is_zero() {
            Valued::at(excess, row.exchange_rate.0, functional)
        } else if may.is_zero() {
            Ok(stands)
        } else {
            stands.part(excess)
        };
        beyond.push((code, valued.map_err(booked)?));
    }
    beyond.retain(|(_, value)| !(value.money.is_zero() && value.functional_minor == 0));
    Ok(beyond)
}

/// Brings the net back to what may stand after a credit note, which took it as if nothing had been given up.
pub(super) fn settle(tx: &mut Tx<'_>, row: &InvoiceRow, document: Document, on: Date) -> Result<(), Error> {
    let beyond = beyond(tx, row)?;
    let event = Event { chart: ledger::chart(tx)?, date: on, document, customer: row.customer_id };
    let entry = postings::given_up(event, row.net(), &beyond).map_err(booked)?;
    if !entry.lines.is_empty() {
        ledger::post(tx, entry, row.number.as_deref().unwrap_or(""))?;
    }
    Ok(())
}

/// What credit notes left: net by tax code in minor units, and all of it with tax.
fn left_by_code(tx: &mut Tx<'_>, row: &InvoiceRow) -> Result<(BTreeMap<String, i64>, Money), Error> {
    let lines = invoices::lines(tx.conn, row.organisation_id, row.invoice_id)?;
    let credited = credit_notes::credited_of(tx.conn, row.organisation_id, row.invoice_id)?;
    let (mut left, mut gross) = (BTreeMap::new(), 0);
    for line in &lines {
        let of = credited.iter().filter(|(of, _, _)| *of == line.line);
        let (net, tax) = of.fold((0, 0), |(net, tax), (_, n, t)| (net + n, tax + t));
        *left.entry(line.tax_code.clone().unwrap_or_default()).or_insert(0) += line.net_minor - net;
        gross += line.gross_minor - net - tax;
    }
    Ok((left, row.money(gross)))
}
