//! Giving up what will not come.

use super::issue::booked;
use super::{deferral, deposits};
use crate::rules::deposits::GivingUp;
use crate::store::{InvoiceRow, invoices};
use ::store::{Command, Error, Tx};
use identity::Giving;
use kernel::id::{EntryId, InvoiceId};
use kernel::{Date, Fields, Money, Permission, Refusal};
use ledger::Document;
use ledger::rules::postings::{self, Event, Net, Valued, WriteOff};

/// Gives up what is open of an invoice, or a part. A later payment is still taken: it becomes the customer's credit, or it
/// settles the invoice once [`super::ReverseWriteOff`] has brought it back.
///
/// A bad debt on what was not delivered takes its share of the deferral back instead of losing it: nothing was sold.
#[derive(Debug, Clone)]
pub struct WriteOffInvoice {
    pub id: InvoiceId,
    /// All that is open, where not given.
    pub amount: Option<Money>,
    /// `bad_debt`, `small_difference`, `discount`.
    pub reason: String,
    pub note: Option<String>,
    /// Today where not given.
    pub on: Option<Date>,
}

impl Command for WriteOffInvoice {
    const NAME: &'static str = "invoice.write_off";
    const PERMISSION: Permission = Permission::InvoiceWriteOff;
    type Output = InvoiceId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<InvoiceId, Error> {
        self.give_up(tx)?;
        Ok(self.id)
    }
}

impl WriteOffInvoice {
    /// Gives it up and says by which entry, so that whoever did it with something else can take back just that.
    pub fn give_up(&self, tx: &mut Tx<'_>) -> Result<EntryId, Error> {
        let mut fields = Fields::new();
        let reason = reason(&self.reason).unwrap_or_else(|| {
            fields.note("/reason", "not_a_choice");
            WriteOff::BadDebt
        });
        let note = fields.optional_text("/note", self.note.as_deref(), 500);
        fields.finish()?;
        let mut row = super::hold_issued(tx, self.id)?;
        let on = super::day(tx, self.on, "/on")?;
        if row.issued_on.is_some_and(|issued| on < issued.0) {
            return Err(Refusal::field("/on", "before_the_invoice").into());
        }
        let scope = tx.context().scope();
        let open = receivables::item(tx.conn, &scope, self.id.retyped())?.map_or(Money::zero(row.currency), |i| i.open);
        let amount = self.amount.unwrap_or(open);
        if amount.currency() != row.currency {
            return Err(Refusal::field("/amount/currency", "currency_mismatch").into());
        }
        if open.is_zero() {
            return Err(Refusal::conflict("invoice_nothing_open").into());
        }
        if !amount.is_positive() {
            return Err(Refusal::field("/amount", "not_positive").into());
        }
        if amount.minor() > open.minor() {
            return Err(Refusal::conflict("write_off_exceeds_balance")
                .with("balance", kernel::Arg::Money(open))
                .into());
        }
        let is_deposit_lost = row.is_deposit() && reason == WriteOff::BadDebt;
        if is_deposit_lost && deposits::giving_up_of(tx, &row)? == GivingUp::InPart {
            return Err(Refusal::conflict("deposit_deducted_in_part").into());
        }
        may_give_up(tx, &row, amount)?;
        let functional_minor = receivables::reduce(tx, self.id.retyped(), amount, on)?;
        let kept = match reason {
            WriteOff::BadDebt => &mut row.written_off_minor,
            WriteOff::SmallDifference | WriteOff::Discount => &mut row.waived_minor,
        };
        *kept = kept.checked_add(amount.minor()).ok_or_else(|| booked(ledger::rules::entry::EntryError::Overflow))?;
        // A discount or a cent that is not asked for is the price of a sale that goes on: all of it is still delivered.
        let undelivered = match (reason, row.net()) {
            (WriteOff::BadDebt, Net::Deferred) => deferral::beyond(tx, &row)?,
            _ => Vec::new(),
        };
        let document = Document::Invoice(self.id);
        let event = Event { chart: ledger::chart(tx)?, date: on, document, customer: row.customer_id };
        let item = Valued { money: amount, functional_minor };
        let entry = postings::write_off(event, reason, item, &undelivered).map_err(booked)?;
        let entry = ledger::post(tx, entry, note.as_deref().unwrap_or(""))?;
        invoices::save(tx.conn, &row)?;
        let facts = serde_json::json!({ "number": row.number, "amount": amount.to_string(), "reason": self.reason });
        tx.audit(self.id, &facts)?;
        tx.emit("invoice.written_off", self.id, &facts)?;
        Ok(entry)
    }
}

/// All that is given up of an invoice and borne for it counts together, this amount included. Beyond little, whoever may match a bank's
/// line must be allowed to write off as well.
pub(super) fn may_give_up(tx: &mut Tx<'_>, row: &InvoiceRow, amount: Money) -> Result<(), Error> {
    let giving = Giving {
        act: "write_off",
        about: row.invoice_id,
        amount: row.given_up()?.plus(row.money(row.charges_minor))?.plus(amount)?,
        rate: row.exchange_rate.0,
        maker: row.issued_by.as_deref(),
    };
    identity::may_give_up(tx, &giving)
}

fn reason(name: &str) -> Option<WriteOff> {
    match name {
        "bad_debt" => Some(WriteOff::BadDebt),
        "small_difference" => Some(WriteOff::SmallDifference),
        "discount" => Some(WriteOff::Discount),
        _ => None,
    }
}
