//! The books on the wire.

mod rates;
mod revaluation;

use crate::queries::{Account, BalanceSheet, Entry, GeneralLedger, Line, Period, ProfitAndLoss, TrialBalance};
use crate::rules::manual::{LineInput, ManualInput};
use crate::rules::statements::Statement;
use kernel::{Currency, Locale};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::{Money, Warning};

pub use rates::{NewRate, QuoteView, RateView, RatesReport};
pub use revaluation::{NewRevaluation, RevaluationView};

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    #[schema(example = "1122")]
    pub code: String,
    /// By language.
    #[schema(value_type = Object)]
    pub name: kernel::Localized,
    pub parent: Option<String>,
    /// `asset`, `liability`, `equity`, `income`, `expense`, `cost`.
    pub kind: String,
    /// The side on which it grows.
    pub side: String,
    /// Whether lines may be posted to it.
    pub postable: bool,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        let Account { code, parent, names, kind, side, postable } = account;
        AccountView { code, name: names, parent, kind, side, postable }
    }
}

/// A journal entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    #[schema(example = "ent_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    #[schema(format = Date)]
    pub date: String,
    /// `invoice`, `payment`, `manual` …
    pub kind: &'static str,
    /// The document it belongs to: `inv_…`, `pay_…`.
    pub document: Option<String>,
    pub memo: String,
    /// Number of the voucher in its month; given behind the posting.
    pub voucher: Option<i64>,
    pub reverses: Option<String>,
    pub reversed_by: Option<String>,
    pub posted_at: String,
    pub lines: Vec<EntryLineView>,
}

/// A line; a negative amount is red-letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryLineView {
    pub account: String,
    pub name: String,
    /// In the organisation's currency, like `credit`.
    pub debit: Money,
    pub credit: Money,
    /// The amount in the document's currency, where that is another.
    pub original: Option<Money>,
    pub customer: Option<String>,
    pub tax_code: Option<String>,
    /// Line of the cash-flow statement; only on cash accounts.
    pub cash_flow_line: Option<u8>,
}

impl EntryView {
    pub fn new(entry: Entry, locale: Locale) -> EntryView {
        let line = |line: Line| EntryLineView {
            debit: line.debit().into(),
            credit: line.credit().into(),
            original: line.foreign().map(Money::from),
            name: line.names.get(locale).to_owned(),
            account: line.account,
            customer: line.customer.map(|id| id.to_string()),
            tax_code: line.tax_code,
            cash_flow_line: line.cash_flow_line,
        };
        EntryView {
            id: entry.id.to_string(),
            date: entry.date.to_string(),
            kind: entry.kind.name(),
            document: entry.document.map(|d| d.to_string()),
            memo: entry.memo,
            voucher: entry.voucher,
            reverses: entry.reverses.map(|id| id.to_string()),
            reversed_by: entry.reversed_by.map(|id| id.to_string()),
            posted_at: entry.posted_at.to_string(),
            lines: entry.lines.into_iter().map(line).collect(),
        }
    }
}

/// An entry to be written by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    #[schema(format = Date)]
    pub date: String,
    #[schema(min_length = 1, max_length = 500)]
    pub memo: String,
    /// At least two.
    pub lines: Vec<NewLine>,
}

/// A line with an amount in one of the columns; below zero for red-letter.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewEntryLine)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    pub account: String,
    pub debit: Option<Money>,
    pub credit: Option<Money>,
}

impl From<NewEntry> for ManualInput {
    fn from(new: NewEntry) -> Self {
        let column = |money: Option<Money>| money.map(|m| (m.currency, m.amount));
        let line =
            |line: NewLine| LineInput { account: line.account, debit: column(line.debit), credit: column(line.credit) };
        ManualInput { date: new.date, memo: new.memo, lines: new.lines.into_iter().map(line).collect() }
    }
}

/// How an entry is to be taken back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewReversal {
    /// Today when not given.
    #[schema(format = Date)]
    pub date: Option<String>,
    pub memo: Option<String>,
}

/// A month of the books.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodView {
    #[schema(example = "prd_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    pub starts_on: String,
    pub ends_on: String,
    /// `open`, `closed`.
    pub status: &'static str,
    /// What to attend to; only when it was closed just now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

impl From<Period> for PeriodView {
    fn from(period: Period) -> Self {
        PeriodView {
            id: period.id.to_string(),
            starts_on: period.starts_on.to_string(),
            ends_on: period.ends_on.to_string(),
            status: if period.closed { "closed" } else { "open" },
            warnings: Vec::new(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TrialBalanceView {
    pub currency: String,
    pub as_of: String,
    pub rows: Vec<TrialRowView>,
    pub total_debit: Money,
    pub total_credit: Money,
}

/// An account that was posted to.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialRowView {
    pub account: String,
    pub name: String,
    pub debit: Money,
    pub credit: Money,
    /// Debit less credit.
    pub balance: Money,
}

impl TrialBalanceView {
    pub fn new(report: &TrialBalance, locale: Locale) -> TrialBalanceView {
        let row = |row: &crate::queries::TrialRow| TrialRowView {
            name: row.names.get(locale).to_owned(),
            account: row.account.clone(),
            debit: row.debit.into(),
            credit: row.credit.into(),
            balance: row.balance.into(),
        };
        TrialBalanceView {
            currency: report.currency.code().to_owned(),
            as_of: report.as_of.to_string(),
            rows: report.rows.iter().map(row).collect(),
            total_debit: report.total_debit.into(),
            total_credit: report.total_credit.into(),
        }
    }
}

/// A line of a printed form.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormRowView {
    pub line: u8,
    pub name: &'static str,
    pub amount: Money,
    /// The column beside it: year to date, or the beginning of the year.
    pub comparison: Money,
}

fn form(left: &Statement, right: &Statement, currency: Currency, locale: Locale) -> Vec<FormRowView> {
    left.lines()
        .iter()
        .map(|line| FormRowView {
            line: line.number,
            name: if locale == Locale::ZhCn { line.zh } else { line.en },
            amount: left.money(line.number, currency).into(),
            comparison: right.money(line.number, currency).into(),
        })
        .collect()
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProfitAndLossView {
    pub currency: String,
    pub from: String,
    pub to: String,
    /// `comparison` counts from this day.
    pub year_from: String,
    pub rows: Vec<FormRowView>,
}

impl ProfitAndLossView {
    pub fn new(report: &ProfitAndLoss, locale: Locale) -> ProfitAndLossView {
        ProfitAndLossView {
            currency: report.currency.code().to_owned(),
            from: report.from.to_string(),
            to: report.to.to_string(),
            year_from: report.year_from.to_string(),
            rows: form(&report.period, &report.year, report.currency, locale),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceSheetView {
    pub currency: String,
    pub as_of: String,
    /// `comparison` is at the end of this day.
    pub year_began: String,
    pub rows: Vec<FormRowView>,
}

impl BalanceSheetView {
    pub fn new(report: &BalanceSheet, locale: Locale) -> BalanceSheetView {
        BalanceSheetView {
            currency: report.currency.code().to_owned(),
            as_of: report.as_of.to_string(),
            year_began: report.year_began.to_string(),
            rows: form(&report.now, &report.then, report.currency, locale),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GeneralLedgerView {
    pub account: String,
    pub name: String,
    pub from: String,
    pub to: String,
    /// Before the first line of this page, debit positive.
    pub opening: Money,
    pub data: Vec<LedgerLineView>,
    /// After the last line of this page.
    pub closing: Money,
    pub next_cursor: Option<String>,
}

/// A line of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerLineView {
    pub date: String,
    pub entry: String,
    /// The account it stands on: the one asked for, or one below it.
    pub account: String,
    pub kind: &'static str,
    pub document: Option<String>,
    pub memo: String,
    /// Number of the voucher in its month; given behind the posting.
    pub voucher: Option<i64>,
    pub debit: Option<Money>,
    pub credit: Option<Money>,
    pub original: Option<Money>,
    pub customer: Option<String>,
    pub balance: Money,
}

impl GeneralLedgerView {
    pub fn new(report: &GeneralLedger, locale: Locale) -> GeneralLedgerView {
        let line = |line: &crate::queries::LedgerLine| LedgerLineView {
            date: line.place.date.to_string(),
            entry: line.place.entry.to_string(),
            account: line.account.clone(),
            kind: line.kind.name(),
            document: line.document.map(|d| d.to_string()),
            debit: line.debit().map(Money::from),
            credit: line.credit().map(Money::from),
            original: line.foreign().map(Money::from),
            customer: line.customer.map(|id| id.to_string()),
            balance: line.balance.into(),
            memo: line.memo.clone(),
            voucher: line.voucher,
        };
        GeneralLedgerView {
            name: report.names.get(locale).to_owned(),
            account: report.account.clone(),
            from: report.from.to_string(),
            to: report.to.to_string(),
            opening: report.opening.into(),
            data: report.lines.iter().map(line).collect(),
            closing: report.closing.into(),
            next_cursor: report.next.map(|place| place.to_string()),
        }
    }
}
