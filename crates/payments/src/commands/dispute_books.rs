//! What a dispute does to the books, step by step: held, given back, lost, lost no more; and what the provider keeps for it.

use super::allocate::free_credit;
use super::cheque::book_value;
use super::{event, settlements, unpostable};
use crate::rules::dispute::{Funds, Step};
use crate::rules::payment::clearing;
use crate::store::{self, DisputeRow, PaymentRow};
use ::store::{Error, Tx};
use kernel::id::OpenItemId;
use kernel::{Currency, Money};
use ledger::rules::chart::{AccountRole, Side};
use ledger::rules::entry::{Document, EntryDraft};
use ledger::rules::postings::{self, Event, Valued};
use receivables::{Settled, Want};
use std::collections::BTreeMap;

/// Brings the books of a locked dispute of a locked payment to what they should be, and posts fees that were told now.
pub(super) fn take(
    tx: &mut Tx<'_>,
    payment: &mut PaymentRow,
    row: &mut DisputeRow,
    there: &Funds,
    fees: &[Money],
) -> Result<(), Error> {
    let here = Funds {
        withdrawn: row.money(row.withdrawn_minor),
        reinstated: row.money(row.reinstated_minor),
        lost: row.money(row.lost_minor),
    };
    for step in here.steps_to(there)? {
        match step {
            Step::Withdraw(amount) => withdraw(tx, payment, row, amount)?,
            Step::Reinstate(amount) => reinstate(tx, row, amount)?,
            Step::Lose(amount) => lose(tx, payment, row, amount)?,
            Step::Regain(_) => regain(tx, payment, row)?,
        }
    }
    for fee in fees {
        post_fee(tx, row, *fee)?;
    }
    Ok(())
}

/// What the entries of a dispute have in common, today.
fn own_event(tx: &mut Tx<'_>, row: &DisputeRow) -> Result<Event, Error> {
    let today = tx.today()?;
    event(tx, today, Document::Dispute(row.dispute_id), row.customer_id)
}

fn post(tx: &mut Tx<'_>, draft: EntryDraft) -> Result<(), Error> {
    ledger::post(tx, draft, "").map(drop)
}

/// Where the money of the connection waits for the pay-out.
fn account(tx: &mut Tx<'_>, row: &DisputeRow) -> Result<AccountRole, Error> {
    let connection = store::connection(tx.conn, row.connection_id)?;
    let connection = connection.ok_or_else(|| Error::Broken(format!("connection of {}", row.dispute_id)))?;
    Ok(clearing(&connection.provider))
}

/// At the value at which the payment came in, so that nothing is gained or lost by waiting.
fn withdraw(tx: &mut Tx<'_>, payment: &PaymentRow, row: &mut DisputeRow, amount: Money) -> Result<(), Error> {
    let value = book_value(tx, payment)?.part(amount).map_err(unpostable)?;
    let (event, from) = (own_event(tx, row)?, account(tx, row)?);
    post(tx, postings::transfer(event, from, AccountRole::Disputed, value))?;
    row.withdrawn_minor += amount.minor();
    Ok(())
}

fn reinstate(tx: &mut Tx<'_>, row: &mut DisputeRow, amount: Money) -> Result<(), Error> {
    let value = held(tx, row)?.part(amount).map_err(unpostable)?;
    let (event, to) = (own_event(tx, row)?, account(tx, row)?);
    post(tx, postings::transfer(event, AccountRole::Disputed, to, value))?;
    row.reinstated_minor += amount.minor();
    Ok(())
}

/// What stands on the account of disputed funds for this dispute.
fn held(tx: &mut Tx<'_>, row: &DisputeRow) -> Result<Valued, Error> {
    let chart = ledger::chart(tx)?;
    let lines = ledger::lines_of(tx.conn, row.organisation_id, &[Document::Dispute(row.dispute_id)])?;
    let (mut minor, mut functional_minor) = (0, 0);
    for line in lines.iter().filter(|line| line.account == chart.code(AccountRole::Disputed)) {
        let sign = if line.side == Side::Debit { 1 } else { -1 };
        minor += sign * line.original.minor();
        functional_minor += sign * line.functional_minor;
    }
    Ok(Valued { money: row.money(minor), functional_minor })
}

/// What went back to the payer before cannot be taken off the payment as well: it stays with disputed funds, as a claim.
fn lose(tx: &mut Tx<'_>, payment: &PaymentRow, row: &mut DisputeRow, amount: Money) -> Result<(), Error> {
    row.lost_minor += amount.minor();
    take_off(tx, payment, row, amount)
}

/// A refund of a locked payment did not go back after all: what was lost while it was on its way is taken off the payment now.
pub(super) fn take_the_rest(tx: &mut Tx<'_>, payment: &PaymentRow) -> Result<(), Error> {
    let scope = tx.context().scope();
    for mut row in store::disputes_of(tx.conn, &scope, payment.payment_id)? {
        let claim = row.money(row.lost_minor - row.off_payment_minor);
        if claim.is_positive() {
            take_off(tx, payment, &mut row, claim)?;
            store::update_dispute(tx.conn, &row)?;
            let off = row.money(row.off_payment_minor).to_string();
            tx.audit(row.dispute_id, &serde_json::json!({ "payment": row.payment_id, "off_payment": off }))?;
        }
    }
    Ok(())
}

/// Takes what is lost off the payment, as far as it is there: what of it is credit first, since nobody has used that; then what it
/// was set against, which is owed again.
fn take_off(tx: &mut Tx<'_>, payment: &PaymentRow, row: &mut DisputeRow, amount: Money) -> Result<(), Error> {
    let (item, on) = (payment.payment_id.retyped(), tx.today()?);
    let zero = Money::zero(amount.currency());
    let credit = free_credit(tx, payment.payment_id)?;
    let credit = if credit.is_negative() { zero } else { credit };
    let more = amount.minus(credit)?;
    let opened = if more.is_positive() { receivables::reopen(tx, item, more, on)? } else { Vec::new() };
    let owed = Money::sum(amount.currency(), opened.iter().map(|one| one.paid))?;
    let there_is = credit.plus(owed)?;
    let off = if there_is.compare(amount)?.is_lt() { there_is } else { amount };
    if !off.is_positive() {
        return Ok(());
    }
    let value = held(tx, row)?.part(off).map_err(unpostable)?;
    let functional_minor = receivables::reduce(tx, item, off, on)?;
    let event = own_event(tx, row)?;
    let opened = (tx.books()?.currency, &opened[..]);
    post(tx, lost(event, value, opened, functional_minor)?)?;
    row.off_payment_minor += off.minor();
    Ok(())
}

/// Gives back to the payment what was taken off it, and sets it against what it stood against before, as far as that is open.
fn regain(tx: &mut Tx<'_>, payment: &PaymentRow, row: &mut DisputeRow) -> Result<(), Error> {
    let (item, on) = (payment.payment_id.retyped(), tx.today()?);
    let off = row.money(row.off_payment_minor);
    (row.lost_minor, row.off_payment_minor) = (0, 0);
    if !off.is_positive() {
        return Ok(());
    }
    let functional_minor = receivables::restore(tx, item, off, on)?;
    let wants = stood_against(tx, item, off)?;
    let settled = receivables::allocate(tx, item, &wants, on)?;
    let value = book_value(tx, payment)?.part(off).map_err(unpostable)?;
    let event = own_event(tx, row)?;
    let settled = (tx.books()?.currency, &settled[..]);
    post(tx, postings::turned(lost(event, value, settled, functional_minor)?))
}

/// `functional_minor` is the value of all that came off the payment, or went back to it.
fn lost(
    event: Event,
    value: Valued,
    (home, parts): (Currency, &[Settled]),
    functional_minor: i64,
) -> Result<EntryDraft, Error> {
    let owed = Money::sum(value.money.currency(), parts.iter().map(|one| one.paid))?;
    let used: i64 = parts.iter().map(|one| one.credit_functional_minor).sum();
    let free = Valued { money: value.money.minus(owed)?, functional_minor: functional_minor - used };
    postings::lost(event, value, &settlements(home, parts), free).map_err(unpostable)
}

/// What a payment was taken off, the last first, as far as it is open: within `amount`.
fn stood_against(tx: &mut Tx<'_>, credit: OpenItemId, amount: Money) -> Result<Vec<Want>, Error> {
    let scope = tx.context().scope();
    let parts = receivables::allocations_of(tx.conn, &scope, credit)?;
    let (mut left, mut wanted) = (amount, BTreeMap::<OpenItemId, Want>::new());
    for part in parts.iter().rev().filter(|part| part.reversed) {
        let Some(debit) = receivables::item(tx.conn, &scope, part.debit)? else { continue };
        let meant = wanted.get(&part.debit).copied();
        let room = meant.map_or(Ok(debit.open), |meant| debit.open.minus(meant.amount))?;
        let Some(more) = part.within(room, left)? else { continue };
        left = left.minus(more.takes())?;
        wanted.insert(part.debit, meant.map_or(Ok(more), |meant| meant.plus(&more))?);
    }
    Ok(wanted.into_values().collect())
}

/// What the provider keeps for the dispute, an entry of its own; below zero where it gives it back.
fn post_fee(tx: &mut Tx<'_>, row: &mut DisputeRow, fee: Money) -> Result<(), Error> {
    let (event, from) = (own_event(tx, row)?, account(tx, row)?);
    let amount = if fee.is_negative() { fee.negated()? } else { fee };
    let value = ledger::value(tx, amount, event.date)?;
    let draft = postings::fee(event, from, value);
    post(tx, if fee.is_negative() { postings::turned(draft) } else { draft })?;
    row.fee_minor += fee.minor();
    Ok(())
}
