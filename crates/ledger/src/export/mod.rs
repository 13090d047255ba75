//! The books in a form that other accounting programs recompute: hledger, beancount, CSV.
//!
//! Amounts in other currencies carry their total cost in the organisation's (`@@`), so that every entry balances there as it
//! does here. A line that has a value but no amount (an exchange difference) is written in the organisation's currency.

mod beancount;
mod csv;
mod hledger;

use crate::queries::{Account, Entry, EntryFilter, accounts, entries_from};
use crate::rules::chart::Chart;
use crate::store::{entries, lines};
use ::store::{Conn, Error, books};
use kernel::id::OrganisationId;
use kernel::{Currency, Date, Locale, Money, Scope};
use std::io::{self, Write};

/// The language of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Hledger,
    Beancount,
    Csv,
}

impl Format {
    /// `hledger`, `beancount`, `csv`.
    pub fn by_name(name: &str) -> Option<Format> {
        match name {
            "hledger" => Some(Format::Hledger),
            "beancount" => Some(Format::Beancount),
            "csv" => Some(Format::Csv),
            _ => None,
        }
    }
}

/// What is written before the entries.
struct Preamble {
    currency: Currency,
    /// Every currency that a line is in, and that of the books.
    currencies: Vec<Currency>,
    chart: Chart,
    /// The language that accounts are named in.
    locale: Locale,
    accounts: Vec<Account>,
}

/// Writes entries one by one.
trait Writer {
    fn begin(&mut self, out: &mut dyn Write, books: &Preamble) -> io::Result<()>;
    fn entry(&mut self, out: &mut dyn Write, books: &Preamble, entry: &Entry) -> io::Result<()>;
}

/// Entries that are loaded at a time.
const CHUNK: i64 = 500;

/// Writes every entry between two days (both included; none = from the first, to the last) in the order of date and posting.
pub fn export(
    conn: &mut Conn,
    organisation: OrganisationId,
    format: Format,
    from: Option<Date>,
    to: Option<Date>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let facts = books::load(conn, organisation)?;
    let chart = crate::posting::chart_of(&facts)?;
    let locale = if chart == Chart::SmallEnterprise { Locale::ZhCn } else { Locale::En };
    let accounts = accounts(conn, &Scope::Organisation(organisation))?;
    let mut currencies = lines::currencies(conn, organisation)?;
    // Exchange differences and revaluations are written in it, even where no document is.
    if !currencies.contains(&facts.currency) {
        currencies.push(facts.currency);
    }
    let books = Preamble { currency: facts.currency, currencies, chart, locale, accounts };
    let mut writer: Box<dyn Writer> = match format {
        Format::Hledger => Box::new(hledger::Hledger),
        Format::Beancount => Box::new(beancount::Beancount),
        Format::Csv => Box::new(csv::Csv),
    };
    writer.begin(out, &books).map_err(unwritten)?;
    let filter = EntryFilter { from, to, ..EntryFilter::default() };
    let mut after = None;
    loop {
        let rows = entries::in_order(conn, organisation, &filter, after, CHUNK)?;
        let Some(last) = rows.last() else { return out.flush().map_err(unwritten) };
        after = Some((last.date.0, last.entry_id));
        for entry in entries_from(conn, organisation, rows)? {
            writer.entry(out, &books, &entry).map_err(unwritten)?;
        }
    }
}

fn unwritten(error: io::Error) -> Error {
    Error::Broken(format!("the export could not be written: {error}"))
}

/// One line of text without control characters.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An amount as text and its cost, for lines in another currency.
fn cost(line: &crate::queries::Line) -> (Money, Option<Money>) {
    let signed = |money: Money| match line.side {
        crate::rules::chart::Side::Debit => money,
        crate::rules::chart::Side::Credit => Money::new(-money.minor(), money.currency()),
    };
    match line.foreign() {
        Some(original) if !original.is_zero() => {
            (signed(original), Some(Money::new(line.amount.minor().abs(), line.amount.currency())))
        }
        _ => (signed(line.amount), None),
    }
}
