//! The report of ages as a table.

use crate::queries::AgeingReport;
use crate::rules::ageing::Ageing;
use kernel::Currency;
use reports::{Cell, Column, ColumnKind, Row, Sheet};

/// Customer by customer, and a foot for every currency. Programs get the customers' ids too.
pub(crate) fn ageing(report: &AgeingReport, for_people: bool) -> Sheet {
    let money = |key, label| Column::new(key, label, ColumnKind::Money);
    let mut columns = vec![
        Column::new("name", "column-customer", ColumnKind::Text),
        Column::new("currency", "column-currency", ColumnKind::Text),
        money("not_due", "column-not-due"),
        money("days_1_30", "column-days-1-30"),
        money("days_31_60", "column-days-31-60"),
        money("days_61_90", "column-days-61-90"),
        money("over_90", "column-over-90"),
        money("unapplied", "column-unapplied"),
        money("total", "column-total"),
    ];
    let mut rows: Vec<Row> = report
        .rows
        .iter()
        .map(|row| {
            let mut cells = cells(Cell::text(&row.name), row.currency, &row.ageing);
            if !for_people {
                cells.insert(0, Cell::text(row.customer.to_string()));
            }
            Row::plain(cells)
        })
        .collect();
    rows.extend(
        report.totals.iter().map(|(currency, ageing)| Row::foot("total", cells(Cell::Empty, *currency, ageing))),
    );
    if !for_people {
        columns.insert(0, Column::new("customer", "column-customer", ColumnKind::Text));
    }
    Sheet {
        name: format!("receivables-aging-{}", report.as_of),
        title: "report-receivables-aging",
        about: None,
        from: None,
        to: report.as_of,
        currency: None,
        columns,
        rows,
    }
}

fn cells(name: Cell, currency: Currency, ageing: &Ageing) -> Vec<Cell> {
    let mut cells = vec![name, Cell::text(currency.code())];
    cells.extend(ageing.buckets.map(Cell::from));
    cells.extend([ageing.unapplied.into(), ageing.total.into()]);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::CustomerId;
    use kernel::{Date, Money};

    #[test]
    fn rows_are_as_wide_as_the_head_and_programs_get_ids() {
        let day = Date::constant(2026, 11, 23);
        let zero = Money::zero(Currency::CNY);
        let ageing = crate::rules::ageing::ageing(Currency::CNY, day, &[(day, Money::new(5, Currency::CNY))], zero);
        let ageing = ageing.unwrap();
        let row = crate::queries::AgeingRow {
            customer: CustomerId::NIL,
            name: "远航".into(),
            currency: Currency::CNY,
            ageing,
        };
        let report = AgeingReport { as_of: day, rows: vec![row], totals: vec![(Currency::CNY, ageing)] };
        for (for_people, width) in [(true, 9), (false, 10)] {
            let sheet = super::ageing(&report, for_people);
            assert_eq!((sheet.columns.len(), sheet.rows[0].cells.len()), (width, width));
            assert_eq!(sheet.rows[0].cells.last(), Some(&Cell::Money(Money::new(5, Currency::CNY))));
        }
    }
}
