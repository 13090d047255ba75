//! A person writes down what was sent as evidence: it is sent at the provider's own desk.

use crate::store::{self, NoteRow};
use ::store::{Command, Error, Tx};
use kernel::id::DisputeId;
use kernel::{Permission, Refusal};
use schema::types::At;

/// Notes what was sent, or else found out, about a dispute.
#[derive(Debug, Clone)]
pub struct NoteEvidence {
    pub dispute: DisputeId,
    pub text: String,
}

impl Command for NoteEvidence {
    const NAME: &'static str = "dispute.note";
    const PERMISSION: Permission = Permission::PaymentRefund;
    type Output = DisputeId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<DisputeId, Error> {
        let scope = tx.context().scope();
        store::dispute(tx.conn, &scope, self.dispute)?.ok_or_else(|| Refusal::not_found("dispute_not_found"))?;
        let note = NoteRow {
            organisation_id: tx.organisation(),
            note_id: tx.new_id(),
            dispute_id: self.dispute,
            text: self.text.clone(),
            noted_by: tx.context().actor.name(),
            noted_at: At(tx.now()),
        };
        store::insert_note(tx.conn, &note)?;
        tx.audit(self.dispute, &serde_json::json!({ "note": note.note_id, "text": self.text }))?;
        Ok(self.dispute)
    }
}
