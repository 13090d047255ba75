//! The way of a cheque: in hand → deposited → cleared. That it bounced is a reversal; presented again, it is another payment.

use super::reverse::take_back;
use super::take_in::{Incoming, take_in};
use super::{event, holds_money, locked, method_of, status_of, unpostable};
use crate::rules::input::Part;
use crate::rules::payment::{Method, PaymentEvent, PaymentStatus, WrongState};
use crate::store::{self, PaymentRow, PresentedAgain};
use ::store::{Command, Error, Tx};
use kernel::id::{InvoiceId, PaymentId};
use kernel::{Date, Money, Permission, Refusal};
use ledger::rules::chart::AccountRole;
use ledger::rules::entry::Document;
use ledger::rules::postings::{self, Valued};
use schema::types::Day;

/// A cheque was handed to the bank.
#[derive(Debug, Clone)]
pub struct DepositCheque {
    pub payment: PaymentId,
    /// Today when not given.
    pub on: Option<Date>,
}

impl Command for DepositCheque {
    const NAME: &'static str = "payment.cheque_deposit";
    const PERMISSION: Permission = Permission::PaymentRecord;
    type Output = PaymentId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<PaymentId, Error> {
        let mut row = cheque(tx, self.payment)?;
        let on = day(tx, &row, self.on)?;
        status_of(&row)?.after(Method::Cheque, PaymentEvent::Deposited).map_err(wrong_state)?;
        row.deposited_on = Some(Day(on));
        store::update_payment(tx.conn, &row)?;
        tx.emit("payment.deposited", self.payment, &serde_json::json!({ "customer": row.customer_id }))?;
        tx.audit(self.payment, &serde_json::json!({ "deposited_on": on.to_string() }))?;
        Ok(self.payment)
    }
}

/// The bank paid a cheque: the money moves from cheques in hand to the bank.
#[derive(Debug, Clone)]
pub struct ClearCheque {
    pub payment: PaymentId,
    pub on: Option<Date>,
    /// Code of the bank account; the usual one when not given.
    pub account: Option<String>,
}

impl Command for ClearCheque {
    const NAME: &'static str = "payment.cheque_clear";
    const PERMISSION: Permission = Permission::PaymentRecord;
    type Output = PaymentId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<PaymentId, Error> {
        let mut row = cheque(tx, self.payment)?;
        let on = day(tx, &row, self.on)?;
        let status = status_of(&row)?.after(Method::Cheque, PaymentEvent::Cleared).map_err(wrong_state)?;
        let event = event(tx, on, Document::Payment(self.payment), row.customer_id)?;
        let value = book_value(tx, &row)?;
        let mut draft = postings::transfer(event, AccountRole::ChequesInHand, AccountRole::Bank, value);
        row.account = match &self.account {
            None => event.chart.code(AccountRole::Bank).to_owned(),
            Some(code) => {
                holds_money(tx, code)?;
                code.clone()
            }
        };
        if let Some(into) = draft.lines.first_mut() {
            row.account.clone_into(&mut into.account);
        }
        ledger::post(tx, draft, row.memo())?;
        status.name().clone_into(&mut row.status);
        store::update_payment(tx.conn, &row)?;
        tx.emit(
            "payment.succeeded",
            self.payment,
            &serde_json::json!({ "customer": row.customer_id, "invoices": [] }),
        )?;
        tx.audit(self.payment, &serde_json::json!({ "cleared_on": on.to_string(), "account": row.account }))?;
        Ok(self.payment)
    }
}

/// The bank refused a cheque: the payment is taken back, and what the bank asked for it is our cost.
#[derive(Debug, Clone)]
pub struct BounceCheque {
    pub payment: PaymentId,
    pub on: Option<Date>,
    pub reason: String,
    /// What the bank took from the account the cheque was, or would have been, cleared to.
    pub fee: Option<Money>,
}

impl Command for BounceCheque {
    const NAME: &'static str = "payment.cheque_bounce";
    const PERMISSION: Permission = Permission::PaymentRecord;
    type Output = PaymentId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<PaymentId, Error> {
        if self.fee.is_some_and(|fee| !fee.is_positive()) {
            return Err(Refusal::field("/fee/amount", "not_positive").into());
        }
        let row = cheque(tx, self.payment)?;
        let was_cleared = status_of(&row)? == PaymentStatus::Succeeded;
        let on = take_back(tx, row.clone(), PaymentEvent::Bounced, self.on, &self.reason)?;
        if let Some(fee) = self.fee {
            let event = event(tx, on, Document::Payment(self.payment), row.customer_id)?;
            let value = ledger::value(tx, fee, on)?;
            let mut draft = postings::fee(event, AccountRole::Bank, value);
            if let Some(out_of) = draft.lines.last_mut().filter(|_| was_cleared) {
                row.account.clone_into(&mut out_of.account);
            }
            ledger::post(tx, draft, &self.reason)?;
            tx.audit(self.payment, &serde_json::json!({ "fee": fee.to_string() }))?;
        }
        Ok(self.payment)
    }
}

/// A cheque that bounced is handed to the bank once more, today. It is a payment of its own, so that what happened before stays
/// told, and is set against what it had settled, as far as that is open still.
#[derive(Debug, Clone)]
pub struct PresentCheque {
    pub payment: PaymentId,
}

impl Command for PresentCheque {
    const NAME: &'static str = "payment.cheque_present";
    const PERMISSION: Permission = Permission::PaymentRecord;
    /// The new payment.
    type Output = PaymentId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<PaymentId, Error> {
        let (organisation, today) = (tx.organisation(), tx.today()?);
        let bounced = cheque(tx, self.payment)?;
        if status_of(&bounced)? != PaymentStatus::Reversed || bounced.deposited_on.is_none() {
            return Err(Refusal::conflict("cheque_not_bounced").into());
        }
        let pairs = store::presented_again(tx.conn, organisation, self.payment)?;
        if pairs.iter().any(|pair| pair.bounced == self.payment) {
            return Err(Refusal::conflict("cheque_presented_again").into());
        }
        customers::queries::lock(tx, bounced.customer_id)?;
        let allocations = settled_before(tx, &bounced)?;
        let incoming = Incoming {
            customer: bounced.customer_id,
            method: Method::Cheque,
            amount: Money::new(bounced.amount_minor, bounced.currency),
            received_on: today,
            reference: bounced.reference.as_deref(),
            into: Method::Cheque.received_on_account(),
            account: None,
            allocations: &allocations,
            checkout: None,
        };
        let payment = take_in(tx, incoming)?.id;
        store::insert_presented(tx.conn, organisation, PresentedAgain { bounced: self.payment, payment })?;
        DepositCheque { payment, on: Some(today) }.run(tx)?;
        tx.audit(self.payment, &serde_json::json!({ "presented_again_as": payment }))?;
        Ok(payment)
    }
}

/// What a payment was set against when it was taken back, as far as that is open now.
fn settled_before(tx: &mut Tx<'_>, row: &PaymentRow) -> Result<Vec<Part>, Error> {
    let scope = tx.context().scope();
    let parts = receivables::items_with_allocations(tx.conn, &scope, &[row.payment_id.retyped()])?;
    let (mut left, mut again) = (row.amount_minor, Vec::<Part>::new());
    for part in parts.iter().flat_map(|(_, parts)| parts) {
        let id: InvoiceId = part.debit.retyped();
        let known = again.iter().any(|other| other.invoice == id);
        let Some(invoice) = store::due_invoice(tx.conn, &scope, id)?.filter(|_| !known) else { continue };
        if let Some(want) = part.within(invoice.balance, Money::new(left, row.currency))? {
            left -= want.takes().minor();
            again.push(Part { invoice: id, amount: want.amount, paid: want.paid });
        }
    }
    Ok(again)
}

fn cheque(tx: &mut Tx<'_>, id: PaymentId) -> Result<PaymentRow, Error> {
    let row = locked(tx, id)?;
    if method_of(&row)? != Method::Cheque {
        return Err(Refusal::conflict("not_a_cheque").into());
    }
    Ok(row)
}

/// The day something happened to a payment: not before it was received and, a cheque, handed to the bank; not after today.
pub(super) fn day(tx: &mut Tx<'_>, row: &PaymentRow, on: Option<Date>) -> Result<Date, Error> {
    let today = tx.today()?;
    let (earliest, code) = match row.deposited_on {
        Some(deposited) => (deposited.0, "before_deposit"),
        None => (row.received_on.0, "before_receipt"),
    };
    let on = on.unwrap_or_else(|| today.max(earliest));
    if on > today {
        return Err(Refusal::field("/on", "in_the_future").into());
    }
    if on < earliest {
        return Err(Refusal::field("/on", code).into());
    }
    Ok(on)
}

/// What the payment is carried at in the books.
pub(super) fn book_value(tx: &mut Tx<'_>, row: &PaymentRow) -> Result<Valued, Error> {
    let home = tx.books()?.currency;
    Valued::at(Money::new(row.amount_minor, row.currency), row.exchange_rate.0, home).map_err(unpostable)
}

pub(super) fn wrong_state(wrong: WrongState) -> Refusal {
    Refusal::conflict(match wrong.from {
        PaymentStatus::Uncleared(_) => "payment_uncleared",
        PaymentStatus::Succeeded => "payment_succeeded",
        PaymentStatus::Reversed => "payment_reversed",
    })
}
