//! A person has looked at a difference.

use crate::store;
use ::store::{Command, Error, Tx};
use kernel::id::BillDifferenceId;
use kernel::{Fields, Permission, Refusal};
use schema::types::At;

/// Sets a difference between bill and books aside, with the reason. It stays listed, and counts no more.
///
/// Refuses `difference_not_found`, `difference_ended`.
#[derive(Debug, Clone)]
pub struct SetDifferenceAside {
    pub difference: BillDifferenceId,
    pub note: String,
}

impl Command for SetDifferenceAside {
    const NAME: &'static str = "gateway.set_difference_aside";
    const PERMISSION: Permission = Permission::PaymentRecord;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut fields = Fields::new();
        let note = fields.text("/note", &self.note, 1, 200);
        fields.finish()?;
        let organisation = tx.organisation();
        let row = store::lock_difference(tx.conn, organisation, self.difference)?;
        let mut row = row.ok_or_else(|| Refusal::not_found("difference_not_found"))?;
        if row.status != "open" {
            return Err(Refusal::conflict("difference_ended").into());
        }
        "set_aside".clone_into(&mut row.status);
        row.ended_at = Some(At(tx.now()));
        row.decided_by = Some(tx.context().actor.name());
        row.note = Some(note);
        store::update_difference(tx.conn, &row)?;
        let facts = serde_json::json!({
            "day": row.day.0.to_string(), "kind": row.kind, "reference": row.reference, "note": row.note,
        });
        tx.audit(self.difference, &facts)
    }
}
