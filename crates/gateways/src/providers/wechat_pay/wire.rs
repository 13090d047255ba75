//! What both ends of the line have to agree upon: how WeChat Pay signs, seals and writes the time.
//!
//! Source: `wechatpay-apiv3/wechatpay-skills@15f40d07` (its pages about signatures and notifications), and as run with PyPI
//! `wechatpayv3` 2.0.4 and npm `wechatpay-axios-plugin` 0.9.6.

use crate::Secret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;
use kernel::Timestamp;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

/// The one way in which requests, answers and notifications are signed.
pub(crate) const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048";
/// Seals what notifications bring along, and certificates.
pub(crate) const SEALED_BY: &str = "AEAD_AES_256_GCM";
/// With these letters WeChat Pay begins signatures that are wrong on purpose, to see whether we look.
pub(crate) const PROBE: &str = "WECHATPAY/SIGNTEST/";

/// Letters of the key that seals.
pub(crate) const SEAL_KEY_LENGTH: usize = 32;

const CHINA_S: i64 = 8 * 3600;

/// Lines as they are signed: each is ended by a line feed, the last one too.
pub(crate) fn message(lines: &[&[u8]]) -> Vec<u8> {
    lines.iter().flat_map(|line| line.iter().chain(b"\n")).copied().collect()
}

/// Letters that come once; `None` when the system has no chance to give.
pub(crate) fn nonce() -> Option<String> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An instant by the clocks of China, to the second: `2026-09-21T22:13:20+08:00`.
pub(crate) fn in_china(at: Timestamp) -> String {
    match Timestamp::from_second(at.as_second() + CHINA_S) {
        Ok(shifted) => format!("{}+08:00", shifted.to_string().trim_end_matches('Z')),
        // The last hours that can be counted.
        Err(_) => at.to_string(),
    }
}

/// What stands beside an answer or a notification to prove it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signature<'a> {
    pub timestamp: &'a str,
    pub nonce: &'a str,
    /// Names the key.
    pub serial: &'a str,
    pub signature: &'a str,
}

impl<'a> Signature<'a> {
    /// `None` where one is missing, or another scheme is named.
    pub(crate) fn of(headers: &'a HeaderMap) -> Option<Signature<'a>> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if text("wechatpay-signature-type").is_some_and(|scheme| scheme != SCHEME) {
            return None;
        }
        Some(Signature {
            timestamp: text("wechatpay-timestamp")?,
            nonce: text("wechatpay-nonce")?,
            serial: text("wechatpay-serial")?,
            signature: text("wechatpay-signature")?,
        })
    }

    pub(crate) fn message(&self, body: &[u8]) -> Vec<u8> {
        message(&[self.timestamp.as_bytes(), self.nonce.as_bytes(), body])
    }
}

/// A sealed text, as notifications and certificates bring it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sealed {
    pub algorithm: String,
    /// Base64 of the sealed bytes and, after them, their tag.
    pub ciphertext: String,
    #[serde(default)]
    pub associated_data: Option<String>,
    pub nonce: String,
}

impl Sealed {
    /// Seals a text; `None` for a key or nonce of another length than wanted.
    pub(crate) fn seal(key: &Secret, nonce: &str, associated: &str, text: &str) -> Option<Sealed> {
        let mut bytes = text.as_bytes().to_vec();
        let aad = Aad::from(associated.as_bytes());
        sealer(key)?.seal_in_place_append_tag(nonce_of(nonce)?, aad, &mut bytes).ok()?;
        Some(Sealed {
            algorithm: SEALED_BY.to_owned(),
            ciphertext: BASE64_STANDARD.encode(bytes),
            associated_data: Some(associated.to_owned()),
            nonce: nonce.to_owned(),
        })
    }

    /// The text, if it was sealed with this key.
    pub(crate) fn open(&self, key: &Secret) -> Option<Vec<u8>> {
        if self.algorithm != SEALED_BY {
            return None;
        }
        let mut bytes = BASE64_STANDARD.decode(&self.ciphertext).ok()?;
        let aad = Aad::from(self.associated_data.as_deref().unwrap_or("").as_bytes());
        let text = sealer(key)?.open_in_place(nonce_of(&self.nonce)?, aad, &mut bytes).ok()?;
        Some(text.to_vec())
    }
}

fn sealer(key: &Secret) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, key.expose()).ok().map(LessSafeKey::new)
}

/// The nonce is written in letters, each of which is a byte.
fn nonce_of(text: &str) -> Option<Nonce> {
    <[u8; NONCE_LEN]>::try_from(text.as_bytes()).ok().map(Nonce::assume_unique_for_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_alone() {
        let key = Secret::new("k".repeat(SEAL_KEY_LENGTH));
        let sealed = Sealed::seal(&key, "0123456789ab", "transaction", "金额").unwrap();
        assert_eq!(sealed.open(&key).unwrap(), "金额".as_bytes());
        assert_eq!(sealed.open(&Secret::new("K".repeat(SEAL_KEY_LENGTH))), None);
        assert_eq!(sealed.open(&Secret::new("short")), None);
        for spoil in [
            |sealed: &mut Sealed| sealed.associated_data = None,
            |sealed: &mut Sealed| sealed.nonce.replace_range(..1, "1"),
            |sealed: &mut Sealed| sealed.nonce.push('c'),
            |sealed: &mut Sealed| sealed.algorithm.push('X'),
            |sealed: &mut Sealed| sealed.ciphertext.replace_range(..4, "AAAA"),
            |sealed: &mut Sealed| sealed.ciphertext = "AAAA".to_owned(),
        ] {
            let mut other = Sealed::seal(&key, "0123456789ab", "transaction", "金额").unwrap();
            spoil(&mut other);
            assert_eq!(other.open(&key), None, "{other:?}");
        }
        // With no data beside it, as a notification may be.
        let mut bare = Sealed::seal(&key, "0123456789ab", "", "x").unwrap();
        bare.associated_data = None;
        assert_eq!(bare.open(&key).unwrap(), b"x");
    }

    #[test]
    fn lines_and_clocks() {
        assert_eq!(message(&[b"GET", b"/v3/x?y=1", b""]), b"GET\n/v3/x?y=1\n\n");
        let at = Timestamp::from_millisecond(1_790_000_000_999).unwrap();
        assert_eq!(in_china(at), "2026-09-21T22:13:20+08:00");
        assert_ne!(nonce(), nonce());
    }
}
