//! Connections brought into use.

use super::Online;
use crate::store::{self, ConnectionRow};
use ::store::{App, Error};
use gateways::{CallError, Gateway, Lookup, Registry, Secrets, Settings};
use kernel::id::{CheckoutId, GatewayConnectionId};
use kernel::{Clock, Ids, Timestamp};
use std::sync::Arc;

/// The application's time as a clock.
struct Time(App);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// Loads every active connection of every organisation into the registry and takes out the others; at the start and
/// after every change. A connection whose secrets cannot be opened is left out and logged.
pub async fn connect_all(app: &App, registry: &Registry) -> Result<(), Error> {
    let vault = app.vault().clone();
    let opened = app
        .db()
        .read(move |conn| {
            let mut opened = Vec::new();
            for row in store::active_connections(conn)? {
                let secrets =
                    vault.open(conn, row.organisation_id, row.connection_id, "secrets", &row.secrets_sealed)?;
                opened.push((row, secrets));
            }
            Ok(opened)
        })
        .await?;
    for (row, secrets) in opened {
        let id = row.connection_id;
        match gateway(app, &row, secrets) {
            Ok(gateway) => registry.connect(id, gateway),
            Err(error) => {
                tracing::error!(connection = %id, %error, "a gateway connection cannot be used");
                registry.disconnect(id);
            }
        }
    }
    Ok(())
}

fn gateway(app: &App, row: &ConnectionRow, secrets: Option<String>) -> Result<Arc<dyn Gateway>, Error> {
    let secrets = secrets.ok_or_else(|| Error::Broken("the secrets cannot be opened".to_owned()))?;
    let secrets: Secrets = serde_json::from_str(&secrets)?;
    let settings: Settings = serde_json::from_str(&row.settings.0)?;
    let provider = gateways::provider(&row.provider);
    let provider = provider.ok_or_else(|| Error::Broken(format!("no connector for {}", row.provider)))?;
    let made = provider.connect(&settings, secrets, Arc::new(Time(app.clone())));
    made.map_err(|error| Error::Broken(error.to_string()))
}

/// What a trial of a connection found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tested {
    /// Reached, and our signature is good.
    Good,
    /// Reached, but the provider does not know us by these keys.
    Refused,
    Unreachable,
}

/// Asks the provider of every active connection, and tells by name what it found. A connection whose secrets cannot be opened
/// counts as refused.
pub async fn test_all(app: &App) -> Result<Vec<(String, Tested)>, Error> {
    let online = Online::default();
    connect_all(app, &online.registry).await?;
    let rows = app.db().read(store::active_connections).await?;
    let mut tested = Vec::new();
    for row in rows {
        let found = match online.registry.get(row.connection_id) {
            None => Tested::Refused,
            Some(_) => online.test(app, row.connection_id).await?,
        };
        tested.push((row.name, found));
    }
    Ok(tested)
}

impl Online {
    /// Asks the provider about a payment that does not exist: a good connection answers that it knows none.
    pub async fn test(&self, app: &App, connection: GatewayConnectionId) -> Result<Tested, Error> {
        let Some(gateway) = self.registry.get(connection) else { return Ok(Tested::Unreachable) };
        let reference: CheckoutId = Ids::new(app.now(), ::store::seed()?).draw();
        Ok(match gateway.query(Lookup { reference, provider_id: None }).await {
            Ok(_) | Err(CallError::NotFound) => Tested::Good,
            Err(CallError::Refused { .. }) => Tested::Refused,
            Err(CallError::Unsent | CallError::Unknown { .. }) => Tested::Unreachable,
        })
    }
}
