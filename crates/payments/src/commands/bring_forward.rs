//! Credit that a customer had in the books before, taken over as a payment of then.

use super::event;
use crate::rules::payment::{Method, PaymentStatus};
use crate::store::{self, PaymentRow};
use ::store::{Error, Tx};
use kernel::id::{CustomerId, PaymentId};
use kernel::{Date, Fields, Money};
use ledger::AccountRole;
use ledger::rules::entry::Document;
use ledger::rules::postings::{self, Opening};
use receivables::{ItemKind, NewItem};
use schema::types::{At, Day, Exact};

/// Credit of the books before: an advance, what was paid twice, or what is left of a credit note.
#[derive(Debug, Clone)]
pub struct BroughtForward {
    pub customer: CustomerId,
    /// How the books before called it.
    pub number: String,
    /// What is left of it, above zero.
    pub amount: Money,
    /// The day it is from.
    pub since: Date,
    /// The day on which these books begin: the date of the entry.
    pub books_begin: Date,
}

/// Takes credit over within the caller's transaction. It is set against invoices and paid back like the rest of any payment,
/// and stands in balances, statement and portal; the entry is Dr opening balances / Cr advances, since its money was in the
/// books before. Reversing the payment takes it back.
///
/// Refuses by `/number`, `/customer`, `/issued_on`, `/total` what cannot be; a missing exchange rate and a closed period as
/// conflicts.
pub fn bring_forward(tx: &mut Tx<'_>, new: &BroughtForward) -> Result<PaymentId, Error> {
    let (organisation, terms) = (tx.organisation(), customers::queries::terms(tx, new.customer)?);
    let mut fields = Fields::new();
    if terms.archived {
        fields.note("/customer", "customer_archived");
    }
    if !new.amount.is_positive() {
        fields.note("/total", "not_positive");
    }
    if new.since > new.books_begin {
        fields.note_with("/issued_on", "issued_after_start", vec![("day", new.books_begin.into())]);
    }
    if store::opening_exists(tx.conn, organisation, new.customer, &new.number)? {
        fields.note("/number", "already_exists");
    }
    fields.finish()?;

    let id: PaymentId = tx.new_id();
    let event = event(tx, new.books_begin, Document::Payment(id), new.customer)?;
    let value = ledger::value(tx, new.amount, new.books_begin)?;
    let home = tx.books()?.currency;
    let rate = ledger::rate(tx.conn, organisation, new.amount.currency(), home, new.books_begin)?;
    let row = PaymentRow {
        organisation_id: organisation,
        payment_id: id,
        customer_id: new.customer,
        method: Method::Opening.name().to_owned(),
        status: PaymentStatus::recorded(Method::Opening).name().to_owned(),
        currency: new.amount.currency(),
        amount_minor: new.amount.minor(),
        refunded_minor: 0,
        exchange_rate: Exact(rate.unwrap_or(kernel::Decimal::ONE)),
        received_on: Day(new.since),
        reference: Some(new.number.clone()),
        account: event.chart.code(AccountRole::OpeningBalance).to_owned(),
        checkout_id: None,
        receipt_number: None,
        deposited_on: None,
        recorded_by: tx.context().actor.name(),
        created_at: At(tx.now()),
        version: 1,
    };
    store::insert_payment(tx.conn, &row)?;
    let item = NewItem {
        id: id.retyped(),
        kind: ItemKind::Payment,
        customer: new.customer,
        amount: new.amount,
        functional_minor: value.functional_minor,
        date: new.since,
        due_on: None,
        final_due_on: None,
    };
    receivables::open(tx, item)?;
    ledger::post(tx, postings::opening(event, Opening::Credit(value)), &new.number)?;
    let facts = serde_json::json!({
        "customer": new.customer, "number": new.number, "amount": new.amount.to_string(), "since": new.since.to_string(),
    });
    tx.audit(id, &facts)?;
    tx.emit("payment.brought_forward", id, &facts)?;
    Ok(id)
}
