//! Invoices that were issued before the books began, taken over with what is still open of them.

use super::issue;
use crate::rules::bring_forward::{Earlier, check};
use crate::rules::deposits::Purpose;
use crate::rules::numbering::Pattern;
use crate::store::{InvoiceRow, LineRow, invoices};
use crate::{fingerprint, frozen};
use ::store::{Error, Tx};
use customers::queries::Terms;
use identity::rules::settings::RevenueAt;
use kernel::id::{CustomerId, InvoiceId, OpenItemId};
use kernel::{Date, Decimal, Fields, Locale, Localized, Refusal};
use ledger::Document;
use ledger::rules::postings::{self, Event, Opening, Valued};
use receivables::{ItemKind, NewItem, Want};
use schema::types::{At, Day, Exact, JsonText};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// An invoice of the books before.
#[derive(Debug, Clone)]
pub struct BroughtForward {
    pub customer: CustomerId,
    /// The number it was issued with; it stays.
    pub number: String,
    pub invoice: Earlier,
    /// What its one line says, by language; the customer's is taken.
    pub description: Localized,
    /// The buyer's own reference.
    pub reference: Option<String>,
    /// The day on which these books begin: the date of the entry.
    pub books_begin: Date,
}

/// What many invoices have in common, read once for all of them: parties, terms, and the pattern of our own numbers. Within one
/// transaction only.
#[derive(Debug)]
pub struct Forwarding {
    pattern: Pattern,
    /// Numbers that are in use, of those that were named at the start, and of what was brought since.
    used: HashSet<String>,
    /// Per customer, with the parties as documents name them now.
    customers: HashMap<CustomerId, (Terms, JsonText)>,
}

impl Forwarding {
    /// For invoices of these numbers, and no others.
    pub fn begin(tx: &mut Tx<'_>, numbers: &[&str]) -> Result<Forwarding, Error> {
        let organisation = tx.organisation();
        let pattern = identity::profile(tx.conn, organisation)?.invoice_pattern;
        let pattern = Pattern::parse(&pattern).map_err(|e| Error::Broken(format!("pattern of invoices: {e}")))?;
        let used = invoices::numbers_in_use(tx.conn, organisation, numbers)?.into_iter().collect();
        Ok(Forwarding { pattern, used, customers: HashMap::new() })
    }

    fn customer(&mut self, tx: &mut Tx<'_>, id: CustomerId) -> Result<&(Terms, JsonText), Error> {
        Ok(match self.customers.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let terms = customers::queries::terms(tx, id)?;
                let frozen = frozen::freeze(tx, id, terms.locale)?;
                place.insert((terms, frozen))
            }
        })
    }

    /// The number is free, and our own series will never come to it.
    fn check_number(&self, fields: &mut Fields, number: &str) {
        if self.used.contains(number) {
            fields.note("/number", "already_exists");
        } else if self.pattern.may_write(number) {
            fields.note("/number", "number_of_own_series");
        }
    }
}

/// Takes over an open invoice within the caller's transaction: it can be paid, and stands in portal, statement and ageing like
/// any other. What was paid of it before is set against it as the customer's opening credit, so that total and balance are
/// the old ones; the entry is Dr receivable / Cr opening balances over what is open. Neither revenue nor tax is posted: both
/// were in the books before. `with` was begun for its number too.
///
/// Refuses by `/number`, `/customer`, `/issued_on`, `/due_on`, `/total`, `/open` what cannot be; a missing exchange rate and a
/// closed period as conflicts.
pub fn bring_forward(tx: &mut Tx<'_>, with: &mut Forwarding, new: &BroughtForward) -> Result<InvoiceId, Error> {
    let (terms, frozen) = with.customer(tx, new.customer)?.clone();
    let mut fields = Fields::new();
    if terms.archived {
        fields.note("/customer", "customer_archived");
    }
    check(&mut fields, &new.invoice, new.books_begin);
    with.check_number(&mut fields, &new.number);
    fields.finish()?;
    with.used.insert(new.number.clone());

    let (id, total, functional) = (tx.new_id(), new.invoice.total, tx.books()?.currency);
    let rate = issue::rate(tx, total.currency(), new.books_begin)?;
    let valued = |money| Valued::at(money, rate, functional).map_err(issue::booked);
    let fingerprint = insert(tx, id, new, rate, (terms.locale, frozen))?;
    let item = NewItem {
        id: id.retyped(),
        kind: ItemKind::Invoice,
        customer: new.customer,
        amount: total,
        functional_minor: valued(total)?.functional_minor,
        date: new.invoice.issued_on,
        due_on: Some(new.invoice.due_on),
        final_due_on: None,
    };
    let mut left_minor = item.functional_minor;
    receivables::open(tx, item)?;
    let paid = total.minus(new.invoice.open)?;
    if paid.is_positive() {
        left_minor -= settle(tx, id.retyped(), new, valued(paid)?)?;
    }
    let owed = Valued { money: new.invoice.open, functional_minor: left_minor };
    let event = Event {
        chart: ledger::chart(tx)?,
        date: new.books_begin,
        document: Document::Invoice(id),
        customer: new.customer,
    };
    ledger::post(tx, postings::opening(event, Opening::Owed(owed)), &new.number)?;
    let mut facts = serde_json::json!({
        "number": new.number, "customer": new.customer, "total": total.to_string(), "open": new.invoice.open.to_string(),
        "due_on": new.invoice.due_on.to_string(),
    });
    tx.emit("invoice.brought_forward", id, &facts)?;
    facts["fingerprint"] = fingerprint.into();
    tx.audit(id, &facts)?;
    Ok(id)
}

/// Sets what was paid before against the invoice; gives the book value that leaves it, minor units.
fn settle(tx: &mut Tx<'_>, invoice: OpenItemId, new: &BroughtForward, paid: Valued) -> Result<i64, Error> {
    let credit = NewItem {
        id: tx.new_id(),
        kind: ItemKind::OpeningCredit,
        customer: new.customer,
        amount: paid.money,
        functional_minor: paid.functional_minor,
        date: new.books_begin,
        due_on: None,
        final_due_on: None,
    };
    let want = Want::new(invoice, paid.money);
    let settled = receivables::open_allocated(tx, credit, &[want], new.books_begin)?;
    Ok(settled.iter().map(|part| part.debit_functional_minor).sum())
}

/// Keeps the rows; gives the invoice's fingerprint.
fn insert(
    tx: &mut Tx<'_>,
    id: InvoiceId,
    new: &BroughtForward,
    rate: Decimal,
    (locale, frozen): (Locale, JsonText),
) -> Result<String, Error> {
    let (organisation_id, total_minor) = (tx.organisation(), new.invoice.total.minor());
    let row = InvoiceRow {
        organisation_id,
        invoice_id: id,
        number: Some(new.number.clone()),
        state: "issued".to_owned(),
        purpose: Purpose::Sale.name().to_owned(),
        customer_id: new.customer,
        order_id: None,
        currency: new.invoice.total.currency(),
        net_minor: total_minor,
        tax_minor: 0,
        total_minor,
        tax_rounding: issue::rounding_name(catalog::TaxRounding::PerDocument).to_owned(),
        exchange_rate: Exact(rate),
        issued_by: Some(tx.context().actor.name()),
        issued_on: Some(Day(new.invoice.issued_on)),
        due_on: Some(Day(new.invoice.due_on)),
        payment_terms_days: 0,
        pay_token: Some(kernel::id::base32(&tx.random::<16>())),
        frozen,
        written_off_minor: 0,
        waived_minor: 0,
        charges_minor: 0,
        official_status: "none".to_owned(),
        official_number: None,
        sent_at: None,
        revenue_at: RevenueAt::Invoice.name().to_owned(),
        deliver_on: None,
        delivered_on: None,
        reference: new.reference.clone(),
        note: None,
        created_at: At(tx.now()),
        version: 1,
    };
    let line = LineRow {
        organisation_id,
        invoice_id: id,
        line: 1,
        kind: issue::kind_name(catalog::LineKind::Item).to_owned(),
        item_id: None,
        description: new.description.get(locale).to_owned(),
        unit: String::new(),
        quantity: Exact(Decimal::ONE),
        unit_price: Exact(new.invoice.total.to_decimal()),
        discount_percent: None,
        discount_minor: 0,
        tax_code: None,
        tax_rate: Exact(Decimal::ZERO),
        tax_inclusive: false,
        net_minor: total_minor,
        tax_minor: 0,
        gross_minor: total_minor,
        deducts: None,
    };
    let fingerprint = fingerprint::of_invoice(&row, std::slice::from_ref(&line), &[], &[]);
    invoices::insert(tx.conn, &row, &[line], &[], &[])?;
    Ok(fingerprint)
}

/// Whether an invoice was taken over from the books before: its entry is an opening one.
pub(crate) fn is_brought_forward(tx: &mut Tx<'_>, id: InvoiceId) -> Result<bool, Error> {
    let (organisation, document) = (tx.organisation(), Document::Invoice(id));
    Ok(ledger::entry_of(tx.conn, organisation, document, ledger::EntryKind::Opening)?.is_some())
}

/// Refuses what can only be done to invoices that were issued here.
pub(crate) fn refuse_brought_forward(tx: &mut Tx<'_>, id: InvoiceId) -> Result<(), Error> {
    if is_brought_forward(tx, id)? {
        return Err(Refusal::conflict("invoice_brought_forward").into());
    }
    Ok(())
}
