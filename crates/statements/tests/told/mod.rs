//! Statements of a table in a few words.

use kernel::{Currency, Date, Money};
use statements::{Closing, Fault, Line, Opening, Options, Piece, Source, read};
use std::io::Cursor;

/// What a file is read with: the currency of files that name none.
pub fn options(currency: &str) -> Options {
    Options { currency: Currency::parse(currency).ok(), ..Options::default() }
}

pub fn open(bytes: &[u8]) -> Source {
    Source::open(Cursor::new(bytes.to_vec())).unwrap()
}

#[derive(Default)]
pub struct Statement {
    pub head: Opening,
    pub lines: Vec<Line>,
    pub end: Closing,
}

pub fn statements(bytes: &[u8], options: Options) -> Result<Vec<Statement>, Fault> {
    let mut all: Vec<Statement> = Vec::new();
    for piece in read(open(bytes), options)? {
        match piece? {
            Piece::Opens(head) => all.push(Statement { head, ..Statement::default() }),
            Piece::Line(line) => all.last_mut().unwrap().lines.push(*line),
            Piece::Closes(end) => all.last_mut().unwrap().end = end,
        }
    }
    Ok(all)
}

/// `account currency: lines sum first..last opening…closing references warnings`.
pub fn told(statement: &Statement) -> String {
    let or = |text: Option<String>| text.unwrap_or_else(|| "?".to_owned());
    let sum: i64 = statement.lines.iter().map(|line| line.amount.minor()).sum();
    let currency = statement.head.currency.unwrap();
    let mut days: Vec<Date> = statement.lines.iter().map(|line| line.booked_on.unwrap()).collect();
    days.sort();
    let balance = |balance: Option<statements::Balance>| or(balance.map(|balance| balance.amount.amount()));
    let references: Vec<&str> =
        statement.lines.iter().flat_map(|line| &line.references).map(|reference| reference.value.as_str()).collect();
    let warnings: Vec<&str> = statement.end.warnings.iter().map(|warning| warning.code).collect();
    assert!(statement.lines.iter().all(|line| !line.raw.is_empty() && line.place > 0));
    let day = |day: Option<&Date>| or(day.map(Date::to_string));
    format!(
        "{} {currency}: {} {} {}..{} {}…{} {} {}",
        or(statement.head.account.clone()),
        statement.lines.len(),
        Money::new(sum, currency).amount(),
        day(days.first()),
        day(days.last()),
        balance(statement.end.opening),
        balance(statement.end.closing),
        references.join(" "),
        warnings.join(" "),
    )
    .split_whitespace()
    .collect::<Vec<_>>()
    .join(" ")
}
