//! A person's second factor: enrolled, proved, taken away.

use super::{OWN_ACCOUNT, oneself};
use crate::rules::second_factor::{self, RECOVERY_CODES, Secret, Typed, recovery_codes};
use crate::rules::token::TokenHash;
use crate::store::second_factors::{self, Row};
use crate::store::{sessions, users};
use ::store::{Command, Error, Tx, Vault};
use kernel::id::{OrganisationId, UserId};
use kernel::{Permission, Refusal};
use schema::types::At;
use zeroize::Zeroizing;

/// The name of the sealed field; with organisation and user it is bound into the seal.
pub(crate) const SECRET: &str = "second_factor";
/// The field of the form that enrols.
const ENROL_FIELD: &str = "/second_factor_code";

/// Lets a code of the actor's second factor count, once: of the app or a recovery code, by the name that the trail gives it.
/// Refuses the field `pointer` with `code_wrong` for a code that is not right, was used, or is nobody's.
pub(super) fn prove(tx: &mut Tx<'_>, typed: &str, pointer: &'static str) -> Result<&'static str, Error> {
    let (organisation, user) = (tx.organisation(), oneself(tx)?);
    let wrong = || Error::from(Refusal::field(pointer, "code_wrong"));
    match second_factor::read(typed).ok_or_else(wrong)? {
        Typed::Code(code) => {
            let step = step_of(tx, user, code)?.ok_or_else(wrong)?;
            if !second_factors::advance(tx.conn, organisation, user, step)? {
                return Err(wrong());
            }
            Ok("code")
        }
        Typed::Recovery(code) => {
            let hash = recovery_hash(tx.vault(), organisation, user, &code);
            if !second_factors::use_code(tx.conn, organisation, user, &hash)? {
                return Err(wrong());
            }
            Ok("recovery_code")
        }
    }
}

/// The step whose code this is by the actor's secret, if it is one of now.
fn step_of(tx: &mut Tx<'_>, user: UserId, code: u32) -> Result<Option<i64>, Error> {
    let (organisation, vault) = (tx.organisation(), tx.vault().clone());
    let Some(row) = second_factors::find(tx.conn, organisation, user)? else { return Ok(None) };
    let letters = vault.open(tx.conn, organisation, user, SECRET, &row.secret_sealed)?.map(Zeroizing::new);
    let secret = letters.and_then(|letters| Secret::read(&letters));
    Ok(secret.and_then(|secret| secret.matched(code, tx.now())))
}

/// What is kept of a recovery code; of no use without the master key, and to nobody else.
fn recovery_hash(vault: &Vault, organisation: OrganisationId, user: UserId, code: &str) -> [u8; 32] {
    vault.keyed_hash("recovery-code", format!("{organisation} {user} {code}").as_bytes())
}

fn keep_codes(tx: &mut Tx<'_>, user: UserId, random: [u8; 32]) -> Result<(), Error> {
    let organisation = tx.organisation();
    let hash = |code: &String| recovery_hash(tx.vault(), organisation, user, code);
    let hashes: Vec<[u8; 32]> = recovery_codes(random).iter().map(hash).collect();
    second_factors::replace_codes(tx.conn, organisation, user, &hashes)
}

/// Gives the actor a second factor in the place of any before, once a code of it shows that the app has it. Every other
/// session was opened without it and ends. Ask for a confirmed session ([`crate::require_fresh`]) before.
pub struct EnrolSecondFactor {
    pub secret: Secret,
    /// The code as it was typed.
    pub typed: String,
    /// What the recovery codes are made of.
    pub random: [u8; 32],
    /// The session that stays.
    pub session: TokenHash,
}

impl Command for EnrolSecondFactor {
    const NAME: &'static str = "second_factor.enrol";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (organisation, user, now) = (tx.organisation(), oneself(tx)?, tx.now());
        let step = match second_factor::read(&self.typed) {
            Some(Typed::Code(code)) => self.secret.matched(code, now),
            _ => None,
        };
        let step = step.ok_or_else(|| Refusal::field(ENROL_FIELD, "code_wrong"))?;
        // Held, so that of two telephones at once one stays.
        users::lock(tx.conn, organisation, user)?.ok_or_else(|| Refusal::not_found("user_not_found"))?;
        let replaced = second_factors::remove(tx.conn, organisation, user)?;
        let secret_sealed = tx.seal(user, SECRET, self.secret.letters())?;
        let row =
            Row { organisation_id: organisation, user_id: user, secret_sealed, last_step: step, enrolled_at: At(now) };
        second_factors::insert(tx.conn, &row)?;
        keep_codes(tx, user, self.random)?;
        let ended = sessions::end_others(tx.conn, organisation, user, &self.session)?;
        tx.audit(user, &serde_json::json!({ "replaced": replaced, "sessions_ended": ended }))?;
        tx.emit("user.second_factor_enrolled", user, &serde_json::json!({}))
    }
}

/// Draws the actor's recovery codes anew; those of before open nothing any more.
pub struct RenewRecoveryCodes {
    /// What the codes are made of.
    pub random: [u8; 32],
}

impl Command for RenewRecoveryCodes {
    const NAME: &'static str = "second_factor.renew_recovery_codes";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (organisation, user) = (tx.organisation(), oneself(tx)?);
        users::lock(tx.conn, organisation, user)?.ok_or_else(|| Refusal::not_found("user_not_found"))?;
        if second_factors::find(tx.conn, organisation, user)?.is_none() {
            return Err(Refusal::conflict("no_second_factor").into());
        }
        keep_codes(tx, user, self.random)?;
        tx.audit(user, &serde_json::json!({ "recovery_codes": RECOVERY_CODES }))
    }
}

/// Takes the actor's second factor away. Ask for a confirmed session ([`crate::require_fresh`]) before.
#[derive(Debug, Clone, Copy)]
pub struct RemoveSecondFactor;

impl Command for RemoveSecondFactor {
    const NAME: &'static str = "second_factor.remove";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let user = oneself(tx)?;
        remove(tx, user)?;
        tx.audit(user, &serde_json::json!({}))
    }
}

/// Takes away somebody's second factor and tells the house.
pub(super) fn remove(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    let organisation = tx.organisation();
    if !second_factors::remove(tx.conn, organisation, user)? {
        return Err(Refusal::conflict("no_second_factor").into());
    }
    tx.emit("user.second_factor_removed", user, &serde_json::json!({}))
}

/// Notes that whoever gave the actor's password, or has the actor's session, gave a code that is not right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoteWrongCode;

impl Command for NoteWrongCode {
    const NAME: &'static str = "second_factor.wrong_code";
    const PERMISSION: Permission = OWN_ACCOUNT;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let user = oneself(tx)?;
        tx.audit(user, &serde_json::json!({}))
    }
}

/// Sets whether everybody who moves or redirects money must have a second factor. An owner's own decision, never a
/// program's; ask for a confirmed session before.
#[derive(Debug, Clone, Copy)]
pub struct RequireSecondFactor(pub bool);

impl Command for RequireSecondFactor {
    const NAME: &'static str = "organisation.second_factor";
    const PERMISSION: Permission = Permission::SettingsWrite;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        super::organisation::owners_only(tx)?;
        let mut row = super::organisation::locked(tx)?;
        row.second_factor_required = self.0;
        let details = serde_json::json!({ "version": row.version + 1, "second_factor_required": self.0 });
        super::organisation::save(tx, &row, &details)
    }
}
