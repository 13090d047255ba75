//! Claiming again what was given up.

use super::deferral;
use super::issue::booked;
use crate::store::invoices;
use ::store::{Command, Error, Tx};
use identity::rules::settings::RevenueAt;
use kernel::id::{EntryId, InvoiceId};
use kernel::{Date, Fields, Permission, Refusal};
use ledger::rules::entry::EntryError;
use ledger::rules::postings::{self, Event, Valued, WriteOff};
use ledger::{Document, EntryKind};

/// Takes a write-off of an invoice back, the newest where none is named: its balance is open again, and a payment settles it as any other.
///
/// A bad debt that comes in after all is a gain of the day it comes in (小企业会计准则: 营业外收入); one that was written off
/// by mistake is no loss. What the write-off took back of a deferral waits again.
#[derive(Debug, Clone)]
pub struct ReverseWriteOff {
    pub id: InvoiceId,
    /// The entry of the write-off; nothing where the newest that stands is meant.
    pub entry: Option<EntryId>,
    /// `recovered`, `mistake`.
    pub reason: String,
    pub note: Option<String>,
    /// Today where not given; not before the write-off.
    pub on: Option<Date>,
}

impl Command for ReverseWriteOff {
    const NAME: &'static str = "invoice.reverse_write_off";
    const PERMISSION: Permission = Permission::InvoiceWriteOff;
    type Output = InvoiceId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<InvoiceId, Error> {
        let mut fields = Fields::new();
        let is_recovered = match self.reason.as_str() {
            "recovered" => true,
            "mistake" => false,
            _ => {
                fields.note("/reason", "not_a_choice");
                false
            }
        };
        let note = fields.optional_text("/note", self.note.as_deref(), 500);
        fields.finish()?;
        let mut row = super::hold_issued(tx, self.id)?;
        let on = super::day(tx, self.on, "/on")?;
        let (chart, document) = (ledger::chart(tx)?, Document::Invoice(self.id));
        let organisation = tx.organisation();
        let all = ledger::entries_of(tx.conn, organisation, document)?;
        let stands = |one: &&ledger::Posted| one.kind == EntryKind::WriteOff && one.reversed_by.is_none();
        let found = all.iter().rev().filter(stands).find(|one| self.entry.is_none_or(|named| one.id == named));
        let entry = found.ok_or_else(|| Refusal::conflict("invoice_not_written_off"))?.id;
        let posted = ledger::entry(tx, entry)?;
        let given_up = postings::given_up_by(chart, &posted);
        let (reason, amount) = given_up.ok_or_else(|| Error::Broken(format!("{entry} gave nothing up")))?;
        if on < posted.date {
            return Err(Refusal::field("/on", "before_the_write_off").into());
        }
        let functional_minor = receivables::restore(tx, self.id.retyped(), amount, on)?;
        let (kept, waits) = match reason {
            WriteOff::BadDebt => (&mut row.written_off_minor, row.revenue_at == RevenueAt::Delivery.name()),
            WriteOff::SmallDifference | WriteOff::Discount => (&mut row.waived_minor, false),
        };
        *kept = kept.checked_sub(amount.minor()).ok_or_else(|| booked(EntryError::Overflow))?;
        let waits = if waits { deferral::apart(tx, &row)? } else { Vec::new() };
        let event = Event { chart, date: on, document, customer: row.customer_id };
        let back = postings::Back { entry, reason, is_recovered };
        let item = Valued { money: amount, functional_minor };
        let entry = postings::claimed_again(event, back, item, row.net(), &waits).map_err(booked)?;
        ledger::post(tx, entry, note.as_deref().unwrap_or(""))?;
        invoices::save(tx.conn, &row)?;
        let facts = serde_json::json!({ "number": row.number, "amount": amount.to_string(), "reason": self.reason });
        tx.audit(self.id, &facts)?;
        tx.emit("invoice.write_off_reversed", self.id, &facts)?;
        Ok(self.id)
    }
}
