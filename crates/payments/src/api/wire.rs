//! Payments on the wire.

mod till;

pub use till::{NewTillCount, NewTillDeposit, TillCountView, TillDepositView};

use crate::bills::{Bill, Found, Payout};
use crate::commands::Recorded;
use crate::disputes::Dispute;
use crate::queries::{Checkout, Payment, Refund};
use crate::rules::input::PartInput;
use ::store::Error;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::Money;

/// A payment to record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    #[schema(example = "cus_01h455vb4pex5vsknk084sn02q")]
    pub customer: String,
    /// `card`, `e_wallet`, `bank_transfer`, `cash`, `cheque`.
    #[schema(pattern = "^(card|e_wallet|bank_transfer|cash|cheque)$")]
    pub method: String,
    pub amount: Money,
    /// `YYYY-MM-DD` in the organisation's zone, not after today.
    #[schema(example = "2026-11-23")]
    pub received_on: String,
    #[schema(max_length = 140)]
    pub reference: Option<String>,
    /// Code of the account the money is on; the usual one of the method when not given.
    #[schema(max_length = 40)]
    pub account: Option<String>,
    /// What of it is meant for which invoice; the rest is the customer's credit.
    #[serde(default)]
    pub allocations: Vec<AllocationInput>,
}

/// A part meant for an invoice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocationInput {
    #[schema(example = "inv_01h455vb4pex5vsknk084sn02q")]
    pub invoice: String,
    /// In the invoice's currency.
    pub amount: Money,
    /// What it takes of a payment in another currency, as both agreed; at the rate of the day when not given.
    pub paid: Option<Money>,
}

/// Credit to be set against invoices; the oldest first when none are named.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAllocations {
    #[serde(default)]
    pub allocations: Vec<AllocationInput>,
}

/// Credit to be paid back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRefund {
    pub amount: Money,
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
    #[schema(max_length = 40)]
    pub account: Option<String>,
}

/// A step of a cheque.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChequeStep {
    /// `YYYY-MM-DD`; today when not given.
    pub on: Option<String>,
    /// Of clearing: code of the bank account.
    pub account: Option<String>,
}

/// Why a payment is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reversal {
    pub on: Option<String>,
    #[serde(default)]
    #[schema(max_length = 200)]
    pub reason: String,
}

/// A cheque that the bank refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounce {
    /// `YYYY-MM-DD`; today when not given.
    pub on: Option<String>,
    #[serde(default)]
    #[schema(max_length = 200)]
    pub reason: String,
    /// What the bank took for it.
    pub fee: Option<Money>,
}

/// A cheque that is presented again: nothing more is to be said of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redeposit {}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentView {
    #[schema(example = "pay_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// `uncleared`, `succeeded`, `reversed`.
    pub status: String,
    pub customer: String,
    pub method: &'static str,
    pub amount: Money,
    pub allocated: Money,
    pub unallocated: Money,
    pub refunded: Money,
    /// What lost disputes took off it. Allocated, unallocated, refunded and lost come to the amount.
    pub lost: Money,
    pub allocations: Vec<AllocationView>,
    pub received_on: String,
    pub reference: Option<String>,
    pub account: String,
    /// Set for online payments.
    pub checkout: Option<String>,
    /// Set for cheques that were handed to the bank.
    pub deposited_on: Option<String>,
}

/// A part that settles an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllocationView {
    pub invoice: String,
    /// What left the invoice, in its currency.
    pub amount: Money,
    /// What left the payment, in its own.
    pub paid: Money,
}

impl AllocationInput {
    pub(super) fn input(self) -> PartInput {
        let pair = |money: Money| (money.currency, money.amount);
        PartInput { invoice: self.invoice, amount: pair(self.amount), paid: self.paid.map(pair) }
    }
}

impl From<Payment> for PaymentView {
    fn from(payment: Payment) -> Self {
        let allocated = payment.allocated();
        PaymentView {
            id: payment.id.to_string(),
            status: payment.status,
            customer: payment.customer.to_string(),
            method: payment.method.name(),
            amount: payment.amount.into(),
            allocated: allocated.into(),
            unallocated: payment.unallocated.into(),
            refunded: payment.refunded.into(),
            lost: payment.lost.into(),
            allocations: payment
                .allocations
                .into_iter()
                .filter(|part| !part.reversed)
                .map(|part| AllocationView {
                    invoice: part.invoice.to_string(),
                    amount: part.amount.into(),
                    paid: part.paid.into(),
                })
                .collect(),
            received_on: payment.received_on.to_string(),
            reference: payment.reference,
            account: payment.account,
            checkout: payment.checkout.map(|id| id.to_string()),
            deposited_on: payment.deposited_on.map(|day| day.to_string()),
        }
    }
}

impl PaymentView {
    /// A payment just recorded, without looking at the database again.
    pub fn of_recorded(recorded: Recorded) -> Result<PaymentView, Error> {
        let allocated = recorded.allocated()?;
        Ok(PaymentView {
            id: recorded.id.to_string(),
            status: recorded.status.name().to_owned(),
            customer: recorded.customer.to_string(),
            method: recorded.method.name(),
            amount: recorded.amount.into(),
            allocated: allocated.into(),
            unallocated: recorded.amount.minus(allocated)?.into(),
            refunded: kernel::Money::zero(recorded.amount.currency()).into(),
            lost: kernel::Money::zero(recorded.amount.currency()).into(),
            allocations: recorded
                .settled
                .iter()
                .map(|one| AllocationView {
                    invoice: one.debit.retyped::<kernel::id::Invoice>().to_string(),
                    amount: one.amount.into(),
                    paid: one.paid.into(),
                })
                .collect(),
            received_on: recorded.received_on.to_string(),
            reference: recorded.reference,
            account: recorded.account,
            checkout: recorded.checkout.map(|id| id.to_string()),
            deposited_on: None,
        })
    }
}

/// A refund.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefundView {
    #[schema(example = "ref_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Of what credit: a payment's or a credit note's.
    pub payment: Option<String>,
    pub credit_note: Option<String>,
    /// `processing`, `succeeded`, `failed`, `in_doubt`.
    pub status: String,
    pub amount: Money,
    pub reason: String,
    pub refunded_on: String,
}

impl From<Refund> for RefundView {
    fn from(refund: Refund) -> Self {
        RefundView {
            id: refund.id.to_string(),
            payment: refund.payment.map(|id| id.to_string()),
            credit_note: refund.credit_note.map(|id| id.to_string()),
            status: refund.status,
            amount: refund.amount.into(),
            reason: refund.reason,
            refunded_on: refund.refunded_on.to_string(),
        }
    }
}

/// A dispute of an online payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct DisputeView {
    #[schema(example = "dsp_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub payment: String,
    pub customer: String,
    /// `needs_response`, `under_review`, `won`, `lost`, `closed`.
    pub status: &'static str,
    /// What is disputed of the payment.
    pub amount: Money,
    /// The provider's code, such as `fraudulent`.
    pub reason: String,
    /// Until when evidence may be sent to the provider, while it may.
    pub evidence_due_at: Option<String>,
    /// The provider's id of it.
    pub reference: String,
    /// What the provider took away, what of it came back, and what of the rest is lost.
    pub withdrawn: Money,
    pub reinstated: Money,
    pub lost: Money,
    /// What the provider kept for it.
    pub fee: Money,
    pub created_at: String,
}

impl From<Dispute> for DisputeView {
    fn from(dispute: Dispute) -> Self {
        DisputeView {
            id: dispute.id.to_string(),
            payment: dispute.payment.to_string(),
            customer: dispute.customer.to_string(),
            status: dispute.status.name(),
            amount: dispute.amount.into(),
            reason: dispute.reason,
            evidence_due_at: dispute.evidence_due.map(|at| at.to_string()),
            reference: dispute.provider_id,
            withdrawn: dispute.withdrawn.into(),
            reinstated: dispute.reinstated.into(),
            lost: dispute.lost.into(),
            fee: dispute.fee.into(),
            created_at: dispute.created_at.to_string(),
        }
    }
}

/// An online payment to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCheckout {
    /// Invoices of one customer in one currency, each paid as far as it is open.
    #[schema(min_items = 1, max_items = 50)]
    pub invoices: Vec<String>,
    /// `card` or `e_wallet`.
    #[schema(pattern = "^(card|e_wallet)$")]
    pub method: String,
    /// `gwc_…`; the first connection that suits when not given.
    pub gateway: Option<String>,
    /// Where the payer goes afterwards; http or https.
    #[schema(max_length = 2000)]
    pub return_url: Option<String>,
}

/// An online payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckoutView {
    #[schema(example = "ckt_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// `open`, `processing`, `succeeded`, `failed`, `expired`, `in_doubt`.
    pub status: &'static str,
    pub customer: String,
    pub method: String,
    pub gateway: String,
    pub amount: Money,
    pub invoices: Vec<CheckoutPartView>,
    /// Where the payer goes to pay.
    pub url: Option<String>,
    /// Text of a QR code for the payer's telephone.
    pub qr: Option<String>,
    /// The provider's code of why it failed.
    pub failure: Option<String>,
    pub payment: Option<String>,
    pub expires_at: String,
    pub created_at: String,
}

/// A part of an online payment that is meant for an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckoutPartView {
    pub invoice: String,
    pub amount: Money,
}

impl From<Checkout> for CheckoutView {
    fn from(checkout: Checkout) -> Self {
        CheckoutView {
            id: checkout.id.to_string(),
            status: checkout.status.name(),
            customer: checkout.customer.to_string(),
            method: checkout.method,
            gateway: checkout.connection.to_string(),
            amount: checkout.amount.into(),
            invoices: checkout
                .invoices
                .into_iter()
                .map(|(invoice, amount)| CheckoutPartView { invoice: invoice.to_string(), amount: amount.into() })
                .collect(),
            url: checkout.url,
            qr: checkout.qr,
            failure: checkout.failure,
            payment: checkout.payment.map(|id| id.to_string()),
            expires_at: checkout.expires_at.to_string(),
            created_at: checkout.created_at.to_string(),
        }
    }
}
/// What a provider says of a day, beside what the books say.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillView {
    #[schema(example = "gwc_01h455vb4pex5vsknk084sn02q")]
    pub connection: String,
    /// As the provider counts days.
    #[schema(example = "2026-11-22")]
    pub day: String,
    /// `awaited`, `compared`.
    #[schema(example = "compared")]
    pub state: &'static str,
    /// Why it could not be had when it was last asked for.
    #[schema(example = "unreachable")]
    pub failure: Option<String>,
    pub fetched_at: Option<String>,
    /// What moved, after fees; one for each currency.
    pub sums: Vec<BillSumView>,
    /// Oldest first, those that ended too.
    pub differences: Vec<BillDifferenceView>,
}

/// What moved in a currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillSumView {
    pub theirs: Money,
    pub ours: Money,
}

/// Something in which bill and books do not agree.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillDifferenceView {
    #[schema(example = "bdf_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// `only_here`, `only_there`, `amount_differs`, `fee_differs`, `fee_beyond_contract`, `state_differs`.
    #[schema(example = "amount_differs")]
    pub kind: String,
    /// `payment`, `refund`, `fee`, `dispute`, `payout`, `other`.
    #[schema(example = "payment")]
    pub about: String,
    /// The number by which both sides know it.
    #[schema(example = "ckt_01h455vb4pex5vsknk084sn02q")]
    pub reference: String,
    pub theirs: Option<Money>,
    pub ours: Option<Money>,
    pub payment: Option<String>,
    #[schema(example = "ref_01h455vb4pex5vsknk084sn02q")]
    pub refund: Option<String>,
    /// `open`, `set_aside`, `closed`.
    #[schema(example = "open")]
    pub status: String,
    pub note: Option<String>,
}

/// What a provider sent to the bank.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutView {
    #[schema(example = "pyo_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    #[schema(example = "gwc_01h455vb4pex5vsknk084sn02q")]
    pub connection: String,
    /// The provider's number of it.
    #[schema(example = "po_1MUbGBI9TzkOGHgD")]
    pub provider_id: String,
    /// `arrived`, `failed`.
    #[schema(example = "arrived")]
    pub status: String,
    /// What left the balance at the provider.
    pub gross: Money,
    /// What it kept of the pay-out itself, once it is told.
    pub fee: Option<Money>,
    /// What reached the bank.
    pub net: Money,
    /// Code of the bank's account.
    #[schema(example = "1002")]
    pub account: String,
    pub arrived_on: String,
}

impl From<Bill> for BillView {
    fn from(bill: Bill) -> Self {
        let sum =
            |(theirs, ours): (kernel::Money, kernel::Money)| BillSumView { theirs: theirs.into(), ours: ours.into() };
        BillView {
            connection: bill.connection.to_string(),
            day: bill.day.to_string(),
            state: if bill.is_compared { "compared" } else { "awaited" },
            failure: bill.failure,
            fetched_at: bill.fetched_at.map(|at| at.to_string()),
            sums: bill.sums.into_iter().map(sum).collect(),
            differences: bill.differences.into_iter().map(BillDifferenceView::from).collect(),
        }
    }
}

impl From<Found> for BillDifferenceView {
    fn from(found: Found) -> Self {
        BillDifferenceView {
            id: found.id.to_string(),
            kind: found.kind,
            about: found.about,
            reference: found.reference,
            theirs: found.theirs.map(Money::from),
            ours: found.ours.map(Money::from),
            payment: found.payment.map(|id| id.to_string()),
            refund: found.refund.map(|id| id.to_string()),
            status: found.status,
            note: found.note,
        }
    }
}

impl From<Payout> for PayoutView {
    fn from(payout: Payout) -> Self {
        PayoutView {
            id: payout.id.to_string(),
            connection: payout.connection.to_string(),
            provider_id: payout.provider_id,
            status: payout.status,
            gross: payout.gross.into(),
            fee: payout.fee.map(Money::from),
            net: payout.net.into(),
            account: payout.account,
            arrived_on: payout.arrived_on.to_string(),
        }
    }
}
