//! One invoice, with all that is known of it.

use super::deposits::{Deducted, DepositView, of_deposit, of_lines};
use crate::frozen::{self, Parties};
use crate::rules::deposits::Purpose;
use crate::store::{InvoiceRow, credit_notes, disputed, invoices, lists};
use ::store::{Conn, Error, Vault};
use catalog::LineKind;
use customers::Buyer;
use identity::rules::settings::RevenueAt;
use kernel::id::{AllocationId, CustomerId, InvoiceId, ItemId, OpenItemId, OrderId};
use kernel::{Currency, Date, Decimal, Localized, Money, Percent, Quantity, Refusal, Scope, Timestamp, UnitPrice};
use receivables::rules::schedule::{Part, schedule};
use receivables::rules::status::{Amounts, InvoiceStatus, Stage, is_overdue, status};
use receivables::{AllocationView, ItemKind};
use std::collections::{BTreeMap, BTreeSet};

/// An invoice as pages, documents and the API show it.
#[derive(Debug, Clone)]
pub struct InvoiceView {
    pub id: InvoiceId,
    /// None for drafts.
    pub number: Option<String>,
    pub status: InvoiceStatus,
    pub purpose: Purpose,
    pub customer: CustomerId,
    /// As it is called today; documents say [`Parties::buyer`].
    pub customer_name: String,
    pub order: Option<OrderId>,
    pub order_number: Option<String>,
    pub currency: Currency,
    pub issued_on: Option<Date>,
    pub due_on: Option<Date>,
    pub payment_terms_days: i32,
    pub lines: Vec<LineView>,
    /// Deposits that its lines take off.
    pub deducts: Vec<Deducted>,
    /// Of a deposit invoice that was issued: what is left of it.
    pub deposit: Option<DepositView>,
    pub taxes: Vec<TaxView>,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// What is still to be paid.
    pub balance: Money,
    /// Given up as lost.
    pub written_off: Money,
    /// Discounts and small differences that were let go.
    pub waived: Money,
    /// Units of the books' currency per unit.
    pub exchange_rate: Decimal,
    pub allocations: Vec<Applied>,
    pub instalments: Vec<InstalmentView>,
    pub pay_token: Option<String>,
    pub official: Official,
    pub sent_at: Option<Timestamp>,
    /// Its net becomes revenue when it is delivered, not when it is issued.
    pub revenue_at_delivery: bool,
    /// When the customer was promised it.
    pub deliver_on: Option<Date>,
    pub delivered_on: Option<Date>,
    /// None for drafts.
    pub parties: Option<Parties>,
    pub reference: Option<String>,
    pub note: Option<String>,
    /// An online payment of it has an unknown outcome.
    pub in_doubt: bool,
    /// An online payment of it is being made.
    pub payment_under_way: bool,
    /// Money that paid it is disputed at the provider, and that is not decided.
    pub disputed: bool,
    pub created_at: Timestamp,
    /// Counts changes.
    pub version: i64,
}

/// A line.
#[derive(Debug, Clone)]
pub struct LineView {
    /// From 1.
    pub line: i32,
    pub kind: LineKind,
    pub item: Option<ItemId>,
    pub description: String,
    pub unit: String,
    pub quantity: Quantity,
    pub unit_price: UnitPrice,
    pub discount_percent: Option<Percent>,
    pub discount: Money,
    pub tax_code: Option<String>,
    pub rate: Percent,
    pub inclusive: bool,
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
    /// The deposit invoice that it takes off; its description is that one's number.
    pub deducts: Option<InvoiceId>,
}

/// Base and tax of one code and rate.
#[derive(Debug, Clone)]
pub struct TaxView {
    /// Empty for what bears no tax.
    pub code: String,
    /// As the catalog calls it, by language.
    pub names: Localized,
    pub rate: Percent,
    pub base: Money,
    pub tax: Money,
}

/// A part of the total with its own day.
#[derive(Debug, Clone)]
pub struct InstalmentView {
    pub due_on: Date,
    pub amount: Money,
    /// What is not covered yet; what comes in settles the earliest first.
    pub open: Money,
}

/// A credit that was set against the invoice.
#[derive(Debug, Clone)]
pub struct Applied {
    pub id: AllocationId,
    pub kind: ItemKind,
    pub credit: OpenItemId,
    /// Number of a credit note, the bank's or payer's reference of a payment.
    pub label: Option<String>,
    /// Of a payment: `bank_transfer`, `card` …
    pub method: Option<String>,
    /// A credit note of this invoice; one of another pays it as money does.
    pub own_note: bool,
    pub amount: Money,
    /// What it took of the credit, where that is in another currency.
    pub paid: Option<Money>,
    pub on: Date,
    /// Taken back since.
    pub reversed: bool,
}

/// Where the official invoice stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    pub status: OfficialStatus,
    pub number: Option<String>,
}

/// How far the official invoice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficialStatus {
    None,
    Requested,
    Issued,
}

impl OfficialStatus {
    pub const ALL: [OfficialStatus; 3] = [OfficialStatus::None, OfficialStatus::Requested, OfficialStatus::Issued];

    pub const fn name(self) -> &'static str {
        match self {
            OfficialStatus::None => "none",
            OfficialStatus::Requested => "requested",
            OfficialStatus::Issued => "issued",
        }
    }
}

impl Official {
    pub(crate) fn of(row: &InvoiceRow) -> Official {
        let known = OfficialStatus::ALL.into_iter().find(|s| s.name() == row.official_status);
        Official { status: known.unwrap_or(OfficialStatus::None), number: row.official_number.clone() }
    }
}

impl Applied {
    /// The page of the credit; empty where it has none.
    pub fn href(&self) -> String {
        match self.kind {
            ItemKind::OpeningCredit => String::new(),
            ItemKind::CreditNote => format!("/credit-notes/{}", self.credit.retyped::<kernel::id::CreditNote>()),
            _ => format!("/payments/{}", self.credit.retyped::<kernel::id::Payment>()),
        }
    }
}

impl InvoiceView {
    /// The day by which the next of it must be paid: of the first instalment with something open, else of the whole.
    pub fn next_due(&self) -> Option<Date> {
        self.instalments.iter().find(|part| part.open.is_positive()).map(|part| part.due_on).or(self.due_on)
    }

    /// Whether its net waits for the delivery to become revenue.
    pub fn awaits_delivery(&self) -> bool {
        let live = !matches!(self.status, InvoiceStatus::Draft | InvoiceStatus::Void);
        live && !self.is_deposit() && self.revenue_at_delivery && self.delivered_on.is_none()
    }

    /// Whether money is still expected.
    pub fn is_open(&self) -> bool {
        self.status.is_outstanding()
    }

    /// Whether payment is late: of the whole, or of an instalment before the last.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.next_due().is_some_and(|due| is_overdue(self.status, due, today))
    }

    /// Who is to pay, as the document says.
    pub fn buyer(&self) -> Option<&Buyer> {
        self.parties.as_ref().map(|parties| &parties.buyer)
    }
}

/// One invoice, or a refusal where there is none in this scope; a customer does not see drafts.
pub fn view(conn: &mut Conn, vault: &Vault, scope: &Scope, id: InvoiceId) -> Result<InvoiceView, Error> {
    let row = invoices::find(conn, scope, id)?
        .filter(|row| scope.customer().is_none() || row.state != "draft")
        .ok_or_else(|| Refusal::not_found("invoice_not_found"))?;
    let organisation = scope.organisation();
    let zero = Money::zero(row.currency);
    let item = receivables::item(conn, scope, id.retyped())?;
    let allocations = applied(conn, scope, id)?;
    let balance = if row.state == "draft" { row.total() } else { item.map_or(zero, |item| item.open) };
    let taken_back = credit_notes::taken_back(conn, organisation, &[id])?.iter().map(|(_, minor)| minor).sum();
    let status = standing(&row, balance, &allocations, taken_back)?;
    let parties = match row.state.as_str() {
        "draft" => None,
        _ => Some(frozen::thaw(conn, vault, organisation, row.customer_id, &row.frozen)?),
    };
    let under_way = invoices::payments_under_way(conn, organisation, &[id])?;
    let instalments = instalments(conn, &row, balance)?;
    let lines = lines(conn, &row)?;
    Ok(InvoiceView {
        id,
        number: row.number.clone(),
        status,
        purpose: Purpose::by_name(&row.purpose).unwrap_or_default(),
        customer: row.customer_id,
        customer_name: lists::customer_name(conn, scope, row.customer_id)?,
        order: row.order_id,
        order_number: row.order_id.map_or(Ok(None), |order| lists::order_number(conn, scope, order))?,
        currency: row.currency,
        issued_on: row.issued_on.map(|day| day.0),
        due_on: row.due_on.map(|day| day.0),
        payment_terms_days: row.payment_terms_days,
        deducts: of_lines(&lines)?,
        deposit: of_deposit(conn, &row)?,
        lines,
        taxes: taxes(conn, scope, &row)?,
        net: row.money(row.net_minor),
        tax: row.money(row.tax_minor),
        total: row.total(),
        balance: if status.is_outstanding() || status == InvoiceStatus::Draft { balance } else { zero },
        written_off: row.money(row.written_off_minor),
        waived: row.money(row.waived_minor),
        exchange_rate: row.exchange_rate.0,
        instalments,
        allocations,
        pay_token: row.pay_token.clone(),
        official: Official::of(&row),
        sent_at: row.sent_at.map(|at| at.0),
        revenue_at_delivery: row.revenue_at == RevenueAt::Delivery.name(),
        deliver_on: row.deliver_on.map(|day| day.0),
        delivered_on: row.delivered_on.map(|day| day.0),
        parties,
        in_doubt: under_way.iter().any(|(_, status)| status == "in_doubt"),
        payment_under_way: under_way.iter().any(|(_, status)| status == "processing"),
        disputed: !disputed(conn, organisation, &[id])?.is_empty(),
        reference: row.reference,
        note: row.note,
        created_at: row.created_at.0,
        version: row.version,
    })
}

/// The status, from what was set against the invoice.
fn standing(
    row: &InvoiceRow,
    balance: Money,
    allocations: &[Applied],
    taken_back: i64,
) -> Result<InvoiceStatus, Error> {
    let by = |own_note: bool| {
        let of = |a: &&Applied| !a.reversed && a.own_note == own_note;
        allocations.iter().filter(of).map(|a| a.amount.minor()).sum()
    };
    status_of(row, balance.minor(), Settled { paid: by(false), credited: by(true), taken_back })
}

/// What was set against an invoice, by payments and by credit notes, and what its credit notes come to; minor units.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settled {
    pub paid: i64,
    pub credited: i64,
    pub taken_back: i64,
}

/// The status of a row with so much open.
pub(crate) fn status_of(row: &InvoiceRow, open: i64, settled: Settled) -> Result<InvoiceStatus, Error> {
    let Settled { paid, credited, taken_back } = settled;
    let stage = match row.state.as_str() {
        "draft" => Stage::Draft,
        "void" => Stage::Void,
        _ => Stage::Issued,
    };
    let settled = row.total_minor - paid - credited - row.waived_minor - row.written_off_minor;
    if stage == Stage::Issued && settled != open {
        return Err(Error::Broken(format!("{} is open by {open} but {settled} is not settled", row.invoice_id)));
    }
    let amounts = Amounts {
        total: row.total(),
        paid: row.money(paid),
        credited: row.money(credited),
        taken_back: row.money(taken_back),
        waived: row.money(row.waived_minor),
        written_off: row.money(row.written_off_minor),
    };
    Ok(status(stage, &amounts)?)
}

fn applied(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<Vec<Applied>, Error> {
    let all: Vec<AllocationView> = receivables::allocations_of(conn, scope, id.retyped())?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let credits: Vec<OpenItemId> = all.iter().map(|a| a.credit).collect();
    let kinds: BTreeMap<OpenItemId, String> = lists::kinds_of(conn, scope, &credits)?.into_iter().collect();
    let payments = lists::payments_named(conn, scope, &credits.iter().map(|c| c.retyped()).collect::<Vec<_>>())?;
    let payments: BTreeMap<OpenItemId, (String, Option<String>)> =
        payments.into_iter().map(|(id, method, label)| (id.retyped(), (method, label))).collect();
    let notes = lists::credit_notes_named(conn, scope, &credits.iter().map(|c| c.retyped()).collect::<Vec<_>>())?;
    let notes: BTreeMap<OpenItemId, String> = notes.into_iter().map(|(id, number)| (id.retyped(), number)).collect();
    let own = credit_notes::of_invoice(conn, scope.organisation(), id)?;
    let own: BTreeSet<OpenItemId> = own.into_iter().map(|note| note.credit_note_id.retyped()).collect();
    let one = |a: AllocationView| {
        let kind = kinds.get(&a.credit).and_then(|name| ItemKind::by_name(name));
        let payment = payments.get(&a.credit);
        Applied {
            id: a.id,
            kind: kind.unwrap_or(ItemKind::Payment),
            credit: a.credit,
            label: notes.get(&a.credit).cloned().or_else(|| payment.and_then(|(_, label)| label.clone())),
            method: payment.map(|(method, _)| method.clone()),
            own_note: own.contains(&a.credit),
            amount: a.amount,
            paid: (a.paid.currency() != a.amount.currency()).then_some(a.paid),
            on: a.on,
            reversed: a.reversed,
        }
    };
    Ok(all.into_iter().map(one).collect())
}

fn lines(conn: &mut Conn, row: &InvoiceRow) -> Result<Vec<LineView>, Error> {
    let broken = |what: String| Error::Broken(format!("a line of {}: {what}", row.invoice_id));
    let rows = invoices::lines(conn, row.organisation_id, row.invoice_id)?;
    rows.into_iter()
        .map(|line| {
            Ok(LineView {
                line: line.line,
                kind: if line.kind == "fee" { LineKind::Fee } else { LineKind::Item },
                item: line.item_id,
                description: line.description,
                unit: line.unit,
                quantity: Quantity::new(line.quantity.0).map_err(|e| broken(e.to_string()))?,
                unit_price: UnitPrice::new(line.unit_price.0, row.currency).map_err(|e| broken(e.to_string()))?,
                discount_percent: line.discount_percent.and_then(|percent| Percent::new(percent.0).ok()),
                discount: row.money(line.discount_minor),
                tax_code: line.tax_code,
                rate: Percent::new(line.tax_rate.0).map_err(|e| broken(e.to_string()))?,
                inclusive: line.tax_inclusive,
                net: row.money(line.net_minor),
                tax: row.money(line.tax_minor),
                gross: row.money(line.gross_minor),
                deducts: line.deducts,
            })
        })
        .collect()
}

fn taxes(conn: &mut Conn, scope: &Scope, row: &InvoiceRow) -> Result<Vec<TaxView>, Error> {
    let mut taxes = Vec::new();
    for tax in invoices::taxes(conn, row.organisation_id, row.invoice_id)? {
        taxes.push(TaxView {
            names: Localized::same(&tax.tax_code),
            rate: Percent::new(tax.rate.0).map_err(|e| Error::Broken(e.to_string()))?,
            base: row.money(tax.base_minor),
            tax: row.money(tax.tax_minor),
            code: tax.tax_code,
        });
    }
    called(conn, scope, taxes)
}

/// The same with the names that the catalog has for their codes.
pub(super) fn called(conn: &mut Conn, scope: &Scope, mut taxes: Vec<TaxView>) -> Result<Vec<TaxView>, Error> {
    let codes: Vec<String> = taxes.iter().map(|tax| tax.code.clone()).collect();
    let mut names = lists::tax_names(conn, scope, &codes)?;
    for tax in &mut taxes {
        if let Some(names) = names.remove(&tax.code) {
            tax.names = names;
        }
    }
    Ok(taxes)
}

/// Instalments with what is open of each: what was settled covers the earliest first.
fn instalments(conn: &mut Conn, row: &InvoiceRow, balance: Money) -> Result<Vec<InstalmentView>, Error> {
    let rows = invoices::instalments(conn, row.organisation_id, row.invoice_id)?;
    let parts: Vec<(Date, i64)> = rows.iter().map(|part| (part.due_on.0, part.amount_minor)).collect();
    let view = |part: Part| InstalmentView {
        due_on: part.due_on,
        amount: row.money(part.minor),
        open: row.money(part.open_minor),
    };
    Ok(schedule(row.total_minor, balance.minor(), &parts).into_iter().map(view).collect())
}
