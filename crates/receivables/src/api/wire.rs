//! Customers' accounts on the wire.

use crate::items::ItemKind;
use crate::queries::{Account, AgeingReport, Balance, Statement, StatementLine};
use crate::rules::ageing::Ageing;
use crate::rules::exposure::Exposure;
use kernel::id::{CreditNoteId, InvoiceId, OpenItemId, PaymentId};
use kernel::{Currency, Date, MoneyError};
use serde::Serialize;
use utoipa::ToSchema;
use web::wire::Money;

/// The id of the document that an item is.
fn document(kind: ItemKind, id: OpenItemId) -> String {
    match kind {
        ItemKind::Invoice => InvoiceId::to_string(&id.retyped()),
        ItemKind::Payment => PaymentId::to_string(&id.retyped()),
        ItemKind::CreditNote => CreditNoteId::to_string(&id.retyped()),
        ItemKind::Opening | ItemKind::OpeningCredit => id.to_string(),
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StatementView {
    pub customer: String,
    pub from: String,
    pub to: String,
    pub accounts: Vec<AccountView>,
}

/// The account in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerAccountView)]
pub struct AccountView {
    pub currency: String,
    pub opening: Money,
    pub lines: Vec<StatementLineView>,
    pub closing: Money,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StatementLineView {
    pub date: String,
    /// `invoice`, `opening`, `payment`, `credit_note`, `opening_credit`.
    pub kind: &'static str,
    pub document: String,
    /// A part was refunded or written off, or put back.
    pub reduction: bool,
    /// A part was set against a document in another currency; it is a line of that currency's account too.
    pub exchange: bool,
    pub debit: Money,
    pub credit: Money,
    /// What the customer owes after it; below zero is credit.
    pub balance: Money,
}

impl StatementView {
    pub fn new(customer: String, statement: Statement) -> StatementView {
        let line = |line: StatementLine| StatementLineView {
            date: line.date.to_string(),
            kind: line.kind.name(),
            document: document(line.kind, line.id),
            reduction: line.reduction,
            exchange: line.exchange,
            debit: line.debit.into(),
            credit: line.credit.into(),
            balance: line.balance.into(),
        };
        let account = |account: Account| AccountView {
            currency: account.currency.code().to_owned(),
            opening: account.opening.into(),
            lines: account.lines.into_iter().map(line).collect(),
            closing: account.closing.into(),
        };
        StatementView {
            customer,
            from: statement.from.to_string(),
            to: statement.to.to_string(),
            accounts: statement.accounts.into_iter().map(account).collect(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BalancesView {
    pub customer: String,
    pub as_of: String,
    pub balances: Vec<BalanceView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceView {
    pub currency: String,
    pub owed: Money,
    pub overdue: Money,
    /// Not set against anything yet.
    pub credit: Money,
}

impl BalancesView {
    pub fn new(customer: String, as_of: Date, balances: Vec<(Currency, Balance)>) -> BalancesView {
        let view = |(currency, balance): (Currency, Balance)| BalanceView {
            currency: currency.code().to_owned(),
            owed: balance.owed.into(),
            overdue: balance.overdue.into(),
            credit: balance.credit.into(),
        };
        BalancesView { customer, as_of: as_of.to_string(), balances: balances.into_iter().map(view).collect() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ExposuresView {
    pub customer: String,
    pub exposures: Vec<ExposureView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ExposureView {
    pub currency: String,
    /// Confirmed, without an invoice.
    pub open_orders: Money,
    /// Submitted and waiting for somebody; not counted.
    pub held_orders: Money,
    pub open_invoices: Money,
    /// Cheques that have not cleared, set against invoices or not.
    pub uncleared: Money,
    pub credit: Money,
    /// Orders, invoices and uncleared cheques less credit: what the credit check holds against the limit.
    pub exposure: Money,
}

impl ExposuresView {
    pub fn new(customer: String, exposures: Vec<(Currency, Exposure)>) -> Result<ExposuresView, MoneyError> {
        let view = |(currency, exposure): (Currency, Exposure)| {
            Ok(ExposureView {
                currency: currency.code().to_owned(),
                open_orders: exposure.open_orders.into(),
                held_orders: exposure.held_orders.into(),
                open_invoices: exposure.open_invoices.into(),
                uncleared: exposure.uncleared.into(),
                credit: exposure.credit.into(),
                exposure: exposure.total()?.into(),
            })
        };
        Ok(ExposuresView { customer, exposures: exposures.into_iter().map(view).collect::<Result<_, MoneyError>>()? })
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AgeingView {
    pub as_of: String,
    pub rows: Vec<AgeingRowView>,
    /// One per currency.
    pub totals: Vec<AmountsView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AgeingRowView {
    pub customer: String,
    pub name: String,
    #[serde(flatten)]
    pub ageing: AmountsView,
}

/// Days past the due date; the due day itself is not yet due.
#[derive(Debug, Serialize, ToSchema)]
pub struct AmountsView {
    pub currency: String,
    pub not_due: Money,
    pub days_1_30: Money,
    pub days_31_60: Money,
    pub days_61_90: Money,
    pub over_90: Money,
    /// Credit not set against anything yet; taken off the total only.
    pub unapplied: Money,
    pub total: Money,
}

impl AmountsView {
    fn new(currency: Currency, ageing: &Ageing) -> AmountsView {
        let [not_due, days_1_30, days_31_60, days_61_90, over_90] = ageing.buckets.map(Money::from);
        AmountsView {
            currency: currency.code().to_owned(),
            not_due,
            days_1_30,
            days_31_60,
            days_61_90,
            over_90,
            unapplied: ageing.unapplied.into(),
            total: ageing.total.into(),
        }
    }
}

impl From<&AgeingReport> for AgeingView {
    fn from(report: &AgeingReport) -> Self {
        let row = |row: &crate::queries::AgeingRow| AgeingRowView {
            customer: row.customer.to_string(),
            name: row.name.clone(),
            ageing: AmountsView::new(row.currency, &row.ageing),
        };
        AgeingView {
            as_of: report.as_of.to_string(),
            rows: report.rows.iter().map(row).collect(),
            totals: report.totals.iter().map(|(currency, ageing)| AmountsView::new(*currency, ageing)).collect(),
        }
    }
}
