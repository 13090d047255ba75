//! A match is taken back.

use super::lesson::Lesson;
use super::{Settle, Settled, held};
use crate::store;
use ::store::{Command, Error, Tx};
use invoicing::commands::{ReverseWriteOff, return_charges};
use kernel::id::{EntryId, MatchId, StatementLineId};
use kernel::{Date, Permission, Refusal};
use ledger::Document;
use payments::ReversePayment;
use schema::types::At;

/// Takes back the match that a line is in: its lines are open again, what it made is taken back, and what it linked is free.
///
/// Refuses `line_not_matched`, `statement_closed`, and what taking back a payment or an entry refuses.
#[derive(Debug, Clone)]
pub struct Unmatch {
    pub line: StatementLineId,
    pub reason: String,
}

impl Command for Unmatch {
    const NAME: &'static str = "statement.unmatch";
    const PERMISSION: Permission = Permission::StatementMatch;
    type Output = MatchId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<MatchId, Error> {
        let organisation = tx.organisation();
        held(tx, &[self.line])?;
        let found = store::match_of(tx.conn, organisation, self.line)?;
        let found = found.ok_or_else(|| Refusal::conflict("line_not_matched"))?;
        let id = found.match_id;
        let lines = store::lines_of_match(tx.conn, organisation, id)?;
        let ids: Vec<StatementLineId> = lines.iter().map(|line| line.line_id).collect();
        let (_, rows) = held(tx, &ids)?;
        // First, so that nothing speaks against taking back what it made but matches with lines of another account.
        let (by, at) = (tx.context().actor.name(), At(tx.now()));
        store::undo_match(tx.conn, organisation, id, (&by, at))?;
        let settled: Vec<Settled> = serde_json::from_str(&found.settled.0)?;
        for one in settled.into_iter().rev() {
            claim_again(tx, one)?;
        }
        for entry in store::entries_of_match(tx.conn, organisation, id)? {
            if entry.made {
                self.take_back(tx, entry.entry_id)?;
            }
        }
        if let Some(customer) = found.customer_id {
            Lesson::of(&found.tier, found.score, customer).forget(tx, &rows)?;
        }
        store::set_state(tx.conn, organisation, &ids, "open")?;
        tx.emit("statement.unmatched", self.line, &serde_json::json!({ "lines": ids }))?;
        tx.audit(id, &serde_json::json!({ "lines": ids, "reason": self.reason }))?;
        Ok(id)
    }
}

impl Unmatch {
    /// A payment goes with all that it was set against; any other entry is reversed. One that was taken back elsewhere is.
    fn take_back(&self, tx: &mut Tx<'_>, entry: EntryId) -> Result<(), Error> {
        let organisation = tx.organisation();
        let posted = ledger::entry(tx, entry)?;
        let Some(document) = posted.document else { return Ok(()) };
        let entries = ledger::entries_of(tx.conn, organisation, document)?;
        if entries.iter().any(|one| one.id == entry && one.reversed_by.is_some()) {
            return Ok(());
        }
        let on = day(posted.date, entries.iter().map(|one| one.date));
        match document {
            Document::Payment(payment) => {
                ReversePayment { payment, on: Some(on), reason: self.reason.clone() }.run(tx)?;
            }
            _ => {
                ledger::unopposed(tx, entry)?;
                ledger::reverse(tx, entry, on, &self.reason)?;
            }
        }
        Ok(())
    }
}

/// What was settled beside what came is owed again, from the day on which it was given up. What somebody claimed again since is.
fn claim_again(tx: &mut Tx<'_>, settled: Settled) -> Result<(), Error> {
    let Settled { invoice, as_what, minor, entry } = settled;
    if as_what == Settle::Fee {
        return return_charges(tx, invoice, minor);
    }
    let organisation = tx.organisation();
    let posted = ledger::entries_of(tx.conn, organisation, Document::Invoice(invoice))?;
    let own = posted.into_iter().find(|one| Some(one.id) == entry && one.reversed_by.is_none());
    let Some(own) = own else { return Ok(()) };
    let reason = "mistake".to_owned();
    ReverseWriteOff { id: invoice, entry, reason, note: None, on: Some(own.date) }.run(tx)?;
    Ok(())
}

/// The day of the entry, as if it had never been; where more happened since, the day of that.
fn day(own: Date, others: impl Iterator<Item = Date>) -> Date {
    others.fold(own, Date::max)
}
