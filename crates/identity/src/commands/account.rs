//! What people change about themselves.

use super::session::open;
use super::{OWN_ACCOUNT, oneself};
use crate::store::{second_factors, sessions, users};
use ::store::{Command, Error, Tx};
use kernel::{Locale, Permission, Refusal};

/// Gives the actor another password, signs them out everywhere and in again here; tells the new session's token. Who has a
/// second factor is as confirmed there as before: a password alone confirms nobody then.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The hash that the old password was found to fit.
    pub old_hash: String,
    /// PHC form, from [`crate::password`].
    pub new_hash: String,
}

impl Command for ChangePassword {
    const NAME: &'static str = "account.change_password";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = String;

    fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let mut row = locked(tx)?;
        if row.password_hash.as_ref() != Some(&self.old_hash) {
            return Err(Refusal::conflict("stale_form").into());
        }
        row.password_hash = Some(self.new_hash.clone());
        save(tx, &row)?;
        let ended = sessions::end_all(tx.conn, row.organisation_id, row.user_id)?;
        tx.audit(row.user_id, &serde_json::json!({ "sessions_ended": ended }))?;
        let has_factor = second_factors::find(tx.conn, row.organisation_id, row.user_id)?.is_some();
        let before = tx.context().confirmed_at.filter(|_| has_factor);
        let confirmed_at = before.unwrap_or(tx.now());
        open(tx, confirmed_at)
    }
}

/// Changes the actor's name and language.
#[derive(Debug, Clone)]
pub struct UpdateAccount {
    /// 1 to 100 characters.
    pub name: String,
    pub locale: Locale,
}

impl Command for UpdateAccount {
    const NAME: &'static str = "account.update";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut row = locked(tx)?;
        row.name.clone_from(&self.name);
        row.locale = self.locale.tag().to_owned();
        save(tx, &row)?;
        tx.audit(row.user_id, &serde_json::json!({ "locale": row.locale }))
    }
}

fn locked(tx: &mut Tx<'_>) -> Result<users::Row, Error> {
    let (organisation, user) = (tx.organisation(), oneself(tx)?);
    Ok(users::lock(tx.conn, organisation, user)?.ok_or_else(|| Refusal::not_found("user_not_found"))?)
}

fn save(tx: &mut Tx<'_>, row: &users::Row) -> Result<(), Error> {
    if users::update(tx.conn, row)? { Ok(()) } else { Err(Refusal::conflict("stale_form").into()) }
}
