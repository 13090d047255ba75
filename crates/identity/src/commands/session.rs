//! Signing in, confirming, signing out.

use super::{OWN_ACCOUNT, oneself};
use crate::rules::session::LIFE;
use crate::rules::token::{self, TokenHash};
use crate::store::sessions::{self, Row};
use crate::store::users;
use ::store::{Command, Error, Tx};
use kernel::{Permission, Refusal, RefusalKind};
use schema::types::At;

/// Signs the actor in, who has just given their password. Tells the token, which is kept nowhere.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// The hash that the password was found to fit: one that was changed meanwhile opens nothing.
    pub password_hash: String,
}

impl Command for OpenSession {
    const NAME: &'static str = "session.open";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = String;

    fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let (organisation, user, now) = (tx.organisation(), oneself(tx)?, tx.now());
        let row = users::find(tx.conn, organisation, user)?;
        let fits = row.is_some_and(|row| row.active && row.password_hash.as_ref() == Some(&self.password_hash));
        if !fits {
            return Err(Refusal::new(RefusalKind::Unauthenticated, "sign_in_failed").into());
        }
        sessions::clear_expired(tx.conn, organisation, user, now)?;
        let token = open(tx)?;
        tx.audit(user, &serde_json::json!({}))?;
        Ok(token)
    }
}

/// Writes a session of the actor and tells its token.
pub(super) fn open(tx: &mut Tx<'_>) -> Result<String, Error> {
    let (organisation, user, now) = (tx.organisation(), oneself(tx)?, tx.now());
    let token = token::session_token(organisation, tx.random());
    let source = tx.context().source.clone();
    let row = Row {
        organisation_id: organisation,
        token_hash: token::hash(&token).to_vec(),
        user_id: user,
        created_at: At(now),
        seen_at: At(now),
        confirmed_at: At(now),
        expires_at: At(now.checked_add(LIFE).map_err(|e| Error::Broken(e.to_string()))?),
        address: source.address,
        agent: source.agent,
    };
    sessions::insert(tx.conn, &row)?;
    Ok(token)
}

/// Notes that the actor gave their password again in this session.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmIdentity(pub TokenHash);

impl Command for ConfirmIdentity {
    const NAME: &'static str = "session.confirm";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (organisation, user, now) = (tx.organisation(), oneself(tx)?, tx.now());
        if !sessions::confirm(tx.conn, organisation, user, &self.0, now)? {
            return Err(Refusal::new(RefusalKind::Unauthenticated, "session_expired").into());
        }
        tx.audit(user, &serde_json::json!({}))
    }
}

/// Ends one session of the actor; one that is over already is no fault.
#[derive(Debug, Clone)]
pub struct EndSession {
    pub token_hash: Vec<u8>,
}

impl Command for EndSession {
    const NAME: &'static str = "session.end";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (organisation, user) = (tx.organisation(), oneself(tx)?);
        let ended = sessions::end(tx.conn, organisation, user, &self.token_hash)?;
        tx.audit(user, &serde_json::json!({ "sessions_ended": ended }))
    }
}

/// Signs the actor out everywhere, here too.
#[derive(Debug, Clone, Copy)]
pub struct EndEverySession;

impl Command for EndEverySession {
    const NAME: &'static str = "session.end_all";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (organisation, user) = (tx.organisation(), oneself(tx)?);
        let ended = sessions::end_all(tx.conn, organisation, user)?;
        tx.audit(user, &serde_json::json!({ "sessions_ended": ended }))
    }
}
