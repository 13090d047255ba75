//! What lets us in at PayPal: a token for an hour or more, got with the client's id and secret (OAuth 2.0, RFC 6749, section 4.4).

use super::read::read;
use crate::http::send;
use crate::{CallError, Secret};
use kernel::Timestamp;
use parking_lot::Mutex;
use serde::Deserialize;

/// A token is not used in its last seconds: it has to arrive while it counts.
const MARGIN_S: i64 = 60;

pub(super) struct Tokens {
    pub client_id: String,
    pub client_secret: Secret,
    /// The last one, and the second from which it is not used any more.
    kept: Mutex<Option<(Secret, i64)>>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
}

impl Tokens {
    pub(super) fn new(client_id: String, client_secret: Secret) -> Tokens {
        Tokens { client_id, client_secret, kept: Mutex::default() }
    }

    /// The token that counts now. Where it has to be asked for, nothing else was sent yet: what goes wrong then has no effect.
    pub(super) async fn get(
        &self,
        client: &reqwest::Client,
        base_url: &str,
        now: Timestamp,
    ) -> Result<Secret, CallError> {
        let kept = self.kept.lock().clone().filter(|(_, until)| now.as_second() < *until);
        if let Some((token, _)) = kept {
            return Ok(token);
        }
        let request = client
            .post(format!("{base_url}/v1/oauth2/token"))
            .basic_auth(&self.client_id, Some(String::from_utf8_lossy(self.client_secret.expose())))
            .form(&[("grant_type", "client_credentials")]);
        let granted: Result<Granted, CallError> = send(request).await.and_then(|answer| read(&answer));
        let granted = granted.map_err(|error| if error.in_doubt() { CallError::Unsent } else { error })?;
        let token = Secret::new(granted.access_token);
        let until = now.as_second().saturating_add(granted.expires_in.saturating_sub(MARGIN_S));
        *self.kept.lock() = Some((token.clone(), until));
        Ok(token)
    }

    /// The token counts no longer, whatever was said of its time.
    pub(super) fn forget(&self) {
        *self.kept.lock() = None;
    }
}
