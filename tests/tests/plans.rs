//! How the lists are read: the statements of every list, as the house sends them, must be answered through an index.
//!
//! The statements are overheard while the lists are asked for over HTTP, so a new list or a changed query is looked at
//! without being written down here. With `SHUNFU_LONG` there are 100,000 invoices and payments, and the lists must be quick.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the harness of the other scenarios, of which this one needs a part"
)]
mod harness;

use crate::harness::{Engine, TestApp, cny, is_long};
use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection, set_default_instrumentation};
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

static HEARD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Tables that grow with the business.
const BIG: [&str; 31] = [
    "allocations",
    "audit_rows",
    "bill_differences",
    "checkouts",
    "credit_notes",
    "customers",
    "disputes",
    "events",
    "exchange_rates",
    "gateway_bills",
    "idempotency_keys",
    "invoice_lines",
    "invoices",
    "items",
    "journal_entries",
    "journal_lines",
    "jobs",
    "mails",
    "match_entries",
    "open_items",
    "order_lines",
    "orders",
    "payments",
    "payouts",
    "refunds",
    "search_entries",
    "search_grams",
    "statement_lines",
    "statements",
    "till_counts",
    "till_deposits",
];

const ROWS: u32 = 100_000;
/// In a build without optimisation, on a machine that does other things too.
const LIST_MAX: Duration = Duration::from_millis(1500);

struct Ear;

impl Instrumentation for Ear {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let sql = text.split(" -- binds").next().unwrap_or(&text).trim().to_owned();
            if sql.starts_with("SELECT") {
                HEARD.lock().unwrap().insert(sql);
            }
        }
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// What is looked up among many rows.
const LOOK_UPS: [&str; 2] =
    ["/exchange-rates/between?from=USD&to=JPY&on=2026-11-23", "/revaluations/preview?on=2026-10-31"];

/// Pages of the desk that list something.
const PAGES: [&str; 32] = [
    "?page /",
    "?page /customers",
    "?page /orders",
    "?page /invoices",
    "?page /invoices?status=overdue",
    "?page /invoices?status=draft",
    "?page /payments",
    "?page /disputes",
    "?page /disputes?status=all",
    "?page /disputes?status=won",
    "?page /payments/bills",
    "?page /payments/payouts",
    "?page /payments/till",
    "?page /statements",
    "?page /statements/rules",
    "?page /statements/settlements",
    "?page /customers?archived=true&sort=-name",
    "?page /orders?sort=number",
    "?page /orders?q=SO-2026",
    "?page /invoices?sort=number",
    "?page /invoices?status=outstanding&sort=due",
    "?page /invoices?q=INV-2026-00001",
    "?page /search",
    "?page /search?q=INV-2026-00001",
    "?page /search?q=00001",
    "?page /search?q=%E5%BE%88%E5%A4%9A",
    "?page /ledger",
    "?page /settings/mails",
    "?page /settings/mails?status=failed",
    "?page /settings/rates",
    "?page /settings/rates?currency=USD",
    "?page /reports/trial-balance",
];

#[test]
fn every_list_is_read_through_an_index() {
    set_default_instrumentation(|| Some(Box::new(Ear))).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut app = TestApp::start(Engine::Sqlite, None).await.unwrap();
        let customer = app.customer("很多").await;
        let invoice = app.invoice(&customer, "10.00").await;
        app.pay(&customer, cny("4.00"), &[(&invoice, "4.00")]).await.expect(201);
        app.invoice(&customer, "11.00").await;
        app.pay(&customer, cny("5.00"), &[]).await.expect(201);
        let count = serde_json::json!({ "amount": cny("3.00"), "on": harness::TODAY, "note": "Float" });
        app.api.post("/till-counts", &count).await.expect(201);
        let mut conn = SqliteConnection::establish(&app.data_dir().join("shunfu.db").display().to_string()).unwrap();
        conn.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
        if is_long() {
            multiply(&mut conn);
        }
        let email = app.staff(kernel::Role::Owner).await;
        let owner = app.nobody.signed_in(&email, crate::harness::PASSWORD).await;
        let lists = lists(&app).await;
        assert!(lists.len() > 8, "{lists:?}");
        // What the house does for itself is not to be overheard.
        app.rest().await;
        let mut faults = Vec::new();
        let of_customer: Vec<String> = ["payments", "invoices", "orders", "credit-notes"]
            .iter()
            .map(|list| format!("/{list}?limit=50&customer={customer}"))
            .collect();
        let of_rules = rules(&app).await;
        for list in lists.iter().chain(&of_customer).chain(&of_rules).map(String::as_str).chain(LOOK_UPS).chain(PAGES) {
            HEARD.lock().unwrap().clear();
            let since = Instant::now();
            let reply = match list.split_once(' ') {
                Some(("?page", page)) => owner.get(page).await,
                Some((_, call)) => app.api.post(call, &serde_json::json!({})).await,
                None => app.api.get(list).await,
            };
            let took = since.elapsed();
            assert!([200, 404].contains(&reply.status), "{list}: {}", reply.text());
            if is_long() && took > LIST_MAX {
                faults.push(format!("{list} took {took:?}"));
            }
            let heard: Vec<String> = HEARD.lock().unwrap().iter().cloned().collect();
            faults.extend(
                heard.iter().flat_map(|sql| wrong_steps(&mut conn, sql)).map(|fault| format!("{list}: {fault}")),
            );
            // One customer's documents are not looked for among everybody's.
            let mut passes_by = |sql: &&String| {
                let steps = plan(&mut conn, sql);
                let is_list = sql.contains(" ORDER BY ") && sql.contains(" LIMIT ");
                is_list && !steps.iter().any(|step| step.detail.contains("AND customer_id=?"))
            };
            if list.contains("customer=") {
                faults.extend(heard.iter().filter(&mut passes_by).map(|sql| format!("{list}: not by customer: {sql}")));
            }
        }
        assert!(faults.is_empty(), "{faults:#?}");
    });
}

/// What reads the lines of statements for a rule: one that was posted, and one that is open.
async fn rules(app: &TestApp) -> Vec<String> {
    let fees = serde_json::json!({ "name": "Fees", "conditions": { "direction": "out" }, "action": "post", "account": "5603" });
    let rule = app.api.post("/match-rules", &fees).await.expect(201);
    let file = ":20:S\r\n:25:CN1\r\n:28C:1\r\n:60F:C261123CNY9,00\r\n:61:2611231123D1,00NTRFNONREF//1-1\r\n:86:166?20a fee\r\n\
        :61:2611231123D2,00NTRFNONREF//1-2\r\n:86:166?20a fee\r\n:62F:C261123CNY6,00\r\n-\r\n";
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\n1002\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s\"\r\n\r\n{file}\r\n--b--\r\n"
    );
    let request = app.api.request(reqwest::Method::POST, "/statements");
    let request = request.header("content-type", "multipart/form-data; boundary=b").body(form);
    assert_eq!(request.send().await.unwrap().status().as_u16(), 201);
    let statements = app.api.get("/statements").await.expect(200);
    let lines = format!("/statements/{}/lines", statements["data"][0]["id"].as_str().unwrap());
    let list = app.api.get(&lines).await.expect(200);
    let [line, open] = [0, 1].map(|nth| list["data"][nth]["id"].as_str().unwrap().to_owned());
    let posted = serde_json::json!({ "account": "5603" });
    app.api.post(&format!("/statement-lines/{line}/match"), &posted).await.expect(201);
    let id = rule["id"].as_str().unwrap();
    vec![
        format!("?post /match-rules/{id}/replay"),
        format!("?page /statements/rules/{id}"),
        format!("?page /statements/rules/{id}/apply"),
        format!("{lines}?limit=50"),
        format!("{lines}?limit=50&query=fee"),
        format!("/statement-lines/{open}/entries"),
        format!("/statement-lines/{open}/entries?query=fee"),
        format!("/statements?limit=50&sha256={}", "0".repeat(64)),
    ]
}

/// The API's lists with the filters that its description names.
async fn lists(app: &TestApp) -> Vec<String> {
    let document = app.nobody.get("/api/openapi.json").await.expect(200);
    let mut lists = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let parameters = operations.pointer("/get/parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        let names: Vec<&str> = parameters.iter().filter_map(|p| p["name"].as_str()).collect();
        if !names.contains(&"cursor") || path.contains('{') {
            continue;
        }
        let path = path.trim_start_matches("/api/v1");
        let account = if names.contains(&"account") { "&account=1122" } else { "" };
        let first = app.api.get(&format!("{path}?limit=1{account}")).await;
        lists.push(format!("{path}?limit=50{account}"));
        if let Some(cursor) = first.json()["next_cursor"].as_str() {
            lists.push(format!("{path}?limit=50{account}&cursor={cursor}"));
        }
    }
    lists
}

fn plan(conn: &mut SqliteConnection, sql: &str) -> Vec<Step> {
    diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn).unwrap_or_else(|e| panic!("{e} in {sql}"))
}

/// Steps of a plan that read a whole table or all of an organisation's rows in it, or sort what is to be shown in pieces. An
/// index of a part (what is open, what is not issued) is no fault: the part is small, whatever the company has seen.
fn wrong_steps(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let steps = plan(conn, sql);
    let partial: Vec<Step> =
        diesel::sql_query("SELECT name AS detail FROM sqlite_master WHERE sql LIKE '%INDEX%WHERE%'")
            .load(conn)
            .unwrap();
    let big = |step: &&Step| {
        let mut words = step.detail.split_whitespace();
        words.nth(1).is_some_and(|table| BIG.contains(&table))
            && !words.any(|word| partial.iter().any(|index| index.detail == word))
    };
    // Rows that are named one by one are as many as a page shows.
    let named = |step: &Step| step.detail.contains("USING PRIMARY KEY (organisation_id=? AND ");
    let any_big = steps.iter().any(|step| big(&step) && !named(step));
    let has_end = sql.contains(" LIMIT ");
    let is_wrong = |step: &&Step| {
        let sorts = step.detail.starts_with("USE TEMP B-TREE FOR ORDER BY") && has_end;
        let walks = step.detail.starts_with("SCAN") || (step.detail.ends_with("(organisation_id=?)") && !has_end);
        (sorts && any_big) || (walks && big(step))
    };
    let mut wrong: Vec<String> =
        steps.iter().filter(is_wrong).map(|step| format!("{} in {sql}", step.detail)).collect();
    // What is due in parts is a part of what is open: looked for in that, it is looked up item by item.
    if sql.contains("final_due_on IS NOT NULL") && !steps.iter().any(|step| step.detail.contains("open_items_in_parts"))
    {
        wrong.push(format!("not by its own index: {sql}"));
    }
    wrong
}

/// Copies of an open invoice and a free payment, as many as a busy company has after years.
fn multiply(conn: &mut SqliteConnection) {
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        name: String,
    }
    conn.batch_execute("PRAGMA foreign_keys = OFF; BEGIN").unwrap();
    for (table, like, kind, ids, others) in [
        (
            "invoices",
            "total_minor = 1100",
            1,
            &["invoice_id"][..],
            &[("number", "'INV-2026-' || (n + 100)"), ("pay_token", "'t' || n")][..],
        ),
        ("open_items", "open_minor = 1100", 1, &["item_id"], &[]),
        ("open_items", "open_minor = 500", 2, &["item_id"], &[]),
        ("payments", "amount_minor = 500", 2, &["payment_id"], &[("receipt_number", "NULL")]),
        ("orders", "true", 3, &["order_id"], &[("number", "'SO-2026-' || (n + 100)")]),
        ("customers", "true", 4, &["customer_id"], &[]),
        ("journal_entries", "true", 5, &["entry_id"], &[]),
        ("till_counts", "true", 6, &["count_id"], &[]),
        (
            "search_entries",
            "kind = 'inv'",
            1,
            &["subject_id"],
            &[
                ("title", "'INV-2026-' || printf('%05d', n + 100)"),
                ("title_key", "CAST('inv2026' || printf('%05d', n + 100) AS BLOB)"),
                // Something of each, which is all that a plan asks for.
                ("title_end", "CAST(printf('%05d', n + 100) || '6202vni' AS BLOB)"),
            ],
        ),
    ] {
        let columns: Vec<Column> =
            diesel::sql_query(format!("SELECT name FROM pragma_table_info('{table}')")).load(conn).unwrap();
        let value = |column: &Column| {
            if ids.contains(&column.name.as_str()) {
                return format!("unhex(printf('019a%08x7{kind:03x}8000%012x', n, n))");
            }
            let other = others.iter().find(|(name, _)| *name == column.name);
            other.map_or_else(|| column.name.clone(), |(_, value)| (*value).to_owned())
        };
        let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        let values: Vec<String> = columns.iter().map(value).collect();
        let sql = format!(
            "INSERT INTO {table} ({}) WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < {ROWS}) \
             SELECT {} FROM seq, (SELECT * FROM {table} WHERE {like} LIMIT 1)",
            names.join(", "),
            values.join(", ")
        );
        conn.batch_execute(&sql).unwrap_or_else(|e| panic!("{table}: {e}"));
    }
    // The pairs of characters of the numbers.
    conn.batch_execute(
        "INSERT OR IGNORE INTO search_grams (organisation_id, kind, gram, subject_id) \
         WITH RECURSIVE at(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM at WHERE i < 20) \
         SELECT organisation_id, kind, substr(CAST(title_key AS TEXT), i, 2), subject_id FROM search_entries, at \
         WHERE i < length(title_key)",
    )
    .unwrap();
    conn.batch_execute("COMMIT").unwrap();
}
