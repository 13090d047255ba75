//! Credit that is paid back: at once over bank or cash, through the provider for what came in online.

use super::allocate::free_credit;
use super::dispute_books::take_the_rest;
use super::draw::{draw, sources};
use super::{POLL_REFUND, event, holds_money, locked, not_found, status_of, unpostable};
use crate::rules::payment::{clearing, may_hold_money};
use crate::rules::polls::wait_s;
use crate::rules::refund::{RefundDecision, Refundable, may_refund};
use crate::store::{self, CallRow, PaymentRow, RefundRow};
use ::store::{Command, Error, Tx};
use identity::{Giving, need_second_person};
use kernel::id::{CheckoutId, OpenItemId, PaymentId, RefundId};
use kernel::{Bug, Date, Money, Permission, Refusal, is_planted};
use ledger::rules::chart::AccountRole;
use ledger::rules::entry::{Document, EntryKind};
use ledger::rules::postings;
use schema::types::{At, Day, JsonText};

/// Pays back what of a payment is not set against an invoice, or was credited since on the invoice it is set against.
#[derive(Debug, Clone)]
pub struct RefundPayment {
    pub payment: PaymentId,
    pub amount: Money,
    pub reason: String,
    /// Code of the account it is paid from; that of the payment when not given. Online refunds have none to choose.
    pub account: Option<String>,
}

impl Command for RefundPayment {
    const NAME: &'static str = "payment.refund";
    const PERMISSION: Permission = Permission::PaymentRefund;
    /// One that is `processing` must be sent to the provider now; the call is written down.
    type Output = RefundId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<RefundId, Error> {
        let mut payment = locked(tx, self.payment)?;
        let before = self.decide(tx, &payment)?;
        let giving = Giving {
            act: "refund",
            about: self.payment,
            amount: before.plus(self.amount)?,
            rate: payment.exchange_rate.0,
            maker: Some(&payment.recorded_by),
        };
        need_second_person(tx, &giving)?;
        let mut refund = self.row(tx, &payment)?;
        if let Some(checkout) = payment.checkout_id {
            refund.status = "processing".to_owned();
            store::insert_refund(tx.conn, &refund)?;
            write_down(tx, &refund, checkout)?;
            tx.audit(
                refund.refund_id,
                &serde_json::json!({ "payment": self.payment, "amount": self.amount.to_string() }),
            )?;
            return Ok(refund.refund_id);
        }
        if let Some(code) = &self.account {
            holds_money(tx, code)?;
            refund.account.clone_from(code);
        }
        store::insert_refund(tx.conn, &refund)?;
        paid_back(tx, &mut payment, &refund)?;
        Ok(refund.refund_id)
    }
}

impl RefundPayment {
    /// Refuses, or sees to it that so much of the payment is free. Gives what was paid back before, or is under way.
    fn decide(&self, tx: &mut Tx<'_>, payment: &PaymentRow) -> Result<Money, Error> {
        if self.amount.currency() != payment.currency {
            return Err(Refusal::field("/amount/currency", "currency_mismatch").into());
        }
        let money = |minor| Money::new(minor, payment.currency);
        let (scope, organisation) = (tx.context().scope(), tx.organisation());
        if store::is_disputed(tx.conn, organisation, self.payment)? {
            return Err(Refusal::conflict("payment_disputed").into());
        }
        let under_way = store::under_way(tx.conn, organisation, self.payment)?;
        let (free, credited) = (free_credit(tx, self.payment)?, sources(tx.conn, &scope, self.payment)?);
        let drawable = Money::sum(payment.currency, credited.iter().map(|source| source.available))?;
        let refundable = Refundable {
            status: status_of(payment)?,
            captured: money(payment.amount_minor),
            refunded: money(payment.refunded_minor).plus(money(under_way))?,
            unallocated: free.plus(drawable)?,
        };
        Err(match may_refund(&refundable, self.amount)? {
            RefundDecision::Allowed => {
                draw(tx, payment, &credited, self.amount.minus(free)?)?;
                return Ok(refundable.refunded);
            }
            RefundDecision::NotSucceeded => Refusal::conflict("refund_needs_success"),
            RefundDecision::NotPositive => Refusal::field("/amount/amount", "not_positive"),
            RefundDecision::ExceedsCaptured { refundable } => {
                Refusal::conflict("refund_exceeds_payment").with("refundable", refundable)
            }
            RefundDecision::StillAllocated { unallocated } => {
                Refusal::conflict("refund_exceeds_credit").with("available", unallocated)
            }
        }
        .into())
    }

    fn row(&self, tx: &mut Tx<'_>, payment: &PaymentRow) -> Result<RefundRow, Error> {
        let chart = ledger::chart(tx)?;
        // Credit of the books before is on no account of money: it is paid back from the bank.
        let account = match may_hold_money(chart, &payment.account) {
            true => payment.account.clone(),
            false => chart.code(AccountRole::Bank).to_owned(),
        };
        Ok(RefundRow {
            organisation_id: tx.organisation(),
            refund_id: tx.new_id(),
            payment_id: Some(self.payment),
            credit_note_id: None,
            customer_id: payment.customer_id,
            status: "succeeded".to_owned(),
            currency: payment.currency,
            amount_minor: self.amount.minor(),
            account,
            refunded_on: Day(tx.today()?),
            reason: self.reason.clone(),
            provider_id: None,
            fee_minor: None,
            recorded_by: tx.context().actor.name(),
            created_at: At(tx.now()),
            version: 1,
        })
    }
}

/// Writes the call to the provider down before it is sent, and the question that follows if nobody hears of it.
fn write_down(tx: &mut Tx<'_>, refund: &RefundRow, checkout: CheckoutId) -> Result<(), Error> {
    let call = CallRow {
        organisation_id: refund.organisation_id,
        call_id: tx.new_id(),
        checkout_id: checkout,
        operation: "refund".to_owned(),
        idempotency_key: format!("refund-{}", refund.refund_id),
        request: JsonText(serde_json::json!({ "refund": refund.refund_id }).to_string()),
        sent_at: At(tx.now()),
        answered_at: None,
        outcome: None,
        answer: None,
    };
    store::insert_call(tx.conn, &call)?;
    let later = tx.now() + jiff::SignedDuration::from_secs(wait_s(0));
    tx.enqueue(POLL_REFUND, &serde_json::json!({ "refund": refund.refund_id, "asked": 0 }), later)
}

/// The money of a payment is gone.
fn paid_back(tx: &mut Tx<'_>, payment: &mut PaymentRow, refund: &RefundRow) -> Result<(), Error> {
    let out_of = match payment.checkout_id {
        Some(checkout) => clearing(&provider(tx, checkout)?),
        None => AccountRole::Bank,
    };
    give_back(tx, refund, payment.payment_id.retyped(), AccountRole::CustomerAdvances, out_of)?;
    payment.refunded_minor += refund.amount_minor;
    store::update_payment(tx.conn, payment)
}

/// What was paid back did not arrive, and is the provider's to owe again.
fn came_back(tx: &mut Tx<'_>, payment: &mut PaymentRow, refund: &RefundRow) -> Result<(), Error> {
    let (organisation, on) = (tx.organisation(), tx.today()?);
    let mut entries = ledger::entries_of(tx.conn, organisation, Document::Refund(refund.refund_id))?;
    entries.retain(|entry| entry.reversed_by.is_none() && entry.kind != EntryKind::Reversal);
    for entry in entries {
        ledger::reverse(tx, entry.id, on, &refund.reason)?;
    }
    let amount = Money::new(refund.amount_minor, refund.currency);
    receivables::restore(tx, payment.payment_id.retyped(), amount, on)?;
    payment.refunded_minor -= refund.amount_minor;
    store::update_payment(tx.conn, payment)?;
    let told = serde_json::json!({ "payment": payment.payment_id, "customer": refund.customer_id });
    tx.emit("refund.failed", refund.refund_id, &told)
}

/// The name of the provider through which a payment came.
fn provider(tx: &mut Tx<'_>, checkout: CheckoutId) -> Result<String, Error> {
    let scope = tx.context().scope();
    let row = store::checkout(tx.conn, &scope, checkout)?;
    let connection = row.map(|row| store::connection(tx.conn, row.connection_id)).transpose()?.flatten();
    Ok(connection.ok_or_else(|| Error::Broken(format!("connection of {checkout}")))?.provider)
}

/// Takes money that is gone off the credit, which stands on the account of `from`, and posts it: out of the account of the
/// refund, which is `out_of` or one of the organisation's own in its place.
pub(super) fn give_back(
    tx: &mut Tx<'_>,
    refund: &RefundRow,
    credit: OpenItemId,
    from: AccountRole,
    out_of: AccountRole,
) -> Result<(), Error> {
    let amount = Money::new(refund.amount_minor, refund.currency);
    let date: Date = refund.refunded_on.0;
    let credit_minor = receivables::reduce(tx, credit, amount, date)?;
    let event = event(tx, date, Document::Refund(refund.refund_id), refund.customer_id)?;
    let paid = ledger::value(tx, amount, date)?;
    let mut draft = postings::refund(event, from, out_of, paid, credit_minor).map_err(unpostable)?;
    if let Some(out) = draft.lines.get_mut(1) {
        refund.account.clone_into(&mut out.account);
    }
    ledger::post(tx, draft, &refund.reason)?;
    let (payment, note) = (refund.payment_id, refund.credit_note_id);
    let told = serde_json::json!({ "payment": payment, "credit_note": note, "customer": refund.customer_id });
    tx.emit("refund.succeeded", refund.refund_id, &told)?;
    let facts = serde_json::json!({
        "payment": payment, "credit_note": note, "amount": amount.to_string(), "reason": refund.reason,
    });
    tx.audit(refund.refund_id, &facts)
}

/// What is known of an online refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundOutcome {
    Succeeded {
        provider_id: String,
        amount: Money,
    },
    Failed,
    /// The provider works on it.
    Processing {
        provider_id: String,
    },
    /// A call that may have had its effect got no answer.
    InDoubt,
    /// A question got no answer: nothing is learnt.
    Silence,
}

/// Takes up what the provider said about a refund. Twice is once. A bank may send money back days after a success: then the entry
/// is reversed and the credit stands again.
#[derive(Debug, Clone)]
pub struct ConcludeRefund {
    pub refund: RefundId,
    pub outcome: RefundOutcome,
    pub notice: Option<super::Notice>,
    /// The number of questions asked so far, to plan the next; `None` when this was no scheduled question.
    pub asked: Option<i32>,
}

impl Command for ConcludeRefund {
    const NAME: &'static str = "payment.conclude_refund";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = ();

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let scope = tx.context().scope();
        let found =
            store::refund(tx.conn, &scope, self.refund)?.ok_or_else(|| Refusal::not_found("refund_not_found"))?;
        let paid = found.payment_id.ok_or_else(not_found)?;
        // The customer first, and payment before refund, as everywhere.
        customers::queries::lock(tx, found.customer_id)?;
        let mut payment = store::lock_payment(tx.conn, &scope, paid)?.ok_or_else(not_found)?;
        let mut refund =
            store::lock_refund(tx.conn, &scope, self.refund)?.ok_or_else(|| Refusal::not_found("refund_not_found"))?;
        if let Some(notice) = &self.notice
            && !notice.is_new(tx, payment.checkout_id, "refund")?
        {
            return Ok(());
        }
        let decided = matches!(refund.status.as_str(), "succeeded" | "failed");
        match &self.outcome {
            RefundOutcome::Succeeded { provider_id, amount } if !decided => {
                if *amount != Money::new(refund.amount_minor, refund.currency) {
                    tracing::error!(refund = %self.refund, "the provider paid back another amount");
                    "in_doubt".clone_into(&mut refund.status);
                } else {
                    "succeeded".clone_into(&mut refund.status);
                    refund.provider_id = Some(provider_id.clone());
                    refund.refunded_on = Day(tx.today()?);
                    paid_back(tx, &mut payment, &refund)?;
                }
            }
            RefundOutcome::Failed if !decided => "failed".clone_into(&mut refund.status),
            RefundOutcome::Failed if refund.status == "succeeded" => {
                "failed".clone_into(&mut refund.status);
                if !is_planted(Bug::RefundNotTakenBack) {
                    came_back(tx, &mut payment, &refund)?;
                }
            }
            RefundOutcome::Processing { provider_id } if !decided => {
                "processing".clone_into(&mut refund.status);
                refund.provider_id = Some(provider_id.clone());
            }
            RefundOutcome::InDoubt if !decided => "in_doubt".clone_into(&mut refund.status),
            _ => {}
        }
        store::update_refund(tx.conn, &refund)?;
        if refund.status == "failed" {
            take_the_rest(tx, &payment)?;
        }
        let still_open = !matches!(refund.status.as_str(), "succeeded" | "failed");
        if let Some(asked) = self.asked.filter(|_| still_open) {
            let later = tx.now() + jiff::SignedDuration::from_secs(wait_s(asked + 1));
            tx.enqueue(POLL_REFUND, &serde_json::json!({ "refund": self.refund, "asked": asked + 1 }), later)?;
        }
        tx.audit(self.refund, &serde_json::json!({ "status": refund.status }))
    }
}
