//! RSA with PKCS #1 v1.5 and SHA-256, in base64: how Alipay, WeChat Pay and PayPal sign (RFC 8017, section 8.2).
//!
//! Keys come as PEM or as its base64 alone, as providers' own pages show them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use std::sync::Arc;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

/// The text is no key of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an RSA key of 2,048 bits or more")]
pub struct NotAKey;

/// Ours: signs what we send.
#[derive(Clone)]
pub struct PrivateKey(Arc<RsaKeyPair>);

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

impl PrivateKey {
    /// Reads PKCS #8 or PKCS #1.
    pub fn read(text: &[u8]) -> Result<PrivateKey, NotAKey> {
        let der = der(text)?;
        let key = RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der)).map_err(|_| NotAKey)?;
        Ok(PrivateKey(Arc::new(key)))
    }

    /// The signature of a message, in base64.
    pub fn sign(&self, message: &[u8]) -> String {
        let mut signature = vec![0; self.0.public().modulus_len()];
        match self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature) {
            Ok(()) => BASE64_STANDARD.encode(signature),
            // A key that was read has room for a digest, and the padding needs no chance.
            Err(_) => unreachable!("PKCS #1 signs with any key of 2,048 bits"),
        }
    }
}

/// Theirs: proves what they send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl PublicKey {
    /// Reads the key in its form of X.509 (`BEGIN PUBLIC KEY`), or that of PKCS #1.
    pub fn read(text: &[u8]) -> Result<PublicKey, NotAKey> {
        let der = der(text)?;
        let inner = SubjectPublicKeyInfo::from_der(&der).ok().map(|(_, info)| info.subject_public_key.data.to_vec());
        let key = PublicKey(inner.unwrap_or(der));
        // Whether it is a key at all shows when it is used; a wrong signature is told from a wrong key here.
        if x509_parser::der_parser::parse_der(&key.0).is_ok_and(|(rest, _)| rest.is_empty()) {
            Ok(key)
        } else {
            Err(NotAKey)
        }
    }

    /// Whether the base64 of a signature was made over the message by the key's owner.
    pub fn verify(&self, message: &[u8], signature: &str) -> bool {
        let Ok(signature) = BASE64_STANDARD.decode(signature) else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.0).verify(message, &signature).is_ok()
    }
}

/// The bytes between the marks of a PEM text, or of base64 alone. Lines count for nothing: a field that hides what is typed has one.
fn der(text: &[u8]) -> Result<Vec<u8>, NotAKey> {
    let text = std::str::from_utf8(text).map_err(|_| NotAKey)?;
    let between = match text.split("-----").collect::<Vec<_>>()[..] {
        [_, _, between, _, ..] => between,
        _ => text,
    };
    let base64: String = between.split_whitespace().collect();
    BASE64_STANDARD.decode(base64).map_err(|_| NotAKey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::keys;

    fn bare(pem: &str) -> String {
        pem.lines().filter(|line| !line.starts_with("-----")).collect()
    }

    #[test]
    fn what_one_signs_the_other_proves() {
        let (private, public) = (keys::MERCHANT, keys::MERCHANT_PUBLIC);
        let other = PublicKey::read(keys::PROVIDER_PUBLIC.as_bytes()).unwrap();
        let one_line = |pem: &str| pem.replace('\n', "");
        for (private, public) in [
            (private.to_owned(), public.to_owned()),
            (bare(private), bare(public)),
            (one_line(private), one_line(public)),
        ] {
            let private = PrivateKey::read(private.as_bytes()).unwrap();
            let public = PublicKey::read(public.as_bytes()).unwrap();
            let signature = private.sign("订单=1".as_bytes());
            assert!(public.verify("订单=1".as_bytes(), &signature));
            assert!(!public.verify("订单=2".as_bytes(), &signature));
            assert!(!public.verify("订单=1".as_bytes(), &signature[4..]));
            assert!(!other.verify("订单=1".as_bytes(), &signature));
            assert_eq!(format!("{private:?}"), "PrivateKey(…)");
        }
    }

    #[test]
    fn what_is_no_key_is_said() {
        for text in ["", "-----BEGIN PUBLIC KEY-----", "bm8ga2V5", "密钥"] {
            assert_eq!(PrivateKey::read(text.as_bytes()).err(), Some(NotAKey), "{text}");
            assert_eq!(PublicKey::read(text.as_bytes()).err(), Some(NotAKey), "{text}");
        }
    }
}
