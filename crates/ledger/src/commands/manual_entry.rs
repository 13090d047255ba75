//! An entry written by hand.

use crate::posting::{self, chart_of};
use crate::rules::manual::{self, ManualEntry};
use ::store::{Command, Error, Tx};
use kernel::id::EntryId;
use kernel::{Permission, Refusal};

/// Posts an entry that somebody wrote. Accounts kept per customer are not for it: their balance must stay the sum of the
/// customers' open items, which invoices, payments and credit notes move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostManualEntry(pub ManualEntry);

impl Command for PostManualEntry {
    const NAME: &'static str = "entry.post";
    const PERMISSION: Permission = Permission::LedgerPost;
    type Output = EntryId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<EntryId, Error> {
        let entry = &self.0;
        if entry.date > tx.today()?.last_of_month() {
            return Err(Refusal::field("/date", "in_the_future").into());
        }
        let chart = chart_of(&*tx.books()?)?;
        let mut values = Vec::with_capacity(entry.lines.len());
        for line in &entry.lines {
            values.push(posting::value(tx, line.amount, entry.date)?.functional_minor);
        }
        let id = posting::post(tx, manual::draft(entry, &values, chart), &entry.memo)?;
        let details = serde_json::json!({ "date": entry.date.to_string(), "lines": entry.lines.len() });
        tx.audit(id, &details)?;
        Ok(id)
    }
}
