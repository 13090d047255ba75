//! What is sent without anybody asking.

use crate::store;
use ::store::{Command, Error, Tx};
use kernel::Permission;

/// Sets what the house sends by itself.
#[derive(Debug, Clone, Copy)]
pub struct SetMailing {
    /// The receipt, once an online payment has succeeded.
    pub receipts: bool,
}

impl Command for SetMailing {
    const NAME: &'static str = "mail.set";
    const PERMISSION: Permission = Permission::SettingsWrite;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let organisation = tx.organisation();
        store::put_settings(tx.conn, organisation, self.receipts)?;
        tx.audit(organisation, &serde_json::json!({ "receipts": self.receipts }))
    }
}
