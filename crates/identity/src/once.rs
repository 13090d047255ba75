//! Secrets that are told once and kept nowhere, and yet the same when the same request comes again.

use ::store::{Error, Once, Vault};
use kernel::{Context, Refusal};
use sha2::{Digest, Sha256};

/// 32 bytes that only this house can make, the same for the same request of the same actor: a replayed answer tells the
/// same token or temporary password, although what is kept with the idempotency key does not contain it.
pub(crate) fn secret(vault: &Vault, context: &Context, once: &Once, purpose: &str) -> [u8; 32] {
    let mut request = Sha256::new();
    request.update(context.organisation.bytes());
    // A request without a key is its own.
    let key = once.key.as_ref().map_or(&context.seed[..], |key| key.as_bytes());
    for part in [context.actor.name().as_bytes(), once.route.as_bytes(), key, &once.request_hash] {
        request.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        request.update(part);
    }
    vault.keyed_hash(purpose, &request.finalize())
}

/// The kept body with a field that is not kept.
pub(crate) fn with_field(body: &[u8], name: &str, value: &str) -> Result<Vec<u8>, Error> {
    let mut json: serde_json::Value = serde_json::from_slice(body)?;
    let object = json.as_object_mut().ok_or_else(|| Refusal::invalid("invalid"))?;
    object.insert(name.to_owned(), value.into());
    Ok(serde_json::to_vec(&json)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::store::MasterKey;
    use kernel::id::OrganisationId;
    use kernel::{Actor, Locale, Source, Timestamp};

    #[test]
    fn the_same_request_alone_has_the_same_secret() {
        let vault = Vault::new(MasterKey::new([9; 32]));
        let context = |seed| Context {
            organisation: OrganisationId::NIL,
            actor: Actor::System { task: "test" },
            now: Timestamp::UNIX_EPOCH,
            seed: [seed; 32],
            locale: Locale::En,
            source: Source::default(),
            confirmed_at: None,
        };
        let once = |key: &str, hash| Once {
            route: "POST /x".into(),
            key: Some(key.into()),
            request_hash: [hash; 32],
            keep: false,
            waits: false,
        };
        let first = secret(&vault, &context(1), &once("a", 1), "token");
        assert_eq!(secret(&vault, &context(2), &once("a", 1), "token"), first);
        for (key, hash, purpose) in [("b", 1, "token"), ("a", 2, "token"), ("a", 1, "password")] {
            assert_ne!(secret(&vault, &context(1), &once(key, hash), purpose), first, "{key} {hash} {purpose}");
        }
        let none = Once { key: None, ..once("a", 1) };
        assert_ne!(secret(&vault, &context(1), &none, "token"), secret(&vault, &context(2), &none, "token"));
        assert_eq!(with_field(b"{\"id\":1}", "token", "t").unwrap(), b"{\"id\":1,\"token\":\"t\"}");
    }
}
