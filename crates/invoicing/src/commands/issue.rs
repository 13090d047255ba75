//! Issuing an invoice: the one way in which one comes to be owed.

use super::deposits::{self, Deduction, Moved};
use crate::rules::deposits::{Purpose, Share};
use crate::rules::numbering::Pattern;
use crate::store::{InstalmentRow, InvoiceRow, LineRow, TaxRow, invoices};
use crate::{fingerprint, frozen};
use ::store::{Command, Error, Tx};
use catalog::{LineKind, Priced, TaxRounding};
use customers::rules::terms::due_on;
use identity::rules::settings::RevenueAt;
use kernel::id::{CustomerId, InvoiceId, OrderId, OrganisationId};
use kernel::{Bug, Currency, Date, Decimal, Money, MoneyError, Permission, Refusal, is_planted};
use ledger::Document;
use ledger::rules::entry::EntryError;
use ledger::rules::postings::{self, Event, TaxedPart};
use receivables::{ItemKind, NewItem};
use schema::types::{At, Day, Exact, JsonText};

/// An invoice to be drafted or issued.
#[derive(Debug, Clone)]
pub struct NewInvoice {
    pub purpose: Purpose,
    pub customer: CustomerId,
    pub order: Option<OrderId>,
    /// Lines with their prices and taxes on the day of issue.
    pub priced: Priced,
    /// What it takes off of deposits.
    pub deductions: Vec<Deduction>,
    /// When which part is due; empty = all of it by the terms. They add up to the total.
    pub instalments: Vec<(Date, Money)>,
    pub deliver_on: Option<Date>,
    /// The buyer's own reference.
    pub reference: Option<String>,
    pub note: Option<String>,
    pub issue_on: Date,
    /// Days from issue to due date, where there are no instalments.
    pub payment_terms_days: i32,
    /// Whose invoice it is, where that is not whoever acts: an order that was let through stays its submitter's.
    pub issued_by: Option<String>,
}

impl NewInvoice {
    /// What it asks for: what is sold, less deposits.
    pub fn total(&self) -> Result<Money, MoneyError> {
        let off = self.deductions.iter().map(|of| &of.share).flat_map(|share| [share.net, share.tax]);
        self.priced.total.minus(Money::sum(self.priced.currency, off)?)
    }
}

/// What came of issuing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub id: InvoiceId,
    pub number: String,
    pub issued_on: Date,
    pub due_on: Date,
    pub total: Money,
    pub pay_token: String,
}

/// Issues an invoice within the caller's transaction: the caller has the permission, and may hold the customer's row.
///
/// Order of locks: customer, period, number. Refuses an archived customer, a total below zero, deposits that are not left any more, a
/// missing exchange rate and a closed period.
pub fn issue(tx: &mut Tx<'_>, new: NewInvoice) -> Result<Issued, Error> {
    let id = tx.new_id();
    let mut parts = rows(tx, id, &new);
    let issued = take_effect(tx, &mut parts)?;
    invoices::insert(tx.conn, &parts.invoice, &parts.lines, &parts.taxes, &parts.instalments)?;
    announce(tx, &issued, &parts)?;
    Ok(issued)
}

/// Issues a draft.
#[derive(Debug, Clone)]
pub struct IssueInvoice {
    pub id: InvoiceId,
    /// The day it is issued on; today when not given.
    pub issued_on: Option<Date>,
}

impl Command for IssueInvoice {
    const NAME: &'static str = "invoice.issue";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = InvoiceId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<InvoiceId, Error> {
        let invoice = super::hold(tx, self.id)?;
        if invoice.state != "draft" {
            return Err(Refusal::conflict("invoice_not_a_draft").into());
        }
        let issued_on = super::day(tx, self.issued_on, "/issued_on")?;
        let organisation = tx.organisation();
        let mut parts = Parts {
            lines: invoices::lines(tx.conn, organisation, self.id)?,
            taxes: invoices::taxes(tx.conn, organisation, self.id)?,
            instalments: invoices::instalments(tx.conn, organisation, self.id)?,
            invoice,
        };
        parts.invoice.issued_on = Some(Day(issued_on));
        let issued = take_effect(tx, &mut parts)?;
        invoices::save(tx.conn, &parts.invoice)?;
        announce(tx, &issued, &parts)?;
        Ok(self.id)
    }
}

pub(crate) fn not_found() -> Error {
    Refusal::not_found("invoice_not_found").into()
}

/// The rows of one invoice.
pub(crate) struct Parts {
    pub invoice: InvoiceRow,
    pub lines: Vec<LineRow>,
    pub taxes: Vec<TaxRow>,
    pub instalments: Vec<InstalmentRow>,
}

/// Rows of a draft.
pub(crate) fn rows(tx: &Tx<'_>, invoice_id: InvoiceId, new: &NewInvoice) -> Parts {
    let (organisation_id, priced) = (tx.organisation(), &new.priced);
    let invoice = InvoiceRow {
        organisation_id,
        invoice_id,
        number: None,
        state: "draft".to_owned(),
        purpose: new.purpose.name().to_owned(),
        customer_id: new.customer,
        order_id: new.order,
        currency: priced.currency,
        net_minor: priced.net.minor(),
        tax_minor: priced.tax.minor(),
        total_minor: priced.total.minor(),
        tax_rounding: rounding_name(priced.rounding).to_owned(),
        exchange_rate: Exact(Decimal::ZERO),
        issued_on: Some(Day(new.issue_on)),
        issued_by: new.issued_by.clone(),
        due_on: None,
        payment_terms_days: new.payment_terms_days,
        pay_token: None,
        frozen: JsonText("{}".to_owned()),
        written_off_minor: 0,
        waived_minor: 0,
        charges_minor: 0,
        official_status: "none".to_owned(),
        official_number: None,
        sent_at: None,
        revenue_at: RevenueAt::Invoice.name().to_owned(),
        deliver_on: new.deliver_on.map(Day),
        delivered_on: None,
        reference: new.reference.clone(),
        note: new.note.clone(),
        created_at: At(tx.now()),
        version: 1,
    };
    let taxes = priced.taxes.iter().map(|group| TaxRow {
        organisation_id,
        invoice_id,
        tax_code: group.code.clone(),
        rate: Exact(group.rate.value()),
        base_minor: group.base.minor(),
        tax_minor: group.tax.minor(),
    });
    let instalments = (1..).zip(&new.instalments).map(|(instalment, (due_on, amount))| InstalmentRow {
        organisation_id,
        invoice_id,
        instalment,
        due_on: Day(*due_on),
        amount_minor: amount.minor(),
    });
    let mut parts = Parts {
        lines: sold(organisation_id, invoice_id, priced),
        taxes: taxes.collect(),
        instalments: instalments.collect(),
        invoice,
    };
    new.deductions.iter().for_each(|of| parts.take_off(of));
    parts
}

/// The lines of what is sold.
fn sold(organisation_id: OrganisationId, invoice_id: InvoiceId, priced: &Priced) -> Vec<LineRow> {
    let row = |(line, priced): (i32, &catalog::PricedLine)| LineRow {
        organisation_id,
        invoice_id,
        line,
        kind: kind_name(priced.kind).to_owned(),
        item_id: priced.item,
        description: priced.description.clone(),
        unit: priced.unit.clone(),
        quantity: Exact(priced.quantity.value()),
        unit_price: Exact(priced.unit_price.amount()),
        discount_percent: priced.discount_percent.map(|percent| Exact(percent.value())),
        discount_minor: priced.discount.minor(),
        tax_code: priced.tax.as_ref().map(|tax| tax.code.clone()),
        tax_rate: Exact(priced.tax.as_ref().map_or(Decimal::ZERO, |tax| tax.rate.value())),
        tax_inclusive: priced.tax.as_ref().is_some_and(|tax| tax.inclusive),
        net_minor: priced.net.minor(),
        tax_minor: priced.tax_amount.minor(),
        gross_minor: priced.gross.minor(),
        deducts: None,
    };
    (1..).zip(&priced.lines).map(row).collect()
}

impl Parts {
    /// Adds the line that takes a part of a deposit off.
    fn take_off(&mut self, of: &Deduction) {
        let (share, row) = (&of.share, &mut self.invoice);
        let (net, tax) = (-share.net.minor(), -share.tax.minor());
        self.lines.push(LineRow {
            organisation_id: row.organisation_id,
            invoice_id: row.invoice_id,
            line: self.lines.last().map_or(1, |line| line.line + 1),
            kind: "deposit".to_owned(),
            item_id: None,
            // Pages and papers say the words around the number.
            description: of.number.clone(),
            unit: String::new(),
            quantity: Exact(Decimal::ONE),
            unit_price: Exact(-share.net.to_decimal()),
            discount_percent: None,
            discount_minor: 0,
            tax_code: Some(share.code.clone()).filter(|code| !code.is_empty()),
            tax_rate: Exact(share.rate),
            tax_inclusive: false,
            net_minor: net,
            tax_minor: tax,
            gross_minor: net + tax,
            deducts: Some(share.deposit),
        });
        let is_same = |group: &&mut TaxRow| group.tax_code == share.code && group.rate.0 == share.rate;
        match self.taxes.iter_mut().find(is_same) {
            Some(group) => {
                group.base_minor += net;
                group.tax_minor += tax;
            }
            None => self.taxes.push(TaxRow {
                organisation_id: row.organisation_id,
                invoice_id: row.invoice_id,
                tax_code: share.code.clone(),
                rate: Exact(share.rate),
                base_minor: net,
                tax_minor: tax,
            }),
        }
        row.net_minor += net;
        row.tax_minor += tax;
        row.total_minor += net + tax;
    }
}

/// Makes an invoice owed: entry, open item, and last of all its number. `invoice.issued_on` says when.
fn take_effect(tx: &mut Tx<'_>, parts: &mut Parts) -> Result<Issued, Error> {
    let terms = customers::queries::terms(tx, parts.invoice.customer_id)?;
    if terms.archived {
        return Err(Refusal::conflict("invoice_customer_archived").into());
    }
    let total = parts.invoice.total();
    if total.is_negative() {
        return Err(Refusal::invalid("invoice_total_negative").into());
    }
    let (id, customer, organisation) = (parts.invoice.invoice_id, parts.invoice.customer_id, tx.organisation());
    let issued_on = parts.invoice.issued_on.map_or_else(|| tx.today(), |day| Ok(day.0))?;
    let due_on = last_due(issued_on, parts)?;
    let deducted: Vec<Share> = deposits::deducted_by(tx, &parts.invoice, &parts.lines)?;
    deposits::recount(tx, &parts.invoice, &deducted, issued_on)?;
    let functional = tx.books()?.currency;
    let rate = rate(tx, total.currency(), issued_on)?;

    let taxed = taxed(parts, rate, functional)?;
    let functional_minor = taxed.iter().map(|p| p.base.functional_minor + p.tax.functional_minor).sum();
    let event = Event { chart: ledger::chart(tx)?, date: issued_on, document: Document::Invoice(id), customer };
    let (settings, profile) = identity::queries::settings_and_profile(tx.conn, organisation)?;
    let revenue_at = if parts.invoice.is_deposit() { RevenueAt::Delivery } else { settings.revenue_at };
    parts.invoice.revenue_at = revenue_at.name().to_owned();
    let entry = postings::invoice(event, parts.invoice.net(), &taxed).map_err(booked)?;
    if !entry.lines.is_empty() {
        ledger::post(tx, entry, parts.invoice.reference.as_deref().unwrap_or(""))?;
    }
    let item = NewItem {
        id: id.retyped(),
        kind: ItemKind::Invoice,
        customer,
        amount: total,
        functional_minor,
        date: issued_on,
        due_on: Some(parts.instalments.iter().map(|part| part.due_on.0).min().unwrap_or(due_on)),
        final_due_on: (!parts.instalments.is_empty()).then_some(due_on),
    };
    receivables::open(tx, item)?;

    let frozen = frozen::freeze(tx, customer, terms.locale)?;
    let pay_token = kernel::id::base32(&tx.random::<16>());
    let number = number(tx, "invoice", &profile.invoice_pattern, settings.fiscal_year(issued_on))?;
    let actor = tx.context().actor.name();
    let row = &mut parts.invoice;
    row.number = Some(number.clone());
    row.state = "issued".to_owned();
    row.exchange_rate = Exact(rate);
    row.issued_on = Some(Day(issued_on));
    row.issued_by.get_or_insert(actor);
    row.due_on = Some(Day(due_on));
    row.pay_token = Some(pay_token.clone());
    row.frozen = frozen;
    deposits::book_with(tx, row, Moved::Earned, issued_on, &deducted)?;
    Ok(Issued { id, number, issued_on, due_on, total, pay_token })
}

/// Tells what was issued: trail, with the invoice's fingerprint, and event.
fn announce(tx: &mut Tx<'_>, issued: &Issued, parts: &Parts) -> Result<(), Error> {
    let row = &parts.invoice;
    let mut facts = serde_json::json!({
        "number": issued.number,
        "customer": row.customer_id,
        "order": row.order_id,
        "currency": row.currency,
        "total": issued.total.amount(),
        "due_on": issued.due_on.to_string(),
    });
    tx.emit("invoice.issued", issued.id, &facts)?;
    facts["fingerprint"] = fingerprint::of_invoice(row, &parts.lines, &parts.taxes, &parts.instalments).into();
    tx.audit(issued.id, &facts)
}

/// The last day on which all of it is paid in time: the last instalment's, else by the terms.
fn last_due(issued_on: Date, parts: &Parts) -> Result<Date, Error> {
    if let Some(last) = parts.instalments.iter().map(|i| i.due_on.0).max() {
        let sum: i64 = parts.instalments.iter().map(|i| i.amount_minor).sum();
        if sum != parts.invoice.total_minor {
            return Err(Refusal::field("/instalments", "instalments_not_total").into());
        }
        return Ok(last.max(issued_on));
    }
    let days = u16::try_from(parts.invoice.payment_terms_days.max(0)).unwrap_or(u16::MAX);
    due_on(issued_on, days).ok_or_else(|| Refusal::field("/payment_terms_days", "out_of_range").into())
}

/// Units of the books' currency per unit of `currency`, for a document of that day. Refuses `exchange_rate_missing`.
pub fn rate(tx: &mut Tx<'_>, currency: Currency, on: Date) -> Result<Decimal, Error> {
    let functional = tx.books()?.currency;
    if currency == functional {
        return Ok(Decimal::ONE);
    }
    let organisation = tx.organisation();
    let rate = ledger::rate(tx.conn, organisation, currency, functional, on)?;
    rate.ok_or_else(|| {
        Refusal::conflict("exchange_rate_missing")
            .with("from", currency.code())
            .with("to", functional.code())
            .with("on", on)
            .into()
    })
}

/// Base and tax by code, valued at the document's rate; what no code covers goes without one.
fn taxed(parts: &Parts, rate: Decimal, functional: Currency) -> Result<Vec<TaxedPart>, Error> {
    let invoice = &parts.invoice;
    let mut groups: Vec<(String, i64, i64)> =
        parts.taxes.iter().map(|t| (t.tax_code.clone(), t.base_minor, t.tax_minor)).collect();
    let coded: i64 = groups.iter().map(|(_, base, _)| base).sum();
    if coded != invoice.net_minor {
        groups.push((String::new(), invoice.net_minor - coded, 0));
    }
    valued(invoice.currency, &groups, rate, functional)
}

/// Values groups of (code, base, tax) at a document's rate.
pub(crate) fn valued(
    currency: Currency,
    groups: &[(String, i64, i64)],
    rate: Decimal,
    functional: Currency,
) -> Result<Vec<TaxedPart>, Error> {
    let value = |minor| postings::Valued::at(Money::new(minor, currency), rate, functional).map_err(booked);
    let part = |(code, base, tax): &(String, i64, i64)| {
        Ok(TaxedPart { code: code.clone(), base: value(*base)?, tax: value(*tax)? })
    };
    groups.iter().map(part).collect()
}

/// The next number of a series: the last lock of a transaction.
pub(crate) fn next_number(tx: &mut Tx<'_>, series: &str, pattern: &str, on: Date) -> Result<String, Error> {
    let organisation = tx.organisation();
    let year = identity::settings(tx.conn, organisation)?.fiscal_year(on);
    number(tx, series, pattern, year)
}

fn number(tx: &mut Tx<'_>, series: &str, pattern: &str, year: i16) -> Result<String, Error> {
    let organisation = tx.organisation();
    let pattern = Pattern::parse(pattern).map_err(|e| Error::Broken(format!("pattern of {series}: {e}")))?;
    if is_planted(Bug::NumberSkipped) {
        ::store::counters::next(tx.conn, organisation, series, year)?;
    }
    let number = ::store::counters::next(tx.conn, organisation, series, year)?;
    Ok(pattern.format(year, number.unsigned_abs()))
}

/// A fault of the bookkeeping rules, for the caller.
pub(crate) fn booked(error: EntryError) -> Error {
    match error {
        EntryError::Overflow => Refusal::invalid("amount_too_large").into(),
        other => Error::Broken(other.to_string()),
    }
}

pub(crate) const fn rounding_name(rounding: TaxRounding) -> &'static str {
    match rounding {
        TaxRounding::PerLine => "per_line",
        TaxRounding::PerDocument => "per_document",
    }
}

pub(crate) const fn kind_name(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Item => "item",
        LineKind::Fee => "fee",
    }
}
