//! Money that came in: the payment, its open item, what it settles, and the entry. Shared by recording and checkouts.

use super::{event, explained, rate_missing, settlements, touched, unpostable, wants};
use crate::rules::input::Part;
use crate::rules::payment::{Method, PaymentStatus};
use crate::store::{self, PaymentRow};
use ::store::{Error, Tx};
use kernel::id::{CheckoutId, CustomerId, PaymentId};
use kernel::{Date, Decimal, Money};
use ledger::rules::chart::AccountRole;
use ledger::rules::entry::Document;
use ledger::rules::postings::{self, Valued};
use receivables::{ItemKind, NewItem, Settled};
use schema::types::{At, Day, Exact};

/// Money to be taken in; everything checked but what the books and open items say.
pub(super) struct Incoming<'a> {
    pub customer: CustomerId,
    pub method: Method,
    pub amount: Money,
    pub received_on: Date,
    pub reference: Option<&'a str>,
    pub into: AccountRole,
    /// Another account than that of the part, by its code.
    pub account: Option<&'a str>,
    pub allocations: &'a [Part],
    pub checkout: Option<CheckoutId>,
}

/// A payment just taken in: all that an answer says of it.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub id: PaymentId,
    pub customer: CustomerId,
    pub method: Method,
    pub status: PaymentStatus,
    pub amount: Money,
    pub received_on: Date,
    pub reference: Option<String>,
    pub account: String,
    pub settled: Vec<Settled>,
    pub checkout: Option<CheckoutId>,
}

impl Recorded {
    /// What is set against invoices.
    pub fn allocated(&self) -> Result<Money, Error> {
        Ok(Money::sum(self.amount.currency(), self.settled.iter().map(|one| one.paid))?)
    }
}

/// Keeps the payment and all that follows from it. The hot path of the house: every statement counts here.
pub(super) fn take_in(tx: &mut Tx<'_>, money: Incoming<'_>) -> Result<Recorded, Error> {
    let id: PaymentId = tx.new_id();
    let event = event(tx, money.received_on, Document::Payment(id), money.customer)?;
    let account = money.account.unwrap_or_else(|| event.chart.code(money.into)).to_owned();
    let value = ledger::value(tx, money.amount, money.received_on)?;
    let status = match money.checkout {
        Some(_) => PaymentStatus::Succeeded,
        None => PaymentStatus::recorded(money.method),
    };
    let row = row(tx, id, &money, status, &account)?;
    store::insert_payment(tx.conn, &row)?;
    let item = NewItem {
        id: id.retyped(),
        kind: ItemKind::Payment,
        customer: money.customer,
        amount: money.amount,
        functional_minor: value.functional_minor,
        date: money.received_on,
        due_on: None,
        final_due_on: None,
    };
    let wanted = wants(tx, money.allocations, money.amount.currency(), money.received_on)?;
    let settled = receivables::receive(tx, item, &wanted, money.received_on);
    let settled = settled.map_err(|error| explained(tx, error, &wanted))?;
    post(tx, event, &money, value, &settled, &account)?;
    let recorded = Recorded {
        id,
        customer: money.customer,
        method: money.method,
        status,
        amount: money.amount,
        received_on: money.received_on,
        reference: row.reference,
        account,
        settled,
        checkout: money.checkout,
    };
    tell(tx, &recorded)?;
    Ok(recorded)
}

fn row(
    tx: &mut Tx<'_>,
    id: PaymentId,
    money: &Incoming<'_>,
    status: PaymentStatus,
    account: &str,
) -> Result<PaymentRow, Error> {
    Ok(PaymentRow {
        organisation_id: tx.organisation(),
        payment_id: id,
        customer_id: money.customer,
        method: money.method.name().to_owned(),
        status: status.name().to_owned(),
        currency: money.amount.currency(),
        amount_minor: money.amount.minor(),
        refunded_minor: 0,
        exchange_rate: Exact(rate(tx, money)?),
        received_on: Day(money.received_on),
        reference: money.reference.map(str::to_owned),
        account: account.to_owned(),
        checkout_id: money.checkout,
        receipt_number: None,
        deposited_on: None,
        recorded_by: tx.context().actor.name(),
        created_at: At(tx.now()),
        version: 1,
    })
}

/// Units of the organisation's currency per unit of the payment's.
fn rate(tx: &mut Tx<'_>, money: &Incoming<'_>) -> Result<Decimal, Error> {
    let home = tx.books()?.currency;
    let currency = money.amount.currency();
    if currency == home {
        return Ok(Decimal::ONE);
    }
    let organisation = tx.organisation();
    let rate = ledger::rate(tx.conn, organisation, currency, home, money.received_on)?;
    Ok(rate.ok_or_else(|| rate_missing(currency, home, money.received_on))?)
}

fn post(
    tx: &mut Tx<'_>,
    event: postings::Event,
    money: &Incoming<'_>,
    value: Valued,
    settled: &[Settled],
    account: &str,
) -> Result<(), Error> {
    let settlements = settlements(tx.books()?.currency, settled);
    let mut draft = postings::payment(event, money.into, value, &settlements).map_err(unpostable)?;
    if let Some(first) = draft.lines.first_mut() {
        // The line of the money; its account may be one of the organisation's own.
        account.clone_into(&mut first.account);
    }
    // A provider's id says nothing to people.
    let memo = money.reference.filter(|_| money.checkout.is_none());
    ledger::post(tx, draft, memo.unwrap_or_default())?;
    Ok(())
}

fn tell(tx: &mut Tx<'_>, payment: &Recorded) -> Result<(), Error> {
    let kind = match payment.status {
        PaymentStatus::Uncleared(_) => "payment.uncleared",
        PaymentStatus::Succeeded | PaymentStatus::Reversed => "payment.succeeded",
    };
    let told = serde_json::json!({ "customer": payment.customer, "invoices": touched(&payment.settled) });
    tx.emit(kind, payment.id, &told)?;
    let details = serde_json::json!({
        "customer": payment.customer,
        "method": payment.method.name(),
        "amount": payment.amount.to_string(),
        "allocated": payment.allocated()?.to_string(),
        "received_on": payment.received_on.to_string(),
        "checkout": payment.checkout,
    });
    tx.audit(payment.id, &details)
}
