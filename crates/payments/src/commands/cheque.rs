//! The way of a cheque: in hand → deposited → cleared. That it bounced is a reversal.

use super::{event, locked, method_of, status_of, unpostable};
use crate::rules::payment::{Method, PaymentEvent, PaymentStatus, WrongState, may_hold_money};
use crate::store::{self, PaymentRow};
use ::store::{Command, Error, Tx};
use kernel::id::PaymentId;
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
            Some(code) if may_hold_money(event.chart, code) => code.clone(),
            Some(_) => return Err(Refusal::field("/account", "account_holds_no_money").into()),
        };
        if let Some(into) = draft.lines.first_mut() {
            row.account.clone_into(&mut into.account);
        }
        ledger::post(tx, draft, row.reference.as_deref().unwrap_or_default())?;
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

fn cheque(tx: &mut Tx<'_>, id: PaymentId) -> Result<PaymentRow, Error> {
    let row = locked(tx, id)?;
    if method_of(&row)? != Method::Cheque {
        return Err(Refusal::conflict("not_a_cheque").into());
    }
    Ok(row)
}

/// The day something happened to a payment: not before it was received, not after today.
pub(super) fn day(tx: &mut Tx<'_>, row: &PaymentRow, on: Option<Date>) -> Result<Date, Error> {
    let today = tx.today()?;
    let on = on.unwrap_or_else(|| today.max(row.received_on.0));
    if on > today {
        return Err(Refusal::field("/on", "in_the_future").into());
    }
    if on < row.received_on.0 {
        return Err(Refusal::field("/on", "before_receipt").into());
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
