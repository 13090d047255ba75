//! The reconciliation report on the wire.

use crate::queries::Statement;
use crate::report::{Shown, Words};
use crate::rules::reconcile::{Item, Section};
use kernel::id::{EntryId, StatementLineId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::Money;

/// Why a statement is closed with what is left, or opened again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClosing {
    /// Needed where the adjusted balances differ, where the bank told no balance, and to open a statement again.
    #[serde(default)]
    #[schema(max_length = 500, example = "The bank corrects its fee in December")]
    pub reason: String,
}

/// What the books have and the bank has not yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransitView {
    /// Journal entry.
    #[schema(example = "ent_01h455vb4pex5vsknk084sn02q")]
    pub entry: String,
    #[schema(example = "2026-11-30")]
    pub date: String,
    /// As in the journal: `payment`, `refund`, `transfer`, …
    #[schema(example = "payment")]
    pub kind: String,
    #[schema(example = "货款")]
    pub memo: String,
    /// What the bank or the provider calls it; empty where it calls it nothing.
    #[schema(example = "EB-77123")]
    pub reference: String,
    #[schema(example = "cus_01h455vb4pex5vsknk084sn02q")]
    pub customer: Option<String>,
    #[schema(example = "上海远航贸易有限公司")]
    pub customer_name: Option<String>,
    /// Into the account above zero, out of it below.
    pub amount: Money,
}

/// What the bank has and the books have not.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnbookedView {
    /// Statement line.
    #[schema(example = "stl_01h455vb4pex5vsknk084sn02q")]
    pub line: String,
    /// Its statement, which may be an earlier one.
    #[schema(example = "stm_01h455vb4pex5vsknk084sn02q")]
    pub statement: String,
    #[schema(example = "2026-11-30")]
    pub date: String,
    #[schema(example = "示例银行")]
    pub counterparty: String,
    #[schema(example = "")]
    pub reference: String,
    #[schema(example = "账户管理费")]
    pub text: String,
    /// `open`, `ignored` (set aside), or `matched` with what the books have of a later day.
    #[schema(example = "ignored")]
    pub state: String,
    pub amount: Money,
}

/// Items that the bank has not yet: how many, what they come to, and the 500 oldest of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransitSection {
    #[schema(example = 1)]
    pub count: i64,
    pub sum: Money,
    pub items: Vec<TransitView>,
}

/// Items that the books have not: how many, what they come to, and the 500 oldest of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnbookedSection {
    #[schema(example = 1)]
    pub count: i64,
    pub sum: Money,
    pub items: Vec<UnbookedView>,
}

/// The side of the bank.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankSide {
    pub balance: Money,
    /// Whether the bank told it; else it is what the lines come to.
    pub is_told: bool,
    /// Received by the books, and not by the bank yet.
    pub in_transit: TransitSection,
    /// Paid by the books, and not by the bank yet.
    pub not_presented: TransitSection,
    pub adjusted: Money,
}

/// The side of the books.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookSide {
    pub balance: Money,
    /// Received by the bank, and not by the books.
    pub received: UnbookedSection,
    /// Paid by the bank, and not by the books.
    pub charged: UnbookedSection,
    pub adjusted: Money,
}

/// Balance by the bank and balance by the books at the end of a statement's last day, brought together.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciliationView {
    #[schema(example = "stm_01h455vb4pex5vsknk084sn02q")]
    pub statement: String,
    #[schema(example = "1002")]
    pub account: String,
    /// `open`: as the account stands now; `closed`: as it was kept.
    #[schema(example = "closed")]
    pub status: String,
    #[schema(example = "2026-11-30")]
    pub as_of: String,
    pub bank: BankSide,
    pub books: BookSide,
    /// Adjusted balance of the bank less that of the books: what nothing here explains.
    pub difference: Money,
    /// Of the difference: the bank's balances do not come to what its lines do.
    pub missing_lines: Money,
    /// Of the difference: the bank and the books began with different balances.
    pub before: Money,
    /// What the statement before ended with, where this one begins with something else.
    pub previous_closing: Option<Money>,
    /// Whether closing needs a reason.
    pub needs_reason: bool,
    #[schema(example = "usr_01h455vb4pex5vsknk084sn02q")]
    pub closed_by: Option<String>,
    #[schema(example = "2026-12-01T01:00:00Z")]
    pub closed_at: Option<String>,
    #[schema(example = "The bank corrects its fee in December")]
    pub reason: Option<String>,
    /// Closed, and the books or matches say something else today.
    pub has_changed: bool,
}

impl ReconciliationView {
    pub fn new(statement: &Statement, shown: &Shown) -> ReconciliationView {
        let (report, words) = (&shown.report, &shown.words);
        let (figures, sections) = (&report.figures, &report.figures.sections);
        ReconciliationView {
            statement: statement.id.to_string(),
            account: statement.account.clone(),
            status: statement.status.clone(),
            as_of: figures.told.on.to_string(),
            bank: BankSide {
                balance: figures.told.bank.into(),
                is_told: report.is_told,
                in_transit: TransitSection::of(&sections.in_transit, words),
                not_presented: TransitSection::of(&sections.not_presented, words),
                adjusted: figures.adjusted_bank.into(),
            },
            books: BookSide {
                balance: figures.told.book.into(),
                received: UnbookedSection::of(&sections.received, words),
                charged: UnbookedSection::of(&sections.charged, words),
                adjusted: figures.adjusted_book.into(),
            },
            difference: figures.difference.into(),
            missing_lines: figures.missing_lines.into(),
            before: figures.before.into(),
            previous_closing: report.gap.map(Money::from),
            needs_reason: report.needs_reason(),
            closed_by: shown.closed.as_ref().map(|closed| closed.by.clone()),
            closed_at: shown.closed.as_ref().map(|closed| closed.at.to_string()),
            reason: report.reason.clone(),
            has_changed: shown.has_changed,
        }
    }
}

fn count(items: usize) -> i64 {
    i64::try_from(items).unwrap_or(i64::MAX)
}

impl TransitSection {
    fn of(section: &Section<EntryId>, words: &Words) -> TransitSection {
        let item = |item: &Item<EntryId>| {
            let known = words.entry(item.id);
            let customer = known.and_then(|words| words.customer.as_ref());
            TransitView {
                entry: item.id.to_string(),
                date: item.day.to_string(),
                kind: known.map(|words| words.kind.clone()).unwrap_or_default(),
                memo: known.map(|words| words.memo.clone()).unwrap_or_default(),
                reference: known.map(|words| words.reference.clone()).unwrap_or_default(),
                customer: customer.map(|(id, _)| id.to_string()),
                customer_name: customer.map(|(_, name)| name.clone()),
                amount: item.amount.into(),
            }
        };
        let items = section.items.iter().map(item).collect();
        TransitSection { count: count(section.count), sum: section.sum.into(), items }
    }
}

impl UnbookedSection {
    fn of(section: &Section<StatementLineId>, words: &Words) -> UnbookedSection {
        let item = |item: &Item<StatementLineId>| {
            let known = words.line(item.id);
            let text = |of: Option<&str>| of.unwrap_or_default().to_owned();
            UnbookedView {
                line: item.id.to_string(),
                statement: known.map(|words| words.statement.to_string()).unwrap_or_default(),
                date: item.day.to_string(),
                counterparty: text(known.map(|words| words.payer)),
                reference: text(known.map(|words| words.reference)),
                text: text(known.map(|words| words.text)),
                state: text(known.map(|words| words.state)),
                amount: item.amount.into(),
            }
        };
        let items = section.items.iter().map(item).collect();
        UnbookedSection { count: count(section.count), sum: section.sum.into(), items }
    }
}
