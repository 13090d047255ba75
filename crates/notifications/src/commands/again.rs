//! A mail that failed is sent again.

use super::held;
use crate::rules::mail::{Purpose, Status};
use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::MailId;
use kernel::{Permission, Refusal};
use schema::types::At;

/// Gives a failed mail all its attempts anew, under the same message id. Asks as well for what its purpose needs.
#[derive(Debug, Clone, Copy)]
pub struct SendAgain(pub MailId);

impl Command for SendAgain {
    const NAME: &'static str = "mail.send_again";
    const PERMISSION: Permission = Permission::CustomerRead;
    type Output = MailId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MailId, Error> {
        let mut row = held(tx, self.0)?;
        tx.authorise(match Purpose::by_name(&row.purpose) {
            Some(Purpose::Receipt) => Permission::ReceiptSend,
            Some(Purpose::Test) | None => Permission::SettingsWrite,
        })?;
        if row.status != Status::Failed.name() {
            return Err(Refusal::conflict("mail_not_failed").into());
        }
        Status::Waiting.name().clone_into(&mut row.status);
        row.attempts = 0;
        row.next_at = Some(At(tx.now()));
        (row.error, row.error_code) = (None, None);
        store::update(tx.conn, &row)?;
        tx.audit(self.0, &serde_json::json!({ "purpose": row.purpose }))?;
        Ok(self.0)
    }
}
