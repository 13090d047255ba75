//! The chain over the trail: what is hashed, how rows get their seals, and where it ends.

use super::AuditRow;
use crate::conn::Conn;
use crate::error::Error;
use crate::reach::Reach;
use crate::tx::Tx;
use crate::vault::Vault;
use crate::{each, for_update};
use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::Timestamp;
use kernel::id::{AuditRowId, OrganisationId};
use schema::types::At;
use schema::{audit_heads, audit_rows, audit_seals};
use sha2::{Digest, Sha256};

/// What is hashed of a row: the hash before it, its place, and its fields, each text led by its length.
///
/// In order: hash of the row before (32 bytes; none for the first), sequence (8 bytes, big endian), ids of organisation and row
/// (16 bytes each), microseconds since 1970 (8 bytes), id of the subject (16 bytes); then, each after its length in 8 bytes:
/// kind of actor, actor, address, agent, command, kind of subject, details as JSON with sorted keys and no blanks, digest of
/// the answer.
pub(super) fn sealed_bytes(previous: &[u8], sequence: i64, row: &AuditRow) -> Vec<u8> {
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

pub(super) fn seal_hash(previous: &[u8], sequence: i64, row: &AuditRow) -> Vec<u8> {
    Sha256::digest(sealed_bytes(previous, sequence, row)).to_vec()
}

/// JSON with sorted keys and no blanks.
pub(crate) fn canonical(json: &str) -> String {
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

/// The MAC of a row: over all its fields, the salt too.
pub(super) fn mac(vault: &Vault, row: &AuditRow) -> [u8; 32] {
    let mut bytes = sealed_bytes(&[], 0, row);
    bytes.extend_from_slice(&row.salt);
    vault.keyed_hash("audit row", &bytes)
}

/// Where an organisation's chain ends, under the master key.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_heads)]
pub(super) struct Head {
    pub organisation_id: OrganisationId,
    /// Of the newest seal; 0 before the first.
    pub sequence: i64,
    pub hash: Vec<u8>,
    pub mac: Vec<u8>,
}

impl Head {
    fn of(vault: &Vault, organisation: OrganisationId, sequence: i64, hash: Vec<u8>) -> Head {
        let mac = Head::mac(vault, organisation, sequence, &hash).to_vec();
        Head { organisation_id: organisation, sequence, hash, mac }
    }

    fn mac(vault: &Vault, organisation: OrganisationId, sequence: i64, hash: &[u8]) -> [u8; 32] {
        vault.keyed_hash("audit head", &[organisation.bytes(), &sequence.to_be_bytes()[..], hash].concat())
    }

    /// Whether the house wrote it so.
    pub fn is_ours(&self, vault: &Vault) -> bool {
        self.mac == Head::mac(vault, self.organisation_id, self.sequence, &self.hash)
    }

    pub fn find(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<Head>, Error> {
        Ok(audit_heads::table
            .filter(audit_heads::organisation_id.eq(organisation))
            .select(Head::as_select())
            .get_result(conn)
            .optional()?)
    }

    /// Keeps others from sealing until the transaction ends: who goes on from a head read before would lose their seals.
    fn held(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<Head>, Error> {
        let heads: Vec<Head> = for_update!(
            conn,
            audit_heads::table.filter(audit_heads::organisation_id.eq(organisation)).select(Head::as_select())
        )?;
        Ok(heads.into_iter().next())
    }
}

/// Begins the trail of a new organisation. From then on its end is written down, so a trail without one was emptied.
pub fn begin(tx: &mut Tx<'_>) -> Result<(), Error> {
    let head = Head::of(tx.vault(), tx.organisation(), 0, Vec::new());
    diesel::insert_into(audit_heads::table).values(&head).execute(tx.conn)?;
    Ok(())
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
pub(super) fn sealed() -> _ {
    diesel::dsl::exists(
        audit_seals::table
            .filter(audit_seals::organisation_id.eq(audit_rows::organisation_id))
            .filter(audit_seals::audit_id.eq(audit_rows::audit_id)),
    )
}

/// Seals these rows, but for those that somebody else sealed meanwhile. Returns how many.
///
/// Goes on where the head says that the chain ended: what was cut off since stays a gap. Without a head of ours nothing is
/// sealed, since that would hide what was done to the trail.
pub(crate) fn seal(
    conn: &mut Conn,
    vault: &Vault,
    organisation: OrganisationId,
    now: Timestamp,
    ids: &[AuditRowId],
) -> Result<usize, Error> {
    let Some(head) = Head::held(conn, organisation)?.filter(|head| head.is_ours(vault)) else {
        tracing::error!(%organisation, "the end of the audit trail is not known: nothing is sealed; run shunfu verify");
        return Ok(0);
    };
    let (mut sequence, mut hash) = (head.sequence, head.hash);
    let rows: Vec<AuditRow> = audit_rows::table
        .filter(audit_rows::organisation_id.eq(organisation))
        .filter(audit_rows::audit_id.eq_any(ids.to_vec()))
        .filter(diesel::dsl::not(sealed()))
        .order(audit_rows::audit_id.asc())
        .select(AuditRow::as_select())
        .load(conn)?;
    if rows.is_empty() {
        return Ok(0);
    }
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
    let head = Head::of(vault, organisation, sequence, hash);
    diesel::update(audit_heads::table)
        .filter(audit_heads::organisation_id.eq(organisation))
        .set((audit_heads::sequence.eq(sequence), audit_heads::hash.eq(&head.hash), audit_heads::mac.eq(&head.mac)))
        .execute(conn)?;
    Ok(rows.len())
}
