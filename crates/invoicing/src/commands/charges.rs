//! What a bank between kept of a payment: the customer paid all of it, and the company bears the charge.

use super::issue::booked;
use super::write_off::may_give_up;
use crate::store::invoices;
use ::store::{Error, Tx};
use kernel::id::InvoiceId;
use kernel::{Money, Refusal};
use ledger::rules::entry::EntryError;

/// Notes that so much of an invoice is taken for paid though a bank kept it. Whoever says so gives a claim away as by a write-off, and
/// both add up.
///
/// Refuses as [`identity::may_give_up`] does, an invoice that is not issued, and by `/amount` what is not above zero: a bank that gave
/// something back would raise what may be given up.
pub fn bear_charges(tx: &mut Tx<'_>, id: InvoiceId, amount: Money) -> Result<(), Error> {
    let mut row = super::hold_issued(tx, id)?;
    if amount.currency() != row.currency {
        return Err(Refusal::field("/amount/currency", "currency_mismatch").into());
    }
    if !amount.is_positive() {
        return Err(Refusal::field("/amount", "not_positive").into());
    }
    may_give_up(tx, &row, amount)?;
    row.charges_minor = row.money(row.charges_minor).plus(amount)?.minor();
    invoices::save(tx.conn, &row)
}

/// The payment was none of this invoice: what was borne with it is not borne.
pub fn return_charges(tx: &mut Tx<'_>, id: InvoiceId, minor: i64) -> Result<(), Error> {
    let mut row = super::hold(tx, id)?;
    row.charges_minor = row.charges_minor.checked_sub(minor).ok_or_else(|| booked(EntryError::Overflow))?;
    invoices::save(tx.conn, &row)
}
