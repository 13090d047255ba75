//! A manual entry is taken back.

use crate::posting;
use crate::rules::entry::EntryKind;
use crate::store::entries;
use ::store::{Command, Error, Tx};
use kernel::id::EntryId;
use kernel::{Date, Permission, Refusal};

/// Takes back an entry that was written by hand, or the opening balances of accounts. The entry of a document goes with its
/// document: void the invoice, reverse the payment. What takes another back is not taken back itself: write the entry anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReverseEntry {
    pub id: EntryId,
    /// Today where none is named.
    pub on: Option<Date>,
    /// The entry's own where none is given.
    pub memo: Option<String>,
}

impl Command for ReverseEntry {
    const NAME: &'static str = "entry.reverse";
    const PERMISSION: Permission = Permission::LedgerPost;
    type Output = EntryId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<EntryId, Error> {
        let organisation = tx.organisation();
        let row =
            entries::lock(tx.conn, organisation, self.id)?.ok_or_else(|| Refusal::not_found("entry_not_found"))?;
        if row.kind()? == EntryKind::Reversal && row.document().is_none() {
            return Err(Refusal::conflict("entry_is_reversal").into());
        }
        let is_opening = row.kind()? == EntryKind::Opening && row.document().is_none();
        // A revaluation was taken back when it was posted, and is told to be.
        if ![EntryKind::Manual, EntryKind::Revaluation].contains(&row.kind()?) && !is_opening {
            return Err(Refusal::conflict("entry_not_manual").into());
        }
        let on = match self.on {
            Some(on) if on > tx.today()? => return Err(Refusal::field("/date", "in_the_future").into()),
            Some(on) if on < row.date.0 => return Err(Refusal::field("/date", "before_the_entry").into()),
            Some(on) => on,
            None => tx.today()?,
        };
        posting::unopposed(tx, self.id)?;
        let id = posting::reverse(tx, self.id, on, self.memo.as_deref().unwrap_or(&row.memo))?;
        tx.audit(id, &serde_json::json!({ "reverses": self.id, "date": on.to_string() }))?;
        Ok(id)
    }
}
