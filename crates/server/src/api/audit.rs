//! `/audit`

use axum::Json;
use axum::extract::{Path, Query, State};
use kernel::id::{AuditRowId, base32};
use kernel::{Fields, Permission, Refusal};
use serde::{Deserialize, Serialize};
use store::audit::{self, AuditFilter, AuditRow, Proof};
use utoipa::ToSchema;
use web::wire::{List, Slice, path_id};
use web::{Api, Fail, Problem, Web};

/// A row of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    #[schema(example = "aud_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub at: String,
    /// `user`, `api_key`, `pay_link`, `system`.
    pub actor_kind: String,
    /// `usr_…`, `key_…`, `inv_…` for a pay link, the name of a task.
    pub actor: String,
    /// `invoice.issue`
    pub command: String,
    /// The thing it happened to.
    #[schema(example = "inv_01h455vb4pex5vsknk084sn02q")]
    pub subject: String,
    /// What a reader of the trail needs: numbers, amounts, states.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
    pub source_address: String,
    pub source_agent: String,
    /// Its place in the hash chain; null for some seconds, until it is sealed.
    pub sequence: Option<i64>,
}

impl AuditEntry {
    fn new(row: AuditRow, sequence: Option<i64>) -> AuditEntry {
        AuditEntry {
            id: row.audit_id.to_string(),
            at: row.created_at.0.to_string(),
            subject: subject(&row),
            details: serde_json::from_str(&row.details.0).unwrap_or_default(),
            actor_kind: row.actor_kind,
            actor: row.actor,
            command: row.command,
            source_address: row.source_address,
            source_agent: row.source_agent,
            sequence,
        }
    }
}

/// The id of the thing a row is about, as it is written everywhere else.
pub(crate) fn subject(row: &AuditRow) -> String {
    format!("{}_{}", row.subject_kind, base32(row.subject_id.bytes()))
}

/// The filters as they stand in the address; empty ones count as none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub subject: String,
    pub actor: String,
    pub command: String,
}

impl Asked {
    pub fn filter(&self) -> Result<AuditFilter, Refusal> {
        let mut fields = Fields::new();
        let subject = match self.subject.trim() {
            "" => None,
            text => {
                let id = text.split_once('_').and_then(|(_, id)| kernel::id::from_base32(id));
                if id.is_none() {
                    fields.note("/subject", "not_found");
                }
                id.map(AuditRowId::from_bytes)
            }
        };
        let actor = fields.optional_text("/actor", Some(&self.actor), 100);
        let command = fields.optional_text("/command", Some(&self.command), 100);
        fields.finish()?;
        Ok(AuditFilter { subject, actor, command })
    }
}

/// The audit trail: who did what, when, from where; newest first.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit",
    params(("subject" = Option<String>, Query, description = "`inv_…`, `cus_…`"),
        ("actor" = Option<String>, Query, description = "`usr_…`, `key_…`"),
        ("command" = Option<String>, Query, description = "`invoice.issue`"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AuditEntry>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    State(web): State<Web>,
    Api(context): Api,
    Query(asked): Query<Asked>,
    slice: Slice,
) -> Result<Json<List<AuditEntry>>, Fail> {
    let filter = asked.filter()?;
    let rows = web
        .app
        .read(&context, Permission::AuditRead, move |conn, scope| {
            audit::list(conn, scope.organisation(), &filter, &slice.part())
        })
        .await?;
    Ok(Json(List::of(rows, slice, |(row, _)| row.audit_id, |(row, sequence)| AuditEntry::new(row, sequence))))
}

/// A row's place in the hash chain of the organisation, with all that is needed to compute it again.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditProof {
    pub entry: AuditEntry,
    /// From 1, without gaps.
    pub sequence: i64,
    /// Hexadecimal, like the following; empty for the first row.
    pub previous_hash: String,
    pub hash: String,
    pub algorithm: &'static str,
    /// The bytes whose SHA-256 is `hash`: the previous hash, then `sequence` in 8 bytes (big endian), the ids of organisation
    /// and row in 16 bytes each, microseconds since 1970 in 8, the id of the subject in 16; then, each after its length in 8
    /// bytes: kind of actor, actor, address, agent, command, kind of subject, details as JSON with sorted keys and no blanks,
    /// and the digest of the answer.
    pub message: String,
    pub sealed_at: String,
}

impl From<Proof> for AuditProof {
    fn from(proof: Proof) -> Self {
        AuditProof {
            sequence: proof.sequence,
            previous_hash: hex(&proof.previous_hash),
            hash: hex(&proof.hash),
            algorithm: "SHA-256",
            message: hex(&proof.message),
            sealed_at: proof.sealed_at.to_string(),
            entry: AuditEntry::new(proof.row, Some(proof.sequence)),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Proof of a row of the audit trail. A row is sealed some seconds after it was written; until then 409.
#[utoipa::path(
    get, path = "/api/v1/audit/proof/{id}", tag = "audit", params(("id" = String, Path, description = "`aud_…`")),
    responses((status = 200, body = AuditProof), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn proof(
    State(web): State<Web>,
    Api(context): Api,
    Path(id): Path<String>,
) -> Result<Json<AuditProof>, Fail> {
    let id: AuditRowId = path_id(&id)?;
    let found = web
        .app
        .read(&context, Permission::AuditRead, move |conn, scope| audit::proof(conn, scope.organisation(), id))
        .await?;
    Ok(Json(found.ok_or_else(|| Refusal::not_found("not_found"))?.into()))
}
