//! What the documents and customers that entries name are called, for people.

use crate::rules::entry::Document;
use crate::store::called;
use ::store::{Conn, Error};
use kernel::Scope;
use kernel::id::{CustomerId, OpenItemId};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers of documents and names of customers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Called {
    numbers: BTreeMap<OpenItemId, String>,
    customers: BTreeMap<CustomerId, String>,
}

impl Called {
    /// The number of an invoice or a credit note, or of a payment's receipt.
    pub fn number(&self, document: Option<Document>) -> Option<&str> {
        self.numbers.get(&document?.id()).map(String::as_str)
    }

    /// The name; empty for nobody.
    pub fn customer(&self, id: Option<CustomerId>) -> &str {
        id.and_then(|id| self.customers.get(&id)).map_or("", String::as_str)
    }
}

/// What all these are called.
fn called(
    conn: &mut Conn,
    scope: &Scope,
    documents: impl IntoIterator<Item = Document>,
    customers: impl IntoIterator<Item = CustomerId>,
) -> Result<Called, Error> {
    let organisation = super::organisation(scope)?;
    let (mut invoices, mut notes, mut payments) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for document in documents {
        match document {
            Document::Invoice(id) => drop(invoices.insert(id)),
            Document::CreditNote(id) => drop(notes.insert(id)),
            Document::Payment(id) => drop(payments.insert(id)),
            Document::Refund(_) | Document::Dispute(_) | Document::OpenItem(_) | Document::Payout(_) => {}
            Document::TillCount(_) | Document::TillDeposit(_) | Document::StatementLine(_) => {}
        }
    }
    let invoices: Vec<_> = invoices.into_iter().collect();
    let notes: Vec<_> = notes.into_iter().collect();
    let payments: Vec<_> = payments.into_iter().collect();
    let customers: Vec<_> = customers.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut numbers = BTreeMap::new();
    let invoices = called::invoices(conn, organisation, &invoices)?;
    numbers.extend(invoices.into_iter().filter_map(|(id, number)| Some((id.retyped(), number?))));
    let notes = called::credit_notes(conn, organisation, &notes)?;
    numbers.extend(notes.into_iter().map(|(id, number)| (id.retyped(), number)));
    let receipts = called::receipts(conn, organisation, &payments)?;
    numbers.extend(receipts.into_iter().filter_map(|(id, number)| Some((id.retyped(), number?))));
    let customers = called::customers(conn, organisation, &customers)?.into_iter().collect();
    Ok(Called { numbers, customers })
}

/// What these customers are called.
pub fn called_customers(conn: &mut Conn, scope: &Scope, customers: Vec<CustomerId>) -> Result<Called, Error> {
    called(conn, scope, [], customers)
}

/// What the documents and customers of these entries are called.
pub fn called_in(conn: &mut Conn, scope: &Scope, entries: &[super::Entry]) -> Result<Called, Error> {
    let customers = entries.iter().flat_map(|entry| &entry.lines).filter_map(|line| line.customer);
    called(conn, scope, entries.iter().filter_map(|entry| entry.document), customers)
}

/// What the documents and customers of an account's lines are called.
pub fn called_on(conn: &mut Conn, scope: &Scope, report: &super::GeneralLedger) -> Result<Called, Error> {
    let customers = report.lines.iter().filter_map(|line| line.customer);
    called(conn, scope, report.lines.iter().filter_map(|line| line.document), customers)
}
