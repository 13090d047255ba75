//! Exchange rates from files, and the end of a month with balances in three currencies beside that of the books.

use crate::harness::trade::{payment, text};
use crate::harness::{Caller, PASSWORD, Reply, TestApp, both, money, rows};
use kernel::Role;
use reqwest::Method;
use serde_json::{Value, json};

both! {
    a_month_end_is_revalued_and_the_difference_realised_once,
    a_month_that_closes_without_revaluation_warns,
    rates_come_from_the_central_banks_file,
    a_file_of_rates_is_taken_whole_or_not_at_all,
    the_desk_takes_rates_in_and_revalues,
}

async fn rate(app: &TestApp, base: &str, rate: &str, from: &str) {
    let body = json!({ "base": base, "quote": "CNY", "rate": rate, "valid_from": from });
    app.api.post("/exchange-rates", &body).await.expect(201);
}

async fn buyer(app: &TestApp, currency: &str) -> String {
    app.customer_with(json!({ "name": currency, "country": "DE", "currency": currency, "locale": "en" })).await
}

async fn revalue(app: &TestApp) -> Value {
    app.api.post("/revaluations", &json!({ "on": "2026-11-30" })).await.expect(200)
}

/// Debits less credits of accounts at the end of a day, as `1122 1674.00`.
async fn standing(app: &TestApp, on: &str, accounts: &[&str]) -> Vec<String> {
    let report = app.api.get(&format!("/reports/trial-balance?as_of={on}")).await.expect(200);
    assert_eq!(report["total_debit"], report["total_credit"]);
    let balance = |code: &&str| {
        let row = report["rows"].as_array().unwrap().iter().find(|row| row["account"] == *code);
        format!("{code} {}", row.map_or("0.00".to_owned(), |row| text(row, "/balance/amount")))
    };
    accounts.iter().map(balance).collect()
}

async fn november(app: &TestApp) -> String {
    let periods = app.api.get("/periods").await.expect(200);
    let november = rows(&periods).iter().find(|period| period["starts_on"] == "2026-11-01").unwrap();
    format!("/periods/{}", text(november, "/id"))
}

/// Invoices and money in three currencies: USD 100.00 owed and 10.00 paid in advance, EUR 100.00 owed of which 40.00 is paid,
/// JPY 10,000 owed.
async fn trade(app: &TestApp) -> (String, Value) {
    for (base, at_first, at_the_end) in [("USD", "7.10", "7.20"), ("EUR", "7.80", "7.90")] {
        rate(app, base, at_first, "2026-11-01").await;
        rate(app, base, at_the_end, "2026-11-28").await;
    }
    rate(app, "JPY", "0.05", "2026-10-01").await;
    let american = buyer(app, "USD").await;
    let invoice = app.invoice_in(&american, "USD", "100.00").await;
    app.pay(&american, money("USD", "10.00"), &[]).await.expect(201);
    let german = buyer(app, "EUR").await;
    let in_part = app.invoice_in(&german, "EUR", "100.00").await;
    app.pay(&german, money("EUR", "40.00"), &[(&in_part, "40.00")]).await.expect(201);
    let japanese = buyer(app, "JPY").await;
    app.invoice_in(&japanese, "JPY", "10000").await;
    (american, invoice)
}

/// The balances of a preview, as `1122 USD 100.00 710.00 720.00`.
fn told(preview: &Value) -> Vec<String> {
    let balance = |b: &Value| {
        let part = |name: &str| text(b, &format!("/{name}/amount"));
        let (account, currency) = (text(b, "/account"), text(b, "/amount/currency"));
        format!("{account} {currency} {} {} {}", part("amount"), part("book"), part("value"))
    };
    preview["balances"].as_array().unwrap().iter().map(balance).collect()
}

async fn a_month_end_is_revalued_and_the_difference_realised_once(app: &TestApp) {
    let (american, invoice) = trade(app).await;
    app.api.post("/revaluations", &json!({ "on": "2026-11-30" })).await.wrong_field("/on");
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));
    app.api.post("/revaluations", &json!({ "on": "2026-11-29" })).await.wrong_field("/on");
    let refused =
        app.api.post("/revaluations", &json!({ "on": "2026-11-30" })).await.problem(409, "closing_rate_missing");
    let detail = text(&refused, "/detail");
    assert!(detail.contains("JPY") && detail.contains("30"), "the currency and the day: {detail}");
    rate(app, "JPY", "0.048", "2026-11-30").await;

    let before = app.api.get("/revaluations/preview?on=2026-11-30").await.expect(200);
    assert_eq!((&before["due"], text(&before, "/gain/amount").as_str()), (&json!(true), "1.00"));
    assert_eq!(
        told(&before),
        [
            "1002 EUR 40.00 312.00 316.00",
            "1002 USD 10.00 71.00 72.00",
            "1122 EUR 60.00 468.00 474.00",
            "1122 JPY 10000 500.00 480.00",
            "1122 USD 100.00 710.00 720.00",
        ],
        "the advance keeps its value: it is owed in goods"
    );
    assert_eq!(standing(app, "2026-11-30", &["1122"]).await, ["1122 1678.00"], "nothing is posted by looking");

    let accounts = ["1002", "1122", "2203", "5301", "5603"];
    assert!(text(&revalue(app).await, "/entry").starts_with("ent_"));
    let revalued = ["1002 388.00", "1122 1674.00", "2203 -71.00", "5301 -21.00", "5603 20.00"];
    assert_eq!(standing(app, "2026-11-30", &accounts).await, revalued);
    let next_day = ["1002 383.00", "1122 1678.00", "2203 -71.00", "5301 0.00", "5603 0.00"];
    assert_eq!(standing(app, "2026-12-01", &accounts).await, next_day);
    assert_eq!(revalue(app).await["entry"], Value::Null, "nothing is missing");

    // A corrected rate, and money that came late into the month.
    rate(app, "EUR", "7.85", "2026-11-28").await;
    assert!(revalue(app).await["entry"].is_string());
    let corrected = ["1002 386.00", "1122 1671.00", "2203 -71.00", "5301 -16.00", "5603 20.00"];
    assert_eq!(standing(app, "2026-11-30", &accounts).await, corrected, "the turnover is not blown up");
    let mut late = payment(&american, money("USD", "50.00"), &[(&invoice, "50.00")]);
    late["received_on"] = json!("2026-11-29");
    app.api.post("/payments", &late).await.expect(201);
    assert!(revalue(app).await["entry"].is_string());
    // USD: realised 5.00; 50.00 owed and 60.00 at the bank are worth 6.00 more. EUR as before: 5.00.
    let after = ["1002 746.00", "1122 1311.00", "2203 -71.00", "5301 -16.00", "5603 20.00"];
    assert_eq!(standing(app, "2026-11-30", &accounts).await, after);

    let closed = app.api.post(&format!("{}/close", november(app).await), &json!({})).await.expect(200);
    assert_eq!((&closed["status"], closed.get("warnings")), (&json!("closed"), None));
    rate(app, "EUR", "7.86", "2026-11-28").await;
    app.api.post("/revaluations", &json!({ "on": "2026-11-30" })).await.problem(409, "period_closed");

    // Settled in December, the invoice realises its whole difference, once.
    rate(app, "USD", "7.30", "2026-12-01").await;
    late["received_on"] = json!("2026-12-01");
    app.api.post("/payments", &late).await.expect(201);
    assert_eq!(app.standing(&invoice).await, "paid 0.00");
    assert_eq!(standing(app, "2026-12-01", &["5301", "5603"]).await, ["5301 -15.00", "5603 0.00"], "5.00 and 10.00");
}

async fn a_month_that_closes_without_revaluation_warns(app: &TestApp) {
    trade(app).await;
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));
    let path = november(app).await;
    let desk = app.nobody.signed_in(&app.staff(Role::Owner).await, PASSWORD).await;
    assert!(desk.get(&format!("{path}/close")).await.text().contains("no rate from JPY"));
    let closed = app.api.post(&format!("{path}/close"), &json!({})).await.expect(200);
    assert_eq!((&closed["status"], &closed["warnings"][0]["code"]), (&json!("closed"), &json!("closing_rate_missing")));
    assert!(text(&closed, "/warnings/0/detail").contains("JPY"));
    app.api.post(&format!("{path}/reopen"), &json!({})).await.expect(200);
    rate(app, "JPY", "0.048", "2026-11-30").await;
    assert!(desk.get(&format!("{path}/close")).await.text().contains("Revalue them first"));
    let closed = app.api.post(&format!("{path}/close"), &json!({})).await.expect(200);
    assert_eq!(closed["warnings"][0]["code"], "not_revalued");
}

async fn send(caller: &Caller, query: &str, kind: &str, file: &str) -> Reply {
    let path = format!("/exchange-rates/files{query}");
    let request = caller.request(Method::POST, &path).header("content-type", kind).body(file.to_owned());
    Reply::of(Method::POST, &path, request).await
}

/// As the bank writes it, with two days.
const BANK: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<gesmes:Envelope xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">
<gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time='2026-11-20'><Cube currency='USD' rate='1.1600'/><Cube currency='CNY' rate='8.2650'/></Cube>
<Cube time='2025-12-31'><Cube currency='USD' rate='1.1500'/></Cube></Cube></gesmes:Envelope>";

async fn rates_come_from_the_central_banks_file(app: &TestApp) {
    let path = "/exchange-rates/between?from=USD&to=CNY&on=2026-11-23";
    app.api.get(path).await.problem(404, "rate_not_found");
    let looked = send(&app.api, "?preview=true&from=2026-01-01", "text/xml", BANK).await.expect(200);
    let counts = |report: &Value| ["added", "changed", "same", "before"].map(|name| report[name].as_i64().unwrap());
    assert_eq!(
        (&looked["applied"], &looked["form"], counts(&looked)),
        (&json!(false), &json!("ecb_xml"), [2, 0, 0, 1])
    );
    assert!(rows(&app.api.get("/exchange-rates").await.expect(200)).is_empty(), "a look stores nothing");
    let taken = send(&app.api, "?from=2026-01-01", "application/xml", BANK).await.expect(201);
    assert_eq!((&taken["applied"], counts(&taken)), (&json!(true), [2, 0, 0, 1]));

    let crossed = app.api.get(path).await.expect(200);
    assert_eq!(crossed["rate"], "7.125", "8.2650 by 1.1600");
    let used: Vec<String> = crossed["used"].as_array().unwrap().iter().map(|r| text(r, "/quote")).collect();
    assert_eq!((used, &crossed["used"][1]["source"]), (vec!["USD".into(), "CNY".into()], &json!("ecb")));
    let american = buyer(app, "USD").await;
    app.invoice_in(&american, "USD", "100.00").await;
    assert_eq!(app.balance("1122").await, "712.50");

    // The same again, a correction, and the bank's CSV. The newest comes first; a currency is a filter.
    let again =
        send(&app.api, "", "text/csv", "Date,USD,CNY,\n2026-11-20,1.1600,8.2651,\n2026-11-19,1.1590,N/A,\n").await;
    assert_eq!(counts(&again.expect(201)), [1, 1, 1, 0]);
    let list = async |query: &str| -> Vec<String> {
        let page = app.api.get(&format!("/exchange-rates?{query}")).await.expect(200);
        rows(&page)
            .iter()
            .map(|r| format!("{} {} {}", text(r, "/valid_from"), text(r, "/quote"), text(r, "/rate")))
            .collect()
    };
    let all = ["2026-11-20 CNY 8.2651", "2026-11-20 USD 1.16", "2026-11-19 USD 1.159"];
    assert_eq!(list("").await, all);
    assert_eq!(list("currency=CNY").await, all[..1]);
    let page = app.api.get("/exchange-rates?limit=2").await.expect(200);
    assert_eq!(list(&format!("limit=2&cursor={}", text(&page, "/next_cursor"))).await, all[2..]);
    app.api.get("/exchange-rates?cursor=7").await.wrong_field("/cursor");
    // A rate that quotes the two against each other is used before those for one euro.
    rate(app, "USD", "7.00", "2026-11-01").await;
    assert_eq!(app.api.get(path).await.expect(200)["rate"], "7");
    let other_way = app.api.get("/exchange-rates/between?from=CNY&to=USD&on=2026-11-23").await.expect(200);
    assert_eq!(other_way["rate"], "0.1428571428571429");
}

async fn a_file_of_rates_is_taken_whole_or_not_at_all(app: &TestApp) {
    let file = "base,quote,valid_from,rate,source\nUSD,CNY,2026-11-20,7.1,boc\nUSD,CNH,2026-11-20,7.1,boc\n\
        USD,CNY,2026-11-21,-7,boc\nUSD,CNY,2026-11-20,7.2,boc\n";
    let refused = send(&app.api, "", "text/csv", file).await.problem(422, "rates_faulty");
    let pointers: Vec<String> = refused["errors"].as_array().unwrap().iter().map(|e| text(e, "/pointer")).collect();
    assert_eq!(pointers, ["/rows/3/quote", "/rows/4/rate", "/rows/5/valid_from"]);
    let looked = send(&app.api, "?preview=true", "text/csv", file).await.expect(200);
    assert_eq!(looked["errors"].as_array().unwrap().len(), 3);
    for (kind, file, status, code) in [
        ("text/xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><Envelope>&b;</Envelope>", 422, "rates_with_entities"),
        ("text/csv", "name\nA\n", 422, "rates_unknown_form"),
        ("application/json", "{}", 415, "unsupported_media_type"),
    ] {
        send(&app.api, "", kind, file).await.problem(status, code);
    }
    send(&app.api, "?from=soon", "text/csv", file).await.wrong_field("/from");
    assert!(rows(&app.api.get("/exchange-rates").await.expect(200)).is_empty());
    let large: String = (0..20_000).map(|n| format!("USD,CNY,{},7.{n:05}\n", day(n))).collect();
    let taken = send(&app.api, "", "text/csv", &format!("base,quote,valid_from,rate\n{large}")).await.expect(201);
    assert_eq!(taken["added"], 20_000);
    let auditor = app.key_of(Role::Auditor, None).await;
    send(&auditor, "", "text/csv", "no file of rates").await.problem(403, "forbidden");
}

/// So many days after the first of 1950.
fn day(n: i64) -> kernel::Date {
    let first: kernel::Date = "1950-01-01".parse().unwrap();
    first.checked_add(jiff::ToSpan::days(n)).unwrap()
}

async fn the_desk_takes_rates_in_and_revalues(app: &TestApp) {
    let email = app.staff(Role::FinanceManager).await;
    let desk = app.nobody.signed_in(&email, PASSWORD).await;
    let empty = desk.get("/settings/rates").await.text();
    assert!(empty.contains("No exchange rates yet") && empty.contains("value=\"2026-01-01\""), "{empty}");
    let by_hand = [("/base", "USD"), ("/quote", "CNY"), ("/valid_from", "2026-11-01"), ("/rate", "7.10")];
    assert_eq!(desk.submit("/settings/rates", &by_hand).await.location(), "/settings/rates?done=rate-set");
    let wrong = desk.submit("/settings/rates", &[by_hand[0], by_hand[1], by_hand[2], ("/rate", "seven")]).await;
    assert!(wrong.status == 422 && wrong.text().contains("seven"), "what was typed is kept");
    let looked = desk.submit("/settings/rates/look", &[("/text", BANK), ("/from", "2026-01-01")]).await;
    assert!(looked.status == 200 && looked.text().contains("The file has 2 rates"), "{}", looked.text());
    assert!(looked.text().contains("before the first day that is wanted"));
    let mut fields = looked.fields();
    fields.retain(|(name, _)| name.starts_with('/') || name == "idempotency_key");
    for (_, value) in &mut fields {
        *value = value.replace("&#34;", "\"");
    }
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for _ in 0..2 {
        assert_eq!(desk.submit("/settings/rates/take", &pairs).await.location(), "/settings/rates?done=rates-taken");
    }
    let shown = desk.get("/settings/rates?currency=USD").await.text();
    assert!(shown.contains("1.16") && shown.contains("7.1") && !shown.contains("8.265"), "{shown}");
    let faulty =
        desk.submit("/settings/rates/look", &[("/text", "base,quote,valid_from,rate\nUSD,CNY,soon,7\n")]).await;
    assert!(faulty.status == 422 && faulty.text().contains("One thing is wrong"), "{}", faulty.text());
    assert!(desk.get("/settings/rates/template.csv").await.text().starts_with("base,quote,valid_from,rate,source"));

    let american = buyer(app, "USD").await;
    app.invoice_in(&american, "USD", "100.00").await;
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 8));
    let path = november(app).await;
    rate(app, "USD", "7.20", "2026-11-28").await;
    let desk = app.nobody.signed_in(&email, PASSWORD).await;
    assert!(desk.get("/periods").await.text().contains(&format!("{path}/revalue")));
    let preview = desk.get(&format!("{path}/revalue")).await.text();
    assert!(["720<i>.00", "10<i>.00", "Post it"].iter().all(|told| preview.contains(told)), "{preview}");
    let posted = desk.submit(&format!("{path}/revalue"), &[("idempotency_key", "one")]).await;
    assert_eq!(posted.location(), format!("{path}/revalue?done=revalued"));
    let done = desk.get(posted.location()).await.text();
    assert!(done.contains("nothing is to be posted") && !done.contains("Post it"), "{done}");
    assert_eq!(standing(app, "2026-11-30", &["1122", "5301"]).await, ["1122 720.00", "5301 -10.00"]);
}
