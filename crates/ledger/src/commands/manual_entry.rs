//! An entry written by hand.

use crate::posting::{self, chart_of};
use crate::refused::entry_refused;
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
        if entry.date > tx.today()? {
            return Err(Refusal::field("/date", "in_the_future").into());
        }
        if entry.date < posting::began(tx)? {
            return Err(Refusal::field("/date", "before_the_books").into());
        }
        let (chart, functional) = (chart_of(&*tx.books()?)?, tx.books()?.currency);
        let mut values = Vec::with_capacity(entry.lines.len());
        for line in &entry.lines {
            values.push(posting::value(tx, line.amount, entry.date)?.functional_minor);
        }
        let draft = manual::draft(entry, &values, chart).map_err(|e| entry_refused(e, entry.date, functional))?;
        let id = posting::post(tx, draft, &entry.memo)?;
        let details = serde_json::json!({ "date": entry.date.to_string(), "lines": entry.lines.len() });
        tx.audit(id, &details)?;
        Ok(id)
    }
}
