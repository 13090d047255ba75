//! Somebody of the desk looks whether mail arrives.

use super::{ADDRESS, person, within_limit, write};
use crate::rules::mail::Purpose;
use ::store::{Command, Error, Tx};
use kernel::id::MailId;
use kernel::{Permission, Refusal};

/// Sends a mail to the person who asks.
#[derive(Debug, Clone, Copy)]
pub struct SendTest;

impl Command for SendTest {
    const NAME: &'static str = "mail.test";
    const PERMISSION: Permission = Permission::SettingsWrite;
    type Output = MailId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MailId, Error> {
        let id = person(tx)?;
        within_limit(tx, Purpose::Test, id.retyped())?;
        let (organisation, vault) = (tx.organisation(), tx.vault().clone());
        let user = identity::queries::user(tx.conn, &vault, organisation, id)?;
        let address = user.email.ok_or_else(|| Refusal::conflict("mail_no_address"))?;
        let sealed = tx.seal(id, ADDRESS, &address)?;
        write(tx, Purpose::Test, id.retyped(), id.retyped(), sealed, user.locale)
    }
}
