//! What every handler may reach: the door, the languages, who is who, and where this house stands on the network.

use crate::i18n::I18n;
use crate::live::Live;
use crate::proxies::Network;
use crate::session::Authenticate;
use kernel::id::OrganisationId;
use kernel::{Actor, Context, Locale, Source};
use std::sync::Arc;
use store::{App, Archive, Error};

/// The state of the web shell; cheap to clone.
#[derive(Clone)]
pub struct Web {
    pub app: App,
    pub i18n: Arc<I18n>,
    pub auth: Arc<dyn Authenticate>,
    pub site: Arc<Site>,
    pub live: Live,
    pub archive: Archive,
}

/// Where and how this installation is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// `https://pay.example.com`, without a slash at the end.
    pub public_url: String,
    /// The proxies before the house whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

impl Site {
    /// Whether cookies must be sent over TLS only.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl Web {
    /// The context of one request: now, and fresh randomness.
    pub fn context(
        &self,
        organisation: OrganisationId,
        actor: Actor,
        locale: Locale,
        source: Source,
    ) -> Result<Context, Error> {
        Ok(Context {
            organisation,
            actor,
            now: self.app.now(),
            seed: self.app.seed()?,
            locale,
            source,
            confirmed_at: None,
        })
    }
}
