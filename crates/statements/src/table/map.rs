//! Which column of a table is what.

use crate::piece::ReferenceKind;
use kernel::Currency;
use serde::{Deserialize, Serialize};

/// How the rows of a bank's table are read; saved once for a bank, and good for all its files.
///
/// As JSON:
///
/// ```json
/// {"delimiter": ";", "booked_on": "Buchungstag", "amount": {"signed": {"column": "Betrag", "is_turned": false}},
///  "balance": "Saldo", "text": ["Verwendungszweck"], "references": [{"kind": "end_to_end", "column": "Kundenreferenz"}],
///  "dates": "dmy", "decimal_mark": "comma"}
/// ```
///
/// A column is its name in the header, or its number from nought. The header is the first row that has every name; what stands above
/// it is looked through for the account, the currency and the month. A map without a name is of a file without a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMap {
    /// What parts the cells of a text; nothing for a workbook.
    #[serde(default)]
    pub delimiter: Option<char>,
    pub booked_on: Column,
    #[serde(default)]
    pub value_on: Option<Column>,
    pub amount: Amount,
    /// What stood on the account behind the row.
    #[serde(default)]
    pub balance: Option<Column>,
    /// The column that names the currency, by code or Chinese name.
    #[serde(default)]
    pub currency_column: Option<Column>,
    /// The currency where no column names it, and nothing above the header does.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// The account that a row is of, in files of several.
    #[serde(default)]
    pub account: Option<Column>,
    #[serde(default)]
    pub name: Option<Column>,
    #[serde(default)]
    pub counterparty_account: Option<Column>,
    #[serde(default)]
    pub counterparty_bank: Option<Column>,
    /// Joined in this order, each once.
    #[serde(default)]
    pub text: Vec<Column>,
    #[serde(default)]
    pub references: Vec<ReferenceColumn>,
    #[serde(default)]
    pub code: Option<Column>,
    pub dates: DateOrder,
    #[serde(default)]
    pub decimal_mark: DecimalMark,
}

/// A column by its name, or by its number from nought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Column {
    At(usize),
    Named(String),
}

/// Where the amount stands, and how it says whether money came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// One column with a sign; turned where money out is above zero, as on statements of cards.
    Signed { column: Column, is_turned: bool },
    /// A column each; money out may be below zero already.
    InOut { money_in: Column, money_out: Column, out_is_negative: bool },
    /// An amount beside a column that says debit or credit. Below zero it takes back what the mark says.
    Marked { column: Column, mark: Column },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceColumn {
    pub kind: ReferenceKind,
    pub column: Column,
}

/// The order of the numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateOrder {
    /// `2026-01-28`, `20260128`.
    #[serde(rename = "ymd")]
    YearMonthDay,
    #[serde(rename = "dmy")]
    DayMonthYear,
    #[serde(rename = "mdy")]
    MonthDayYear,
    /// `01/28`, in the year that is nearest to the month of the title.
    #[serde(rename = "md")]
    MonthDay,
}

impl DateOrder {
    pub const ALL: [DateOrder; 4] =
        [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear, DateOrder::MonthDay];

    pub const fn name(self) -> &'static str {
        match self {
            DateOrder::YearMonthDay => "ymd",
            DateOrder::DayMonthYear => "dmy",
            DateOrder::MonthDayYear => "mdy",
            DateOrder::MonthDay => "md",
        }
    }

    pub fn by_name(name: &str) -> Option<DateOrder> {
        DateOrder::ALL.into_iter().find(|order| order.name() == name)
    }
}

/// What stands before the decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    #[default]
    Point,
    Comma,
}

impl DecimalMark {
    pub(crate) const fn character(self) -> char {
        match self {
            DecimalMark::Point => '.',
            DecimalMark::Comma => ',',
        }
    }
}

impl ColumnMap {
    /// Every column that is named.
    pub(crate) fn names(&self) -> Vec<&str> {
        let amounts = match &self.amount {
            Amount::Signed { column, .. } => [Some(column), None],
            Amount::InOut { money_in, money_out, .. } => [Some(money_in), Some(money_out)],
            Amount::Marked { column, mark } => [Some(column), Some(mark)],
        };
        let own = [&self.value_on, &self.balance, &self.currency_column, &self.account, &self.name, &self.code];
        let party = [&self.counterparty_account, &self.counterparty_bank];
        let all = std::iter::once(&self.booked_on)
            .chain(amounts.into_iter().flatten())
            .chain(own.into_iter().chain(party).flatten())
            .chain(&self.text)
            .chain(self.references.iter().map(|one| &one.column));
        all.filter_map(|column| match column {
            Column::Named(name) => Some(name.as_str()),
            Column::At(_) => None,
        })
        .collect()
    }
}
