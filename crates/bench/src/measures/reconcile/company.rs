//! A company whose books have the generated invoices open.
//!
//! One customer and one invoice go through the API; the generated ones are copies of their rows with other ids, names, numbers, days
//! and totals, and only of the rows that matching reads. Nobody opens their documents.

use super::bank::Bank;
use crate::Outcome;
use crate::client::{Client, text};
use crate::database::Database;
use crate::fill;
use crate::measures::Settings;
use crate::process::Spent;
use crate::product::Product;
use crate::samples::quoted;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

const CUSTOMER: u64 = 9;
const INVOICE: u64 = 1;
/// Rows of one statement.
const TOGETHER: usize = 500;
/// Code of the account at the bank in the chart of accounts that a Chinese company begins with.
const ACCOUNT: &str = "1002";
/// A score that no proposal reaches: nothing is posted.
const POST_NOTHING: u16 = 1001;

/// The product with its books filled, ready to take a file as often as wished.
pub struct Company {
    product: Product,
    database: PathBuf,
    filled: PathBuf,
}

/// What the product made of a file.
#[derive(Debug, Clone, Copy)]
pub struct Proposed {
    pub spent: Spent,
    /// Lines that were kept, and those of them with a proposal.
    pub lines: u64,
    pub proposed: u64,
}

impl Company {
    pub fn set_up(settings: &Settings, name: &str, bank: &Bank) -> Outcome<Company> {
        let folder = settings.folder.join(name);
        let product = Product::set_up(&settings.program, &folder, None)?;
        let serving = product.serve()?;
        begin(&mut product.client(&serving)?)?;
        serving.stop()?;
        fill(&mut Database::open(&product.database)?, bank)?;
        let (database, filled) = (folder.join("data/shunfu.db"), folder.join("filled.db"));
        copied(&database, &filled)?;
        Ok(Company { product, database, filled })
    }

    /// Puts the books back as they were filled, and has a file read, kept and proposed.
    pub fn reconcile(&self, file: &Path) -> Outcome<Proposed> {
        for end in ["-wal", "-shm"] {
            let mut beside = self.database.clone().into_os_string();
            beside.push(end);
            // Gone already where the last process left nothing behind.
            drop(fs::remove_file(beside));
        }
        copied(&self.filled, &self.database)?;
        self.again(file)
    }

    /// Has a file read into the books as they are: one that was read before adds nothing.
    pub fn again(&self, file: &Path) -> Outcome<Proposed> {
        crate::disk::settle()?;
        let spent = self.product.reconcile(file, ACCOUNT, POST_NOTHING)?;
        let mut database = Database::open(&self.product.database)?;
        let mut count = |sql: &str| Ok::<_, String>(u64::try_from(database.number(sql)?).unwrap_or(0));
        Ok(Proposed {
            spent,
            lines: count("SELECT count(*) FROM statement_lines")?,
            proposed: count("SELECT count(*) FROM statement_lines WHERE proposal IS NOT NULL")?,
        })
    }
}

/// The customer and the invoice that the others are copies of.
fn begin(client: &mut Client) -> Outcome {
    client.post(
        "/api/v1/tax-codes",
        "bench-tax",
        &json!({ "code": "VAT13", "name": "增值税 13%", "rate": "13", "inclusive": false }),
    )?;
    let customer = fill::customer(client, 0)?;
    let line = json!({ "description": "运费", "quantity": "1", "unit_price": { "currency": "CNY", "amount": "50.37" }, "tax_code": "VAT13" });
    let order = json!({ "customer": customer, "currency": "CNY", "lines": [line] });
    let order = text(&client.post("/api/v1/orders", "bench-order", &order)?, "/id")?;
    client.post(&format!("/api/v1/orders/{order}/submit"), "bench-submit", &json!({}))?;
    Ok(())
}

fn fill(database: &mut Database, bank: &Bank) -> Outcome {
    database.run(
        "PRAGMA synchronous = OFF; BEGIN;
         CREATE TEMP TABLE named (place INTEGER PRIMARY KEY, name TEXT);
         CREATE TEMP TABLE billed (place INTEGER PRIMARY KEY, number TEXT, customer INTEGER, issued_on TEXT, due_on TEXT, minor INTEGER)",
    )?;
    insert(
        database,
        "named",
        bank.customers.iter().enumerate().map(|(place, name)| format!("({place},{})", quoted(name))),
    )?;
    let billed = bank.invoices.iter().enumerate().map(|(place, invoice)| {
        let minor = invoice.total.replace('.', "");
        let days = format!("{},{}", quoted(&invoice.issued_on), quoted(&invoice.due_on));
        format!("({place},{},{},{days},{minor})", quoted(&invoice.number), invoice.customer)
    });
    insert(database, "billed", billed)?;
    let epoch_ms = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or(0) - 86_400_000;
    let id = |kind: u64, number: &str| fill::id_sql(false, epoch_ms, &kind.to_string(), number);
    let (customer, invoice, whose) = (id(CUSTOMER, "s.place"), id(INVOICE, "s.place"), id(CUSTOMER, "s.customer"));
    copy(database, "customers", "named", &[("customer_id", &customer), ("name", "s.name")])?;
    let of_invoice: [(&str, &str); 8] = [
        ("invoice_id", &invoice),
        ("item_id", &invoice),
        ("customer_id", &whose),
        ("number", "s.number"),
        ("pay_token", "'0' || substr(lower(hex(randomblob(13))), 1, 25)"),
        ("issued_on", "s.issued_on"),
        ("date", "s.issued_on"),
        ("due_on", "s.due_on"),
    ];
    let minor = ["net_minor", "total_minor", "amount_minor", "open_minor", "functional_minor", "functional_open_minor"];
    let of_invoice: Vec<(&str, &str)> = of_invoice.into_iter().chain(minor.map(|column| (column, "s.minor"))).collect();
    copy(database, "invoices", "billed", &of_invoice)?;
    copy(database, "open_items", "billed", &of_invoice)?;
    database.run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
}

/// Rows of values, many in a statement.
fn insert(database: &mut Database, table: &str, rows: impl Iterator<Item = String>) -> Outcome {
    let rows: Vec<String> = rows.collect();
    rows.chunks(TOGETHER).try_for_each(|some| database.run(&format!("INSERT INTO {table} VALUES {}", some.join(","))))
}

/// Copies the one row of a table once for each row `s` of another, with other values in some columns.
fn copy(database: &mut Database, table: &str, from: &str, other: &[(&str, &str)]) -> Outcome {
    let columns = database.columns(table)?;
    let value = |column: &String| {
        let instead = other.iter().find(|(name, _)| name == column);
        instead.map_or_else(|| format!("t.{column}"), |(_, value)| (*value).to_owned())
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let (columns, values) = (columns.join(", "), values.join(", "));
    database.run(&format!(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {from} s JOIN (SELECT * FROM {table} LIMIT 1) t ORDER BY s.place"
    ))
}

fn copied(from: &Path, to: &Path) -> Outcome {
    fs::copy(from, to).map(|_| ()).map_err(|e| format!("Cannot copy {}: {e}.", from.display()))
}
