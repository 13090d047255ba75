//! hledger's journal format.

use super::{Preamble, Writer, cost, one_line};
use crate::queries::{Account, Entry};
use kernel::Money;
use std::io::{self, Write};

pub(super) struct Hledger;

/// Root of the account's path and its type tag: cash is told apart, since the cash-flow report asks for it.
fn class(books: &Preamble, account: &Account) -> (&'static str, char) {
    match account.kind.as_str() {
        "liability" => ("liabilities", 'L'),
        "equity" => ("equity", 'E'),
        "income" => ("income", 'R'),
        "expense" => ("expenses", 'X'),
        _ if books.chart.nearest(&account.code).is_some_and(|a| a.cash) => ("assets", 'C'),
        _ => ("assets", 'A'),
    }
}

/// `assets:1122 应收账款`
fn path(books: &Preamble, code: &str) -> String {
    let Some(account) = books.accounts.iter().find(|a| a.code == code) else { return format!("assets:{code}") };
    // A colon would begin a sub-account, a semicolon a comment.
    let name = one_line(account.names.get(books.locale)).replace([':', ';'], "-");
    format!("{}:{} {name}", class(books, account).0, account.code)
}

fn amount(money: Money) -> String {
    format!("{} {}", money.currency(), money.amount())
}

impl Writer for Hledger {
    fn begin(&mut self, out: &mut dyn Write, books: &Preamble) -> io::Result<()> {
        for currency in &books.currencies {
            let digits = usize::try_from(currency.digits()).unwrap_or(2);
            writeln!(out, "commodity {currency} 1000.{}", "0".repeat(digits))?;
        }
        for account in &books.accounts {
            writeln!(out, "account {}  ; type:{}", path(books, &account.code), class(books, account).1)?;
        }
        Ok(())
    }

    fn entry(&mut self, out: &mut dyn Write, books: &Preamble, entry: &Entry) -> io::Result<()> {
        write!(out, "\n{} ", entry.date)?;
        if let Some(number) = entry.voucher {
            write!(out, "(记-{number:04}) ")?;
        }
        write!(out, "{}  ; entry:{}, kind:{}", one_line(&entry.memo).replace(';', ","), entry.id, entry.kind.name())?;
        if let Some(document) = entry.document {
            write!(out, ", document:{document}")?;
        }
        if let Some(reverses) = entry.reverses {
            write!(out, ", reverses:{reverses}")?;
        }
        writeln!(out)?;
        for line in &entry.lines {
            let (money, cost) = cost(line);
            write!(out, "    {}  {}", path(books, &line.account), amount(money))?;
            if let Some(cost) = cost {
                write!(out, " @@ {}", amount(cost))?;
            }
            let mut tags = Vec::new();
            tags.extend(line.cash_flow_line.map(|n| format!("cf:{n}")));
            tags.extend(line.customer.map(|id| format!("customer:{id}")));
            tags.extend(line.tax_code.as_ref().map(|code| format!("tax:{}", one_line(code).replace(',', " "))));
            if !tags.is_empty() {
                write!(out, "  ; {}", tags.join(", "))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}
