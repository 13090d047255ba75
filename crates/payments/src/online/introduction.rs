//! A payer is introduced: inside some providers' own apps a payment needs to know who pays, which only the provider can say.
//!
//! The payer's browser goes to the provider and comes back with a code. Nothing is begun before that: what was chosen is kept by
//! the browser itself in a cookie, and the state that goes round is a hash of that cookie under the house's key. So nobody else's
//! code is taken for this payer's, and nobody can make a state for a choice that this browser did not make.

use super::Online;
use super::open::Asked;
use crate::rules::payment::Method;
use ::store::{App, Error, Once};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use gateways::{CallError, Device, Payer};
use kernel::id::{GatewayConnectionId, InvoiceId};
use kernel::{Context, Currency, Money, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use web::Web;

/// Where every browser comes back to.
const BACK: &str = "/checkouts/introduced";

/// How long a choice waits for its browser. Codes count for five minutes.
const LIFE_S: i64 = 600;
/// Longer cookies are not kept by every browser; whoever chose so much scans a code.
const COOKIE_BYTES_MAX: usize = 3_800;
/// Of the hash: what WeChat sends back unharmed has up to 128 letters.
const STATE_BYTES: usize = 16;
/// Separates the hash from others under the same key.
const PURPOSE: &str = "introduction";

/// What a payer chose before they were introduced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// The pay link that it was chosen at; none for the portal.
    pub link: Option<String>,
    invoices: Vec<(InvoiceId, Option<Part>)>,
    method: String,
    gateway: GatewayConnectionId,
    pub return_url: String,
    route: String,
    key: Option<String>,
    request_hash: [u8; 32],
    /// Makes it this browser's.
    nonce: [u8; 16],
    until_s: i64,
}

/// Minor units of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part(i64, String);

/// A browser on its way to be introduced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaving {
    pub to: String,
    /// What it takes along.
    pub cookie: String,
}

impl Online {
    /// Where the payer's browser goes before anything is begun; `None` where nobody needs to be introduced.
    pub(crate) async fn introduction(
        &self,
        web: &Web,
        context: &Context,
        once: &Once,
        asked: &Asked,
        link: Option<&str>,
    ) -> Result<Option<Leaving>, Error> {
        let device = Device::of(&context.source.agent, &context.source.address);
        let Some(return_url) = asked.return_url.clone().filter(|_| device != Device::Desk) else { return Ok(None) };
        let connection = self.choose(web, context, asked).await?;
        let Some(gateway) = self.registry.get(connection) else { return Ok(None) };
        let Some(introduces) = gateway.introduces() else { return Ok(None) };
        let part = |part: &Money| Part(part.minor(), part.currency().code().to_owned());
        let intent = Intent {
            link: link.map(str::to_owned),
            invoices: asked.invoices.iter().map(|(id, amount)| (*id, amount.as_ref().map(part))).collect(),
            method: asked.method.name().to_owned(),
            gateway: connection,
            return_url,
            route: once.route.clone(),
            key: once.key.clone(),
            request_hash: once.request_hash,
            nonce: ::store::seed()?[..16].try_into().unwrap_or_default(),
            until_s: context.now.as_second() + LIFE_S,
        };
        let cookie = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&intent)?);
        let back = format!("{}{BACK}", web.site.public_url);
        let to = introduces.introduction(&device, &back, &state(&web.app, &cookie));
        Ok(to.filter(|_| cookie.len() <= COOKIE_BYTES_MAX).map(|to| Leaving { to, cookie }))
    }

    /// Who the payer is, by the code that their browser brought back. Without an answer, or for a code that was used, they are
    /// not known and scan a code instead.
    pub(crate) async fn introduced(&self, connection: GatewayConnectionId, code: &str) -> Option<Payer> {
        let gateway = self.registry.get(connection)?;
        let told = match (code.is_empty(), gateway.introduces()) {
            (false, Some(introduces)) => introduces.introduce(code.to_owned()).await,
            _ => Err(CallError::NotFound),
        };
        told.inspect_err(|error| tracing::warn!(%connection, %error, "a payer was not introduced")).ok()
    }
}

/// The state that belongs to a cookie.
fn state(app: &App, cookie: &str) -> String {
    let hash = app.vault().keyed_hash(PURPOSE, cookie.as_bytes());
    hash.iter().take(STATE_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

impl Intent {
    /// What a browser took along, if the state that came back is that of it and it is not too old.
    pub(crate) fn of(app: &App, cookie: &str, came_back: &str, now: Timestamp) -> Result<Intent, Error> {
        let lost = || Refusal::conflict("introduction_lost");
        // Both are hashes under our key: how long the comparison takes tells nothing of use.
        if cookie.is_empty() || state(app, cookie) != came_back {
            return Err(lost().into());
        }
        let json = BASE64_URL_SAFE_NO_PAD.decode(cookie).map_err(|_| lost())?;
        let intent: Intent = serde_json::from_slice(&json).map_err(|_| lost())?;
        if intent.until_s < now.as_second() {
            return Err(lost().into());
        }
        Ok(intent)
    }

    pub(crate) const fn gateway(&self) -> GatewayConnectionId {
        self.gateway
    }

    /// What is to be begun, and under which key, by somebody who was introduced or was not.
    pub(crate) fn asked(self, payer: Option<Payer>) -> Result<(Once, Asked), Error> {
        let money = |Part(minor, currency): Part| {
            let currency = Currency::parse(&currency).map_err(|_| Error::Broken("currency of a choice".to_owned()))?;
            Ok::<_, Error>(Money::new(minor, currency))
        };
        let invoices = self.invoices.into_iter().map(|(id, part)| Ok((id, part.map(money).transpose()?)));
        let asked = Asked {
            invoices: invoices.collect::<Result<_, Error>>()?,
            method: Method::by_name(&self.method).unwrap_or(Method::EWallet),
            gateway: Some(self.gateway),
            return_url: Some(self.return_url),
            payer,
        };
        let once = Once { route: self.route, key: self.key, request_hash: self.request_hash, keep: true, waits: true };
        Ok((once, asked))
    }
}
