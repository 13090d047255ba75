//! CSV after RFC 4180: quoted where needed, CRLF, UTF-8.
//!
//! Amounts and quantities are plain decimals, dates ISO 8601. A text that a spreadsheet would take for a formula gets
//! an apostrophe in front.

use crate::DocumentError;
use crate::export::export;
use crate::model::Document;
use crate::table::{Cell, Table};
use std::io::Write;

/// Whether the file begins with the mark by which Excel recognises UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bom {
    With,
    Without,
}

/// The lines of a document, one a row.
pub fn csv(document: &Document, bom: Bom) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = Vec::new();
    table_csv(export(document)?.lines, bom, &mut bytes)?;
    Ok(bytes)
}

/// Any table, written as its rows come.
pub fn table_csv<R, W>(table: Table<R>, bom: Bom, mut out: W) -> Result<(), DocumentError>
where
    R: IntoIterator<Item = Vec<Cell>>,
    W: Write,
{
    if bom == Bom::With {
        out.write_all("\u{feff}".as_bytes()).map_err(::csv::Error::from)?;
    }
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
    writer.write_record(table.columns.iter().map(|c| disarmed(&c.label)))?;
    let width = table.columns.len();
    for row in table.rows {
        let cells = row.iter().map(plain).chain(std::iter::repeat(String::new()));
        writer.write_record(cells.take(width))?;
    }
    writer.flush().map_err(::csv::Error::from)?;
    Ok(())
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => disarmed(text),
        Cell::Number(number) => number.normalize().to_string(),
        Cell::Money(amount) => amount.amount(),
        Cell::Date(date) => date.to_string(),
    }
}

/// A text that no spreadsheet takes for a formula.
///
/// Source: OWASP, CSV Injection: `=`, `+`, `-`, `@`, tab and carriage return begin a formula in some spreadsheet.
pub fn disarmed(text: &str) -> String {
    let armed = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if armed { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use crate::table::{Column, ColumnKind};
    use kernel::{Currency, Date, Decimal, Locale, Money};

    #[test]
    fn a_bill_read_back_adds_up() {
        let bill = samples::long(Locale::En, 40);
        let bytes = csv(&Document::Bill(bill.clone()), Bom::With).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap().strip_prefix('\u{feff}').unwrap();
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let gross = reader.headers().unwrap().iter().position(|h| h == "Gross CNY").unwrap();
        let amounts: Vec<Money> =
            reader.records().map(|r| Money::parse(&r.unwrap()[gross], Currency::CNY).unwrap()).collect();
        assert_eq!(amounts.len(), 40);
        assert_eq!(Money::sum(Currency::CNY, amounts).unwrap(), bill.total);
    }

    #[test]
    fn as_rfc_4180_says_and_without_formulas() {
        let table = Table {
            title: String::new(),
            day: Date::constant(2026, 11, 3),
            columns: vec![Column::new("a", ColumnKind::Text), Column::new("b", ColumnKind::Number)],
            rows: vec![
                vec![Cell::text("=1+1"), Cell::Money(Money::new(-5, Currency::CNY))],
                vec![Cell::text("two, \"three\""), Cell::Number(Decimal::new(1500, 3))],
                vec![Cell::text("-x"), Cell::Date(Date::constant(2026, 1, 2))],
                vec![Cell::text("传感器")],
            ],
        };
        let mut bytes = Vec::new();
        table_csv(table, Bom::Without, &mut bytes).unwrap();
        let wanted = "a,b\r\n'=1+1,-0.05\r\n\"two, \"\"three\"\"\",1.5\r\n'-x,2026-01-02\r\n传感器,\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }
}
