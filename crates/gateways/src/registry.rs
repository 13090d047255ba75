//! The connections of all organisations, by id.

use crate::Gateway;
use kernel::id::GatewayConnectionId;
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

/// Finds the gateway of a connection. Connections may come, change and go while calls are under way: a call keeps the
/// gateway that it began with.
#[derive(Default)]
pub struct Registry(RwLock<HashMap<GatewayConnectionId, Arc<dyn Gateway>>>);

impl Registry {
    /// Adds a connection, or puts another gateway in its place (new keys, another merchant number).
    pub fn connect(&self, connection: GatewayConnectionId, gateway: Arc<dyn Gateway>) {
        self.0.write().insert(connection, gateway);
    }

    pub fn disconnect(&self, connection: GatewayConnectionId) {
        self.0.write().remove(&connection);
    }

    pub fn get(&self, connection: GatewayConnectionId) -> Option<Arc<dyn Gateway>> {
        self.0.read().get(&connection).cloned()
    }
}
