//! A connection to a provider is made or changed; its secrets go in and never come out.

use crate::store::{self, ConnectionRow};
use ::store::{Command, Error, Tx};
use gateways::{Secrets, Settings};
use kernel::id::GatewayConnectionId;
use kernel::{Permission, Refusal};
use schema::types::{At, JsonText};

/// Makes a connection, or changes one. Afterwards [`crate::connect_all`] brings it into use.
#[derive(Debug, Clone)]
pub struct ConnectGateway {
    /// `None` for a new one.
    pub id: Option<GatewayConnectionId>,
    /// The version that the change was made on.
    pub version: Option<i64>,
    pub provider: String,
    pub name: String,
    pub settings: Settings,
    /// `None` keeps those that are there.
    pub secrets: Option<Secrets>,
    pub active: bool,
}

impl Command for ConnectGateway {
    const NAME: &'static str = "gateway.connect";
    const PERMISSION: Permission = Permission::GatewayManage;
    type Output = GatewayConnectionId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<GatewayConnectionId, Error> {
        let organisation = tx.organisation();
        if gateways::provider(&self.provider).is_none() {
            return Err(Refusal::field("/provider", "provider_unknown").into());
        }
        let old = match self.id {
            None => None,
            Some(id) => Some(
                store::connection(tx.conn, id)?
                    .filter(|row| row.organisation_id == organisation)
                    .ok_or_else(|| Refusal::not_found("connection_not_found"))?,
            ),
        };
        let id = match &old {
            Some(row) => row.connection_id,
            None => tx.new_id(),
        };
        let sealed = match (&self.secrets, &old) {
            (Some(secrets), _) => tx.seal(id, "secrets", &serde_json::to_string(secrets)?)?,
            (None, Some(row)) => row.secrets_sealed.clone(),
            (None, None) => return Err(Refusal::field("/api_secret", "required").into()),
        };
        let row = ConnectionRow {
            organisation_id: organisation,
            connection_id: id,
            provider: old.as_ref().map_or_else(|| self.provider.clone(), |row| row.provider.clone()),
            name: self.name.clone(),
            settings: JsonText(serde_json::to_string(&self.settings)?),
            secrets_sealed: sealed,
            active: self.active,
            created_at: old.as_ref().map_or(At(tx.now()), |row| row.created_at),
            version: self.version.or(old.as_ref().map(|row| row.version)).unwrap_or(1),
        };
        match old {
            None => store::insert_connection(tx.conn, &row)?,
            Some(_) if store::update_connection(tx.conn, &row)? => {}
            Some(_) => return Err(Refusal::conflict("stale_form").into()),
        }
        let changed = serde_json::json!({
            "provider": row.provider, "settings": self.settings, "active": self.active,
            "new_secrets": self.secrets.is_some(),
        });
        tx.audit(id, &changed)?;
        tx.emit("gateway.connected", id, &serde_json::json!({}))?;
        Ok(id)
    }
}
