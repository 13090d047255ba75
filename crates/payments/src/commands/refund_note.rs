//! The credit of a credit note is paid back by hand.

use super::refund::give_back;
use super::{credit_of, holds_money};
use crate::store::{self, RefundRow};
use ::store::{Command, Error, Tx};
use identity::{Giving, need_second_person};
use kernel::id::{CreditNoteId, RefundId};
use kernel::{Money, Permission, Refusal};
use ledger::rules::chart::AccountRole;
use schema::types::{At, Day};

/// Pays back what is left of a credit note, over bank or cash. What should go back through a provider is a refund of the
/// payment, which draws on the note.
#[derive(Debug, Clone)]
pub struct RefundCreditNote {
    pub note: CreditNoteId,
    pub amount: Money,
    pub reason: String,
    /// Code of the account it is paid from; the bank when not given.
    pub account: Option<String>,
}

impl Command for RefundCreditNote {
    const NAME: &'static str = "credit_note.refund";
    const PERMISSION: Permission = Permission::PaymentRefund;
    type Output = RefundId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<RefundId, Error> {
        let credit = credit_of(tx, self.note)?;
        if self.amount.currency() != credit.open.currency() {
            return Err(Refusal::field("/amount/currency", "currency_mismatch").into());
        }
        if !self.amount.is_positive() {
            return Err(Refusal::field("/amount/amount", "not_positive").into());
        }
        if self.amount.compare(credit.open)?.is_gt() {
            return Err(Refusal::conflict("refund_exceeds_credit").with("available", credit.open).into());
        }
        let chart = ledger::chart(tx)?;
        let account = self.account.as_deref().unwrap_or_else(|| chart.code(AccountRole::Bank));
        holds_money(tx, account)?;
        let refund = RefundRow {
            organisation_id: tx.organisation(),
            refund_id: tx.new_id(),
            payment_id: None,
            credit_note_id: Some(self.note),
            customer_id: credit.customer,
            status: "succeeded".to_owned(),
            currency: self.amount.currency(),
            amount_minor: self.amount.minor(),
            account: account.to_owned(),
            refunded_on: Day(tx.today()?),
            reason: self.reason.clone(),
            provider_id: None,
            fee_minor: None,
            recorded_by: tx.context().actor.name(),
            created_at: At(tx.now()),
            version: 1,
        };
        store::insert_refund(tx.conn, &refund)?;
        give_back(tx, &refund, self.note.retyped(), AccountRole::Receivable, AccountRole::Bank)?;
        ask_for_two(tx, self.note)?;
        Ok(refund.refund_id)
    }
}

/// Whoever took the sale back does not pay it out alone, by refunds of the note or of payments that it takes the place of. To be
/// asked when the note has given what is asked for, and is held by that: halves add up, whichever way they went.
pub(super) fn ask_for_two(tx: &mut Tx<'_>, note: CreditNoteId) -> Result<(), Error> {
    let (scope, organisation) = (tx.context().scope(), tx.organisation());
    let (maker, rate) = invoicing::queries::credit_note_maker(tx.conn, &scope, note)?;
    let currency = credit_of(tx, note)?.amount.currency();
    let refunds = store::refunds_of_note(tx.conn, &scope, note)?;
    let refunds = Money::sum(currency, refunds.iter().map(|refund| Money::new(refund.amount_minor, currency)))?;
    let drawn = receivables::in_place_of_others(tx.conn, organisation, note.retyped())?;
    let amount = refunds.plus(Money::new(drawn, currency))?;
    need_second_person(tx, &Giving { act: "refund", about: note, amount, rate, maker: Some(&maker) })
}
