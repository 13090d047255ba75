//! API keys: made and revoked.

use super::beyond_own_rights;
use crate::rules::api_key::{KeyData, may_make};
use crate::rules::token;
use crate::store::api_keys::{self, Row};
use ::store::{Command, Error, Tx};
use kernel::id::ApiKeyId;
use kernel::{Permission, Refusal};
use schema::types::{At, JsonText};

/// A key to be.
pub type NewApiKey = KeyData;

/// Makes a key and tells its token, which is kept nowhere.
pub fn create_api_key(tx: &mut Tx<'_>, new: &NewApiKey) -> Result<(ApiKeyId, String), Error> {
    let secret = tx.random();
    create_with(tx, new, secret)
}

fn create_with(tx: &mut Tx<'_>, new: &NewApiKey, secret: [u8; 32]) -> Result<(ApiKeyId, String), Error> {
    let actor = &tx.context().actor;
    if !may_make(actor, &new.roles, new.scopes.as_deref()) {
        return Err(beyond_own_rights());
    }
    let created_by = actor.name();
    let (organisation, now) = (tx.organisation(), tx.now());
    let end = new.expires_in.map(|span| now.checked_add(span)).transpose();
    let end = end.map_err(|_| Refusal::field("/expires_in_days", "out_of_range"))?;
    let roles: Vec<&str> = new.roles.iter().map(|role| role.name()).collect();
    let scopes: Option<Vec<&str>> = new.scopes.as_ref().map(|scopes| scopes.iter().map(|scope| scope.name()).collect());
    let token = token::key_token(organisation, secret);
    let token_hash = token::hash(&token);
    if api_keys::by_token(tx.conn, organisation, &token_hash)?.is_some() {
        // The request's key made this token before and was forgotten since.
        return Err(Refusal::conflict("idempotency_key_reused").into());
    }
    let id: ApiKeyId = tx.new_id();
    let row = Row {
        organisation_id: organisation,
        key_id: id,
        name: new.name.clone(),
        token_hash: token_hash.to_vec(),
        roles: JsonText(serde_json::to_string(&roles)?),
        scopes: scopes.as_ref().map(|scopes| serde_json::to_string(scopes).map(JsonText)).transpose()?,
        requests_per_minute: new.requests_per_minute,
        created_by,
        created_at: At(now),
        expires_at: end.map(At),
        revoked_at: None,
    };
    api_keys::insert(tx.conn, &row)?;
    tx.audit(id, &serde_json::json!({ "name": row.name, "roles": roles, "scopes": scopes, "requests_per_minute": row.requests_per_minute, "expires_at": end.map(|end| end.to_string()) }))?;
    tx.emit("api_key.created", id, &serde_json::json!({}))?;
    Ok((id, token))
}

/// Makes a key with a secret that the caller can make again, so that asking twice tells the same token although it is kept
/// nowhere.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    pub data: KeyData,
    pub secret: [u8; 32],
}

impl Command for CreateApiKey {
    const NAME: &'static str = "api_key.create";
    const PERMISSION: Permission = Permission::ApiKeyManage;
    type Output = ApiKeyId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<ApiKeyId, Error> {
        Ok(create_with(tx, &self.data, self.secret)?.0)
    }
}

/// Sets how often a key may ask. Whoever runs this lets [`crate::Directory::forget_keys`] follow.
#[derive(Debug, Clone, Copy)]
pub struct LimitApiKey {
    pub id: ApiKeyId,
    /// Nothing lifts the limit.
    pub requests_per_minute: Option<i32>,
}

impl Command for LimitApiKey {
    const NAME: &'static str = "api_key.limit";
    const PERMISSION: Permission = Permission::ApiKeyManage;
    type Output = ApiKeyId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<ApiKeyId, Error> {
        let organisation = tx.organisation();
        let key = api_keys::find(tx.conn, organisation, self.id)?;
        key.ok_or_else(|| Refusal::not_found("api_key_not_found"))?;
        api_keys::limit(tx.conn, organisation, self.id, self.requests_per_minute)?;
        tx.audit(self.id, &serde_json::json!({ "requests_per_minute": self.requests_per_minute }))?;
        tx.emit("api_key.limited", self.id, &serde_json::json!({}))?;
        Ok(self.id)
    }
}

/// Ends a key for good. Whoever runs this lets [`crate::Directory::forget_keys`] follow.
#[derive(Debug, Clone, Copy)]
pub struct RevokeApiKey(pub ApiKeyId);

impl Command for RevokeApiKey {
    const NAME: &'static str = "api_key.revoke";
    const PERMISSION: Permission = Permission::ApiKeyManage;
    type Output = ApiKeyId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<ApiKeyId, Error> {
        let (organisation, now) = (tx.organisation(), tx.now());
        let key = api_keys::find(tx.conn, organisation, self.0)?;
        key.ok_or_else(|| Refusal::not_found("api_key_not_found"))?;
        let revoked = api_keys::revoke(tx.conn, organisation, self.0, now)?;
        tx.audit(self.0, &serde_json::json!({ "revoked": revoked }))?;
        tx.emit("api_key.revoked", self.0, &serde_json::json!({}))?;
        Ok(self.0)
    }
}
