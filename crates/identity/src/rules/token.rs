//! Tokens: how the secrets that sessions and API keys are known by are written, and what is kept of them.
//!
//! A token names its organisation, so that one look by primary key finds it wherever an organisation's rows are kept.
//! Only its SHA-256 is kept: 32 random bytes need no slow hash.

use kernel::id::{OrganisationId, base32, from_base32};
use sha2::{Digest, Sha256};

/// What is kept of a token.
pub type TokenHash = [u8; 32];

const KEY_PREFIX: &str = "sk_";

/// The value of a session's cookie.
pub fn session_token(organisation: OrganisationId, secret: [u8; 32]) -> String {
    format!("{}.{}", base32(organisation.bytes()), written(&secret))
}

/// An API key, `sk_…`.
pub fn key_token(organisation: OrganisationId, secret: [u8; 32]) -> String {
    format!("{KEY_PREFIX}{}{}", base32(organisation.bytes()), written(&secret))
}

/// Whose session this could be, and what to look for.
pub fn read_session_token(token: &str) -> Option<(OrganisationId, TokenHash)> {
    let (organisation, secret) = token.split_once('.')?;
    read(organisation, secret, token)
}

/// Whose API key this could be, and what to look for.
pub fn read_key_token(token: &str) -> Option<(OrganisationId, TokenHash)> {
    let (organisation, secret) = token.strip_prefix(KEY_PREFIX)?.split_at_checked(26)?;
    read(organisation, secret, token)
}

/// What is kept of a token.
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

fn read(organisation: &str, secret: &str, token: &str) -> Option<(OrganisationId, TokenHash)> {
    let (first, second) = secret.split_at_checked(26)?;
    from_base32(first)?;
    from_base32(second)?;
    Some((OrganisationId::from_bytes(from_base32(organisation)?), hash(token)))
}

/// 32 bytes in letters and digits alone, so that a double click selects a token whole.
fn written(secret: &[u8; 32]) -> String {
    let (mut first, mut second) = ([0; 16], [0; 16]);
    first.copy_from_slice(&secret[..16]);
    second.copy_from_slice(&secret[16..]);
    base32(&first) + &base32(&second)
}

/// A password for somebody's first sign-in, to be read out or typed: 100 bits in five groups.
pub fn temporary_password(secret: [u8; 32]) -> String {
    let text = written(&secret);
    let group = |n: usize| text.get(n * 4 + 1..n * 4 + 5).unwrap_or_default();
    [group(0), group(1), group(2), group(3), group(4)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tokens_name_their_organisation(organisation: [u8; 16], secret: [u8; 32]) {
            let organisation = OrganisationId::from_bytes(organisation);
            let (session, key) = (session_token(organisation, secret), key_token(organisation, secret));
            prop_assert_eq!(read_session_token(&session), Some((organisation, hash(&session))));
            prop_assert_eq!(read_key_token(&key), Some((organisation, hash(&key))));
            prop_assert!(read_key_token(&session).is_none() && read_session_token(&key).is_none());
        }
    }

    #[test]
    fn broken_tokens_are_nobodys() {
        let whole = key_token(OrganisationId::NIL, [7; 32]);
        for token in ["", "sk_", "sk_x", ".", "a.b", "éééé.éééé", &whole[..whole.len() - 1], &format!("{whole}0")]
        {
            assert_eq!((read_key_token(token), read_session_token(token)), (None, None), "{token}");
        }
    }

    #[test]
    fn temporary_passwords_differ_with_every_byte_they_use() {
        let one = temporary_password([3; 32]);
        assert_eq!((one.len(), one.matches('-').count()), (24, 4));
        let mut other = [3; 32];
        other[9] ^= 1;
        assert_ne!(temporary_password(other), one);
    }
}
