//! Sealed fields: a data key per subject (a customer, a user, the organisation), wrapped by the master key.
//!
//! A sealed value is `1 ‖ nonce (12) ‖ AES-256-GCM-SIV ciphertext`; organisation, subject and field name are authenticated, so
//! a value cannot be moved to another row or field. Destroying a subject's wrapped key makes its values unreadable.

use crate::conn::{Conn, Each, in_parts};
use crate::db::{self, DatabaseUrl};
use crate::error::Error;
use crate::finding::Finding;
use aes_gcm_siv::aead::{Aead, Payload};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use hmac::{Hmac, Mac};
use kernel::Timestamp;
use kernel::id::{DataKeyId, Id, OrganisationId};
use schema::data_keys;
use schema::types::At;
use sha2::Sha256;
use std::collections::{BTreeSet, HashMap};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The 32 bytes that wrap every data key. Not in the database, not in a backup.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    pub fn new(bytes: [u8; 32]) -> MasterKey {
        MasterKey(bytes)
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// An unwrapped data key.
pub(crate) struct DataKey(Zeroizing<[u8; 32]>);

/// Seals and opens with the master key at hand.
#[derive(Debug, Clone)]
pub struct Vault {
    master: MasterKey,
}

const VERSION: u8 = 1;
/// Data keys that are tried to tell whether a master key is the right one: a damaged one among them does no harm.
const TRIED_MAX: i64 = 50;

/// A sealed value as a row has it, to be tried.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Whose key it is sealed under.
    pub owner: DataKeyId,
    /// Whose value it is, as people name it.
    pub of: String,
    /// The name of the field, as it was sealed.
    pub field: &'static str,
    pub value: Vec<u8>,
}

impl Vault {
    pub fn new(master: MasterKey) -> Vault {
        Vault { master }
    }

    /// A key for one purpose, derived from the master key.
    pub fn derived(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.keyed_hash(purpose, &[]))
    }

    /// A hash that finds a sealed text again without telling it: HMAC-SHA-256 under the master key.
    /// `purpose` separates the fields.
    pub fn keyed_hash(&self, purpose: &str, text: &[u8]) -> [u8; 32] {
        // HMAC takes a key of one block: the 32 bytes padded with zeros, as RFC 2104 does for shorter keys.
        let mut block = Zeroizing::new([0_u8; 64]);
        block[..32].copy_from_slice(&self.master.0);
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&(*block).into());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text);
        mac.finalize().into_bytes().into()
    }

    /// Whether a database was sealed with this master key: it opens a data key there. So does any where there is none yet.
    pub fn fits(&self, url: &DatabaseUrl) -> Result<bool, Error> {
        let keys: Vec<(OrganisationId, DataKeyId, Vec<u8>)> = data_keys::table
            .select((data_keys::organisation_id, data_keys::subject_id, data_keys::wrapped))
            .order((data_keys::organisation_id.asc(), data_keys::subject_id.asc()))
            .limit(TRIED_MAX)
            .load(&mut db::open_reader(url)?)?;
        let opens = |(organisation, subject, wrapped): &(OrganisationId, DataKeyId, Vec<u8>)| {
            self.unwrap(*organisation, *subject, wrapped).is_some()
        };
        Ok(keys.is_empty() || keys.iter().any(opens))
    }

    /// Tries sealed values and names those that do not open. A statement for a thousand owners.
    pub fn unopened(
        &self,
        conn: &mut Conn,
        organisation: OrganisationId,
        values: &[Sealed],
    ) -> Result<Vec<Finding>, Error> {
        let owners: BTreeSet<DataKeyId> = values.iter().map(|value| value.owner).collect();
        let owners: Vec<DataKeyId> = owners.into_iter().collect();
        let wrapped: Vec<(DataKeyId, Vec<u8>)> = in_parts(&owners, |some| {
            data_keys::table
                .filter(data_keys::organisation_id.eq(organisation))
                .filter(data_keys::subject_id.eq_any(some))
                .select((data_keys::subject_id, data_keys::wrapped))
                .load(conn)
        })?;
        let keys: HashMap<DataKeyId, Option<DataKey>> =
            wrapped.into_iter().map(|(owner, wrapped)| (owner, self.unwrap(organisation, owner, &wrapped))).collect();
        let mut findings = Vec::new();
        for sealed in values {
            let detail = match keys.get(&sealed.owner) {
                None => "its key is gone",
                Some(None) => "its key does not open with the master key",
                Some(Some(key)) => match self.open_with(key, organisation, sealed.owner, sealed.field, &sealed.value) {
                    Some(_) => continue,
                    None => "it does not open with its key",
                },
            };
            findings.push(Finding::new("sealed_unreadable", format!("{} ({})", sealed.of, sealed.field), detail));
        }
        Ok(findings)
    }

    /// Opens a sealed text of a subject. `None` when its key was destroyed or the master key is another one.
    pub fn open<K>(
        &self,
        conn: &mut Conn,
        organisation: OrganisationId,
        subject: Id<K>,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<Option<String>, Error> {
        let plain = self.open_bytes(conn, organisation, subject, purpose, sealed)?;
        Ok(plain.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// Opens sealed bytes of a subject. `None` as for [`Vault::open`].
    pub fn open_bytes<K>(
        &self,
        conn: &mut Conn,
        organisation: OrganisationId,
        subject: Id<K>,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, Error> {
        let subject: DataKeyId = subject.retyped();
        let key = self.key(conn, organisation, subject)?;
        Ok(key.and_then(|key| self.open_with(&key, organisation, subject, purpose, sealed)))
    }

    /// Opens sealed bytes with the subject's key at hand.
    pub(crate) fn open_with(
        &self,
        key: &DataKey,
        organisation: OrganisationId,
        subject: DataKeyId,
        purpose: &str,
        sealed: &[u8],
    ) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.strip_prefix(&[VERSION])?.split_at_checked(12)?;
        let aad = aad(organisation, subject, purpose);
        let payload = Payload { msg: text, aad: &aad };
        cipher(&key.0).decrypt(&nonce_of(nonce)?, payload).ok()
    }

    pub(crate) fn seal(
        &self,
        key: &DataKey,
        organisation: OrganisationId,
        subject: DataKeyId,
        purpose: &str,
        nonce: [u8; 12],
        plain: &[u8],
    ) -> Result<Vec<u8>, Error> {
        encrypt(&key.0, nonce, plain, &aad(organisation, subject, purpose))
    }

    /// Seals bytes under a key of the house's own, derived for `purpose`; they open with the same `bound` alone.
    pub(crate) fn seal_own(
        &self,
        purpose: &str,
        bound: &[u8],
        nonce: [u8; 12],
        plain: &[u8],
    ) -> Result<Vec<u8>, Error> {
        encrypt(&self.derived(purpose), nonce, plain, bound)
    }

    /// Opens what [`Vault::seal_own`] sealed. `None` when the master key is another one.
    pub(crate) fn open_own(&self, purpose: &str, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.strip_prefix(&[VERSION])?.split_at_checked(12)?;
        let payload = Payload { msg: text, aad: bound };
        cipher(&self.derived(purpose)).decrypt(&nonce_of(nonce)?, payload).ok()
    }

    /// The subject's data key; `fresh` becomes it where there is none.
    pub(crate) fn key_or_new(
        &self,
        conn: &mut Conn,
        organisation: OrganisationId,
        subject: DataKeyId,
        now: Timestamp,
        fresh: [u8; 44],
    ) -> Result<DataKey, Error> {
        if let Some(key) = self.key(conn, organisation, subject)? {
            return Ok(key);
        }
        let fresh = Zeroizing::new(fresh);
        let (key, nonce) = fresh.split_at(32);
        let key: [u8; 32] = key.try_into().map_err(|_| Error::Broken("key length".into()))?;
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| Error::Broken("nonce length".into()))?;
        let wrapped = encrypt(&self.master.0, nonce, &key, &aad(organisation, subject, "data key"))?;
        let insert = diesel::insert_into(data_keys::table)
            .values((
                data_keys::organisation_id.eq(organisation),
                data_keys::subject_id.eq(subject),
                data_keys::wrapped.eq(wrapped),
                data_keys::created_at.eq(At(now)),
            ))
            .on_conflict_do_nothing();
        if Each(insert).execute(conn)? == 1 {
            return Ok(DataKey(Zeroizing::new(key)));
        }
        // Another transaction made one since we looked, or there is one that this master key does not open.
        let key = self.key(conn, organisation, subject)?;
        key.ok_or_else(|| Error::Broken("a data key does not open with this master key".into()))
    }

    pub(crate) fn key(
        &self,
        conn: &mut Conn,
        organisation: OrganisationId,
        subject: DataKeyId,
    ) -> Result<Option<DataKey>, Error> {
        let wrapped: Option<Vec<u8>> = data_keys::table
            .filter(data_keys::organisation_id.eq(organisation))
            .filter(data_keys::subject_id.eq(subject))
            .select(data_keys::wrapped)
            .get_result(conn)
            .optional()?;
        Ok(wrapped.and_then(|wrapped| self.unwrap(organisation, subject, &wrapped)))
    }

    fn unwrap(&self, organisation: OrganisationId, subject: DataKeyId, wrapped: &[u8]) -> Option<DataKey> {
        let (nonce, text) = wrapped.strip_prefix(&[VERSION])?.split_at_checked(12)?;
        let aad = aad(organisation, subject, "data key");
        let payload = Payload { msg: text, aad: &aad };
        let plain = Zeroizing::new(cipher(&self.master.0).decrypt(&nonce_of(nonce)?, payload).ok()?);
        let key: [u8; 32] = plain.as_slice().try_into().ok()?;
        Some(DataKey(Zeroizing::new(key)))
    }
}

fn cipher(key: &[u8; 32]) -> Aes256GcmSiv {
    Aes256GcmSiv::new(&(*key).into())
}

fn nonce_of(bytes: &[u8]) -> Option<Nonce> {
    let bytes: [u8; 12] = bytes.try_into().ok()?;
    Some(bytes.into())
}

fn encrypt(key: &[u8; 32], nonce: [u8; 12], plain: &[u8], aad: &[u8]) -> Result<Vec<u8>, Error> {
    let text = cipher(key)
        .encrypt(&nonce.into(), Payload { msg: plain, aad })
        .map_err(|_| Error::Broken("sealing failed".into()))?;
    let mut sealed = vec![VERSION];
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&text);
    Ok(sealed)
}

fn aad(organisation: OrganisationId, subject: DataKeyId, purpose: &str) -> Vec<u8> {
    let mut aad = organisation.bytes().to_vec();
    aad.extend_from_slice(subject.bytes());
    aad.extend_from_slice(purpose.as_bytes());
    aad
}
