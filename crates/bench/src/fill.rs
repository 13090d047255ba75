//! Makes many invoices out of a few.
//!
//! A few orders go through the API, one for each customer; then their rows are copied, table by table, with new ids and
//! numbers, in the database itself. Columns are asked of the database, so that what a table gets later is copied too.
//! `shunfu verify` judges the result. Left out is what goes away by itself (jobs that are done, keys of old requests) and the
//! trail, whose rows are sealed in the order of time: copies would come before what is sealed.

use crate::Outcome;
use crate::client::{Client, text};
use crate::database::Database;
use kernel::id::InvoiceId;
use serde_json::json;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Customers, and so invoices that are copied.
pub const CUSTOMERS: u64 = 200;
/// Total of every invoice, as the API writes it.
pub const TOTAL: &str = "734.58";
/// Invoices in one transaction: few enough that the product's own writer never waits long.
const CHUNK: u64 = 2000;
/// How long background work may take to catch up.
const QUIET_MAX: Duration = Duration::from_secs(900);

/// Whose ids the copies bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Customers {
    /// Those that the product made; their documents can be opened.
    AsMade,
    /// Copies whose ids a script can work out. Nobody opens what is sealed for them.
    Numbered,
}

/// Ids of copies: a time, a kind, a number. UUIDv7, ascending with the number, older than all that is made later.
#[derive(Debug, Clone, Copy)]
pub struct Copies {
    pub epoch_ms: u64,
}

const INVOICE: u64 = 1;
const ORDER: u64 = 2;
const ENTRY: u64 = 3;
const DAY: u64 = 4;
/// Kinds of payments and what they bring, and of customers, stand in sql/.
pub const CUSTOMER: u64 = 9;
const EVENTS: u64 = 256;

impl Copies {
    /// The id of the invoice with this number.
    pub fn invoice(self, number: u64) -> InvoiceId {
        let high = u128::from(self.epoch_ms + number) << 80 | 7 << 76 | u128::from(INVOICE) << 64;
        InvoiceId::from_bytes((high | 8 << 60 | u128::from(number)).to_be_bytes())
    }
}

/// A database that is being filled.
pub struct Filler {
    pub database: Database,
    pub copies: Copies,
    pub customers: Vec<String>,
    pub item: String,
    whose: Customers,
    /// Copies made so far.
    pub made: u64,
}

impl Filler {
    /// Makes customers, an item and one invoice for each, and notes their rows for copying.
    pub fn prepare(client: &mut Client, database: &str, whose: Customers) -> Outcome<Filler> {
        let tax = json!({ "code": "VAT13", "name": "增值税 13%", "rate": "13", "inclusive": false });
        client.post("/api/v1/tax-codes", "bench-tax", &tax)?;
        let price = json!({ "currency": "CNY", "amount": "199.90" });
        let item = json!({ "code": "A-100", "name": { "zh-CN": "传感器", "en": "Sensor" }, "unit": "pcs",
                           "price": price, "tax_code": "VAT13" });
        let item = text(&client.post("/api/v1/items", "bench-item", &item)?, "/id")?;
        let mut customers = Vec::new();
        for number in 0..CUSTOMERS {
            let id = customer(client, number)?;
            let order = order_of(&id, &item);
            let made = client.post("/api/v1/orders", &format!("bench-order-{number}"), &order)?;
            let total = text(&made, "/total/amount")?;
            if total != TOTAL {
                return Err(format!("An invoice comes to {total}, not to {TOTAL}."));
            }
            let path = format!("/api/v1/orders/{}/submit", text(&made, "/id")?);
            text(&client.post(&path, &format!("bench-submit-{number}"), &json!({}))?, "/invoice")?;
            customers.push(id);
        }
        let now_ms = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or(0);
        let mut filler = Filler {
            database: Database::open(database)?,
            copies: Copies { epoch_ms: now_ms - 86_400_000 },
            customers,
            item,
            whose,
            made: 0,
        };
        filler.note()?;
        Ok(filler)
    }

    /// Notes which rows are copied, in tables that only this connection sees.
    fn note(&mut self) -> Outcome {
        let numbered = |table: &str, id: &str| {
            format!(
                "CREATE TEMP TABLE pattern_{table} AS SELECT b.k, t.{id},
                 row_number() OVER (PARTITION BY b.k ORDER BY t.{id}) AS place
                 FROM {table} t JOIN pattern b ON t.organisation_id = b.organisation_id
                 AND t.subject_id IN (b.invoice_id, b.order_id)"
            )
        };
        let pair = format!("substr({}, g.i, 2)", folded("b.number"));
        let statements = format!(
            "CREATE TEMP TABLE pattern AS SELECT row_number() OVER (ORDER BY i.number) - 1 AS k, i.organisation_id,
                 i.invoice_id, i.order_id, i.number, o.number AS order_number, e.entry_id, i.customer_id
             FROM invoices i JOIN orders o ON o.organisation_id = i.organisation_id AND o.order_id = i.order_id
             JOIN journal_entries e ON e.organisation_id = i.organisation_id AND e.document_id = i.invoice_id;
             {};
             CREATE TEMP TABLE pattern_grams AS SELECT b.k, t.subject_id, t.kind, t.gram
             FROM search_grams t JOIN pattern b ON t.organisation_id = b.organisation_id
             AND t.subject_id IN (b.invoice_id, b.order_id)
             WHERE t.subject_id <> b.invoice_id OR t.gram NOT IN (SELECT {pair} FROM {} g WHERE g.i < 12);",
            numbered("events", "event_id"),
            series("i", 1, 40),
        );
        self.database.run(&statements)?;
        self.database.run("ANALYZE")?;
        let patterns = self.database.number("SELECT count(*) FROM pattern")?;
        if u64::try_from(patterns) != Ok(CUSTOMERS) {
            return Err(format!("{patterns} invoices are there to be copied, not {CUSTOMERS}."));
        }
        if self.whose == Customers::Numbered {
            let id = self.id(CUSTOMER, "b.k");
            self.copy(
                "customers",
                "customers t ON t.customer_id = b.customer_id",
                &[("customer_id", &id)],
                0,
                CUSTOMERS,
            )?;
            self.copy(
                "data_keys",
                "data_keys t ON t.subject_id = b.customer_id",
                &[("subject_id", &id)],
                0,
                CUSTOMERS,
            )?;
        }
        Ok(())
    }

    /// Sees to it that invoices up to this number exist.
    pub fn ensure(&mut self, wanted: u64) -> Outcome {
        while self.made < wanted {
            let until = (self.made + CHUNK).min(wanted);
            // SQLite does not wait for its one writer in the middle of a transaction, but it does at the beginning.
            self.database.run(if self.database.is_postgres() { "BEGIN" } else { "BEGIN IMMEDIATE" })?;
            self.chunk(self.made, until)?;
            self.database.run("COMMIT")?;
            self.made = until;
        }
        Ok(())
    }

    /// The bytes that a title is found by.
    fn key(&self, title: &str) -> String {
        if self.database.is_postgres() {
            format!("convert_to({title}, 'UTF8')")
        } else {
            format!("CAST({title} AS BLOB)")
        }
    }

    fn chunk(&mut self, from: u64, until: u64) -> Outcome {
        let (invoice, order, entry) = (self.id(INVOICE, "s.n"), self.id(ORDER, "s.n"), self.id(ENTRY, "s.n"));
        let subject = format!("CASE WHEN t.subject_id = b.invoice_id THEN {invoice} ELSE {order} END");
        let number = self.numbered("b.number");
        let order_number = self.numbered("b.order_number");
        let token = if self.database.is_postgres() {
            "'0' || substr(md5(random()::text || s.n::text), 1, 25)"
        } else {
            "'0' || substr(lower(hex(randomblob(13))), 1, 25)"
        };
        let event = self.id_of("1 + p.place", EVENTS);
        let whose = match self.whose {
            Customers::AsMade => "t.customer_id".to_owned(),
            Customers::Numbered => self.id(CUSTOMER, "b.k"),
        };
        let party =
            format!("CASE WHEN t.party_id IS NULL THEN NULL ELSE {} END", whose.replace("t.customer_id", "t.party_id"));
        let of_invoice =
            |table: &str| format!("{table} t ON t.organisation_id = b.organisation_id AND t.invoice_id = b.invoice_id");
        let of_order =
            |table: &str| format!("{table} t ON t.organisation_id = b.organisation_id AND t.order_id = b.order_id");
        let of_entry =
            |table: &str| format!("{table} t ON t.organisation_id = b.organisation_id AND t.entry_id = b.entry_id");
        let noted = |table: &str, id: &str| {
            format!(
                "pattern_{table} p ON p.k = b.k JOIN {table} t ON t.organisation_id = b.organisation_id AND t.{id} = p.{id}"
            )
        };
        let item = "open_items t ON t.organisation_id = b.organisation_id AND t.item_id = b.invoice_id";

        self.copy(
            "orders",
            &of_order("orders"),
            &[("order_id", &order), ("number", &order_number), ("invoice_id", &invoice), ("customer_id", &whose)],
            from,
            until,
        )?;
        self.copy("order_lines", &of_order("order_lines"), &[("order_id", &order)], from, until)?;
        self.copy(
            "invoices",
            &of_invoice("invoices"),
            &[
                ("invoice_id", &invoice),
                ("order_id", &order),
                ("number", &number),
                ("pay_token", token),
                ("customer_id", &whose),
            ],
            from,
            until,
        )?;
        for table in ["invoice_lines", "invoice_taxes", "invoice_instalments"] {
            self.copy(table, &of_invoice(table), &[("invoice_id", &invoice)], from, until)?;
        }
        self.copy(
            "journal_entries",
            &of_entry("journal_entries"),
            &[("entry_id", &entry), ("document_id", &invoice)],
            from,
            until,
        )?;
        self.copy(
            "journal_lines",
            &of_entry("journal_lines"),
            &[("entry_id", &entry), ("party_id", &party)],
            from,
            until,
        )?;
        self.copy("open_items", item, &[("item_id", &invoice), ("customer_id", &whose)], from, until)?;
        self.copy(
            "events",
            &noted("events", "event_id"),
            &[("event_id", &event), ("subject_id", &subject)],
            from,
            until,
        )?;
        // A script finds nothing.
        if self.whose == Customers::AsMade {
            self.make_findable(&invoice, &subject, [&number, &order_number], from, until)?;
        }
        self.rest(&entry, from, until)
    }

    /// What copies of invoices and orders are found by: their entries, and pairs of characters.
    fn make_findable(
        &mut self,
        invoice: &str,
        subject: &str,
        [number, order_number]: [&str; 2],
        from: u64,
        until: u64,
    ) -> Outcome {
        let title = format!(
            "CASE WHEN t.subject_id = b.invoice_id THEN {number} WHEN t.title = b.order_number THEN {order_number} ELSE t.title END"
        );
        let found =
            "search_entries t ON t.organisation_id = b.organisation_id AND t.subject_id IN (b.invoice_id, b.order_id)";
        let key = self.key(&folded(&title));
        let end = self.key(&reversed(&folded(&title)));
        self.copy(
            "search_entries",
            found,
            &[("subject_id", subject), ("title", &title), ("title_key", &key), ("title_end", &end)],
            from,
            until,
        )?;
        let copies = copies(from, until);
        self.database.run(&format!(
            "INSERT INTO search_grams (organisation_id, kind, gram, subject_id) SELECT b.organisation_id, t.kind, t.gram, {subject}
             FROM {copies} JOIN pattern_grams t ON t.k = b.k;
             INSERT INTO search_grams (organisation_id, kind, gram, subject_id)
             SELECT x.organisation_id, 'inv', substr(x.folded, g.i, 2), x.id
             FROM (SELECT b.organisation_id, {invoice} AS id, {} AS folded FROM {copies}) x
             JOIN {} g ON g.i < length(x.folded) WHERE true ON CONFLICT DO NOTHING;",
            folded(number),
            series("i", 1, 40),
        ))
    }

    /// What is no copy: the tail, the sums by day, the counters.
    fn rest(&mut self, entry: &str, from: u64, until: u64) -> Outcome {
        let copies = copies(from, until);
        let statements = format!(
            "INSERT INTO journal_tail (organisation_id, entry_id) SELECT b.organisation_id, {entry} FROM {copies};
             INSERT INTO day_sums (organisation_id, kind, day, change_id, functional_minor, documents)
             SELECT t.organisation_id, 'due', t.due_on, {}, sum(t.functional_open_minor), count(*)
             FROM {copies} JOIN open_items t ON t.organisation_id = b.organisation_id AND t.item_id = b.invoice_id
             GROUP BY t.organisation_id, t.due_on;
             UPDATE counters SET last = last + {} WHERE series IN ('invoice', 'order');",
            self.id_sql(&DAY.to_string(), &from.to_string()),
            until - from,
        );
        self.database.run(&statements)
    }

    /// Copies the rows that `join` finds as `t`, with other values in some columns.
    fn copy(&mut self, table: &str, join: &str, other: &[(&str, &str)], from: u64, until: u64) -> Outcome {
        let columns = self.database.columns(table)?;
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let instead = other.iter().find(|(name, _)| name == column);
                instead.map_or_else(|| format!("t.{column}"), |(_, value)| (*value).to_owned())
            })
            .collect();
        self.database.run(&format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {} JOIN {join}",
            columns.join(", "),
            values.join(", "),
            copies(from, until),
        ))
    }

    /// SQL of the id of a copy.
    fn id(&self, kind: u64, number: &str) -> String {
        self.id_sql(&kind.to_string(), number)
    }

    /// SQL of the id of one of several copies with the same number.
    fn id_of(&self, place: &str, kind: u64) -> String {
        self.id_sql(&format!("({kind} + {place})"), "s.n")
    }

    fn id_sql(&self, kind: &str, number: &str) -> String {
        id_sql(self.database.is_postgres(), self.copies.epoch_ms, kind, number)
    }

    /// SQL of a copy's number: `INV-2026-` of the pattern's, then what follows the patterns' own.
    fn numbered(&self, pattern: &str) -> String {
        let start = format!("substr({pattern}, 1, length({pattern}) - 5)");
        let number = format!("({} + s.n)", CUSTOMERS + 1);
        if self.database.is_postgres() {
            format!("{start} || lpad({number}::text, greatest(5, length({number}::text)), '0')")
        } else {
            format!("{start} || printf('%05d', {number})")
        }
    }

    /// Waits until jobs are done, the tail is rolled up, sums are added up and the trail is sealed.
    pub fn wait_until_quiet(&mut self) -> Outcome {
        self.wait(&[
            ("jobs", "SELECT count(*) FROM jobs WHERE NOT dead"),
            ("entries in the tail", "SELECT count(*) FROM journal_tail"),
            ("changes of days", "SELECT count(*) - count(DISTINCT kind || day) FROM day_sums"),
            ("unsealed", "SELECT (SELECT count(*) FROM audit_rows) - (SELECT count(*) FROM audit_seals)"),
        ])
    }

    /// Waits until payments are found, too.
    pub fn wait_until_found(&mut self) -> Outcome {
        self.wait_until_quiet()?;
        self.wait(&[(
            "payments not found",
            "SELECT (SELECT count(*) FROM payments) - (SELECT count(*) FROM search_entries WHERE kind = 'pay')",
        )])
    }

    /// Waits until all of these are nought.
    fn wait(&mut self, all: &[(&str, &str)]) -> Outcome {
        let start = Instant::now();
        loop {
            let mut left = Vec::new();
            for (what, sql) in all {
                match self.database.number(sql)? {
                    0 => {}
                    number => left.push(format!("{number} {what}")),
                }
            }
            if left.is_empty() {
                return Ok(());
            }
            if start.elapsed() > QUIET_MAX {
                return Err(format!("Background work does not catch up: {}.", left.join(", ")));
            }
            sleep(Duration::from_millis(500));
        }
    }
}

/// Makes a customer; its id.
pub fn customer(client: &mut Client, number: u64) -> Outcome<String> {
    let body = json!({
        "name": format!("远航贸易{}有限公司", char::from_u32(0x4e00 + u32::try_from(number).unwrap_or(0)).unwrap_or('甲')),
        "kind": "company", "country": "CN", "currency": "CNY", "email": format!("ap{number}@example.com"),
        "locale": "zh-CN", "payment_terms_days": 30,
    });
    text(&client.post("/api/v1/customers", &format!("bench-customer-{number}"), &body)?, "/id")
}

/// An order of two lines.
pub fn order_of(customer: &str, item: &str) -> serde_json::Value {
    json!({
        "customer": customer, "currency": "CNY",
        "lines": [
            { "item": item, "quantity": "3" },
            { "description": "运费", "quantity": "1", "unit_price": { "currency": "CNY", "amount": "50.37" }, "tax_code": "VAT13" },
        ],
    })
}

/// SQL of an id as [`Copies`] makes them.
pub fn id_sql(postgres: bool, epoch_ms: u64, kind: &str, number: &str) -> String {
    if postgres {
        format!(
            "(lpad(to_hex({epoch_ms} + {number}), 12, '0') || '7' || lpad(to_hex({kind}), 3, '0') || '8'
              || lpad(to_hex({number}), 15, '0'))::uuid"
        )
    } else {
        format!("unhex(printf('%012x7%03x8%015x', {epoch_ms} + {number}, {kind}, {number}))")
    }
}

/// Copies and the patterns that they are of, as `s.n` and `b`.
fn copies(from: u64, until: u64) -> String {
    format!("{} s JOIN pattern b ON b.k = s.n % {CUSTOMERS}", series("n", from, until))
}

/// Whole numbers from `from` up to below `until` as a table with one column.
fn series(column: &str, from: u64, until: u64) -> String {
    format!(
        "(WITH RECURSIVE c({column}) AS (SELECT {from} UNION ALL SELECT {column} + 1 FROM c WHERE {column} + 1 < {until})
         SELECT {column} FROM c)"
    )
}

/// SQL of a number as the search folds it.
fn folded(number: &str) -> String {
    format!("replace(lower({number}), '-', '')")
}

/// SQL of a text of up to 40 characters from its end to its beginning.
fn reversed(text: &str) -> String {
    let each: Vec<String> = (1..=40).rev().map(|place| format!("substr({text}, {place}, 1)")).collect();
    format!("({})", each.join(" || "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_in_sql() {
        let copies = Copies { epoch_ms: 1_790_000_000_000 };
        let mut database = Database::open("sqlite://:memory:").unwrap();
        for number in [0, 1, 12_345, 9_999_999] {
            let sql = id_sql(false, copies.epoch_ms, &INVOICE.to_string(), &number.to_string());
            let made = database.texts(&format!("SELECT lower(hex({sql})) AS value")).unwrap();
            assert_eq!(made, [copies.invoice(number).uuid().simple().to_string()]);
            assert_eq!(copies.invoice(number).uuid().get_version_num(), 7);
        }
        assert!(copies.invoice(7) < copies.invoice(8));
    }

    #[test]
    fn a_series_ends_before_its_end() {
        let mut database = Database::open("sqlite://:memory:").unwrap();
        let sum = format!("SELECT sum(s.n) FROM {} s", series("n", 3, 6));
        assert_eq!(database.number(&sum), Ok(12));
    }
}
