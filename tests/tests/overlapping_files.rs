//! One movement comes in several files, of one bank and of several kinds: it is posted once, and what is in doubt waits.

use crate::harness::trade::text;
use crate::harness::{TestApp, both};
use crate::reconciliation::{act, lines, moved, send, statement};
use jiff::SignedDuration;
use serde_json::{Value, json};

both! {
    a_number_of_the_banks_is_one_movement_whatever_the_day,
    what_another_kind_of_file_has_as_well_waits,
    notices_of_one_day_are_not_one_another,
    a_statement_that_is_missing_is_told_until_it_comes,
}

async fn bring_in(app: &TestApp, file: &str) -> Value {
    app.clock.advance(SignedDuration::from_secs(1));
    let reply = send(&app.api, file, &[("account", "1002")]).await;
    if reply.status == 200 { reply.expect(200) } else { reply.expect(201) }
}

/// Lines that were posted.
fn posted(imported: &Value) -> i64 {
    imported["posted"].as_array().unwrap().iter().map(|tier| tier["lines"].as_i64().unwrap()).sum()
}

/// A message with one entry: `Stmt` or `Ntfctn`, its id, the element with the entry's day, its bank's number.
fn camt((kind, id): (&str, &str), day: &str, number: &str, (amount, remittance): (&str, &str)) -> String {
    let (space, outer) = if kind == "Stmt" { ("053", "BkToCstmrStmt") } else { ("054", "BkToCstmrDbtCdtNtfctn") };
    let number = if number.is_empty() { String::new() } else { format!("<AcctSvcrRef>{number}</AcctSvcrRef>") };
    format!(
        "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.{space}.001.04\"><{outer}><{kind}>\
         <Id>{id}</Id><Acct><Id><Othr><Id>CN0012345678</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\
         <Ntry><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>{day}{number}\
         <NtryDtls><TxDtls><RltdPties><Dbtr><Nm>客户</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{remittance}</Ustrd></RmtInf></TxDtls>\
         </NtryDtls></Ntry></{kind}></{outer}></Document>"
    )
}

async fn a_number_of_the_banks_is_one_movement_whatever_the_day(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let says = ("50.00", &*text(&invoice, "/number"));
    let counts = "<ValDt><Dt>2026-11-23</Dt></ValDt>";
    let notice = camt(("Ntfctn", "N1"), counts, "SVC-2026-86-1", says);
    let booked = "<BookgDt><Dt>2026-11-21</Dt></BookgDt><ValDt><Dt>2026-11-23</Dt></ValDt>";
    assert_eq!(posted(&bring_in(app, &notice).await), 1);
    let statement = bring_in(app, &camt(("Stmt", "S1"), booked, "SVC-2026-86-1", says)).await;
    assert_eq!((&statement["known"], posted(&statement)), (&json!(1), 0));
    assert_eq!(app.standing(&invoice).await, "partially_paid 60.00");
    // Another number is another movement.
    let other = bring_in(app, &camt(("Stmt", "S2"), counts, "SVC-2026-86-2", says)).await;
    assert_eq!(posted(&other), 1);
    assert_eq!(app.standing(&invoice).await, "partially_paid 10.00");
}

async fn what_another_kind_of_file_has_as_well_waits(app: &TestApp) {
    let customer = app.customer("客户").await;
    let invoice = app.invoice(&customer, "110.00").await;
    let number = text(&invoice, "/number");
    let first = bring_in(app, &statement("1", 0, &[moved(5_000, &number, "客户")])).await;
    assert_eq!(app.standing(&invoice).await, "partially_paid 60.00");
    let kept = text(&lines(app, &first).await[0], "/id");
    let table = format!(
        "Date,Payer,Purpose,Credit,Debit\n2026-11-23,客户,{number},50.00,\n2026-11-23,客户,{number} rest,60.00,\n"
    );
    let second = bring_in(app, &table).await;
    assert_eq!((&second["known"], posted(&second)), (&json!(0), 1));
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    let told = lines(app, &second).await;
    assert_eq!(told[0]["match"]["maybe_known_as"], json!(kept));
    assert_eq!(told[0]["match"]["state"], "open");
    assert_eq!(told[1]["match"]["maybe_known_as"], Value::Null);
    // It stays in doubt when it is compared again, until a person decides.
    tokio::task::block_in_place(|| reconciliation::Watch::default().renew(&app.house.app, app.organisation).unwrap());
    let told = lines(app, &second).await;
    assert_eq!(told[0]["match"]["maybe_known_as"], json!(kept));
    act(app, &told[0], "ignore", &json!({ "reason": "the same as in MT940" })).await.expect(200);
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn notices_of_one_day_are_not_one_another(app: &TestApp) {
    let day = "<BookgDt><Dt>2026-11-20</Dt></BookgDt>";
    let notice = |id: &str| camt(("Ntfctn", id), day, "", ("300.17", "rent"));
    assert_eq!(bring_in(app, &notice("N1")).await["lines"], 1);
    assert_eq!(bring_in(app, &notice("N1")).await["known"], 1);
    let second = bring_in(app, &notice("N2")).await;
    assert_eq!((&second["lines"], &second["known"]), (&json!(1), &json!(0)));
    let told = lines(app, &second).await;
    assert!(told[0]["match"]["maybe_known_as"].is_string(), "{told:?}");
}

async fn a_statement_that_is_missing_is_told_until_it_comes(app: &TestApp) {
    let of = |number: &str, day: &str, opening| {
        let file = statement(number, opening, &[moved(100, "x", "A")]);
        file.replace("2611231123", &format!("{day}{}", &day[2..])).replace("261123", day)
    };
    let gap =
        |told: &Value| told["warnings"].as_array().unwrap().iter().any(|one| one["code"] == "gap_between_statements");
    assert!(!gap(&bring_in(app, &of("1", "261110", 500)).await));
    let third = bring_in(app, &of("3", "261112", 700)).await;
    assert!(gap(&third), "whoever sends it is told: {third}");
    let shown = async || app.api.get(&format!("/statements/{}", text(&third, "/statements/0"))).await.expect(200);
    assert!(gap(&shown().await));
    assert!(!gap(&bring_in(app, &of("2", "261111", 600)).await));
    assert!(!gap(&shown().await), "the one that was missing came");
    // A table without balances between them hides nothing.
    bring_in(app, "Date,Payer,Purpose,Credit,Debit\n2026-11-13,A,x,9.99,\n").await;
    assert!(gap(&bring_in(app, &of("5", "261114", 1_000)).await));
    // Of two that end on a day, the other was followed.
    assert!(!gap(&bring_in(app, &of("6", "261114", 1_100)).await));
    // One that comes late, and does not end where the next begins.
    let late = bring_in(app, &of("0", "261108", 300)).await;
    assert!(gap(&late), "{late}");
}
