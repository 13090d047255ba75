//! Signing in, confirming, signing out.

use super::second_factor::prove;
use super::{OWN_ACCOUNT, oneself};
use crate::rules::second_factor::PENDING;
use crate::rules::session::LIFE;
use crate::rules::token::{self, TokenHash};
use crate::store::sessions::{self, Row};
use crate::store::{pending, second_factors, users};
use ::store::{Command, Error, Tx};
use kernel::id::UserId;
use kernel::{Permission, Refusal, RefusalKind, Timestamp};
use schema::types::At;
use web::view::{ConfirmPage, SecondFactorPage};

/// Signs the actor in, who has just given their password and has no second factor. Tells the token, which is kept nowhere.
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
        password_still_fits(tx, user, &self.password_hash)?;
        if second_factors::find(tx.conn, organisation, user)?.is_some() {
            // Enrolled since somebody looked.
            return Err(failed());
        }
        sessions::clear_expired(tx.conn, organisation, user, now)?;
        let token = open(tx, now)?;
        tx.audit(user, &serde_json::json!({}))?;
        Ok(token)
    }
}

/// Notes that the actor, who has a second factor, has just given their password; nobody is signed in by that. Tells a token for
/// [`FinishSignIn`], which is kept nowhere.
#[derive(Debug, Clone)]
pub struct BeginSignIn {
    /// The hash that the password was found to fit.
    pub password_hash: String,
}

impl Command for BeginSignIn {
    const NAME: &'static str = "session.begin";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = String;

    fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let (organisation, user, now) = (tx.organisation(), oneself(tx)?, tx.now());
        password_still_fits(tx, user, &self.password_hash)?;
        pending::clear_expired(tx.conn, organisation, user, now)?;
        let token = token::session_token(organisation, tx.random());
        let row = pending::Row {
            organisation_id: organisation,
            token_hash: token::hash(&token).to_vec(),
            user_id: user,
            expires_at: At(now.checked_add(PENDING).map_err(|e| Error::Broken(e.to_string()))?),
        };
        pending::insert(tx.conn, &row)?;
        tx.audit(user, &serde_json::json!({}))?;
        Ok(token)
    }
}

/// Signs the actor in, who gave their password some minutes ago and now a code. Tells the session's token. Refuses `code_wrong`,
/// after which another code may be tried, and `sign_in_expired`.
pub struct FinishSignIn {
    pub token_hash: TokenHash,
    /// The code as it was typed.
    pub typed: String,
}

impl Command for FinishSignIn {
    const NAME: &'static str = "session.open";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = String;

    fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let (organisation, user, now) = (tx.organisation(), oneself(tx)?, tx.now());
        let waits = pending::find(tx.conn, organisation, &self.token_hash, now)?.is_some_and(|row| row.user_id == user);
        let is_active = users::find(tx.conn, organisation, user)?.is_some_and(|row| row.active);
        if !waits || !is_active {
            return Err(expired());
        }
        let by = prove(tx, &self.typed, SecondFactorPage::CODE)?;
        if !pending::use_up(tx.conn, organisation, &self.token_hash)? {
            return Err(expired());
        }
        sessions::clear_expired(tx.conn, organisation, user, now)?;
        let token = open(tx, now)?;
        tx.audit(user, &serde_json::json!({ "second_factor": by }))?;
        Ok(token)
    }
}

/// The password or the time for it ran out, or somebody was faster.
pub(crate) fn expired() -> Error {
    Refusal::new(RefusalKind::Unauthenticated, "sign_in_expired").into()
}

fn failed() -> Error {
    Refusal::new(RefusalKind::Unauthenticated, "sign_in_failed").into()
}

fn password_still_fits(tx: &mut Tx<'_>, user: UserId, hash: &String) -> Result<(), Error> {
    let organisation = tx.organisation();
    let row = users::find(tx.conn, organisation, user)?;
    let fits = row.is_some_and(|row| row.active && row.password_hash.as_ref() == Some(hash));
    if fits { Ok(()) } else { Err(failed()) }
}

/// Writes a session of the actor, who last proved who they are at an instant, and tells its token.
pub(super) fn open(tx: &mut Tx<'_>, confirmed_at: Timestamp) -> Result<String, Error> {
    let (organisation, user, now) = (tx.organisation(), oneself(tx)?, tx.now());
    let token = token::session_token(organisation, tx.random());
    let source = tx.context().source.clone();
    let row = Row {
        organisation_id: organisation,
        token_hash: token::hash(&token).to_vec(),
        user_id: user,
        created_at: At(now),
        seen_at: At(now),
        confirmed_at: At(confirmed_at),
        expires_at: At(now.checked_add(LIFE).map_err(|e| Error::Broken(e.to_string()))?),
        address: source.address,
        agent: source.agent,
    };
    sessions::insert(tx.conn, &row)?;
    Ok(token)
}

/// Notes that the actor proved again in this session who they are: by a code where they have a second factor, else by their
/// password, which was looked at before. Refuses `code_wrong`, and `confirm_identity` where a code is due and none was given.
pub struct ConfirmIdentity {
    pub token_hash: TokenHash,
    /// The code as it was typed; `None` where the password was given.
    pub typed: Option<String>,
}

impl Command for ConfirmIdentity {
    const NAME: &'static str = "session.confirm";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (organisation, user, now) = (tx.organisation(), oneself(tx)?, tx.now());
        let by = match &self.typed {
            Some(typed) => prove(tx, typed, ConfirmPage::CODE)?,
            None if second_factors::find(tx.conn, organisation, user)?.is_none() => "password",
            // Enrolled since somebody looked.
            None => return Err(Refusal::forbidden("confirm_identity").into()),
        };
        if !sessions::confirm(tx.conn, organisation, user, &self.token_hash, now)? {
            return Err(Refusal::new(RefusalKind::Unauthenticated, "session_expired").into());
        }
        tx.audit(user, &serde_json::json!({ "by": by }))
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
