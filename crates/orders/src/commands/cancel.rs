//! Cancelling an order.

use super::{hold, put_status, refused, status_of};
use crate::rules::status::{OrderEvent, OrderStatus};
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::OrderId;
use receivables::rules::status::InvoiceStatus;

/// Cancels an order. A confirmed one only when its invoices are void or credited; cancelling twice changes nothing.
#[derive(Debug, Clone)]
pub struct CancelOrder(pub OrderId);

impl Command for CancelOrder {
    const NAME: &'static str = "order.cancel";
    const PERMISSION: Permission = Permission::OrderCancel;
    type Output = OrderId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<OrderId, Error> {
        let (mut row, _) = hold(tx, self.0)?;
        let before = status_of(&row)?;
        let (vault, scope) = (tx.vault().clone(), tx.context().scope());
        let mut invoice_stands = false;
        for invoice in row.invoice_id.into_iter().chain(row.deposit_invoice_id) {
            let view = invoicing::queries::view(tx.conn, &vault, &scope, invoice)?;
            invoice_stands |= !matches!(view.status, InvoiceStatus::Void | InvoiceStatus::Credited);
        }
        let status =
            before.clone().after(OrderEvent::Cancelled { invoice_stands }).map_err(|e| refused(&e, "cancel"))?;
        if before != OrderStatus::Cancelled {
            put_status(&mut row, &status);
            store::save(tx.conn, &row)?;
            tx.emit("order.cancelled", self.0, &serde_json::json!({ "number": row.number }))?;
        }
        tx.audit(self.0, &serde_json::json!({ "from": before.name() }))?;
        Ok(self.0)
    }
}
