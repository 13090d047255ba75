//! The one place where the provider's word about a payment has its effect, from whichever way it came.

use super::event;
use super::take_in::{Incoming, take_in};
use crate::rules::checkout::{CheckoutEvent, CheckoutStatus};
use crate::rules::input::Part;
use crate::rules::payment::{Method, clearing};
use crate::rules::polls::wait_s;
use crate::store::{self, CheckoutRow};
use ::store::{Command, Error, Tx};
use gateways::PaymentState;
use kernel::id::{CheckoutId, GatewayConnectionId, InvoiceId, PaymentId};
use kernel::{Bug, Money, Permission, Refusal, Timestamp, is_planted};
use ledger::rules::entry::Document;
use ledger::rules::postings;
use schema::types::At;

/// How long after the money a provider that tells its fee when asked is asked for it.
const FEE_AFTER_S: i64 = 5;

/// A verified notification, kept beside its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub connection: GatewayConnectionId,
    pub event_id: String,
    pub body: Vec<u8>,
}

impl Notice {
    /// Keeps the notification; false when it had its effect before.
    pub(super) fn is_new(&self, tx: &mut Tx<'_>, checkout: Option<CheckoutId>, effect: &str) -> Result<bool, Error> {
        let (organisation, now) = (tx.organisation(), tx.now());
        if store::event_seen(tx.conn, organisation, self.connection, &self.event_id)? {
            return Ok(false);
        }
        if is_planted(Bug::NoticeNotKept) {
            return Ok(true);
        }
        store::insert_event(tx.conn, organisation, self.connection, &self.event_id, checkout, &self.body, effect, now)?;
        Ok(true)
    }
}

/// What was learnt about a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// The provider's own word.
    Payment { provider_id: String, state: PaymentState, amount: Money, fee: Option<Money>, merchant: String },
    /// The provider knows no such payment, and it can no longer come to anything.
    NotThere,
    /// A question had no answer: nothing is learnt, and nothing happened by asking.
    Silence,
}

/// Takes up what was learnt. Money is taken in once; words that come twice, late or out of order change nothing.
#[derive(Debug, Clone)]
pub struct SettleCheckout {
    pub checkout: CheckoutId,
    pub word: Word,
    pub notice: Option<Notice>,
    /// This was a planned question: plan the next one if it is needed.
    pub polled: bool,
}

/// How a checkout stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    pub status: CheckoutStatus,
    pub changed: bool,
}

impl Command for SettleCheckout {
    const NAME: &'static str = "checkout.settle";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = Settled;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Settled, Error> {
        let scope = tx.context().scope();
        let mut row = store::lock_checkout(tx.conn, &scope, self.checkout)?
            .ok_or_else(|| Refusal::not_found("checkout_not_found"))?;
        let before = CheckoutStatus::by_name(&row.status)
            .ok_or_else(|| Error::Broken(format!("status of {}", self.checkout)))?;
        if let Some(notice) = &self.notice {
            if notice.connection != row.connection_id {
                return Err(Refusal::not_found("checkout_not_found").into());
            }
            if !notice.is_new(tx, Some(self.checkout), effect(&self.word))? {
                return Ok(Settled { status: before, changed: false });
            }
        }
        let after = self.learn(tx, &mut row, before)?;
        after.name().clone_into(&mut row.status);
        self.plan(tx.now(), &mut row, after);
        store::update_checkout(tx.conn, &row)?;
        if after != before {
            tell(tx, &row, after)?;
        }
        tx.audit(
            self.checkout,
            &serde_json::json!({ "word": effect(&self.word), "status": row.status, "failure": row.failure }),
        )?;
        Ok(Settled { status: after, changed: after != before })
    }
}

impl SettleCheckout {
    fn learn(&self, tx: &mut Tx<'_>, row: &mut CheckoutRow, before: CheckoutStatus) -> Result<CheckoutStatus, Error> {
        let (provider_id, state, amount, fee, merchant) = match &self.word {
            Word::Silence => return Ok(before),
            Word::NotThere => return Ok(moved(before, CheckoutEvent::Closed)),
            Word::Payment { provider_id, state, amount, fee, merchant } => {
                (provider_id, state, *amount, *fee, merchant)
            }
        };
        let connection = store::connection(tx.conn, row.connection_id)?
            .ok_or_else(|| Error::Broken(format!("connection of {}", self.checkout)))?;
        let settings: gateways::Settings = serde_json::from_str(&connection.settings.0)?;
        // Some providers name a payment once it is paid.
        let named = Some(provider_id).filter(|id| !id.is_empty());
        let other_payment = named.zip(row.provider_id.as_ref()).is_some_and(|(told, known)| told != known);
        let fits = amount == Money::new(row.amount_minor, row.currency);
        let differs = !fits || other_payment || settings.get(gateways::MERCHANT) != Some(merchant);
        if differs && !is_planted(Bug::WordNotCompared) {
            tracing::error!(checkout = %self.checkout, "the provider's word does not fit what was asked for");
            if before != CheckoutStatus::Succeeded {
                row.failure = Some("mismatch".to_owned());
            }
            // Not believed, and not ignored: the provider is asked until what it says fits, and a person is shown it.
            return Ok(if before == CheckoutStatus::Open || before.is_undecided() {
                CheckoutStatus::InDoubt
            } else {
                before
            });
        }
        row.provider_id = named.cloned().or(row.provider_id.take());
        let event = match state {
            PaymentState::Open if before == CheckoutStatus::Open => return Ok(before),
            PaymentState::Open | PaymentState::Approved | PaymentState::Processing => CheckoutEvent::Pending,
            PaymentState::Succeeded => CheckoutEvent::Paid,
            PaymentState::Failed { .. } => CheckoutEvent::Declined,
            PaymentState::Expired => CheckoutEvent::Closed,
        };
        let late = event == CheckoutEvent::Paid && matches!(before, CheckoutStatus::Failed | CheckoutStatus::Expired);
        if late && is_planted(Bug::LateMoneyIgnored) {
            return Ok(before);
        }
        let after = moved(before, event);
        if *state == PaymentState::Approved && after.is_undecided() {
            let now = tx.now();
            tx.enqueue(super::COMPLETE, &serde_json::json!({ "approved": self.checkout }), now)?;
        }
        if after == CheckoutStatus::Succeeded {
            row.failure = None;
            let payment = match row.payment_id {
                Some(payment) => payment,
                None => take(tx, row, &connection.provider)?,
            };
            row.payment_id = Some(payment);
            match fee.filter(|_| row.fee_minor.is_none() || is_planted(Bug::FeeTwice)) {
                Some(fee) if fee.is_positive() => {
                    post_fee(tx, row, payment, &connection.provider, fee)?;
                    row.fee_minor = Some(fee.minor());
                }
                None if before != after => {
                    let soon = tx.now() + jiff::SignedDuration::from_secs(FEE_AFTER_S);
                    tx.enqueue(super::ASK_FEE, &serde_json::json!({ "checkout": self.checkout }), soon)?;
                }
                _ => {}
            }
        } else if let (CheckoutStatus::Failed, PaymentState::Failed { reason }) = (after, state) {
            row.failure = Some(reason.clone());
        }
        Ok(after)
    }

    /// Plans the next question while the provider's last word is wanting.
    fn plan(&self, now: Timestamp, row: &mut CheckoutRow, after: CheckoutStatus) {
        let ends = row.polls >= 3 && is_planted(Bug::QuestionsEnd);
        if ends || !(after == CheckoutStatus::Open || after.is_undecided()) {
            row.next_poll_at = None;
        } else if self.polled || row.next_poll_at.is_none() {
            row.polls += 1;
            row.next_poll_at = Some(At(now + jiff::SignedDuration::from_secs(wait_s(row.polls))));
        }
    }
}

/// The state after an event; an event that does not fit leaves it as it is and is logged for a person.
fn moved(before: CheckoutStatus, event: CheckoutEvent) -> CheckoutStatus {
    before.after(event).unwrap_or_else(|illegal| {
        tracing::warn!(%illegal, "a provider contradicts itself");
        before
    })
}

fn effect(word: &Word) -> &'static str {
    match word {
        Word::Silence => "silence",
        Word::NotThere => "not_there",
        Word::Payment { state, .. } => match state {
            PaymentState::Open => "open",
            PaymentState::Approved => "approved",
            PaymentState::Processing => "processing",
            PaymentState::Succeeded => "succeeded",
            PaymentState::Failed { .. } => "failed",
            PaymentState::Expired => "expired",
        },
    }
}

/// Takes the money in: as much for each invoice as is still open of what was meant for it, the rest is credit.
fn take(tx: &mut Tx<'_>, row: &CheckoutRow, provider: &str) -> Result<PaymentId, Error> {
    let (scope, organisation) = (tx.context().scope(), tx.organisation());
    // The customer first, as in every transaction that touches its items.
    customers::queries::lock(tx, row.customer_id)?;
    let mut allocations: Vec<Part> = Vec::new();
    for part in store::checkout_invoices(tx.conn, organisation, row.checkout_id)? {
        let Some(invoice) = store::due_invoice(tx.conn, &scope, part.invoice_id)? else { continue };
        let minor = part.amount_minor.min(invoice.balance.minor());
        if minor > 0 {
            allocations.push(Part::from((part.invoice_id, Money::new(minor, row.currency))));
        }
    }
    let method = Method::by_name(&row.method).ok_or_else(|| Error::Broken(format!("method of {}", row.checkout_id)))?;
    let received_on = tx.today()?;
    let mut amount = Money::new(row.amount_minor, row.currency);
    if is_planted(Bug::ExcessLost) && !allocations.is_empty() {
        amount = Money::sum(row.currency, allocations.iter().map(|part| part.amount))?;
    }
    let recorded = take_in(
        tx,
        Incoming {
            customer: row.customer_id,
            method,
            amount,
            received_on,
            reference: row.provider_id.as_deref(),
            into: clearing(provider),
            account: None,
            allocations: &allocations,
            checkout: Some(row.checkout_id),
        },
    )?;
    Ok(recorded.id)
}

/// The provider's fee, an entry of its own: it is often known later than the payment.
pub(super) fn post_fee(
    tx: &mut Tx<'_>,
    row: &CheckoutRow,
    payment: PaymentId,
    provider: &str,
    fee: Money,
) -> Result<(), Error> {
    let today = tx.today()?;
    let event = event(tx, today, Document::Payment(payment), row.customer_id)?;
    let value = ledger::value(tx, fee, today)?;
    let draft = postings::fee(event, clearing(provider), value);
    ledger::post(tx, draft, "")?;
    tx.audit(payment, &serde_json::json!({ "fee": fee.to_string() }))
}

/// Tells live pages and others how a checkout stands.
pub(super) fn tell(tx: &mut Tx<'_>, row: &CheckoutRow, status: CheckoutStatus) -> Result<(), Error> {
    let organisation = tx.organisation();
    let invoices: Vec<InvoiceId> = store::checkout_invoices(tx.conn, organisation, row.checkout_id)?
        .into_iter()
        .map(|part| part.invoice_id)
        .collect();
    let kind = match status {
        CheckoutStatus::Open => "checkout.open",
        CheckoutStatus::Processing => "checkout.processing",
        CheckoutStatus::Succeeded => "checkout.succeeded",
        CheckoutStatus::Failed => "checkout.failed",
        CheckoutStatus::Expired => "checkout.expired",
        CheckoutStatus::InDoubt => "checkout.in_doubt",
    };
    let told = serde_json::json!({
        "customer": row.customer_id, "invoices": invoices, "payment": row.payment_id, "status": status.name(),
    });
    tx.emit(kind, row.checkout_id, &told)
}
