//! What a match posts and undoes beyond the plain: who may give how much away, what is undone with it, and what stays because the bank
//! says so.

use crate::harness::trade::{payment, text};
use crate::harness::{Caller, PASSWORD, Reply, TODAY, TestApp, both, cny, money, rows};
use crate::program::{company, ran, said};
use crate::reconciliation::{act, lines, moved, send, statement};
use jiff::SignedDuration;
use kernel::Role;
use serde_json::{Value, json};

both! {
    a_dry_run_refuses_an_account_as_the_run_does,
}

/// Brings lines in and posts none of them; they are numbered through.
async fn brought_in(app: &TestApp, file: &str) -> Vec<Value> {
    app.clock.advance(SignedDuration::from_secs(1));
    let fields = [("account", "1002"), ("post_from", "1001")];
    lines(app, &send(&app.api, file, &fields).await.expect(201)).await
}

/// What of an invoice a line pays, and what is settled beside it.
fn part(invoice: &Value, paid: &str, settle: &str, less: &str) -> Value {
    json!({ "invoice": invoice["id"], "amount": cny(paid), "settle": settle, "settle_amount": cny(less) })
}

fn pay(customer: &str, parts: &[Value]) -> Value {
    json!({ "customer": customer, "invoices": parts })
}

async fn matched(caller: &Caller, app: &TestApp, line: &Value, body: &Value) -> Reply {
    app.clock.advance(SignedDuration::from_secs(1));
    caller.post(&format!("/statement-lines/{}/match", text(line, "/id")), body).await
}

/// The newest entry of the journal.
async fn newest(app: &TestApp) -> Value {
    let list = app.api.get("/journal-entries?limit=1").await.expect(200);
    rows(&list)[0].clone()
}

/// A payment by hand, its path, and its entry.
async fn recorded(app: &TestApp, caller: &Caller, customer: &str, amount: &str) -> (String, String) {
    app.clock.advance(SignedDuration::from_secs(1));
    let paid = caller.post("/payments", &payment(customer, cny(amount), &[])).await.expect(201);
    (format!("/payments/{}", text(&paid, "/id")), text(&newest(app).await, "/id"))
}

/// Code and balance of every account that has one, on a day.
async fn balances(app: &TestApp, day: &str) -> Vec<(String, String)> {
    let report = app.api.get(&format!("/reports/trial-balance?as_of={day}")).await.expect(200);
    let all = report["rows"].as_array().unwrap().iter();
    all.map(|row| (text(row, "/account"), text(row, "/balance/amount"))).filter(|(_, sum)| sum != "0.00").collect()
}

async fn a_dry_run_refuses_an_account_as_the_run_does(app: &TestApp) {
    let file = statement("1", 0, &[moved(800, "x", "A")]);
    for dry_run in ["true", "false"] {
        send(&app.api, &file, &[("account", "1122"), ("dry_run", dry_run)]).await.wrong_field("/account");
    }
}

/// Whoever reads what the program says reads JSON, whatever comes of the file.
#[test]
fn an_answer_that_does_not_come_is_json_all_the_same() {
    let Some((folder, _)) = company() else { return };
    let good = statement("1", 0, &[moved(800, "x", "A")]);
    let broken = good.replace(":62F:", ":61:26112X1123C1,00NTRF\r\n:62F:");
    for (file, account, code) in [(&good, "1122", "invalid"), (&broken, "1002", "statement_broken_at")] {
        std::fs::write(folder.path().join("s.sta"), file).unwrap();
        for more in [&["--dry-run"][..], &[]] {
            let mut words = vec!["reconcile", "s.sta", "--account", account, "--json"];
            words.extend(more);
            let Some(output) = ran(folder.path(), &words) else { return };
            assert!(!output.status.success(), "{}", said(&output));
            let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
            assert_eq!(text(&told, "/error/code"), code, "{told}");
            assert!(told["lines"].is_array() && told.get("summary").is_none(), "{told}");
        }
    }
    std::fs::write(folder.path().join("s.sta"), &good).unwrap();
    let Some(output) = ran(folder.path(), &["reconcile", "s.sta", "--account", "1002", "--json"]) else { return };
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((told["summary"]["lines"].clone(), told.get("error")), (json!(1), None));
}
