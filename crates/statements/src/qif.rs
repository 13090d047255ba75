//! QIF: a field a line, each by its first letter, and `^` behind each movement.
//!
//! The format names neither currency nor the order of day and month; the currency is said from outside, the order is the one in which
//! every date of the file is a day (the American where both are). So a file is read as a whole; it is a page long.

use crate::piece::{Closing, Fault, Line, Opening, Piece, ReferenceKind, Warning, some};
use crate::text::Lines;
use crate::{amount, date};
use kernel::{Currency, Date};
use std::io::BufRead;

/// More movements than any program exports.
const MOVEMENTS_MAX: usize = 200_000;

/// The pieces of a file.
pub(crate) struct Qif {
    pieces: std::vec::IntoIter<Piece>,
}

/// The fields of one movement.
#[derive(Default)]
struct Record {
    place: u64,
    date: String,
    amount: Option<String>,
    payee: String,
    memo: String,
    number: String,
    raw: String,
}

/// The order of the numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    MonthDayYear,
    DayMonthYear,
    YearMonthDay,
}

impl Qif {
    pub fn read<R: BufRead>(input: R, currency: Option<Currency>) -> Result<Qif, Fault> {
        let currency = currency.ok_or_else(|| Fault::whole("QIF names no currency; say which it is."))?;
        let records = records(input)?;
        let order = [Order::MonthDayYear, Order::DayMonthYear, Order::YearMonthDay].into_iter();
        let mut fitting = order.filter(|order| records.iter().all(|r| day(&r.date, *order, &mut Vec::new()).is_some()));
        let Some(order) = fitting.next() else {
            let place = records.first().map_or(1, |record| record.place);
            return Err(Fault::at(place, "The dates of the file are in no order of day, month and year."));
        };
        let mut closing = Closing::default();
        if fitting.next() == Some(Order::DayMonthYear) {
            let detail = "every date could have its day first as well; the month was taken first".to_owned();
            closing.warnings.push(Warning { code: "date_order", detail });
        }
        let mut pieces = vec![Piece::Opens(Opening { currency: Some(currency), ..Opening::default() })];
        for record in records {
            let amount = record.amount.as_deref().and_then(|text| amount::read(text, currency, &mut closing.warnings));
            let amount = amount.ok_or_else(|| Fault::at(record.place, "The amount cannot be read."))?;
            let mut line = Line::of(record.place, amount);
            line.booked_on = day(&record.date, order, &mut closing.warnings);
            line.value_on = line.booked_on;
            line.counterparty.name = some(&record.payee);
            line.text = record.memo.split_whitespace().collect::<Vec<_>>().join(" ");
            line.refer(ReferenceKind::Own, &record.number);
            line.raw = record.raw;
            pieces.push(Piece::Line(Box::new(line)));
        }
        pieces.push(Piece::Closes(closing));
        Ok(Qif { pieces: pieces.into_iter() })
    }
}

fn records<R: BufRead>(input: R) -> Result<Vec<Record>, Fault> {
    let (mut lines, mut records, mut record) = (Lines::new(input), Vec::new(), Record::default());
    let mut is_account = true;
    while let Some((place, line)) = lines.next()? {
        let line = line.trim_start_matches('\u{feff}').trim_end();
        if let Some(kind) = line.strip_prefix('!') {
            // Lists of accounts and categories have fields of the same letters.
            let kind = kind.to_ascii_lowercase();
            if kind.starts_with("type:") || kind.starts_with("account") {
                is_account = ["type:bank", "type:ccard", "type:cash", "type:oth"].iter().any(|k| kind.starts_with(k));
            }
            continue;
        }
        if line.starts_with('^') {
            let done = std::mem::take(&mut record);
            if is_account && (done.amount.is_some() || !done.date.is_empty()) {
                records.push(done);
            }
            if records.len() > MOVEMENTS_MAX {
                return Err(Fault::at(place, "The file has more movements than can be read of this format."));
            }
            continue;
        }
        let Some(letter) = line.chars().next() else { continue };
        let value = line[letter.len_utf8()..].trim();
        if record.raw.is_empty() {
            record.place = place;
        } else {
            record.raw.push('\n');
        }
        record.raw.push_str(line);
        match letter {
            'D' => value.clone_into(&mut record.date),
            'T' => record.amount = Some(value.to_owned()),
            'U' if record.amount.is_none() => record.amount = Some(value.to_owned()),
            'P' => value.clone_into(&mut record.payee),
            'M' => value.clone_into(&mut record.memo),
            'N' => value.clone_into(&mut record.number),
            _ => {}
        }
    }
    if is_account && record.amount.is_some() {
        records.push(record);
    }
    Ok(records)
}

/// `11/28/26`, `28.11.2026`, `11/28'26`, `2026-11-28`; a year of two digits is of this century.
fn day(text: &str, order: Order, warnings: &mut Vec<Warning>) -> Option<Date> {
    let parts: Vec<&str> = text.split(['/', '.', '-', '\'']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts[..] else { return None };
    let (year, month, day) = match order {
        Order::MonthDayYear => (c, a, b),
        Order::DayMonthYear => (c, b, a),
        Order::YearMonthDay => (a, b, c),
    };
    let year_number: i16 = year.parse().ok()?;
    let year_number = match year.len() {
        1 | 2 => 2000 + year_number,
        4 => year_number,
        _ => return None,
    };
    let month: i8 = month.parse().ok()?;
    (1..=12).contains(&month).then_some(())?;
    date::day(year_number, month, day.parse().ok()?, warnings)
}

impl Iterator for Qif {
    type Item = Result<Piece, Fault>;

    fn next(&mut self) -> Option<Result<Piece, Fault>> {
        self.pieces.next().map(Ok)
    }
}
