//! `cargo xtask generate bank`: a company's customers and invoices, the bank lines of some months, and what they are in truth.
//!
//! The same seed gives the same bytes on any machine. Nothing here is shared with what reads or matches lines: it is their examiner.

mod calendar;
mod company;
mod directory;
mod month;
mod name;
mod plan;
mod rates;
mod reading;
mod rng;
mod statement;
mod sums;
#[cfg(test)]
mod tests;
mod truth;
mod verdict;
mod words;

use crate::house;
use crate::run::Outcome;
use company::Company;
use month::{Line, Months};
use name::Form;
use statement::{Format, cell};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use truth::{Truth, money};

/// Rows of a file that the product's imports take at once.
const IMPORT_ROWS_MAX: usize = 10_000;
const BALANCE_MINOR: i64 = 500_000_000;

/// What was asked for on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    seed: u64,
    invoices: usize,
    months: i64,
    out: Option<PathBuf>,
    formats: Vec<Format>,
}

impl Options {
    /// `None` for words that mean nothing here.
    pub fn parse(words: &[&str]) -> Option<Options> {
        let mut options = Options { seed: 1, invoices: 10_000, months: 6, out: None, formats: Format::ALL.to_vec() };
        let (mut rest, mut has_seed) = (words, false);
        while let [word, value, tail @ ..] = rest {
            match *word {
                "--seed" => (options.seed, has_seed) = (value.parse().ok()?, true),
                "--invoices" => options.invoices = value.parse().ok().filter(|n| (1..=5_000_000).contains(n))?,
                "--months" => options.months = value.parse().ok().filter(|n| (1..=12).contains(n))?,
                "--out" => options.out = Some(PathBuf::from(value)),
                "--format" => options.formats = vec![Format::ALL.into_iter().find(|format| format.name() == *value)?],
                _ => return None,
            }
            rest = tail;
        }
        (rest.is_empty() && has_seed).then_some(options)
    }
}

/// Draws the months and writes their files.
pub fn run(options: &Options) -> Outcome {
    let usual = || house::target().join("generated").join(format!("bank-{}", options.seed));
    let folder = options.out.clone().unwrap_or_else(usual);
    let lines = generate(options, &folder).map_err(|e| format!("Cannot write below {}: {e}.", folder.display()))?;
    println!("{lines} lines in {}", folder.display());
    Ok(())
}

/// A bank with no fewer lines than these, as a table, in a folder of its own. Of four invoices, one is paid together with others or not
/// at all.
pub fn bank(lines: usize, folder: &Path) -> Outcome {
    let (out, formats) = (Some(folder.to_owned()), vec![Format::Csv]);
    run(&Options { seed: 1, invoices: lines * 67 / 50, months: 6, out, formats })
}

/// Writes everything below a folder; gives the number of lines.
fn generate(options: &Options, folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let company = Company::draw(options.seed, options.invoices, options.months);
    customers(&company, folder)?;
    open_invoices(&company, folder)?;
    let events = plan::draw(options.seed, &company);
    let mut files = Vec::new();
    for format in &options.formats {
        let mut file = BufWriter::new(File::create(folder.join(format.file()))?);
        format.begin(&mut file)?;
        files.push((*format, file));
    }
    let out = BufWriter::new(File::create(folder.join("truth.json"))?);
    let mut truth = Truth::begin(out, options.seed, &company)?;
    let mut months = Months::begin(options.seed, &company, &events);
    let (mut balance_minor, mut count) = (BALANCE_MINOR, 0);
    for (number, of_day) in events.chunk_by(|a, b| a.day == b.day).enumerate() {
        let mut lines: Vec<Line> = Vec::with_capacity(of_day.len());
        for event in of_day {
            if let Some((line, fact)) = months.line(event) {
                truth.line(&company, &months, &line, &fact)?;
                lines.push(line);
            }
        }
        for (format, file) in &mut files {
            format.day(file, number + 1, balance_minor, &lines)?;
        }
        balance_minor += lines.iter().map(|line| line.amount_minor).sum::<i64>();
        count += lines.len();
    }
    for (format, mut file) in files {
        format.end(&mut file)?;
    }
    truth.end(&company, &months)?;
    Ok(count)
}

/// Writes rows under a head, into as many files as the imports need: `name.csv`, `name-2.csv`.
fn import(folder: &Path, name: &str, head: &str, rows: impl Iterator<Item = String>) -> io::Result<()> {
    let (mut file, mut count) = (None, 0);
    for row in rows {
        let is_full = count % IMPORT_ROWS_MAX == 0;
        let mut out = match file.take() {
            Some(out) if !is_full => out,
            _ => {
                let part = count / IMPORT_ROWS_MAX + 1;
                let suffix = if part == 1 { String::new() } else { format!("-{part}") };
                let mut out = BufWriter::new(File::create(folder.join(format!("{name}{suffix}.csv")))?);
                write!(out, "{head}\r\n")?;
                out
            }
        };
        write!(out, "{row}\r\n")?;
        count += 1;
        file = Some(out);
    }
    file.map_or(Ok(()), |mut out| out.flush())
}

fn customers(company: &Company, folder: &Path) -> io::Result<()> {
    let rows = company.customers.iter().map(|customer| {
        let kind = if customer.name.is_person() { "person" } else { "company" };
        let (name, country) = (customer.name.written(Form::Full), customer.name.country());
        let tax = customer.tax_number.as_deref().unwrap_or_default();
        format!("{},{kind},{country},CNY,{tax},{}", cell(&name), customer.terms_days)
    });
    import(folder, "customers", "name,kind,country,currency,tax_number,payment_terms_days", rows)
}

/// Customers stand by their tax number where they have one: names may be another's too.
fn open_invoices(company: &Company, folder: &Path) -> io::Result<()> {
    let rows = company.invoices.iter().enumerate().map(|(place, invoice)| {
        let customer = &company.customers[invoice.customer];
        let name = customer.tax_number.clone().unwrap_or_else(|| customer.name.written(Form::Full));
        let (number, issued, due) = (company.number_of(place), invoice.issued, company.due(place));
        format!("{number},{},{issued},{due},CNY,{}", cell(&name), money(invoice.total_minor))
    });
    import(folder, "open_invoices", "number,customer,issued_on,due_on,currency,total", rows)
}
