//! A customer with whom there is no more business.

use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::CustomerId;
use kernel::{Permission, Refusal};

/// Archives a customer: it keeps all documents and gets no new ones. Archiving twice changes nothing.
#[derive(Debug, Clone)]
pub struct ArchiveCustomer(pub CustomerId);

impl Command for ArchiveCustomer {
    const NAME: &'static str = "customer.archive";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        let mut row =
            store::lock(tx.conn, organisation, self.0)?.ok_or_else(|| Refusal::not_found("customer_not_found"))?;
        if !row.archived {
            row.archived = true;
            store::update(tx.conn, &row)?;
            tx.emit("customer.updated", self.0, &serde_json::json!({}))?;
        }
        tx.audit(self.0, &serde_json::json!({ "archived": true }))
    }
}
