//! API keys that were asked for lately: the payment path would look the same key up hundreds of times a second.
//!
//! Another process's revocation is seen when an entry ends, this one's at once.

use crate::rules::token::TokenHash;
use jiff::{SignedDuration, Timestamp};
use kernel::id::ApiKeyId;
use parking_lot::Mutex;
use std::collections::HashMap;
use web::session::Caller;

/// How long an entry stands for the table.
const VALID: SignedDuration = SignedDuration::from_secs(5);
const ENTRIES_MAX: usize = 4096;

/// A key that counts.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub id: ApiKeyId,
    pub caller: Caller,
    pub requests_per_minute: Option<u32>,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct KeyCache(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    by_token: HashMap<TokenHash, Entry>,
    /// Counts revocations, so that what was read before one is not kept after it.
    generation: u64,
}

#[derive(Debug)]
struct Entry {
    known: Known,
    since: Timestamp,
    /// When the key itself ends.
    ends: Option<Timestamp>,
}

impl KeyCache {
    /// The key, or the generation to hand to [`KeyCache::keep`] after a look at the table.
    pub(crate) fn get(&self, token: &TokenHash, now: Timestamp) -> Result<Known, u64> {
        let entries = self.0.lock();
        match entries.by_token.get(token) {
            Some(entry) if entry.is_valid(now) => Ok(entry.known.clone()),
            _ => Err(entries.generation),
        }
    }

    /// Keeps what the table said, unless a key was revoked since `generation`.
    pub(crate) fn keep(
        &self,
        token: TokenHash,
        known: Known,
        ends: Option<Timestamp>,
        now: Timestamp,
        generation: u64,
    ) {
        let mut entries = self.0.lock();
        if entries.generation != generation {
            return;
        }
        if entries.by_token.len() >= ENTRIES_MAX {
            entries.by_token.retain(|_, entry| entry.is_valid(now));
        }
        if entries.by_token.len() < ENTRIES_MAX {
            entries.by_token.insert(token, Entry { known, since: now, ends });
        }
    }

    /// Forgets everything: keys are revoked seldom and read again at once.
    pub(crate) fn forget(&self) {
        let mut entries = self.0.lock();
        entries.by_token.clear();
        entries.generation += 1;
    }
}

impl Entry {
    fn is_valid(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.since);
        age < VALID && !age.is_negative() && self.ends.is_none_or(|end| now < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Actor;
    use kernel::id::OrganisationId;

    fn known() -> Known {
        let caller = Caller { organisation: OrganisationId::NIL, actor: Actor::System { task: "test" } };
        Known { id: ApiKeyId::NIL, caller, requests_per_minute: None }
    }

    #[test]
    fn entries_end_and_are_forgotten() {
        let at = |s: i64| Timestamp::from_second(1_790_000_000 + s).unwrap();
        let cache = KeyCache::default();
        let generation = cache.get(&[1; 32], at(0)).unwrap_err();
        cache.keep([1; 32], known(), None, at(0), generation);
        cache.keep([2; 32], known(), Some(at(2)), at(0), generation);
        assert!(cache.get(&[1; 32], at(4)).is_ok() && cache.get(&[1; 32], at(5)).is_err());
        assert!(cache.get(&[2; 32], at(1)).is_ok() && cache.get(&[2; 32], at(2)).is_err());
        assert!(cache.get(&[1; 32], at(-1)).is_err(), "a clock that was set back");
        cache.forget();
        assert!(cache.get(&[1; 32], at(0)).is_err());
        cache.keep([1; 32], known(), None, at(0), generation);
        assert!(cache.get(&[1; 32], at(0)).is_err(), "read before the revocation, kept after it");
    }

    #[test]
    fn it_is_bounded() {
        let now = Timestamp::UNIX_EPOCH;
        let cache = KeyCache::default();
        for n in 0..5000_u64 {
            let mut token = [0; 32];
            token[..8].copy_from_slice(&n.to_be_bytes());
            cache.keep(token, known(), None, now, 0);
        }
        assert_eq!(cache.0.lock().by_token.len(), ENTRIES_MAX);
    }
}
