//! The audit trail: who did what, when, from where; sealed into a hash chain behind the commits.
//!
//! Three things protect it against whoever owns the database but not the master key:
//! - each row carries a MAC under that key, made as it is appended in the command's own transaction, so that no row can be
//!   forged or changed, sealed or not;
//! - a job seals rows in order into `audit_seals` (in line it would serialise every payment):
//!   `hash = SHA-256(previous hash ‖ sequence ‖ row)`, so that a row that was removed or reordered afterwards breaks the
//!   chain at its place;
//! - `audit_heads` says, under the key again, where the chain ends, so that its end cannot be cut off.
//!
//! Against whoever puts back an older state of all three, keep what [`verify`] reports of the end elsewhere.

mod chain;
mod verify;

pub use chain::begin;
pub(crate) use chain::{canonical, seal, unsealed};
pub use verify::{ChainReport, Fault, Wrong, hash_at, newest, unaudited, verify};

use crate::conn::Conn;
use crate::error::Error;
use crate::part::Part;
use crate::vault::Vault;
use crate::{by_id, each};
use chain::{mac, sealed_bytes};
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
    /// SHA-256 over the salt and the answer that the caller got. Whoever destroys the salt makes the MAC anew; the chain stays.
    pub after_digest: Vec<u8>,
    /// Under the master key, over all the rest.
    pub mac: Vec<u8>,
}

pub(crate) fn insert(
    conn: &mut Conn,
    vault: &Vault,
    context: &Context,
    ids: &mut Ids,
    command: &'static str,
    trail: &[Trace],
    after: &[u8],
) -> Result<(), Error> {
    let row = |trace: &Trace| {
        let mut row = AuditRow {
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
            mac: Vec::new(),
        };
        row.mac = mac(vault, &row).to_vec();
        row
    };
    let rows: Vec<AuditRow> = trail.iter().map(row).collect();
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

/// A part of the trail, newest first, each row with its place in the chain where it is sealed by now.
pub fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &AuditFilter,
    part: &Part,
) -> Result<Vec<(AuditRow, Option<i64>)>, Error> {
    let mut query = audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .select(AuditRow::as_select())
        .limit(part.limit)
        .into_boxed();
    if let Some(subject) = filter.subject {
        query = query.filter(audit_rows::subject_id.eq(subject));
    }
    if let Some(actor) = &filter.actor {
        query = query.filter(audit_rows::actor.eq(actor));
    }
    if let Some(command) = &filter.command {
        query = query.filter(audit_rows::command.eq(command));
    }
    let rows: Vec<AuditRow> = part.in_order(by_id!(query, part, audit_rows::audit_id).load(conn)?);
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
