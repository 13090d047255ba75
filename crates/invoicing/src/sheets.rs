//! The tax summary as a table.

use crate::queries::TaxSummary;
use kernel::Locale;
use reports::{Cell, Column, ColumnKind, Row, Sheet};

pub(crate) fn tax_summary(report: &TaxSummary, locale: Locale) -> Sheet {
    let row = |row: &crate::queries::TaxRow| {
        Row::plain(vec![
            Cell::text(&row.code),
            Cell::text(row.names.get(locale)),
            row.rate.into(),
            row.base.into(),
            row.tax.into(),
        ])
    };
    let foot = |label, base: Cell, tax: kernel::Money| {
        Row::foot(label, vec![Cell::Empty, Cell::Empty, Cell::Empty, base, tax.into()])
    };
    let mut feet = vec![foot("total", report.total_base.into(), report.total_tax)];
    if !report.other.is_zero() {
        feet.push(foot("tax-other", Cell::Empty, report.other));
    }
    feet.push(foot("tax-in-ledger", Cell::Empty, report.on_account));
    Sheet {
        name: format!("tax-summary-{}", report.to),
        title: "report-tax-summary",
        about: None,
        from: Some(report.from),
        to: report.to,
        currency: Some(report.currency),
        columns: vec![
            Column::new("tax_code", "column-tax-code", ColumnKind::Text),
            Column::new("name", "column-name", ColumnKind::Text),
            Column::new("rate", "column-rate", ColumnKind::Number),
            Column::new("base", "column-base", ColumnKind::Money),
            Column::new("tax", "column-tax", ColumnKind::Money),
        ],
        rows: report.rows.iter().map(row).chain(feet).collect(),
    }
}
