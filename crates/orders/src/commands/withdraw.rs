//! Taking a submitted order back.

use super::{hold, put_status, refused, status_of};
use crate::rules::status::OrderEvent;
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::Permission;
use kernel::id::OrderId;

/// Takes an order that waits back to a draft, so that it can be changed; it keeps its number, and is checked anew when it is
/// submitted again.
#[derive(Debug, Clone)]
pub struct WithdrawOrder(pub OrderId);

impl Command for WithdrawOrder {
    const NAME: &'static str = "order.withdraw";
    const PERMISSION: Permission = Permission::OrderSubmit;
    type Output = OrderId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<OrderId, Error> {
        let (mut row, _) = hold(tx, self.0)?;
        let before = status_of(&row)?;
        let status = before.clone().after(OrderEvent::Withdrawn).map_err(|e| refused(&e, "withdraw"))?;
        put_status(&mut row, &status);
        store::save(tx.conn, &row)?;
        tx.audit(self.0, &serde_json::json!({ "from": before.name() }))?;
        tx.emit("order.withdrawn", self.0, &serde_json::json!({ "number": row.number }))?;
        Ok(self.0)
    }
}
