//! Idempotency keys: the same key and request get the same answer, byte for byte, and run once.

use crate::conn::Conn;
use crate::door::Answer;
use crate::each;
use crate::error::Error;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::id::OrganisationId;
use kernel::{Context, Refusal};
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
    /// The caller's key, 1 to 255 printable characters.
    pub key: String,
    /// SHA-256 of what was asked: path, query and body.
    pub request_hash: [u8; 32],
    /// Kept for ever (payments) or a day at least.
    pub keep: bool,
    /// Whoever asks again before the first is answered waits for its answer, as a person who pressed twice; a program is told
    /// instead that the first is under way.
    pub waits: bool,
}

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
    pub(crate) fn enter(self: &Arc<Self>, context: &Context, once: &Once) -> Result<Guard, Error> {
        let entry = (context.organisation, context.actor.name(), once.route.clone(), once.key.clone());
        if self.0.lock().insert(entry.clone()) {
            Ok(Guard { set: Arc::clone(self), entry })
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

/// The kept answer for this key. Refuses when the key stands for another request, or another process is at it.
pub(crate) fn find(conn: &mut Conn, context: &Context, once: &Once) -> Result<Option<Answer>, Error> {
    let actor = context.actor.name();
    if let Conn::Pg(c) = conn {
        lock_across_processes(c, context.organisation, &actor, once)?;
    }
    let row: Option<(Vec<u8>, i32, Vec<u8>)> = each!(conn, |c| keys::table
        .filter(keys::organisation_id.eq(context.organisation))
        .filter(keys::actor.eq(&actor))
        .filter(keys::route.eq(&once.route))
        .filter(keys::key.eq(&once.key))
        .select((keys::request_hash, keys::status, keys::body))
        .get_result(c)
        .optional())?;
    match row {
        None => Ok(None),
        Some((hash, _, _)) if hash != once.request_hash => Err(Refusal::invalid("idempotency_key_reused").into()),
        Some((_, status, body)) => {
            Ok(Some(Answer { status: u16::try_from(status).unwrap_or(200), body, replayed: true }))
        }
    }
}

fn lock_across_processes(
    conn: &mut diesel::PgConnection,
    organisation: OrganisationId,
    actor: &str,
    once: &Once,
) -> Result<(), Error> {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new()
        .chain_update(organisation.bytes())
        .chain_update(actor)
        .chain_update([0])
        .chain_update(&once.route)
        .chain_update([0])
        .chain_update(&once.key)
        .finalize();
    let mut number = [0_u8; 8];
    number.copy_from_slice(&digest[..8]);
    let free: bool = diesel::select(pg_try_advisory_xact_lock(i64::from_be_bytes(number))).get_result(conn)?;
    if free { Ok(()) } else { Err(Refusal::conflict("idempotency_in_flight").into()) }
}

diesel::define_sql_function! {
    fn pg_try_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

pub(crate) fn keep(conn: &mut Conn, context: &Context, once: &Once, status: u16, body: &[u8]) -> Result<(), Error> {
    each!(conn, |c| diesel::insert_into(keys::table)
        .values((
            keys::organisation_id.eq(context.organisation),
            keys::actor.eq(context.actor.name()),
            keys::route.eq(&once.route),
            keys::key.eq(&once.key),
            keys::request_hash.eq(&once.request_hash[..]),
            keys::status.eq(i32::from(status)),
            keys::body.eq(body),
            keys::keep.eq(once.keep),
            keys::created_at.eq(At(context.now)),
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
