//! What pages, the API and other slices read of payments.

pub use crate::store::{DueInvoice, Filter, PresentedAgain};

use crate::rules::checkout::CheckoutStatus;
use crate::rules::payment::Method;
use crate::store::{self, CheckoutRow, PaymentRow, RefundRow};
use ::store::{Conn, Error, Part, Total};
use gateways::Settings;
use kernel::id::{
    CheckoutId, CreditNoteId, CustomerId, GatewayConnectionId, InvoiceId, OpenItemId, OrganisationId, PaymentId,
    RefundId,
};
use kernel::{Date, Money, Refusal, Scope, Timestamp};
use receivables::AllocationView;
use std::collections::{BTreeMap, BTreeSet};

/// A part of a payment that settles an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocatedPart {
    pub invoice: InvoiceId,
    pub number: String,
    pub issued_on: Option<Date>,
    pub invoice_total: Option<Money>,
    /// What left the invoice.
    pub amount: Money,
    /// What left the payment: the same, but where the two are in different currencies.
    pub paid: Money,
    pub on: Date,
    /// Taken back since.
    pub reversed: bool,
}

impl AllocatedPart {
    /// Whether the invoice is in another currency than the payment.
    pub fn is_exchanged(&self) -> bool {
        self.amount.currency() != self.paid.currency()
    }
}

/// A payment as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    pub customer: CustomerId,
    pub method: Method,
    /// `uncleared`, `succeeded`, `reversed`.
    pub status: String,
    pub amount: Money,
    pub refunded: Money,
    /// What lost disputes took off it.
    pub lost: Money,
    /// What is neither set against invoices nor paid back nor lost.
    pub unallocated: Money,
    pub allocations: Vec<AllocatedPart>,
    pub received_on: Date,
    /// The payer's or the bank's; of an online payment the provider's own id.
    pub reference: Option<String>,
    /// The name of the connection that an online payment came through.
    pub provider: Option<String>,
    pub account: String,
    pub checkout: Option<CheckoutId>,
    pub deposited_on: Option<Date>,
    pub receipt_number: Option<String>,
    pub recorded_by: String,
    pub created_at: Timestamp,
}

impl Payment {
    /// What is set against invoices now.
    pub fn allocated(&self) -> Money {
        let live = self.allocations.iter().filter(|part| !part.reversed).map(|part| part.paid);
        Money::sum(self.amount.currency(), live).unwrap_or(Money::zero(self.amount.currency()))
    }
}

impl Payment {
    /// What people tell it by: the provider of an online payment with the number of its receipt, else the reference.
    pub fn told_by(&self) -> Option<String> {
        let provider = self.provider.as_ref().map(|provider| match &self.receipt_number {
            Some(number) => format!("{provider} {number}"),
            None => provider.clone(),
        });
        provider.or_else(|| self.reference.clone())
    }
}

/// One payment, or a refusal.
pub fn get(conn: &mut Conn, scope: &Scope, id: PaymentId) -> Result<Payment, Error> {
    let row = store::payment(conn, scope, id)?;
    let found = opened(conn, scope, row.into_iter().collect())?.pop();
    Ok(found.ok_or_else(|| Refusal::not_found("payment_not_found"))?)
}

/// Up to `limit` payments before `before`, newest first.
pub fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    before: Option<PaymentId>,
    limit: i64,
) -> Result<Vec<Payment>, Error> {
    page(conn, scope, filter, &Part::newest(before, limit))
}

/// A part of the payments, newest first.
pub fn page(conn: &mut Conn, scope: &Scope, filter: &Filter, part: &Part) -> Result<Vec<Payment>, Error> {
    let rows = store::list_payments(conn, scope, filter, part)?;
    opened(conn, scope, rows)
}

/// Payments that are set against an invoice, the newest 20.
pub fn payments_of(conn: &mut Conn, scope: &Scope, invoice: InvoiceId) -> Result<Vec<Payment>, Error> {
    let parts = receivables::allocations_of(conn, scope, invoice.retyped())?;
    let standing: BTreeSet<PaymentId> =
        parts.iter().filter(|part| !part.reversed).map(|part| part.credit.retyped()).collect();
    let mut rows = Vec::new();
    for id in standing.into_iter().rev().take(20) {
        rows.extend(store::payment(conn, scope, id)?);
    }
    opened(conn, scope, rows)
}

/// How many payments a list has.
pub fn total(conn: &mut Conn, scope: &Scope, filter: &Filter) -> Result<Total, Error> {
    store::total_payments(conn, scope, filter)
}

/// Payments with what they settle, in a handful of statements however many they are.
fn opened(conn: &mut Conn, scope: &Scope, rows: Vec<PaymentRow>) -> Result<Vec<Payment>, Error> {
    let ids: Vec<OpenItemId> = rows.iter().map(|row| row.payment_id.retyped()).collect();
    let items = receivables::items_with_allocations(conn, scope, &ids)?;
    let settled: BTreeSet<OpenItemId> =
        items.iter().flat_map(|(_, allocations)| allocations.iter().map(|part| part.debit)).collect();
    let settled: Vec<InvoiceId> = settled.into_iter().map(OpenItemId::retyped).collect();
    let invoices = store::named(conn, scope.organisation(), &settled)?;
    let online: Vec<CheckoutId> = rows.iter().filter_map(|row| row.checkout_id).collect();
    let providers: BTreeMap<CheckoutId, String> =
        store::connection_names(conn, scope.organisation(), &online)?.into_iter().collect();
    // Only online payments are disputed.
    let disputed = rows.iter().filter(|row| row.checkout_id.is_some()).map(|row| row.payment_id).collect::<Vec<_>>();
    let lost = store::lost_of(conn, scope.organisation(), &disputed)?;
    let mut items: BTreeMap<OpenItemId, _> =
        items.into_iter().map(|(item, allocations)| (item.id, (item.open, allocations))).collect();
    rows.into_iter()
        .map(|row| {
            let money = |minor| Money::new(minor, row.currency);
            let item = items.remove(&row.payment_id.retyped());
            let (unallocated, allocations) = item.unwrap_or_else(|| (money(0), Vec::new()));
            let broken = || Error::Broken(format!("method of {}", row.payment_id));
            Ok(Payment {
                id: row.payment_id,
                customer: row.customer_id,
                method: Method::by_name(&row.method).ok_or_else(broken)?,
                amount: money(row.amount_minor),
                refunded: money(row.refunded_minor),
                lost: money(lost.get(&row.payment_id).copied().unwrap_or(0)),
                unallocated,
                allocations: allocations.into_iter().map(|part| allocated(&part, &invoices)).collect(),
                received_on: row.received_on.0,
                reference: row.reference,
                provider: row.checkout_id.and_then(|id| providers.get(&id).cloned()),
                account: row.account,
                checkout: row.checkout_id,
                deposited_on: row.deposited_on.map(|day| day.0),
                receipt_number: row.receipt_number,
                recorded_by: row.recorded_by,
                created_at: row.created_at.0,
                status: row.status,
            })
        })
        .collect()
}

fn allocated(part: &AllocationView, invoices: &BTreeMap<InvoiceId, store::Named>) -> AllocatedPart {
    let invoice = part.debit.retyped();
    let named = invoices.get(&invoice).cloned().unwrap_or_default();
    AllocatedPart {
        invoice,
        number: named.number,
        issued_on: named.issued_on,
        invoice_total: named.total,
        amount: part.amount,
        paid: part.paid,
        on: part.on,
        reversed: part.reversed,
    }
}

/// Which payments a cheque was before and after, where it bounced and was presented again.
pub fn presented_again(conn: &mut Conn, scope: &Scope, id: PaymentId) -> Result<Vec<PresentedAgain>, Error> {
    store::presented_again(conn, scope.organisation(), id)
}

/// How many payments and refunds are in doubt.
pub fn in_doubt(conn: &mut Conn, scope: &Scope) -> Result<i64, Error> {
    store::count_in_doubt(conn, scope)
}

/// A refund as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub id: RefundId,
    /// Of what credit: a payment's or a credit note's.
    pub payment: Option<PaymentId>,
    pub credit_note: Option<CreditNoteId>,
    /// `processing`, `succeeded`, `failed`, `in_doubt`.
    pub status: String,
    pub amount: Money,
    pub reason: String,
    pub refunded_on: Date,
}

impl From<RefundRow> for Refund {
    fn from(row: RefundRow) -> Self {
        Refund {
            id: row.refund_id,
            payment: row.payment_id,
            credit_note: row.credit_note_id,
            status: row.status,
            amount: Money::new(row.amount_minor, row.currency),
            reason: row.reason,
            refunded_on: row.refunded_on.0,
        }
    }
}

/// One refund, or a refusal.
pub fn refund(conn: &mut Conn, scope: &Scope, id: RefundId) -> Result<Refund, Error> {
    let row = store::refund(conn, scope, id)?.ok_or_else(|| Refusal::not_found("refund_not_found"))?;
    Ok(row.into())
}

/// Refunds of a payment, oldest first.
pub fn refunds(conn: &mut Conn, scope: &Scope, payment: PaymentId) -> Result<Vec<Refund>, Error> {
    Ok(store::refunds_of(conn, scope, payment)?.into_iter().map(Refund::from).collect())
}

/// Refunds of a credit note, oldest first.
pub fn note_refunds(conn: &mut Conn, scope: &Scope, note: CreditNoteId) -> Result<Vec<Refund>, Error> {
    Ok(store::refunds_of_note(conn, scope, note)?.into_iter().map(Refund::from).collect())
}

/// A checkout as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    pub id: CheckoutId,
    pub customer: CustomerId,
    pub connection: GatewayConnectionId,
    pub method: String,
    pub status: CheckoutStatus,
    pub amount: Money,
    pub invoices: Vec<(InvoiceId, Money)>,
    pub url: Option<String>,
    pub qr: Option<String>,
    /// What the provider calls it inside its own app.
    pub in_app: Option<String>,
    pub failure: Option<String>,
    pub payment: Option<PaymentId>,
    pub return_url: Option<String>,
    pub expires_at: Timestamp,
    pub next_poll_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// One checkout, or a refusal.
pub fn checkout(conn: &mut Conn, scope: &Scope, id: CheckoutId) -> Result<Checkout, Error> {
    let row = store::checkout(conn, scope, id)?.ok_or_else(|| Refusal::not_found("checkout_not_found"))?;
    checkout_of(conn, row)
}

fn checkout_of(conn: &mut Conn, row: CheckoutRow) -> Result<Checkout, Error> {
    let parts = store::checkout_invoices(conn, row.organisation_id, row.checkout_id)?;
    Ok(Checkout {
        id: row.checkout_id,
        customer: row.customer_id,
        connection: row.connection_id,
        status: CheckoutStatus::by_name(&row.status)
            .ok_or_else(|| Error::Broken(format!("status of {}", row.checkout_id)))?,
        method: row.method,
        amount: Money::new(row.amount_minor, row.currency),
        invoices: parts
            .into_iter()
            .map(|part| (part.invoice_id, Money::new(part.amount_minor, row.currency)))
            .collect(),
        url: row.url,
        qr: row.qr,
        in_app: row.in_app,
        failure: row.failure,
        payment: row.payment_id,
        return_url: row.return_url,
        expires_at: row.expires_at.0,
        next_poll_at: row.next_poll_at.map(|at| at.0),
        created_at: row.created_at.0,
    })
}

/// The attempts to pay an invoice, newest first.
pub fn attempts(conn: &mut Conn, scope: &Scope, invoice: InvoiceId) -> Result<Vec<Checkout>, Error> {
    store::attempts_of(conn, scope, invoice)?.into_iter().map(|row| checkout_of(conn, row)).collect()
}

/// Up to `limit` invoices that a customer has to pay, soonest due first, behind `after`.
pub fn open_invoices(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    after: Option<InvoiceId>,
    limit: i64,
) -> Result<Vec<DueInvoice>, Error> {
    store::open_invoices(conn, scope, customer, after, limit)
}

/// One issued invoice with what is open of it.
pub fn due_invoice(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<Option<DueInvoice>, Error> {
    store::due_invoice(conn, scope, id)
}

/// A connection without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: GatewayConnectionId,
    pub provider: String,
    pub name: String,
    pub settings: Settings,
    pub active: bool,
    pub version: i64,
}

/// The connections of an organisation, oldest first.
pub fn connections(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Connection>, Error> {
    store::connections_of(conn, organisation)?
        .into_iter()
        .map(|row| {
            Ok(Connection {
                id: row.connection_id,
                provider: row.provider,
                name: row.name,
                settings: serde_json::from_str(&row.settings.0)?,
                active: row.active,
                version: row.version,
            })
        })
        .collect()
}
