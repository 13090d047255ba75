//! Changes of organisations, users, sessions and API keys.

mod account;
mod api_key;
mod organisation;
mod saved_view;
mod second_factor;
mod second_person;
mod session;
mod user;

pub use account::{ChangePassword, UpdateAccount};
pub use api_key::{CreateApiKey, LimitApiKey, NewApiKey, RevokeApiKey, create_api_key};
pub use organisation::{NewOrganisation, SetLogo, UpdateSettings, create_organisation};
pub use saved_view::{RemoveView, SaveView};
pub use second_factor::{EnrolSecondFactor, RemoveSecondFactor, RenewRecoveryCodes, RequireSecondFactor};
pub(crate) use second_factor::{NoteWrongCode, SECRET};
pub use second_person::{Giving, SetSecondPerson, may_give_up, need_second_person};
pub(crate) use session::expired;
pub use session::{BeginSignIn, ConfirmIdentity, EndEverySession, EndSession, FinishSignIn, OpenSession};
pub use user::{CreateUser, NewUser, RemoveFactorOf, ResetPassword, UpdateUser, create_user};

use crate::rules::user::normal_mail;
use ::store::{Error, Tx, Vault};
use kernel::id::UserId;
use kernel::{Actor, Permission, Refusal, RefusalKind};

/// What looking after one's own account and sessions takes: nothing but being able to sign in. There is no permission for
/// it; this one belongs to every role, which a test asks the policies.
pub const OWN_ACCOUNT: Permission = Permission::InvoiceRead;

/// What a mail is found by without being kept in the clear.
pub(crate) fn mail_hash(vault: &Vault, mail: &str) -> [u8; 32] {
    vault.keyed_hash("user-email", normal_mail(mail).as_bytes())
}

/// The person who acts; programs have no account of their own.
fn oneself(tx: &Tx<'_>) -> Result<UserId, Error> {
    match tx.context().actor {
        Actor::User { id, .. } => Ok(id),
        _ => Err(Refusal::forbidden("people_only").into()),
    }
}

fn beyond_own_rights() -> Error {
    Refusal::new(RefusalKind::Forbidden, "beyond_own_rights").into()
}
