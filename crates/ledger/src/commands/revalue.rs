//! Balances in other currencies are brought to the rate of a month's end.

use crate::posting;
use crate::revaluation::of_day;
use crate::rules::period::month_of;
use crate::store::periods;
use ::store::{Command, Error, Tx};
use kernel::id::EntryId;
use kernel::{Date, Permission, Refusal};

/// Posts the unrealised gain or loss on what stands in other currencies at the end of a month, and takes it back on the next
/// day, both at once. Run again after a late posting or a corrected rate it posts what is missing, or takes back what was too
/// much; where nothing is, it posts nothing.
///
/// Refuses a day that is no month's end (`/on`) or has not come, `closing_rate_missing` and `period_closed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevalueOpenItems {
    /// The last day of the month.
    pub on: Date,
}

impl Command for RevalueOpenItems {
    const NAME: &'static str = "entry.revalue";
    const PERMISSION: Permission = Permission::LedgerPost;
    /// The entry; none where there was nothing to post.
    type Output = Option<EntryId>;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Option<EntryId>, Error> {
        let month = month_of(self.on);
        if self.on != month.ends_on {
            return Err(Refusal::field("/on", "not_a_month_end").into());
        }
        if self.on > tx.today()? {
            return Err(Refusal::field("/on", "in_the_future").into());
        }
        let organisation = tx.organisation();
        // Nobody posts into the month between the look and the entry.
        periods::lock_month(tx.conn, organisation, month.starts_on)?;
        let Some(draft) = of_day(tx.conn, organisation, self.on)?.draft()? else {
            tx.audit(organisation, &serde_json::json!({ "on": self.on.to_string(), "lines": 0 }))?;
            return Ok(None);
        };
        let next = self.on.tomorrow().map_err(|_| Error::Broken("the last day of all".into()))?;
        let lines = draft.lines.len();
        let entry = posting::post(tx, draft, &self.on.to_string())?;
        let back = posting::reverse(tx, entry, next, &self.on.to_string())?;
        tx.audit(entry, &serde_json::json!({ "on": self.on.to_string(), "lines": lines, "reversed_by": back }))?;
        Ok(Some(entry))
    }
}
