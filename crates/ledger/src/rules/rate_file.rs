//! Files of exchange rates: the European Central Bank's, as XML and as CSV, and a CSV of our own.
//!
//! The bank's files quote every currency for one euro on the days on which its payment system is open: `eurofxref-daily`,
//! `eurofxref-hist-90d` and `eurofxref-hist` (<https://www.ecb.europa.eu>, euro foreign exchange reference rates). Ours has a
//! head row and the columns `base`, `quote`, `valid_from`, `rate` and, where it is known, `source`.
//!
//! A file is taken whole or not at all. What is wrong is told by row: of a CSV as a spreadsheet counts, of XML by its lines.
//! Rates from before a day that the caller names are passed over unseen, and so is what the bank quotes in a currency that is
//! not known here, since nobody can correct the bank's file.

mod ecb;
mod own;

use super::rate::{self, ExchangeRate, RateInput};
use kernel::refusal::FieldError;
use kernel::{Arg, Currency, Date, Refusal, RefusalKind};
use std::collections::{BTreeSet, HashSet};

/// Bytes of one file; the bank's whole history has about eight million.
pub const BYTES_MAX: usize = 16 << 20;
/// Rates of one file: six years of the bank's.
pub const RATES_MAX: usize = 50_000;
/// More faults are counted and not named.
const NAMED_MAX: usize = 200;

/// The head of our own form.
pub const COLUMNS: [&str; 5] = ["base", "quote", "valid_from", "rate", "source"];

/// Which form a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    EcbXml,
    EcbCsv,
    Own,
}

impl Form {
    /// `ecb_xml`, `ecb_csv`, `own`: how the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            Form::EcbXml => "ecb_xml",
            Form::EcbCsv => "ecb_csv",
            Form::Own => "own",
        }
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateFile {
    pub form: Form,
    /// In the order of the file; no two are of the same currencies and day.
    pub rates: Vec<ExchangeRate>,
    /// Rates that were passed over because they are from before the day that was named.
    pub before: usize,
    /// Currencies of the bank that are not known here; their rates were passed over.
    pub unknown: BTreeSet<String>,
    /// What is wrong, by pointers like `/rows/3/rate`. A file with faults is not taken.
    pub faults: Vec<FieldError>,
    /// Faults that are not named.
    pub more_faults: usize,
}

/// Reads a file in whichever of the forms it has. `from` is the first day whose rates are wanted.
///
/// Refuses what is no text in UTF-8, too large, in none of the forms, brings a document type (and with it entities), has too
/// many rates, or none.
pub fn read(bytes: &[u8], from: Option<Date>) -> Result<RateFile, Refusal> {
    if bytes.len() > BYTES_MAX {
        return Err(Refusal::new(RefusalKind::TooLarge, "rates_too_large"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::invalid("rates_not_text"))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let head = text.lines().next().unwrap_or("").to_ascii_lowercase();
    let mut taken = Taking::new(from);
    let form = if text.starts_with('<') {
        ecb::read_xml(text, &mut taken)?;
        Form::EcbXml
    } else if head.starts_with("date,") {
        ecb::read_csv(text, &mut taken)?;
        Form::EcbCsv
    } else {
        own::read(text, &mut taken)?;
        Form::Own
    };
    taken.finish(form)
}

/// The rates as a file of our own form. With none it is the template: the head and one example row.
pub fn written(rates: &[ExchangeRate]) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    if rates.is_empty() {
        text.push_str("USD,CNY,2026-01-05,7.0255,boc\r\n");
    }
    for rate in rates {
        let ExchangeRate { base, quote, valid_from, rate, source } = rate;
        let source = format!("\"{}\"", source.replace('"', "\"\""));
        text.push_str(&format!("{},{},{valid_from},{rate},{source}\r\n", base.code(), quote.code()));
    }
    text
}

/// The line on which a row of a CSV begins, as a spreadsheet counts.
fn line(record: &csv::StringRecord) -> usize {
    record.position().and_then(|at| usize::try_from(at.line()).ok()).unwrap_or(0)
}

/// What was read so far.
struct Taking {
    from: Option<Date>,
    rates: Vec<ExchangeRate>,
    seen: HashSet<(Currency, Currency, Date)>,
    before: usize,
    unknown: BTreeSet<String>,
    faults: Vec<FieldError>,
    more_faults: usize,
}

impl Taking {
    fn new(from: Option<Date>) -> Taking {
        let (rates, seen, unknown) = (Vec::new(), HashSet::new(), BTreeSet::new());
        Taking { from, rates, seen, before: 0, unknown, faults: Vec::new(), more_faults: 0 }
    }

    /// Takes a rate up, or notes what is wrong with it. Refuses when there are too many.
    fn take(&mut self, row: usize, input: &RateInput) -> Result<(), Refusal> {
        if self.is_before(&input.valid_from) {
            self.before += 1;
            return Ok(());
        }
        match rate::check(input) {
            Err(refusal) => refusal.fields.into_iter().for_each(|fault| self.note(row, fault)),
            Ok(rate) if !self.seen.insert((rate.base, rate.quote, rate.valid_from)) => {
                self.note(row, FieldError { pointer: "/valid_from".into(), code: "rate_twice", args: Vec::new() });
            }
            Ok(rate) => self.rates.push(rate),
        }
        if self.rates.len() > RATES_MAX {
            let max = Arg::Number(i64::try_from(RATES_MAX).unwrap_or(i64::MAX));
            return Err(Refusal::invalid("rates_too_many").with("max", max));
        }
        Ok(())
    }

    /// A day that is none is looked at, so that it is told of.
    fn is_before(&self, day: &str) -> bool {
        self.from.is_some_and(|from| day.parse::<Date>().is_ok_and(|day| day < from))
    }

    fn note(&mut self, row: usize, fault: FieldError) {
        if self.faults.len() < NAMED_MAX {
            self.faults.push(FieldError { pointer: format!("/rows/{row}{}", fault.pointer), ..fault });
        } else {
            self.more_faults += 1;
        }
    }

    fn finish(self, form: Form) -> Result<RateFile, Refusal> {
        let Taking { from: _, rates, seen: _, before, unknown, faults, more_faults } = self;
        if rates.is_empty() && faults.is_empty() {
            return Err(Refusal::invalid(if before > 0 { "rates_all_before" } else { "rates_none" }));
        }
        Ok(RateFile { form, rates, before, unknown, faults, more_faults })
    }
}

#[cfg(test)]
#[path = "rate_file_tests.rs"]
mod tests;
