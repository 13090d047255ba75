//! What `verify` finds when somebody changes the database behind the door: each kind of change is named.

use crate::harness::trade::{cny, text};
use crate::harness::{TestApp, both};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryDsl, RunQueryDsl, SqliteConnection};
use jiff::SignedDuration;
use schema::{audit_rows, audit_seals, journal_tail};
use serde_json::{Value, json};
use store::DatabaseUrl;

both![every_change_behind_the_door_is_named, a_changed_file_is_named];

/// Runs SQL as the owner of the database would, without the engine's own checks of what belongs together.
pub(super) fn tamper(app: &TestApp, sql: &str) {
    match app.house.app.db().url() {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF").unwrap();
            conn.batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        }
        DatabaseUrl::Postgres(url) => {
            let mut conn = PgConnection::establish(url).unwrap();
            conn.batch_execute("SET session_replication_role = replica").unwrap();
            conn.batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        }
    }
}

/// Rows that the background work has still to do with.
async fn waiting(app: &TestApp) -> i64 {
    let look = |conn: &mut store::Conn| {
        let tail: i64 = journal_tail::table.count().get_result(conn)?;
        let (rows, seals): (i64, i64) =
            (audit_rows::table.count().get_result(conn)?, audit_seals::table.count().get_result(conn)?);
        Ok(tail + rows - seals)
    };
    app.house.app.db().read(look).await.unwrap()
}

/// Tables that the changes below touch; copies bring them back.
const TABLES: [&str; 14] = [
    "invoices",
    "invoice_lines",
    "invoice_taxes",
    "credit_notes",
    "payments",
    "refunds",
    "orders",
    "open_items",
    "allocations",
    "journal_entries",
    "journal_lines",
    "audit_rows",
    "data_keys",
    "customers",
];

/// The numbers of what was traded.
struct Trade {
    open: String,
    /// In two parts.
    plan: String,
    other: String,
    void: String,
    note: String,
    /// A deposit, and the final invoice that deducts it.
    deposit: String,
    last: String,
}

/// Invoices that are open, paid in part, void and credited; a payment in part paid back, and one taken back.
async fn trade(app: &TestApp) -> Trade {
    let item = app.goods().await;
    let customer = app.customer("上海远航贸易有限公司").await;
    app.customer("别家有限公司").await;
    let order = app.main_order(&customer, &item).await;
    let submitted = app.submit(&order).await.expect(200);
    let open = app.invoice_by_id(&text(&submitted, "/invoice")).await;
    let (other, void) = (app.invoice(&customer, "100.00").await, app.invoice(&customer, "70.00").await);
    let at = |document: &Value, verb: &str| format!("/invoices/{}/{verb}", text(document, "/id"));
    app.api.post(&at(&void, "void"), &json!({ "reason": "wrong" })).await.expect(200);
    let note = json!({ "amount": cny("10.00"), "reason": "returned" });
    let note = app.api.post(&at(&other, "credit-notes"), &note).await.expect(201);
    let pay = async |amount: &str, allocated: &str| {
        let body = json!({
            "customer": customer, "method": "bank_transfer", "amount": cny(amount), "received_on": "2026-11-23",
            "allocations": [{ "invoice": text(&other, "/id"), "amount": cny(allocated) }],
        });
        text(&app.api.post("/payments", &body).await.expect(201), "/id")
    };
    let (kept, wrong) = (pay("50.00", "30.00").await, pay("20.00", "20.00").await);
    let back = json!({ "amount": cny("5.00"), "reason": "too much" });
    app.api.post(&format!("/payments/{kept}/refunds"), &back).await.expect(201);
    app.api.post(&format!("/payments/{wrong}/reverse"), &json!({ "reason": "wrong" })).await.expect(200);
    let plan = json!({
        "customer": customer, "currency": "CNY",
        "lines": [{ "description": "Work", "quantity": "1", "unit_price": cny("80.00") }],
        "instalments": [{ "percent": "50", "due_on": "2026-12-01" }, { "percent": "50", "due_on": "2027-01-15" }],
    });
    let order = app.api.post("/orders", &plan).await.expect(201);
    let plan = app.invoice_by_id(&text(&app.submit(&order).await.expect(200), "/invoice")).await;
    let work = |price: &str, told: &str, what: Value| {
        let mut body = json!({ "customer": customer, "issue": true,
            "lines": [{ "description": "Work", "quantity": "1", "unit_price": cny(price), "tax_code": "VAT13" }] });
        body[told] = what;
        body
    };
    let deposit = app.api.post("/invoices", &work("30.00", "purpose", json!("deposit"))).await.expect(201);
    let last = app.api.post("/invoices", &work("90.00", "deducts", json!([deposit["id"]]))).await.expect(201);
    let number = |document: &Value| text(document, "/number");
    Trade {
        open: number(&open),
        plan: number(&plan),
        other: number(&other),
        void: number(&void),
        note: number(&note),
        deposit: number(&deposit),
        last: number(&last),
    }
}

/// SQL, and the code and a word of what must be found.
type Change = (String, &'static str, String);

fn of_number(number: &str) -> String {
    format!("(SELECT invoice_id FROM invoices WHERE number = '{number}')")
}

const STRANGER: &str = "(SELECT customer_id FROM customers WHERE name = '别家有限公司')";

fn changes_of_documents(trade: &Trade) -> Vec<Change> {
    let Trade { open, plan, other, void, note, .. } = trade;
    let id = of_number(open);
    let on = |what: &str| format!("UPDATE invoices SET {what} WHERE number = '{open}'");
    let line = |what: &str| format!("UPDATE invoice_lines SET {what} WHERE invoice_id = {id} AND line = 1");
    let differs = |sql: String| (sql, "document_differs", open.clone());
    let changed = |sql: String| (sql, "document_changed", open.clone());
    let of_plan = |what: &str| {
        let sql = format!("UPDATE open_items SET {what} WHERE item_id = {}", of_number(plan));
        (sql, "document_differs", plan.clone())
    };
    let swapped = format!(
        "UPDATE invoices SET number = 'X' WHERE number = '{open}'; UPDATE invoices SET number = '{open}' \
         WHERE number = '{other}'; UPDATE invoices SET number = '{other}' WHERE number = 'X'"
    );
    vec![
        differs(on("total_minor = total_minor + 1")),
        differs(on("net_minor = net_minor + 1")),
        differs(line("net_minor = net_minor + 1, gross_minor = gross_minor + 1")),
        changed(line("description = 'x'")),
        differs(format!("DELETE FROM invoice_lines WHERE invoice_id = {id} AND line = 2")),
        differs(format!(
            "UPDATE invoice_taxes SET tax_minor = tax_minor + 1 WHERE invoice_id = {id} AND tax_code = 'VAT13'"
        )),
        differs(on("state = 'void'")),
        differs(on(&format!("customer_id = {STRANGER}"))),
        (format!("UPDATE invoices SET state = 'issued' WHERE number = '{void}'"), "document_differs", void.clone()),
        (on("number = 'INV-2026-09999'"), "numbers_differ", open.clone()),
        changed(swapped),
        changed(on(&format!("frozen = (SELECT i.frozen FROM invoices i WHERE i.number = '{other}')"))),
        (
            format!("UPDATE credit_notes SET number = 'CN-2026-00777' WHERE number = '{note}'"),
            "numbers_differ",
            note.clone(),
        ),
        (format!("UPDATE credit_notes SET total_minor = 1 WHERE number = '{note}'"), "document_differs", note.clone()),
        differs(format!("DELETE FROM open_items WHERE item_id = {id}")),
        differs(format!(
            "UPDATE open_items SET amount_minor = amount_minor - 100, open_minor = open_minor - 100, functional_minor = \
             functional_minor - 100, functional_open_minor = functional_open_minor - 100 WHERE item_id = {id}"
        )),
        (
            format!("UPDATE open_items SET customer_id = {STRANGER} WHERE item_id = {id}"),
            "control_account_differs",
            "别家有限公司".into(),
        ),
        differs(format!("UPDATE open_items SET due_on = date WHERE item_id = {id}")),
        differs(format!("UPDATE open_items SET final_due_on = due_on WHERE item_id = {id}")),
        of_plan("due_on = final_due_on"),
        of_plan("final_due_on = NULL"),
        differs(format!("UPDATE journal_entries SET document_id = {} WHERE document_id = {id}", of_number(other))),
        differs(format!("DELETE FROM journal_entries WHERE document_id = {id}")),
        (format!("DELETE FROM audit_rows WHERE subject_id = {id}"), "trail_broken", "the row was removed".into()),
        ("DELETE FROM data_keys".into(), "sealed_unreadable", open.clone()),
    ]
}

fn changes_of_deposits(trade: &Trade) -> Vec<Change> {
    let Trade { other, deposit, last, .. } = trade;
    let line = |what: &str| format!("UPDATE invoice_lines SET {what} WHERE deducts IS NOT NULL");
    let deposit_differs = |sql: String, number: &String| (sql, "deposit_differs", number.clone());
    vec![
        (line("deducts = NULL"), "document_changed", last.clone()),
        (line("deducts = NULL"), "deferral_differs", deposit.clone()),
        deposit_differs(line(&format!("deducts = {}", of_number(other))), last),
        deposit_differs(line("net_minor = 2 * net_minor, gross_minor = gross_minor + net_minor"), deposit),
        deposit_differs(line("tax_minor = tax_minor - 1, gross_minor = gross_minor - 1"), deposit),
        deposit_differs("UPDATE invoices SET purpose = 'sale'".into(), last),
        (
            format!("DELETE FROM journal_entries WHERE kind = 'delivery' AND document_id = {}", of_number(deposit)),
            "deferral_differs",
            deposit.clone(),
        ),
    ]
}

fn changes_of_money(trade: &Trade) -> Vec<Change> {
    let paid = "amount_minor = 5000";
    let first = "number = (SELECT min(o.number) FROM orders o)";
    let payment = |what: &str| format!("UPDATE payments SET {what} WHERE {paid}");
    let differs = |sql: String, told: &str| (sql, "payment_differs", told.to_owned());
    vec![
        differs(payment("amount_minor = amount_minor + 1000"), "60.00"),
        differs(payment("status = 'reversed'"), "was not taken back"),
        differs(payment("refunded_minor = 0"), "5.00"),
        differs(payment(&format!("customer_id = {STRANGER}")), "another customer"),
        (format!("DELETE FROM payments WHERE {paid}"), "document_missing", "pay_".into()),
        ("UPDATE refunds SET amount_minor = amount_minor + 1".into(), "refund_differs", "5.01".into()),
        ("DELETE FROM refunds".into(), "document_missing", "ref_".into()),
        (format!("UPDATE orders SET total_minor = total_minor + 1 WHERE {first}"), "order_differs", "SO-".into()),
        (format!("DELETE FROM orders WHERE {first}"), "document_missing", trade.open.clone()),
        (
            "UPDATE customers SET email_sealed = (SELECT wrapped FROM data_keys WHERE subject_id = customer_id) \
             WHERE email_sealed IS NOT NULL"
                .into(),
            "sealed_unreadable",
            "cus_".into(),
        ),
    ]
}

async fn every_change_behind_the_door_is_named(app: &TestApp) {
    let trade = trade(app).await;
    assert_eq!(app.findings(), Vec::<String>::new());
    // The background work would go on with what is changed here.
    app.eventually("everything is sealed and rolled up", async || {
        app.clock.advance(SignedDuration::from_secs(5));
        (waiting(app).await == 0).then_some(())
    })
    .await;
    for table in TABLES {
        tamper(app, &format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
    }
    let changes = [changes_of_documents(&trade), changes_of_deposits(&trade), changes_of_money(&trade)].concat();
    for (sql, code, told) in changes {
        tamper(app, &sql);
        let found = app.findings();
        assert!(found.iter().any(|line| line.starts_with(code) && line.contains(&told)), "{sql}\n{found:#?}");
        for table in TABLES {
            tamper(app, &format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}"));
        }
        assert_eq!(app.findings(), Vec::<String>::new(), "{sql}");
    }
    for table in TABLES {
        tamper(app, &format!("DROP TABLE kept_{table}"));
    }
}

async fn a_changed_file_is_named(app: &TestApp) {
    let customer = app.customer("上海远航贸易有限公司").await;
    let invoice = app.invoice(&customer, "100.00").await;
    let document = app.api.get(&format!("/invoices/{}/document.csv", text(&invoice, "/id"))).await;
    assert_eq!(document.status, 200);
    let shelves = std::fs::read_dir(app.data_dir().join("blobs")).unwrap().map(|shelf| shelf.unwrap().path());
    let file = shelves.flat_map(|shelf| std::fs::read_dir(shelf).unwrap()).next().unwrap().unwrap().path();
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[20] ^= 1;
    std::fs::write(&file, flipped).unwrap();
    let found = app.findings();
    assert!(found.len() == 1 && found[0].starts_with("kept_document_unreadable fil_"), "{found:?}");
    assert!(found[0].contains("was changed"), "{found:?}");
    std::fs::remove_file(&file).unwrap();
    assert!(app.findings()[0].contains("is gone"), "{:?}", app.findings());
    std::fs::write(&file, whole).unwrap();
}
