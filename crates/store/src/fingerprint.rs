//! Fingerprints of documents: one digest over all that a document states, left in the trail when it is issued.
//!
//! A document that is changed behind the door's back no longer has the fingerprint that the trail kept, and the trail is
//! protected by itself ([`crate::audit`]).

use crate::audit::canonical;
use crate::conn::{Conn, in_parts};
use crate::error::Error;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::{AuditRowId, Id, OrganisationId};
use schema::audit_rows;
use schema::types::JsonText;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Display;

/// A digest in the making: the fields in an order of the document's own, each led by its length.
#[derive(Debug, Clone, Default)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// A field that is always there.
    #[must_use]
    pub fn with(self, value: impl Display) -> Fingerprint {
        self.with_optional(Some(value))
    }

    /// A field that may be missing, which is not the same as empty.
    #[must_use]
    pub fn with_optional(self, value: Option<impl Display>) -> Fingerprint {
        let Some(value) = value else { return Fingerprint(self.0.chain_update(u64::MAX.to_be_bytes())) };
        let text = value.to_string();
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX - 1);
        Fingerprint(self.0.chain_update(length.to_be_bytes()).chain_update(text))
    }

    /// JSON by its value: databases do not keep the text as written.
    #[must_use]
    pub fn with_json(self, json: &str) -> Fingerprint {
        self.with(canonical(json))
    }

    /// Hexadecimal digits, for the details of the audit row, under the name `fingerprint`.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

#[derive(Deserialize)]
struct Details {
    fingerprint: Option<String>,
}

/// The fingerprints that the trail keeps of these documents; of each the newest, so that a document may lawfully be stated
/// anew.
pub fn kept<K>(
    conn: &mut Conn,
    organisation: OrganisationId,
    documents: &[Id<K>],
) -> Result<HashMap<Id<K>, String>, Error> {
    let subjects: Vec<AuditRowId> = documents.iter().map(|id| id.retyped()).collect();
    let rows: Vec<(AuditRowId, JsonText)> = in_parts(&subjects, |some| {
        audit_rows::table
            .filter(audit_rows::organisation_id.eq(organisation))
            .filter(audit_rows::subject_id.eq_any(some))
            .order(audit_rows::audit_id.asc())
            .select((audit_rows::subject_id, audit_rows::details))
            .load(conn)
    })?;
    let mut kept = HashMap::new();
    for (subject, details) in rows {
        if let Some(fingerprint) = serde_json::from_str::<Details>(&details.0)?.fingerprint {
            kept.insert(subject.retyped(), fingerprint);
        }
    }
    Ok(kept)
}
