//! Excel workbooks: a document on two sheets, or any table on one.
//!
//! Rows go to a temporary file as they come, so a long export takes little memory. Texts are written as texts, never
//! as formulas. The file's date is the data's, so the same data gives the same bytes.

use crate::DocumentError;
use crate::export::export;
use crate::model::Document;
use crate::report::Report;
use crate::table::{Cell, Column, ColumnKind, Table};
use kernel::{Date, Money};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Excel keeps fifteen digits of a number; a longer one is written as text, so that none is lost.
const EXACT_DIGITS: usize = 15;

/// A document as a workbook: first what it says as a whole, then its lines under a header that stays in sight.
pub fn xlsx(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let export = export(document)?;
    let mut workbook = workbook(&export.title, export.lines.day)?;
    let worksheet = workbook.add_worksheet_with_constant_memory()?;
    worksheet.set_name(sheet_name(&export.title))?.set_paper_size(A4);
    worksheet.set_column_width(0, 24)?.set_column_width(1, 32)?;
    worksheet.write_string_with_format(0, 0, &export.title, &Format::new().set_bold().set_font_size(16))?;
    for (row, (label, cell)) in (2..).zip(&export.summary) {
        worksheet.write_string_with_format(row, 0, label, &Format::new().set_font_color(QUIET))?;
        write(worksheet, row, 1, cell, &Format::new().set_align(FormatAlign::Left))?;
    }
    fill(workbook.add_worksheet_with_constant_memory()?, export.lines)?;
    Ok(workbook.save_to_buffer()?)
}

/// Any table as a workbook of one sheet, header frozen.
pub fn table_xlsx<R>(table: Table<R>) -> Result<Vec<u8>, DocumentError>
where
    R: IntoIterator<Item = Vec<Cell>>,
{
    let mut workbook = workbook(&table.title, table.day)?;
    fill(workbook.add_worksheet_with_constant_memory()?, table)?;
    Ok(workbook.save_to_buffer()?)
}

/// A report on one sheet: whose it is and of which time, then its table under a header that stays in sight.
pub(crate) fn report_xlsx(report: &Report) -> Result<Vec<u8>, DocumentError> {
    let mut workbook = workbook(&report.title, report.day)?;
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(sheet_name(&report.title))?.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    for (index, column) in (0..).zip(&report.columns) {
        sheet.set_column_width(index, width(column))?;
    }
    sheet.write_string_with_format(0, 0, &report.title, &Format::new().set_bold().set_font_size(16))?;
    sheet.write_string(1, 0, &report.company)?;
    let mut row = 2;
    for (label, value) in &report.facts {
        sheet.write_string_with_format(row, 0, label, &Format::new().set_font_color(QUIET))?;
        sheet.write_string(row, 1, value)?;
        row += 1;
    }
    row += 1;
    for (index, column) in (0..).zip(&report.columns) {
        sheet.write_string_with_format(row, index, &column.label, &header(column.kind))?;
    }
    sheet.set_repeat_rows(row, row)?.set_freeze_panes(row + 1, 0)?;
    let (plain, sum) = (Format::new(), Format::new().set_bold().set_border_top(FormatBorder::Thin));
    for line in &report.rows {
        row += 1;
        for (index, cell) in (0..).zip(&line.cells) {
            write(sheet, row, index, cell, if line.sum { &sum } else { &plain })?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// ISO 216, as Excel numbers its papers.
const A4: u8 = 9;

/// The ink of labels.
const QUIET: u32 = 0x64_6E_69;

fn workbook(title: &str, day: Date) -> Result<Workbook, DocumentError> {
    let properties = DocProperties::new().set_title(title).set_creation_datetime(&excel_date(day)?);
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties);
    Ok(workbook)
}

fn fill<R>(worksheet: &mut Worksheet, table: Table<R>) -> Result<(), DocumentError>
where
    R: IntoIterator<Item = Vec<Cell>>,
{
    worksheet.set_name(sheet_name(&table.title))?.set_paper_size(A4);
    worksheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?.set_freeze_panes(1, 0)?;
    for (index, column) in (0..).zip(&table.columns) {
        worksheet.set_column_width(index, width(column))?;
        worksheet.write_string_with_format(0, index, &column.label, &header(column.kind))?;
    }
    let plain = Format::new();
    for (row, cells) in (1..).zip(table.rows) {
        for (index, cell) in (0..).zip(&cells) {
            write(worksheet, row, index, cell, &plain)?;
        }
    }
    Ok(())
}

fn header(kind: ColumnKind) -> Format {
    let align = if kind == ColumnKind::Text { FormatAlign::Left } else { FormatAlign::Right };
    Format::new().set_bold().set_align(align).set_border_bottom(FormatBorder::Thin)
}

fn width(column: &Column) -> u16 {
    match column.kind {
        ColumnKind::Text => 28,
        ColumnKind::Number | ColumnKind::Date => 12,
        ColumnKind::Money => 18,
    }
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, format: &Format) -> Result<(), DocumentError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string_with_format(row, column, cut(text), format)?;
        }
        Cell::Number(value) => number(sheet, row, column, &value.normalize().to_string(), format)?,
        Cell::Money(amount) => {
            number(sheet, row, column, &amount.amount(), &format.clone().set_num_format(money_format(*amount)))?;
        }
        Cell::Date(date) => {
            let format = format.clone().set_num_format("yyyy-mm-dd");
            sheet.write_datetime_with_format(row, column, &excel_date(*date)?, &format)?;
        }
    }
    Ok(())
}

/// `plain` is a decimal such as `-1234.50`.
fn number(sheet: &mut Worksheet, row: u32, column: u16, plain: &str, format: &Format) -> Result<(), XlsxError> {
    let digits = plain.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    match plain.parse::<f64>() {
        Ok(value) if digits <= EXACT_DIGITS => sheet.write_number_with_format(row, column, value, format)?,
        _ => sheet.write_string_with_format(row, column, plain, &format.clone().set_align(FormatAlign::Right))?,
    };
    Ok(())
}

/// Grouped thousands and the currency's own digits.
fn money_format(amount: Money) -> &'static str {
    match amount.currency().digits() {
        0 => "#,##0",
        3 => "#,##0.000",
        4 => "#,##0.0000",
        _ => "#,##0.00",
    }
}

fn excel_date(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let number = |n: i8| u8::try_from(n).unwrap_or(1);
    ExcelDateTime::from_ymd(u16::try_from(date.year()).unwrap_or(1900), number(date.month()), number(date.day()))
}

/// Excel refuses names over 31 characters and some signs.
fn sheet_name(title: &str) -> String {
    let name: String = title.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).take(31).collect();
    if name.trim().is_empty() { "1".to_owned() } else { name }
}

/// A cell holds 32,767 characters.
fn cut(text: &str) -> String {
    text.chars().take(32_767).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use calamine::{Data, Reader, Xlsx};
    use kernel::{Currency, Decimal, Locale};
    use std::io::Cursor;

    fn rows(bytes: &[u8], sheet: usize) -> Vec<Vec<Data>> {
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
        let range = book.worksheet_range_at(sheet).unwrap().unwrap();
        range.rows().map(<[Data]>::to_vec).collect()
    }

    fn sum(rows: &[Vec<Data>], column: usize) -> Money {
        let amounts = rows[1..].iter().map(|row| match &row[column] {
            Data::Float(f) => Money::parse(&format!("{f:.2}"), Currency::CNY).unwrap(),
            other => panic!("not a number: {other:?}"),
        });
        Money::sum(Currency::CNY, amounts).unwrap()
    }

    #[test]
    fn a_bill_read_back_adds_up() {
        let bill = samples::long(Locale::ZhCn, 40);
        let bytes = xlsx(&Document::Bill(bill.clone())).unwrap();
        let lines = rows(&bytes, 1);
        assert_eq!(lines.len(), 41);
        assert_eq!(sum(&lines, 8), bill.net);
        assert_eq!(sum(&lines, 9), bill.tax);
        assert_eq!(sum(&lines, 10), bill.total);
        let summary = rows(&bytes, 0);
        let total = summary.iter().find(|row| row[0] == Data::String("合计".into())).unwrap();
        assert_eq!(total[1].to_string(), bill.total.amount());
        assert!(summary.iter().any(|row| matches!(row[1], Data::DateTime(_))), "dates are dates");
    }

    /// A workbook's own date counts seconds, so a clock in it would show after one.
    #[test]
    fn the_same_bill_gives_the_same_bytes_later() {
        let bill = Document::Bill(samples::small());
        let bytes = xlsx(&bill).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        assert!(bytes == xlsx(&bill).unwrap());
    }

    #[test]
    fn every_document_has_its_lines() {
        for (document, count) in [
            (Document::Receipt(samples::receipt(Locale::En)), 3),
            (Document::Statement(samples::statement(Locale::ZhCn, 9)), 10),
        ] {
            assert_eq!(rows(&xlsx(&document).unwrap(), 1).len(), count);
        }
    }

    #[test]
    fn texts_stay_texts_and_long_amounts_stay_exact() {
        let huge = Money::new(Money::MAX_MINOR - 1, Currency::CNY);
        let table = Table {
            title: "a/b".into(),
            day: Date::constant(2026, 11, 3),
            columns: vec![Column::new("x", ColumnKind::Text), Column::new("y", ColumnKind::Money)],
            rows: vec![
                vec![Cell::text("=1+1"), Cell::Money(huge)],
                vec![Cell::text("@x"), Cell::Money(Money::new(-5, Currency::JPY))],
                vec![Cell::Number(Decimal::new(15, 1))],
            ],
        };
        let rows = rows(&table_xlsx(table).unwrap(), 0);
        assert_eq!(rows[1], [Data::String("=1+1".into()), Data::String("99999999999999.99".into())]);
        assert_eq!(rows[2], [Data::String("@x".into()), Data::Float(-5.0)]);
        assert_eq!(rows[3], [Data::Float(1.5), Data::Empty]);
    }
}
