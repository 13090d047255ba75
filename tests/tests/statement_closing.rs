//! A bank statement is closed with its reconciliation: figures worked out by hand, and what is refused before and after.

use crate::harness::trade::text;
use crate::harness::{Caller, PASSWORD, Reply, TestApp, both, cny, rows};
use calamine::{Reader, Xlsx, open_workbook_from_rs};
use jiff::SignedDuration;
use kernel::Role;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::io::Cursor;
use std::process::Command;

both! {
    a_month_is_reconciled_and_closed,
    a_closed_statement_is_left_alone,
    what_nothing_explains_needs_a_reason,
    a_large_difference_is_let_go_by_somebody_else,
    statements_close_in_their_order_and_with_the_books,
    whoever_closes_a_month_is_told_of_its_open_statements,
    the_report_comes_in_every_form,
    a_person_closes_at_the_desk,
    who_may_not_close_does_not,
}

/// A line of a statement: day as `1031`, money in above zero in minor units, what it says.
type Said<'a> = (&'a str, i64, &'a str);

fn figure(minor: i64) -> String {
    format!("{},{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// An MT940 file of some days of 2026.
fn file(number: &str, (from, opening): (&str, i64), until: &str, lines: &[Said<'_>]) -> String {
    let mut file = format!(":20:S\r\n:25:CN0012345678\r\n:28C:{number}\r\n:60F:C26{from}CNY{}\r\n", figure(opening));
    for (nth, (day, minor, says)) in lines.iter().enumerate() {
        let mark = if *minor < 0 { 'D' } else { 'C' };
        file +=
            &format!(":61:26{day}{day}{mark}{}NTRFNONREF//{number}-{nth}\r\n:86:166?00X?20{says}\r\n", figure(*minor));
    }
    let closing = opening + lines.iter().map(|(_, minor, _)| minor).sum::<i64>();
    file + &format!(":62F:C26{until}CNY{}\r\n-\r\n", figure(closing))
}

/// Brings a file in without posting anything; the path of its statement.
async fn bring_in(app: &TestApp, file: &str) -> String {
    app.clock.advance(SignedDuration::from_secs(1));
    let mut form = String::new();
    for (name, value) in [("account", "1002"), ("post_from", "1001")] {
        form += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    form += &format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s\"\r\n\r\n{file}\r\n--b--\r\n");
    let request = app.api.request(Method::POST, "/statements");
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(form);
    let imported = Reply::of(Method::POST, "/statements", request).await.expect(201);
    format!("/statements/{}", text(&imported, "/statements/0"))
}

/// The id of the line of a statement that says something.
async fn line(app: &TestApp, statement: &str, says: &str) -> String {
    let lines = app.api.get(&format!("{statement}/lines?limit=200")).await.expect(200);
    let found = rows(&lines).iter().find(|line| text(line, "/text").contains(says));
    text(found.unwrap_or_else(|| panic!("{says} in {lines}")), "/id")
}

async fn act(app: &TestApp, line: &str, act: &str, body: &Value) -> Reply {
    app.clock.advance(SignedDuration::from_secs(1));
    app.api.post(&format!("/statement-lines/{line}/{act}"), body).await
}

/// An entry that moves the bank account on a day; its id.
async fn book(app: &TestApp, date: &str, side: &str, amount: &str, memo: &str) -> String {
    let other = if side == "debit" { "credit" } else { "debit" };
    let lines = json!([{ "account": "1002", side: cny(amount) }, { "account": "3001", other: cny(amount) }]);
    let posted = app.api.post("/journal-entries", &json!({ "date": date, "memo": memo, "lines": lines })).await;
    text(&posted.expect(201), "/id")
}

/// What an open or closed statement says: balance, adjusted balance of either side, and the difference.
async fn figures(app: &TestApp, statement: &str) -> String {
    let told = app.api.get(&format!("{statement}/reconciliation")).await.expect(200);
    said(&told)
}

fn said(told: &Value) -> String {
    let places = ["/bank/balance", "/bank/adjusted", "/books/balance", "/books/adjusted", "/difference"];
    places.map(|at| text(told, &format!("{at}/amount"))).join(" ")
}

/// A month with what a month has: a payment that the bank had two days later, a deposit of the 30th and a payment of the 29th that it
/// has in November, and a fee that is not in the books.
struct October {
    october: String,
    november: String,
    fee: String,
}

async fn october(app: &TestApp) -> October {
    book(app, "2026-09-15", "debit", "1000.00", "九月").await;
    let had = book(app, "2026-10-05", "debit", "300.00", "远航货款").await;
    let payout = book(app, "2026-10-29", "credit", "120.00", "付房租").await;
    let deposit = book(app, "2026-10-30", "debit", "200.00", "支票存入").await;
    let lines = [("1007", 30_000, "had"), ("1031", -1_250, "fee")];
    let october = bring_in(app, &file("10", ("1001", 100_000), "1031", &lines)).await;
    let lines = [("1102", 20_000, "deposit"), ("1103", -12_000, "payout")];
    let november = bring_in(app, &file("11", ("1101", 128_750), "1103", &lines)).await;
    for (statement, says, entry) in
        [(&october, "had", had), (&november, "deposit", deposit), (&november, "payout", payout)]
    {
        let line = line(app, statement, says).await;
        act(app, &line, "match", &json!({ "entries": [entry] })).await.expect(201);
    }
    let fee = line(app, &october, "fee").await;
    October { october, november, fee }
}

async fn a_month_is_reconciled_and_closed(app: &TestApp) {
    let October { october, fee, .. } = october(app).await;
    let told = app.api.get(&format!("{october}/reconciliation")).await.expect(200);
    // 1287.50 + 200 − 120 by the bank; 1380.00 − 12.50 by the books.
    assert_eq!(said(&told), "1287.50 1367.50 1380.00 1367.50 0.00", "{told}");
    assert_eq!((text(&told, "/as_of"), text(&told, "/status")), ("2026-10-31".into(), "open".into()));
    let section = |at: &str| {
        let items = told.pointer(&format!("{at}/items")).unwrap().as_array().unwrap();
        let items = items.iter().map(|item| format!("{} {}", text(item, "/date"), text(item, "/amount/amount")));
        format!(
            "{} {}: {}",
            told.pointer(&format!("{at}/count")).unwrap(),
            text(&told, &format!("{at}/sum/amount")),
            items.collect::<Vec<_>>().join(", ")
        )
    };
    assert_eq!(section("/bank/in_transit"), "1 200.00: 2026-10-30 200.00");
    assert_eq!(section("/bank/not_presented"), "1 -120.00: 2026-10-29 -120.00");
    assert_eq!(section("/books/received"), "0 0.00: ");
    assert_eq!(section("/books/charged"), "1 -12.50: 2026-10-31 -12.50");
    assert_eq!(text(&told, "/bank/in_transit/items/0/memo"), "支票存入");
    let close = format!("{october}/close");
    let open = app.api.post(&close, &json!({ "reason": "month end" })).await.problem(409, "statement_lines_open");
    assert!(text(&open, "/detail").contains("One line"), "{open}");
    act(app, &fee, "ignore", &json!({ "reason": "The bank corrects it" })).await.expect(200);
    let closed = app.api.post(&close, &json!({})).await.expect(200);
    assert_eq!(
        (text(&closed, "/status"), said(&closed)),
        ("closed".into(), "1287.50 1367.50 1380.00 1367.50 0.00".into())
    );
    assert_eq!(text(&closed, "/books/charged/items/0/state"), "ignored");
    assert!(closed["closed_by"].is_string() && closed["closed_at"].is_string(), "{closed}");
    assert_eq!(app.findings(), Vec::<String>::new());
    app.api.post(&close, &json!({})).await.problem(409, "statement_already_closed");
}

async fn a_closed_statement_is_left_alone(app: &TestApp) {
    let October { october, fee, .. } = october(app).await;
    act(app, &fee, "ignore", &json!({ "reason": "x" })).await.expect(200);
    app.api.post(&format!("{october}/close"), &json!({})).await.expect(200);
    act(app, &fee, "match", &json!({ "account": "5603" })).await.problem(409, "statement_closed");
    act(app, &fee, "ignore", &json!({ "reason": "x" })).await.problem(409, "statement_closed");
    let had = line(app, &october, "had").await;
    act(app, &had, "unmatch", &json!({ "reason": "x" })).await.problem(409, "statement_closed");
    // Somebody posts into the month behind its back: what was kept stays, and is told to differ.
    book(app, "2026-10-15", "debit", "1.00", "later").await;
    let told = app.api.get(&format!("{october}/reconciliation")).await.expect(200);
    assert_eq!((said(&told), &told["has_changed"]), ("1287.50 1367.50 1380.00 1367.50 0.00".into(), &json!(true)));
    let id = october.trim_start_matches("/statements/");
    let findings = app.findings();
    assert!(
        findings.iter().any(|told| told.starts_with("statement_report_differs") && told.contains(id)),
        "{findings:?}"
    );
    app.api.post(&format!("{october}/reopen"), &json!({})).await.wrong_field("/reason");
    app.api.post(&format!("{october}/reopen"), &json!({ "reason": "An entry was missing" })).await.expect(200);
    app.api
        .post(&format!("{october}/reopen"), &json!({ "reason": "again" }))
        .await
        .problem(409, "statement_not_closed");
    assert_eq!(app.findings(), Vec::<String>::new());
    // A deposit of the 15th that no line has is in transit now.
    assert_eq!(figures(app, &october).await, "1287.50 1368.50 1381.00 1368.50 0.00");
    act(app, &fee, "match", &json!({ "account": "5603" })).await.expect(201);
    assert_eq!(figures(app, &october).await, "1287.50 1368.50 1368.50 1368.50 0.00");
}

async fn what_nothing_explains_needs_a_reason(app: &TestApp) {
    // The bank began with 50.00 that the books never had.
    let first = bring_in(app, &file("1", ("1001", 5_000), "1005", &[("1005", 1_000, "interest")])).await;
    let interest = line(app, &first, "interest").await;
    act(app, &interest, "match", &json!({ "account": "5603" })).await.expect(201);
    let told = app.api.get(&format!("{first}/reconciliation")).await.expect(200);
    assert_eq!((said(&told), text(&told, "/before/amount")), ("60.00 60.00 10.00 10.00 50.00".into(), "50.00".into()));
    let refused = app.api.post(&format!("{first}/close"), &json!({})).await.problem(409, "closing_needs_reason");
    assert!(text(&refused, "/detail").contains("50.00"), "{refused}");
    let closed = app.api.post(&format!("{first}/close"), &json!({ "reason": "Opened in November" })).await.expect(200);
    assert_eq!(text(&closed, "/reason"), "Opened in November");
    // What is printed says who let it go, and why.
    let printed = app.api.get(&format!("{first}/reconciliation?format=xlsx")).await;
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(printed.body)).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    let ends: Vec<String> = sheet.rows().rev().take(2).map(|cells| cells[0].to_string()).collect();
    assert_eq!(ends[0], "Reason: Opened in November");
    assert!(ends[1].starts_with("Closed by ") && ends[1].contains("2026"), "{ends:?}");
    // A file is missing between the two: 7.00 moved in it.
    let second = bring_in(app, &file("3", ("1011", 6_700), "1012", &[("1012", 100, "more")])).await;
    let more = line(app, &second, "more").await;
    act(app, &more, "match", &json!({ "account": "5603" })).await.expect(201);
    let told = app.api.get(&format!("{second}/reconciliation")).await.expect(200);
    let parts = ["/before/amount", "/missing_lines/amount", "/previous_closing/amount"].map(|at| text(&told, at));
    assert_eq!((said(&told), parts.join(" ")), ("68.00 68.00 11.00 11.00 57.00".into(), "50.00 7.00 60.00".into()));
    assert_eq!(app.findings(), Vec::<String>::new());
}

/// The bank begins with what the books never had; whoever brought that in or matched its lines does not let it go alone.
async fn a_large_difference_is_let_go_by_somebody_else(app: &TestApp) {
    let matcher = app.key_of(Role::FinanceManager, None).await;
    let third = app.key_of(Role::FinanceManager, None).await;
    for (nth, opening, is_large) in [("1", 1_000_000, false), ("2", 1_000_501, true)] {
        let day = format!("100{nth}");
        let statement = bring_in(app, &file(nth, (&day, opening), &day, &[(&day, 500, "interest")])).await;
        let interest = line(app, &statement, "interest").await;
        let matched = matcher.post(&format!("/statement-lines/{interest}/match"), &json!({ "account": "5603" })).await;
        matched.expect(201);
        let (close, why) = (format!("{statement}/close"), json!({ "reason": "Began elsewhere" }));
        if is_large {
            for caller in [&app.api, &matcher] {
                let refused = caller.post(&close, &why).await.problem(409, "second_person_needed");
                let detail = text(&refused, "/detail");
                assert!(detail.contains("10,000.00") && detail.contains("still open"), "{detail}");
            }
            let open = app.api.get(&statement).await.expect(200);
            assert_eq!(text(&open, "/status"), "open");
        }
        let closer = if is_large { &third } else { &app.api };
        closer.post(&close, &why).await.expect(200);
    }
}

async fn statements_close_in_their_order_and_with_the_books(app: &TestApp) {
    let October { october, november, fee } = october(app).await;
    let close = |statement: &str| format!("{statement}/close");
    let early = app.api.post(&close(&november), &json!({})).await.problem(409, "earlier_statement_open");
    assert!(text(&early, "/detail").contains("2026"), "names its last day: {early}");
    act(app, &fee, "ignore", &json!({ "reason": "x" })).await.expect(200);
    app.api.post(&close(&october), &json!({})).await.expect(200);
    // The fee stands open from October on.
    assert_eq!(figures(app, &november).await, "1367.50 1367.50 1380.00 1367.50 0.00");
    app.api.post(&close(&november), &json!({})).await.expect(200);
    let why = json!({ "reason": "why" });
    app.api.post(&format!("{october}/reopen"), &why).await.problem(409, "later_statement_closed");
    app.api.post(&format!("{november}/reopen"), &why).await.expect(200);
    let periods = app.api.get("/periods").await.expect(200);
    for month in ["2026-09-01", "2026-10-01"] {
        let period = rows(&periods).iter().find(|period| text(period, "/starts_on") == month).unwrap();
        let closed = app.api.post(&format!("/periods/{}/close", text(period, "/id")), &json!({})).await.expect(200);
        assert_eq!(closed.get("warnings"), None, "{closed}");
    }
    app.api.post(&format!("{october}/reopen"), &why).await.problem(409, "statement_period_closed");
    // November is not over: its statement closes and opens.
    app.api.post(&close(&november), &json!({})).await.expect(200);
    app.api.post(&format!("{november}/reopen"), &why).await.expect(200);
    assert_eq!(app.findings(), Vec::<String>::new());
}

async fn whoever_closes_a_month_is_told_of_its_open_statements(app: &TestApp) {
    october(app).await;
    let desk = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    let periods = app.api.get("/periods").await.expect(200);
    let of = |month: &str| text(rows(&periods).iter().find(|one| text(one, "/starts_on") == month).unwrap(), "/id");
    for (month, wanted) in [("2026-09-01", json!([])), ("2026-10-01", json!(["statements_open"]))] {
        let page = desk.get(&format!("/periods/{}/close", of(month))).await.text();
        let is_told = page.contains("A bank statement of this month is not reconciled yet");
        assert_eq!(is_told, wanted != json!([]), "{month}: {page}");
        let closed = app.api.post(&format!("/periods/{}/close", of(month)), &json!({})).await.expect(200);
        let warnings = closed["warnings"].as_array().map(Vec::as_slice).unwrap_or_default();
        let codes: Vec<Value> = warnings.iter().map(|one| one["code"].clone()).collect();
        assert_eq!(json!(codes), wanted, "{closed}");
    }
}

async fn the_report_comes_in_every_form(app: &TestApp) {
    let October { october, .. } = october(app).await;
    let path = format!("{october}/reconciliation");
    let csv = app.api.get(&format!("{path}?format=csv")).await.text();
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows[0], "item,date,party,reference,amount,currency");
    assert!(rows.contains(&"in_transit_item,2026-10-30,,,200.00,CNY"), "{csv}");
    assert!(rows.contains(&"not_presented,,,,-120.00,CNY") && rows.contains(&"difference,,,,0.00,CNY"), "{csv}");
    let zh = app.api.speaking("zh-CN");
    let xlsx = zh.get(&format!("{path}?format=xlsx")).await;
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(xlsx.body)).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    let row = |name: &str| {
        let found = sheet.rows().find(|cells| cells[0].to_string().trim() == name);
        found.unwrap_or_else(|| panic!("{name} in {sheet:?}")).last().unwrap().to_string()
    };
    assert_eq!((row("银行对账单余额"), row("调节后的银行余额")), ("1287.5".into(), "1367.5".into()));
    // What is taken away stands above zero under "less".
    assert_eq!((row("减：企业已付、银行未付"), row("减：银行已付、企业未付")), ("120".into(), "12.5".into()));
    let pdf = zh.get(&format!("{path}?format=pdf")).await;
    assert!(pdf.header("content-type").starts_with("application/pdf") && pdf.body.starts_with(b"%PDF-"));
    let kept = app.data_dir().join("reconciliation.pdf");
    std::fs::write(&kept, pdf.body).unwrap();
    if let Ok(out) = Command::new("pdftotext").arg(&kept).arg("-").output() {
        let read = String::from_utf8_lossy(&out.stdout).into_owned();
        for wanted in ["银行存款余额调节表", "1,367.50", "支票存入"] {
            assert!(read.contains(wanted), "{wanted} in {read}");
        }
    }
    app.api.get(&format!("{path}?format=docx")).await.problem(422, "format_not_available");
}

async fn desk_of(app: &TestApp, role: Role) -> Caller {
    app.nobody.signed_in(&app.staff(role).await, PASSWORD).await
}

async fn a_person_closes_at_the_desk(app: &TestApp) {
    let October { october, fee, .. } = october(app).await;
    let desk = desk_of(app, Role::Accountant).await;
    let page = format!("{october}/close");
    let seen = desk.get(&page).await;
    for wanted in ["1,287.50", "1,380.00", "1,367.50", "支票存入"] {
        let plain = seen.text().replace("<i>", "").replace("</i>", "");
        assert!(seen.status == 200 && plain.contains(wanted), "{wanted}: {plain}");
    }
    assert!(!seen.text().contains(&format!("action=\"{page}\"")), "a line is open");
    act(app, &fee, "ignore", &json!({ "reason": "x" })).await.expect(200);
    assert!(desk.get(&page).await.text().contains(&format!("action=\"{page}\"")));
    let done = desk.submit(&page, &[]).await;
    assert_eq!((done.status, done.location().contains("done=statement-closed")), (303, true), "{}", done.text());
    assert!(desk.get("/statements").await.text().contains("Closed"));
    let reopen = format!("{october}/reopen");
    let refused = desk.submit(&reopen, &[("/reason", "")]).await;
    assert!(refused.status == 422 && refused.text().contains("/reason"), "{}", refused.text());
    assert_eq!(desk.submit(&reopen, &[("/reason", "A mistake")]).await.status, 303);
    for format in ["pdf", "xlsx", "csv"] {
        assert_eq!(desk.get(&format!("{page}?format={format}")).await.status, 200, "{format}");
    }
}

async fn who_may_not_close_does_not(app: &TestApp) {
    let October { october, fee, .. } = october(app).await;
    act(app, &fee, "ignore", &json!({ "reason": "x" })).await.expect(200);
    let cashier = app.key_of(Role::Cashier, None).await;
    cashier.get(&format!("{october}/reconciliation")).await.expect(200);
    cashier.post(&format!("{october}/close"), &json!({})).await.problem(403, "forbidden");
    cashier.post(&format!("{october}/reopen"), &json!({ "reason": "r" })).await.problem(403, "forbidden");
    let other = app.another_organisation().await;
    other.get(&format!("{october}/reconciliation")).await.problem(404, "statement_not_found");
    other.post(&format!("{october}/close"), &json!({})).await.problem(404, "statement_not_found");
    other.post(&format!("{october}/reopen"), &json!({ "reason": "r" })).await.problem(404, "statement_not_found");
    assert_eq!(figures(app, &october).await, "1287.50 1367.50 1380.00 1367.50 0.00");
}
