//! What `cargo xtask generate bank` wrote: customers, their open invoices, and the bank's lines.

use crate::Outcome;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// An open invoice, in CNY.
#[derive(Debug, Clone)]
pub struct Invoice {
    pub number: String,
    /// Place in [`Bank::customers`].
    pub customer: usize,
    pub issued_on: String,
    pub due_on: String,
    /// As it is printed: `1234.50`.
    pub total: String,
}

/// A company's side, and the files that both sides read.
#[derive(Debug)]
pub struct Bank {
    /// Names.
    pub customers: Vec<String>,
    pub invoices: Vec<Invoice>,
    /// All invoices in one table, for the peer.
    pub open: PathBuf,
    /// As many lines as invoices, each with its invoice's number, amount and payer.
    pub exact: PathBuf,
    /// Lines as payers write them.
    pub mixed: PathBuf,
}

/// Rows above a statement's lines.
pub const HEAD_ROWS: usize = 4;

impl Bank {
    /// Reads what was generated, and writes the peer's table and the exact lines beside it: so many of each kind of line.
    pub fn read(generated: &Path, lines: usize) -> Outcome<Bank> {
        let (mut customers, mut places) = (Vec::new(), HashMap::new());
        for row in rows(generated, "customers")? {
            let [name, _, _, _, tax, ..] = row.as_slice() else {
                return Err("customers.csv has other columns.".into());
            };
            // Customers of one name differ by their tax numbers, and invoices name them so.
            let known_by = if tax.is_empty() { name } else { tax };
            places.insert(known_by.clone(), customers.len());
            customers.push(name.clone());
        }
        let (mut invoices, mut table) = (Vec::new(), String::from("number,customer,issued_on,due_on,total\r\n"));
        for row in rows(generated, "open_invoices")? {
            let [number, customer, issued_on, due_on, _, total] =
                <[String; 6]>::try_from(row).map_err(|_| "open_invoices.csv has other columns.")?;
            let customer = *places.get(&customer).ok_or_else(|| format!("There is no customer {customer}."))?;
            write!(table, "{number},{customer},{issued_on},{due_on},{total}\r\n").map_err(|e| e.to_string())?;
            invoices.push(Invoice { number, customer, issued_on, due_on, total });
        }
        let mixed = written(generated, "mixed.csv", &cut(&text(&generated.join("statement.csv"))?, lines)?)?;
        let mut bank =
            Bank { customers, invoices, open: written(generated, "open.csv", &table)?, exact: PathBuf::new(), mixed };
        bank.exact = written(generated, "exact.csv", &bank.exact_lines(lines)?)?;
        Ok(bank)
    }

    /// One line for each of so many invoices, in the order of their days.
    fn exact_lines(&self, count: usize) -> Outcome<String> {
        let mut paid: Vec<&Invoice> = self.invoices.iter().take(count).collect();
        if paid.len() < count {
            return Err(format!("There are {} invoices, not {count}.", paid.len()));
        }
        paid.sort_by_key(|invoice| &invoice.due_on);
        let mut file = String::from("账户明细\r\n账号,3100660180012345678\r\n币种,CNY\r\n");
        file.push_str("交易日期,收入,支出,余额,对方户名,对方账号,摘要,附言,交易流水号\r\n");
        for (place, invoice) in paid.iter().enumerate() {
            let Invoice { number, customer, due_on, total, .. } = invoice;
            let name = cell(&self.customers[*customer]);
            write!(file, "{due_on},{total},,,{name},62{customer:017},转入,{number},B{place:07}\r\n")
                .map_err(|e| e.to_string())?;
        }
        Ok(file)
    }
}

/// The head of a statement and its first lines.
fn cut(statement: &str, lines: usize) -> Outcome<String> {
    let rows: Vec<&str> = statement.split_inclusive('\n').take(HEAD_ROWS + lines).collect();
    if rows.len() < HEAD_ROWS + lines {
        return Err(format!("There are {} lines, not {lines}.", rows.len().saturating_sub(HEAD_ROWS)));
    }
    Ok(rows.concat())
}

/// All rows of a table that was written in parts, `name.csv`, `name-2.csv`, without their heads.
fn rows(folder: &Path, name: &str) -> Outcome<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    for part in 1.. {
        let file = if part == 1 { format!("{name}.csv") } else { format!("{name}-{part}.csv") };
        let path = folder.join(file);
        if part > 1 && !path.exists() {
            break;
        }
        rows.extend(text(&path)?.lines().skip(1).map(cells));
    }
    Ok(rows)
}

/// The cells of a row in which no cell has a break.
fn cells(row: &str) -> Vec<String> {
    let (mut cells, mut is_quoted) = (vec![String::new()], false);
    for c in row.trim_end_matches('\r').chars() {
        match (c, cells.last_mut()) {
            ('"', _) => is_quoted = !is_quoted,
            (',', _) if !is_quoted => cells.push(String::new()),
            (c, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
    }
    cells
}

fn cell(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|e| format!("Cannot read {}: {e}.", path.display()))
}

fn written(folder: &Path, name: &str, text: &str) -> Outcome<PathBuf> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|e| format!("Cannot write {}: {e}.", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_may_be_quoted() {
        for (row, wanted) in [("a,b,,c\r", &["a", "b", "", "c"][..]), ("\"a, b\",c", &["a, b", "c"]), ("", &[""])] {
            assert_eq!(cells(row), wanted, "{row}");
        }
    }

    #[test]
    fn no_more_lines_than_were_asked_for() {
        let file = "1\r\n2\r\n3\r\n4\r\na\r\nb\r\nc\r\n";
        assert_eq!(cut(file, 2).unwrap(), "1\r\n2\r\n3\r\n4\r\na\r\nb\r\n");
        assert!(cut(file, 4).is_err());
    }
}
