//! Idempotency keys: the same key and request get the same answer, byte for byte, and run once.
//!
//! Answers repeat personal data, so they are sealed, each bound to what it answers. The key is the house's and not the
//! customer's: an answer must open whomever it speaks of, and is forgotten after days where it need not be kept.

use crate::conn::Conn;
use crate::door::Answer;
use crate::each;
use crate::error::Error;
use crate::tx::Tx;
use crate::vault::Vault;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::id::OrganisationId;
use kernel::{Bug, Context, Refusal, is_planted};
use parking_lot::Mutex;
use schema::idempotency_keys as keys;
use schema::types::At;
use std::collections::HashSet;
use std::sync::Arc;

/// The key of a write and what it stands for.
#[derive(Debug, Clone)]
pub struct Once {
    /// Method and path pattern: `POST /api/v1/payments`.
    pub route: String,
    /// The caller's key, 1 to 255 printable characters. Without one every request is its own, and nothing is kept.
    pub key: Option<String>,
    /// SHA-256 of what was asked: path, query and body.
    pub request_hash: [u8; 32],
    /// Kept for ever (payments) or a day at least.
    pub keep: bool,
    /// Whoever asks again before the first is answered waits for its answer, as a person who pressed twice; a program is told
    /// instead that the first is under way.
    pub waits: bool,
}

/// Separates the house's key for answers from its others.
const PURPOSE: &str = "kept answers";

type Entry = (OrganisationId, String, String, String);

/// Keys whose first request has not been answered yet, in this process.
#[derive(Debug, Default)]
pub(crate) struct InFlight(Mutex<HashSet<Entry>>);

/// Membership in [`InFlight`]; ends when dropped.
pub(crate) struct Guard {
    set: Arc<InFlight>,
    entry: Entry,
}

impl InFlight {
    /// `None` for a request without a key.
    pub(crate) fn enter(self: &Arc<Self>, context: &Context, once: &Once) -> Result<Option<Guard>, Error> {
        let Some(key) = &once.key else { return Ok(None) };
        let entry = (context.organisation, context.actor.name(), once.route.clone(), key.clone());
        if self.0.lock().insert(entry.clone()) {
            Ok(Some(Guard { set: Arc::clone(self), entry }))
        } else {
            Err(Refusal::conflict("idempotency_in_flight").into())
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.set.0.lock().remove(&self.entry);
    }
}

/// Holds the key until the transaction ends. Refuses when another process is at it.
pub(crate) fn hold(conn: &mut Conn, context: &Context, once: &Once) -> Result<(), Error> {
    match (conn, &once.key) {
        (Conn::Pg(conn), Some(key)) => lock_across_processes(conn, context, &once.route, key),
        _ => Ok(()),
    }
}

/// The kept answer for this key. Refuses when the key stands for another request.
pub(crate) fn find(conn: &mut Conn, vault: &Vault, context: &Context, once: &Once) -> Result<Option<Answer>, Error> {
    let Some(key) = &once.key else { return Ok(None) };
    let row: Option<(Vec<u8>, i32, Vec<u8>)> = each!(conn, |c| keys::table
        .filter(keys::organisation_id.eq(context.organisation))
        .filter(keys::actor.eq(context.actor.name()))
        .filter(keys::route.eq(&once.route))
        .filter(keys::key.eq(key))
        .select((keys::request_hash, keys::status, keys::body))
        .get_result(c)
        .optional())?;
    match row {
        None => Ok(None),
        Some((hash, _, _)) if hash != once.request_hash => Err(Refusal::invalid("idempotency_key_reused").into()),
        Some((_, status, body)) => {
            let body = vault.open_own(PURPOSE, &bound(context, once, key), &body);
            let body = body.ok_or_else(|| Error::Broken("a kept answer does not open with this master key".into()))?;
            Ok(Some(Answer { status: u16::try_from(status).unwrap_or(200), body, replayed: true }))
        }
    }
}

/// What a sealed answer is bound to: it opens for this request of this caller alone.
fn bound(context: &Context, once: &Once, key: &str) -> Vec<u8> {
    let mut bound = context.organisation.bytes().to_vec();
    for part in [&context.actor.name(), &once.route, key] {
        bound.extend_from_slice(part.as_bytes());
        bound.push(0);
    }
    bound.extend_from_slice(&once.request_hash);
    bound
}

fn lock_across_processes(
    conn: &mut diesel::PgConnection,
    context: &Context,
    route: &str,
    key: &str,
) -> Result<(), Error> {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new()
        .chain_update(context.organisation.bytes())
        .chain_update(context.actor.name())
        .chain_update([0])
        .chain_update(route)
        .chain_update([0])
        .chain_update(key)
        .finalize();
    let mut number = [0_u8; 8];
    number.copy_from_slice(&digest[..8]);
    let free: bool = diesel::select(pg_try_advisory_xact_lock(i64::from_be_bytes(number))).get_result(conn)?;
    if free { Ok(()) } else { Err(Refusal::conflict("idempotency_in_flight").into()) }
}

diesel::define_sql_function! {
    fn pg_try_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

/// Keeps an answer, sealed, where the request had a key.
pub(crate) fn keep(tx: &mut Tx<'_>, once: &Once, status: u16, body: &[u8]) -> Result<(), Error> {
    let Some(key) = once.key.as_ref().filter(|_| !is_planted(Bug::AnswerNotKept)) else { return Ok(()) };
    let nonce = tx.random();
    let context = tx.context();
    let sealed = tx.vault().seal_own(PURPOSE, &bound(context, once, key), nonce, body)?;
    let (organisation, actor, now) = (context.organisation, context.actor.name(), context.now);
    each!(tx.conn, |c| diesel::insert_into(keys::table)
        .values((
            keys::organisation_id.eq(organisation),
            keys::actor.eq(&actor),
            keys::route.eq(&once.route),
            keys::key.eq(key),
            keys::request_hash.eq(&once.request_hash[..]),
            keys::status.eq(i32::from(status)),
            keys::body.eq(&sealed),
            keys::keep.eq(once.keep),
            keys::created_at.eq(At(now)),
        ))
        .execute(c))?;
    Ok(())
}

/// Forgets keys that need not be kept and are older than two days. Returns how many, at most 1,000.
pub(crate) fn prune(conn: &mut Conn, now: kernel::Timestamp) -> Result<usize, Error> {
    let before = At(now - jiff::SignedDuration::from_hours(48));
    type Key = (OrganisationId, String, String, String);
    let old: Vec<Key> = keys::table
        // Written out, since SQLite uses a partial index only for a condition that it can read.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("keep = FALSE"))
        .filter(keys::created_at.lt(before))
        .select((keys::organisation_id, keys::actor, keys::route, keys::key))
        .limit(1000)
        .load(conn)?;
    for (organisation, actor, route, key) in &old {
        let this = keys::table
            .filter(keys::organisation_id.eq(organisation))
            .filter(keys::actor.eq(actor))
            .filter(keys::route.eq(route))
            .filter(keys::key.eq(key));
        crate::each!(conn, |c| diesel::delete(this).execute(c))?;
    }
    Ok(old.len())
}
