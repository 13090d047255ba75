//! beancount's format. Components of its account names are letters, digits and hyphens; names as people know them stand
//! in the metadata.

use super::{Preamble, Writer, cost, one_line};
use crate::queries::{Account, Entry};
use kernel::{Currency, Decimal, Locale, Money};
use std::io::{self, Write};

pub(super) struct Beancount;

/// `Assets:1122-Trade-receivables`
fn path(books: &Preamble, code: &str) -> String {
    let Some(account) = books.accounts.iter().find(|a| a.code == code) else { return format!("Assets:{code}") };
    let words: Vec<String> = account
        .names
        .get(Locale::En)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let name = if words.is_empty() { String::new() } else { format!("-{}", words.join("-")) };
    format!("{}:{}{name}", root(account), account.code)
}

fn root(account: &Account) -> &'static str {
    match account.kind.as_str() {
        "liability" => "Liabilities",
        "equity" => "Equity",
        "income" => "Income",
        "expense" => "Expenses",
        _ => "Assets",
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}

fn amount(money: Money) -> String {
    format!("{} {}", money.amount(), money.currency())
}

/// Half of the smallest unit. beancount divides a cost by its amount and multiplies again, and forgives what that loses only in
/// the currencies of lines without a cost; entries that are wrong are so by a unit at least.
fn half_a_unit(currency: Currency) -> String {
    Decimal::new(5, currency.digits() + 1).to_string()
}

impl Writer for Beancount {
    fn begin(&mut self, out: &mut dyn Write, books: &Preamble) -> io::Result<()> {
        writeln!(out, "option \"operating_currency\" \"{}\"", books.currency)?;
        writeln!(out, "option \"inferred_tolerance_default\" \"{}:{}\"", books.currency, half_a_unit(books.currency))?;
        for account in &books.accounts {
            writeln!(out, "1900-01-01 open {}", path(books, &account.code))?;
            writeln!(out, "  code: {}", quoted(&account.code))?;
            writeln!(out, "  name: {}", quoted(account.names.get(books.locale)))?;
        }
        Ok(())
    }

    fn entry(&mut self, out: &mut dyn Write, books: &Preamble, entry: &Entry) -> io::Result<()> {
        writeln!(out, "\n{} * {}", entry.date, quoted(&entry.memo))?;
        writeln!(out, "  entry: \"{}\"", entry.id)?;
        writeln!(out, "  kind: \"{}\"", entry.kind.name())?;
        if let Some(number) = entry.voucher {
            writeln!(out, "  voucher: \"记-{number:04}\"")?;
        }
        if let Some(document) = entry.document {
            writeln!(out, "  document-id: \"{document}\"")?;
        }
        if let Some(reverses) = entry.reverses {
            writeln!(out, "  reverses: \"{reverses}\"")?;
        }
        for line in &entry.lines {
            let (money, cost) = cost(line);
            write!(out, "  {}  {}", path(books, &line.account), amount(money))?;
            if let Some(cost) = cost {
                write!(out, " @@ {}", amount(cost))?;
            }
            writeln!(out)?;
            if let Some(customer) = line.customer {
                writeln!(out, "    customer: \"{customer}\"")?;
            }
            if let Some(number) = line.cash_flow_line {
                writeln!(out, "    cf: \"{number}\"")?;
            }
            if let Some(code) = &line.tax_code {
                writeln!(out, "    tax: {}", quoted(code))?;
            }
        }
        Ok(())
    }
}
