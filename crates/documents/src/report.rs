//! A report of the books as PDF, workbook and CSV: whose it is, of which time, in which currency, and one table.

use crate::csv::{Bom, table_csv};
use crate::figures::{self, Figure};
use crate::labels::Labels;
use crate::table::{Cell, Column, ColumnKind, Table};
use crate::{DocumentError, Typesetter, xlsx};
use kernel::{Date, Locale};
use serde::Serialize;

/// Columns that an upright page has room for.
const UPRIGHT_COLUMNS_MAX: usize = 6;

/// A report with its words in the reader's language.
#[derive(Debug, Clone)]
pub struct Report {
    pub locale: Locale,
    /// Whose books they are.
    pub company: String,
    pub title: String,
    /// What stands under the title: period, currency.
    pub facts: Vec<(String, String)>,
    /// Its last day; the file carries it as its date.
    pub day: Date,
    pub columns: Vec<Column>,
    pub rows: Vec<ReportRow>,
}

/// A row of as many cells as there are columns; missing ones stay empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    pub cells: Vec<Cell>,
    /// Adds up others: set off by weight and a rule.
    pub sum: bool,
}

impl Report {
    /// The table alone; amounts as plain decimals, dates as ISO 8601.
    pub fn csv(self, bom: Bom) -> Result<Vec<u8>, DocumentError> {
        let rows: Vec<Vec<Cell>> = self.rows.into_iter().map(|row| row.cells).collect();
        let mut bytes = Vec::new();
        table_csv(Table { title: self.title, day: self.day, columns: self.columns, rows }, bom, &mut bytes)?;
        Ok(bytes)
    }

    /// A workbook of one sheet; dates are dates and numbers numbers.
    pub fn xlsx(&self) -> Result<Vec<u8>, DocumentError> {
        xlsx::report_xlsx(self)
    }

    /// A4, upright or, where there are many columns, across.
    pub fn pdf(&self, typesetter: &Typesetter) -> Result<Vec<u8>, DocumentError> {
        typesetter.report(&Paper::of(self))
    }
}

/// A report as it is read.
#[derive(Debug, Serialize)]
pub(crate) struct Paper {
    /// BCP 47.
    pub(crate) lang: &'static str,
    pub(crate) title: String,
    pub(crate) company: String,
    facts: Vec<(String, String)>,
    /// Lies on its side.
    across: bool,
    columns: Vec<Head>,
    rows: Vec<Line>,
    /// Holds `{page}` and `{pages}`.
    page_of: String,
    #[serde(skip)]
    pub(crate) day: Date,
}

#[derive(Debug, Serialize)]
struct Head {
    label: String,
    /// Stands at the right.
    number: bool,
    /// Takes the room that is left.
    wide: bool,
}

#[derive(Debug, Serialize)]
struct Line {
    cells: Vec<Figure>,
    sum: bool,
}

impl Paper {
    fn of(report: &Report) -> Paper {
        let labels = Labels::of(report.locale);
        let width = report.columns.len();
        let longest = |index: usize| {
            let lengths = report.rows.iter().map(|row| match row.cells.get(index) {
                // Chinese characters take the room of two letters.
                Some(Cell::Text(text)) => text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum(),
                _ => 0,
            });
            lengths.max().unwrap_or(0_usize)
        };
        // The room that is left goes to the longest texts.
        let texts = (0..width).filter(|index| report.columns[*index].kind == ColumnKind::Text);
        let wide = texts.max_by_key(|index| (longest(*index), width - index));
        let head = |(index, column): (usize, &Column)| Head {
            label: column.label.clone(),
            number: matches!(column.kind, ColumnKind::Number | ColumnKind::Money),
            wide: wide == Some(index),
        };
        let line = |row: &ReportRow| {
            let mut cells: Vec<Figure> = row.cells.iter().map(|cell| read(labels, cell, row.sum)).collect();
            cells.resize(width, Figure::default());
            Line { cells, sum: row.sum }
        };
        Paper {
            lang: report.locale.tag(),
            title: report.title.clone(),
            company: report.company.clone(),
            facts: report.facts.clone(),
            across: width > UPRIGHT_COLUMNS_MAX,
            columns: report.columns.iter().enumerate().map(head).collect(),
            rows: report.rows.iter().map(line).collect(),
            page_of: labels.say_with("page-of", &[("page", "{page}"), ("pages", "{pages}")]),
            day: report.day,
        }
    }
}

/// A cell as it is read. Nothing is a dash, so that the amounts of a long form stand out; a sum says zero.
fn read(labels: &Labels, cell: &Cell, sum: bool) -> Figure {
    let text = |whole: String| Figure { whole, cents: String::new() };
    match cell {
        Cell::Empty => Figure::default(),
        Cell::Text(words) => text(words.clone()),
        Cell::Number(number) => text(number.normalize().to_string()),
        Cell::Money(amount) if amount.is_zero() && !sum => text("–".to_owned()),
        Cell::Money(amount) => figures::money(*amount),
        Cell::Date(date) => text(labels.date(*date)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use kernel::{Currency, Money};
    use std::io::Cursor;

    fn report(locale: Locale, columns: usize) -> Report {
        let money = |minor| Cell::Money(Money::new(minor, Currency::CNY));
        let mut all = vec![Column::new("日期 Date", ColumnKind::Date), Column::new("摘要 Memo", ColumnKind::Text)];
        all.resize_with(columns, || Column::new("借方 Debit", ColumnKind::Money));
        let row = |minor, sum| {
            let mut cells = vec![Cell::Date(Date::constant(2026, 10, 9)), Cell::text("=传感器 Sensor")];
            cells.resize_with(columns, || money(minor));
            ReportRow { cells, sum }
        };
        Report {
            locale,
            company: "远航传感 Yuanhang".into(),
            title: "试算平衡表".into(),
            facts: vec![("币种".into(), "CNY".into())],
            day: Date::constant(2026, 10, 31),
            columns: all,
            rows: vec![row(123_456, false), row(0, false), row(0, true)],
        }
    }

    #[test]
    fn what_is_nothing_is_a_dash_unless_it_is_a_sum() {
        let paper = Paper::of(&report(Locale::En, 3));
        let read: Vec<String> = paper.rows.iter().map(|row| row.cells[2].text()).collect();
        assert_eq!(read, ["1,234.56", "–", "0.00"]);
        assert_eq!(paper.rows[0].cells[0].text(), "9 Oct 2026");
    }

    #[test]
    fn many_columns_lie_across_and_texts_take_the_room() {
        for (columns, across) in [(6, false), (7, true)] {
            let paper = Paper::of(&report(Locale::ZhCn, columns));
            assert_eq!(paper.across, across, "{columns}");
            let wide: Vec<bool> = paper.columns.iter().map(|c| c.wide).collect();
            assert_eq!(wide.iter().position(|w| *w), Some(1));
            assert_eq!(wide.iter().filter(|w| **w).count(), 1);
        }
    }

    #[test]
    fn a_workbook_has_whose_it_is_and_real_dates_and_numbers() {
        let bytes = report(Locale::ZhCn, 3).xlsx().unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let rows: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
        assert_eq!(rows[0][0].to_string(), "试算平衡表");
        assert_eq!(rows[1][0].to_string(), "远航传感 Yuanhang");
        assert_eq!(rows[2][..2], [Data::String("币种".into()), Data::String("CNY".into())]);
        let first = rows.iter().position(|row| matches!(row[0], Data::DateTime(_))).unwrap();
        assert_eq!(rows[first - 1][2].to_string(), "借方 Debit");
        assert_eq!(rows[first][1], Data::String("=传感器 Sensor".into()));
        assert_eq!(rows[first][2], Data::Float(1234.56));
    }

    #[test]
    fn a_pdf_keeps_to_its_standards_in_both_languages() {
        let typesetter = crate::typesetter().unwrap();
        for (locale, columns) in [(Locale::ZhCn, 3), (Locale::En, 9)] {
            let mut long = report(locale, columns);
            long.rows = std::iter::repeat_n(long.rows[0].clone(), 90).collect();
            let bytes = long.pdf(typesetter).unwrap();
            assert!(bytes == long.pdf(typesetter).unwrap(), "two prints differ");
            for part in ["%PDF-1.7", "<pdfuaid:part>1<", "2026-10-31"] {
                assert!(bytes.windows(part.len()).any(|w| w == part.as_bytes()), "{part}");
            }
        }
    }
}
