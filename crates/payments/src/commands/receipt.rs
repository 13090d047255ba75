//! The number of a receipt, taken when the first one is asked for.

use super::{locked, status_of};
use crate::rules::payment::PaymentStatus;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::PaymentId;
use kernel::{Permission, Refusal};

/// Gives a payment the number of its receipt; the same at every call.
#[derive(Debug, Clone, Copy)]
pub struct NumberReceipt(pub PaymentId);

impl Command for NumberReceipt {
    const NAME: &'static str = "payment.number_receipt";
    const PERMISSION: Permission = Permission::PaymentRead;
    type Output = String;

    fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let mut row = locked(tx, self.0)?;
        if let Some(number) = row.receipt_number {
            return Ok(number);
        }
        if status_of(&row)? != PaymentStatus::Succeeded {
            return Err(Refusal::conflict("receipt_needs_success").into());
        }
        let organisation = tx.organisation();
        let year = identity::settings(tx.conn, organisation)?.fiscal_year(row.received_on.0);
        let number = format!("RC-{year}-{:05}", ::store::counters::next(tx.conn, organisation, "receipt", year)?);
        row.receipt_number = Some(number.clone());
        store::update_payment(tx.conn, &row)?;
        crate::make_findable(tx.conn, organisation, &[self.0], tx.now())?;
        tx.audit(self.0, &serde_json::json!({ "receipt": number }))?;
        Ok(number)
    }
}
