//! Credit that is paid back: at once over bank or cash, through the provider for what came in online.

use super::allocate::free_credit;
use super::{POLL_REFUND, event, locked, not_found, status_of, unpostable};
use crate::rules::payment::{clearing, may_hold_money};
use crate::rules::polls::wait_s;
use crate::rules::refund::{RefundDecision, Refundable, may_refund};
use crate::store::{self, CallRow, PaymentRow, RefundRow};
use ::store::{Command, Error, Tx};
use kernel::id::{CheckoutId, PaymentId, RefundId};
use kernel::{Date, Money, Permission, Refusal};
use ledger::rules::chart::AccountRole;
use ledger::rules::entry::Document;
use ledger::rules::postings;
use schema::types::{At, Day, JsonText};

/// Pays back what of a payment is not set against an invoice.
#[derive(Debug, Clone)]
pub struct RefundPayment {
    pub payment: PaymentId,
    pub amount: Money,
    pub reason: String,
    /// Code of the account it is paid from; that of the payment when not given. Online refunds have none to choose.
    pub account: Option<String>,
}

/// A refund just made or begun.
#[derive(Debug, Clone)]
pub struct Refunding {
    pub id: RefundId,
    /// Set when the provider must be asked now; the call is written down.
    pub online: Option<CheckoutId>,
}

impl Command for RefundPayment {
    const NAME: &'static str = "payment.refund";
    const PERMISSION: Permission = Permission::PaymentRefund;
    type Output = Refunding;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Refunding, Error> {
        let mut payment = locked(tx, self.payment)?;
        self.decide(tx, &payment)?;
        let mut refund = self.row(tx, &payment)?;
        if let Some(checkout) = payment.checkout_id {
            refund.status = "processing".to_owned();
            store::insert_refund(tx.conn, &refund)?;
            write_down(tx, &refund, checkout)?;
            tx.audit(
                refund.refund_id,
                &serde_json::json!({ "payment": self.payment, "amount": self.amount.to_string() }),
            )?;
            return Ok(Refunding { id: refund.refund_id, online: Some(checkout) });
        }
        if let Some(code) = &self.account {
            if !may_hold_money(ledger::chart(tx)?, code) {
                return Err(Refusal::field("/account", "account_holds_no_money").into());
            }
            refund.account.clone_from(code);
        }
        store::insert_refund(tx.conn, &refund)?;
        paid_back(tx, &mut payment, &refund)?;
        Ok(Refunding { id: refund.refund_id, online: None })
    }
}

impl RefundPayment {
    fn decide(&self, tx: &mut Tx<'_>, payment: &PaymentRow) -> Result<(), Error> {
        let money = |minor| Money::new(minor, payment.currency);
        let organisation = tx.organisation();
        let under_way = store::under_way(tx.conn, organisation, self.payment)?;
        let refundable = Refundable {
            status: status_of(payment)?,
            captured: money(payment.amount_minor),
            refunded: money(payment.refunded_minor).plus(money(under_way))?,
            unallocated: free_credit(tx, self.payment)?,
        };
        Err(match may_refund(&refundable, self.amount)? {
            RefundDecision::Allowed => return Ok(()),
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
            payment_id: self.payment,
            customer_id: payment.customer_id,
            status: "succeeded".to_owned(),
            currency: payment.currency,
            amount_minor: self.amount.minor(),
            account,
            refunded_on: Day(tx.today()?),
            reason: self.reason.clone(),
            provider_id: None,
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

/// The money is gone: takes it off the credit and posts it.
fn paid_back(tx: &mut Tx<'_>, payment: &mut PaymentRow, refund: &RefundRow) -> Result<(), Error> {
    let amount = Money::new(refund.amount_minor, refund.currency);
    let credit_minor = receivables::reduce(tx, payment.payment_id.retyped(), amount, refund.refunded_on.0)?;
    let date: Date = refund.refunded_on.0;
    let event = event(tx, date, Document::Refund(refund.refund_id), refund.customer_id)?;
    let paid = ledger::value(tx, amount, date)?;
    let role = match payment.checkout_id {
        Some(_) => clearing("simulator"),
        None => AccountRole::Bank,
    };
    let mut draft =
        postings::refund(event, AccountRole::CustomerAdvances, role, paid, credit_minor).map_err(unpostable)?;
    if let Some(out) = draft.lines.get_mut(1) {
        refund.account.clone_into(&mut out.account);
    }
    ledger::post(tx, draft, &refund.reason)?;
    payment.refunded_minor += refund.amount_minor;
    store::update_payment(tx.conn, payment)?;
    tx.emit(
        "refund.succeeded",
        refund.refund_id,
        &serde_json::json!({ "payment": payment.payment_id, "customer": refund.customer_id }),
    )?;
    tx.audit(
        refund.refund_id,
        &serde_json::json!({ "payment": payment.payment_id, "amount": amount.to_string(), "reason": refund.reason }),
    )
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

/// Takes up what the provider said about a refund. Twice is once; a failure after success is the provider's last word
/// and is left to a person, since the money's way back is not known.
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
        // Payment before refund, as everywhere.
        let mut payment = store::lock_payment(tx.conn, &scope, found.payment_id)?.ok_or_else(not_found)?;
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
            RefundOutcome::Processing { provider_id } if !decided => {
                "processing".clone_into(&mut refund.status);
                refund.provider_id = Some(provider_id.clone());
            }
            RefundOutcome::InDoubt if !decided => "in_doubt".clone_into(&mut refund.status),
            _ => {}
        }
        store::update_refund(tx.conn, &refund)?;
        let still_open = !matches!(refund.status.as_str(), "succeeded" | "failed");
        if let Some(asked) = self.asked.filter(|_| still_open) {
            let later = tx.now() + jiff::SignedDuration::from_secs(wait_s(asked + 1));
            tx.enqueue(POLL_REFUND, &serde_json::json!({ "refund": self.refund, "asked": asked + 1 }), later)?;
        }
        tx.audit(self.refund, &serde_json::json!({ "status": refund.status }))
    }
}
