//! The audit trail: who did what, when, from where; sealed into a hash chain behind the commits.
//!
//! Rows are appended in the command's own transaction. A job seals them in order into `audit_seals` (in line it would
//! serialise every payment): `hash = SHA-256(previous hash ‖ sequence ‖ row)`, so that a row that was changed, removed or
//! reordered afterwards breaks the chain at its place.

use crate::conn::Conn;
use crate::each;
use crate::error::Error;
use crate::reach::Reach;
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::id::{AuditRowId, OrganisationId};
use kernel::{Context, Ids, Refusal, Timestamp};
use schema::types::{At, JsonText};
use schema::{audit_rows, audit_seals};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What a command says about itself.
#[derive(Debug)]
pub(crate) struct Trace {
    pub subject_kind: &'static str,
    pub subject_id: AuditRowId,
    pub details: String,
    pub salt: [u8; 16],
}

/// A row of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_rows, treat_none_as_default_value = false)]
pub struct AuditRow {
    pub organisation_id: OrganisationId,
    pub audit_id: AuditRowId,
    pub created_at: At,
    pub actor_kind: String,
    pub actor: String,
    pub source_address: String,
    pub source_agent: String,
    pub command: String,
    /// Prefix of the subject's id: `inv`, `pay`.
    pub subject_kind: String,
    pub subject_id: AuditRowId,
    /// JSON.
    pub details: JsonText,
    pub salt: Vec<u8>,
    /// SHA-256 over the salt and the answer that the caller got; the salt can be destroyed, the chain stays.
    pub after_digest: Vec<u8>,
}

pub(crate) fn insert(
    conn: &mut Conn,
    context: &Context,
    ids: &mut Ids,
    command: &'static str,
    trail: &[Trace],
    after: &[u8],
) -> Result<(), Error> {
    let rows: Vec<AuditRow> = trail
        .iter()
        .map(|trace| AuditRow {
            organisation_id: context.organisation,
            audit_id: ids.draw(),
            created_at: At(context.now),
            actor_kind: context.actor.kind().to_owned(),
            actor: context.actor.name(),
            source_address: context.source.address.clone(),
            source_agent: context.source.agent.clone(),
            command: command.to_owned(),
            subject_kind: trace.subject_kind.to_owned(),
            subject_id: trace.subject_id,
            details: JsonText(trace.details.clone()),
            salt: trace.salt.to_vec(),
            after_digest: Sha256::new().chain_update(trace.salt).chain_update(after).finalize().to_vec(),
        })
        .collect();
    if let [row] = rows.as_slice() {
        each!(conn, |c| diesel::insert_into(audit_rows::table).values(row).execute(c))?;
        return Ok(());
    }
    // An import leaves thousands, and databases bound how many values one statement takes.
    for rows in rows.chunks(500) {
        each!(conn, |c| diesel::insert_into(audit_rows::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// What is hashed of a row: the hash before it, its place, and its fields, each text led by its length.
///
/// In order: hash of the row before (32 bytes; none for the first), sequence (8 bytes, big endian), ids of organisation and row
/// (16 bytes each), microseconds since 1970 (8 bytes), id of the subject (16 bytes); then, each after its length in 8 bytes:
/// kind of actor, actor, address, agent, command, kind of subject, details as JSON with sorted keys and no blanks, digest of
/// the answer.
fn sealed_bytes(previous: &[u8], sequence: i64, row: &AuditRow) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(previous);
    bytes.extend_from_slice(&sequence.to_be_bytes());
    bytes.extend_from_slice(row.organisation_id.bytes());
    bytes.extend_from_slice(row.audit_id.bytes());
    bytes.extend_from_slice(&row.created_at.0.as_microsecond().to_be_bytes());
    bytes.extend_from_slice(row.subject_id.bytes());
    // jsonb does not keep the text as written: what is hashed is the value in one canonical form.
    let details = canonical(&row.details.0);
    for text in [
        row.actor_kind.as_bytes(),
        row.actor.as_bytes(),
        row.source_address.as_bytes(),
        row.source_agent.as_bytes(),
        row.command.as_bytes(),
        row.subject_kind.as_bytes(),
        details.as_bytes(),
        &row.after_digest,
    ] {
        bytes.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(text);
    }
    bytes
}

fn seal_hash(previous: &[u8], sequence: i64, row: &AuditRow) -> Vec<u8> {
    Sha256::digest(sealed_bytes(previous, sequence, row)).to_vec()
}

/// JSON with sorted keys and no blanks.
fn canonical(json: &str) -> String {
    fn sorted(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Object(map) => {
                let mut pairs: Vec<_> = map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
                pairs.sort_by(|a, b| a.0.cmp(&b.0));
                serde_json::Value::Object(pairs.into_iter().collect())
            }
            serde_json::Value::Array(items) => serde_json::Value::Array(items.into_iter().map(sorted).collect()),
            other => other,
        }
    }
    serde_json::from_str(json).map_or_else(|_| json.to_owned(), |value| sorted(value).to_string())
}

/// Rows younger than this are left for the next round, so that a transaction that began earlier and commits later still
/// finds its place in the order.
const SETTLE: jiff::SignedDuration = jiff::SignedDuration::from_secs(2);

/// Up to `limit` rows of an organisation that are old enough and not sealed yet, oldest first. A look before the writing,
/// so that nobody waits for it.
pub(crate) fn unsealed(
    conn: &mut Conn,
    organisation: OrganisationId,
    now: Timestamp,
    limit: i64,
    reach: Reach,
) -> Result<Vec<AuditRowId>, Error> {
    let from = reach.begin(last_seal(conn, organisation)?.map(|(_, id, _)| id));
    let settled = AuditRowId::first_at(now - SETTLE);
    Ok(audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .filter(audit_rows::audit_id.ge(from))
        .filter(audit_rows::audit_id.lt(settled))
        .filter(diesel::dsl::not(sealed()))
        .order(audit_rows::audit_id.asc())
        .select(audit_rows::audit_id)
        .limit(limit)
        .load(conn)?)
}

/// Number, row and hash of the newest seal.
fn last_seal(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<(i64, AuditRowId, Vec<u8>)>, Error> {
    Ok(audit_seals::table
        .filter(audit_seals::organisation_id.eq(organisation))
        .order(audit_seals::sequence.desc())
        .select((audit_seals::sequence, audit_seals::audit_id, audit_seals::hash))
        .limit(1)
        .get_result(conn)
        .optional()?)
}

/// Whether a row of `audit_rows` has its seal.
#[diesel::dsl::auto_type(no_type_alias)]
fn sealed() -> _ {
    diesel::dsl::exists(
        audit_seals::table
            .filter(audit_seals::organisation_id.eq(audit_rows::organisation_id))
            .filter(audit_seals::audit_id.eq(audit_rows::audit_id)),
    )
}

/// Seals these rows, but for those that somebody else sealed meanwhile. Returns how many.
pub(crate) fn seal(
    conn: &mut Conn,
    organisation: OrganisationId,
    now: Timestamp,
    ids: &[AuditRowId],
) -> Result<usize, Error> {
    let (mut sequence, _, mut hash) = last_seal(conn, organisation)?.unwrap_or((0, AuditRowId::NIL, Vec::new()));
    let rows: Vec<AuditRow> = audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .filter(audit_rows::audit_id.eq_any(ids.to_vec()))
        .filter(diesel::dsl::not(sealed()))
        .order(audit_rows::audit_id.asc())
        .select(AuditRow::as_select())
        .load(conn)?;
    for row in &rows {
        sequence += 1;
        hash = seal_hash(&hash, sequence, row);
        each!(conn, |c| diesel::insert_into(audit_seals::table)
            .values((
                audit_seals::organisation_id.eq(organisation),
                audit_seals::sequence.eq(sequence),
                audit_seals::audit_id.eq(row.audit_id),
                audit_seals::hash.eq(&hash),
                audit_seals::sealed_at.eq(At(now)),
            ))
            .execute(c))?;
    }
    Ok(rows.len())
}

/// What walking the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainReport {
    pub sealed: i64,
    pub unsealed: i64,
    /// The first place where the chain does not hold: its number, the row's id, and what is wrong.
    pub broken: Option<(i64, AuditRowId, &'static str)>,
}

/// Walks the chain of an organisation from its beginning.
pub fn verify(conn: &mut Conn, organisation: OrganisationId) -> Result<ChainReport, Error> {
    let mut report = ChainReport::default();
    let mut hash = Vec::new();
    loop {
        let seals: Vec<(i64, AuditRowId, Vec<u8>)> = audit_seals::table
            .filter(audit_seals::organisation_id.eq(organisation))
            .filter(audit_seals::sequence.gt(report.sealed))
            .order(audit_seals::sequence.asc())
            .select((audit_seals::sequence, audit_seals::audit_id, audit_seals::hash))
            .limit(1000)
            .load(conn)?;
        if seals.is_empty() {
            break;
        }
        for (sequence, id, stated) in seals {
            let row: Option<AuditRow> = audit_rows::table
                .filter(audit_rows::organisation_id.eq(organisation))
                .filter(audit_rows::audit_id.eq(id))
                .select(AuditRow::as_select())
                .get_result(conn)
                .optional()?;
            let fault = match row {
                None => Some("removed"),
                Some(_) if sequence != report.sealed + 1 => Some("seal_removed"),
                Some(row) => {
                    hash = seal_hash(&hash, sequence, &row);
                    (hash != stated).then_some("changed")
                }
            };
            if let Some(fault) = fault {
                report.broken = Some((sequence, id, fault));
                return Ok(report);
            }
            report.sealed = sequence;
        }
    }
    let rows: i64 = audit_rows::table.filter(audit_rows::organisation_id.eq(organisation)).count().get_result(conn)?;
    report.unsealed = rows - report.sealed;
    Ok(report)
}

/// The trail of one thing, oldest first, at most 500 rows.
pub fn of_subject<K>(
    conn: &mut Conn,
    organisation: OrganisationId,
    subject: kernel::Id<K>,
) -> Result<Vec<AuditRow>, Error> {
    Ok(audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .filter(audit_rows::subject_id.eq(subject.retyped::<kernel::id::AuditRow>()))
        .order(audit_rows::audit_id.asc())
        .select(AuditRow::as_select())
        .limit(500)
        .load(conn)?)
}

/// Which rows of the trail a list shows; what is none is not asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub subject: Option<AuditRowId>,
    /// As it stands in the row: `usr_…`, `key_…`, a task.
    pub actor: Option<String>,
    /// `invoice.issue`
    pub command: Option<String>,
}

/// Rows of the trail before `before`, newest first, each with its place in the chain where it is sealed by now.
pub fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &AuditFilter,
    before: Option<AuditRowId>,
    limit: i64,
) -> Result<Vec<(AuditRow, Option<i64>)>, Error> {
    let mut query = audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .order(audit_rows::audit_id.desc())
        .select(AuditRow::as_select())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(audit_rows::audit_id.lt(before));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(audit_rows::subject_id.eq(subject));
    }
    if let Some(actor) = &filter.actor {
        query = query.filter(audit_rows::actor.eq(actor));
    }
    if let Some(command) = &filter.command {
        query = query.filter(audit_rows::command.eq(command));
    }
    let rows: Vec<AuditRow> = query.load(conn)?;
    let ids: Vec<AuditRowId> = rows.iter().map(|row| row.audit_id).collect();
    let places: HashMap<AuditRowId, i64> = audit_seals::table
        .filter(audit_seals::organisation_id.eq(organisation))
        .filter(audit_seals::audit_id.eq_any(ids))
        .select((audit_seals::audit_id, audit_seals::sequence))
        .load::<(AuditRowId, i64)>(conn)?
        .into_iter()
        .collect();
    let placed = |row: AuditRow| {
        let place = places.get(&row.audit_id).copied();
        (row, place)
    };
    Ok(rows.into_iter().map(placed).collect())
}

/// A row's place in the chain, and what its hash is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub row: AuditRow,
    /// From 1, without gaps.
    pub sequence: i64,
    /// Of the row before; empty for the first.
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
    pub sealed_at: Timestamp,
    /// SHA-256 of these bytes is the hash, unless something was changed. They begin with the previous hash.
    pub message: Vec<u8>,
}

/// The proof of a row; `None` where there is no such row. Refuses one that is not sealed yet, which takes seconds.
pub fn proof(conn: &mut Conn, organisation: OrganisationId, id: AuditRowId) -> Result<Option<Proof>, Error> {
    let row: Option<AuditRow> = audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .filter(audit_rows::audit_id.eq(id))
        .select(AuditRow::as_select())
        .get_result(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let seal: Option<(i64, Vec<u8>, At)> = audit_seals::table
        .filter(audit_seals::organisation_id.eq(organisation))
        .filter(audit_seals::audit_id.eq(id))
        .select((audit_seals::sequence, audit_seals::hash, audit_seals::sealed_at))
        .get_result(conn)
        .optional()?;
    let (sequence, hash, sealed_at) = seal.ok_or_else(|| Refusal::conflict("audit_row_not_sealed"))?;
    let previous: Option<Vec<u8>> = audit_seals::table
        .filter(audit_seals::organisation_id.eq(organisation))
        .filter(audit_seals::sequence.eq(sequence - 1))
        .select(audit_seals::hash)
        .get_result(conn)
        .optional()?;
    let previous_hash = previous.unwrap_or_default();
    let message = sealed_bytes(&previous_hash, sequence, &row);
    Ok(Some(Proof { row, sequence, previous_hash, hash, sealed_at: sealed_at.0, message }))
}
