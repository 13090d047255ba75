//! The reports of the books as tables, for every form that is not JSON.

use crate::queries::{BalanceSheet, Called, GeneralLedger, LedgerLine, ProfitAndLoss, TrialBalance};
use crate::rules::statements::Statement;
use kernel::{Currency, Decimal, Locale};
use reports::{Cell, Column, ColumnKind, Row, Sheet, Weight};
use web::i18n::L;

const ACCOUNT: Column = Column::new("account", "column-account", ColumnKind::Text);
const NAME: Column = Column::new("name", "column-name", ColumnKind::Text);
const DEBIT: Column = Column::new("debit", "column-debit", ColumnKind::Money);
const CREDIT: Column = Column::new("credit", "column-credit", ColumnKind::Money);
const BALANCE: Column = Column::new("balance", "column-balance", ColumnKind::Money);
const DATE: Column = Column::new("date", "column-date", ColumnKind::Date);
const VOUCHER: Column = Column::new("voucher", "column-voucher", ColumnKind::Number);
const MEMO: Column = Column::new("memo", "column-memo", ColumnKind::Text);
const CUSTOMER: Column = Column::new("customer", "label-customer", ColumnKind::Text);
const LINE: Column = Column::new("line", "column-line", ColumnKind::Number);
const FORM_LINE: Column = Column::new("name", "column-form-line", ColumnKind::Text);

/// Every account with its debits and credits.
pub(crate) fn trial_balance(report: &TrialBalance, locale: Locale) -> Sheet {
    let row = |row: &crate::queries::TrialRow| {
        Row::plain(vec![
            Cell::text(&row.account),
            Cell::text(row.names.get(locale)),
            row.debit.into(),
            row.credit.into(),
            row.balance.into(),
        ])
    };
    let foot = vec![Cell::Empty, Cell::Empty, report.total_debit.into(), report.total_credit.into(), Cell::Empty];
    Sheet {
        name: format!("trial-balance-{}", report.as_of),
        title: "report-trial-balance",
        about: None,
        from: None,
        to: report.as_of,
        currency: Some(report.currency),
        columns: vec![ACCOUNT, NAME, DEBIT, CREDIT, BALANCE],
        rows: report.rows.iter().map(row).chain([Row::foot("total", foot)]).collect(),
    }
}

/// Two fillings of a printed form, side by side.
fn form([left, right]: [&Statement; 2], currency: Currency, locale: Locale) -> Vec<Row> {
    let lines = left.lines().iter();
    let row = |line: &crate::rules::statements::FormLine| Row {
        cells: vec![
            Cell::Number(Decimal::from(line.number)),
            Cell::text(if locale == Locale::ZhCn { line.zh } else { line.en }),
            left.money(line.number, currency).into(),
            right.money(line.number, currency).into(),
        ],
        weight: match line.number {
            sum if left.is_sum(sum) => Weight::Sum,
            part if left.is_part(part) => Weight::Part,
            _ => Weight::Plain,
        },
        label: None,
    };
    lines.map(row).collect()
}

fn form_columns(amount: &'static str, comparison: &'static str) -> Vec<Column> {
    let money = |key, label| Column::new(key, label, ColumnKind::Money);
    vec![LINE, FORM_LINE, money("amount", amount), money("comparison", comparison)]
}

pub(crate) fn profit_and_loss(report: &ProfitAndLoss, locale: Locale) -> Sheet {
    Sheet {
        name: format!("profit-and-loss-{}", report.to),
        title: "report-profit-and-loss",
        about: None,
        from: Some(report.from),
        to: report.to,
        currency: Some(report.currency),
        columns: form_columns("column-this-period", "column-year-to-date"),
        rows: form([&report.period, &report.year], report.currency, locale),
    }
}

pub(crate) fn balance_sheet(report: &BalanceSheet, locale: Locale) -> Sheet {
    Sheet {
        name: format!("balance-sheet-{}", report.as_of),
        title: "report-balance-sheet",
        about: None,
        from: None,
        to: report.as_of,
        currency: Some(report.currency),
        columns: form_columns("column-at-end", "column-at-year-begin"),
        rows: form([&report.now, &report.then], report.currency, locale),
    }
}

/// The lines of an account. Programs get the ids of entry and document; people, for whom things are `called` something, get
/// words, what was brought forward and what is carried forward.
pub(crate) fn general_ledger(report: &GeneralLedger, l: &L, called: Option<&Called>) -> Sheet {
    let ids = [
        Column::new("entry", "column-voucher", ColumnKind::Text),
        Column::new("document", "column-voucher", ColumnKind::Text),
    ];
    let mut columns = vec![DATE, VOUCHER, MEMO, DEBIT, CREDIT, BALANCE];
    match called {
        None => drop(columns.splice(2..2, ids)),
        Some(_) => columns.insert(3, CUSTOMER),
    }
    let row = |line: &LedgerLine| {
        let mut cells = vec![
            line.place.date.into(),
            line.voucher.map(Decimal::from).into(),
            Cell::text(called.map_or_else(|| line.memo.clone(), |called| line.summary(l, called))),
            line.debit().into(),
            line.credit().into(),
            line.balance.into(),
        ];
        if let Some(called) = called {
            cells.insert(3, Cell::text(called.customer(line.customer)));
        } else {
            let document = line.document.map(|document| document.to_string()).unwrap_or_default();
            cells.splice(2..2, [Cell::text(line.place.entry.to_string()), Cell::text(document)]);
        }
        Row::plain(cells)
    };
    let name = report.names.get(l.locale());
    let mut rows: Vec<Row> = report.lines.iter().map(row).collect();
    if called.is_some() {
        let balance = |label, date, amount: kernel::Money| {
            let mut cells = vec![Cell::Empty; columns.len()];
            cells[0] = Cell::Date(date);
            cells[columns.len() - 1] = amount.into();
            Row::foot(label, cells)
        };
        rows.insert(0, balance("report-brought-forward", report.from, report.opening));
        rows.push(balance("report-carried-forward", report.to, report.closing));
    }
    Sheet {
        name: format!("general-ledger-{}-{}", report.account, report.to),
        title: "report-general-ledger",
        about: Some(format!("{} {name}", report.account)),
        from: Some(report.from),
        to: report.to,
        currency: Some(report.opening.currency()),
        columns,
        rows,
    }
}
