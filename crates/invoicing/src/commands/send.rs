//! Handing an invoice over to its customer.

use crate::store::invoices;
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::InvoiceId;
use schema::types::At;

/// Records that the customer has the invoice; from then on it is taken back by credit notes alone.
#[derive(Debug, Clone)]
pub struct SendInvoice {
    pub id: InvoiceId,
}

impl Command for SendInvoice {
    const NAME: &'static str = "invoice.send";
    const PERMISSION: Permission = Permission::InvoiceSend;
    type Output = InvoiceId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<InvoiceId, Error> {
        let mut row = super::hold_issued(tx, self.id)?;
        // The first time counts; sending again is only another line of the history.
        if row.sent_at.is_none() {
            row.sent_at = Some(At(tx.now()));
            invoices::save(tx.conn, &row)?;
        }
        tx.audit(self.id, &serde_json::json!({ "number": row.number }))?;
        tx.emit("invoice.sent", self.id, &serde_json::json!({ "number": row.number }))?;
        Ok(self.id)
    }
}
