//! Making an invoice void.

use super::deliver::recognised_on;
use super::deposits::{self, Moved};
use crate::rules::deposits::GivingUp;
use crate::rules::void::{VoidDecision, VoidFacts, may_void};
use crate::store::{credit_notes, invoices};
use ::store::{Command, Error, Tx};
use kernel::id::InvoiceId;
use kernel::{Fields, Permission, Refusal};
use ledger::{Document, EntryKind};

/// Takes an invoice back as a whole, as if it had not been issued; its number stays used. Only before anything happened to
/// it; afterwards a credit note does it.
#[derive(Debug, Clone)]
pub struct VoidInvoice {
    pub id: InvoiceId,
    pub reason: String,
}

impl Command for VoidInvoice {
    const NAME: &'static str = "invoice.void";
    const PERMISSION: Permission = Permission::InvoiceVoid;
    type Output = InvoiceId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<InvoiceId, Error> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1, 500);
        fields.finish()?;
        let mut row = super::hold(tx, self.id)?;
        super::bring_forward::refuse_brought_forward(tx, self.id)?;
        let (organisation, scope) = (tx.organisation(), tx.context().scope());
        let item = receivables::item(tx.conn, &scope, self.id.retyped())?;
        let issued_on = row.issued_on.map(|day| day.0);
        let lines = invoices::lines(tx.conn, organisation, self.id)?;
        let deducted = deposits::deducted_by(tx, &row, &lines)?;
        let facts = VoidFacts {
            issued: row.state != "draft",
            void: row.state == "void",
            credited: !credit_notes::of_invoice(tx.conn, organisation, self.id)?.is_empty(),
            deducted: row.is_deposit() && deposits::giving_up_of(tx, &row)? != GivingUp::Waiting,
            deposit_given_up: deposits::are_given_up(tx, &deducted)?,
            settled_in_part: item.as_ref().is_some_and(|item| item.open != item.amount)
                || row.written_off_minor != 0
                || row.waived_minor != 0,
            payment_under_way: !invoices::payments_under_way(tx.conn, organisation, &[self.id])?.is_empty(),
            sent: row.sent_at.is_some(),
            official_invoice: row.official_status == "issued",
            period_open: match issued_on {
                Some(day) => invoices::period_is_open(tx.conn, organisation, day)?,
                None => true,
            },
        };
        decided(may_void(&facts))?;
        let today = tx.today()?;
        if let Some(item) = item.filter(|item| !item.open.is_zero()) {
            receivables::reduce(tx, self.id.retyped(), item.open, issued_on.unwrap_or(today))?;
        }
        let document = Document::Invoice(self.id);
        // Of a deposit these entries are of the finals that deducted it, and took back with them.
        let delivery = match row.is_deposit() {
            true => None,
            false => ledger::entry_of(tx.conn, organisation, document, EntryKind::Delivery)?,
        };
        if let Some(entry) = delivery {
            // Its period is open: it is not before the invoice's, and periods are closed in order.
            ledger::reverse(tx, entry, recognised_on(&row).unwrap_or(today), &reason)?;
        }
        if let Some(entry) = ledger::entry_of(tx.conn, organisation, document, EntryKind::Invoice)? {
            ledger::reverse(tx, entry, issued_on.unwrap_or(today), &reason)?;
        }
        let earned_on = recognised_on(&row).or(issued_on).unwrap_or(today);
        deposits::book_with(tx, &row, Moved::WaitsAgain, earned_on, &deducted)?;
        row.state = "void".to_owned();
        invoices::save(tx.conn, &row)?;
        tx.audit(self.id, &serde_json::json!({ "number": row.number, "reason": reason }))?;
        tx.emit("invoice.voided", self.id, &serde_json::json!({ "number": row.number, "order": row.order_id }))?;
        Ok(self.id)
    }
}

fn decided(decision: VoidDecision) -> Result<(), Refusal> {
    let code = match decision {
        VoidDecision::Allowed => return Ok(()),
        VoidDecision::NotIssued => "invoice_not_issued",
        VoidDecision::AlreadyVoid => "invoice_void",
        VoidDecision::Credited => "invoice_has_credit_note",
        VoidDecision::Deducted => "deposit_is_deducted",
        VoidDecision::DepositGivenUp => "deposit_was_given_up",
        VoidDecision::SettledInPart => "invoice_settled_in_part",
        VoidDecision::PaymentUnderWay => "invoice_payment_under_way",
        VoidDecision::Sent => "invoice_was_sent",
        VoidDecision::OfficialInvoice => "invoice_has_official",
        VoidDecision::PeriodClosed => "period_closed",
    };
    Err(Refusal::conflict(code))
}
